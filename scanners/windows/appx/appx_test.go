package appx

import (
	"encoding/asn1"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

const head = `<Package xmlns="http://schemas.microsoft.com/appx/manifest/foundation/windows10" xmlns:r="http://schemas.microsoft.com/appx/manifest/foundation/windows10/restrictedcapabilities">`

func signature() string {
	content, err := asn1.Marshal(struct{ Text string }{"digests"})
	if err != nil {
		panic(err)
	}
	return "PKCX" + string(codesigntest.SignedAs(oidIndirect, content, codesigntest.Stranger("T")))
}

func tree() map[string]string {
	const apps = "program files/WindowsApps/"
	return map[string]string{
		"Windows/System32/x": "",
		apps + "Example.Video_1.2.0.0_x64__abcdefghjkmnp/AppxManifest.xml": head + `<Identity Name="Example.Video" Publisher="CN=Пример, O=x" Version="1.2.0.0" ProcessorArchitecture="x64"/>` +
			`<Properties><DisplayName>Видео</DisplayName></Properties><Capabilities><Capability Name="internetClient"/><r:Capability Name="runFullTrust"/><DeviceCapability Name="webcam"/></Capabilities></Package>`,
		apps + "Example.Video_1.2.0.0_x64__abcdefghjkmnp/AppxSignature.p7x": signature(),
		apps + "Example.Lib_1.0.0.0_neutral__x/AppxManifest.xml": head + `<Identity Name="Example.Lib" Publisher="CN=6E08453F-9BA7-4311-999C-D22FBA2FB1B8" Version="1.0.0.0" ProcessorArchitecture="neutral"/>` +
			`<Properties><Framework>true</Framework><PublisherDisplayName>Example</PublisherDisplayName></Properties></Package>`,
		apps + "Example.Texts_1/AppxManifest.xml":                 head + `<Identity Name="Example.Texts" Publisher="CN=x" Version="1"/><Properties><ResourcePackage>true</ResourcePackage></Properties></Package>`,
		apps + "Broken/AppxManifest.xml":                          head + `<Identity Name="Example.Broken" Publisher="CN=x" Version="1"/>`,
		apps + "Deleted/":                                         "",
		"Windows/SystemApps/Shell_cw5n1h2txyewy/appxmanifest.xml": head + `<Identity Name="Shell" Publisher="CN=Microsoft Windows, O=Microsoft Corporation, L=Redmond, S=Washington, C=US" Version="10.0.1.0"/></Package>`,
	}
}

func TestScan(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, tree())
	inv.Sort()
	device := inv.Devices[0].ID
	want := []inventory.App{
		{Identifier: "Example.Broken", Version: "1", Publisher: "x", Flags: []string{"publisher-id:" + publisher(t, inv, "Example.Broken")}, Paths: []string{`C:\program files\WindowsApps\Broken`}},
		{Identifier: "Example.Lib", Version: "1.0.0.0", Publisher: "Example", Flags: []string{"framework", "publisher-id:" + publisher(t, inv, "Example.Lib")}, Paths: []string{`C:\program files\WindowsApps\Example.Lib_1.0.0.0_neutral__x`}},
		{Identifier: "Example.Video", Name: "Видео", Version: "1.2.0.0", Arch: "x64", Publisher: "Пример", Flags: []string{"publisher-id:" + publisher(t, inv, "Example.Video")}, Paths: []string{`C:\program files\WindowsApps\Example.Video_1.2.0.0_x64__abcdefghjkmnp`},
			Permissions: []inventory.Permission{{Name: "internetClient", Requested: true}, {Name: "runFullTrust", Requested: true, Flags: []string{"restricted"}}, {Name: "webcam", Requested: true, Flags: []string{"device"}}}},
		{Identifier: "Shell", Version: "10.0.1.0", Publisher: "Microsoft Windows", System: true, Flags: []string{"publisher-id:cw5n1h2txyewy"}, Paths: []string{`C:\Windows\SystemApps\Shell_cw5n1h2txyewy`}},
	}
	got := map[string]inventory.App{}
	for _, a := range inv.Apps {
		if a.Device != device || a.Platform != inventory.Windows || a.IdentifierKind != inventory.MSIXFamily || len(a.Origins) != 1 || a.ID == "" {
			t.Errorf("%+v", a)
		}
		if a.Identifier == "Example.Video" {
			if len(a.Signers) != 1 || a.Signers[0].SHA256 != codesigntest.Stranger("T").Fingerprint() || a.Signers[0].Verified {
				t.Errorf("signers %+v", a.Signers)
			}
		}
		a.ID, a.Device, a.Platform, a.IdentifierKind, a.Origins, a.Signers = "", "", "", "", nil, nil
		got[a.Identifier] = a
	}
	for _, w := range want {
		if d := cmp.Diff(w, got[w.Identifier]); d != "" {
			t.Error(d)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d apps", len(got))
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

// publisher is the id that an app got; what it should be is tested where it is made.
func publisher(t *testing.T, inv *inventory.Inventory, identifier string) string {
	t.Helper()
	for _, a := range inv.Apps {
		for _, f := range a.Flags {
			if a.Identifier == identifier && len(f) == len("publisher-id:")+13 {
				return f[len("publisher-id:"):]
			}
		}
	}
	t.Fatalf("%s has no publisher's id", identifier)
	return ""
}

func TestNotRecognised(t *testing.T) {
	for _, files := range []map[string]string{{"etc/os-release": "ID=debian\n", "Windows/SystemApps/": ""}, {"Windows/System32/": ""}} {
		if (Scanner{}).Recognise(hosttest.Open(t, hosttest.Tree(t, files))) {
			t.Errorf("%v is recognised", files)
		}
	}
}
