package jsonpart

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const document = "\xef\xbb\xbf // first\n{ \"a\": {\"b\": [1, \"x\\u00e9\", {\"]\":\"}\"}, true,], \"B\": \"big\"}, /* c */ \"n\": -12, \"t\": true, \"a\": {\"b\": \"last\"} } // end"

func TestRead(t *testing.T) {
	v, err := Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	if err := v.Fields(func(key string, value Value) bool {
		seen = append(seen, key)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "n", "t", "a"}, seen); diff != "" {
		t.Error(diff)
	}
	if got := v.Get("a", "b").String(); got != "last" {
		t.Errorf("of two members %q counts", got)
	}
	if v.Get("A") != nil || v.Get("a", "B").String() != "" || v.Get("n", "x") != nil {
		t.Error("a member that is not there was found")
	}
	if Begin([]byte(document)).Get("a", "b").String() != "last" || Begin(nil).Fields(nil) != nil {
		t.Error("a document that is not looked at as a whole reads differently")
	}
	if n, ok := v.Get("n").Int(); n != -12 || !ok || !v.Get("t").True() || v.Get("n").True() {
		t.Errorf("number %d %v", n, ok)
	}
}

func TestItems(t *testing.T) {
	v, _ := Parse([]byte(`[1, "a\"b", {"x":["]"]}, [], "c", ]`))
	if diff := cmp.Diff([]string{`a"b`, "c"}, v.Texts()); diff != "" {
		t.Error(diff)
	}
	n := 0
	if err := v.Items(func(Value) bool { n++; return true }); n != 5 || err != nil {
		t.Errorf("%d items, %v", n, err)
	}
}

func TestBroken(t *testing.T) {
	for _, s := range []string{"", "{", "[1", `"a`, `{"a":1} x`, "}", ",", "/*", `{"a":"}`, strings.Repeat("[", 1<<20)} {
		if _, err := Parse([]byte(s)); !errors.Is(err, ErrSyntax) {
			t.Errorf("%.20q: %v", s, err)
		}
	}
	for _, s := range []string{"{", `{"a":1`, `{"a":1,`, `{"a":`} {
		if err := Begin([]byte(s)).Fields(func(string, Value) bool { return true }); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: %v", s, err)
		}
	}
	if err := Begin([]byte("[1,")).Items(func(Value) bool { return true }); !errors.Is(err, ErrSyntax) {
		t.Error(err)
	}
	for _, s := range []string{`{a:1}`, `{"a" 1}`, `{"a":}`, `{"a":1 "b":2}`, `{"a":]}`, `{"a":1]`} {
		v, err := Parse([]byte(s))
		if err == nil {
			err = v.Fields(func(string, Value) bool { return true })
		}
		if !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// TestDeep: what lies too deep is told of at each level on the way to it, and what is beside it is handed out.
func TestDeep(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, tt := range []struct {
		document string
		bad      bool
	}{
		{`{"a":{"x":` + deep(maxDepth) + `,"y":1},"b":2}`, true},
		{`{"a":{"x":` + deep(maxDepth-3) + `,"y":1},"b":2}`, false},
	} {
		v, err := Parse([]byte(tt.document))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := v.Fields(func(string, Value) bool { n++; return true }); n != 2 || tt.bad != errors.Is(err, ErrSyntax) {
			t.Errorf("%d members, %v", n, err)
		}
		if n, _ := v.Get("a", "y").Int(); n != 1 {
			t.Error("what is beside it is lost")
		}
		n = 0
		v, err = Parse([]byte("[" + tt.document + ",3]"))
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Items(func(Value) bool { n++; return true }); n != 2 || tt.bad != errors.Is(err, ErrSyntax) {
			t.Errorf("%d items, %v", n, err)
		}
	}
}

// FuzzParse compares with the standard library wherever that reads the document.
func FuzzParse(f *testing.F) {
	f.Add([]byte(document))
	f.Add([]byte(`{"extensions":{"settings":{"aapbdbdomjkkjkaonfhkkikfgjllcleb":{"state":1,"manifest":{"name":"x"}}}}}`))
	f.Add([]byte(`[1,2,"\ud83d\ude00",null,[[]],{}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data)
		var want map[string]json.RawMessage
		if json.Unmarshal(data, &want) != nil || want == nil {
			return
		}
		if err != nil {
			t.Fatalf("the standard library reads %q: %v", data, err)
		}
		got := map[string]string{}
		if err := v.Fields(func(key string, value Value) bool { got[key] = string(value); return true }); err != nil {
			t.Fatal(err)
		}
		for key, value := range want {
			if got[key] != string(value) {
				t.Errorf("%q is %q, want %q", key, got[key], value)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d members, want %d", len(got), len(want))
		}
	})
}

func BenchmarkFields(b *testing.B) {
	var s strings.Builder
	s.WriteString("{")
	for i := range 50_000 {
		fmt.Fprintf(&s, `"key%d":{"list":["some text",%d,true],"inner":{"a":"\u0041"}},`, i, i)
	}
	data := []byte(s.String() + `"last":1}`)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		v, err := Parse(data)
		if err != nil || string(v.Get("last")) != "1" {
			b.Fatal(err)
		}
	}
}
