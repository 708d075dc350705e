// Package dumpsys reads what Android's dumpsys prints about installed packages, users, device and profile
// owners, accessibility services, notification listeners, VPNs, app ops and roles. It takes the dump of one service as well as
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
	System     func(System)
	User       func(DeviceUser)
	Owner      func(Owner)
	Service    func(Service)
	VPN        func(VPN)
	Op         func(Op)
	Role       func(Role)
	Tunnel     func(Tunnel)
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
	Unfinished       []string // services read here, or cut off by the end of the text, whose end is not marked

	UnknownKeys     map[string]*tally.ByKey // fields in blocks, by section
	UnknownSections tally.ByKey             // sections of the package service
	Broken          tally.Tally             // package blocks that lack their end or have no valid name
	Missed          tally.Tally             // lines that name a package in no form that is read: it is not handed over
	Missing         []string                // services read here that the dump lists as running and does not hold
	Denied          tally.Tally             // services that refused to be dumped
	Timeouts        tally.Tally             // services that were too slow
	Overflow        int                     // list entries beyond the limit of one block
	Truncated       bool                    // the text ends before the packages and shared users are known to be whole
	Bare            bool                    // it holds the packages and nothing else: nothing shows whether it is whole
	Platform        bool                    // the package "android", which every phone has, is among them
	Asked           string                  // the one package that the dump was asked for; "" for a dump of all
	Cut             int
	Glued           int  // lines in another encoding than the beginning
	Open            bool // the text ends in the middle of a line of what is read here
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
	listing bool // inside the list of services at the top
	running []string
	parser  parser
}

// Read reads a dump from r. Service names what stands in it when no mark says so, "" for nothing.
func Read(r io.Reader, service string, h *Handler) (*Summary, error) {
	d := &reader{h: h, sum: &Summary{UnknownKeys: map[string]*tally.ByKey{}}}
	d.begin(service, false)
	in := lines.New(r)
	for in.Next() {
		line := in.Bytes()
		if lines.Dressed(line) { // inside a line, colours may be an app's own text
			line = lines.Plain(line)
		}
		if err := d.line(line, in.Number()); err != nil {
			return d.sum, err
		}
	}
	inside := d.parser != nil || d.sum.Marks == 0
	err := d.finish(true)
	d.compare()
	// Tools that cut the last line end off, too, leave a whole dump of all services: its last line is an end mark
	// or, in old versions, that of a service which is not read.
	d.sum.Cut, d.sum.Glued, d.sum.Open = in.Cut(), in.Glued(), in.Open() && inside
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
	case bytes.HasPrefix(line, []byte("--------- ")) && bytes.Contains(line, []byte(" was the duration of dumpsys ")) && bytes.Contains(line, []byte(", ending at: ")):
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
	case d.service == "":
		d.outside(line, number)
	}
	return nil
}

// outside takes a line that belongs to no service. A dump of all services begins with a list of them.
func (d *reader) outside(line []byte, number int) {
	switch name, isName := bytes.CutPrefix(line, []byte("  ")); {
	case d.sum.Marks == 0 && string(line) == "Currently running services:":
		d.listing = true
	case d.listing && isName:
		if service := string(name); d.parserOf(service) != nil && !slices.Contains(d.running, service) {
			d.running = append(d.running, service)
		}
	default:
		d.listing = false
	}
	if d.h.Other != nil {
		d.h.Other(line, number)
	}
}

// compare finds the services that were running and are not in the dump: it was cut short before them.
func (d *reader) compare() {
	for _, service := range d.running {
		if !slices.Contains(d.sum.Read, service) {
			d.sum.Missing = append(d.sum.Missing, service)
		}
	}
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
	d.service, d.marked, d.parser = service, marked, d.parserOf(service)
	if d.parser == nil {
		return
	}
	d.sum.PackageService = d.sum.PackageService || service == "package"
	if !slices.Contains(d.sum.Read, service) {
		d.sum.Read = append(d.sum.Read, service)
	}
}

// parserOf makes a parser for a service, nil where none is read.
func (d *reader) parserOf(service string) parser {
	switch service {
	case "package":
		return &packages{h: d.h, sum: d.sum}
	case "user":
		return &users{h: d.h}
	case "device_policy":
		return &owners{h: d.h}
	case "accessibility":
		return &accessibility{h: d.h}
	case "notification":
		return &listeners{h: d.h}
	case "vpn_management", "vpn":
		return &vpns{h: d.h}
	case "appops":
		return &appOps{h: d.h, sum: d.sum}
	case "role":
		return &roles{h: d.h}
	case "connectivity":
		return &connectivity{h: d.h}
	}
	return nil
}

func (d *reader) finish(text bool) error {
	if d.marked && (text || d.parser != nil) && len(d.sum.Unfinished) < 100 {
		d.sum.Unfinished = append(d.sum.Unfinished, d.service)
	}
	if d.parser == nil {
		return nil
	}
	err := d.parser.end(text)
	d.parser = nil
	return err
}
