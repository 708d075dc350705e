package jsonstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/inventory"
)

// TestBlocks: elements of many sizes go across the blocks that are read, and stay what they were.
func TestBlocks(t *testing.T) {
	var b bytes.Buffer
	var want []string
	b.WriteString("[\n")
	for i := range 3000 {
		e := fmt.Sprintf(`{"n":%d,"t":%q}`, i, strings.Repeat(`x\"`, i%700))
		want = append(want, e)
		b.WriteString("  " + e + ",\n")
	}
	b.WriteString("  {}]")
	var got []Element
	if err := Elements(&b, devices, func(e Element) error { got = append(got, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want)+1 {
		t.Fatalf("%d elements", len(got))
	}
	for i, w := range want {
		if string(got[i].Raw) != w || got[i].Line != i+2 {
			t.Fatalf("element %d in line %d is %.50q", i, got[i].Line, got[i].Raw)
		}
	}
}

// repeated reads s n times.
type repeated struct {
	s    string
	n, i int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && r.n > 0 {
		c := copy(p[n:], r.s[r.i:])
		n += c
		if r.i += c; r.i == len(r.s) {
			r.i, r.n = 0, r.n-1
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// TestHuge: an element of a gigabyte is told and passed, in little memory, and what is around it is read.
func TestHuge(t *testing.T) {
	size := 1 << 30
	if testing.Short() {
		size = 64 << 20
	}
	for name, inner := range map[string]string{"objects": `{"packageName":"com.example.app","n":[1,2]},` + "\n", "one string": ""} {
		whole := io.MultiReader(strings.NewReader("[{\"a\":1},\n{\"b\":["), &repeated{s: inner, n: size / max(1, len(inner))}, strings.NewReader("{}]},\n{\"c\":3}]"))
		if inner == "" {
			whole = io.MultiReader(strings.NewReader("[{\"a\":1},\n{\"b\":\""), &repeated{s: strings.Repeat("x", 1000), n: size / 1000}, strings.NewReader("\"},\n{\"c\":3}]"))
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got := told(t, whole, devices)
		runtime.ReadMemStats(&after)
		if len(got) != 3 || got[0] != `1 /1 {"a":1}` || got[1] != "2! large" || !strings.HasSuffix(got[2], `{"c":3}`) {
			t.Errorf("%s: %q", name, got)
		}
		if all := after.TotalAlloc - before.TotalAlloc; all > 6*MaxElement {
			t.Errorf("%s: %d MB were allocated", name, all>>20)
		}
	}
}

// TestLimit: an element may be as large as the limit says, in a list and by itself.
func TestLimit(t *testing.T) {
	o := Options{Members: []string{"devices"}, MaxElement: 1000}
	large := func(n int) string { return `{"a":"` + strings.Repeat("x", n-8) + `"}` }
	for _, form := range []string{"[%s]", `{"devices":[%s]}`, "%s"} {
		for n, want := range map[int]string{1000: "1 ", 1001: "1! large"} {
			got := told(t, strings.NewReader(fmt.Sprintf(form, large(n))), o)
			if len(got) != 1 || !strings.HasPrefix(got[0], want) {
				t.Errorf("%s, %d bytes: %.50q", form, n, got)
			}
		}
	}
	around := `{"long":"` + strings.Repeat("x", 1<<20) + `","devices":[{"a":1}]}`
	if got := told(t, strings.NewReader(around), o); len(got) != 1 || got[0] != `1 devices/1 {"a":1}` {
		t.Errorf("a list behind a long member: %.50q", got)
	}
}

// TestHostile: a megabyte of what makes parsers deep or slow.
func TestHostile(t *testing.T) {
	for name, unit := range map[string]string{"brackets": "[", "objects": `{"a":`, "lists": `[{"a":`, "lines": "\n{", "nested lines": "{:\n", "strings": "\n{\"\n{", "closing": "}", "quotes": `"`, "slashes": `"\\`, "commas": ",", "devices": `{"devices":[`, "words": "a ", "open strings": `{"n":"` + "\n"} {
		t.Run(name, func(t *testing.T) {
			read := &counting{r: strings.NewReader(strings.Repeat(unit, 1_000_000/len(unit)))}
			last := ""
			if err := Elements(read, devices, func(e Element) error {
				if e.Err != nil {
					last = kind(e.Err)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if read.n < 900_000 || last == "" && unit != "," {
				t.Errorf("%d bytes, %q", read.n, last)
			}
		})
	}
}

type counting struct {
	r io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// TestAgain: however often an element turns out to be broken, no byte is read again more than a few times.
func TestAgain(t *testing.T) {
	for _, unit := range []string{"{\"a\":[\n", "{\"a\": \"\n", "{\"a\":[{\"b\":1},\n", "{:\n"} {
		s := newStream(strings.NewReader(strings.Repeat(unit, 200_000)), Options{}, func(Element) error { return nil })
		if err := s.run(); err != nil {
			t.Fatal(err)
		}
		if s.again > 2*s.at()+block {
			t.Errorf("%q: %d bytes were read again, of %d", unit, s.again, s.at())
		}
	}
}

func TestReaderFails(t *testing.T) {
	bad := errors.New("checksum")
	r := io.MultiReader(strings.NewReader("[{\"a\":1},\n{\"b\":"), failing{bad})
	n := 0
	err := Elements(r, devices, func(e Element) error { n++; return e.Err })
	if n != 1 || !errors.Is(err, bad) || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("%d elements, %v", n, err)
	}
	enough := errors.New("enough")
	if err := Elements(strings.NewReader(`[{},{}]`), devices, func(Element) error { return enough }); err != enough {
		t.Error(err)
	}
	if err := Elements(failing{nil}, devices, func(Element) error { return nil }); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestHead(t *testing.T) {
	text := `{"kind":"k","devices":[{"name":"a","apps":[{"id":1},{"id":2}]},{"name":"b"}]}`
	for n, want := range map[int]string{len(text): `{"name":"a","apps":[{"id":1},{"id":2}]}`, 50: `{"name":"a","apps":[{"id":1`, 10: text[:10], 23: ""} {
		e, outside, ok := Head([]byte(text[:n]), devices)
		if string(e.Raw) != want || ok != (want != "") || n > 20 && len(outside) != 1 || errors.Is(e.Err, ErrCut) != (ok && n < len(text)) {
			t.Errorf("%d bytes: %q %v %v %v", n, e.Raw, e.Err, outside, ok)
		}
	}
	for _, text := range []string{"", "name,id\n", "1", "<xml>", "[]", "{}"} {
		if e, _, ok := Head([]byte(text), devices); ok && text != "{}" {
			t.Errorf("%q: %+v", text, e)
		}
	}
}

func TestTrouble(t *testing.T) {
	var tr Trouble
	if g := tr.Gaps("f"); g != nil {
		t.Error(g)
	}
	o := Options{MaxElement: 40}
	_ = Elements(strings.NewReader("[{\"a\":1},\n{\"b\":x},\n{\"c\":\""+strings.Repeat("x", 50)+"\"},\n1,\n{\"d\":"), o, func(e Element) error {
		if e.Err != nil {
			tr.Add(e, e.Err)
		}
		return nil
	})
	tr.Add(Element{Line: 77}, errors.New("no name"))
	var got []string
	for _, g := range tr.Gaps("f.json") {
		got = append(got, fmt.Sprint(g.Subject, " ", g.Kind, " ", g.Count, " ", strings.Join(g.Samples, "|")))
	}
	want := []string{"f.json malformed 3 line 2: it is damaged: " + wrongByte + "|line 4: it is no object|line 77: no name",
		"f.json limit 1 line 3: it is larger than any element that is read", "f.json malformed 1 line 5: the file ends in the middle"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !inventory.GapMalformed.Incomplete() {
		t.Error("damage does not make a scan incomplete")
	}
}

// FuzzElements compares with the standard library wherever that reads the document, and reads anything to its end.
func FuzzElements(f *testing.F) {
	for _, form := range []string{"compact", "pretty", "lines"} {
		f.Add([]byte(page(form, 3, -1, nil)))
		for _, harm := range harms {
			f.Add([]byte(page(form, 3, 1, harm)))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got []string
		wrong := 0
		if err := Elements(bytes.NewReader(data), Options{}, func(e Element) error {
			if e.Err != nil && !errors.Is(e.Err, ErrOther) {
				wrong++
			}
			if e.Err == nil {
				got = append(got, string(e.Raw))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		var want []json.RawMessage
		if json.Unmarshal(data, &want) != nil {
			return
		}
		objects := 0
		for _, w := range want {
			if len(w) > 0 && w[0] == '{' {
				if objects >= len(got) || got[objects] != string(w) {
					t.Fatalf("element %d of %q is missing among %q", objects, data, got)
				}
				objects++
			}
		}
		if wrong > 0 || objects != len(got) {
			t.Fatalf("%q: %d are damaged, %d of %d", data, wrong, len(got), objects)
		}
	})
}

// BenchmarkElements beside BenchmarkDecode: what finding the ends of elements costs, and what decoding does.
func BenchmarkElements(b *testing.B) {
	for _, form := range []string{"compact", "pretty", "lines"} {
		text := strings.Repeat(page(form, 2000, -1, nil), 10)
		b.Run(form, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				n := 0
				if err := Elements(strings.NewReader(text), devices, func(e Element) error { n++; return e.Err }); err != nil || n != 20_000 {
					b.Fatal(n, err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	text := strings.Repeat(page("compact", 2000, -1, nil), 10)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for d := json.NewDecoder(strings.NewReader(text)); ; {
			var page struct {
				Devices []struct {
					Name, State string
					OK          bool
					Apps        []struct{ ID, V string }
				}
			}
			if err := d.Decode(&page); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}
