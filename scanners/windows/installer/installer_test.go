package installer

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

const video = `<Package xmlns="http://schemas.microsoft.com/appx/manifest/foundation/windows10" xmlns:r="http://schemas.microsoft.com/appx/manifest/foundation/windows10/restrictedcapabilities">
<Identity Name="ExampleLtd.Video" Publisher="CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US" Version="1.0.5.0" ProcessorArchitecture="x64"/>
<Properties><DisplayName>Видео</DisplayName><PublisherDisplayName>Example</PublisherDisplayName></Properties><Capabilities><r:Capability Name="runFullTrust"/></Capabilities></Package>`

const bundle = `<Bundle xmlns="http://schemas.microsoft.com/appx/2013/bundle"><Identity Name="ExampleLtd.Video" Publisher="CN=Example" Version="2.0.0.0"/></Bundle>`

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func zipped(t *testing.T, members map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range members {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackagedApps(t *testing.T) {
	file := write(t, "a.msix", zipped(t, map[string]string{appManifest: video, appSignature: "PKCXbroken"}))
	if !(Scanner{}).Recognise(scantest.Open(t, file)) {
		t.Fatal("not recognised")
	}
	inv := scantest.Scan(t, Scanner{}, file)
	if len(inv.Apps) != 1 || len(inv.Binaries) != 1 || inv.Binaries[0].Signed != inventory.SignatureInvalid || inv.Binaries[0].Format != "msix" {
		t.Fatalf("%+v", inv)
	}
	a := inv.Apps[0]
	if a.IdentifierKind != inventory.MSIXFamily || a.Identifier != "ExampleLtd.Video" || a.Name != "Видео" || a.Version != "1.0.5.0" || a.Publisher != "Example" || a.Arch != "x64" ||
		len(a.Flags) != 1 || a.Flags[0] != "publisher-id:8wekyb3d8bbwe" || len(a.Permissions) != 1 || a.Permissions[0].Name != "runFullTrust" || a.Binaries[0] != inv.Binaries[0].SHA256 {
		t.Errorf("%+v", a)
	}
	inv = scantest.Scan(t, Scanner{}, write(t, "a.msixbundle", zipped(t, map[string]string{bundleManifest: bundle})))
	if len(inv.Apps) != 1 || inv.Apps[0].Version != "2.0.0.0" || len(scantest.Gaps(inv, inventory.GapBlind)) != 1 {
		t.Errorf("%+v", inv)
	}
}

func TestOthers(t *testing.T) {
	for name, data := range map[string][]byte{
		"a.zip": zipped(t, map[string]string{"readme": "x"}), "b.zip": zipped(t, map[string]string{appManifest: "<x/>"}), "a.doc": append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2000)...), "a.txt": []byte("x"),
	} {
		if (Scanner{}).Recognise(scantest.Open(t, write(t, name, data))) {
			t.Errorf("%s is recognised", name)
		}
	}
}

func TestInstallerPackage(t *testing.T) {
	if _, err := exec.LookPath("msibuild"); err != nil {
		t.Skip("msibuild (package msitools) is not installed")
	}
	idt := write(t, "Property.idt", []byte("Property\tValue\r\ns72\tl0\r\nProperty\tProperty\r\nProductName\tGuard\r\nManufacturer\tExample Ltd\r\nProductVersion\t1.2.3\r\nProductCode\t{6e08453f-9BA7-4311-999C-D22FBA2FB1B8}\r\n"))
	file := filepath.Join(t.TempDir(), "a.msi")
	if out, err := exec.Command("msibuild", file, "-i", idt).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !(Scanner{}).Recognise(scantest.Open(t, file)) {
		t.Fatal("not recognised")
	}
	inv := scantest.Scan(t, Scanner{}, file)
	if len(inv.Apps) != 1 || inv.Apps[0].IdentifierKind != inventory.MSIProductCode || inv.Apps[0].Identifier != "{6E08453F-9BA7-4311-999C-D22FBA2FB1B8}" || inv.Apps[0].Name != "Guard" || inv.Apps[0].Publisher != "Example Ltd" {
		t.Errorf("%+v", inv.Apps)
	}
}
