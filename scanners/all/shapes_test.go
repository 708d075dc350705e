package all

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// shapes are the samples of the exports that management systems and computers write, beside a checkout.
const shapes = "../../../shared/corpus/dumps/shapes"

// listed reads of each sample what it lists, in another way than the scanners do: identifiers where byID, else names.
var listed = map[string]struct {
	byID bool
	read func(t *testing.T, data []byte) []string
}{
	"android-management-api-device.json":                     {true, jsonField("applicationReports", "packageName", "displayName")},
	"android-pm-list-packages-i-U.pixel9pro.system.txt":      {true, pattern(`(?m)^package:(\S+)`)},
	"android-pm-list-packages-i-U.pixel9pro.user.txt":        {true, pattern(`(?m)^package:(\S+)`)},
	"apple-mdm-InstalledApplicationList.plist":               {true, pattern(`<key>Identifier</key>\s*<string>([^<]+)`)},
	"intune-detectedApps.live-page.json":                     {false, jsonField("value", "displayName")},
	"macos-system_profiler-SPApplications.json":              {false, jsonField("SPApplicationsDataType", "_name")},
	"macos-system_profiler-SPApplications.real-2018.plist":   {false, pattern(`<key>_name</key>\s*<string>([^<]+)</string>\s*<key>has64`)},
	"windows-uninstall-list.real-2021.txt":                   {false, pattern(`(?m)^Name=(.*?), Version=`)},
	"windows-wmic-product.real-2018.csv":                     {false, column(1)},
	"windows11-fleet-osquery-software.real-2025.subset.json": {false, jsonField("", "name")},
}

// jsonField reads one field of the objects of a list, the first that there is; what was removed is left out.
func jsonField(list string, fields ...string) func(*testing.T, []byte) []string {
	return func(t *testing.T, data []byte) (out []string) {
		var rows []map[string]any
		var err error
		if list == "" {
			err = json.Unmarshal(data, &rows)
		} else {
			var document map[string]json.RawMessage
			if err = json.Unmarshal(data, &document); err == nil {
				err = json.Unmarshal(document[list], &rows)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, field := range fields {
				if value, ok := row[field].(string); ok && row["state"] != "REMOVED" {
					out = append(out, value)
					break
				}
			}
		}
		return out
	}
}

func pattern(expression string) func(*testing.T, []byte) []string {
	return func(_ *testing.T, data []byte) (out []string) {
		for _, m := range regexp.MustCompile(expression).FindAllSubmatch(data, -1) {
			out = append(out, string(m[1]))
		}
		return out
	}
}

func column(n int) func(*testing.T, []byte) []string {
	return func(t *testing.T, data []byte) (out []string) {
		r := csv.NewReader(strings.NewReader(strings.TrimSpace(string(data))))
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			out = append(out, row[n])
		}
		return out
	}
}

// TestShapes: every sample is recognised by its content alone, and gives the apps that it lists.
func TestShapes(t *testing.T) {
	found, err := os.ReadDir(shapes)
	if err != nil {
		t.Skip("there is no corpus beside this checkout")
	}
	for _, file := range found {
		t.Run(file.Name(), func(t *testing.T) {
			want, known := listed[file.Name()]
			if !known {
				t.Fatal("the test does not know how to read it")
			}
			data, err := os.ReadFile(filepath.Join(shapes, file.Name()))
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "sample") // whose name says nothing
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			inv := scanners.Run(t.Context(), []source.Target{{Path: path}}, scanners.Options{Scanners: Scanners(), Limits: source.DefaultLimits})
			got, apps := appsOf(inv, want.byID), want.read(t, data)
			slices.Sort(apps)
			if len(apps) == 0 || !slices.Equal(got, apps) {
				t.Errorf("got\n%q\nwant\n%q\ngaps %+v", got, apps, inv.Gaps)
			}
			for _, g := range inv.Gaps {
				if g.Kind.Incomplete() && !(g.Kind == inventory.GapLimit && strings.Contains(string(data), `"@odata.nextLink"`)) { // a page that announces another is a part
					t.Errorf("incomplete: %+v", g)
				}
			}
		})
	}
}

// appsOf are the apps of an inventory, with packages of programming languages, which are components.
func appsOf(inv *inventory.Inventory, byID bool) (out []string) {
	for i := range inv.Components {
		out = append(out, inv.Components[i].Name)
	}
	for i := range inv.Apps {
		if app := &inv.Apps[i]; byID || app.Name == "" {
			out = append(out, app.Identifier)
		} else {
			out = append(out, app.Name)
		}
	}
	slices.Sort(out)
	return out
}
