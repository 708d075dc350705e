package elffile

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"io"
	"path/filepath"
	"quaestor/scanners/internal/corpustest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/inventory"
)

func sample() library {
	return library{order: binary.LittleEndian, wide: true, machine: 183, soname: "libx.so", needed: []string{"libc.so", "libz.so"},
		imports: []string{"malloc"}, exports: []string{"JNI_OnLoad", "Java_com_foo_Bar_run", "Java_com_foo_Bar_run__I", "Java_com_foo_1x_B_00024C_go", "other"},
		buildID: "\x01\x02\x03\x04\x05\x06\x07\x08", rodata: "OpenSSL 1.1.1k  25 Mar 2021\x00 deflate 1.2.11 Copyright 1995-2017 Jean-loup Gailly\x00"}
}

func TestParse(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, wide := range []bool{false, true} {
			for _, variant := range []int{0, 1, 2, 3} {
				l := sample()
				l.order, l.wide, l.gnuHash, l.sections = order, wide, variant&1 != 0, variant&2 != 0
				data := l.build()
				got, detail, err := Parse(data, "lib/arm64-v8a/libx.so")
				want := inventory.NativeCode{File: "lib/arm64-v8a/libx.so", ABI: "arm64-v8a", Size: int64(len(data)), BuildID: "0102030405060708",
					SOName: "libx.so", Needed: []string{"libc.so", "libz.so"}, JNI: []string{"com.foo.Bar", "com.foo_x.B$C"}, Exports: 5}
				if d := cmp.Diff(want, got); d != "" || err != nil {
					t.Errorf("%v wide %v variant %d: %v\n%s", order, wide, variant, err, d)
				}
				if !detail.OnLoad || detail.Methods != 3 || len(detail.Regions) != 1 {
					t.Errorf("%+v", detail)
				}
				r := detail.Regions[0]
				if text := data[r.Offset : r.Offset+r.Size]; !bytes.Contains(text, []byte("OpenSSL 1.1.1k")) || l.sections && string(text) != l.rodata {
					t.Errorf("%v wide %v variant %d: region %+v", order, wide, variant, r)
				}
			}
		}
	}
}

func TestRead(t *testing.T) {
	data := sample().build()
	want, _, _ := Parse(data, "x")
	got, _, err := Read(bytes.NewReader(data), int64(len(data)), "x")
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Error(err, d)
	}
	if got, _, err := Read(bytes.NewReader(data), int64(len(data))+1, "x"); err == nil || got.Error == "" {
		t.Errorf("past the end: %+v", got)
	}
	if _, _, err := Read(bytes.NewReader(nil), MaxFile+1, "x"); err == nil {
		t.Error("too large")
	}
}

// A file that breaks off anywhere gives an error or the facts before the break, and never more than there is.
func TestBrokenOff(t *testing.T) {
	data := sample().build()
	for n := range len(data) {
		code, detail, err := Parse(data[:n], "x")
		if err == nil || code.Error == "" {
			t.Errorf("%d bytes: no error", n)
		}
		for _, r := range detail.Regions {
			if r.Offset+r.Size > int64(n) {
				t.Errorf("%d bytes: region %+v", n, r)
			}
		}
	}
	if _, _, err := Parse([]byte("PK\x03\x04"), "x"); err == nil {
		t.Error("not an ELF file")
	}
}

func TestNative(t *testing.T) {
	for symbol, want := range map[string]string{
		"Java_com_foo_Bar_run":                       "com.foo.Bar run",
		"Java_com_foo_Bar_run__ILjava_lang_String_2": "com.foo.Bar run",
		"Java_com_foo_Bar_run_1it":                   "com.foo.Bar run_it",
		"Java_com_foo__1Bar_run":                     "com.foo._Bar run",
		"Java_com_foo_B_000e9_run":                   "com.foo.Bé run",
		"Java_com_foo_Bar_run___3B":                  "com.foo.Bar run",
		"Java_Main_go":                               "Main go",
		"Java_":                                      " ",
		"Java_x":                                     " ",
		"Java_com_foo_0zzzz_x":                       " ",
		"Javac_x_y":                                  " ",
	} {
		class, method, ok := Native(symbol)
		if got := class + " " + method; got != want || ok != (want != " ") {
			t.Errorf("%s: %q, %v", symbol, got, ok)
		}
	}
}

func TestJNILimit(t *testing.T) {
	l := sample()
	for i := range MaxJNI + 10 {
		l.exports = append(l.exports, "Java_p_C"+strings.Repeat("x", i%100)+string(rune('a'+i/100))+"_m")
	}
	got, _, err := Parse(l.build(), "x")
	if len(got.JNI) != MaxJNI || err == nil || !strings.Contains(got.Error, "native methods") {
		t.Errorf("%d classes, %v", len(got.JNI), err)
	}
}

func TestABI(t *testing.T) {
	for machine, want := range map[uint16]string{3: "x86", 8: "mips", 40: "armeabi-v7a", 62: "x86_64", 183: "arm64-v8a", 243: "riscv32", 9: "machine 9"} {
		l := sample()
		l.machine, l.wide = machine, false
		if got, _, _ := Parse(l.build(), "x"); got.ABI != want {
			t.Errorf("%d: %q", machine, got.ABI)
		}
	}
	attributes := func(arch byte) []byte {
		return []byte("A\x1d\x00\x00\x00aeabi\x00\x01\x13\x00\x00\x00\x05X\x00\x06" + string(arch) + "\x08\x01")
	}
	if got := armArch(attributes(5)); got != 6 {
		t.Errorf("ARM v5TEJ: %d", got)
	}
	if f := (&file{machine: 40, arch: armArch(attributes(10))}); f.abi() != "armeabi-v7a" {
		t.Error(f.abi())
	}
	if f := (&file{machine: 40, arch: armArch(attributes(4))}); f.abi() != "armeabi" {
		t.Error(f.abi())
	}
}

// The native libraries of the real apps, against the standard library's reader.
func TestCorpus(t *testing.T) {
	apks, _ := filepath.Glob("../../../../shared/corpus/apks/npm/*/*/*/*.apk")
	more, _ := filepath.Glob("../../../../shared/corpus/apks/*/src/*/*/*/*.apk")
	deep, _ := filepath.Glob("../../../../shared/corpus/apks/npm/*/*/*/*/*/*/*/*/*/*.apk")
	apks = slices.Concat(apks, more, deep)
	if len(apks) == 0 {
		t.Skip("the corpus is not here: shared/corpus/apks")
	}
	read := 0
	for _, apk := range apks {
		archive, err := zip.OpenReader(apk)
		if err != nil {
			continue
		}
		for _, f := range archive.File {
			if strings.HasPrefix(f.Name, "lib/") && strings.HasSuffix(f.Name, ".so") {
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				data, _ := io.ReadAll(r)
				if Is(data) {
					compare(t, filepath.Base(apk)+"!"+f.Name, data)
					read++
				}
			}
		}
		archive.Close()
	}
	if read == 0 {
		t.Error("no native library")
	}
}

func compare(t *testing.T, name string, data []byte) {
	t.Helper()
	got, _, err := Parse(data, name)
	if err != nil {
		t.Error(err)
	}
	oracle, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(name, err)
	}
	soname, _ := oracle.DynString(elf.DT_SONAME)
	needed, _ := oracle.ImportedLibraries()
	slices.Sort(needed)
	symbols, _ := oracle.DynamicSymbols()
	exports := 0
	for _, s := range symbols {
		if s.Section != elf.SHN_UNDEF && elf.ST_BIND(s.Info) != elf.STB_LOCAL {
			exports++
		}
	}
	if len(soname) != 1 || got.SOName != soname[0] || !slices.Equal(got.Needed, needed) || got.Exports != exports {
		t.Errorf("%s: %+v; want %q, %q, %d", name, got, soname, needed, exports)
	}
	if s := oracle.Section(".note.gnu.build-id"); s != nil {
		if b, _ := s.Data(); len(b) < 16 || hex.EncodeToString(b[16:]) != got.BuildID {
			t.Errorf("%s: build id %s, want %x", name, got.BuildID, b)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, wide := range []bool{false, true} {
		for _, gnu := range []bool{false, true} {
			l := sample()
			l.wide, l.gnuHash, l.sections = wide, gnu, gnu
			f.Add(l.build())
		}
	}
	l := sample()
	l.order = binary.BigEndian
	f.Add(l.build())
	for _, data := range corpustest.Entries(32_000, func(name string) bool { return strings.HasSuffix(name, ".so") }) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		code, detail, err := Parse(data, "x")
		if (err != nil) != (code.Error != "") || len(code.JNI) > MaxJNI || len(code.Needed) > MaxNeeded {
			t.Errorf("%+v, %v", code, err)
		}
		end := int64(0)
		for _, r := range detail.Regions {
			if r.Offset < end || r.Size <= 0 || r.Offset+r.Size > int64(len(data)) {
				t.Errorf("%+v", detail.Regions)
			}
			end = r.Offset + r.Size
			Versions(data[r.Offset:end], Place{File: "x"})
		}
	})
}
