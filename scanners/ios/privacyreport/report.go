package privacyreport

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// Limits on what is kept of a report. Real ones tell of some hundred apps with some hundred hosts each.
const (
	maxHosts     = 5_000   // of one app
	maxAllHosts  = 200_000 // of all apps
	maxSensors   = 100     // of one app
	maxIntervals = 2_000_000
	maxHost      = 253
)

// report collects what the lines say.
type report struct {
	phone *iosfacts.Phone
	file  string

	apps      map[string]*app
	list      []*app
	intervals map[interval]bool // counted
	hosts     int
	timesText string // the text of the time that was read last
	timesIs   time.Time

	broken   tally.Tally // lines that are no JSON objects
	others   tally.Tally // lines of other kinds
	untimed  tally.Tally
	unknown  tally.Tally // counts that are none
	refused  tally.Tally // hosts that are none
	overHost tally.Tally
	overUse  tally.Tally
	key      []byte
}

// app is what the lines say of one app.
type app struct {
	*inventory.App
	number  int
	span    span
	uses    map[string]int // index in Accesses
	hosts   map[string]int // index in Connections, by host and context as they are written
	known   map[string]int // and by what they are told as
	spans   []span         // of Accesses
	network []span         // of Connections
}

// span is from when to when something was noted.
type span struct{ first, last time.Time }

func (s *span) add(t time.Time) {
	if t.IsZero() {
		return
	}
	if s.first.IsZero() || t.Before(s.first) {
		s.first = t
	}
	if t.After(s.last) {
		s.last = t
	}
}

func (s *span) ends() (first, last *time.Time) {
	if s.first.IsZero() {
		return nil, nil
	}
	return iosfacts.Valid(s.first), iosfacts.Valid(s.last)
}

// interval is what the beginning and the end of an access share.
type interval struct {
	app, use int
	id       [16]byte
}

func newReport(file string) *report {
	return &report{phone: iosfacts.New(id), file: file, apps: map[string]*app{}, intervals: map[interval]bool{}}
}

// read takes every line of a report.
func (r *report) read(ctx context.Context, in io.Reader) error {
	l := lines.New(in)
	for l.Next() {
		if l.Number()%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line := bytes.TrimSpace(l.Bytes())
		if len(line) == 0 {
			continue
		}
		rec, known, err := parse(line)
		switch {
		case err != nil:
			r.broken.Add(fmt.Sprintf("line %d", l.Number()))
		case !known:
			r.others.Add(fmt.Sprintf("line %d", l.Number()))
		default:
			r.add(&rec, l.Number())
		}
	}
	return l.Err()
}

// add takes a record.
func (r *report) add(rec *record, line int) {
	if len(rec.appKind) > 0 && string(rec.appKind) != "bundleID" {
		r.others.Add(fmt.Sprintf("line %d: an app by its %q", line, rec.appKind))
		return
	}
	a := r.app(rec.app, line)
	if a == nil {
		return
	}
	when, first := r.time(rec.when, line), time.Time{}
	if len(rec.first) > 0 {
		first = r.time(rec.first, line)
	}
	a.span.add(when)
	a.span.add(first)
	if rec.uncounted {
		r.unknown.Add(fmt.Sprintf("line %d", line))
	}
	if rec.network {
		r.connect(a, rec, when, first)
	} else {
		r.use(a, rec, when)
	}
}

// app is the app of a bundle identifier; nil when it is none, or there are too many.
func (r *report) app(id []byte, line int) *app {
	if a, ok := r.apps[string(id)]; ok {
		return a
	}
	fact := r.phone.App(string(id))
	if fact == nil {
		return nil
	}
	a := &app{App: fact, number: len(r.list), uses: map[string]int{}, hosts: map[string]int{}, known: map[string]int{}}
	r.phone.From(fact, r.file, line)
	r.apps[string(id)] = a
	r.list = append(r.list, a)
	return a
}

// time reads the time of a line. Lines that follow each other often bear the same.
func (r *report) time(text []byte, line int) time.Time {
	if string(text) == r.timesText && len(text) > 0 {
		return r.timesIs
	}
	t, err := time.Parse(time.RFC3339Nano, string(text))
	if y := t.Year(); err != nil || y < 2010 || y > 2120 {
		r.untimed.Add(fmt.Sprintf("line %d", line))
		return time.Time{}
	}
	r.timesText, r.timesIs = string(text), t
	return t
}

// use counts an access to a sensor or data: once for its beginning and its end.
func (r *report) use(a *app, rec *record, when time.Time) {
	what := string(rec.what)
	if rec.aside {
		what += pickedByUser
	}
	at, ok := a.uses[what]
	if !ok {
		if len(a.uses) >= maxSensors {
			r.overUse.Add(a.Identifier)
			return
		}
		at = len(a.Accesses)
		a.uses[what] = at
		a.Accesses = append(a.Accesses, inventory.Access{What: inventory.Text(what)})
		a.spans = append(a.spans, span{})
	}
	a.spans[at].add(when)
	if r.counted(a, at, rec) {
		return
	}
	a.Accesses[at].Count += rec.times()
}

// pickedByUser stands behind what an app did not reach itself: the system showed it, and handed over what was chosen.
const pickedByUser = " (chosen by the user in a window of the system)"

// counted reports whether an access was counted already. Its end alone counts too: it began before the report does.
func (r *report) counted(a *app, use int, rec *record) bool {
	key := interval{app: a.number, use: use}
	if !uuid(rec.interval, &key.id) {
		return string(rec.kind) == "intervalEnd"
	}
	if r.intervals[key] {
		return true
	}
	if len(r.intervals) < maxIntervals {
		r.intervals[key] = true
	}
	return false
}

// uuid reads what is written as a UUID.
func uuid(text []byte, into *[16]byte) bool {
	if len(text) != 36 {
		return false
	}
	var digits [32]byte
	n := 0
	for _, c := range text {
		if c != '-' && n < len(digits) {
			digits[n] = c
			n++
		}
	}
	_, err := hex.Decode(into[:], digits[:])
	return n == len(digits) && err == nil
}
