package textstream

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"quaestor/scanners/source"
)

const western = "Name;Hersteller\nKüchenplaner für Küchen™;Möbelhaus Größe GmbH\nGestión de nóminas;Compañía Española\n"

func encoded(t testing.TB, text string, in encoding.Encoding) string {
	t.Helper()
	s, err := in.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func packed(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// file is a source of one file with that content.
func file(t testing.TB, content string, limits source.Limits) *source.Source {
	t.Helper()
	dir := source.FromFS("dir", fstest.MapFS{"export.csv": {Data: []byte(content)}}, limits)
	src, err := dir.Sub("export.csv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func TestOpen(t *testing.T) {
	long := strings.Repeat("plain;row\n", 30_000) // longer than any buffer
	chinese := "名称,发行人\n" + strings.Repeat("x微信,腾讯科技公司\n", 20_000)
	cyrillic := "Название;Издатель\nАнтивирус Касперского;АО «Лаборатория Касперского»\n"
	for name, tt := range map[string]struct{ in, want, guessed string }{
		"UTF-8":                    {western, western, ""},
		"marked":                   {"\ufeff" + western, western, ""},
		"UTF-16LE marked":          {encoded(t, western, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)), western, ""},
		"UTF-16BE marked":          {encoded(t, western, unicode.UTF16(unicode.BigEndian, unicode.UseBOM)), western, ""},
		"UTF-16LE":                 {encoded(t, "Device name;"+western, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)), "Device name;" + western, ""},
		"Windows 1252":             {encoded(t, western, charmap.Windows1252), western, "Windows 1252"},
		"Windows 1252, late":       {long + encoded(t, western, charmap.Windows1252), long + western, "Windows 1252"},
		"Windows 1252, for long":   {encoded(t, strings.Repeat(western, 20_000), charmap.Windows1252), strings.Repeat(western, 20_000), "Windows 1252"},
		"Windows 1251":             {encoded(t, cyrillic, charmap.Windows1251), cyrillic, "Windows 1251"},
		"GBK, over many buffers":   {encoded(t, chinese, simplifiedchinese.GBK), chinese, "GBK (936)"},
		"gzip":                     {packed(t, western), western, ""},
		"gzip of UTF-16":           {packed(t, encoded(t, western, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM))), western, ""},
		"gzip of Windows 1252":     {packed(t, encoded(t, western, charmap.Windows1252)), western, "Windows 1252"},
		"UTF-8, for long":          {strings.Repeat(western, 20_000), strings.Repeat(western, 20_000), ""},
		"a broken byte in UTF-8":   {western + "Caf\xe9;x\n" + western, western + "Caf\ufffd;x\n" + western, ""},
		"ends within a character":  {western + "caf\xc3", western + "caf\ufffd", ""},
		"empty":                    {"", "", ""},
		"CR alone":                 {"a;b\rc;d\r", "a;b\nc;d\n", ""},
		"one character of UTF-8":   {"Société\n", "Société\n", ""},
		"a character on each edge": {strings.Repeat("é", 3*chunk), strings.Repeat("é", 3*chunk), ""},
		"and moved by one byte":    {"x" + strings.Repeat("é", 3*chunk), "x" + strings.Repeat("é", 3*chunk), ""},
		"of three bytes":           {strings.Repeat("微信支", chunk), strings.Repeat("微信支", chunk), ""},
	} {
		text, err := Open(file(t, tt.in, source.DefaultLimits))
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := io.ReadAll(text)
		if err != nil || string(got) != tt.want || text.Guessed() != tt.guessed {
			t.Errorf("%s: %d bytes %.80q guessed %q, error %v; want %d bytes", name, len(got), got, text.Guessed(), err, len(tt.want))
		}
		if broken := strings.Count(tt.want, "\ufffd"); text.Replaced() != broken {
			t.Errorf("%s: %d places replaced, want %d", name, text.Replaced(), broken)
		}
	}
}

// TestLimits: what is too long ends in the limit's own error, packed or not, and what came before is kept. The limit of other files is
// none of exports, but for packed ones, which may have so much besides a multiple of their size.
func TestLimits(t *testing.T) {
	limits := source.DefaultLimits
	limits.FileBytes, limits.ExportBytes = 1000, 100_000
	entries := func(bytes int) string { return strings.Repeat("entry\n", bytes/6+1)[:bytes] }
	bomb := packed(t, entries(90_000))
	ratio := 1000 + 200*len(bomb)
	if ratio >= 90_000 {
		t.Fatalf("a bomb of %d bytes", len(bomb))
	}
	for name, tt := range map[string]struct {
		in   string
		want int
		what string
	}{
		"longer than a file":   {entries(50_000), 50_000, ""},
		"all that is read":     {entries(100_000), 100_000, ""},
		"one byte more":        {entries(100_001), 100_000, "size"},
		"packed":               {packed(t, entries(10_000)), 10_000, ""},
		"packed, and in pairs": {packed(t, noise(60_000)) + packed(t, noise(60_000)), 100_000, source.WhatExport},
		"unpacks without end":  {bomb, ratio, source.WhatExport},
	} {
		text, err := Open(file(t, tt.in, limits))
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := io.ReadAll(text)
		var limit *source.LimitError
		if len(got) != tt.want || errors.As(err, &limit) != (tt.what != "") || limit != nil && limit.What != tt.what {
			t.Errorf("%s: %d bytes of %d, %v", name, len(got), tt.want, err)
		}
		if limit != nil && (limit.Next() != "") != (tt.what == source.WhatExport) {
			t.Errorf("%s: what to do: %q", name, limit.Next())
		}
	}
}

// noise is text that hardly shrinks.
func noise(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		sum := sha256.Sum256([]byte{byte(i), byte(i >> 8)})
		b.WriteString(hex.EncodeToString(sum[:]))
	}
	return b.String()[:n]
}

// repeated is a reader of a text over and over, so many bytes in all.
type repeated struct {
	text string
	left int64
	at   int
}

// Read implements [io.Reader].
func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.text[r.at:])
	r.at, r.left = (r.at+n)%len(r.text), r.left-int64(n)
	return n, nil
}

// TestLong: nothing but a buffer is held of a text, however long it is.
func TestLong(t *testing.T) {
	const size = 256 << 20
	text := New(&repeated{text: strings.Repeat(western, 1000), left: size})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, err := io.Copy(io.Discard, text)
	runtime.ReadMemStats(&after)
	if err != nil || n < size-1 || after.TotalAlloc-before.TotalAlloc > 8<<20 {
		t.Errorf("%d bytes, %v, %d bytes allocated", n, err, after.TotalAlloc-before.TotalAlloc)
	}
}

// TestCut: a file that breaks off, or a cable that is pulled, ends in that error, after what came before it.
func TestCut(t *testing.T) {
	whole := packed(t, western)
	text, err := Open(file(t, whole[:len(whole)-10], source.DefaultLimits))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(text); err == nil || !strings.HasPrefix(western, string(got)) {
		t.Errorf("%q, %v", got, err)
	}
	pulled := errors.New("pulled")
	got, err := io.ReadAll(New(io.MultiReader(strings.NewReader("Größe\n"), iotest.ErrReader(pulled))))
	if string(got) != "Größe\n" || !errors.Is(err, pulled) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestHead(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"UTF-8":         {"\ufeff" + western, western},
		"UTF-16":        {encoded(t, western, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)), western},
		"Windows 1252":  {encoded(t, western, charmap.Windows1252), western},
		"gzip":          {packed(t, western), western},
		"cut character": {"caf\xc3", "caf"},
		"damaged":       {western + "\xe9;\n", western + "\ufffd;\n"},
		"a program":     {"\x7fELF\x02\x01", ""},
		"an archive":    {"PK\x03\x04abc", ""},
		"nothing":       {"", ""},
	} {
		if got := Head(file(t, tt.in, source.DefaultLimits)); string(got) != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := Head(source.FromFS("dir", fstest.MapFS{}, source.DefaultLimits)); got != nil {
		t.Errorf("a folder: %q", got)
	}
}

// FuzzText: whatever comes in, in pieces of any size, UTF-8 comes out, of no more than three times the size, and the same each time.
func FuzzText(f *testing.F) {
	for _, in := range []encoding.Encoding{unicode.UTF8BOM, charmap.Windows1252, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)} {
		f.Add([]byte(encoded(f, western, in)))
	}
	f.Add([]byte("Caf\xe9;x\nKüche"))
	f.Fuzz(func(t *testing.T, b []byte) {
		once, err := io.ReadAll(New(bytes.NewReader(b)))
		if err != nil || !utf8.Valid(once) || len(once) > 3*len(b)+3 {
			t.Errorf("%q of %q, %v", once, b, err)
		}
		pieces, err := io.ReadAll(New(iotest.OneByteReader(bytes.NewReader(b))))
		if err != nil || !bytes.Equal(once, pieces) {
			t.Errorf("%q in one, %q in pieces, %v", once, pieces, err)
		}
		if head := Head(file(t, string(b), source.DefaultLimits)); !utf8.Valid(head) {
			t.Errorf("head %q", head)
		}
	})
}

func BenchmarkText(b *testing.B) {
	for name, in := range map[string]string{"ascii": strings.Repeat("plain;row;of;text\n", 100_000), "utf-8": strings.Repeat(western, 20_000),
		"windows-1252": encoded(b, strings.Repeat(western, 20_000), charmap.Windows1252)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				if _, err := io.Copy(io.Discard, New(strings.NewReader(in))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
