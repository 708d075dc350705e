package tablecodec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type inner struct {
	Name  string
	Share float64
}

type rows struct {
	Text  string
	On    bool
	N     int
	List  []inner
	Words []string
	Base
	One *inner
}

// Base is embedded, as the tables embed what a fact rests on.
type Base struct{ Grade string }

func sample(t *rapid.T) rows {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "same", "same", "\x00", strings.Repeat("long ", 300)}))
	one := rapid.Custom(func(t *rapid.T) inner {
		return inner{text.Draw(t, "name"), rapid.SampledFrom([]float64{0, 19.9, -1, math.MaxFloat64, math.Inf(1)}).Draw(t, "share")}
	})
	r := rows{Text: text.Draw(t, "text"), On: rapid.Bool().Draw(t, "on"), N: rapid.Int().Draw(t, "n"), Base: Base{text.Draw(t, "grade")}}
	if n := rapid.IntRange(0, 4).Draw(t, "len"); n > 0 {
		r.List = rapid.SliceOfN(one, n, n).Draw(t, "list")
		r.Words = rapid.SliceOfN(text, n, n).Draw(t, "words")
	}
	if rapid.Bool().Draw(t, "has") {
		x := one.Draw(t, "one")
		r.One = &x
	}
	return r
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := sample(t)
		raw, err := Marshal(&want)
		if err != nil {
			t.Fatal(err)
		}
		var got rows
		if err := Unmarshal(string(raw), &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		again, err := Marshal(&got)
		if err != nil || !bytes.Equal(raw, again) {
			t.Fatalf("the same value gives other bytes (%v)", err)
		}
	})
}

func TestEachStringOnce(t *testing.T) {
	raw, err := Marshal(&rows{Text: "repeated", Words: []string{"repeated", "repeated"}})
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(raw, []byte("repeated")); n != 1 {
		t.Errorf("stored %d times", n)
	}
}

func TestDamageIsAnError(t *testing.T) {
	raw, err := Marshal(&rows{Text: "text", List: []inner{{"a", 1}, {"b", 2}}, One: &inner{Name: "c"}})
	if err != nil {
		t.Fatal(err)
	}
	for n := range raw {
		var r rows
		if err := Unmarshal(string(raw[:n]), &r); !errors.Is(err, ErrMalformed) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
	var r rows
	if err := Unmarshal(string(raw)+"x", &r); !errors.Is(err, ErrMalformed) {
		t.Errorf("a byte too many: %v", err)
	}
	var other struct{ Text string }
	if err := Unmarshal(string(raw), &other); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "other tables") {
		t.Errorf("another type: %v", err)
	}
}

// TestClaimsAreBounded gives lists and strings that claim far more than the data holds.
func TestClaimsAreBounded(t *testing.T) {
	head := magic + fingerprint(reflect.TypeFor[rows]())
	huge := string(binary.AppendUvarint(nil, math.MaxUint64))
	million := string(binary.AppendUvarint(nil, 1<<40))
	for name, body := range map[string]string{
		"strings": huge, "many strings": million, "a long string": "\x01" + million, "number without end": strings.Repeat("\xff", 20),
		"a long list": "\x01\x00" + "\x00\x00\x00" + million, "string 9 of 1": "\x01\x00" + "\x09",
		"bool of 7": "\x01\x00" + "\x00\x07", "pointer of 2": "\x01\x00" + "\x00\x00\x00\x00\x00\x00\x02",
	} {
		var r rows
		if err := Unmarshal(head+body, &r); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTypesThatCannotBeHeld(t *testing.T) {
	type loop struct{ Next *struct{ M map[string]int } }
	for _, v := range []any{&struct{ M map[string]int }{}, &struct{ F func() }{}, &loop{}, &struct{ hidden int }{}, &struct{ N *int }{}, rows{}, nil} {
		if _, err := Marshal(v); err == nil {
			t.Errorf("%T: written", v)
		}
		if err := Unmarshal("", v); err == nil {
			t.Errorf("%T: read", v)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, r := range []rows{{}, {Text: "a", N: -5, On: true, List: []inner{{"x", 19.9}}, Words: []string{"y", "", "y"}, One: &inner{}}} {
		raw, err := Marshal(&r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Fuzz(func(t *testing.T, in string) {
		var r rows
		if err := Unmarshal(in, &r); err != nil {
			return
		}
		raw, err := Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		var again rows
		if err := Unmarshal(string(raw), &again); err != nil || !(reflect.DeepEqual(r, again) || hasNaN(r)) {
			t.Fatalf("%+v became %+v (%v)", r, again, err)
		}
	})
}

func hasNaN(r rows) bool {
	for _, x := range r.List {
		if math.IsNaN(x.Share) {
			return true
		}
	}
	return r.One != nil && math.IsNaN(r.One.Share)
}
