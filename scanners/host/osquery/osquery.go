// Package osquery reads results of osquery, of Windows, macOS and Linux: what osqueryi prints (--json, --csv), what osqueryd logs
// (snapshots and differences, in the event and the batch format, to files or to a server), several queries in one object; and what
// Fleet says of hosts and their software.
//
// A log may be of thousands of computers whose lines are mixed, in several files. Its lines are put together by computer and taken in
// the order of their time; what holds at the end counts. Lines may lie in what Splunk, Elastic or Kinesis put around them.
//
// A table is told by its columns, and by the name of the query where the columns alone do not say. Of processes only the program is
// kept; tables about connections, files, logins and what people did are named and not read. Of Fleet's hosts, their users' addresses,
// the policies and the network are not kept.
//
// The formats are those of https://osquery.readthedocs.io/en/stable/deployment/logging/ and https://fleetdm.com/docs/rest-api/rest-api.
//
// What the package cannot see: rows and columns that a query left out, and, in a log of differences, what had not changed since
// the log began.
package osquery

import (
	"bytes"
	"context"
	"regexp"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/codepage"
	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/whose"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/osquery"

type scanner struct{}

// New returns the scanner.
func New() scanners.Fleet { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "osquery", Title: "results of osquery, and Fleet's hosts and software",
		Reads: []string{"osqueryi --json and --csv, of one table or of several in an object",
			"osqueryd.results.log and osqueryd.snapshots.log of any number of computers: events, batches, snapshots; bodies of the TLS logger; lines in results of Splunk, Elastic and Kinesis",
			"Fleet: hosts with their software, software titles and versions, reports of queries, as JSON of the API and of fleetctl",
			"plain or gzip"},
		CannotSee: []string{
			"Rows and columns that a query left out.",
			"In a log of differences, what had not changed since the log began.",
			"Signatures of programs, beyond what a table says.",
			"Snaps, Flatpaks and AppImages of Linux, and programs of any system that no package manager or registry lists.",
		},
		Platforms: scanners.Platforms(),
	}
}

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	if src.IsDir() || len(src.Head()) == 0 {
		return false
	}
	_, ok := look(src.Head())
	return ok
}

// look tells from the beginning of a file whether it holds results, and of which computers.
func look(head []byte) (whose.Seen, bool) { return lookFor("")(head) }

// lookFor looks for the numbers of computers of one system too.
func lookFor(p inventory.Platform) func(head []byte) (whose.Seen, bool) {
	return func(head []byte) (whose.Seen, bool) { return seen(head, p) }
}

func seen(head []byte, p inventory.Platform) (whose.Seen, bool) {
	var seen whose.Seen
	if head = gunzip.Head(head); lines.Binary(head) {
		return seen, false
	}
	text := codepage.Head(head).UTF8
	ok := false
	for _, r := range firstRecords(text) {
		host, known := recognised(r)
		if !known {
			continue
		}
		ok = true
		if host != "" {
			seen.Hosts = append(seen.Hosts, host)
		}
		if id := deviceID(p, numberOf(r)); id != "" && host != "" {
			if seen.Devices == nil {
				seen.Devices = map[string]string{}
			}
			seen.Devices[strings.ToLower(host)] = id
		}
	}
	return seen, ok || formOf(text) != asWhole
}

// recognised reports whether a record is a result, and the computer that it names.
func recognised(r records.Record) (host string, ok bool) {
	if isLog(r) {
		return logHost(r), true
	}
	if isFleetHost(r) {
		return r.Text("hostname", "display_name"), true
	}
	if t := tableOf(r, r.Group); t != nil {
		return hostOf(r), true
	}
	return "", false
}

// fleetAnswer begins what Fleet's server says of one host.
var fleetAnswer = regexp.MustCompile(`^\s*\{\s*"host"\s*:\s*\{`)

// maxFirst is how many records tell what a file is.
const maxFirst = 20

func firstRecords(text []byte) []records.Record {
	switch records.Look(text) {
	case records.JSON:
		if first, _, ok := bytes.Cut(bytes.TrimLeft(text, " \t\r\n"), []byte("\n")); ok { // one object a line
			if list := records.Heads(first); len(list) > 0 && isLog(list[0]) {
				return list[:1]
			}
		}
		if m := fleetAnswer.FindIndex(text); m != nil {
			return records.Heads(text[m[1]-1:])
		}
		return records.Heads(text)
	case records.CSV:
		var out []records.Record
		_, _ = records.Read(text, records.Handler{Record: func(r records.Record) error {
			if out = append(out, r); len(out) == maxFirst {
				return records.ErrStop
			}
			return nil
		}})
		return out
	}
	return nil
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return scanners.Whole(ctx, s, src)
}
