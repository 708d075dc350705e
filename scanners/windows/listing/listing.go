// Package listing reads what an administrator of Windows exports in a minute: lists of programs, packages, services, drivers,
// security products, tasks and certificates, as PowerShell, winget, wmic and driverquery print them, in CSV, JSON, as lists or tables.
//
// A list is recognised by its columns, never by its name. Where a column names the computer, one file may be of many.
//
// What the package cannot see: whatever the list left out. The lists that `winget export` and Win32_Product make know only a part
// of the programs, and a console cuts long names off.
package listing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"quaestor/scanners"
	"quaestor/scanners/internal/codepage"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/whose"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "windows/listing"

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "windows", Title: "lists that an administrator of Windows exports",
		Reads: []string{"winget list (text), winget export (JSON 1.0 and 2.0), choco list",
			"Get-Package, Get-AppxPackage, Get-ItemProperty of the Uninstall keys, Win32_Product, wmic product get",
			"AntiVirusProduct, AntiSpywareProduct and FirewallProduct of root/SecurityCenter2, Get-MpComputerStatus, Get-NetFirewallProfile",
			"Get-Service, Win32_Service, Win32_SystemDriver, driverquery /v /fo csv, Get-ScheduledTask, Get-ChildItem Cert:",
			"Get-ComputerInfo, Win32_OperatingSystem, Win32_ComputerSystem",
			"each as CSV, JSON, list or table, in UTF-16, UTF-8 or a code page"},
		CannotSee: []string{
			"Programs, columns and users that were left out when a list was made.",
			"Signatures of the files behind programs, services and drivers.",
			"Which computer a list is of, where no column names it: the lists of one folder are then taken for one computer's.",
		},
		Platforms: []inventory.Platform{inventory.Windows},
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	if src.IsDir() || len(src.Head()) == 0 || lines.Binary(src.Head()) {
		return false
	}
	_, ok := look(src.Head())
	return ok
}

// Scan implements [scanners.Scanner].
func (scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	data, err := src.Bytes()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	l := &list{ctx: ctx, src: src, computers: map[string]*computer{}, sum: hex.EncodeToString(sum[:])}
	text := codepage.Decode(data)
	switch {
	case looksWinget(text.UTF8):
		l.sawWhole("winget list")
		err = l.winget(text.UTF8)
	case looksLines(text.UTF8):
		l.sawWhole("list of programs")
		err = l.lines(text.UTF8)
	case looksChocolatey(text.UTF8):
		l.sawWhole("choco list")
		err = l.chocolatey(text.UTF8)
	default:
		_, err = records.Read(text.UTF8, records.Handler{Record: l.record, Group: groups, Broken: func(line int, row string) { l.broken.Add(fmt.Sprintf("%d: %s", line, row)) }})
	}
	return l.inventory(text, err)
}

// groups names the lists within an object at the top of JSON.
func groups(members []string) []string {
	for _, m := range members {
		if m == "Sources" { // of winget export, whose packages lie one deeper
			return []string{m}
		}
	}
	return nil
}

// record takes one record of whatever shape it has. Records of one list need not have the same columns: what a key of the registry
// lacks is no column of its record.
func (l *list) record(r records.Record) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	l.rows++
	s := shapeOf(r)
	if s == nil {
		s = l.last
	}
	if s == nil {
		l.unknown.Add(columns(r))
		return nil
	}
	if l.last = s; s.whole != "" {
		l.sawWhole(s.whole)
	}
	s.read(l.computer(hostOf(r)), r)
	return nil
}

// hostColumns name the computer that a record is of.
var hostColumns = []string{"PSComputerName", "ComputerName", "__SERVER", "Node", "CSName", "CsCaption", "MachineName", "SystemName", "Hostname", "Host Name", "Computer", "Device", "DeviceName", "DNSHostName"}

// hostOf is the name of the computer, "" where the record tells none, or only that it was this one.
func hostOf(r records.Record) string {
	name := r.Text(hostColumns...)
	if cim, ok := records.From(r.Value("CimSystemProperties")); ok && name == "" {
		name = cim.Text("ServerName")
	}
	switch {
	case name == "." || name == "localhost" || name == "127.0.0.1" || name == "::1" || len(name) > 255:
		return ""
	}
	return name
}

// look tells from the beginning of a file whether it is a list, of which computers, and whether a computer has only one such.
func look(head []byte) (whose.Seen, bool) {
	text := codepage.Head(head).UTF8
	var seen whose.Seen
	switch {
	case looksWinget(text):
		return whose.Seen{Whole: []string{"winget list"}}, true
	case looksLines(text):
		return whose.Seen{Whole: []string{"list of programs"}}, true
	case looksChocolatey(text):
		return whose.Seen{Whole: []string{"choco list"}}, true
	}
	ok := false
	for _, r := range firstRecords(text) {
		s := shapeOf(r)
		if s == nil {
			continue
		}
		ok = true
		if h := hostOf(r); h != "" {
			seen.Hosts = append(seen.Hosts, h)
		}
		if s.whole != "" && len(seen.Whole) == 0 {
			seen.Whole = append(seen.Whole, s.whole)
		}
	}
	return seen, ok
}

// maxFirst is how many records tell what a file is.
const maxFirst = 20

// firstRecords are the first records of a text that may break off.
func firstRecords(text []byte) []records.Record {
	var out []records.Record
	form, _ := records.Read(text, records.Handler{Group: groups, Record: func(r records.Record) error {
		if out = append(out, r); len(out) == maxFirst {
			return records.ErrStop
		}
		return nil
	}})
	if form == records.JSON && len(out) == 0 {
		return records.Heads(text)
	}
	return out
}

// inventory puts the computers together. A list that broke off is an error beside what was read.
func (l *list) inventory(text codepage.Text, err error) (*inventory.Inventory, error) {
	inv := l.united()
	l.told(inv, text)
	switch {
	case err != nil:
		return inv, fmt.Errorf("the list %q cannot be read to its end: %w; make it again", l.src.Base(), err)
	case len(l.computers) == 0:
		return inv, errors.New("this is no list of what a Windows computer has")
	}
	return inv, nil
}
