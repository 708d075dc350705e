package jamf

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/pages"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// file is a file that is being read.
type file struct {
	ctx     context.Context
	name    string
	emit    func(scanners.Part) error
	devices int
	trouble jsonstream.Trouble
	pages   *pages.File
}

func (f *file) read(src *source.Source) error {
	text, err := textstream.Open(src)
	if err != nil {
		return err
	}
	switch head := bytes.TrimLeft(textstream.Head(src), " \t\r\n"); {
	case len(head) > 0 && head[0] == '<':
		return cut(text, f.xml)
	case len(head) > 0 && (head[0] == '{' || head[0] == '['):
		defer f.pages.Done()
		o := options
		o.Outside = f.pages.Outside
		return jsonstream.Elements(text, o, f.json)
	}
	return f.csv(text)
}

var errNoDevice = errors.New("it is no device of Jamf Pro")

// json hands on a device in JSON.
func (f *file) json(e jsonstream.Element) error {
	what := unknown
	if e.Err == nil {
		if what = formOf(e.Raw, e.Member); what == unknown {
			e.Err = errNoDevice
		}
	}
	f.pages.Element(e, fmt.Sprint("form ", what))
	if e.Err != nil {
		f.trouble.Add(e, e.Err)
		return f.ctx.Err()
	}
	return f.part(e.Line, func() (*record, error) { return fromJSON(e.Raw, what) })
}

// xml hands on a device in XML.
func (f *file) xml(p piece) error {
	if p.err != nil {
		f.trouble.Add(jsonstream.Element{Line: p.line}, p.err)
		return f.ctx.Err()
	}
	return f.part(p.line, func() (*record, error) {
		var c classic
		d := xml.NewDecoder(bytes.NewReader(p.raw))
		d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 already
		if err := d.Decode(&c); err != nil {
			return nil, err
		}
		return c.record(p.name == "mobile_device"), nil
	})
}

// part hands on a device that is not decoded yet.
func (f *file) part(line int, decode func() (*record, error)) error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	f.devices++
	origin := inventory.Origin{Scanner: ID, Path: f.name, Line: line}
	return f.emit(func() *inventory.Inventory {
		r, err := decode()
		if err != nil {
			var trouble jsonstream.Trouble
			trouble.Add(jsonstream.Element{Line: line}, err)
			inv := inventory.New()
			inv.Gaps = trouble.Gaps(origin.Path)
			return inv
		}
		if r.odd != "" {
			r.odd = fmt.Sprintf("line %d: %s", line, r.odd)
		}
		return r.inventory(origin)
	})
}

// fromJSON decodes a device.
func fromJSON(raw []byte, what form) (*record, error) {
	switch what {
	case computer:
		var c proComputer
		return kept(c.record, json.Unmarshal(raw, &c))
	case mobile, mobileOne:
		var m proMobile
		return kept(m.record, json.Unmarshal(raw, &m))
	}
	var c classic
	damage := json.Unmarshal(raw, &c)
	if isSyntax(damage) {
		return nil, damage
	}
	if c.General.Serial == "" && c.General.UDID == "" {
		var all map[string]any
		if err := json.Unmarshal(raw, &all); err != nil {
			return nil, err
		}
		for name, value := range all {
			if s, ok := value.(string); ok {
				c.Others = append(c.Others, other{XMLName: xml.Name{Local: name}, Value: s})
			}
		}
	}
	return kept(func() *record { return c.record(what == classicMobile) }, damage)
}

// isSyntax reports whether an error is another one than that a value is of another kind, which spares the rest.
func isSyntax(err error) bool {
	var kind *json.UnmarshalTypeError
	return err != nil && !errors.As(err, &kind)
}

// kept is a device although values of it are of another kind than they should be.
func kept(make func() *record, err error) (*record, error) {
	var kind *json.UnmarshalTypeError
	if isSyntax(err) {
		return nil, err
	}
	r := make()
	if errors.As(err, &kind) {
		r.odd = fmt.Sprintf("%s is %s", kind.Field, kind.Value)
	}
	return r, nil
}
