package jsonstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// told reads all elements: "line member/page raw", or "line error".
func told(t *testing.T, r io.Reader, o Options) (out []string) {
	t.Helper()
	err := Elements(r, o, func(e Element) error {
		switch {
		case (e.Err != nil) == (e.Raw != nil):
			t.Errorf("either text or an error: %+v", e)
		case e.Err != nil:
			out = append(out, fmt.Sprintf("%d! %v", e.Line, kind(e.Err)))
		default:
			out = append(out, fmt.Sprintf("%d %s/%d %s", e.Line, e.Member, e.Page, e.Raw))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return out
}

func kind(err error) string {
	for kind, name := range map[error]string{ErrBroken: "broken", ErrCut: "cut", ErrTooLarge: "large", ErrOther: "other"} {
		if errors.Is(err, kind) {
			return name
		}
	}
	return err.Error()
}

var devices = Options{Members: []string{"devices"}}

func TestElements(t *testing.T) {
	for name, tt := range map[string]struct {
		o    Options
		text string
		want []string
	}{
		"array":            {devices, `[{"a":1}, {"b":"}\"]"}]`, []string{`1 /1 {"a":1}`, `1 /1 {"b":"}\"]"}`}},
		"member":           {devices, "{\"kind\":\"x\",\n\"devices\":[\n{\"a\":1},\n{\"b\":{\"devices\":[2]}}\n],\"next\":{\"devices\":[{}]}}", []string{`3 devices/1 {"a":1}`, `4 devices/1 {"b":{"devices":[2]}}`}},
		"two levels":       {Options{Members: []string{"devices"}, Depth: 2}, `{"x":{"y":1},"data":{"z":2,"devices":[{"a":1}]},"more":[{}]}`, []string{`1 devices/1 {"a":1}`}},
		"one level only":   {devices, `{"data":{"devices":[{"a":1}]}}`, []string{`1 /1 {"data":{"devices":[{"a":1}]}}`}},
		"pages":            {devices, `{"devices":[{"a":1}],"t":"x"}{"devices":[]}` + "\n" + `{"devices":[{"b":2}]}`, []string{`1 devices/1 {"a":1}`, `2 devices/3 {"b":2}`}},
		"lines":            {devices, "\xef\xbb\xbf{\"a\":1}\r\n{\"b\":2}\n\n{\"c\":3}", []string{`1 /1 {"a":1}`, `2 /2 {"b":2}`, `4 /3 {"c":3}`}},
		"object by itself": {devices, "{\n \"a\": {\"b\": [true, null, -1.5e3, \"\\\\\"]}\n}\n", []string{"1 /1 {\n \"a\": {\"b\": [true, null, -1.5e3, \"\\\\\"]}\n}"}},
		"single":           {Options{Members: []string{"host"}}, `{"host":{"a":1}}`, []string{`1 host/1 {"a":1}`}},
		"null":             {devices, `{"devices":null,"a":1}`, []string{`1 /1 {"devices":null,"a":1}`}},
		"nothing":          {devices, " \n", nil},
		"empty list":       {devices, "[]", nil},
		"others":           {devices, "[1,\n\"x\",null,[{}],{\"a\":1}]", []string{"1! other", "2! other", "2! other", "2! other", `2 /1 {"a":1}`}},
		"escaped name":     {devices, `{"devic\u0065s":[{"a":1}]}`, []string{`1 devices/1 {"a":1}`}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(t, strings.NewReader(tt.text), tt.o)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.want, told(t, iotest.OneByteReader(strings.NewReader(tt.text)), tt.o)); diff != "" {
				t.Errorf("byte by byte: %s", diff)
			}
		})
	}
}

// TestOutside: members around a list are told, and those of an element are not.
func TestOutside(t *testing.T) {
	var got []string
	o := Options{Members: []string{"value"}, Depth: 2, Outside: func(m Member) { got = append(got, fmt.Sprintf("%d %s %s", m.Page, m.Name, m.Value)) }}
	long := `"` + strings.Repeat("x", maxOutside) + `"`
	text := `{"@odata.context":"c","long":` + long + `,"in":{"n":1,"value":[{"a":1}],"o":2},"count":3}` + "\n" + `{"not":"around"}` + "\n" + `{"value":[],"last":[1]}`
	if err := Elements(strings.NewReader(text), o, func(Element) error { return nil }); err != nil {
		t.Fatal(err)
	}
	want := []string{`1 @odata.context "c"`, "1 long ", `1 n 1`, `1 o 2`, `1 count 3`, `3 last [1]`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// page is an export of n devices in one of the forms, of which the device number at is damaged by harm.
func page(form string, n, at int, harm func(device string) string) string {
	var b strings.Builder
	b.WriteString(map[string]string{"compact": `{"devices":[`, "pretty": "{\n  \"devices\": [\n", "lines": ""}[form])
	for i := range n {
		device := fmt.Sprintf(`{"name":"d%d","apps":[{"id":"com.example.a","v":"1.%d"},{"id":"b\\","v":"2"}],"ok":true,"state":"ACTIVE"}`, i, i)
		if form == "pretty" {
			var p bytes.Buffer
			if err := json.Indent(&p, []byte(device), "    ", "  "); err != nil {
				panic(err)
			}
			device = "    " + p.String()
		}
		if i == at {
			device = harm(device)
		}
		b.WriteString(device)
		if i < n-1 {
			b.WriteString(map[string]string{"compact": ",", "pretty": ",\n", "lines": "\n"}[form])
		}
	}
	b.WriteString(map[string]string{"compact": `],"next":"t"}`, "pretty": "\n  ],\n  \"next\": \"t\"\n}\n", "lines": "\n"}[form])
	return b.String()
}

var harms = map[string]func(string) string{
	"bracket missing at the end": func(d string) string { return d[:len(d)-1] },
	"bracket too many":           func(d string) string { return d + "}" },
	"list closed too often":      func(d string) string { return d + "]" },
	"list not closed":            func(d string) string { return strings.Replace(d, "]", "", 1) },
	"inner bracket missing":      func(d string) string { return strings.Replace(d, "}", "", 1) },
	"quote missing behind":       func(d string) string { return strings.Replace(d, `ACTIVE"`, "ACTIVE", 1) },
	"quote missing before":       func(d string) string { return strings.Replace(d, `"ACTIVE`, "ACTIVE", 1) },
	"name not closed":            func(d string) string { return strings.Replace(d, `apps"`, "apps", 1) },
	"cut in the middle":          func(d string) string { return d[:len(d)/2] },
	"cut in a string":            func(d string) string { return d[:strings.Index(d, "ple.a")] },
	"text in it":                 func(d string) string { return strings.Replace(d, "true", "<error>", 1) },
	"NULs":                       func(d string) string { return strings.Replace(d, `"ok"`, "\x00\x00\x00\x00", 1) },
}

// TestBroken: a device that is damaged at the beginning, in the middle or at the end of an export is told with its line, and no other
// is lost.
func TestBroken(t *testing.T) {
	const n = 7
	for _, form := range []string{"compact", "pretty", "lines"} {
		for name, harm := range harms {
			for _, at := range []int{0, n / 2, n - 1} {
				t.Run(fmt.Sprint(form, " ", name, " ", at), func(t *testing.T) {
					text := page(form, n, at, harm)
					for _, r := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
						whole, lines := 0, 0
						_ = Elements(r, devices, func(e Element) error {
							switch {
							case e.Err != nil:
								lines = max(lines, e.Line)
							case strings.Contains(string(e.Raw), "\"apps\"") && json.Valid(e.Raw):
								whole++
							}
							return nil
						})
						line := map[string]int{"compact": 1, "pretty": 3 + 15*at, "lines": 1 + at}[form]
						if whole < n-1 || lines < line || lines > line+16 {
							t.Errorf("%d of %d devices, damage told in line %d, it is in %d", whole, n, lines, line)
						}
					}
				})
			}
		}
	}
}

// TestCut: what comes before the end is kept, and the end is told.
func TestCut(t *testing.T) {
	for _, form := range []string{"compact", "pretty", "lines"} {
		whole := page(form, 3, -1, nil)
		for n := range len(strings.TrimRight(whole, "\n")) {
			got := told(t, strings.NewReader(whole[:n]), devices)
			if n == 0 {
				continue
			}
			elements := 0
			for _, s := range got[:len(got)-1] {
				if strings.Contains(s, "!") {
					t.Fatalf("%s, %d bytes: %q", form, n, got)
				}
				elements++
			}
			last := got[len(got)-1]
			if cut := strings.HasSuffix(last, "! cut"); !cut && form != "lines" || cut && elements == 3 && form == "lines" {
				t.Fatalf("%s, %d bytes: %q", form, n, got)
			}
		}
	}
}
