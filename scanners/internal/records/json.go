package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// readJSON reads the objects of an array, of arrays in an object, or of values that stand one after the other.
func readJSON(text []byte, h Handler) error {
	d := decoder(text)
	for {
		begin, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		switch {
		case err != nil:
			return whole(err)
		case begin == json.Delim('['):
			err = elements(d, "", h)
		case begin == json.Delim('{'):
			err = top(d, h)
		default:
			h.broken(0, fmt.Sprint(begin))
		}
		if err != nil {
			return err
		}
	}
}

func decoder(text []byte) *json.Decoder {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d
}

// whole says of JSON that breaks off that it does.
func whole(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it is cut short")
	}
	return err
}

// elements reads the rest of an array, whose bracket was read.
func elements(d *json.Decoder, group string, h Handler) error {
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return whole(err)
		}
		if err := element(raw, group, h); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return whole(err)
}

// element reads one object. An array in an array is what PowerShell makes of several results put together.
func element(raw json.RawMessage, group string, h Handler) error {
	if len(raw) > MaxValue {
		h.broken(0, fmt.Sprintf("an entry of %d bytes", len(raw)))
		return nil
	}
	var v any
	d := decoder(raw)
	if err := d.Decode(&v); err != nil {
		return whole(err)
	}
	values, nested := v.([]any)
	if !nested {
		values = []any{v}
	}
	for _, v := range values {
		r, ok := From(v)
		if !ok {
			h.broken(0, string(raw[:min(len(raw), 200)]))
			continue
		}
		r.Group, r.Class = group, class(r)
		if err := h.Record(r); err != nil {
			return err
		}
	}
	return nil
}

// class is the class that WMI and PowerShell say an object is of.
func class(r Record) string {
	if c, ok := From(r.Value("CimClass")); ok {
		return c.Text("CimClassName")
	}
	return r.Text("__CLASS", "CreationClassName")
}

// top reads the rest of an object at the top, whose brace was read: one record, or lists of them.
func top(d *json.Decoder, h Handler) error {
	members := map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return whole(err)
		}
		name, _ := t.(string)
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return whole(err)
		}
		members[name] = raw
	}
	if _, err := d.Token(); err != nil {
		return whole(err)
	}
	names := slices.Sorted(maps.Keys(members))
	var groups []string
	if h.Group != nil {
		groups = h.Group(names)
	}
	if len(groups) == 0 {
		groups = wrapped(names)
	}
	if len(groups) == 0 {
		return single(members, names, h)
	}
	for _, name := range groups {
		if err := group(members[name], name, h); err != nil {
			return err
		}
	}
	return nil
}

// wrapped names the list in the object that PowerShell 5 puts around some lists.
func wrapped(names []string) []string {
	if slices.Equal(names, []string{"Count", "value"}) {
		return []string{"value"}
	}
	return nil
}

func group(raw json.RawMessage, name string, h Handler) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '[' {
		return element(raw, name, h)
	}
	d := decoder(raw)
	if _, err := d.Token(); err != nil {
		return whole(err)
	}
	return elements(d, name, h)
}

func single(members map[string]json.RawMessage, names []string, h Handler) error {
	r := New(0)
	for _, name := range names {
		raw := members[name]
		if len(raw) > MaxValue {
			h.broken(0, fmt.Sprintf("%s: a value of %d bytes", name, len(raw)))
			continue
		}
		var v any
		if err := decoder(raw).Decode(&v); err != nil {
			return whole(err)
		}
		r.Set(name, v)
	}
	r.Class = class(r)
	return h.Record(r)
}

// Heads are the first objects of JSON that may break off, with the members that they have up to there: that of an array, or that at the
// top and the first of each list of objects in it, whose Group is the list's name.
func Heads(head []byte) []Record {
	start := bytes.TrimLeft(head, " \t\r\n")
	if first, ok := firstObject(start); ok {
		r, _ := members(first)
		return []Record{r}
	}
	if len(start) == 0 || start[0] != '{' {
		return nil
	}
	r, lists := members(start)
	out := []Record{r}
	for _, l := range lists {
		if first, ok := firstObject(l.raw); ok {
			inner, _ := members(first)
			inner.Group = l.name
			out = append(out, inner)
		}
	}
	return out
}

// firstObject is the text of an array of objects from the first of them on.
func firstObject(raw []byte) ([]byte, bool) {
	for depth := 0; depth < maxDepth && len(raw) > 0 && raw[0] == '['; depth++ {
		if raw = bytes.TrimLeft(raw[1:], " \t\r\n"); len(raw) > 0 && raw[0] == '{' {
			return raw, true
		}
	}
	return nil, false
}

type listed struct {
	name string
	raw  []byte
}

// members reads the members of the object that a text begins with, as far as they go, and the text of those that are lists of
// objects.
func members(text []byte) (r Record, lists []listed) {
	r = New(0)
	d := decoder(text)
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return r, nil
	}
	for d.More() && r.Len() < MaxColumns {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			break
		}
		raw := bytes.TrimLeft(text[d.InputOffset():], " \t\r\n:")
		if _, ok := firstObject(raw); ok {
			lists = append(lists, listed{name, raw})
		}
		var v any
		if err := d.Decode(&v); err != nil { // it breaks off in this value
			r.Set(name, nil)
			break
		}
		r.Set(name, v)
	}
	r.Class = class(r)
	return r, lists
}
