package mdm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/host/osquery"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/mdm/amapi"
	"quaestor/scanners/mdm/apple"
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
	more := map[string]struct {
		scanner scanners.Scanner
		text    string
	}{
		"jamf inventory":      {jamf.New(), `{"totalCount":1,"results":[{"id":"1","udid":"u","general":{"name":"Mac","reportDate":null,"lastContactTime":%s},"applications":[{"name":"Foo.app","bundleId":"com.foo","version":"1"}]}]}`},
		"jamf mobile":         {jamf.New(), `{"totalCount":1,"results":[{"mobileDeviceId":"1","deviceType":"iOS","general":{"udid":"u","displayName":"Phone","lastInventoryUpdateDate":%s},"applications":[{"identifier":"com.foo","name":"Foo","version":"1"}]}]}`},
		"fleet":               {osquery.New(), `{"hosts":[{"hostname":"h","uuid":"4C4C4544-0000-0000-8000-000000000001","hardware_serial":"S1","os_version":"Ubuntu 22.04","platform":"ubuntu","seen_time":%s,"software":[{"id":1,"name":"curl","version":"7","source":"deb_packages"}]}]}`},
		"fleet, never before": {osquery.New(), `{"hosts":[{"hostname":"h","uuid":"4C4C4544-0000-0000-8000-000000000001","hardware_serial":"S1","os_version":"Ubuntu 22.04","platform":"ubuntu","detail_updated_at":"2000-01-01T00:00:00Z","seen_time":%s,"software":[{"id":1,"name":"curl","version":"7","source":"deb_packages"}]}]}`},
	}
	for name, form := range more {
		forms[name] = form
	}
	values := map[string]inventory.GapKind{`"0001-01-01T00:00:00Z"`: inventory.GapStaleDevice, `"1970-01-01T00:00:00Z"`: inventory.GapStaleDevice, `null`: inventory.GapStaleDevice, `""`: inventory.GapStaleDevice,
		`0`: inventory.GapStaleDevice, `"yesterday"`: inventory.GapMalformed, `"2026-11-20T00:00:00Z"`: ""}
	for name, form := range forms {
		for value, want := range values {
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

// TestNoCheckIn: where the place for the last report is empty in a table or a document, the device never reported; where there is no such
// place, that is said.
func TestNoCheckIn(t *testing.T) {
	plist := `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>CommandUUID</key><string>c</string><key>InstalledApplicationList</key><array><dict><key>Identifier</key><string>com.foo</string></dict></array><key>Status</key><string>Acknowledged</string><key>UDID</key><string>00008110-000A1B2C3D4E5F60</string></dict></plist>`
	for name, tt := range map[string]struct {
		scanner scanners.Scanner
		text    string
		want    inventory.GapKind
	}{
		"jamf table":          {jamf.New(), "Computer Name,Serial Number,JSS Computer ID,Last Inventory Update,Last Check-in,Application Title,Application Version\nMac,S1,1,,,Foo.app,1\n", inventory.GapStaleDevice},
		"jamf table, once":    {jamf.New(), "Computer Name,Serial Number,JSS Computer ID,Last Inventory Update,Last Check-in,Application Title,Application Version\nMac,S1,1,,2026-11-01 10:00:00,Foo.app,1\n", ""},
		"jamf table, without": {jamf.New(), "Computer Name,Serial Number,JSS Computer ID,Application Title,Application Version\nMac,S1,1,Foo.app,1\n", inventory.GapBlind},
		"jamf classic":        {jamf.New(), `<?xml version="1.0"?><computer><general><id>1</id><name>Mac</name><serial_number>S1</serial_number><udid>u</udid><last_contact_time_epoch/></general><software><applications><application><name>Foo.app</name><version>1</version></application></applications></software></computer>`, inventory.GapStaleDevice},
		"jamf classic json":   {jamf.New(), `{"computer":{"general":{"id":1,"name":"Mac","serial_number":"S1","udid":"u","last_contact_time_epoch":null},"software":{"applications":[{"name":"Foo.app","version":"1"}]}}}`, inventory.GapStaleDevice},
		"apple":               {apple.New(), plist, inventory.GapBlind},
		"fleet without":       {osquery.New(), `{"hosts":[{"hostname":"h","uuid":"4C4C4544-0000-0000-8000-000000000001","hardware_serial":"S1","os_version":"Ubuntu 22.04","platform":"ubuntu","software":[{"id":1,"name":"curl","version":"7","source":"deb_packages"}]}]}`, inventory.GapBlind},
	} {
		path := filepath.Join(t.TempDir(), "export")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scantest.Scan(t, tt.scanner, path)
		told := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
			return g.Device != "" && (g.Kind == inventory.GapStaleDevice || strings.Contains(g.Detail, "not say when")) && (tt.want == "" || g.Kind == tt.want)
		})
		if len(inv.Devices) != 1 || told != (tt.want != "") || (inv.Devices[0].LastSeen == nil) != (tt.want != "") {
			t.Errorf("%s: %+v %+v", name, inv.Devices, inv.Gaps)
		}
	}
}
