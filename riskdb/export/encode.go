package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"quaestor/riskdb"
)

// JSON writes the named tables, or every one when none is named.
func JSON(t *riskdb.Tables, tables ...string) ([]byte, error) {
	e := encoder{}
	e.out.WriteString(`{"schema":"` + Schema + `"`)
	v := reflect.ValueOf(t).Elem()
	for _, f := range fieldsOf(v.Type()) {
		if len(tables) > 0 && !slices.Contains(tables, f.name) {
			continue
		}
		if value := v.FieldByIndex(f.index); !empty(value) {
			e.table(f.name, value)
		}
	}
	e.out.WriteString("\n}\n")
	return e.out.Bytes(), e.err
}

// Tables lists the names of all tables.
func Tables() []string {
	var out []string
	for _, f := range fieldsOf(reflect.TypeFor[riskdb.Tables]()) {
		out = append(out, f.name)
	}
	return out
}

// Row writes one row, or any part of one, on one line.
func Row(row any) ([]byte, error) {
	e := encoder{}
	e.value(reflect.Indirect(reflect.ValueOf(row)))
	return e.out.Bytes(), e.err
}

// field is a member of an object: those of embedded structs stand among the others, as in the YAML.
type field struct {
	name  string
	index []int
}

func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			for _, inner := range fieldsOf(f.Type) {
				out = append(out, field{inner.name, append([]int{i}, inner.index...)})
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		out = append(out, field{name, []int{i}})
	}
	return out
}

// cachedFields keeps what fieldsOf found, for one encoding or decoding.
type cachedFields map[reflect.Type][]field

func (c *cachedFields) of(t reflect.Type) []field {
	if f, ok := (*c)[t]; ok {
		return f
	}
	if *c == nil {
		*c = cachedFields{}
	}
	f := fieldsOf(t)
	(*c)[t] = f
	return f
}

// empty reports whether a member is left out: what holds nothing says nothing.
func empty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

type encoder struct {
	out    bytes.Buffer
	fields cachedFields
	err    error
}

// table writes one row a line, so that two exports can be compared line by line.
func (e *encoder) table(name string, v reflect.Value) {
	e.out.WriteString(",\n")
	e.text(name)
	e.out.WriteByte(':')
	if v.Kind() != reflect.Slice {
		e.value(v)
		return
	}
	e.out.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			e.out.WriteByte(',')
		}
		e.out.WriteByte('\n')
		e.value(v.Index(i))
	}
	e.out.WriteByte(']')
}

func (e *encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		e.object(v)
	case reflect.Slice:
		e.out.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				e.out.WriteByte(',')
			}
			e.value(v.Index(i))
		}
		e.out.WriteByte(']')
	case reflect.Pointer:
		if v.IsNil() {
			e.out.WriteString("null")
			return
		}
		e.value(v.Elem())
	case reflect.String:
		e.text(v.String())
	case reflect.Bool, reflect.Int, reflect.Float64:
		e.plain(v.Interface())
	default:
		e.fail(fmt.Errorf("export: a field of type %v has no JSON form", v.Type()))
	}
}

func (e *encoder) object(v reflect.Value) {
	e.out.WriteByte('{')
	first := true
	for _, f := range e.fields.of(v.Type()) {
		value := v.FieldByIndex(f.index)
		if empty(value) {
			continue
		}
		if !first {
			e.out.WriteByte(',')
		}
		first = false
		e.text(f.name)
		e.out.WriteByte(':')
		e.value(value)
	}
	e.out.WriteByte('}')
}

func (e *encoder) plain(v any) {
	text, err := json.Marshal(v)
	if err != nil {
		e.fail(fmt.Errorf("export: %w", err))
	}
	e.out.Write(text)
}

// text writes a string as JSON does, except that the letters of HTML stay as they are.
func (e *encoder) text(s string) {
	if !utf8.ValidString(s) {
		e.fail(fmt.Errorf("export: %q is no UTF-8", s))
		return
	}
	const hex = "0123456789abcdef"
	e.out.WriteByte('"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		e.out.WriteString(s[from:i])
		from = i + 1
		switch c {
		case '"', '\\':
			e.out.Write([]byte{'\\', c})
		case '\n':
			e.out.WriteString(`\n`)
		default:
			e.out.Write([]byte{'\\', 'u', '0', '0', hex[c>>4], hex[c&15]})
		}
	}
	e.out.WriteString(s[from:])
	e.out.WriteByte('"')
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}
