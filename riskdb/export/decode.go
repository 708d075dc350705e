package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	"quaestor/riskdb"
)

// ErrMalformed is wrapped by every error about text that is not in the JSON form.
var ErrMalformed = errors.New("no risk database in JSON")

// ErrUnknown is wrapped when the text holds what this program does not know: it was most likely written by a
// newer one.
var ErrUnknown = errors.New("unknown to this program")

// Parse reads what [JSON] wrote of all tables, and nothing else: text that would not be written the same way
// again is refused.
func Parse(text []byte) (*riskdb.Tables, error) {
	t := &riskdb.Tables{}
	d := decoder{dec: json.NewDecoder(bytes.NewReader(text))}
	d.dec.UseNumber()
	if err := d.document(reflect.ValueOf(t).Elem()); err != nil {
		if errors.Is(err, ErrUnknown) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w (near byte %d)", ErrMalformed, err, d.dec.InputOffset())
	}
	again, err := JSON(t)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if !bytes.Equal(again, text) {
		return nil, fmt.Errorf("%w: it is not written in the one form that is accepted", ErrMalformed)
	}
	return t, nil
}

type decoder struct {
	dec    *json.Decoder
	fields cachedFields
}

// document reads the whole: the schema first, then the tables.
func (d *decoder) document(v reflect.Value) error {
	for _, want := range []json.Token{json.Delim('{'), "schema"} {
		if tok, err := d.dec.Token(); err != nil || tok != want {
			return errors.Join(fmt.Errorf("it does not begin with its schema"), err)
		}
	}
	tok, err := d.dec.Token()
	if err != nil {
		return err
	}
	if tok != Schema {
		return fmt.Errorf("%w: the form %q; this program reads %q", ErrUnknown, tok, Schema)
	}
	if err := d.members(v); err != nil {
		return err
	}
	if _, err := d.dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text after the end")
	}
	return nil
}

// members reads the members of an object, whose brace is open, and the closing brace.
func (d *decoder) members(v reflect.Value) error {
	fields := d.fields.of(v.Type())
	for {
		tok, err := d.dec.Token()
		if err != nil {
			return err
		}
		if tok == json.Delim('}') {
			return nil
		}
		i := 0
		for i < len(fields) && fields[i].name != tok {
			i++
		}
		if i == len(fields) {
			return fmt.Errorf("%w: the field %q of %s", ErrUnknown, tok, v.Type().Name())
		}
		if err := d.value(v.FieldByIndex(fields[i].index), fields[i].name); err != nil {
			return err
		}
	}
}

func (d *decoder) value(v reflect.Value, name string) error {
	tok, err := d.dec.Token()
	if err != nil {
		return err
	}
	return d.from(tok, v, name)
}

// from reads the value that begins with a token.
func (d *decoder) from(tok json.Token, v reflect.Value, name string) error {
	wrong := fmt.Errorf("%s cannot be %v", name, tok)
	switch v.Kind() {
	case reflect.String:
		s, ok := tok.(string)
		if !ok {
			return wrong
		}
		v.SetString(s)
	case reflect.Bool:
		b, ok := tok.(bool)
		if !ok {
			return wrong
		}
		v.SetBool(b)
	case reflect.Int, reflect.Float64:
		return number(tok, v, wrong)
	case reflect.Pointer:
		if tok != json.Delim('{') {
			return wrong
		}
		v.Set(reflect.New(v.Type().Elem()))
		return d.members(v.Elem())
	case reflect.Struct:
		if tok != json.Delim('{') {
			return wrong
		}
		return d.members(v)
	case reflect.Slice:
		if tok != json.Delim('[') {
			return wrong
		}
		return d.list(v, name)
	default:
		return fmt.Errorf("%s: a field of type %v has no JSON form", name, v.Type())
	}
	return nil
}

func number(tok json.Token, v reflect.Value, wrong error) error {
	n, ok := tok.(json.Number)
	if !ok {
		return wrong
	}
	if v.Kind() == reflect.Int {
		i, err := n.Int64()
		v.SetInt(i)
		return err
	}
	f, err := n.Float64()
	v.SetFloat(f)
	return err
}

func (d *decoder) list(v reflect.Value, name string) error {
	for {
		tok, err := d.dec.Token()
		if err != nil {
			return err
		}
		if tok == json.Delim(']') {
			return nil
		}
		n := v.Len()
		if n == v.Cap() {
			v.Grow(max(1, n/2))
		}
		v.SetLen(n + 1)
		if err := d.from(tok, v.Index(n), name); err != nil {
			return err
		}
	}
}
