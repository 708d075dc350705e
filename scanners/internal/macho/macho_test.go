package macho

import (
	"bytes"
	"debug/macho"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/machotest"
)

func sample() machotest.Image {
	return machotest.Image{UUID: 0xab, Strings: []string{"https://api.example.org/v1", "hello"}, Classes: []string{"FBSDKLogger", "_TtC4Chat11ChatManager"},
		Modules: []string{"Alamofire", "Chat"}, Types: map[string][]string{"Alamofire": {"Session", "Request"}, "Chat": {"Message"}},
		Libraries: []string{"/usr/lib/libSystem.B.dylib", "@rpath/Alamofire.framework/Alamofire"}, Rpaths: []string{"@executable_path/Frameworks"}}
}

func parsed(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestImage(t *testing.T) {
	for _, chained := range []bool{false, true} {
		s := sample()
		s.Chained = chained
		s.Signature = func([]byte) []byte { return []byte("signature") }
		data := s.Bytes()
		f := parsed(t, data)
		if f.Fat || len(f.Images) != 1 || len(f.Faults) > 0 {
			t.Fatalf("%+v", f)
		}
		m := f.Main()
		if m.CPU != "arm64" || m.Kind != "executable" || m.UUID != strings.Repeat("ab", 16) || m.Platform != "ios" || m.MinOS != "15.0" || m.SDK != "17.2" || !m.HasEntry || m.Encrypted() {
			t.Errorf("%+v", m)
		}
		if want := []Library{{Path: "/usr/lib/libSystem.B.dylib", Version: "1.0"}, {Path: "@rpath/Alamofire.framework/Alamofire", Version: "1.0"}}; !slices.Equal(m.Libraries, want) {
			t.Errorf("libraries %+v", m.Libraries)
		}
		if !slices.Equal(m.Rpaths, []string{"@executable_path/Frameworks"}) {
			t.Errorf("rpaths %q", m.Rpaths)
		}
		if r := m.Signature; !bytes.HasPrefix(data[r.Offset:], []byte("signature")) || r.Size != 64<<10 {
			t.Errorf("signature at %+v", r)
		}
		n := m.Names()
		if !slices.Equal(n.Classes, []string{"FBSDKLogger", "_TtC4Chat11ChatManager"}) || n.Unread != 0 || n.Cut {
			t.Errorf("chained %v: %+v", chained, n)
		}
		if !reflect.DeepEqual(n.Modules, map[string]int{"Alamofire": 2, "Chat": 1}) {
			t.Errorf("modules %v", n.Modules)
		}
		text := ""
		for _, r := range m.Strings() {
			text += string(data[r.Offset : r.Offset+r.Size])
		}
		if !strings.Contains(text, "https://api.example.org/v1\x00hello\x00") {
			t.Errorf("strings %q", text)
		}
	}
}

func TestEncrypted(t *testing.T) {
	s := sample()
	s.CryptID = 1
	m := parsed(t, s.Bytes()).Main()
	n := m.Names()
	if m.CryptID != 1 || !m.Encrypted() || len(n.Classes)+len(n.Modules) > 0 {
		t.Errorf("%+v", n)
	}
	for _, r := range m.Strings() {
		if r.Offset < 0x8000 {
			t.Errorf("encrypted text is handed out: %+v", r)
		}
	}
}

// A program that is set aside for encryption and not encrypted, as before it goes into the store, is readable.
func TestNotEncrypted(t *testing.T) {
	data := sample().Bytes()
	for at := 32; at+24 <= len(data); at += int(binary.LittleEndian.Uint32(data[at+4:])) { // load commands of a 64-bit file
		if binary.LittleEndian.Uint32(data[at:]) == 0x2c { // LC_ENCRYPTION_INFO_64
			binary.LittleEndian.PutUint32(data[at+12:], 4096)
		}
		if binary.LittleEndian.Uint32(data[at+4:]) == 0 {
			break
		}
	}
	if m := parsed(t, data).Main(); m.Encrypted() || len(m.Names().Classes) == 0 {
		t.Errorf("encrypted %v, %+v", m.Encrypted(), m.Names())
	}
}

func TestFat(t *testing.T) {
	arm, old, lib := sample(), sample(), sample()
	old.CPU, old.Sub = 12, 9
	lib.Kind, lib.ID, lib.Version, lib.CPU, lib.Sub = 6, "@rpath/X.framework/X", 2<<16|3<<8|4, 0x0100000c, 2
	for _, wide := range []bool{false, true} {
		data := machotest.Fat(wide, old.Bytes(), lib.Bytes(), arm.Bytes())
		f := parsed(t, data)
		if !f.Fat || len(f.Images) != 3 || f.Images[0].CPU != "armv7" || f.Images[1].CPU != "arm64e" || f.Main().CPU != "arm64" {
			t.Fatalf("wide %v: %+v", wide, f)
		}
		if m := &f.Images[1]; m.Kind != "library" || m.ID != lib.ID || m.IDVersion != "2.3.4" || m.HasEntry {
			t.Errorf("%+v", m)
		}
		for i := range f.Images {
			if n := f.Images[i].Names(); len(n.Classes) != 2 || n.Modules["Alamofire"] != 2 {
				t.Errorf("image %d: %+v", i, n)
			}
			if s := f.Images[i].Strings(); len(s) == 0 || s[0].Offset < f.Images[i].Offset {
				t.Errorf("image %d: %+v", i, s)
			}
		}
	}
}

func TestIs(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "\xca\xfe\xba\xbe\x00\x00\x00\x34": false, "\xca\xfe\xba\xbe\x00\x00\x00\x02": true, "\xca\xfe\xba\xbf\x00\x00\x00\x02": true,
		"\xcf\xfa\xed\xfe\x0c\x00\x00\x01": true, "\xfe\xed\xfa\xce\x00\x00\x00\x12": true, "\xca\xfe\xba\xbe\x00\x00\x00\x00": false, "#!/bin/sh": false,
	} {
		if Is([]byte(text)) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// TestLies: numbers that lead outside are faults, and nothing that they name is handed out.
func TestLies(t *testing.T) {
	good := sample()
	good.Signature = func([]byte) []byte { return []byte("x") }
	data := good.Bytes()
	at := func(what uint32) int {
		t.Helper()
		for p, n := 32, int(binary.LittleEndian.Uint32(data[16:])); n > 0; n-- {
			if binary.LittleEndian.Uint32(data[p:]) == what {
				return p
			}
			p += int(binary.LittleEndian.Uint32(data[p+4:]))
		}
		t.Fatalf("no command %#x", what)
		return 0
	}
	for name, lie := range map[string]func(d []byte){
		"signature":   func(d []byte) { binary.LittleEndian.PutUint32(d[at(lcCodeSignature)+12:], 1<<31) },
		"segment":     func(d []byte) { binary.LittleEndian.PutUint64(d[at(lcSegment64)+48:], 1<<63) },
		"section":     func(d []byte) { binary.LittleEndian.PutUint64(d[at(lcSegment64)+72+40:], 1<<62) },
		"command":     func(d []byte) { binary.LittleEndian.PutUint32(d[at(lcUUID)+4:], 0) },
		"commands":    func(d []byte) { binary.LittleEndian.PutUint32(d[16:], 1<<30) },
		"size":        func(d []byte) { binary.LittleEndian.PutUint32(d[20:], 1<<31) },
		"sections of": func(d []byte) { binary.LittleEndian.PutUint32(d[at(lcSegment64)+64:], 1<<31) },
	} {
		lying := bytes.Clone(data)
		lie(lying)
		f, err := Parse(lying)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(f.Faults) == 0 {
			t.Errorf("%s: no fault", name)
		}
		for _, s := range f.Main().Sections {
			if s.Offset+s.Size > int64(len(lying)) {
				t.Errorf("%s: %+v", name, s)
			}
		}
		f.Main().Names()
	}
	for n := range data[:2000] {
		Parse(data[:n])
	}
}

func TestSwiftModule(t *testing.T) {
	for class, want := range map[string]string{"_TtC4Chat11ChatManager": "Chat", "_TtCC4Chat5Outer5Inner": "Chat", "_TtGC4Chat3BoxSi_": "Chat", "NSObject": "", "_TtC99Chat": "", "_Tt": ""} {
		if got, ok := SwiftModule(class); got != want || ok != (want != "") {
			t.Errorf("%s: %q", class, got)
		}
	}
}

// TestAgainstGo compares what Go's own linker wrote with what the standard library reads.
func TestAgainstGo(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() { println(\"https://go.example.org/\") }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, arch := range []string{"arm64"} {
		out := filepath.Join(dir, arch)
		cmd := exec.Command("go", "build", "-o", out, filepath.Join(dir, "main.go"))
		cmd.Env = append(os.Environ(), "GOOS=darwin", "GOARCH="+arch, "CGO_ENABLED=0", "GOFLAGS=-mod=mod")
		cmd.Dir = dir
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Skipf("the go command cannot build for darwin here: %v %s", err, text)
		}
		compareWithGo(t, out)
	}
}

func compareWithGo(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := macho.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	f := parsed(t, data)
	m := f.Main()
	if len(f.Faults) > 0 || m.Kind != "executable" || m.Platform != "macos" || m.MinOS == "" || m.UUID == "" {
		t.Errorf("%s: %v %+v", path, f.Faults, m)
	}
	libraries, _ := want.ImportedLibraries()
	var got []string
	for _, l := range m.Libraries {
		got = append(got, l.Path)
	}
	if !slices.Equal(got, libraries) {
		t.Errorf("libraries %q, want %q", got, libraries)
	}
	sections := map[string]uint64{}
	for _, s := range want.Sections {
		if s.Offset > 0 && s.Size > 0 && s.Flags&0xff != 1 {
			sections[s.Seg+","+s.Name] = s.Size
		}
	}
	for _, s := range m.Sections {
		if sections[s.Segment+","+s.Name] != uint64(s.Size) {
			t.Errorf("section %+v, want size %d", s, sections[s.Segment+","+s.Name])
		}
		delete(sections, s.Segment+","+s.Name)
	}
	if len(sections) > 0 {
		t.Errorf("sections are missing: %v", sections)
	}
	found := false
	for _, r := range m.Strings() {
		found = found || bytes.Contains(data[r.Offset:r.Offset+r.Size], []byte("https://go.example.org/"))
	}
	if !found {
		t.Error("the address is in no part that holds text")
	}
	if h, err := Head(data[:4096], int64(len(data))); err != nil || len(h.Main().Sections) != len(m.Sections) || h.Main().UUID != m.UUID {
		t.Errorf("from its beginning: %v %+v", err, h)
	}
}

func TestRead(t *testing.T) {
	data := sample().Bytes()
	if f, err := Read(bytes.NewReader(data), int64(len(data))); err != nil || len(f.Images) != 1 {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := Read(bytes.NewReader(data), int64(len(data)+1)); err == nil {
		t.Error("a file that is cut off is read")
	}
	if _, err := Read(bytes.NewReader(data), MaxFile+1); err == nil {
		t.Error("a file beyond the limit is read")
	}
}

func FuzzParse(f *testing.F) {
	s := sample()
	f.Add(s.Bytes()[:0x8400])
	s.Chained = true
	f.Add(machotest.Fat(false, s.Bytes()))
	s.CPU, s.Sub = 12, 9
	f.Add(machotest.Fat(true, s.Bytes(), s.Bytes()))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			return
		}
		for i := range file.Images {
			m := &file.Images[i]
			end := int64(0)
			for _, r := range m.Strings() {
				if r.Offset < end || r.Size <= 0 || r.Offset+r.Size > int64(len(data)) {
					t.Fatalf("%+v of %d bytes", r, len(data))
				}
				end = r.Offset + r.Size
			}
			if r := m.Signature; r.Offset < 0 || r.Offset+r.Size > int64(len(data)) {
				t.Fatalf("signature %+v of %d bytes", r, len(data))
			}
			m.Names()
		}
		file.Main()
	})
}
