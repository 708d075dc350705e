package winimage

import (
	"context"
	"strings"
	"testing"

	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/petest"
	"quaestor/scanners/inventory"
)

func driver(change bool) string {
	data := petest.Sign(petest.Program{Native: true, Strings: [][2]string{{"CompanyName", "АО Пример"}, {"FileVersion", "3.1"}}}.Bytes(), codesigntest.Developer("T"))
	if change {
		data[0x201] ^= 1
	}
	return string(data)
}

func TestFill(t *testing.T) {
	h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, map[string]string{
		"WINDOWS/system32/drivers/guard.sys": driver(false), "WINDOWS/system32/drivers/changed.sys": driver(true),
		"Program Files/AV/av.exe": string(petest.Program{Strings: [][2]string{{"ProductVersion", "7"}}}.Bytes()), "Program Files/AV/run.bat": "@echo",
	})))
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	for _, p := range []string{`C:\Windows\System32\drivers\GUARD.sys`, `\SystemRoot\System32\drivers\changed.sys`, `C:\Program Files\AV\av.exe`, `C:\Program Files\AV\run.bat`, `C:\gone.exe`, `D:\other.exe`, ""} {
		inv.SecurityProducts = append(inv.SecurityProducts, inventory.SecurityProduct{Device: "d", Path: p})
	}
	inv.SecurityProducts = append(inv.SecurityProducts, inventory.SecurityProduct{Device: "d", Path: `C:\Windows\System32\drivers\guard.sys`, Vendor: "stated", Version: "9"},
		inventory.SecurityProduct{Device: "other", Path: `C:\Windows\System32\drivers\guard.sys`})
	Fill(context.Background(), h, "test", "d", inv)
	want := codesigntest.Developer("T").Fingerprint()
	for i, w := range []struct {
		vendor, version string
		signed, holds   bool
	}{{"АО Пример", "3.1", true, true}, {"АО Пример", "3.1", true, false}, {"", "7", false, false}, {}, {}, {}, {}, {"stated", "9", true, true}, {}} {
		p := inv.SecurityProducts[i]
		if p.Vendor != w.vendor || p.Version != w.version || (p.Signer != nil) != w.signed || w.signed && (p.Signer.SHA256 != want || p.Signer.Verified != w.holds) {
			t.Errorf("%d %q: %q %q %+v", i, p.Path, p.Vendor, p.Version, p.Signer)
		}
	}
	kinds := map[inventory.GapKind]int{}
	for _, g := range inv.Gaps {
		kinds[g.Kind] += g.Count
		if g.Scanner != "test" || g.Device != "d" || g.Next == "" || !strings.HasSuffix(g.Detail, ".") {
			t.Errorf("%+v", g)
		}
	}
	if len(inv.Gaps) != 2 || kinds[inventory.GapSkipped] != 2 || kinds[inventory.GapUnknownLines] != 1 {
		t.Errorf("gaps %+v", inv.Gaps)
	}
	if inv.SecurityProducts[0].Signer == inv.SecurityProducts[7].Signer {
		t.Error("two products share a signer, so that a change to one changes the other")
	}
}

func TestLimits(t *testing.T) {
	h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, map[string]string{"a.sys": driver(false), "b.sys": driver(false)})))
	if err != nil {
		t.Fatal(err)
	}
	r := New(h, "test", "d")
	r.left = int64(len(driver(false)))
	if a, b := r.Image(`C:\a.sys`), r.Image(`C:\b.sys`); a.Signer == nil || b.Signer != nil || b.Version != "3.1" {
		t.Errorf("%+v, %+v", a, b)
	}
	if again := r.Image(`c:\A.SYS`); again != r.Image(`C:\a.sys`) {
		t.Error("a file is read twice")
	}
	if gaps := r.Gaps(); len(gaps) != 1 || gaps[0].Kind != inventory.GapLimit || gaps[0].Count != 1 {
		t.Errorf("%+v", gaps)
	}
}
