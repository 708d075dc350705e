package lines

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

func utf16le(s string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

func TestReader(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
		cut      int
	}{
		{"empty", "", nil, 0},
		{"plain", "a\nb\n", []string{"a", "b"}, 0},
		{"no last end", "a\nb", []string{"a", "b"}, 0},
		{"crlf", "a\r\nb\r\r\n\r\nc", []string{"a", "b", "", "c"}, 0},
		{"byte order mark", "\xef\xbb\xbfa\nb", []string{"a", "b"}, 0},
		{"utf-16", utf16le("aé\r\nb\r\n"), []string{"aé", "b"}, 0},
		{"bytes that are no utf-8", "a\xffb\n", []string{"a\xffb"}, 0},
		{"longest", strings.Repeat("x", MaxLine) + "\r\ny", []string{strings.Repeat("x", MaxLine), "y"}, 0},
		{"too long", strings.Repeat("x", 3*MaxLine) + "\ny", []string{strings.Repeat("x", MaxLine), "y"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := New(iotest.HalfReader(strings.NewReader(tt.in)))
			var got []string
			for r.Next() {
				got = append(got, string(r.Bytes()))
				if r.Number() != len(got) {
					t.Fatalf("line %d has number %d", len(got), r.Number())
				}
			}
			if !slices.Equal(got, tt.want) || r.Cut() != tt.cut || r.Err() != nil {
				t.Errorf("got %.80q, cut %d, error %v; want %.80q, cut %d", got, r.Cut(), r.Err(), tt.want, tt.cut)
			}
		})
	}
}

func TestReaderKeepsTheError(t *testing.T) {
	broken := errors.New("cable pulled")
	r := New(io.MultiReader(strings.NewReader("a\nhal"), iotest.ErrReader(broken)))
	var got []string
	for r.Next() {
		got = append(got, string(r.Bytes()))
	}
	if !slices.Equal(got, []string{"a", "hal"}) || !errors.Is(r.Err(), broken) {
		t.Errorf("got %q, %v", got, r.Err())
	}
}

func TestDecode(t *testing.T) {
	odd := utf16le("package:a")
	if got := string(Decode([]byte(odd[:len(odd)-1]))); !strings.HasPrefix(got, "package:") {
		t.Errorf("cut UTF-16 gives %q", got)
	}
	if got := string(Decode([]byte("plain"))); got != "plain" {
		t.Errorf("got %q", got)
	}
}
