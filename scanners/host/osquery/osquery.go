// Package osquery reads results of osquery, of Windows, macOS and Linux: what osqueryi prints (--json, --csv), what osqueryd logs
// (snapshots and differences, in the event and the batch format), several queries in one object, and the software that Fleet lists of
// a host.
//
// A table is told by its columns, and by the name of the query where the columns alone do not say. Of processes only the program is
// kept; tables about connections, files, logins and what people did are named and not read.
//
// What the package cannot see: rows and columns that a query left out, and, in a log of differences, what had not changed since
// the log began.
package osquery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/codepage"
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
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "osquery", Title: "results of osquery, and Fleet's software of a host",
		Reads: []string{"osqueryi --json and --csv, of one table or of several in an object",
			"osqueryd.results.log and osqueryd.snapshots.log: events, batches, snapshots",
			"Fleet: the software of a host, as JSON"},
		CannotSee: []string{
			"Rows and columns that a query left out.",
			"In a log of differences, what had not changed since the log began.",
			"Signatures of programs, beyond what a table says.",
		},
		Platforms: scanners.Computers(),
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

// look tells from the beginning of a file whether it holds results, and of which computers.
func look(head []byte) (whose.Seen, bool) { return lookFor("")(head) }

// lookFor looks for the numbers of computers of one system too.
func lookFor(p inventory.Platform) func(head []byte) (whose.Seen, bool) {
	return func(head []byte) (whose.Seen, bool) { return seen(head, p) }
}

func seen(head []byte, p inventory.Platform) (whose.Seen, bool) {
	text := codepage.Head(head).UTF8
	var seen whose.Seen
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
	return seen, ok
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
func (scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	l := &list{ctx: ctx, src: src, hosts: map[string]*host{}, queries: map[string]*query{}}
	var err error
	if head := src.Head(); lineByLine(head) {
		err = l.logLines()
	} else {
		err = l.whole()
	}
	inv := l.inventory()
	switch {
	case err != nil:
		return inv, fmt.Errorf("the results in %q cannot be read to their end: %w; query again", src.Base(), err)
	case l.rows == 0 && len(l.hosts) == 0 && l.results == 0:
		return inv, errors.New("these are no results of osquery")
	}
	return inv, nil
}

// whole reads a file that is no log with one object a line.
func (l *list) whole() error {
	data, err := l.src.Bytes()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	l.sum = hex.EncodeToString(sum[:])
	text := codepage.Decode(data)
	_, err = records.Read(text.UTF8, records.Handler{Record: l.record, Group: groups, Broken: func(line int, row string) { l.broken.Add(row) }})
	return err
}

// record takes a row, a line of a log, or what Fleet says of a host.
func (l *list) record(r records.Record) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	switch {
	case isLog(r):
		l.logged(r)
	case isFleetHost(r):
		l.fleetHost(r)
	default:
		l.row(hostOf(r), tableOf(r, r.Group), r, r.Group)
	}
	return nil
}
