package systemprofiler

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func TestGolden(t *testing.T) { scantest.GoldenFiles(t, Scanner{}, "testdata/mac.json", 1) }

func TestScan(t *testing.T) {
	inv := scantest.Scan(t, Scanner{}, "testdata/mac.json")
	d := inv.Devices[0]
	if d.ID != hostroot.MacID(mactest.UUID) || d.Serial != "C02EXAMPLE01" || d.OSVersion != "14.5" || d.OSBuild != "23F79" || d.Arch != "arm64" || d.Properties["MDM.ServerURL"] != "mdm.example.org" ||
		len(d.Users) != 1 || d.Users[0].Name != "anna" {
		t.Errorf("%+v", d)
	}
	filter := scantest.App(t, inv, "Filter")
	if filter.Publisher != "Example Corp" || filter.Team != "TEAM123456" || filter.Distribution != "developer-id" || filter.Signers[0].Verified || filter.Arch != "arm64 x86_64" || len(filter.Traces) != 1 {
		t.Errorf("%+v", filter)
	}
	if removed := scantest.App(t, inv, "Removed"); removed.Presence != inventory.PresenceTrace || removed.Version != "1.1" || removed.Traces[0].First.Equal(*removed.Traces[0].Last) {
		t.Errorf("%+v", removed)
	}
	if mail := scantest.App(t, inv, "Mail"); !mail.System {
		t.Errorf("%+v", mail)
	}
	states := map[string]string{}
	for _, p := range inv.SecurityProducts {
		states[p.Name] = p.Kind + " " + p.State + " " + p.Team + " " + p.Vendor
	}
	if states["Old"] != "kernel-extension running TEAM123456 Example, Inc." || !strings.HasPrefix(states["Refused"], "kernel-extension disabled") || !strings.HasPrefix(states["macOS Application Firewall"], "built-in off") || len(states) != 3 {
		t.Errorf("%q", states)
	}
	if len(inv.Profiles) != 1 || !inv.Profiles[0].Fixed || inv.Profiles[0].InstalledAt == nil || len(inv.Profiles[0].Payloads) != 2 || len(inv.VPNs) != 1 {
		t.Errorf("%+v %+v", inv.Profiles, inv.VPNs)
	}
	b, err := json.Marshal(inv)
	if err != nil || strings.Contains(string(b), "Anna Example") || strings.Contains(string(b), "192.0.2.7") || strings.Contains(string(b), "device=1") {
		t.Error("a name, an address or a link is kept")
	}
}

// Of who is logged in only the short name of the account is kept, and no address.
func TestAccount(t *testing.T) {
	for user, want := range map[string]string{"Anna Example (anna)": "anna", "Anna (Member) Example (anna.e)": "anna.e", "Anna (anna@example.org)": "", "System Administrator (root)": "root",
		"anna": "", "Anna Example": "", "Anna (of the House)": "", "": "", "Anna ()": ""} {
		if got := account(user); got != want {
			t.Errorf("%q: %q", user, got)
		}
	}
}

// The two forms of a report say the same.
func TestForms(t *testing.T) {
	data, err := os.ReadFile("testdata/mac.json")
	if err != nil {
		t.Fatal(err)
	}
	var sections map[string]any
	if err := json.Unmarshal(data, &sections); err != nil {
		t.Fatal(err)
	}
	var list []any
	for name, items := range sections {
		list = append(list, mactest.Dict{"_dataType": name, "_items": items})
	}
	slices.SortFunc(list, func(a, b any) int {
		return strings.Compare(a.(mactest.Dict)["_dataType"].(string), b.(mactest.Dict)["_dataType"].(string))
	})
	name := filepath.Join(t.TempDir(), "mac.spx")
	if err := os.WriteFile(name, []byte(mactest.List(t, list)), 0o644); err != nil {
		t.Fatal(err)
	}
	a, b := scantest.Scan(t, Scanner{}, "testdata/mac.json"), scantest.Scan(t, Scanner{}, name)
	if len(a.Apps) != len(b.Apps) || len(a.SecurityProducts) != len(b.SecurityProducts) || a.Devices[0].ID != b.Devices[0].ID || a.Apps[0].ID != b.Apps[0].ID {
		t.Errorf("%d and %d apps, %d and %d products", len(a.Apps), len(b.Apps), len(a.SecurityProducts), len(b.SecurityProducts))
	}
}

// Reports of real Macs, as far as they were published.
func TestRealShapes(t *testing.T) {
	for name, want := range map[string][2]string{"macos-system_profiler-SPApplications.json": {"Microsoft Edge", "UBF8T346G9"}, "macos-system_profiler-SPApplications.real-2018.plist": {"GoToMeeting", "GFNFVT632V"}} {
		file := filepath.Join("../../../../shared/corpus/dumps/shapes", name)
		if _, err := os.Stat(file); err != nil {
			t.Skipf("no %s", file)
		}
		inv := scantest.Scan(t, Scanner{}, file)
		if a := scantest.App(t, inv, want[0]); a.Team != want[1] || a.Distribution != "developer-id" || a.Version == "" {
			t.Errorf("%+v", a)
		}
	}
}

func TestNotRecognised(t *testing.T) {
	for _, content := range []string{`{"SPAplications": []}`, `[{"_dataType": "SPApplicationsDataType"}]`, mactest.List(t, mactest.Dict{"CFBundleIdentifier": "x"}), ""} {
		name := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if (Scanner{}).Recognise(scantest.Open(t, name)) {
			t.Errorf("%q is recognised", content)
		}
	}
}

func TestBroken(t *testing.T) {
	for name, content := range map[string]string{"cut": `{"SPApplicationsDataType" : [ {"_name": "A"`, "deep": `{"SPApplicationsDataType" : ` + strings.Repeat("[", 1000), "nothing": `{"SPAudioDataType" : []}`} {
		file := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		src := scantest.Open(t, file)
		if !(Scanner{}).Recognise(src) {
			t.Errorf("%s is not recognised", name)
		}
		if _, err := (Scanner{}).Scan(t.Context(), src); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	data, err := os.ReadFile("testdata/mac.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(mactest.List(f, []any{mactest.Dict{"_dataType": "SPApplicationsDataType", "_items": []any{mactest.Dict{"_name": "A", "signed_by": []any{"Developer ID Application: A (TEAM123456)"}}}}})))
	f.Fuzz(func(t *testing.T, data []byte) {
		sections, _, err := decode(data)
		if err != nil {
			return
		}
		c := &collector{inv: inventory.New(), named: map[string]int{}, src: nil}
		c.inv.Devices = []inventory.Device{{}}
		for _, items := range sections {
			for _, item := range items {
				c.app(item)
				c.extension(item)
				c.install(item)
				c.profiles(item)
				c.firewall(item)
				c.network(item)
				c.pane(item)
			}
		}
		if len(c.inv.Apps) > maxApps || len(c.inv.SecurityProducts) > maxProducts {
			t.Fatal("too much is kept")
		}
	})
}
