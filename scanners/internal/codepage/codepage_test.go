package codepage

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const western = "Name,Publisher\nKüchenplaner für Küchen™,Möbelhaus Größe GmbH\nGestión de nóminas,Compañía Española\nLogiciel déjà installé,Éditeur français\n"

func written(t *testing.T, text string, in encoding.Encoding) []byte {
	t.Helper()
	b, err := encoding.ReplaceUnsupported(in.NewEncoder()).Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	const cyrillic = "Название;Издатель\nАнтивирус Касперского;АО «Лаборатория Касперского»\n"
	const greek = "Όνομα;Εκδότης\nΠρόγραμμα περιήγησης;Εταιρεία λογισμικού\n"
	const console = "Küchenplaner für Küchen\nGestión de nóminas, Compañía Española\nLogiciel déjà installé\n"
	for name, tt := range map[string]struct {
		text    string
		in      encoding.Encoding
		guessed string
	}{
		"UTF-8":                {western, encoding.Nop, ""},
		"UTF-16 with a mark":   {western, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), ""},
		"UTF-16, no mark":      {western, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), ""},
		"UTF-16BE with a mark": {western, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), ""},
		"UTF-8 with a mark":    {western, unicode.UTF8BOM, ""},
		"Western programs":     {western, charmap.Windows1252, "Windows 1252"},
		"Western console":      {console, charmap.CodePage850, "IBM Code Page 850"},
		"Cyrillic programs":    {cyrillic, charmap.Windows1251, "Windows 1251"},
		"Cyrillic console":     {"Антивирус Касперского\nЛаборатория\n", charmap.CodePage866, "IBM Code Page 866"},
		"Greek programs":       {greek, charmap.Windows1253, "Windows 1253"},
		"no letter beyond":     {"7-Zip 19.00 (x64)\n", charmap.Windows1252, ""},
	} {
		got := Decode(written(t, tt.text, tt.in))
		if string(got.UTF8) != tt.text || got.Guessed != tt.guessed || got.Mended != 0 {
			t.Errorf("%s: %q in %q, mended %d", name, got.UTF8, got.Guessed, got.Mended)
		}
	}
}

// TestMend: what PowerShell makes of UTF-8 that a program prints.
func TestMend(t *testing.T) {
	const text = "Microsoft Visual C++ 2015 Redistr… Microsoft.VCRedist\nplain\nБраузер Яндекс\nKüche\n"
	for _, page := range []*charmap.Charmap{charmap.CodePage437, charmap.CodePage850, charmap.CodePage852, charmap.CodePage866} {
		shown, err := page.NewDecoder().String(text)
		if err != nil || shown == text {
			t.Fatal(err)
		}
		if got := Decode([]byte(shown)); string(got.UTF8) != text || got.Mended != 3 || got.Guessed != "" {
			t.Errorf("%v: %q, mended %d", page, got.UTF8, got.Mended)
		}
		wide := written(t, shown, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM))
		if got := Decode(wide); string(got.UTF8) != text {
			t.Errorf("%v in UTF-16: %q", page, got.UTF8)
		}
	}
	for _, right := range []string{western, "Ærø Økonomi\n", "Müller & Söhne “quoted” – …\n", "名前 ソース\n", "Ένα πρόγραμμα\n"} {
		if got := Decode([]byte(right)); string(got.UTF8) != right || got.Mended != 0 {
			t.Errorf("%q became %q", right, got.UTF8)
		}
	}
}

// TestHead: the beginning of a text may end within a character.
func TestHead(t *testing.T) {
	whole := []byte("Name…")
	for n := 4; n <= len(whole); n++ {
		if got := Head(whole[:n]); got.Guessed != "" || !bytes.HasPrefix(got.UTF8, []byte("Name")) {
			t.Errorf("%d bytes: %+v", n, got)
		}
	}
}

// FuzzDecode: whatever comes in, UTF-8 comes out where a page was guessed or lines were mended, and of no more than three times the size.
func FuzzDecode(f *testing.F) {
	for _, in := range []encoding.Encoding{encoding.Nop, charmap.Windows1252, charmap.CodePage850, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)} {
		b, err := encoding.ReplaceUnsupported(in.NewEncoder()).Bytes([]byte(western))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("Redistr\u00d4\u00c7\u00aa x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got := Decode(b)
		if (got.Guessed != "" || got.Mended > 0) && !utf8.Valid(got.UTF8) {
			t.Errorf("%q", got.UTF8)
		}
		if len(got.UTF8) > 3*len(b)+16 {
			t.Errorf("%d bytes of %d", len(got.UTF8), len(b))
		}
		Head(b)
	})
}
