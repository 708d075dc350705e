package tablecodec

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"unsafe"
)

// ErrMalformed is wrapped by every error about the bytes themselves.
var ErrMalformed = errors.New("malformed table data")

// Unmarshal reads everything into the value that v points to. Its strings share memory with data.
func Unmarshal(data string, v any) error {
	rest, err := UnmarshalNow(data, v)
	if err != nil {
		return err
	}
	return rest.ReadAll(v)
}

// UnmarshalNow reads into the value that v points to what is not marked to be read later, and checks the rest,
// so that all that is malformed is found here. Strings share memory with data.
func UnmarshalNow(data string, v any) (*Rest, error) {
	rest, err := UnmarshalKnown(data, v)
	if err != nil {
		return nil, err
	}
	return rest, rest.check()
}

// UnmarshalKnown is UnmarshalNow for bytes that were checked before, such as those that a program is built with. What
// is read later is not checked again.
func UnmarshalKnown(data string, v any) (*Rest, error) {
	value, err := target("Unmarshal", v)
	if err != nil {
		return nil, err
	}
	t := value.Type()
	head := magic + fingerprint(t)
	if len(data) < len(head) || data[:len(magic)] != magic {
		return nil, fmt.Errorf("%w: it does not begin as table data", ErrMalformed)
	}
	if data[:len(head)] != head {
		return nil, fmt.Errorf("%w: it was written for other tables than this program has", ErrMalformed)
	}
	fields := sections(t)
	parts, err := split(data[len(head):], len(fields))
	if err != nil {
		return nil, err
	}
	if err := readSection(parts[0], value, fields[0]); err != nil {
		return nil, err
	}
	rest := &Rest{of: t, sections: map[string]string{}}
	for i, part := range parts[1:] {
		rest.sections[t.Field(fields[i+1][0]).Name] = part
	}
	return rest, nil
}

// split cuts the data into its sections.
func split(data string, n int) ([]string, error) {
	d := decoder{in: data}
	parts := make([]string, n)
	for i := range parts {
		size := d.uvarint()
		if size > uint64(d.left()) {
			d.fail("a section longer than the data")
		}
		if d.bad != "" {
			return nil, d.err()
		}
		parts[i] = d.take(int(size))
	}
	if d.left() > 0 {
		d.fail("bytes after the end")
	}
	return parts, d.err()
}

// readSection reads the fields of a struct, or a value that is none.
func readSection(data string, v reflect.Value, fields []int) error {
	d := decoder{in: data}
	d.readStrings()
	if v.Kind() != reflect.Struct {
		d.read(compile(v.Type()), v)
	}
	for _, i := range fields {
		d.read(compile(v.Field(i).Type()), v.Field(i))
	}
	return d.end()
}

func checkSection(data string, p plan) error {
	d := decoder{in: data}
	d.skipStrings()
	if d.bad == "" {
		p.skip(&d)
	}
	return d.end()
}

type decoder struct {
	in    string
	at    int      // where in it; moving a number costs less than moving the string
	texts string   // all strings, one after the other
	ends  []uint32 // where each of them begins in texts, and where the last one ends
	count uint64   // of the strings, also where they are not kept
	bad   string   // the first fault; everything after it is skipped
	slab  []string
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

// read reads into a value that can be set.
func (d *decoder) read(p plan, v reflect.Value) {
	if d.bad == "" {
		p.run(d, unsafe.Pointer(v.UnsafeAddr()))
	}
}

// text is a string by its number, which was checked.
func (d *decoder) text(i uint64) string { return d.texts[d.ends[i]:d.ends[i+1]] }

// end is the first fault, or that something was left over.
func (d *decoder) end() error {
	if d.bad == "" && d.left() > 0 {
		d.fail("bytes after the end")
	}
	return d.err()
}

func (d *decoder) err() error {
	if d.bad == "" {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrMalformed, d.bad)
}

func (d *decoder) fail(why string) {
	if d.bad == "" {
		d.bad = why
	}
	d.at = len(d.in)
}

// left is how many bytes are not read yet.
func (d *decoder) left() int { return len(d.in) - d.at }

// take returns the next n bytes, which are there.
func (d *decoder) take(n int) string {
	d.at += n
	return d.in[d.at-n : d.at]
}

func (d *decoder) uvarint() uint64 {
	if d.at < len(d.in) && d.in[d.at] < 0x80 { // nearly all
		d.at++
		return uint64(d.in[d.at-1])
	}
	return d.longUvarint()
}

func (d *decoder) longUvarint() uint64 {
	var x uint64
	for i := 0; i < min(d.left(), 10); i++ {
		b := d.in[d.at+i]
		if i == 9 && b > 1 {
			break
		}
		x |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			d.at += i + 1
			return x
		}
	}
	d.fail("a number that is cut short or too large")
	return 0
}

func (d *decoder) readStrings() {
	n := d.uvarint()
	if n > uint64(d.left()) || uint64(len(d.in)) > math.MaxUint32 {
		d.fail("more strings than bytes")
		return
	}
	ends := make([]uint32, n+1)
	total := uint64(0)
	for i := range n {
		total += d.stringLength()
		ends[i+1] = uint32(total)
	}
	if total > uint64(d.left()) {
		d.fail("strings longer than the data")
		return
	}
	d.count, d.ends, d.texts = n, ends, d.take(int(total))
}

func (d *decoder) stringLength() uint64 {
	l := d.uvarint()
	if l > uint64(d.left()) {
		d.fail("a string longer than the data")
		return 0
	}
	return l
}

// skipStrings passes over the strings and keeps only their number.
func (d *decoder) skipStrings() {
	n, total := d.uvarint(), uint64(0)
	for i := uint64(0); i < n && d.bad == ""; i++ {
		total += d.stringLength()
	}
	if total > uint64(d.left()) {
		d.fail("strings longer than the data")
		return
	}
	d.count = n
	d.at += int(total)
}
