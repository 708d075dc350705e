package intune

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// TestAloneOrTogether: a list of devices that is handed on as it is read gives what it gives when it is put together with others.
func TestAloneOrTogether(t *testing.T) {
	list := text(t, "managedDevices.json")
	alone, _ := parts(t, open(t, "managedDevices.json", list))
	other := "ApplicationName,ApplicationVersion,DeviceId,DeviceName,Platform\r\nEdge,1,other,OTHER,Windows\r\n"
	together, _ := parts(t, open(t, "managedDevices.json", list), open(t, "AppInvRawData.csv", other))
	together = slices.DeleteFunc(together, func(inv *inventory.Inventory) bool { return inv.Devices[0].Name == "OTHER" })
	if a, b := asText(t, alone), asText(t, together); a != b || len(alone) != 4 {
		t.Errorf("alone\n%s\ntogether\n%s", a, b)
	}
}

func asText(t *testing.T, devices []*inventory.Inventory) string {
	t.Helper()
	for _, inv := range devices {
		inv.Sort()
	}
	b, err := json.MarshalIndent(devices, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestSeveralPages: pages in several files are one fleet; a device that stands in two of them is one, as it was seen last.
func TestSeveralPages(t *testing.T) {
	page := func(seen string) string {
		return `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices","value":[{"id":"D-1","deviceName":"PC","managedDeviceOwnerType":"company",` +
			`"operatingSystem":"Windows","lastSyncDateTime":"` + seen + `","serialNumber":"S1"}]}`
	}
	for _, order := range [][2]string{{"2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"}, {"2026-03-01T00:00:00Z", "2026-01-01T00:00:00Z"}} {
		devices, _ := parts(t, open(t, "1.json", page(order[0])), open(t, "2.json", strings.Replace(page(order[1]), "D-1", "d-1", 1)))
		if len(devices) != 1 || devices[0].Devices[0].LastSeen == nil || devices[0].Devices[0].LastSeen.Month() != 3 {
			t.Errorf("%v: %d devices", order, len(devices))
		}
	}
}

// TestNothing: an answer without elements is told to be empty, and a folder cannot be read.
func TestNothing(t *testing.T) {
	src := open(t, "detectedApps.json", `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement/detectedApps","@odata.count":0,"value":[]}`)
	if !New().Recognise(src) {
		t.Fatal("not recognised")
	}
	devices, rest := parts(t, src)
	if len(devices) != 0 || len(rest.Gaps) != 1 || rest.Gaps[0].Kind != inventory.GapEmpty {
		t.Errorf("%d devices, %+v", len(devices), rest.Gaps)
	}
	if _, err := New().Split(context.Background(), []*source.Source{source.FromFS("dir", nil, source.DefaultLimits)}, func(scanners.Part) error { return nil }); err == nil {
		t.Error("a folder was read")
	}
}

func TestIdentify(t *testing.T) {
	for _, c := range []struct {
		platform        inventory.Platform
		name, publisher string
		kind            inventory.IdentifierKind
		identifier      string
	}{
		{inventory.Android, "com.tencent.mm", "", inventory.AndroidPackage, "com.tencent.mm"},
		{inventory.Android, "tv.danmaku.bili", "", inventory.AndroidPackage, "tv.danmaku.bili"},
		{inventory.Android, "Booking.com", "", inventory.NameOnly, "Booking.com"},
		{inventory.Android, "is.gd", "", inventory.NameOnly, "is.gd"},
		{inventory.Android, "com.example app", "", inventory.NameOnly, "com.example app"},
		{inventory.IOS, "com.tencent.mm", "", inventory.NameOnly, "com.tencent.mm"},
		{inventory.Windows, "Microsoft.WindowsCalculator", "CN=Microsoft Corporation, O=Microsoft Corporation", inventory.MSIXFamily, "Microsoft.WindowsCalculator"},
		{inventory.Windows, "BytedancePte.Ltd.TikTok_6yccndn6064se", "", inventory.MSIXFamily, "BytedancePte.Ltd.TikTok"},
		{inventory.Windows, "Node.js", "Node.js Foundation", inventory.NameOnly, "Node.js"},
		{inventory.Windows, "7-Zip 24.08 (x64)", "CN=Igor Pavlov", inventory.NameOnly, "7-Zip 24.08 (x64)"},
	} {
		if kind, identifier := identify(c.platform, c.name, c.publisher); kind != c.kind || identifier != c.identifier {
			t.Errorf("%s %q by %q: %s %q", c.platform, c.name, c.publisher, kind, identifier)
		}
	}
}

func TestVersion(t *testing.T) {
	for in, want := range map[string]string{"9 (12.1)": "12.1", "115.27.0 (15.27.0)": "15.27.0", "6.5.3": "6.5.3", "1 ()": "1 ()", "": ""} {
		if got := version(inventory.IOS, &record{fVersion: in}); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	if got := version(inventory.Windows, &record{fVersion: "1 (2)"}); got != "1 (2)" {
		t.Errorf("of Windows: %q", got)
	}
}
