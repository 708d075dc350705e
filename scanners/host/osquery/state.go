package osquery

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/regroup"
	"quaestor/scanners/inventory"
)

// maxAlike is how many computers may bear one name.
const maxAlike = 100

// logPart reads the lines of one name. Several computers may bear it, which only the numbers of their hardware tell apart. Seen is when
// any of them last wrote something.
func logPart(g regroup.Group, files map[int64]*file, seen int64) *inventory.Inventory {
	inv := inventory.New()
	list := byHardware(sorted(g, files))
	for i, c := range list {
		h := newHost(c[0].file, c[0].host)
		h.second = i > 0
		if h.reported(c[len(c)-1].at); len(list) == 1 {
			h.reported(seen)
		}
		s := state{host: h, queries: map[string]*query{}}
		for _, l := range c {
			fill(&h.device.Serial, l.serial)
			h.numbers.fill(numbers{uuid: l.uuid})
			s.take(l)
		}
		s.settle()
		if s.was = s.before(); h.empty() && s.was.empty() {
			continue
		}
		if h.empty() {
			h.platform = s.was.ofSystem()
			h.guessed = s.was.guessed
		}
		h.prepare()
		s.changes()
		one := h.facts()
		if len(h.apps)+len(h.parts) == 0 && h.device.Changes == nil {
			one.Gaps = append(one.Gaps, inventory.Gap{Scanner: ID, Device: h.device.ID, Subject: h.file.name, Kind: inventory.GapEmpty, Detail: "The log tells of the computer and lists none of its software.",
				Next: "Query the tables apps, programs, deb_packages, rpm_packages, chrome_extensions and firefox_addons as snapshots too, and scan all logs together."})
		}
		inv.Merge(one)
	}
	return inv
}

// logged is a line, and where it stands.
type logged struct {
	line
	file *file
	row  int
}

// sorted are the lines of a group in the order of time. Those of one time are in that of their counters, else as they stand.
func sorted(g regroup.Group, files map[int64]*file) []logged {
	out := make([]logged, 0, len(g.Rows))
	var before int64
	for _, r := range g.Rows {
		l, err := parseLine(jsonpart.Value(r.Text))
		if err != nil {
			continue // it was read before
		}
		if l.at == 0 {
			l.at = before
		}
		before = l.at
		out = append(out, logged{l, files[r.Mark>>lineBits], int(r.Mark & (1<<lineBits - 1))})
	}
	slices.SortStableFunc(out, func(a, b logged) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.counter, b.counter)) })
	return out
}

// byHardware tells computers of one name apart. Lines that do not tell of which they are, are of the first.
func byHardware(lines []logged) (out [][]logged) {
	at := map[string]int{"": 0}
	for _, l := range lines {
		i, ok := at[l.uuid]
		switch {
		case ok:
		case len(at) == 1: // the first number
			at[l.uuid] = 0
		case len(out) < maxAlike:
			i = len(out)
			at[l.uuid] = i
		}
		if i == len(out) {
			out = append(out, nil)
		}
		out[i] = append(out[i], l)
	}
	return out
}

// state is what the queries of one computer gave so far.
type state struct {
	*host
	queries map[string]*query
	held    int
	lost    int
	left    int   // rows that went, of which it is known what they were
	was     *host // with these rows
}

// query is what one query gave so far.
type query struct {
	name    string
	rows    map[string]*held // by their content
	order   []*held
	went    map[string]*held // rows that are not there any more, by their content
	begun   bool
	partial bool // it began with a difference to something before the log
	columns []string
	table   *table // of rows with these columns
}

// held is a row, where it stands.
type held struct {
	text string
	file *file
	row  int
	gone bool
}

// take takes a line: rows that came and went, or all of them.
func (s *state) take(l logged) {
	q := s.queries[l.name]
	if q == nil {
		q = &query{name: l.name, rows: map[string]*held{}}
		s.queries[l.name] = q
	}
	if !q.begun {
		q.begun, q.partial = true, l.snapshot == nil && l.counter != 0
	}
	switch {
	case l.snapshot != nil:
		q.partial = false
		s.held -= len(q.rows)
		q.rows, q.order, q.went = map[string]*held{}, nil, nil // what is not in it is not there
		s.each(q, l, l.snapshot, true)
	case l.diff != nil:
		s.each(q, l, l.diff.Get("removed"), false)
		s.each(q, l, l.diff.Get("added"), true)
	case l.columns.IsObject():
		s.change(q, l, l.columns, l.action != "removed")
	default:
		s.broken.Add(fmt.Sprintf("%d: %s: no row", l.row, l.name))
	}
}

func (s *state) each(q *query, l logged, list jsonpart.Value, add bool) {
	if list.IsObject() {
		s.change(q, l, list, add)
		return
	}
	_ = list.Items(func(row jsonpart.Value) bool { // the line is whole
		s.change(q, l, row, add)
		return true
	})
}

// change adds or removes a row. A row is told by all that it holds.
func (s *state) change(q *query, l logged, row jsonpart.Value, add bool) {
	if !row.IsObject() {
		s.broken.Add(fmt.Sprintf("%d: %s: a row that is no object", l.row, q.name))
		return
	}
	text := string(row)
	if bytes.ContainsRune(row, '\n') {
		var b bytes.Buffer
		if json.Compact(&b, row) == nil {
			text = b.String()
		}
	}
	have := q.rows[text]
	switch {
	case add && have == nil:
		if s.held >= maxOfHost {
			s.lost++
			return
		}
		s.held++
		r := &held{text: text, file: l.file, row: l.row}
		q.rows[text] = r
		q.order = append(q.order, r)
		delete(q.went, text)
	case !add && have != nil:
		s.held--
		have.gone = true
		delete(q.rows, text)
		s.gone(q, have)
	case !add && s.lost == 0:
		q.partial = true
		s.gone(q, &held{text: text, file: l.file, row: l.row, gone: true})
	}
	if len(q.order) > 2*len(q.rows)+1000 {
		q.order = slices.DeleteFunc(q.order, func(r *held) bool { return r.gone })
	}
}

// settle hands on the rows that hold at the end of the log, each once.
func (s *state) settle() {
	for _, name := range slices.Sorted(maps.Keys(s.queries)) {
		q := s.queries[name]
		for _, row := range q.order {
			if row.gone {
				continue
			}
			r, err := decode(jsonpart.Value(row.text))
			if err != nil {
				s.broken.Add(fmt.Sprintf("%d: %s: %v", row.row, name, err))
				continue
			}
			r.Line = row.row
			if t := q.tableOf(r); t != nil {
				s.rows[t] = append(s.rows[t], found{r, row.file})
			} else {
				s.unread.Add(name)
			}
		}
		if q.partial {
			s.partial.Add(name)
		}
	}
	s.over += s.lost
}

// tableOf is the table that a row of the query is of. Rows with the columns of the one before are of the same.
func (q *query) tableOf(r records.Record) *table {
	if q.columns == nil || len(q.columns) != r.Len() || !r.Has(q.columns...) {
		q.columns, q.table = r.Columns(), tableOf(r, q.name)
	}
	return q.table
}

// decode makes a record of an object.
func decode(v jsonpart.Value) (records.Record, error) {
	r := records.New(0)
	var wrong error
	err := v.Fields(func(name string, value jsonpart.Value) bool {
		if text, ok := value.Text(); ok {
			r.Set(name, text)
			return true
		}
		var other any
		d := json.NewDecoder(bytes.NewReader(value))
		d.UseNumber()
		wrong = d.Decode(&other)
		r.Set(name, other)
		return wrong == nil
	})
	return r, cmp.Or(wrong, err)
}
