// Package dumpsys reads what Android's dumpsys prints about installed packages, users, device and profile
// owners, accessibility services, notification listeners and VPNs. It takes the dump of one service as well as
// a dump of all services, and those inside a bug report, line by line: a dump may be larger than the memory.
//
// The layout is no interface of the platform. It is known here for Android 8 to 16 and changes with every
// version; vendors add to it. What is not known is counted by its name and reported, and never taken for
// something else. Apps can write line breaks into their version names: a block that repeats a package or lacks
// its end is reported as broken.
//
// What the package cannot see: certificates (the token after signatures= is an opaque id, not a digest), the
// content of an app, its label.
package dumpsys

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/tally"
)

// Handler is given what was read. A function that is nil is not called; an error ends reading.
type Handler struct {
	Package    func(*Package) error
	SharedUser func(*SharedUser) error
	Apex       func(Apex)
	User       func(DeviceUser)
	Owner      func(Owner)
	Service    func(Service)
	VPN        func(VPN)
	Other      func(line []byte, number int) // lines outside the dump of any service
}

// Summary is what a reading came to beyond what was handed over.
type Summary struct {
	Packages, Hidden int
	Requested        bool     // some package has a list of requested permissions
	PackageService   bool     // a dump of the package service was there
	Read             []string // services with a parser here that were in the dump
	Marks            int      // services whose begin is marked
	Ends             int      // services whose end is marked
	Unfinished       []string // services read here whose end is not marked

	UnknownKeys     map[string]*tally.ByKey // fields in blocks, by section
	UnknownSections tally.ByKey             // sections of the package service
	Broken          tally.Tally             // package blocks that lack their end or have no valid name
	Denied          tally.Tally             // services that refused to be dumped
	Timeouts        tally.Tally             // services that were too slow
	Overflow        int                     // list entries beyond the limit of one block
	Truncated       bool                    // the text ends before the packages and shared users are known to be whole
	Bare            bool                    // it holds the packages and nothing else: nothing shows whether it is whole
	Cut             int
}

// parser reads the dump of one service.
type parser interface {
	line(line []byte, number int) error
	// end is told whether the text itself ended, not only the service.
	end(text bool) error
}

type reader struct {
	h       *Handler
	sum     *Summary
	service string
	marked  bool // the service began with a mark
	parser  parser
}

// Read reads a dump from r. Service names what stands in it when no mark says so, "" for nothing.
func Read(r io.Reader, service string, h *Handler) (*Summary, error) {
	d := &reader{h: h, sum: &Summary{UnknownKeys: map[string]*tally.ByKey{}}}
	d.begin(service, false)
	in := lines.New(r)
	for in.Next() {
		if err := d.line(in.Bytes(), in.Number()); err != nil {
			return d.sum, err
		}
	}
	err := d.finish(true)
	d.sum.Cut = in.Cut()
	if d.sum.Ends == 0 {
		d.sum.Unfinished = nil // old versions mark no end at all
	}
	if in.Err() != nil {
		return d.sum, in.Err()
	}
	return d.sum, err
}

func (d *reader) line(line []byte, number int) error {
	if p, ok := d.parser.(*packages); ok && p.holds(line, number) {
		return nil
	}
	switch {
	case bytes.HasPrefix(line, []byte("DUMP OF SERVICE ")):
		err := d.finish(false)
		d.sum.Marks++
		d.begin(markName(line), true)
		return err
	case bytes.HasPrefix(line, []byte("--------- ")) && bytes.Contains(line, []byte(" was the duration of dumpsys ")):
		d.sum.Ends++
		d.marked = false
		err := d.finish(false)
		d.begin("", false)
		return err
	case isTimeout(line):
		d.sum.Timeouts.Add(string(line))
		return nil
	case bytes.HasPrefix(line, []byte("Permission Denial: can't dump ")):
		d.sum.Denied.Add(string(line))
		return nil
	case d.parser != nil:
		return d.parser.line(line, number)
	case d.service == "" && d.h.Other != nil:
		d.h.Other(line, number)
	}
	return nil
}

func isTimeout(line []byte) bool {
	return bytes.HasPrefix(line, []byte("*** SERVICE ")) && bytes.Contains(line, []byte("DUMP TIMEOUT"))
}

// markName is the service in "DUMP OF SERVICE package:" or, in bug reports, "DUMP OF SERVICE HIGH package:".
func markName(line []byte) string {
	name := strings.TrimSpace(strings.TrimPrefix(string(line), "DUMP OF SERVICE "))
	name, _, _ = strings.Cut(name, ":")
	for _, priority := range []string{"CRITICAL ", "HIGH ", "NORMAL "} {
		name = strings.TrimPrefix(name, priority)
	}
	return name
}

func (d *reader) begin(service string, marked bool) {
	d.service, d.marked, d.parser = service, marked, nil
	switch service {
	case "package":
		d.sum.PackageService = true
		d.parser = &packages{h: d.h, sum: d.sum}
	case "user":
		d.parser = &users{h: d.h}
	case "device_policy":
		d.parser = &owners{h: d.h}
	case "accessibility":
		d.parser = &accessibility{h: d.h}
	case "notification":
		d.parser = &listeners{h: d.h}
	case "vpn_management", "vpn":
		d.parser = &vpns{h: d.h}
	default:
		return
	}
	if !slices.Contains(d.sum.Read, service) {
		d.sum.Read = append(d.sum.Read, service)
	}
}

func (d *reader) finish(text bool) error {
	if d.parser == nil {
		return nil
	}
	if d.marked && len(d.sum.Unfinished) < 100 {
		d.sum.Unfinished = append(d.sum.Unfinished, d.service)
	}
	err := d.parser.end(text)
	d.parser = nil
	return err
}

// Sniff tells which service the first bytes of a file are a dump of: a service's name, "*" for a dump of
// several services with marks, "" when it is none that is read here. The first line that tells decides: an app
// may have written a mark into its own texts further on.
func Sniff(head []byte) string {
	if lines.Binary(head) {
		return ""
	}
	head = lines.Decode(head)
	if bytes.Contains(head[:min(len(head), 1024)], []byte("== dumpstate: ")) {
		return "" // a bug report, which is more than dumps
	}
	for line := range bytes.Lines(head) {
		if line = bytes.TrimRight(lines.Plain(line), "\r\n"); len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if service := sniffLine(string(line)); service != "" {
			return service
		}
	}
	return ""
}

func sniffLine(line string) string {
	text := strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(text, "Current Device Policy Manager state"):
		return "device_policy"
	case strings.HasPrefix(text, "ACCESSIBILITY MANAGER (dumpsys accessibility)"):
		return "accessibility"
	case strings.HasPrefix(text, "Current Notification Manager state"):
		return "notification"
	case strings.HasPrefix(text, "UserInfo{"):
		return "user"
	}
	switch line {
	case "Database versions:", "Known Packages:", "Verifiers:", "Libraries:", "Activity Resolver Table:", "Key Set Manager:", inPackages:
		return "package"
	}
	switch _, ok := blockHeader(text, "Package ["); {
	case ok:
		return "package"
	case strings.HasPrefix(line, "DUMP OF SERVICE "):
		return "*"
	}
	return ""
}
