package pefile_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/pefile"
	"quaestor/scanners/internal/petest"
)

func sample() petest.Program {
	return petest.Program{Numbers: [4]uint16{1, 2, 3, 4}, Code: make([]byte, 3000), Strings: [][2]string{
		{"CompanyName", "ООО Пример"}, {"FileDescription", "Защита"}, {"FileVersion", "1.2.3.4 (release)"}, {"Odd", "x"}, {"OriginalFilename", "guard.exe"}, {"ProductName", "安全卫士"}, {"ProductVersion", "1.2"}}}
}

func open(t *testing.T, data []byte) *pefile.File {
	t.Helper()
	if !pefile.Looks(data) {
		t.Error("it does not look like a program")
	}
	f, err := pefile.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestVersion(t *testing.T) {
	want := pefile.Version{Company: "ООО Пример", Product: "安全卫士", Description: "Защита", File: "1.2.3.4 (release)", Version: "1.2", Original: "guard.exe"}
	for _, small := range []bool{false, true} {
		p := sample()
		p.Small = small
		if v, err := open(t, p.Bytes()).Version(); v != want || err != nil {
			t.Errorf("small %v: %+v, %v", small, v, err)
		}
	}
	p := sample()
	p.Strings = [][2]string{{"CompanyName", "Example"}}
	if v, _ := open(t, p.Bytes()).Version(); v.File != "1.2.3.4" || v.Version != "1.2.3.4" {
		t.Errorf("by numbers: %+v", v)
	}
	if v, err := open(t, petest.Program{}.Bytes()).Version(); v != (pefile.Version{}) || err != nil {
		t.Errorf("no resource: %+v, %v", v, err)
	}
}

func TestHeaders(t *testing.T) {
	for machine, want := range map[uint16]string{0: "x86_64", 0x14c: "i686", 0xaa64: "aarch64", 0x1c4: "armv7l", 0x5032: "0x5032"} {
		f := open(t, petest.Program{Machine: machine, DLL: machine == 0x14c, Native: machine == 0xaa64}.Bytes())
		if f.Arch != want || f.DLL != (machine == 0x14c) || f.Native != (machine == 0xaa64) {
			t.Errorf("%#x: %q, %v, %v", machine, f.Arch, f.DLL, f.Native)
		}
	}
}

func TestHashed(t *testing.T) {
	for _, small := range []bool{false, true} {
		p := sample()
		p.Small = small
		plain := p.Bytes()
		want := petest.Sum(plain)
		for name, data := range map[string][]byte{"plain": plain, "signed": petest.Sign(plain, codesigntest.Stranger("T"))} {
			h := sha256.New()
			if err := open(t, data).Hashed(h); err != nil || !bytes.Equal(h.Sum(nil), want) {
				t.Errorf("%s, small %v: another digest, %v", name, small, err)
			}
		}
	}
}

// TestBroken: whatever is cut off or written over, the rest is read or an error is told.
func TestBroken(t *testing.T) {
	data := petest.Sign(sample().Bytes(), codesigntest.Stranger("T"))
	for n := range 0x400 {
		if _, err := pefile.Open(bytes.NewReader(data[:n]), int64(n)); n < 0x1d8 && !errors.Is(err, pefile.ErrFormat) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	for at := 0; at < len(data); at += 1 + at>>10*15 {
		changed := bytes.Clone(data)
		changed[at] ^= 0xff
		f, err := pefile.Open(bytes.NewReader(changed), int64(len(changed)))
		if err != nil {
			continue
		}
		f.Version()
		f.Hashed(sha256.New())
		f.SignatureTable(1 << 20)
	}
	for name, head := range map[string]string{"empty": "", "text": strings.Repeat("MZ", 100), "DOS": "MZ" + strings.Repeat("\x00", 0x3a) + "\x00\x00\x01\x00", "ELF": "\x7fELF" + strings.Repeat("\x00", 100)} {
		if name != "text" && pefile.Looks([]byte(head)) {
			t.Errorf("%s looks like a program", name)
		}
		if _, err := pefile.Open(strings.NewReader(head), int64(len(head))); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(sample().Bytes())
	f.Add(petest.Sign(petest.Program{Small: true, DLL: true}.Bytes(), codesigntest.Stranger("T")))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := pefile.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		v, _ := p.Version()
		if len(v.Company) > 2*len(data) {
			t.Errorf("%d bytes of a file of %d", len(v.Company), len(data))
		}
		p.Hashed(sha256.New())
		if table, err := p.SignatureTable(1 << 20); err == nil && len(table) > len(data) {
			t.Errorf("%d bytes of signatures", len(table))
		}
	})
}
