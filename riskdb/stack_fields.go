package riskdb

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// leaf is one field of a row by its YAML name; those of an embedded Basis stand beside the others.
type leaf struct {
	name  string
	index []int
}

func leaves(t reflect.Type, prefix []int) []leaf {
	var out []leaf
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(prefix), i)
		switch {
		case f.Anonymous:
			out = append(out, leaves(f.Type, index)...)
		case f.IsExported():
			out = append(out, leaf{tableName(f), index})
		}
	}
	return out
}

func isEmpty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}

func sourcesOf(row reflect.Value) []string {
	if b := row.FieldByName("Sources"); b.IsValid() {
		if list, ok := b.Interface().([]string); ok {
			return list
		}
	}
	return nil
}

// maxField is the length at which the text of a field is cut: a disagreement is read by people.
const maxField = 400

// fieldText writes a field for a reader: "none" when it is empty.
func fieldText(v reflect.Value) string {
	s := plainText(v)
	if s == "" {
		return "none"
	}
	if r := []rune(s); len(r) > maxField {
		return string(r[:maxField]) + "…"
	}
	return s
}

func plainText(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, plainText(v.Index(i)))
		}
		return strings.Join(parts, "; ")
	case reflect.Struct:
		return rowText(v)
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return plainText(v.Elem())
	case reflect.Bool:
		if v.Bool() {
			return "yes"
		}
		return "no"
	}
	if v.IsZero() {
		return ""
	}
	return fmt.Sprint(v.Interface())
}

// rowText writes the fields of a row that are not empty: "name: Maker, hq: BE".
func rowText(v reflect.Value) string {
	var parts []string
	for _, f := range leaves(v.Type(), nil) {
		if x := v.FieldByIndex(f.index); !isEmpty(x) {
			parts = append(parts, f.name+": "+plainText(x))
		}
	}
	return strings.Join(parts, ", ")
}
