package osquery

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/internal/records"
)

// Limits of a log.
const (
	maxLine    = 32 << 20 // bytes of a line; a snapshot of all files of a computer is longer, and not for us
	maxRows    = 100_000  // rows that hold at the end
	maxOfHost  = 20_000   // rows of one computer, of all tables
	maxQueries = 50_000   // queries of computers
	maxHosts   = 10_000
)

// isLog recognises a line of the log of osqueryd.
func isLog(r records.Record) bool {
	return r.Has("name") && r.HasAny("hostIdentifier", "hostname", "calendarTime", "unixTime") && r.HasAny("columns", "snapshot", "diffResults") && r.HasAny("unixTime", "calendarTime", "action")
}

// logHost is the computer of a line: its name where the line is decorated with it, else the identifier that osqueryd was told to use.
func logHost(r records.Record) string {
	d, _ := records.From(r.Value("decorations"))
	if name := d.Text("hostname", "computer_name", "host_name"); name != "" {
		return name
	}
	return r.Text("hostIdentifier", "hostname")
}

// lineByLine reports whether a file has one object of a log a line.
func lineByLine(head []byte) bool {
	first, _, ok := bytes.Cut(head, []byte("\n"))
	first = bytes.TrimSpace(first)
	list := records.Heads(first)
	return ok && len(first) > 0 && first[0] == '{' && len(list) > 0 && isLog(list[0]) || !ok && len(list) > 0 && first[0] == '{' && isLog(list[0])
}

// logLines reads a log of any length.
func (l *list) logLines() error {
	r, err := l.src.Reader()
	if err != nil {
		return err
	}
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxLine)
	for n := 1; s.Scan(); n++ {
		if err := l.ctx.Err(); err != nil {
			return err
		}
		line := bytes.TrimSpace(s.Bytes())
		if len(line) == 0 {
			continue
		}
		v, err := decode(line)
		rec, ok := records.From(v)
		if err != nil || !ok || !isLog(rec) {
			l.broken.Add(fmt.Sprintf("%d: %s", n, line[:min(len(line), 100)]))
			continue
		}
		rec.Line = n
		l.logged(rec)
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("a line is longer than %d MiB", maxLine>>20)
	}
	return s.Err()
}

func decode(line []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// query is what one query of one computer gave so far.
type query struct {
	host, name string
	rows       map[string]records.Record // by their content
	order      []string
	at         int64 // of the newest snapshot
	begun      bool
	partial    bool // it began with a difference to something before the log
}

// logged takes a line: rows that came and went, or all of them.
func (l *list) logged(r records.Record) {
	l.results++
	q := l.query(logHost(r), r.Text("name"))
	if q == nil {
		return
	}
	l.decorated(q.host, r)
	counter, counted := r.Number("counter")
	if !q.begun {
		q.begun, q.partial = true, !r.Has("snapshot") && (!counted || counter > 0)
	}
	at, _ := r.Number("unixTime")
	switch {
	case r.Has("snapshot"):
		if at < q.at {
			return
		}
		q.at, q.partial = at, false
		l.held -= len(q.rows)
		q.rows, q.order = map[string]records.Record{}, nil
		for _, v := range r.List("snapshot") {
			l.change(q, v, r.Line, true)
		}
	case r.Has("diffResults"):
		d, _ := records.From(r.Value("diffResults"))
		for _, v := range d.List("removed") {
			l.change(q, v, r.Line, false)
		}
		for _, v := range d.List("added") {
			l.change(q, v, r.Line, true)
		}
	default:
		l.change(q, r.Value("columns"), r.Line, r.Text("action") != "removed")
	}
}

func (l *list) query(host, name string) *query {
	at := strings.ToLower(host) + "\x00" + name
	q := l.queries[at]
	if q == nil {
		if len(l.queries) >= maxQueries {
			l.lost++
			return nil
		}
		q = &query{host: host, name: name, rows: map[string]records.Record{}}
		l.queries[at] = q
	}
	return q
}

// change adds or removes a row. A row is told by all that it holds.
func (l *list) change(q *query, v any, line int, add bool) {
	r, ok := records.From(v)
	if !ok {
		if v != nil && fmt.Sprint(v) != "" {
			l.broken.Add(q.name + ": a row that is no object")
		}
		return
	}
	content, err := json.Marshal(v)
	if err != nil {
		return
	}
	key := string(content)
	_, have := q.rows[key]
	switch {
	case add && !have:
		if l.held >= maxRows || len(q.rows) >= maxOfHost {
			l.lost++
			return
		}
		l.held++
		r.Line = line
		q.rows[key] = r
		q.order = append(q.order, key)
		if len(q.order) > 2*len(q.rows)+1000 { // rows that went are forgotten
			q.compact()
		}
	case !add && have:
		l.held--
		delete(q.rows, key)
	}
}

// compact drops from the order what is no longer there, and keeps of a row that came again the first place.
func (q *query) compact() {
	done := map[string]bool{}
	kept := q.order[:0]
	for _, key := range q.order {
		if _, ok := q.rows[key]; ok && !done[key] {
			done[key] = true
			kept = append(kept, key)
		}
	}
	q.order = kept
}

// settle hands on the rows that hold at the end of the log, each once.
func (l *list) settle() {
	for _, at := range slices.Sorted(maps.Keys(l.queries)) {
		q := l.queries[at]
		q.compact()
		for _, key := range q.order {
			r := q.rows[key]
			l.row(q.host, tableOf(r, q.name), r, q.name)
		}
		if q.partial && len(q.rows) > 0 {
			l.partial.Add(q.name)
		}
	}
}
