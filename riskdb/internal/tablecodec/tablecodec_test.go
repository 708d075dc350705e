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
	One   *inner
	Late  []inner  `table:"later"`
	Later []string `table:"later"`
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
		r.Late = rapid.SliceOfN(one, n, n).Draw(t, "late")
		r.Later = rapid.SliceOfN(text, n, n).Draw(t, "later")
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
	raw, err := Marshal(&rows{Text: "text", List: []inner{{"a", 1}, {"b", 2}}, One: &inner{Name: "c"}, Late: []inner{{"d", 3}}, Later: []string{"e"}})
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
	section := func(body string) string { return string(binary.AppendUvarint(nil, uint64(len(body)))) + body }
	empty := section("\x01\x00" + "\x00")
	first := section("\x01\x00" + strings.Repeat("\x00", 7))
	sections := map[string]string{
		"size": huge, "a size longer than the data": "\x09\x01", "one section too few": first + empty, "one too many": first + empty + empty + empty,
	}
	for name, body := range map[string]string{
		"strings": huge, "many strings": million, "a long string": "\x01" + million, "number without end": strings.Repeat("\xff", 20),
		"a long list": "\x01\x00" + "\x00\x00\x00" + million, "string 9 of 1": "\x01\x00" + "\x09",
		"bool of 7": "\x01\x00" + "\x00\x07", "pointer of 2": "\x01\x00" + "\x00\x00\x00\x00\x00\x00\x02",
	} {
		sections[name+", at once"] = section(body) + empty + empty
	}
	for name, body := range map[string]string{
		"strings": huge, "many strings": million, "a long string": "\x01" + million, "a long list": "\x01\x00" + million, "string 9 of 1": "\x01\x00" + "\x01\x09",
		"something left": "\x01\x00" + "\x00\x00",
	} {
		sections[name+", later"] = first + empty + section(body)
	}
	for name, body := range sections {
		var r rows
		if _, err := UnmarshalNow(head+body, &r); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var r rows
	if err := Unmarshal(head+first+empty+empty, &r); err != nil { // what the damaged ones are made of
		t.Error(err)
	}
}

func TestLater(t *testing.T) {
	want := rows{Text: "now", Late: []inner{{"late", 1}}, Later: []string{"a", "b"}}
	raw, err := Marshal(&want)
	if err != nil {
		t.Fatal(err)
	}
	var got rows
	rest, err := UnmarshalNow(string(raw), &got)
	if err != nil || got.Text != "now" || got.Late != nil || got.Later != nil {
		t.Fatalf("read at once: %+v, %v", got, err)
	}
	var late []inner
	if err := rest.Read("Late", &late); err != nil || !reflect.DeepEqual(late, want.Late) {
		t.Errorf("%v, %v", late, err)
	}
	if err := rest.ReadAll(&got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	var other []string
	for name, err := range map[string]error{"a field that is read at once": rest.Read("Words", &other), "no field": rest.Read("Gone", &other),
		"a field of another type": rest.Read("Late", &other), "no pointer": rest.Read("Later", other), "another struct": rest.ReadAll(&inner{})} {
		if err == nil {
			t.Errorf("%s: no error", name)
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
	for _, r := range []rows{{}, {Text: "a", N: -5, On: true, List: []inner{{"x", 19.9}}, Words: []string{"y", "", "y"}, One: &inner{}, Late: []inner{{"z", 1}}, Later: []string{"y"}}} {
		raw, err := Marshal(&r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Fuzz(func(t *testing.T, in string) {
		var r rows
		rest, err := UnmarshalNow(in, &r)
		if err != nil {
			return
		}
		if err := rest.ReadAll(&r); err != nil {
			t.Fatalf("checked, and yet: %v", err)
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
	for _, x := range append(r.List, r.Late...) {
		if math.IsNaN(x.Share) {
			return true
		}
	}
	return r.One != nil && math.IsNaN(r.One.Share)
}
