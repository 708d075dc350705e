// Package mdm_test holds what all scanners of managements have in common.
package mdm_test

import (
	"os"
	"path/filepath"
	"slices"
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

// TestUnlisted checks that a device of which nobody was told the apps is never one that was looked at.
func TestUnlisted(t *testing.T) {
	for name, tt := range map[string]struct {
		scanner scanners.Scanner
		text    string
	}{
		"amapi without":        {amapi.New(), `{"devices":[{"name":"enterprises/E/devices/1","managementMode":"DEVICE_OWNER"}]}`},
		"amapi null":           {amapi.New(), `{"devices":[{"name":"enterprises/E/devices/1","applicationReports":null}]}`},
		"google empty":         {google.New(), `{"mobiledevices":[{"kind":"admin#directory#mobiledevice","resourceId":"r","type":"ANDROID","os":"Android 14","firstSync":"2026-01-01T00:00:00Z","applications":[]}]}`},
		"google null":          {google.New(), `{"mobiledevices":[{"kind":"admin#directory#mobiledevice","resourceId":"r","type":"ANDROID","os":"Android 14","firstSync":"2026-01-01T00:00:00Z","applications":null}]}`},
		"intune devices alone": {intune.New(), `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices","value":[{"id":"7e5f1b7c-0000-4000-8000-000000000001","deviceName":"PC","operatingSystem":"Windows","lastSyncDateTime":"2026-11-01T00:00:00Z","managedDeviceOwnerType":"company"}]}`},
		"jamf without":         {jamf.New(), `{"totalCount":1,"results":[{"id":"1","udid":"u","general":{"name":"Mac","lastContactTime":"2026-11-01T00:00:00Z"}}]}`},
		"jamf empty":           {jamf.New(), `{"totalCount":1,"results":[{"id":"1","udid":"u","general":{"name":"Mac","lastContactTime":"2026-11-01T00:00:00Z"},"applications":[]}]}`},
		"workspace one alone":  {workspaceone.Scanner{}, `{"Devices":[{"SerialNumber":"F4GXQ1","Platform":"Apple","LastSeen":"2026-11-01T00:00:00","EnrollmentStatus":"Enrolled"}],"Page":0,"PageSize":500,"Total":1}`},
		"workspace one empty":  {workspaceone.Scanner{}, `{"Devices":[{"SerialNumber":"F4GXQ1","Platform":"Apple","LastSeen":"2026-11-01T00:00:00","EnrollmentStatus":"Enrolled","DeviceApps":[]}],"Page":0,"PageSize":500,"Total":1}`},
		"apple empty":          {apple.New(), `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>CommandUUID</key><string>c</string><key>InstalledApplicationList</key><array/><key>Status</key><string>Acknowledged</string><key>UDID</key><string>00008110-000A1B2C3D4E5F60</string></dict></plist>`},
		"fleet null":           {osquery.New(), `{"hosts":[{"hostname":"h","uuid":"4C4C4544-0000-0000-8000-000000000001","hardware_serial":"S1","os_version":"Ubuntu 22.04","platform":"ubuntu","software":null}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "export")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if !tt.scanner.Recognise(scantest.Open(t, path)) {
				t.Fatal("not recognised")
			}
			inv := scantest.Scan(t, tt.scanner, path)
			if len(inv.Devices) != 1 || !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Device == inv.Devices[0].ID && g.Kind == inventory.GapEmpty }) {
				t.Errorf("%+v %+v", inv.Devices, inv.Gaps)
			}
		})
	}
}
