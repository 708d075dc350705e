package apple

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
)

// TestFleetResults: answers in the list of results of Fleet count with their times; one that did not come yet does not.
func TestFleetResults(t *testing.T) {
	answer := func(bundle string) string {
		return base64.StdEncoding.EncodeToString([]byte(`<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>CommandUUID</key><string>c</string><key>InstalledApplicationList</key><array><dict><key>Identifier</key><string>` +
			bundle + `</string></dict></array><key>Status</key><string>Acknowledged</string><key>UDID</key><string>00008110-000A1B2C3D4E5F60</string></dict></plist>`))
	}
	row := func(status, at, result string) string {
		return `{"host_uuid":"00008110-000A1B2C3D4E5F60","command_uuid":"c","status":"` + status + `","updated_at":"` + at + `","request_type":"InstalledApplicationList","hostname":"h","payload":"","result":` + result + `}`
	}
	path := filepath.Join(t.TempDir(), "results.json")
	text := `{"results":[` + row("Pending", "2024-03-01T00:00:00Z", "null") + `,` + row("Acknowledged", "2024-01-01T00:00:00Z", `"`+answer("com.old")+`"`) + `,` + row("Acknowledged", "2024-02-01T00:00:00Z", `"`+answer("com.new")+`"`) + `]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if !New().Recognise(scantest.Open(t, path)) {
		t.Fatal("not recognised")
	}
	if cut := text[:strings.Index(text, "Acknowledged")]; !looksJSON([]byte(cut[len(`{"results":[`):])) {
		t.Error("not recognised by its beginning")
	}
	inv := scantest.Scan(t, New(), path)
	if len(inv.Devices) != 1 || inv.Devices[0].LastSeen == nil || inv.Devices[0].LastSeen.Month() != 2 || len(inv.Apps) != 2 || len(scantest.App(t, inv, "com.old").Traces) != 1 {
		t.Errorf("%+v %+v", inv.Devices, inv.Apps)
	}
}
