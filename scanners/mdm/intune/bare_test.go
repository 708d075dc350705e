package intune

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// save writes an export into a folder of its own.
func save(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "export")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRowsAlone: rows of apps without the list of devices say what is not known of their device; a device in the list lacks none of it.
func TestRowsAlone(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want string
	}{
		"report":         {"ApplicationKey,ApplicationName,ApplicationVersion,DeviceId,DeviceName,OSVersion,Platform\nk,TikTok,1,7e5f1b7c-0000-4000-8000-000000000001,PC,10.0.26100.1,Windows\n", "its serial number and its last check-in are not known"},
		"without system": {"ApplicationKey,ApplicationName,ApplicationVersion,DeviceId,DeviceName\nk,TikTok,1,7e5f1b7c-0000-4000-8000-000000000001,PC\n", "its last check-in and its system are not known"},
		"apps by device": {`{"value":[{"id":"a","displayName":"TikTok","version":"1","platform":"windows","deviceCount":1,"managedDevices":[{"id":"7e5f1b7c-0000-4000-8000-000000000001","deviceName":"PC"}]}]}`, "its serial number and its last check-in are not known"},
		"devices":        {`{"value":[{"id":"7e5f1b7c-0000-4000-8000-000000000001","deviceName":"PC","operatingSystem":"Windows","lastSyncDateTime":"2026-11-01T00:00:00Z","managedDeviceOwnerType":"company","detectedApps":[{"id":"x","displayName":"Foo","version":"1"}]}]}`, ""},
		"serial":         {`{"value":[{"id":"a","displayName":"TikTok","version":"1","platform":"windows","deviceCount":1,"managedDevices":[{"id":"7e5f1b7c-0000-4000-8000-000000000001","deviceName":"PC","serialNumber":"S1"}]}]}`, ""},
	} {
		inv := scantest.Scan(t, New(), save(t, tt.text))
		if len(inv.Devices) != 1 || len(inv.Apps) != 1 {
			t.Errorf("%s: %+v", name, inv)
			continue
		}
		found := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
			return g.Device == inv.Devices[0].ID && g.Kind == inventory.GapBlind && strings.Contains(g.Detail, "Rows of apps are all") && strings.Contains(g.Detail, tt.want) && strings.Contains(g.Next, "list of devices")
		})
		if found != (tt.want != "") {
			t.Errorf("%s: %+v", name, inv.Gaps)
		}
	}
}

// TestUnnamedRows: rows that name no device or no app are counted and named by their lines.
func TestUnnamedRows(t *testing.T) {
	head := "ApplicationKey,ApplicationName,ApplicationVersion,DeviceId,DeviceName,Platform\n"
	inv := scantest.Scan(t, New(), save(t, head+"k,TikTok,1,7e5f1b7c-0000-4000-8000-000000000001,PC,Windows\nk,Foo,1,,,Windows\nk, ,1,7e5f1b7c-0000-4000-8000-000000000001,PC,Windows\n"+strings.Repeat("k,Foo,1,,,Windows\n", 7)))
	gaps := scantest.Gaps(inv, inventory.GapMalformed)
	if len(gaps) != 1 || gaps[0].Count != 9 || strings.Join(gaps[0].Samples, ", ") != "line 3 names no device, line 4 names no app, line 5 names no device, line 6 names no device, line 7 names no device" {
		t.Errorf("%+v", gaps)
	}
}

// TestEmptyCheckIn: where a table has the column of the last check-in and nothing in it, the device never reported.
func TestEmptyCheckIn(t *testing.T) {
	inv := scantest.Scan(t, New(), save(t, "DeviceId,DeviceName,SerialNumber,OS,OSVersion,LastContact,Ownership,CompliantState\n7e5f1b7c-0000-4000-8000-000000000001,PC,S1,Windows,10.0.26100.1,,Company,Compliant\n7e5f1b7c-0000-4000-8000-000000000002,PC2,S2,Windows,10.0.26100.1,2026-11-01 00:00:00,Company,Compliant\n"))
	gaps := scantest.Gaps(inv, inventory.GapStaleDevice)
	if len(inv.Devices) != 2 || len(gaps) != 1 {
		t.Fatalf("%+v %+v", inv.Devices, inv.Gaps)
	}
	for _, d := range inv.Devices {
		if (d.LastSeen == nil) != (d.ID == gaps[0].Device) {
			t.Errorf("%+v", d)
		}
	}
}
