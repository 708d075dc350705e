package tablecodec

import (
	"math"
	"reflect"
	"unsafe"
)

// plan is how to read one type, worked out once before reading. It is for one goroutine.
type plan struct {
	run  func(d *decoder, at unsafe.Pointer) // at points to a value of the type that the plan is for
	skip func(d *decoder)                    // checks the bytes of a value, and builds none
	min  int                                 // fewest bytes that a value takes, to bound what a slice may claim
}

// compile makes the plan for a type that [checkType] lets pass. Fields are reached by their offset, since asking
// package reflect for each one takes longer than reading it.
func compile(t reflect.Type) plan {
	switch t.Kind() {
	case reflect.String:
		return plan{readString, func(d *decoder) { d.stringAt() }, 1}
	case reflect.Bool:
		return plan{func(d *decoder, at unsafe.Pointer) { *(*bool)(at) = d.truth() }, func(d *decoder) { d.truth() }, 1}
	case reflect.Int:
		return plan{readInt, func(d *decoder) { d.uvarint() }, 1}
	case reflect.Float64:
		return plan{func(d *decoder, at unsafe.Pointer) { *(*float64)(at) = math.Float64frombits(d.uvarint()) }, func(d *decoder) { d.uvarint() }, 1}
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

func readString(d *decoder, at unsafe.Pointer) {
	if i := d.stringAt(); i > 0 {
		*(*string)(at) = d.text(i)
	}
}

func (d *decoder) truth() bool {
	u := d.uvarint()
	if u > 1 {
		d.fail("a truth value that is neither")
	}
	return u == 1
}

func readInt(d *decoder, at unsafe.Pointer) {
	u := d.uvarint()
	*(*int)(at) = int(int64(u>>1) ^ -int64(u&1))
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

func readWords(d *decoder, at unsafe.Pointer) {
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
		words[i] = d.text(at)
	}
	*(*[]string)(at) = words
}

func skipWords(d *decoder) {
	for n := d.length(1); n > 0 && d.bad == ""; n-- {
		d.stringAt()
	}
}

// slice is how any slice lies in memory.
type slice struct {
	first    unsafe.Pointer
	len, cap int
}

func slicePlan(t reflect.Type) plan {
	elem, size := compile(t.Elem()), t.Elem().Size()
	rows := pieces{of: t}
	run := func(d *decoder, at unsafe.Pointer) {
		n := d.length(elem.min)
		if n == 0 {
			return
		}
		first := rows.take(n)
		for i := 0; i < n && d.bad == ""; i++ {
			elem.run(d, unsafe.Add(first, uintptr(i)*size))
		}
		*(*slice)(at) = slice{first, n, n}
	}
	skip := func(d *decoder) {
		for n := d.length(elem.min); n > 0 && d.bad == ""; n-- {
			elem.skip(d)
		}
	}
	return plan{run, skip, 1}
}

// pieces hands out elements of one type from larger pieces of memory: most lists have one or two.
type pieces struct {
	of   reflect.Type // the slice
	next unsafe.Pointer
	left int
}

// maxPiece is how many bytes a piece has that no single list needs.
const maxPiece = 16 << 10

func (p *pieces) take(n int) unsafe.Pointer {
	size := int(p.of.Elem().Size())
	if n > p.left {
		p.left = max(n, maxPiece/max(size, 1))
		if p.next == nil { // a table has one list of its rows, and needs no more
			p.left = n
		}
		p.next = reflect.MakeSlice(p.of, p.left, p.left).UnsafePointer()
	}
	first := p.next
	if p.left -= n; p.left > 0 {
		p.next = unsafe.Add(p.next, n*size)
	}
	return first
}

func pointerPlan(t reflect.Type) plan {
	elem := compile(t.Elem())
	run := func(d *decoder, at unsafe.Pointer) {
		if !d.truth() || d.bad != "" {
			return
		}
		p := reflect.New(t.Elem()).UnsafePointer()
		elem.run(d, p)
		*(*unsafe.Pointer)(at) = p
	}
	skip := func(d *decoder) {
		if d.truth() && d.bad == "" {
			elem.skip(d)
		}
	}
	return plan{run, skip, 1}
}

func structPlan(t reflect.Type) plan {
	fields, offsets := make([]plan, t.NumField()), make([]uintptr, t.NumField())
	total := 0
	for i := range fields {
		f := t.Field(i)
		fields[i], offsets[i] = compile(f.Type), f.Offset
		total += fields[i].min
	}
	run := func(d *decoder, at unsafe.Pointer) {
		for i := range fields {
			if d.bad != "" {
				return
			}
			fields[i].run(d, unsafe.Add(at, offsets[i]))
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
