package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"quaestor/scanners/internal/csvstream"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/tally"
)

// csv reads rows.
func (r *run) csv(f *file, text io.Reader) error {
	rows := csvstream.NewReader(text)
	header, err := rows.Header()
	if err != nil {
		return err
	}
	columns, err := f.Map.columnsOf(header)
	if err != nil {
		return err
	}
	for {
		row, err := rows.Read()
		var broken *csvstream.RowError
		switch {
		case errors.As(err, &broken):
			f.read++
			f.broken.Add(broken.Error())
			continue
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("in line %d: %w", rows.Line(), err)
		case r.ctx.Err() != nil:
			return r.ctx.Err()
		}
		f.fill(columns, row)
		if err := r.keep(f, row.Line, f.Map.file.App != nil); err != nil {
			return err
		}
	}
}

// fill makes a record of a row.
func (f *file) fill(columns [][]int, row csvstream.Row) {
	f.rec = record{}
	for i := range f.Map.fields {
		from := &f.Map.fields[i]
		if from.fixed != "" {
			f.rec[from.slot] = from.fixed
			continue
		}
		var value []byte
		for _, c := range columns[i] {
			if value = row.Fields[c]; len(value) > 0 {
				break
			}
		}
		if len(value) == 0 && from.slot == sSeen && len(columns[i]) > 0 {
			value = never // there is a place for the time, and nothing in it
		}
		f.rec[from.slot] = f.value(i, value, row.Line)
	}
}

// columnsOf finds the columns of each field. It refuses a header that lacks one.
func (m *Map) columnsOf(header []string) ([][]int, error) {
	out := make([][]int, len(m.fields))
	var lacking []string
	for i, f := range m.fields {
		for _, c := range f.columns {
			at := slices.Index(header, strings.TrimSpace(c))
			if at < 0 {
				at = slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(h, strings.TrimSpace(c)) })
			}
			if at >= 0 {
				out[i] = append(out[i], at)
			}
		}
		if len(out[i]) == 0 && len(f.columns) > 0 && f.needed {
			lacking = append(lacking, fmt.Sprintf("%s: %q%s", f.name, f.columns[0], didYouMean(f.columns[0], header)))
		}
	}
	if lacking != nil {
		return nil, m.lacks("columns", lacking, header)
	}
	return out, nil
}

// maxNamed is how many names a message lists.
const maxNamed = 60

// lacks says what an export lacks, and what it has.
func (m *Map) lacks(what string, lacking, has []string) error {
	list := make([]string, 0, len(has))
	for _, h := range has[:min(len(has), maxNamed)] {
		list = append(list, fmt.Sprintf("%q", h))
	}
	if len(has) > maxNamed {
		list = append(list, fmt.Sprintf("and %d more", len(has)-maxNamed))
	}
	return &Unfit{fmt.Sprintf("the export lacks %s that the mapping %q names (%s); it has %s. Mark with optional: true what not every export has",
		what, m.name, strings.Join(lacking, "; "), strings.Join(list, ", "))}
}

// maxFirst is how many elements show whether a mapping fits.
const maxFirst = 100

// reader reads elements.
type reader struct {
	*run
	f       *file
	first   []jsonstream.Element // until it is known that the mapping fits
	checked bool
	element found
	app     found
	line    int    // in which the element begins
	raw     []byte // its text
}

// json reads elements. The first of them show whether the mapping fits.
func (r *run) json(f *file, text io.Reader) error {
	d := &reader{run: r, f: f}
	of := r.pages.File(f.name)
	defer of.Done()
	var outside []string
	o := jsonstream.Options{Members: f.Map.members, Depth: f.Map.depth, Outside: func(m jsonstream.Member) {
		of.Outside(m)
		if len(outside) < maxNamed && !slices.Contains(outside, m.Name) {
			outside = append(outside, m.Name)
		}
	}}
	err := jsonstream.Elements(text, o, func(e jsonstream.Element) error {
		of.Element(e, f.Map.name)
		return d.take(e)
	})
	if err == nil && !d.checked {
		err = d.check()
	}
	if err == nil && f.read == 0 && len(f.Map.members) > 0 {
		return f.Map.lacks("a list", []string{fmt.Sprintf("list: %q", f.Map.file.List[0])}, outside)
	}
	return err
}

// take takes one element.
func (d *reader) take(e jsonstream.Element) error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	if d.checked {
		return d.one(e)
	}
	if d.first = append(d.first, e); len(d.first) < maxFirst {
		return nil
	}
	return d.check()
}

// check compares the mapping with the first elements, and reads them.
func (d *reader) check() error {
	d.checked = true
	if err := d.fits(); err != nil {
		return err
	}
	for _, e := range d.first {
		if err := d.one(e); err != nil {
			return err
		}
	}
	d.first = nil
	return nil
}

// fits refuses an export of which no first element has a member that is needed.
func (d *reader) fits() error {
	m := d.f.Map
	seen := make([]bool, len(m.fields))
	listed, apps := false, 0
	var members []string
	for _, e := range d.first {
		if e.Err != nil {
			continue
		}
		members = names(members, "", e.Raw)
		listed = d.see(m.elements, e.Raw, seen) || listed
		if m.nested {
			_ = d.element.apps.Items(func(v jsonpart.Value) bool {
				members = names(members, m.file.Apps.Column[0]+": ", v)
				d.see(m.inner, v, seen)
				apps++
				return apps < maxFirst
			})
		}
	}
	if members == nil {
		return nil // not one element; said later
	}
	var lacking []string
	for i, f := range m.fields {
		empty := m.nested && f.slot >= firstOfApp && apps == 0
		if f.needed && len(f.columns) > 0 && !seen[i] && !empty {
			lacking = append(lacking, fmt.Sprintf("%s: %q%s", f.name, f.columns[0], didYouMean(f.columns[0], members)))
		}
	}
	if m.nested && !listed && !m.file.Apps.Optional {
		path := m.file.Apps.Column[0]
		lacking = append(lacking, fmt.Sprintf("apps: %q%s", path, didYouMean(path, members)))
	}
	if lacking != nil {
		return m.lacks("members", lacking, members)
	}
	return nil
}

// see notes which fields an object has, and whether it has a list of apps. A field that is there and empty is there: the first devices
// may have no value for it.
func (d *reader) see(n *node, object jsonpart.Value, seen []bool) bool {
	n.mark(object, seen)
	d.element.reset(len(seen))
	_ = d.element.take(n, object) // as far as it goes
	return d.element.apps != nil
}

// names adds the members of an object, and those of objects in it.
func names(list []string, before string, object jsonpart.Value) []string {
	_ = object.Fields(func(key string, v jsonpart.Value) bool {
		name := before + key
		if v.IsObject() && strings.Count(name, ".") < 3 {
			list = names(list, name+".", v)
		} else if !slices.Contains(list, name) {
			list = append(list, name)
		}
		return len(list) < 4*maxNamed
	})
	return list
}

// one reads an element.
func (d *reader) one(e jsonstream.Element) error {
	f := d.f
	err := e.Err
	if err == nil {
		err = valid(e.Raw)
	}
	if err == nil {
		d.line, d.raw = e.Line, e.Raw
		d.element.odd, d.app.odd = d.odd, d.odd
		d.element.reset(len(f.Map.fields))
		err = d.element.take(f.Map.elements, e.Raw)
	}
	if err != nil {
		f.read++
		f.trouble.Add(e, err)
		return nil
	}
	f.rec = record{}
	f.others(e.Raw)
	d.fill(&d.element, 0, firstOfApp, e.Line)
	if !f.Map.nested {
		d.fill(&d.element, firstOfApp, slots, e.Line)
		return d.keep(f, e.Line, f.Map.file.App != nil)
	}
	return d.nested(e)
}

// odd notes a member that is there twice or of another kind than it should be, in its line.
func (d *reader) odd(at jsonpart.Value, key, what string) {
	line := d.line + bytes.Count(d.raw[:max(0, cap(d.raw)-cap(at))], []byte{'\n'}) // at is a part of raw
	d.f.strange.Add(fmt.Sprintf("line %d: %q %s", line, tally.Short(key), what))
}

// fill resolves what was found for a range of slots.
func (d *reader) fill(from *found, first, end slot, line int) {
	for i := range d.f.Map.fields {
		switch f := &d.f.Map.fields[i]; {
		case f.slot < first || f.slot >= end:
		case f.fixed != "":
			d.f.rec[f.slot] = f.fixed
		default:
			d.f.rec[f.slot] = d.f.value(i, from.texts[i].value, line)
		}
	}
}

// nested keeps a device with its apps.
func (d *reader) nested(e jsonstream.Element) error {
	f := d.f
	f.listed = f.listed || d.element.apps != nil
	if err := d.keep(f, e.Line, false); err != nil || d.element.apps == nil {
		return err
	}
	key := f.key
	if key == "" || f.rec[sPlatform] == ignore {
		return nil
	}
	var failed error
	err := d.element.apps.Items(func(v jsonpart.Value) bool {
		d.app.reset(len(f.Map.fields))
		if err := d.app.take(f.Map.inner, v); err != nil || !v.IsObject() {
			f.useless.Add(fmt.Sprintf("line %d: an app that is no object", e.Line))
			return true
		}
		d.fill(&d.app, firstOfApp, slots, e.Line)
		failed = d.run.app(f, key, e.Line)
		return failed == nil
	})
	return errors.Join(failed, err)
}
