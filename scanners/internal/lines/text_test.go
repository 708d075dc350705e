package lines

import (
	"strings"
	"testing"
)

func TestBinary(t *testing.T) {
	text := strings.Repeat("package:com.example.app\n", 40)
	for name, tt := range map[string]struct {
		head string
		want bool
	}{
		"text": {text, false}, "nothing": {"", false}, "utf-16": {utf16le(text), false}, "utf-16 without a mark": {utf16le(text)[2:], false},
		"utf-16 in the middle": {text + utf16le(text), false}, "utf-8 after utf-16": {utf16le(text) + text, false},
		"colours": {strings.Repeat("\x1b[32mx\x1b[0m\n", 9), false}, "latin-1": {"caf\xe9\n", false}, "a stray NUL": {text + "\x00" + text, false},
		"an app's NULs far down": {text + "versionName=\x00\x00\x00\x00\n" + text, false},
		"zip":                    {"PK\x03\x04" + text, true}, "gzip": {"\x1f\x8b" + text, true},
		"old tar": {"a.txt" + strings.Repeat("\x00", 507) + text + text, true}, "tar": {strings.Repeat("x", 257) + "ustar" + text, true},
		"NULs at the start": {"abc\x00\x00" + text, true}, "controls": {strings.Repeat("a\x01\x02b\x03", 99), true}, "utf-32": {"\xff\xfe\x00\x00p\x00\x00\x00a\x00\x00\x00", false}, // comes out right, too
	} {
		if got := Binary([]byte(tt.head)); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"a\x1b[1mb\x1b[0m": "ab", "  \x1b[1m\ufeff x": "   x", "\x00\ufeffa": "a", "a\x1b[2Jb": "a\x1b[2Jb", "\x1b[2Ja": "a", "  a\ufeff": "  a\ufeff", "": "", "\x1b[K": "",
	} {
		if got := string(Plain([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestOpen(t *testing.T) {
	for in, want := range map[string]bool{
		"a\nb": true, "a\n": false, "a\r\n\x00": false, strings.Repeat("x", MaxLine) + "\r\n": false, strings.Repeat("x", 2*MaxLine): true, "a\n\r": false,
	} {
		r := New(strings.NewReader(in))
		for r.Next() {
		}
		if r.Open() != want {
			t.Errorf("%.20q: %v", in, r.Open())
		}
	}
}

func TestGlued(t *testing.T) {
	for in, want := range map[string]int{
		utf16le("a\nb\n") + "package:com.example\n": 1, utf16le("应用程序名称：国家开发银行手机版\n" + "a\n"): 0, "plain\n": 0,
	} {
		r := New(strings.NewReader(in))
		for r.Next() {
		}
		if r.Glued() != want {
			t.Errorf("%q: %d", in, r.Glued())
		}
	}
}

func FuzzLines(f *testing.F) {
	for _, seed := range []string{"a\r\nb\n", utf16le("package:a\n"), utf16le("a\n") + "package:com.example\n", "\x1b[1ma\x1b[0m\n", "\ufeff\x00a\x00\n", "PK\x03\x04"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		Binary([]byte(text))
		r := New(strings.NewReader(text))
		for r.Next() {
			if n := len(r.Bytes()); n > MaxLine || len(Plain(r.Bytes())) > n {
				t.Errorf("a line of %d bytes", n)
			}
		}
		if r.Err() != nil || r.Glued() > r.Number() {
			t.Errorf("%v, %d of %d lines", r.Err(), r.Glued(), r.Number())
		}
	})
}
