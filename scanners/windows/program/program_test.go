package program

import (
	"context"
	"os"
	"path/filepath"
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
