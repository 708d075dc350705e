package winimage

import (
	"testing"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/petest"
	"quaestor/scanners/internal/winreg/hivetest"
	"quaestor/scanners/inventory"
)

// TestOtherDrive: the volume of a Windows that calls itself D: holds what lies on D:, and nothing of C:.
func TestOtherDrive(t *testing.T) {
	hive := hivetest.Build(t, hivetest.Fill(t, "[HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\nSystemRoot=D:\\Windows\n"), `HKLM\SOFTWARE`, hivetest.Options{})
	program := string(petest.Program{Strings: [][2]string{{"CompanyName", "Example"}}}.Bytes())
	h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, map[string]string{"Windows/System32/config/SOFTWARE": string(hive), "Vendor/x.exe": program})))
	if err != nil {
		t.Fatal(err)
	}
	if h.SystemDrive() != "D:" {
		t.Fatalf("the drive is %q", h.SystemDrive())
	}
	inv := inventory.New()
	for _, path := range []string{`D:\Vendor\x.exe`, `%SystemDrive%\Vendor\x.exe`, `C:\Vendor\x.exe`} {
		inv.SecurityProducts = append(inv.SecurityProducts, inventory.SecurityProduct{Device: "d", Path: path})
	}
	Fill(t.Context(), h, "test", "d", inv)
	for _, p := range inv.SecurityProducts {
		if (p.Vendor == "Example") != (p.Path[0] != 'C') {
			t.Errorf("%s is of %q", p.Path, p.Vendor)
		}
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Count != 1 || inv.Gaps[0].Samples[0] != `C:\Vendor\x.exe` {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}
