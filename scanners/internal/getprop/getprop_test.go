package getprop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     map[string]string
		unknown  int
		open     bool
	}{
		{"plain", "[ro.a]: [1]\r\n[ro.b]: []\n", map[string]string{"ro.a": "1", "ro.b": ""}, 0, false},
		{"brackets in a value", "[ro.a]: [[x]]\n", map[string]string{"ro.a": "[x]"}, 0, false},
		{"several lines", "[ro.a]: [one\ntwo\n\nfour]\n[ro.b]: [2]\n", map[string]string{"ro.a": "one\ntwo\n\nfour", "ro.b": "2"}, 0, false},
		{"never closed", "[ro.a]: [one\n[ro.b]: [2]\n", map[string]string{"ro.b": "2"}, 1, false},
		{"cut", "[ro.b]: [2]\n[ro.a]: [on", map[string]string{"ro.b": "2", "ro.a": "on"}, 0, true},
		{"other text", "error: device offline\n[ro.b]: [2]\n", map[string]string{"ro.b": "2"}, 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Read(strings.NewReader(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.Values); diff != "" || got.Unknown.Count != tt.unknown || got.Open != tt.open {
				t.Errorf("%s%+v", diff, got)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	var b strings.Builder
	for i := range maxProperties + 7 {
		b.WriteString("[p" + strings.Repeat("x", i%50) + string(rune('a'+i%26)) + "." + strings.Repeat("0", i/1000) + "]: [v]\n")
	}
	b.WriteString("[endless]: [" + strings.Repeat("line\n", maxValue))
	got, err := Read(strings.NewReader(b.String()))
	if err != nil || len(got.Values) > maxProperties || len(got.Values["endless"]) > maxValue || got.Cut == 0 {
		t.Errorf("%d properties, %d bytes of value, %d cut, %v", len(got.Values), len(got.Values["endless"]), got.Cut, err)
	}
}

func TestLooks(t *testing.T) {
	for text, want := range map[string]bool{
		"[ro.a]: [1]\n[ro.b]: [2]\n[ro.c]: [3]\n": true, "[ro.a]: [1]\n": false, "[x] y\n[z]\n[1, 2]\n": false, "": false,
		"PK\x03\x04\n[ro.a]: [1]\n[ro.b]: [2]\n[ro.c]: [3]\n": false,
	} {
		if got := Looks([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzGetprop(f *testing.F) {
	seed, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "phones", "member", "getprop.txt"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte("[a]: [b\n]\n[c]: [d"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Read(strings.NewReader(string(b)))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range got.Values {
			if name == "" || len(value) > len(b) {
				t.Errorf("%q has %d bytes of value from %d", name, len(value), len(b))
			}
		}
		Looks(b)
	})
}
