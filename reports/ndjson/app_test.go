package ndjson

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/jsonform"
)

// texts are strings that JSON writes in some other way than they stand, and some that it does not.
var texts = []string{"plain", "", `"quoted" \ `, "<b>&amp;</b>", "Größe 微信", "tab\tline\nend\r", "\x00\x1b[31m\x7f", "\u202eRTL\u200b\u2028\u00ad", "bad \xff\xfe bytes", "\U000e0041 tag", "\U0001f4f1"}

// TestAppLine: the line of an app is the same whichever way it is written. Each field of an app is filled by itself and together with
// all others, with each of the texts; a field that is new in reports.App has to be known to appendApp.
func TestAppLine(t *testing.T) {
	apps := []reports.App{{}}
	fields := reflect.TypeFor[reports.App]()
	for _, text := range texts {
		var all reports.App
		var listed reports.App
		for i := range fields.NumField() {
			var one reports.App
			fill(reflect.ValueOf(&one).Elem().Field(i), text)
			fill(reflect.ValueOf(&all).Elem().Field(i), text)
			if _, fast := appendApp(nil, "app", "", &one); fast {
				fill(reflect.ValueOf(&listed).Elem().Field(i), text)
			}
			apps = append(apps, one)
		}
		apps = append(apps, all, listed)
	}
	short := 0
	for i := range apps {
		for _, change := range []string{"", "new"} {
			line := &AppLine{Type: "app", Delta: Delta{change}, App: apps[i]}
			file := &FileLine{Type: "file", Delta: Delta{change}, App: apps[i]}
			same(t, line)
			same(t, file)
			if _, ok := appendApp(nil, "app", change, &apps[i]); ok {
				short++
			}
		}
	}
	if short < len(apps) { // of each app two lines, of which more than half
		t.Errorf("%d of %d lines were put together by hand", short, 2*len(apps))
	}
}

func same(t *testing.T, line any) {
	t.Helper()
	var got, want bytes.Buffer
	scratch := []byte("what was there before")
	if err := encode(&got, &scratch, line); err != nil {
		t.Fatal(err)
	}
	if err := jsonform.Encode(&want, line, ""); err != nil {
		t.Fatal(err)
	}
	if got.String() != want.String() {
		t.Errorf("%+v:\n got %s\nwant %s", line, &got, &want)
	}
}

// fill sets a value to one that is not empty, of which all texts are text.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(-7)
	case reflect.Uint64:
		v.SetUint(7)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		if v.Type().Elem().Kind() == reflect.String {
			fill(v.Index(0), text)
			fill(v.Index(1), strings.ToUpper(text))
		}
	}
}

// FuzzAppLine: whatever an app is called, its line is the one that encoding/json makes.
func FuzzAppLine(f *testing.F) {
	for _, s := range texts {
		f.Add(s, s, 0, true)
	}
	f.Fuzz(func(t *testing.T, name, version string, count int, system bool) {
		same(t, &AppLine{Type: "app", App: reports.App{ID: name, Name: name, Version: version, Publisher: version, DeviceCount: count, System: system, Users: []string{name, version}}})
	})
}

func BenchmarkAppLine(b *testing.B) {
	line := &AppLine{Type: "app", App: reports.App{ID: "app-0123456789abcdef", Device: "android-0123456789abcdef", Kind: "android-package", Identifier: "org.example.office", Name: "Example Office",
		Version: "1.2.3", Installer: "com.android.vending", SHA256: []string{strings.Repeat("0a", 32)}}}
	var out bytes.Buffer
	for name, write := range map[string]func() error{
		"encoding-json": func() error { return jsonform.Encode(&out, line, "") },
		"by-hand":       func() error { scratch := make([]byte, 0, 512); return encode(&out, &scratch, line) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				out.Reset()
				if err := write(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
