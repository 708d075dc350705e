package lines

import (
	"slices"
	"strings"
	"testing"
)

// TestForms: UTF-16 without a mark and carriage returns alone are told from what only looks like them.
func TestForms(t *testing.T) {
	text := "/private/var/mobile\n/private/var/containers\nthird\n"
	want := []string{"/private/var/mobile", "/private/var/containers", "third"}
	little := utf16le(text)[2:]
	var big strings.Builder
	for i := 0; i < len(little); i += 2 {
		big.WriteByte(little[i+1])
		big.WriteByte(little[i])
	}
	cr := strings.ReplaceAll(text, "\n", "\r")
	for name, in := range map[string]string{
		"little": little, "big": big.String(), "CR": cr, "little, CR": utf16le(cr)[2:], "marked, CR": utf16le(cr), "UTF-8 mark, CR": "\ufeff" + cr, "plain": text,
	} {
		r, got := New(strings.NewReader(in)), []string(nil)
		for r.Next() {
			got = append(got, string(r.Bytes()))
		}
		if !slices.Equal(got, want) || r.Err() != nil {
			t.Errorf("%s: %q, %v", name, got, r.Err())
		}
		if d := string(Decode([]byte(in))); d != text {
			t.Errorf("%s: %q", name, d)
		}
	}
	for name, in := range map[string]string{"binary": "a\x00b\x00\x01\x00\x02\x00" + strings.Repeat("\x00\x01", 40), "one line": "progress 1%\rprogress 2%\n", "short": "a\x00b\x00", "NUL": "a\rb\x00"} {
		if d := string(Decode([]byte(in))); d != in {
			t.Errorf("%s: %q", name, d)
		}
	}
}
