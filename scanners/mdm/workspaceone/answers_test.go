package workspaceone

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func together(t *testing.T, paths ...string) (*inventory.Inventory, error) {
	t.Helper()
	var srcs []*source.Source
	for _, p := range paths {
		src := scantest.Open(t, p)
		if !(Scanner{}).Recognise(src) {
			t.Fatalf("%s is not recognised", p)
		}
		srcs = append(srcs, src)
	}
	var found []*inventory.Inventory
	rest, err := Scanner{}.Split(context.Background(), srcs, func(p scanners.Part) error {
		found = append(found, p())
		return nil
	})
	return inventory.MergeAll(append(found, rest)), err
}

// TestAnswers: answers about the apps of one device each, named by its number, its UUID, or in a folder with its number, belong to the
// devices in the list beside them, in whatever order the files come.
func TestAnswers(t *testing.T) {
	inv, err := together(t, "testdata/answers/apps-101.json", "testdata/answers/103/apps.json", "testdata/answers/devices.json", "testdata/answers/device_7d0e5b1c-8a00-4e1f-9c22-0123456789ab_apps.json")
	if err != nil {
		t.Fatal(err)
	}
	scantest.Golden(t, inv, "testdata/answers.golden.json")
	if len(inv.Devices) != 3 || len(inv.Apps) != 3 || len(inv.Gaps) != 0 {
		t.Errorf("%d devices, %d apps, %v", len(inv.Devices), len(inv.Apps), inv.Gaps)
	}
	for _, d := range inv.Devices {
		if d.OSName == "" {
			t.Errorf("%s has a system without a name", d.Name)
		}
	}
}

// TestLostAnswer: an answer that no list of devices explains is an error, and says what to do.
func TestLostAnswer(t *testing.T) {
	if _, err := together(t, "testdata/answers/apps-101.json"); err == nil || !strings.Contains(err.Error(), "does not say of which") {
		t.Error(err)
	}
	list := filepath.Join(t.TempDir(), "devices.json")
	text := `{"Devices":[{"Id":{"Value":101},"SerialNumber":"A","Platform":"Apple","LastSeen":"2024-02-01T10:00:00","EnrollmentStatus":"Enrolled"},{"Id":{"Value":"apps"},"SerialNumber":"B","Platform":"Apple","LastSeen":"2024-02-01T10:00:00","EnrollmentStatus":"Enrolled"},{"Id":{"Value":102},"SerialNumber":"C","Platform":"Apple","LastSeen":"2024-02-01T10:00:00","EnrollmentStatus":"Enrolled"}]}`
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	two := filepath.Join(filepath.Dir(list), "101-102.json")
	answer, _ := os.ReadFile("testdata/answers/apps-101.json")
	if err := os.WriteFile(two, answer, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := together(t, list, two); err == nil || !strings.Contains(err.Error(), "several devices") {
		t.Error(err)
	}
}

// TestFirstWithout: devices without a list of apps, or with none told, hide no apps of those after them.
func TestFirstWithout(t *testing.T) {
	const rest = `"Platform":"Apple","LastSeen":"2024-02-01T10:00:00","EnrollmentStatus":"Enrolled"`
	for _, first := range []string{``, `,"DeviceApps":null`, `,"DeviceApps":[]`, `,"app_items":[]`} {
		many := strings.Repeat(`{"Id":{"Value":1},"SerialNumber":"",`+rest+first+`},`, 150)
		path := filepath.Join(t.TempDir(), "x.json")
		text := `{"Devices":[` + many + `{"Id":{"Value":2},"SerialNumber":"S2",` + rest + `,"DeviceApps":[{"ApplicationIdentifier":"com.zhiliaoapp.musically"}]}]}`
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		inv, err := together(t, path)
		if err != nil || len(inv.Devices) != 2 || len(inv.Apps) != 1 {
			t.Errorf("%q: %d devices, %d apps, %v", first, len(inv.Devices), len(inv.Apps), err)
		}
	}
}

// TestForms: devices with app_items and devices alone are of the form of all devices.
func TestForms(t *testing.T) {
	for _, name := range []string{"testdata/api-1-devices-2.json", "testdata/api-1-devices-3.json"} {
		scantest.Golden(t, scantest.Scan(t, Scanner{}, name), name+".golden.json")
	}
}
