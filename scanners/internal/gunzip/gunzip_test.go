package gunzip

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"quaestor/scanners/source"
)

func pack(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReader(t *testing.T) {
	text := strings.Repeat("/private/var/mobile\n", 1000)
	packed := pack(t, text)
	for name, tt := range map[string]struct {
		in      []byte
		limit   int64
		want    int // bytes
		limited bool
		fails   bool
	}{
		"whole":         {packed, 1 << 20, len(text), false, false},
		"just fits":     {packed, int64(len(text)), len(text), false, false},
		"one too many":  {packed, int64(len(text)) - 1, len(text) - 1, true, true},
		"cut":           {packed[:len(packed)-9], 1 << 20, -1, false, true},
		"wrong content": {append(bytes.Clone(packed[:len(packed)-8]), 1, 2, 3, 4, 5, 6, 7, 8), 1 << 20, len(text), false, true},
		"two together":  {append(bytes.Clone(packed), packed...), 1 << 20, 2 * len(text), false, false},
	} {
		r, err := Reader(bytes.NewReader(tt.in), "list.gz", tt.limit)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := io.ReadAll(r)
		var limit *source.LimitError
		if tt.want >= 0 && len(got) != tt.want || (err != nil) != tt.fails || errors.As(err, &limit) != tt.limited {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	if _, err := Reader(strings.NewReader("plain"), "x", 9); err == nil || !strings.Contains(err.Error(), `"x"`) {
		t.Errorf("not compressed: %v", err)
	}
}

func TestHead(t *testing.T) {
	packed := pack(t, strings.Repeat("abc", 100_000))
	if got := Head(packed[:100]); len(got) == 0 || !strings.HasPrefix(strings.Repeat("abc", 100_000), string(got)) {
		t.Errorf("%.20q", got)
	}
	if got := Head(packed); len(got) != headBytes {
		t.Errorf("%d bytes", len(got))
	}
	if got := Head([]byte("plain")); string(got) != "plain" {
		t.Errorf("%q", got)
	}
	if got := Head([]byte{0x1f, 0x8b, 8, 0xff, 0xff}); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
