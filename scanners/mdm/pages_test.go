package mdm_test

import (
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
	"quaestor/scanners/mdm/google"
	"quaestor/scanners/mdm/intune"
	"quaestor/scanners/mdm/jamf"
	"quaestor/scanners/mdm/workspaceone"
	"quaestor/scanners/source"
)

const (
	managed = `"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices","value":[{"id":"7e5f1b7c-0000-4000-8000-000000000001","deviceName":"PC","operatingSystem":"Windows","lastSyncDateTime":"2026-11-01T00:00:00Z","managedDeviceOwnerType":"company"}]`
	mac     = `"results":[{"id":"1","udid":"u","general":{"name":"Mac","lastContactTime":"2026-11-01T00:00:00Z"}}]`
	phone   = `"devices":[{"name":"enterprises/E/devices/1"}]`
	mobile  = `"mobiledevices":[{"kind":"admin#directory#mobiledevice","resourceId":"r","type":"ANDROID","os":"Android 14","firstSync":"2026-01-01T00:00:00Z"}]`
	ws      = `"Devices":[{"SerialNumber":"F4GXQ1","Platform":"Apple","LastSeen":"2026-11-01T00:00:00","EnrollmentStatus":"Enrolled"}]`
	host    = `"hosts":[{"hostname":"h","uuid":"4C4C4544-0000-0000-8000-000000000001","hardware_serial":"S1","os_version":"Ubuntu 22.04","platform":"ubuntu","software":[]}]`
)

// TestPages checks that an export of which pages are missing says so, and that one which is whole does not.
func TestPages(t *testing.T) {
	for name, tt := range map[string]struct {
		scanner scanners.Fleet
		files   []string
		missing bool
		says    string
	}{
		"graph next":            {intune.New(), []string{`{` + managed + `,"@odata.nextLink":"https://x/?$skiptoken=1"}`}, true, "@odata.nextLink"},
		"graph count":           {intune.New(), []string{`{"@odata.count":1115,` + managed + `,"@odata.nextLink":"https://x"}`}, true, "there are 1115"},
		"graph count, no next":  {intune.New(), []string{`{"@odata.count":3,` + managed + `}`}, true, "there are 3"},
		"graph whole":           {intune.New(), []string{`{` + managed + `,"@odata.nextLink":"https://x"}`, `{"@odata.count":2,` + managed + `}`}, false, ""},
		"graph empty last page": {intune.New(), []string{`{` + managed + `,"@odata.nextLink":"https://x"}` + `{"@odata.context":"x","value":[]}`}, false, ""},
		"amapi next":            {amapi.New(), []string{`{` + phone + `,"nextPageToken":"abc"}`}, true, "nextPageToken"},
		"amapi pages":           {amapi.New(), []string{`{` + phone + `,"nextPageToken":"abc"}{` + phone + `}`}, false, ""},
		"amapi empty token":     {amapi.New(), []string{`{` + phone + `,"nextPageToken":""}`}, false, ""},
		"google next":           {google.New(), []string{`{` + mobile + `,"nextPageToken":"abc"}`}, true, "nextPageToken"},
		"jamf":                  {jamf.New(), []string{`{"totalCount":250,` + mac + `}`}, true, "there are 250"},
		"jamf whole":            {jamf.New(), []string{`{"totalCount":2,` + mac + `}`, `{"totalCount":2,` + mac + `}`}, false, ""},
		"workspace one":         {workspaceone.Scanner{}, []string{`{` + ws + `,"Page":0,"PageSize":1,"Total":7}`}, true, "there are 7"},
		"workspace one whole":   {workspaceone.Scanner{}, []string{`{` + ws + `,"Page":0,"PageSize":500,"Total":1}`}, false, ""},
		"fleet":                 {osquery.New(), []string{`{` + host + `,"meta":{"has_next_results":true}}`}, true, "has_next_results"},
		"fleet whole":           {osquery.New(), []string{`{` + host + `,"meta":{"has_next_results":false}}`}, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var srcs []*source.Source
			for i, text := range tt.files {
				path := filepath.Join(dir, string(rune('a'+i)))
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				srcs = append(srcs, scantest.Open(t, path))
			}
			rest, err := tt.scanner.Split(t.Context(), srcs, func(scanners.Part) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			gaps := slices.DeleteFunc(rest.Gaps, func(g inventory.Gap) bool { return !strings.HasPrefix(g.Detail, "Pages of the export") })
			if (len(gaps) == 1) != tt.missing || tt.missing && (gaps[0].Kind != inventory.GapLimit || !strings.Contains(gaps[0].Detail, tt.says)) {
				t.Errorf("%+v", gaps)
			}
		})
	}
}
