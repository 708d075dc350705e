package regfile

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

var _ scanners.Container = Scanner{}

const (
	header   = "Windows Registry Editor Version 5.00\r\n\r\n"
	products = `[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall]

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Страж]
"DisplayName"="安全卫士 Страж"
"DisplayVersion"="1.2"
"QuietUninstallString"="\"C:\\Program Files\\Guard\\uninst.exe\" /S"

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\KB123456]
"DisplayName"="Update (KB123456)"
`
	services = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services]

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Guard]
"Type"=dword:00000010
"Start"=dword:00000002
"ImagePath"=hex(2):25,00,50,00,72,00,6f,00,67,00,72,00,61,00,6d,00,46,00,69,00,6c,00,\
  65,00,73,00,25,00,5c,00,67,00,2e,00,65,00,78,00,65,00,20,00,2d,00,78,00,00,00
`
	own = `[HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Uninstall\Mine]
"DisplayName"="Mine"
`
	machine = `[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Cryptography]
"MachineGuid"="2b3d1e5a-1111-4222-8333-0123456789ab"
`
)

func wide(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(s, "\n", "\r\n"))) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func write(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "exports")
	for name, data := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOneFile(t *testing.T) {
	dir := write(t, map[string][]byte{"desk.reg": wide(header + products)})
	inv := scantest.Scan(t, Scanner{}, filepath.Join(dir, "desk.reg"))
	if len(inv.Apps) != 1 || len(inv.Devices) != 1 || inv.Devices[0].Name != "desk" || inv.Devices[0].Platform != inventory.Windows {
		t.Fatalf("%d apps, %+v", len(inv.Apps), inv.Devices)
	}
	a := inv.Apps[0]
	if a.Name != "安全卫士 Страж" || a.Version != "1.2" || a.Device != inv.Devices[0].ID || !strings.HasSuffix(a.UninstallCommand, "/S") || !strings.HasSuffix(a.Origins[0].Path, "desk.reg") {
		t.Errorf("%+v", a)
	}
}

// TestFolder: exports with different first keys are one computer, and each fact says from which of them it is.
func TestFolder(t *testing.T) {
	dir := write(t, map[string][]byte{"a.reg": wide(header + products), "b.REG": wide(header + services), "c.reg": []byte("REGEDIT4\n\n" + own), "d.reg": wide(header + machine), "other.txt": []byte("x"), "sub/e.reg": wide(header + products)})
	src := scantest.Open(t, dir)
	if names := (Scanner{}).Inner(src); !slices.Equal(names, []string{"other.txt", "sub"}) {
		t.Errorf("inner %q", names)
	}
	inv := scantest.Scan(t, Scanner{}, dir)
	if len(inv.Devices) != 1 || len(inv.Apps) != 2 || len(inv.SecurityProducts) != 1 {
		t.Fatalf("%d devices, %d apps, %d products", len(inv.Devices), len(inv.Apps), len(inv.SecurityProducts))
	}
	service := inv.SecurityProducts[0]
	if service.Service != "Guard" || service.Path != `C:\Program Files\g.exe` || !strings.HasSuffix(service.Origins[0].Path, "b.REG") {
		t.Errorf("%+v", service)
	}
	mine := scantest.App(t, inv, "Mine")
	if len(mine.Users) != 1 || mine.Users[0].User != inventory.UnnamedUser || !strings.HasSuffix(mine.Origins[0].Path, "c.reg") {
		t.Errorf("%+v", mine)
	}
	alone := scantest.Scan(t, Scanner{}, filepath.Join(dir, "d.reg"))
	if len(alone.Devices) != 0 || len(scantest.Gaps(alone, inventory.GapSkipped)) != 1 {
		t.Errorf("an export without software: %+v", alone)
	}
}

// TestSeveralComputers: two exports of the same key are of two computers.
func TestSeveralComputers(t *testing.T) {
	dir := write(t, map[string][]byte{"a.reg": wide(header + products), "b.reg": wide(header + products)})
	if (Scanner{}).Recognise(scantest.Open(t, dir)) {
		t.Error("the folder is one computer")
	}
	a, b := scantest.Scan(t, Scanner{}, filepath.Join(dir, "a.reg")), scantest.Scan(t, Scanner{}, filepath.Join(dir, "b.reg"))
	if a.Devices[0].ID == b.Devices[0].ID {
		t.Error("two exports are one computer")
	}
}

func TestGaps(t *testing.T) {
	dir := write(t, map[string][]byte{
		"odd.reg":  []byte("REGEDIT4\n\n" + own + "\"Publisher\"=\"M\xfcller\"\ngarbage\n\"x\"=-\n[HKEY_CURRENT_CONFIG\\x]\n"),
		"text.reg": []byte("hello"), "tweak.reg": wide(header + "[HKEY_CURRENT_USER\\Control Panel]\n\"x\"=\"1\"\n"),
	})
	inv := scantest.Scan(t, Scanner{}, filepath.Join(dir, "odd.reg"))
	kinds := map[inventory.GapKind]int{}
	for _, g := range inv.Gaps {
		kinds[g.Kind] += g.Count
	}
	if kinds[inventory.GapMalformed] != 1 || kinds[inventory.GapUnknownLines] != 2 || kinds[inventory.GapSkipped] != 1 || inv.Apps[0].Publisher != "Müller" {
		t.Errorf("%+v, %+v", inv.Gaps, inv.Apps)
	}
	text := scantest.Open(t, filepath.Join(dir, "text.reg"))
	if (Scanner{}).Recognise(text) {
		t.Error("any text is recognised")
	}
	if _, err := (Scanner{}).Scan(context.Background(), text); err == nil {
		t.Error("any text is read")
	}
	if tweak := scantest.Scan(t, Scanner{}, filepath.Join(dir, "tweak.reg")); len(tweak.Devices) != 0 {
		t.Errorf("a tweak is a computer: %+v", tweak.Devices)
	}
}
