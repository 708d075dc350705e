package mdm_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/mdm/amapi"
	"quaestor/scanners/mdm/google"
	"quaestor/scanners/mdm/intune"
	"quaestor/scanners/mdm/jamf"
)

// TestOddFields: a field of another kind than it should be is named with its line, and the rest of the device is kept.
func TestOddFields(t *testing.T) {
	for name, tt := range map[string]struct {
		scanner     scanners.Scanner
		text, field string
	}{
		"jamf":          {jamf.New(), "{\"totalCount\":1,\"results\":[\n{\"id\":\"1\",\"udid\":\"u\",\"general\":{\"name\":7,\"lastContactTime\":\"2026-11-01T00:00:00Z\"},\"applications\":[{\"name\":\"Foo.app\",\"bundleId\":\"com.foo\",\"version\":\"1\"}]}]}", "general.name"},
		"jamf list":     {jamf.New(), "{\"totalCount\":1,\"results\":[\n{\"id\":\"1\",\"udid\":\"u\",\"general\":{\"name\":\"Mac\",\"lastContactTime\":\"2026-11-01T00:00:00Z\"},\"services\":{\"name\":\"x\"},\"applications\":[{\"name\":\"Foo.app\",\"bundleId\":\"com.foo\",\"version\":\"1\"}]}]}", "services"},
		"amapi text":    {amapi.New(), "{\"devices\":[\n{\"name\":\"enterprises/E/devices/1\",\"softwareInfo\":{\"androidVersion\":14},\"lastStatusReportTime\":\"2026-11-20T00:00:00Z\",\"applicationReports\":[{\"packageName\":\"com.foo\"}]}]}", "\"androidVersion\" is no text"},
		"amapi number":  {amapi.New(), "{\"devices\":[\n{\"name\":\"enterprises/E/devices/1\",\"apiLevel\":\"x\",\"lastStatusReportTime\":\"2026-11-20T00:00:00Z\",\"applicationReports\":[{\"packageName\":\"com.foo\"}]}]}", "\"apiLevel\" is no number"},
		"amapi list":    {amapi.New(), "{\"devices\":[\n{\"name\":\"enterprises/E/devices/1\",\"nonComplianceDetails\":{},\"lastStatusReportTime\":\"2026-11-20T00:00:00Z\",\"applicationReports\":[{\"packageName\":\"com.foo\"}]}]}", "\"nonComplianceDetails\" is no list"},
		"amapi twice":   {amapi.New(), "{\"devices\":[{\"name\":\"enterprises/E/devices/1\",\"lastStatusReportTime\":\"2026-11-20T00:00:00Z\",\"applicationReports\":[\n{\"packageName\":\"com.foo\",\"packageName\":\"com.bar\"}]}]}", "\"packageName\" is there twice"},
		"google text":   {google.New(), "{\"mobiledevices\":[\n{\"kind\":\"admin#directory#mobiledevice\",\"resourceId\":\"r\",\"type\":\"ANDROID\",\"os\":\"Android 14\",\"model\":{\"x\":1},\"lastSync\":\"2026-11-20T00:00:00Z\",\"applications\":[{\"packageName\":\"com.foo\"}]}]}", "\"model\" is no text"},
		"google twice":  {google.New(), "{\"mobiledevices\":[\n{\"kind\":\"admin#directory#mobiledevice\",\"resourceId\":\"r\",\"type\":\"ANDROID\",\"os\":\"Android 14\",\"model\":\"a\",\"model\":\"b\",\"lastSync\":\"2026-11-20T00:00:00Z\",\"applications\":[{\"packageName\":\"com.foo\"}]}]}", "\"model\" is there twice"},
		"intune object": {intune.New(), "{\"value\":[\n{\"id\":\"7e5f1b7c-0000-4000-8000-000000000001\",\"deviceName\":\"PC\",\"operatingSystem\":\"Windows\",\"model\":{\"x\":1},\"lastSyncDateTime\":\"2026-11-01T00:00:00Z\",\"managedDeviceOwnerType\":\"company\",\"detectedApps\":[{\"id\":\"x\",\"displayName\":\"Foo\",\"version\":\"1\"}]}]}", "\"model\" is no single value"},
		"intune twice":  {intune.New(), "{\"value\":[\n{\"id\":\"7e5f1b7c-0000-4000-8000-000000000001\",\"deviceName\":\"PC\",\"operatingSystem\":\"Windows\",\"model\":\"a\",\"model\":\"b\",\"lastSyncDateTime\":\"2026-11-01T00:00:00Z\",\"managedDeviceOwnerType\":\"company\",\"detectedApps\":[{\"id\":\"x\",\"displayName\":\"Foo\",\"version\":\"1\"}]}]}", "\"model\" is there twice"},
		"jamf classic":  {jamf.New(), "\n{\"computer\":{\"general\":{\"id\":1,\"name\":\"Mac\",\"serial_number\":\"S1\",\"udid\":\"u\",\"os_version\":15,\"last_contact_time_epoch\":1793000000000},\"software\":{\"applications\":[{\"name\":\"Foo.app\",\"version\":\"1\"}]}}}", "general.os_version"},
	} {
		path := filepath.Join(t.TempDir(), "export")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scantest.Scan(t, tt.scanner, path)
		if len(inv.Devices) != 1 || len(inv.Apps) != 1 {
			t.Errorf("%s: %+v", name, inv)
			continue
		}
		if !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
			return g.Kind == inventory.GapMalformed && g.Device == inv.Devices[0].ID && len(g.Samples) == 1 && strings.HasPrefix(g.Samples[0], "line 2: ") && strings.Contains(g.Samples[0], tt.field)
		}) {
			t.Errorf("%s: %+v", name, inv.Gaps)
		}
	}
}
