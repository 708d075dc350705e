package intune

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"quaestor/scanners"
	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/internal/csvstream"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/pages"
	"quaestor/scanners/internal/regroup"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// split is a run over the files of one fleet.
type split struct {
	ctx     context.Context
	emit    func(scanners.Part) error
	files   []*file
	devices *regroup.Groups // rows by device
	pages   pages.Run
	counted *regroup.Groups // apps by platform that are counted and not told of devices
	row     []byte
	key     []byte

	listings listings
}

// Split implements [scanners.Fleet]. The only list of devices of a run is handed on as it is read; otherwise what belongs to a device is
// put together first.
func (scanner) Split(ctx context.Context, srcs []*source.Source, emit func(scanners.Part) error) (*inventory.Inventory, error) {
	s := &split{ctx: ctx, emit: emit, devices: regroup.New(regroup.DefaultMemory), counted: regroup.New(regroup.DefaultMemory)}
	defer s.devices.Close()
	defer s.counted.Close()
	for i, src := range srcs {
		s.files = append(s.files, &file{src: src, name: inventory.Text(src.Name()), number: i, names: names{}})
	}
	var errs []error
	for _, f := range s.files {
		if err := s.read(f, len(srcs) == 1); err != nil {
			if ctx.Err() != nil {
				return s.rest(), err
			}
			errs = append(errs, err)
		}
	}
	errs = append(errs, s.handOn())
	return s.rest(), errors.Join(errs...)
}

// read reads one file.
func (s *split) read(f *file, alone bool) error {
	text, err := textstream.Open(f.src)
	if err != nil {
		return err
	}
	f.text = text
	form, isJSON := look(textstream.Head(f.src))
	f.form = form
	if isJSON {
		f.direct = alone && form == device
		of := s.pages.File(f.name)
		defer of.Done()
		o, kind := options, fmt.Sprint("form ", form)
		o.Outside = of.Outside
		return f.ended(jsonstream.Elements(text, o, func(e jsonstream.Element) error {
			of.Element(e, kind)
			return s.element(f, e)
		}))
	}
	return f.ended(s.table(f))
}

// table reads a table.
func (s *split) table(f *file) error {
	r := csvstream.NewReader(f.text)
	header, err := r.Header()
	if err != nil {
		return err
	}
	t := newTable(header, f)
	for {
		row, err := r.Read()
		var broken *csvstream.RowError
		switch {
		case errors.As(err, &broken):
			f.broke(broken.Line, broken.Reason)
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("after line %d: %w", r.Line(), err)
		}
		if f.rows++; f.rows%1000 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if err := s.tableRow(f, t, row); err != nil {
			return err
		}
	}
}

// table is which column of a file tells what.
type table struct {
	at   [fields]int // column of each field, -1 where there is none
	row  csvstream.Row
	form form
}

func newTable(header []string, f *file) *table {
	t := &table{form: f.form}
	for i := range t.at {
		t.at[i] = -1
	}
	for i, name := range header {
		if known := fieldOf(name); known != none && (t.at[known] < 0 || localised(name)) {
			t.at[known] = i
		}
	}
	if t.at[fAppName] < 0 {
		t.at[fAppName] = t.at[fDisplayName]
	}
	switch {
	case f.form == device && t.at[fID] < 0:
		t.at[fID] = t.at[fAnyID]
	case f.form == protection:
		t.at[fState] = -1 // of the protection, not of the management
	}
	return t
}

func (t *table) value(f field) []byte {
	if at := t.at[f]; at >= 0 {
		return t.row.Fields[at]
	}
	return nil
}

// fields is [row] of the row that is read. Most fields of a kind are columns of other tables.
func (t *table) fields(b []byte, kind byte) []byte {
	b = append(b, kind)
	if kind == rowApp {
		b = appendText(b, t.value(fPlatform))
	}
	first, end := span(kind)
	for f, at := range t.at[first:end] {
		switch {
		case at < 0:
			b = append(b, 0) // an empty text
			continue
		case first+field(f) == fLastSync && len(bytes.TrimSpace(t.row.Fields[at])) == 0:
			b = appendText(b, checkin.Never) // there is a place for the time, and nothing in it
			continue
		}
		b = appendText(b, t.row.Fields[at])
	}
	return b
}

// tableRow keeps what a row tells.
func (s *split) tableRow(f *file, t *table, r csvstream.Row) error {
	t.row = r
	mark := f.mark(r.Line)
	if t.form == appCounted {
		return s.count(f, mark, t.value(fAppName), t.value(fPlatform), t.value)
	}
	s.key = keyOf(s.key[:0], t.value(fID), t.value(fName))
	if len(s.key) == 0 {
		f.unnamed(mark, noDevice)
		return nil
	}
	s.row = t.fields(s.row[:0], rowDevice)
	if err := s.devices.AddOnce(s.key, s.row, mark); err != nil {
		return err
	}
	switch t.form {
	case protection:
		s.row = t.fields(s.row[:0], rowProtection)
		return s.devices.Add(s.key, s.row, mark)
	case appOnOne:
		if len(bytes.TrimSpace(t.value(fAppName))) == 0 {
			f.unnamed(mark, noApp)
			return nil
		}
		s.row = t.fields(s.row[:0], rowApp)
		return s.devices.Add(s.key, s.row, mark)
	}
	return nil
}

// count keeps an app that is counted.
func (s *split) count(f *file, mark int64, name, platform []byte, value func(field) []byte) error {
	if len(bytes.TrimSpace(name)) == 0 {
		f.unnamed(mark, noApp)
		return nil
	}
	p := platformOf(string(platform))
	s.key = append(s.key[:0], p...)
	s.row = row(s.row[:0], rowApp, platform, value)
	return s.counted.Add(s.key, s.row, mark)
}

// keyOf is what a device is told by: its number in Intune, else its name.
func keyOf(b, id, name []byte) []byte {
	if id = bytes.TrimSpace(id); len(id) > 0 {
		return appendLower(b, id)
	}
	if name = bytes.TrimSpace(name); len(name) > 0 {
		return appendLower(append(b, "name "...), name)
	}
	return b
}

// appendLower appends a text in small letters.
func appendLower(b, text []byte) []byte {
	begin := len(b)
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return append(b[:begin], bytes.ToLower(text)...)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// element keeps what an element of JSON tells, or hands it on.
func (s *split) element(f *file, e jsonstream.Element) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if e.Err != nil {
		f.broke(e.Line, e.Err.Error())
		return nil
	}
	if f.rows++; f.rows == 1 {
		f.names.learn(e.Raw)
	}
	if f.direct {
		return s.emit(func() *inventory.Inventory { return f.deviceAlone(e.Raw, e.Line) })
	}
	var r record
	var devices, apps jsonpart.Value
	err := r.object(e.Raw, f.names, func(which field, list jsonpart.Value) {
		if which == fManagedDevices {
			devices = list
		} else {
			apps = list
		}
	}, f.oddIn(e.Line))
	if err != nil {
		f.broke(e.Line, err.Error())
		return nil
	}
	return s.object(f, &r, devices, apps, f.mark(e.Line))
}

// object keeps an element by what it is.
func (s *split) object(f *file, r *record, devices, apps jsonpart.Value, mark int64) error {
	form := f.form
	if r[fAppName] == "" {
		r[fAppName] = r[fDisplayName]
	}
	if form == appOnMany && !devices.IsArray() {
		form = appCounted
	} else if form == appCounted && devices.IsArray() {
		form = appOnMany
	}
	switch form {
	case appCounted:
		return s.count(f, mark, []byte(r[fAppName]), []byte(r[fPlatform]), func(f field) []byte { return []byte(r[f]) })
	case appOnMany:
		return s.appOnMany(f, r, devices, mark)
	case device:
		r[fID] = cmp.Or(r[fID], r[fAnyID])
	case protection:
		r[fState] = "" // of the protection, not of the management
	}
	return s.onDevice(f, form, r, apps, mark)
}

// appOnMany keeps an app for each of its devices.
func (s *split) appOnMany(f *file, app *record, devices jsonpart.Value, mark int64) error {
	var failed error
	err := devices.Items(func(v jsonpart.Value) bool {
		var d record
		if err := d.object(v, f.names, nil, f.oddIn(lineOf(mark))); err != nil {
			failed = err
			return false
		}
		d[fID] = cmp.Or(d[fID], d[fAnyID])
		d.fill(app, firstOfApp, endOfApp)
		platform := app[fPlatform]
		if s.key = keyOf(s.key[:0], []byte(d[fID]), []byte(d[fName])); len(s.key) == 0 {
			f.unnamed(mark, noDevice)
			return true
		}
		s.row = row(s.row[:0], rowDevice, "", func(f field) string { return d[f] })
		if failed = s.devices.AddOnce(s.key, s.row, mark); failed == nil {
			s.row = row(s.row[:0], rowApp, platform, func(f field) string { return d[f] })
			failed = s.devices.Add(s.key, s.row, mark)
		}
		return failed == nil
	})
	return errors.Join(err, failed)
}

// onDevice keeps what an element tells of one device.
func (s *split) onDevice(f *file, form form, r *record, apps jsonpart.Value, mark int64) error {
	if s.key = keyOf(s.key[:0], []byte(r[fID]), []byte(r[fName])); len(s.key) == 0 {
		f.unnamed(mark, noDevice)
		return nil
	}
	text := func(f field) string { return r[f] }
	s.row = row(s.row[:0], rowDevice, "", text)
	if err := s.devices.AddOnce(s.key, s.row, mark); err != nil {
		return err
	}
	switch {
	case form == appOnOne && strings.TrimSpace(r[fAppName]) == "":
		f.unnamed(mark, noApp)
		return nil
	case form == appOnOne:
		s.row = row(s.row[:0], rowApp, r[fPlatform], text)
		return s.devices.Add(s.key, s.row, mark)
	case form == protection:
		s.row = row(s.row[:0], rowProtection, "", text)
		return s.devices.Add(s.key, s.row, mark)
	}
	var failed error
	err := apps.Items(func(v jsonpart.Value) bool {
		var a record
		if failed = a.object(v, f.names, nil, f.oddIn(lineOf(mark))); failed != nil {
			return false
		}
		if a[fAppName] = a[fDisplayName]; strings.TrimSpace(a[fAppName]) == "" {
			f.unnamed(mark, noApp)
			return true
		}
		s.row = row(s.row[:0], rowApp, a[fPlatform], func(f field) string { return a[f] })
		failed = s.devices.Add(s.key, s.row, mark)
		return failed == nil
	})
	return errors.Join(err, failed)
}

// handOn hands on the devices that were put together, and those that stand for all of a platform.
func (s *split) handOn() error {
	err := s.devices.Each(func(g regroup.Group) error {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		return s.emit(func() *inventory.Inventory { return s.together(g) })
	})
	if err != nil {
		return err
	}
	return s.counted.Each(func(g regroup.Group) error {
		return s.emit(func() *inventory.Inventory { return s.fleet(g) })
	})
}
