package registry

import (
	"context"
	"fmt"
	"testing"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/internal/winreg/hivetest"
)

// BenchmarkUninstall scans a volume whose SOFTWARE hive has 3,000 keys of installed programs.
func BenchmarkUninstall(b *testing.B) {
	files := hivetest.Volume(b)
	reg := hivetest.Computer(b)
	for i := range 3000 {
		path := fmt.Sprintf(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{%08X-8BD2-4D7C-A7E1-0F5E3A8F0B11}`, i)
		if err := reg.Set(path, winreg.String("DisplayName", fmt.Sprintf("Программа %d", i)), winreg.String("DisplayVersion", "1.2.3"), winreg.String("Publisher", "Vendor"),
			winreg.Expand("UninstallString", "MsiExec.exe /X{0}"), winreg.String("InstallDate", "20260314"), winreg.Number("WindowsInstaller", 1), winreg.Number("EstimatedSize", 12345)); err != nil {
			b.Fatal(err)
		}
	}
	files["Windows/System32/config/SOFTWARE"] = string(hivetest.Build(b, reg, `HKLM\SOFTWARE`, hivetest.Options{}))
	src := hosttest.Open(b, hosttest.Tree(b, files))
	b.ReportAllocs()
	for b.Loop() {
		inv, err := (Scanner{}).Scan(context.Background(), src)
		if err != nil || len(inv.Apps) != 3005 {
			b.Fatal(len(inv.Apps), err)
		}
	}
}
