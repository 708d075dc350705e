package mdm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/mdm/amapi"
	"quaestor/scanners/mdm/google"
	"quaestor/scanners/mdm/intune"
	"quaestor/scanners/mdm/jamf"
	"quaestor/scanners/mdm/workspaceone"
)

// TestCheckIn: what stands in the place of a last report and is no time makes the device one that never reported, or a gap.
func TestCheckIn(t *testing.T) {
	forms := map[string]struct {
		scanner scanners.Scanner
		text    string
	}{
		"amapi":         {amapi.New(), `{"devices":[{"name":"enterprises/E/devices/1","lastStatusReportTime":%s,"applicationReports":[{"packageName":"com.foo"}]}]}`},
		"google":        {google.New(), `{"mobiledevices":[{"kind":"admin#directory#mobiledevice","resourceId":"r","type":"ANDROID","os":"Android 14","lastSync":%s,"applications":[{"packageName":"com.foo"}]}]}`},
		"intune":        {intune.New(), `{"value":[{"id":"7e5f1b7c-0000-4000-8000-000000000001","deviceName":"PC","operatingSystem":"Windows","lastSyncDateTime":%s,"managedDeviceOwnerType":"company","detectedApps":[{"id":"x","displayName":"Foo","version":"1"}]}]}`},
		"jamf":          {jamf.New(), `{"totalCount":1,"results":[{"id":"1","udid":"u","general":{"name":"Mac","lastContactTime":%s},"applications":[{"name":"Foo.app","bundleId":"com.foo","version":"1"}]}]}`},
		"workspace one": {workspaceone.Scanner{}, `{"Devices":[{"SerialNumber":"F4GXQ1","Platform":"Apple","LastSeen":%s,"EnrollmentStatus":"Enrolled","DeviceApps":[{"ApplicationName":"Foo","ApplicationIdentifier":"com.foo","Version":"1"}]}],"Page":0,"PageSize":500,"Total":1}`},
	}
	values := map[string]inventory.GapKind{`"0001-01-01T00:00:00Z"`: inventory.GapStaleDevice, `"1970-01-01T00:00:00Z"`: inventory.GapStaleDevice, `null`: inventory.GapStaleDevice, `""`: inventory.GapStaleDevice,
		`0`: inventory.GapStaleDevice, `"yesterday"`: inventory.GapMalformed, `"2026-11-20T00:00:00Z"`: ""}
	for name, form := range forms {
		for value, want := range values {
			if (name == "jamf" || name == "workspace one") && (value == `null` || value == `""`) || name == "jamf" && value == `0` {
				continue // cannot be told from a time that was not exported, or is refused as no text
			}
			path := filepath.Join(t.TempDir(), "export")
			if err := os.WriteFile(path, fmt.Appendf(nil, form.text, value), 0o600); err != nil {
				t.Fatal(err)
			}
			inv := scantest.Scan(t, form.scanner, path)
			if len(inv.Devices) != 1 {
				t.Errorf("%s %s: %+v", name, value, inv)
				continue
			}
			has := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
				return g.Device == inv.Devices[0].ID && (g.Kind == inventory.GapStaleDevice || g.Kind == inventory.GapMalformed) && (want == "" || g.Kind == want)
			})
			if has != (want != "") || (inv.Devices[0].LastSeen == nil) != (want != "") {
				t.Errorf("%s %s: %v %+v", name, value, inv.Devices[0].LastSeen, inv.Gaps)
			}
		}
	}
}
