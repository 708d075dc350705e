package jsonform

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"quaestor/reports"
)

// texts are strings that JSON writes in some other way than they stand, and some that it does not.
var texts = []string{"plain", "", `"quoted" \ `, `\`, `"`, "<b>&amp;</b>", "Größe 微信", "e\u0301", "tab\tline\nend\r", "\x00\x1b[31m\x7f", "\u202eRTL\u200b\u2028\u00ad", "bad \xff\xfe bytes", "\xc3", "a\"\xff",
	"\ufffd", "\U000e0041 tag", "\U0001f4f1", `é"é\é`}

// written are the types of what reports consist of.
var written = []reflect.Type{
	reflect.TypeFor[reports.Device](), reflect.TypeFor[reports.Finding](), reflect.TypeFor[reports.Gap](), reflect.TypeFor[reports.Run](), reflect.TypeFor[reports.App](),
	reflect.TypeFor[reports.Change](), reflect.TypeFor[reports.CodeReach](), reflect.TypeFor[reports.SecuritySoftware](), reflect.TypeFor[reports.UnknownPrivileged](), reflect.TypeFor[reports.Report](),
}

// TestAppend: whatever is in a report, it is written as encoding/json writes it. Values of every type are made up, some full, some empty.
func TestAppend(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, typ := range written {
		if appenderOf(typ) == nil {
			t.Errorf("%v is left to encoding/json", typ)
			continue
		}
		for n := range 60 {
			v := reflect.New(typ)
			fill(rnd, v.Elem(), []int{0, 2, 9}[n%3], 0)
			sameText(t, v.Interface())
			sameText(t, v.Elem().Interface())
		}
	}
}

// TestAppendOthers: types that are written in a way of their own are left to encoding/json, and what holds them.
func TestAppendOthers(t *testing.T) {
	type Embedded struct {
		A string `json:"a"`
		B []int  `json:"b"`
	}
	type self struct{ Next *self }
	now := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	for _, v := range []any{
		now, &now, struct{ At time.Time }{now}, []byte("abc"), struct{ B []byte }{[]byte("x")}, 1.5, struct{ F float64 }{1e21}, map[int]string{1: "a"}, map[string][]string{"a": nil},
		struct{ V any }{V: []string(nil)}, self{}, &self{Next: &self{}}, json.RawMessage(`{"a": 1}`), [2]int{1, 2},
		struct {
			A string `json:"a,omitzero"`
		}{}, struct {
			A int `json:"a,string"`
		}{5}, struct {
			A string `json:"-"`
			b string
			C string `json:"c"`
		}{"a", "b", "c"},
		struct {
			Embedded
			C *Embedded `json:"c"`
		}{}, struct {
			Embedded
			A string `json:"a"`
		}{Embedded{A: "hidden"}, "shown"}, struct {
			*Embedded
		}{&Embedded{A: "x"}}, struct {
			Embedded `json:"named"`
		}{}, struct {
			A string `json:"<a>"`
		}{}, struct {
			Plain string
			Ptr   *int `json:",omitempty"`
		}{"x", nil}, map[string]bool{"b\u202e": true, "a": false, "\xff": true}, map[string]string(nil), []string(nil), "", uint8(3), uint64(1 << 63), int8(-3), true,
	} {
		sameText(t, v)
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { sameText(t, s) })
}

func sameText(t *testing.T, v any) {
	t.Helper()
	got, err := Append([]byte("before"), v)
	if err != nil {
		t.Fatal(err)
	}
	want, err := encoded(v, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if got = bytes.TrimPrefix(got, []byte("before")); !bytes.Equal(got, want) {
		t.Errorf("%T:\n got %s\nwant %s", v, got, want)
	}
}

// fill makes a value up; of ten lists, pointers and scalars as many as full says are not empty.
func fill(rnd *rand.Rand, v reflect.Value, full, depth int) {
	if rnd.IntN(10) >= full && v.Kind() != reflect.Struct || depth > 6 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts[rnd.IntN(len(texts))])
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(rnd.IntN(200) - 100))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(rnd.IntN(100)))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(rnd, v.Elem(), full, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(rnd, v.Field(i), full, depth+1)
		}
	case reflect.Slice:
		n := rnd.IntN(3)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(rnd, v.Index(i), full, depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rnd.IntN(4) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			key.SetString(texts[rnd.IntN(len(texts))])
			fill(rnd, value, full, depth+1)
			v.SetMapIndex(key, value)
		}
	}
}
