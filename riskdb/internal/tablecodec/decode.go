package tablecodec

import (
	"errors"
	"fmt"
	"math"
	"reflect"
)

// ErrMalformed is wrapped by every error about the bytes themselves.
var ErrMalformed = errors.New("malformed table data")

// Unmarshal reads into the value that v points to. Its strings share memory with data.
func Unmarshal(data string, v any) error {
	p := reflect.ValueOf(v)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("tablecodec: Unmarshal wants a pointer, got %T", v)
	}
	t := p.Type().Elem()
	if err := checkType(t, map[reflect.Type]bool{}); err != nil {
		return fmt.Errorf("tablecodec: %w", err)
	}
	head := magic + fingerprint(t)
	if len(data) < len(head) || data[:len(magic)] != magic {
		return fmt.Errorf("%w: it does not begin as table data", ErrMalformed)
	}
	if data[:len(head)] != head {
		return fmt.Errorf("%w: it was written for other tables than this program has", ErrMalformed)
	}
	d := decoder{in: data[len(head):]}
	d.readStrings()
	decode := compile(t)
	if d.bad == "" {
		decode.run(&d, p.Elem())
	}
	if d.bad == "" && len(d.in) > 0 {
		d.fail("bytes after the end")
	}
	if d.bad != "" {
		return fmt.Errorf("%w: %s", ErrMalformed, d.bad)
	}
	return nil
}

type decoder struct {
	in      string
	strings []string
	bad     string // the first fault; everything after it is skipped
	slab    []string
}

// list hands out a list of n strings from a larger piece: most facts have one or two sources, and one
// allocation for each would cost more than reading them.
func (d *decoder) list(n int) []string {
	const piece = 1024
	if n > len(d.slab) {
		d.slab = make([]string, max(n, piece))
	}
	out := d.slab[:n:n]
	d.slab = d.slab[n:]
	return out
}

func (d *decoder) fail(why string) {
	if d.bad == "" {
		d.bad = why
	}
	d.in = ""
}

func (d *decoder) uvarint() uint64 {
	var x uint64
	for i := 0; i < len(d.in); i++ {
		b := d.in[i]
		if i == 9 && b > 1 {
			break
		}
		x |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			d.in = d.in[i+1:]
			return x
		}
		if i == 9 {
			break
		}
	}
	d.fail("a number that is cut short or too large")
	return 0
}

func (d *decoder) readStrings() {
	n := d.uvarint()
	if n > uint64(len(d.in)) {
		d.fail("more strings than bytes")
		return
	}
	lengths := make([]int, n)
	total := uint64(0)
	for i := range lengths {
		l := d.uvarint()
		if l > uint64(len(d.in)) {
			d.fail("a string longer than the data")
			return
		}
		lengths[i] = int(l)
		total += l
	}
	if total > uint64(len(d.in)) {
		d.fail("strings longer than the data")
		return
	}
	d.strings = make([]string, n)
	for i, l := range lengths {
		d.strings[i], d.in = d.in[:l], d.in[l:]
	}
}

// plan is how to read one type, worked out once before reading.
type plan struct {
	run func(d *decoder, v reflect.Value)
	min int // fewest bytes that a value takes, to bound what a slice may claim
}

func compile(t reflect.Type) plan {
	switch t.Kind() {
	case reflect.String:
		return plan{readString, 1}
	case reflect.Bool:
		return plan{readBool, 1}
	case reflect.Int:
		return plan{readInt, 1}
	case reflect.Float64:
		return plan{func(d *decoder, v reflect.Value) { v.SetFloat(math.Float64frombits(d.uvarint())) }, 1}
	case reflect.Slice:
		if t == reflect.TypeFor[[]string]() {
			return plan{readWords, 1}
		}
		return plan{sliceReader(t), 1}
	case reflect.Pointer:
		return plan{pointerReader(t), 1}
	}
	return structPlan(t)
}

func readString(d *decoder, v reflect.Value) {
	i := d.uvarint()
	if i >= uint64(len(d.strings)) {
		d.fail("a string that is not there")
		return
	}
	if i > 0 {
		v.SetString(d.strings[i])
	}
}

func readBool(d *decoder, v reflect.Value) {
	switch d.uvarint() {
	case 0:
	case 1:
		v.SetBool(true)
	default:
		d.fail("a truth value that is neither")
	}
}

func readInt(d *decoder, v reflect.Value) {
	u := d.uvarint()
	v.SetInt(int64(u>>1) ^ -int64(u&1))
}

func readWords(d *decoder, v reflect.Value) {
	n := d.uvarint()
	if n == 0 {
		return
	}
	if n > uint64(len(d.in)) {
		d.fail("a list longer than the data")
		return
	}
	words := d.list(int(n))
	for i := range words {
		at := d.uvarint()
		if at >= uint64(len(d.strings)) {
			d.fail("a string that is not there")
			return
		}
		words[i] = d.strings[at]
	}
	*v.Addr().Interface().(*[]string) = words
}

func sliceReader(t reflect.Type) func(*decoder, reflect.Value) {
	elem := compile(t.Elem())
	return func(d *decoder, v reflect.Value) {
		n := d.uvarint()
		if n == 0 {
			return
		}
		if n > uint64(len(d.in)/max(elem.min, 1)) {
			d.fail("a list longer than the data")
			return
		}
		list := reflect.MakeSlice(t, int(n), int(n))
		for i := 0; i < int(n) && d.bad == ""; i++ {
			elem.run(d, list.Index(i))
		}
		v.Set(list)
	}
}

func pointerReader(t reflect.Type) func(*decoder, reflect.Value) {
	elem := compile(t.Elem())
	return func(d *decoder, v reflect.Value) {
		switch d.uvarint() {
		case 0:
		case 1:
			p := reflect.New(t.Elem())
			elem.run(d, p.Elem())
			v.Set(p)
		default:
			d.fail("a reference that is neither")
		}
	}
}

func structPlan(t reflect.Type) plan {
	fields := make([]plan, t.NumField())
	total := 0
	for i := range fields {
		fields[i] = compile(t.Field(i).Type)
		total += fields[i].min
	}
	return plan{func(d *decoder, v reflect.Value) {
		for i := range fields {
			if d.bad != "" {
				return
			}
			fields[i].run(d, v.Field(i))
		}
	}, total}
}
