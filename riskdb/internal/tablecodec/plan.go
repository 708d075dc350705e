package tablecodec

import (
	"math"
	"reflect"
)

// plan is how to read one type, worked out once before reading.
type plan struct {
	run  func(d *decoder, v reflect.Value)
	skip func(d *decoder) // checks the bytes of a value, and builds none
	min  int              // fewest bytes that a value takes, to bound what a slice may claim
}

func compile(t reflect.Type) plan {
	switch t.Kind() {
	case reflect.String:
		return plan{readString, func(d *decoder) { d.stringAt() }, 1}
	case reflect.Bool:
		return plan{func(d *decoder, v reflect.Value) { v.SetBool(d.truth()) }, func(d *decoder) { d.truth() }, 1}
	case reflect.Int:
		return plan{readInt, func(d *decoder) { d.uvarint() }, 1}
	case reflect.Float64:
		return plan{func(d *decoder, v reflect.Value) { v.SetFloat(math.Float64frombits(d.uvarint())) }, func(d *decoder) { d.uvarint() }, 1}
	case reflect.Slice:
		if t == reflect.TypeFor[[]string]() {
			return plan{readWords, skipWords, 1}
		}
		return slicePlan(t)
	case reflect.Pointer:
		return pointerPlan(t)
	}
	return structPlan(t)
}

// stringAt reads which string it is.
func (d *decoder) stringAt() uint64 {
	i := d.uvarint()
	if i >= d.count {
		d.fail("a string that is not there")
		return 0
	}
	return i
}

func readString(d *decoder, v reflect.Value) {
	if i := d.stringAt(); i > 0 {
		v.SetString(d.strings[i])
	}
}

func (d *decoder) truth() bool {
	u := d.uvarint()
	if u > 1 {
		d.fail("a truth value that is neither")
	}
	return u == 1
}

func readInt(d *decoder, v reflect.Value) {
	u := d.uvarint()
	v.SetInt(int64(u>>1) ^ -int64(u&1))
}

// length reads how long a list is, whose elements take at least so many bytes each.
func (d *decoder) length(least int) int {
	n := d.uvarint()
	if n > uint64(d.left()/max(least, 1)) {
		d.fail("a list longer than the data")
		return 0
	}
	return int(n)
}

func readWords(d *decoder, v reflect.Value) {
	n := d.length(1)
	if n == 0 {
		return
	}
	words := d.list(n)
	for i := range words {
		at := d.stringAt()
		if d.bad != "" {
			return
		}
		words[i] = d.strings[at]
	}
	*v.Addr().Interface().(*[]string) = words
}

func skipWords(d *decoder) {
	for n := d.length(1); n > 0 && d.bad == ""; n-- {
		d.stringAt()
	}
}

func slicePlan(t reflect.Type) plan {
	elem := compile(t.Elem())
	run := func(d *decoder, v reflect.Value) {
		n := d.length(elem.min)
		if n == 0 {
			return
		}
		list := reflect.MakeSlice(t, n, n)
		for i := 0; i < n && d.bad == ""; i++ {
			elem.run(d, list.Index(i))
		}
		v.Set(list)
	}
	skip := func(d *decoder) {
		for n := d.length(elem.min); n > 0 && d.bad == ""; n-- {
			elem.skip(d)
		}
	}
	return plan{run, skip, 1}
}

func pointerPlan(t reflect.Type) plan {
	elem := compile(t.Elem())
	run := func(d *decoder, v reflect.Value) {
		if !d.truth() || d.bad != "" {
			return
		}
		p := reflect.New(t.Elem())
		elem.run(d, p.Elem())
		v.Set(p)
	}
	skip := func(d *decoder) {
		if d.truth() && d.bad == "" {
			elem.skip(d)
		}
	}
	return plan{run, skip, 1}
}

func structPlan(t reflect.Type) plan {
	fields := make([]plan, t.NumField())
	total := 0
	for i := range fields {
		fields[i] = compile(t.Field(i).Type)
		total += fields[i].min
	}
	run := func(d *decoder, v reflect.Value) {
		for i := range fields {
			if d.bad != "" {
				return
			}
			fields[i].run(d, v.Field(i))
		}
	}
	skip := func(d *decoder) {
		for i := range fields {
			if d.bad != "" {
				return
			}
			fields[i].skip(d)
		}
	}
	return plan{run, skip, total}
}
