// Package tablecodec writes plain Go values as compact bytes and reads them back fast.
//
// It knows structs, slices, strings, booleans, integers, float64 and pointers to structs, by the order of
// their exported fields: no names, no self-description. A digest of the type stands first, so that bytes of
// another shape are refused. Each string is stored once, and reading does not copy it. The same value always
// gives the same bytes.
//
// What the package cannot see: whether the bytes are genuine. It refuses what is malformed, in memory
// bounded by the size of the input.
package tablecodec

import (
	"crypto/sha256"
	"fmt"
	"io"
	"reflect"
)

const magic = "QTAB\x01"

// shape describes a type so that any change of its fields changes the text.
func shape(w io.Writer, t reflect.Type) {
	switch t.Kind() {
	case reflect.Struct:
		fmt.Fprint(w, "{")
		for i := range t.NumField() {
			fmt.Fprintf(w, "%s:", t.Field(i).Name)
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
