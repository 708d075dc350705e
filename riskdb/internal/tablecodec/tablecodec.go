// Package tablecodec writes plain Go values as compact bytes and reads them back fast.
//
// It knows structs, slices, strings, booleans, integers, float64 and pointers to structs, by the order of
// their exported fields: no names, no self-description. A digest of the type stands first, so that bytes of
// another shape are refused. Each string is stored once in its section, and reading does not copy it. The
// same value always gives the same bytes.
//
// A field of the outermost struct with the tag `table:"later"` is a section of its own: [UnmarshalNow] checks
// its bytes without building the value, and [Rest.Read] builds it when it is needed.
//
// What the package cannot see: whether the bytes are genuine. It refuses what is malformed, in memory
// bounded by the size of the input.
package tablecodec

import (
	"crypto/sha256"
	"fmt"
	"io"
	"reflect"
	"strings"
)

const magic = "QTAB\x02"

// later reports whether a field of the outermost struct is a section of its own.
func later(f reflect.StructField) bool { return f.Tag.Get("table") == "later" }

// sections lists the fields of each section: first those that are read at once, then one for each that is
// read later. A type that is no struct is one section without fields.
func sections(t reflect.Type) [][]int {
	out := [][]int{nil}
	if t.Kind() != reflect.Struct {
		return out
	}
	for i := range t.NumField() {
		if later(t.Field(i)) {
			out = append(out, []int{i})
		} else {
			out[0] = append(out[0], i)
		}
	}
	return out
}

// shape describes a type so that any change of its fields changes the text.
func shape(w io.Writer, t reflect.Type) {
	switch t.Kind() {
	case reflect.Struct:
		fmt.Fprint(w, "{")
		for i := range t.NumField() {
			fmt.Fprintf(w, "%s:", t.Field(i).Name)
			if later(t.Field(i)) {
				fmt.Fprint(w, "later ")
			}
			shape(w, t.Field(i).Type)
			fmt.Fprint(w, ";")
		}
		fmt.Fprint(w, "}")
	case reflect.Slice, reflect.Pointer:
		fmt.Fprintf(w, "%s ", t.Kind())
		shape(w, t.Elem())
	default:
		fmt.Fprint(w, t.Kind())
	}
}

func fingerprint(t reflect.Type) string {
	h := sha256.New()
	shape(h, t)
	return string(h.Sum(nil)[:8])
}

// target checks that v is a pointer to a type that the format can hold.
func target(who string, v any) (reflect.Value, error) {
	p := reflect.ValueOf(v)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return p, fmt.Errorf("tablecodec: %s wants a pointer, got %T", who, v)
	}
	if err := checkType(p.Type().Elem(), map[reflect.Type]bool{}); err != nil {
		return p, fmt.Errorf("tablecodec: %w", err)
	}
	return p.Elem(), nil
}

// checkType reports a type that the format cannot hold. Pointer cycles end at the first repetition.
func checkType(t reflect.Type, seen map[reflect.Type]bool) error {
	if seen[t] {
		return fmt.Errorf("type %v contains itself", t)
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Float64:
		return nil
	case reflect.Slice:
		return checkType(t.Elem(), seen)
	case reflect.Pointer:
		if t.Elem().Kind() != reflect.Struct {
			return fmt.Errorf("type %v: only pointers to structs are supported", t)
		}
		return checkType(t.Elem(), seen)
	case reflect.Struct:
		seen[t] = true
		defer delete(seen, t)
		for i := range t.NumField() {
			if !t.Field(i).IsExported() {
				return fmt.Errorf("type %v: field %s is not exported", t, t.Field(i).Name)
			}
			if err := checkType(t.Field(i).Type, seen); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("type %v is not supported", t)
}

// Fits reports whether data begins as what was written for the type that v points to.
func Fits(data string, v any) bool {
	p := reflect.TypeOf(v)
	return p != nil && p.Kind() == reflect.Pointer && strings.HasPrefix(data, magic+fingerprint(p.Elem()))
}
