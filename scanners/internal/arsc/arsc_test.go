package arsc

import (
	"archive/zip"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"quaestor/scanners/internal/corpustest"
	"strings"
	"testing"
)

// resources unpacks the resource table of an APK.
func resources(tb testing.TB, apk string) []byte {
	tb.Helper()
	z, err := zip.OpenReader(apk)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open("resources.arsc")
	if err != nil {
		tb.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

const own = "../../apk/testdata/plain.apk"

// find looks for the string resource with a default value and returns its values by language.
func find(t *testing.T, table *Table, want string) map[string]string {
	t.Helper()
	for typ := uint32(1); typ < 32; typ++ {
		for entry := uint32(0); entry < 64; entry++ {
			values, err := table.Lookup(0x7f<<24 | typ<<16 | entry)
			if err != nil || Default(values) != want {
				continue
			}
			out := make(map[string]string)
			for _, v := range values {
				out[v.Locale] = v.Text
			}
			return out
		}
	}
	t.Fatalf("no resource says %q", want)
	return nil
}

func TestLookup(t *testing.T) {
	table, err := Parse(resources(t, own))
	if err != nil {
		t.Fatal(err)
	}
	got := find(t, table, "Diary")
	for locale, want := range map[string]string{"": "Diary", "nl": "Agenda", "fr": "Ordre du jour", "de": "Tagesordnung", "pt-BR": "Pauta"} {
		if got[locale] != want {
			t.Errorf("%q: %q, want %q", locale, got[locale], want)
		}
	}
	if len(got) != 5 {
		t.Errorf("%d languages", len(got))
	}
	if v, err := table.Default(0x7f7f7f7f); err == nil {
		t.Errorf("a resource that is not there is %q", v)
	}
}

// TestForms reads the table forms that ordinary tools do not make, from the corpus.
func TestForms(t *testing.T) {
	dir, err := filepath.Abs("../../../../shared/corpus/apks/iBotPeaches+Apktool")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the corpus of foreign APKs is missing: %v", err)
	}
	found := 0
	filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if filepath.Base(path) == "issue3705.apk" {
			table, err := Parse(resources(t, path))
			if err != nil {
				t.Fatal(err)
			}
			find(t, table, "CompactEntries") // compact entries
			found++
		}
		return nil
	})
	if found != 1 {
		t.Errorf("%d of the expected files", found)
	}
}

// u16le and u32le append numbers; chunkOf makes a chunk.
func u16le(v ...uint16) (b []byte) {
	for _, n := range v {
		b = binary.LittleEndian.AppendUint16(b, n)
	}
	return b
}

func u32le(v ...uint32) (b []byte) {
	for _, n := range v {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

func join(parts ...[]byte) (b []byte) {
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func chunkOf(kind, header uint16, body []byte) []byte {
	return join(u16le(kind, header), u32le(uint32(8+len(body))), body)
}

// tableOf makes a table of one package that holds the given type chunks and the string "hello".
func tableOf(types ...[]byte) []byte {
	text := chunkOf(chunkStrings, 28, join(u32le(1, 0, 0x100, 32, 0, 0), []byte("\x05\x05hello\x00")))
	pkg := chunkOf(chunkPackage, 12, join(append([][]byte{u32le(0x7f)}, types...)...))
	return chunkOf(chunkTable, 12, join(u32le(1), text, pkg))
}

// typeOf makes a chunk of type 1 for a language with an index and one or more entries.
func typeOf(flags byte, lang string, count uint32, index, entries []byte) []byte {
	config := join(u32le(16, 0), []byte(lang), make([]byte, 16-8-len(lang)))
	header := uint16(20 + len(config))
	return chunkOf(chunkType, header, join([]byte{1, flags, 0, 0}, u32le(count, uint32(int(header)+len(index))), config, index, entries))
}

func TestIndexForms(t *testing.T) {
	hello := join(u16le(8, 0), u32le(0), u16le(8), []byte{0, TypeString}, u32le(0))
	compact := join(u16le(0, entryCompact|TypeString<<8), u32le(0))
	other := join(u16le(8, 0), u32le(0), u16le(8), []byte{0, TypeDec}, u32le(7))
	for name, data := range map[string][]byte{
		"plain":              tableOf(typeOf(0, "\x00\x00", 6, u32le(noEntry, noEntry, noEntry, noEntry, noEntry, 0), hello)),
		"16-bit":             tableOf(typeOf(typeOffset16, "\x00\x00", 6, u16le(noEntry16, noEntry16, noEntry16, noEntry16, noEntry16, 0), hello)),
		"sparse":             tableOf(typeOf(typeSparse, "\x00\x00", 2, u16le(3, 9, 5, 0), hello)),
		"16-bit, the second": tableOf(typeOf(typeOffset16, "\x00\x00", 6, u16le(0, noEntry16, noEntry16, noEntry16, noEntry16, 4), join(other, hello))),
		"sparse, the second": tableOf(typeOf(typeSparse, "\x00\x00", 2, u16le(3, 0, 5, 4), join(other, hello))),
		"compact, the second": tableOf(typeOf(typeOffset16, "\x00\x00", 6, u16le(0, noEntry16, noEntry16, noEntry16, noEntry16, 2),
			join(u16le(0, entryCompact|TypeDec<<8), u32le(7), compact))),
		"compact": tableOf(typeOf(0, "\x00\x00", 6, u32le(noEntry, noEntry, noEntry, noEntry, noEntry, 0), compact)),
	} {
		table, err := Parse(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := table.Default(0x7f010005); got != "hello" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if got, err := table.Default(0x7f010004); err == nil {
			t.Errorf("%s: the neighbour is %q", name, got)
		}
	}
}

// TestMoved: a resource is found under the id that was given up, in a split whose types are counted on, and in a
// pool with a longer header.
func TestMoved(t *testing.T) {
	hello := join(u16le(8, 0), u32le(0), u16le(8), []byte{0, TypeString}, u32le(0))
	types := typeOf(0, "\x00\x00", 1, u32le(0), hello)
	alias := chunkOf(chunkAlias, 12, u32le(1, 0x7f200007, 0x7f010000))
	dynamic := typeOf(0, "\x00\x00", 2, u32le(noEntry, 0), join(u16le(8, 0), u32le(0), u16le(8), []byte{0, typeDynamic}, u32le(0x00010000)))
	table, err := Parse(tableOf(types, alias, dynamic))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []uint32{0x7f010000, 0x7f200007, 0x7f010001} {
		if got, err := table.Default(id); got != "hello" {
			t.Errorf("%#x: %q, %v", id, got, err)
		}
	}
	text := chunkOf(chunkStrings, 36, join(u32le(1, 0, 0x100, 40, 0, 0xdead, 0xbeef, 0), []byte("\x05\x05hello\x00")))
	pkg := chunkOf(chunkPackage, packageHeader, join(u32le(0x7f), make([]byte, packageHeader-16), u32le(4), types))
	if table, err = Parse(chunkOf(chunkTable, 12, join(u32le(1), text, pkg))); err != nil {
		t.Fatal(err)
	}
	if got, err := table.Default(0x7f050000); got != "hello" {
		t.Errorf("in a split: %q, %v", got, err)
	}
}

func TestReferences(t *testing.T) {
	ref := func(to uint32) []byte {
		return join(u16le(8, 0), u32le(0), u16le(8), []byte{0, TypeReference}, u32le(to))
	}
	text := join(u16le(8, 0), u32le(0), u16le(8), []byte{0, TypeString}, u32le(0))
	table, err := Parse(tableOf(
		typeOf(0, "\x00\x00", 3, u32le(0, 16, 32), join(ref(0x7f010001), text, ref(0x7f010002))),
		typeOf(0, "nl", 1, u32le(0), ref(0x7f010001)),
	))
	if err != nil {
		t.Fatal(err)
	}
	values, err := table.Lookup(0x7f010000)
	if err != nil || len(values) != 2 || values[0].Text != "hello" || values[1].Locale != "nl" || values[1].Text != "hello" {
		t.Errorf("%+v, %v", values, err)
	}
	if v, err := table.Lookup(0x7f010002); err == nil || !strings.Contains(err.Error(), "circle") {
		t.Errorf("a circle gives %+v, %v", v, err)
	}
}

// TestManyValues: of a resource with more values than are taken, the first are, also by way of references.
func TestManyValues(t *testing.T) {
	text := join(u16le(8, 0), u32le(0), u16le(8), []byte{0, TypeString}, u32le(0))
	ref := join(u16le(8, 0), u32le(0), u16le(8), []byte{0, TypeReference}, u32le(0x7f010000))
	var types [][]byte
	for range maxValues + 50 {
		types = append(types, typeOf(0, "\x00\x00", 1, u32le(0), text))
	}
	types = append(types, typeOf(0, "\x00\x00", 2, u32le(noEntry, 0), ref))
	table, err := Parse(tableOf(types...))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[uint32]int{0x7f010000: maxValues, 0x7f010001: maxValues - 1} { // a reference is one itself
		for range 2 {
			if values, err := table.Lookup(id); err != nil || len(values) != want {
				t.Errorf("%#x: %d values, %v; want %d", id, len(values), err, want)
			}
		}
	}
}

func TestDefault(t *testing.T) {
	for want, values := range map[string][]Value{
		"plain": {{Text: "landscape"}, {Locale: "nl", Plain: true, Text: "nl"}, {Plain: true, Text: "plain"}},
		"land":  {{Locale: "nl", Plain: true, Text: "nl"}, {Text: "land"}, {Text: "port"}},
		"first": {{Locale: "nl", Text: "first"}, {Locale: "fr", Plain: true, Text: "second"}},
	} {
		if got := Default(values); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestEmpty checks that a table without packages is sound, and one that lost its packages is not.
func TestEmpty(t *testing.T) {
	if _, err := Parse(chunkOf(chunkTable, 12, u32le(0))); err != nil {
		t.Errorf("no package claimed: %v", err)
	}
	if _, err := Parse(chunkOf(chunkTable, 12, u32le(1))); err == nil {
		t.Error("a package claimed, none there, no error")
	}
}

// TestFanOut looks up resources whose references multiply at every step, in a circle and in a chain: it must
// end, with no more values than the limit.
func TestFanOut(t *testing.T) {
	const entries, configs = 12, 200
	for name, next := range map[string]func(uint32) uint32{
		"circle": func(i uint32) uint32 { return (i + 1) % entries },
		"chain":  func(i uint32) uint32 { return i + 1 },
	} {
		var index, body []byte
		for i := range uint32(entries) {
			index = append(index, u32le(i*16)...)
			body = append(body, join(u16le(8, 0), u32le(0), u16le(8), []byte{0, TypeReference}, u32le(0x7f010000+next(i)))...)
		}
		var types [][]byte
		for range configs {
			types = append(types, typeOf(0, "\x00\x00", entries, index, body))
		}
		table, err := Parse(tableOf(types...))
		if err != nil {
			t.Fatal(err)
		}
		for i := range uint32(1000) {
			if values, err := table.Lookup(0x7f010000 + i%entries); err == nil {
				t.Fatalf("%s: %d values out of nothing", name, len(values))
			}
		}
		if table.work > 2*maxWork {
			t.Errorf("%s: %d steps", name, table.work)
		}
	}
}

// TestCode checks packed three-letter languages against the published example: "fil".
func TestCode(t *testing.T) {
	f, i, l := byte('f'-'a'), byte('i'-'a'), byte('l'-'a')
	packed := []byte{0x80 | l<<2 | i>>3, i<<5 | f}
	if got := code(packed, 'a'); got != "fil" {
		t.Errorf("%q", got)
	}
}

func BenchmarkParse(b *testing.B) {
	data := resources(b, own)
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzLookup parses a table and asks for many resources.
func FuzzLookup(f *testing.F) {
	f.Add(resources(f, own))
	f.Add(resources(f, "../../apk/testdata/hostile.apk"))
	for _, data := range corpustest.Entries(64_000, func(name string) bool { return name == "resources.arsc" }) {
		f.Add(data)
	}
	f.Add(tableOf(typeOf(typeSparse, "\x00\x00", 2, u16le(3, 9, 5, 0), make([]byte, 64))))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := Parse(data)
		if err != nil {
			return
		}
		for key := range table.types {
			for entry := uint32(0); entry < 8; entry++ {
				values, err := table.Lookup(uint32(key)<<16 | entry)
				if err == nil && (len(values) == 0 || len(values) > maxValues) {
					t.Errorf("%d values", len(values))
				}
			}
		}
	})
}
