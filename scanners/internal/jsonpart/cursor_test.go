package jsonpart

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// walk reads a document of members that are texts, numbers, booleans, lists and objects, and says what it came to.
func walk(data string) (out []string, err error) {
	c := NewCursor([]byte(data))
	for name := range c.Members() {
		at := string(name)
		switch {
		case strings.HasPrefix(at, "text"):
			out = append(out, at+"="+c.Text())
		case strings.HasPrefix(at, "number"):
			n, ok := c.Number()
			out = append(out, fmt.Sprintf("%s=%d%v", at, n, ok))
		case strings.HasPrefix(at, "bool"):
			b := c.Bool()
			out = append(out, fmt.Sprintf("%s=%v%v", at, b != nil && *b, b != nil))
		case strings.HasPrefix(at, "list"):
			for range c.Items() {
				for name := range c.Members() {
					out = append(out, at+"/"+string(name)+"="+c.Text())
				}
			}
		default:
			out = append(out, at)
		}
	}
	return out, c.Err()
}

func TestCursor(t *testing.T) {
	for data, want := range map[string]string{
		`{}`:                         "",
		` { "text" : "a\"\u00e9" } `: `text=a"é`,
		`{"skip":{"text":[1,"]"]},"text1":"x","text2":5,"text3":null,"text4":{"a":1}}`:        "skip text1=x text2= text3= text4=",
		`{"number":-12,"number2":"34","number3":1.5,"number4":"x","number5":[1]}`:             "number=-12true number2=34true number3=0false number4=0false number5=0false",
		`{"bool":true,"bool2":false,"bool3":"true","bool4":1,"bool5":null}`:                   "bool=truetrue bool2=falsetrue bool3=truetrue bool4=falsefalse bool5=falsefalse",
		`{"list":[{"a":"1","b":"2"},{},7,{"c":"3"}],"list2":{"a":"x"},"list3":[],"after":[]}`: "list/a=1 list/b=2 list/c=3 after",
		`{"te\u0078t":"a"}`: "text=a",
		`[1,2]`:             "",
		`"x"`:               "",
	} {
		got, err := walk(data)
		if strings.Join(got, " ") != want || err != nil {
			t.Errorf("%s: %q, %v", data, got, err)
		}
	}
}

// TestCursorBroken: what comes before the damage is handed out, and the damage is told.
func TestCursorBroken(t *testing.T) {
	for data, want := range map[string]string{
		``: "", `{`: "", `{"text":"a"`: "text=a", `{"text":"a" "text2":"b"}`: "text=a", `{"text":"a",,"text2":"b"}`: "text=a", `{"text":"a","text2`: "text=a",
		`{"text":"a","text2":}`: "text=a text2=", `{"text":"a","text2" "b"}`: "text=a", `{"text":"a",}`: "text=a", `{1:2}`: "", `{"list":[{"a":"1"} {"b":"2"}],"text":"x"}`: "list/a=1",
		`{"text":"a","text2":"b`: "text=a text2=", `{"list":[{"a":"1"`: "list/a=1",
	} {
		got, err := walk(data)
		if strings.Join(got, " ") != want || !errors.Is(err, ErrSyntax) {
			t.Errorf("%s: %q, %v", data, got, err)
		}
	}
}

// TestLongEscapes: a text of many escapes is passed in one go.
func TestLongEscapes(t *testing.T) {
	text := `"` + strings.Repeat(`\n`, 4<<20) + `"`
	end, err := skip([]byte(text), 0)
	if end != len(text) || err != nil {
		t.Error(end, err)
	}
	for in, want := range map[string]int{`"\\"`: 4, `"\\\""`: 6, `"\"\\"x`: 6, `"a\`: -1, `"a\"`: -1, `""`: 2} {
		if end, err := skip([]byte(in), 0); err == nil && end != want || err != nil && want > 0 {
			t.Errorf("%s ends at %d, %v", in, end, err)
		}
	}
}

// FuzzCursor compares with the standard library wherever that reads the document.
func FuzzCursor(f *testing.F) {
	f.Add([]byte(`{"text":"a\"\u00e9","number":12,"bool":true,"list":[{"a":"1"}],"x":{"y":[null]}}`))
	f.Add([]byte(`{"list":[{"a":"1"} {"b":"2"}],,`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got := map[string]string{}
		c := NewCursor(data)
		for name := range c.Members() {
			key := string(name)
			got[key] = c.Text()
		}
		var want map[string]any
		if json.Unmarshal(data, &want) != nil || want == nil {
			return
		}
		if c.Err() != nil {
			t.Fatalf("the standard library reads %q: %v", data, c.Err())
		}
		if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
			if strings.ContainsRune(string(data), '\ufffd') || !json.Valid([]byte(strings.ToValidUTF8(string(data), "x"))) || strings.ToValidUTF8(string(data), "") != string(data) {
				return // names that are no UTF-8 are replaced by one of the two
			}
			t.Fatalf("%q: %q", data, got)
		}
	})
}
