package tablecodec

import (
	"encoding/binary"
	"math"
	"reflect"
)

// Marshal writes the value that v points to.
func Marshal(v any) ([]byte, error) {
	value, err := target("Marshal", v)
	if err != nil {
		return nil, err
	}
	t := value.Type()
	out := append([]byte(magic), fingerprint(t)...)
	for _, fields := range sections(t) {
		body := encodeSection(value, fields)
		out = binary.AppendUvarint(out, uint64(len(body)))
		out = append(out, body...)
	}
	return out, nil
}

// encodeSection writes the fields of a struct, or a value that is none, after the strings that they hold.
func encodeSection(v reflect.Value, fields []int) []byte {
	e := encoder{index: map[string]uint64{"": 0}, strings: []string{""}}
	if v.Kind() != reflect.Struct {
		e.value(v)
	}
	for _, i := range fields {
		e.value(v.Field(i))
	}
	out := binary.AppendUvarint(nil, uint64(len(e.strings)))
	for _, s := range e.strings {
		out = binary.AppendUvarint(out, uint64(len(s)))
	}
	for _, s := range e.strings {
		out = append(out, s...)
	}
	return append(out, e.out...)
}

type encoder struct {
	out     []byte
	index   map[string]uint64
	strings []string
}

func (e *encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		e.out = binary.AppendUvarint(e.out, e.stringIndex(v.String()))
	case reflect.Bool:
		b := byte(0)
		if v.Bool() {
			b = 1
		}
		e.out = append(e.out, b)
	case reflect.Int:
		e.out = binary.AppendVarint(e.out, v.Int())
	case reflect.Float64:
		e.out = binary.AppendUvarint(e.out, math.Float64bits(v.Float()))
	case reflect.Slice:
		e.out = binary.AppendUvarint(e.out, uint64(v.Len()))
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.Pointer:
		if v.IsNil() {
			e.out = append(e.out, 0)
			return
		}
		e.out = append(e.out, 1)
		e.value(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			e.value(v.Field(i))
		}
	}
}

func (e *encoder) stringIndex(s string) uint64 {
	i, ok := e.index[s]
	if !ok {
		i = uint64(len(e.strings))
		e.index[s] = i
		e.strings = append(e.strings, s)
	}
	return i
}
