package jsonform

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode"

	"quaestor/reports/internal/reporttest"
)

func TestEncode(t *testing.T) {
	type inner struct {
		List []string          `json:"list"`
		Map  map[string]string `json:"map"`
		Gone []string          `json:"gone,omitempty"`
	}
	type outer struct {
		Text  string  `json:"text"`
		Inner []inner `json:"inner"`
		Ptr   *inner  `json:"ptr"`
	}
	tests := []struct {
		name string
		in   any
		want string
	}{
		{"empty lists", outer{Inner: []inner{{}}}, `{"text":"","inner":[{"list":[],"map":{}}],"ptr":null}`},
		{"pointer", &outer{Ptr: &inner{}}, `{"text":"","inner":[],"ptr":{"list":[],"map":{}}}`},
		{"markup", "<a> & b", `"<a> & b"`},
		{"invisible", "a\u202e\u200b\u009b\x7f", `"a\u202e\u200b\u009b\u007f"`},
		{"letters that show nothing", "a\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\ufe0fz", `"a\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\ufe0fz"`},
		{"accents", "e\u0301", "\"e\u0301\""},
		{"beyond the basic plane", "\U000E0041🦊", `"\udb40\udc41🦊"`},
		{"keys", map[string]int{"b\u202e": 1, "a": 2}, `{"a":2,"b\u202e":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := Encode(&b, tt.in, ""); err != nil {
				t.Fatal(err)
			}
			if b.String() != tt.want+"\n" {
				t.Errorf("got %s want %s", b.String(), tt.want)
			}
		})
	}
}

func FuzzEncode(f *testing.F) {
	for _, seed := range []string{"TikTok", reporttest.HostileName, "\U000E0041\u2028\x00\\u202e\"", "🇧🇪微信\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		if err := Encode(&b, map[string]string{s: s}, "  "); err != nil {
			t.Fatal(err)
		}
		for _, r := range b.String() {
			if r != '\n' && !unicode.IsGraphic(r) {
				t.Fatalf("U+%04X stands in the text as it is", r)
			}
		}
		var got, want map[string]string
		plain, err := json.Marshal(map[string]string{s: s})
		if err != nil {
			t.Fatal(err)
		}
		if json.Unmarshal(b.Bytes(), &got) != nil || json.Unmarshal(plain, &want) != nil {
			t.Fatalf("not JSON: %s", b.Bytes())
		}
		for k, v := range want {
			if got[k] != v || len(got) != 1 {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	})
}
