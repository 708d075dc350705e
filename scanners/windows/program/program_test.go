package program

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/petest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

var (
	_ scanners.Scanner  = Scanner{}
	_ scanners.Relative = Scanner{}
)

func program() petest.Program {
	return petest.Program{Strings: [][2]string{{"CompanyName", "АО Пример"}, {"FileVersion", "4.0.0.1"}, {"ProductName", "安全卫士"}, {"ProductVersion", "4.0"}}}
}

func file(t *testing.T, name string, data []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestProgram(t *testing.T) {
	inv := scantest.Scan(t, Scanner{}, file(t, "setup.exe", petest.Sign(program().Bytes(), codesigntest.Developer("T"), codesigntest.Stranger("U"))))
	if len(inv.Apps) != 1 || len(inv.Binaries) != 1 || len(inv.Gaps) != 0 || len(inv.Devices) != 0 {
		t.Fatalf("%+v", inv)
	}
	a, b := inv.Apps[0], inv.Binaries[0]
	if a.Identifier != "安全卫士" || a.IdentifierKind != inventory.NameOnly || a.Version != "4.0" || a.Publisher != "АО Пример" || a.Arch != "x86_64" || a.Binaries[0] != b.SHA256 || a.Device != "" {
		t.Errorf("%+v", a)
	}
	if b.Format != "pe" || b.Version != "4.0.0.1" || b.Signed != inventory.SignatureValid || b.SignatureError != "" || len(b.Signers) != 2 || !b.Signers[0].Verified || !b.Signers[1].Verified || b.FileNames[0] != "setup.exe" || len(b.Oddities) != 1 || !strings.Contains(b.Oddities[0], "own holder") {
		t.Errorf("%+v", b)
	}
}

// TestNoApps: libraries and drivers are files, whatever they are called.
func TestNoApps(t *testing.T) {
	for _, p := range []petest.Program{{DLL: true}, {Native: true}} {
		inv := scantest.Scan(t, Scanner{}, file(t, "x.exe", p.Bytes()))
		if len(inv.Apps) != 0 || len(inv.Binaries) != 1 || inv.Binaries[0].Signed != inventory.SignatureUnknown || len(scantest.Gaps(inv, inventory.GapBlind)) != 1 {
			t.Errorf("%+v: %+v", p, inv)
		}
	}
}

func TestSignatures(t *testing.T) {
	signed := petest.Sign(program().Bytes(), codesigntest.Developer("T"))
	changed := append([]byte{}, signed...)
	changed[0x201] ^= 1
	broken := petest.Attach(program().Bytes(), []byte("no signature"))
	behind := append(append([]byte{}, signed...), "behind"...)
	for name, test := range map[string]struct {
		data   []byte
		reason string
	}{"changed": {changed, "not what was signed"}, "broken": {broken, "breaks off"}, "cut": {signed[:len(signed)-50], "outside"}, "behind": {behind, "not what was signed"}} {
		inv := scantest.Scan(t, Scanner{}, file(t, "a.exe", test.data))
		b := inv.Binaries[0]
		if b.Signed != inventory.SignatureInvalid || !strings.Contains(b.SignatureError, test.reason) || len(b.Signers) > 0 && b.Signers[0].Verified {
			t.Errorf("%s: %q %q %+v", name, b.Signed, b.SignatureError, b.Signers)
		}
		if odd := len(b.Oddities) == 1; odd != (name == "behind") && name != "broken" {
			t.Errorf("%s: %q", name, b.Oddities)
		}
	}
}

func TestRecognise(t *testing.T) {
	msi := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 1000) + "\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
	for _, test := range []struct {
		name, content string
		want          bool
		kin           string
	}{
		{"a.txt", string(program().Bytes()), true, ""}, {"a.exe", "MZ", false, ""}, {"a.exe", "#!/bin/sh", false, ""}, {"a.msi", msi, false, "an installer package of Windows (.msi)"}, {"a.doc", msi[:1000], false, ""},
		{"a.exe", "MZ" + strings.Repeat("\x00", 100), false, ""},
	} {
		src := scantest.Open(t, file(t, test.name, []byte(test.content)))
		if got := (Scanner{}).Recognise(src); got != test.want {
			t.Errorf("%s %.10q: %v", test.name, test.content, got)
		}
		if kin := (Scanner{}).Kin(src); kin != test.kin {
			t.Errorf("%s: kin %q", test.name, kin)
		}
	}
	if (Scanner{}).Recognise(scantest.Open(t, t.TempDir())) {
		t.Error("a folder is recognised")
	}
	src := scantest.Open(t, file(t, "a.exe", program().Bytes()))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Scanner{}).Scan(ctx, src); err == nil {
		t.Error("it goes on after the end")
	}
}

// TestFolder: the programs of one product in a folder are one app, unless they differ in what they state or who signed them; what states
// nothing is a file, unless it is called an installer or was named by itself.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	product := func(version, code string) petest.Program {
		p := program()
		p.Strings[3][1] = version
		p.Code = []byte(code)
		return p
	}
	signed := func(p petest.Program, who string) []byte { return petest.Sign(p.Bytes(), codesigntest.Developer(who)) }
	plain := func(code string) []byte { return petest.Program{Code: []byte(code)}.Bytes() }
	for name, data := range map[string][]byte{
		"a.exe": signed(product("4.0", "a"), "T"), "sub/b.exe": signed(product("4.0", "b"), "T"), "other-signer.exe": signed(product("4.0", "c"), "U"), "unsigned.exe": product("4.0", "d").Bytes(),
		"newer.exe": signed(product("5.0", "e"), "T"), "grep.exe": plain("f"), "sed.exe": plain("g"), "Setup.exe": plain("h"), "signed.exe": signed(petest.Program{Code: []byte("i")}, "T"),
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	top, inv := scantest.Open(t, dir), inventory.New()
	for _, name := range []string{"a.exe", "sub/b.exe", "other-signer.exe", "unsigned.exe", "newer.exe", "grep.exe", "sed.exe", "Setup.exe", "signed.exe"} {
		src, err := top.Sub(name)
		if err != nil {
			t.Fatal(err)
		}
		one, err := Scanner{}.Scan(context.Background(), src)
		if err != nil {
			t.Fatal(err)
		}
		inv.Merge(one)
		src.Close()
	}
	var got []string
	for _, a := range inv.Apps {
		got = append(got, fmt.Sprint(a.Name, " ", a.Version, " ", len(a.Binaries)))
	}
	if want := []string{"安全卫士 4.0 2", "安全卫士 4.0 1", "安全卫士 4.0 1", "安全卫士 5.0 1", "Setup.exe  1", "signed.exe  1"}; !slices.Equal(got, want) || len(inv.Binaries) != 9 {
		t.Errorf("%q, %d files", got, len(inv.Binaries))
	}
	for _, g := range inv.Gaps {
		if g.Scanner != ID {
			t.Errorf("%+v", g)
		}
	}
	if one := scantest.Scan(t, Scanner{}, filepath.Join(dir, "grep.exe")); len(one.Apps) != 1 || one.Apps[0].Name != "grep.exe" {
		t.Errorf("named by itself: %+v", one.Apps)
	}
}
