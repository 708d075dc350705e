package jsonform

import (
	"reflect"
	"strings"
	"sync"
)

// withLists returns v, or a copy of it, in which no list and no map that is written is nil.
func withLists(v reflect.Value) reflect.Value {
	if !lacks(v) {
		return v
	}
	return filled(v)
}

// filled returns a copy of v in which every nil list and map is an empty one. Fields with omitempty are
// left out of the text either way.
func filled(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(filled(v.Elem()))
		return out
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(filled(v.Field(i)))
			}
		}
		return out
	case reflect.Slice:
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(filled(v.Index(i)))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return reflect.MakeMap(v.Type())
		}
	}
	return v
}

// lacks reports whether a list or a map in v is nil and would be written.
func lacks(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil() && planOf(v.Type()).any && lacks(v.Elem())
	case reflect.Struct:
		for _, f := range planOf(v.Type()).fields {
			if field := v.Field(f.at); !(f.omitted && field.IsNil()) && lacks(field) {
				return true
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			return true
		}
		if !planOf(v.Type().Elem()).any {
			return false
		}
		for i := range v.Len() {
			if lacks(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		return v.IsNil()
	}
	return false
}

// plan is where in the values of a type lists and maps are.
type plan struct {
	any    bool // somewhere
	fields []listed
}

// listed is a field of a struct that is, or holds, lists or maps.
type listed struct {
	at      int
	omitted bool // when it is empty
}

// plans are those of types that were met, as they are the same each time.
var plans sync.Map // of plan, by reflect.Type

func planOf(t reflect.Type) plan {
	if p, ok := plans.Load(t); ok {
		return p.(plan)
	}
	p := newPlan(t, map[reflect.Type]bool{})
	plans.Store(t, p)
	return p
}

// newPlan makes the plan of a type. A type that holds itself is taken to hold lists.
func newPlan(t reflect.Type, within map[reflect.Type]bool) plan {
	if within[t] {
		return plan{any: true}
	}
	within[t] = true
	defer delete(within, t)
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		return plan{any: true}
	case reflect.Pointer:
		return plan{any: newPlan(t.Elem(), within).any}
	case reflect.Struct:
		return structPlan(t, within)
	}
	return plan{}
}

func structPlan(t reflect.Type, within map[reflect.Type]bool) (p plan) {
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || !newPlan(f.Type, within).any {
			continue
		}
		_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		p.any = true
		p.fields = append(p.fields, listed{at: i, omitted: f.Type.Kind() != reflect.Struct && strings.Contains(options, "omitempty")})
	}
	return p
}
