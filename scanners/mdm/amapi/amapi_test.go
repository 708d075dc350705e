package amapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/exporttest"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func TestGolden(t *testing.T) {
	for _, file := range []string{"list.json", "lines.ndjson", "sorted.json"} {
		scantest.GoldenFiles(t, New(), "testdata/"+file, 1)
	}
}

// deviceOf is the device with a serial number, or a name that ends so.
func deviceOf(t *testing.T, inv *inventory.Inventory, name string) *inventory.Device {
	t.Helper()
	at := slices.IndexFunc(inv.Devices, func(d inventory.Device) bool { return d.Serial == name || strings.HasSuffix(d.Name, name) })
	if at < 0 {
		t.Fatalf("no device %s among %d", name, len(inv.Devices))
	}
	return &inv.Devices[at]
}

func apps(inv *inventory.Inventory, device string) (out []string) {
	for _, a := range inv.Apps {
		if a.Device == device {
			out = append(out, a.Identifier)
		}
	}
	slices.Sort(out)
	return out
}

func gaps(inv *inventory.Inventory, device string) (out []string) {
	for _, g := range inv.Gaps {
		if g.Device == device {
			out = append(out, string(g.Kind))
		}
	}
	slices.Sort(out)
	return out
}

func TestDevices(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/list.json")
	managed, work, fresh := deviceOf(t, inv, "38161FDJH001AB"), deviceOf(t, inv, "77aa88bb99cc00dd"), deviceOf(t, inv, "0000000000000001")
	if managed.ID != inventory.DeviceID(inventory.Android, "38161FDJH001AB") {
		t.Error("a scan of the same phone has another ID")
	}
	m := managed.Management
	if m.Mode != "fully-managed" || m.Ownership != "organisation" || m.State != "ACTIVE" || !*m.Compliant || !*m.Encrypted || !*m.Passcode || *m.Tampered || m.EnrolledAt.Year() != 2025 {
		t.Errorf("%+v", m)
	}
	if managed.LastSeen.Day() != 19 || managed.SDK != 35 || managed.SecurityPatch != "2026-10-05" || managed.Properties["deviceSettings.unknownSourcesEnabled"] != "true" {
		t.Errorf("%+v", managed)
	}
	if got := apps(inv, managed.ID); !slices.Equal(got, []string{"Only a Name", "com.android.chrome", "com.android.systemui", "com.zhiliaoapp.musically"}) {
		t.Error(got)
	}
	if got := gaps(inv, managed.ID); !slices.Equal(got, []string{"malformed"}) {
		t.Error(got)
	}
	m = work.Management
	if m.Mode != "work-profile" || m.Ownership != "personal" || *m.Compliant || *m.Encrypted || m.Passcode != nil || !*m.Tampered || inventory.UsableSerial(work.Serial) != "" || work.ID == fresh.ID {
		t.Errorf("%+v", m)
	}
	if got := gaps(inv, work.ID); !slices.Equal(got, []string{"blind"}) {
		t.Error(got)
	}
	if fresh.Management.Mode != "work-profile-organisation" || fresh.LastSeen.Day() != 20 || !slices.Equal(gaps(inv, fresh.ID), []string{"blind", "empty"}) {
		t.Errorf("%+v %v", fresh, gaps(inv, fresh.ID))
	}
}

func TestApps(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/list.json")
	chrome, clip, ui, name := scantest.App(t, inv, "com.android.chrome"), scantest.App(t, inv, "com.zhiliaoapp.musically"), scantest.App(t, inv, "com.android.systemui"), scantest.App(t, inv, "Only a Name")
	const sum = "6f1ed002ab5595859014ebf0951522d9b2c3f5e4a7d60819203a4b5c6d7e8f90"
	if !chrome.System || !chrome.UpdatedSystem || !chrome.InstallerKnown || chrome.Installer != "com.android.vending" || chrome.VersionCode != 744410200 || !slices.Equal(chrome.Binaries, []string{sum}) ||
		len(chrome.Signers) != 1 || chrome.Signers[0].SHA1 != "38918a453d07199354f8b19af05ec6562ced5788" || chrome.Signers[0].SHA256 != "" || chrome.Signers[0].Verified {
		t.Errorf("%+v", chrome)
	}
	if clip.System || clip.Installer != "com.android.vending" || !slices.Equal(clip.Binaries, []string{sum}) || len(clip.Signers) != 1 || len(clip.Signers[0].SHA1) != 40 || clip.Name != "TikTok" {
		t.Errorf("%+v", clip)
	}
	if !ui.System || ui.UpdatedSystem || ui.InstallerKnown || !slices.Equal(ui.Flags, []string{"NOT_USER_FACING"}) {
		t.Errorf("%+v", ui)
	}
	if name.IdentifierKind != inventory.NameOnly {
		t.Errorf("%+v", name)
	}
}

// TestPersonal: nothing of the person, the network or the SIM is kept.
func TestPersonal(t *testing.T) {
	text, err := json.Marshal(scantest.Scan(t, New(), "testdata/list.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"356938035643809", "A1000031212", "3c:5a:b4", "33612345678", "89330112345678901234", "116893224", "parliament.example", "room 12"} {
		if bytes.Contains(text, []byte(s)) {
			t.Errorf("%q is nobody's business", s)
		}
	}
}

// TestBroken: a damaged line is told, and costs nothing else; damage inside of a record costs what is behind it.
func TestBroken(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/lines.ndjson")
	var serials []string
	for _, d := range inv.Devices {
		serials = append(serials, d.Serial)
	}
	slices.Sort(serials)
	if !slices.Equal(serials, []string{"S1", "S3", "S4"}) {
		t.Error(serials)
	}
	four := deviceOf(t, inv, "S4")
	if got := apps(inv, four.ID); !slices.Equal(got, []string{"org.example.four"}) || !slices.Equal(gaps(inv, four.ID), []string{"malformed"}) {
		t.Error(got, gaps(inv, four.ID))
	}
	var told []string
	for _, g := range scantest.Gaps(inv, inventory.GapMalformed) {
		if g.Device == "" {
			told = append(told, g.Samples...)
		}
	}
	if len(told) != 2 || !strings.HasPrefix(told[0], "line 2:") || !strings.HasPrefix(told[1], "line 5:") {
		t.Errorf("%q", told)
	}
}

func TestRecognise(t *testing.T) {
	for text, want := range map[string]bool{
		`{"devices":[{"name":"enterprises/a/devices/b"}]}`:                                              true,
		` {"name":"enterprises/a/devices/b"}`:                                                           true,
		`[{"managementMode":"DEVICE_OWNER","name":"enterprises/a/devices/b"}]`:                          true,
		`[{"applicationReports":[{"packageName":"a.b","applicationSource":"X"}]}]`:                      true,
		`[{"applicationReports":[{"displayName":"x","packageName":"a.b","userFacingType":"USER_FACING"`: true,
		`{"devices":[]}`: false,
		`{"devices":[{"name":"enterprises/a/policies/b"}]}`: false,
		`{"name":"enterprises/a/devices/b/c"}`:              false,
		`{"policies":[{"name":"enterprises/a/devices/b"}]}`: false,
		`{"devices":[{"deviceId":"1","name":"devices/1"}]}`: false,
		`name: enterprises/a/devices/b`:                     false,
		``:                                                  false,
	} {
		path := filepath.Join(t.TempDir(), "export")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := New().Recognise(scantest.Open(t, path)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// written writes a made export into a file, compressed if its name says so.
func written(t testing.TB, name string, devices, apps int) string {
	t.Helper()
	var b bytes.Buffer
	if err := exporttest.AMAPI(&b, devices, apps); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	if strings.HasSuffix(name, ".gz") {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		w.Write(data)
		w.Close()
		data = z.Bytes()
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMany: of a large export every device comes once, in its order, plain and compressed.
func TestMany(t *testing.T) {
	const devices = 1500
	for _, name := range []string{"devices.json", "devices.json.gz"} {
		src := scantest.Open(t, written(t, name, devices, 20))
		if !New().Recognise(src) {
			t.Fatal(name)
		}
		var ids []string
		listed, none := 0, 0
		rest, err := New().Split(context.Background(), []*source.Source{src}, func(p scanners.Part) error {
			inv := p()
			if len(inv.Devices) != 1 || inv.Devices[0].LastSeen == nil {
				t.Fatalf("%+v", inv.Devices)
			}
			ids = append(ids, inv.Devices[0].ID)
			if listed += len(inv.Apps); len(inv.Apps) == 0 {
				none++
			}
			return nil
		})
		if err != nil || len(rest.Gaps) > 0 || len(ids) != devices || none != devices/100 || listed < devices*13 {
			t.Errorf("%s: %d devices, %d apps, %d without, %+v, %v", name, len(ids), listed, none, rest.Gaps, err)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(ids)))) != devices {
			t.Error("two devices have one ID")
		}
	}
}

// TestStops: what is not wanted any more is not read.
func TestStops(t *testing.T) {
	src := scantest.Open(t, written(t, "devices.json", 50, 5))
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	_, err := New().Split(ctx, []*source.Source{src}, func(scanners.Part) error {
		if n++; n == 3 {
			cancel()
		}
		return ctx.Err()
	})
	if n != 3 || err == nil {
		t.Error(n, err)
	}
}

// TestCut: of an export that is cut off, compressed or not, what comes before its end is kept, and that it is cut is told.
func TestCut(t *testing.T) {
	for _, name := range []string{"devices.json", "devices.json.gz"} {
		path := written(t, name, 300, 20)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, whole[:len(whole)*3/4], 0o600); err != nil {
			t.Fatal(err)
		}
		inv, err := New().Scan(context.Background(), scantest.Open(t, path))
		if len(inv.Devices) < 200 || (err == nil) != (name == "devices.json") || err == nil && len(scantest.Gaps(inv, inventory.GapMalformed)) != 1 {
			t.Errorf("%s: %d devices, %v, %v", name, len(inv.Devices), inv.Gaps, err)
		}
	}
}

// FuzzFacts: whatever stands in a record, it is read to its end, and what comes out belongs to one device.
func FuzzFacts(f *testing.F) {
	for _, file := range []string{"list.json", "lines.ndjson", "sorted.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		if err := jsonstream.Elements(bytes.NewReader(data), options, func(e jsonstream.Element) error {
			if e.Err == nil {
				f.Add(e.Raw)
			}
			return nil
		}); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		inv := facts(&jsonstream.Element{Raw: raw, Line: 1}, "file")
		if len(inv.Devices) > 1 || len(inv.Devices) == 0 && (len(inv.Apps) > 0 || len(inv.Gaps) == 0) {
			t.Fatalf("%+v", inv)
		}
		for _, a := range inv.Apps {
			if a.Device != inv.Devices[0].ID || a.Identifier == "" || len(a.Signers) > maxCerts {
				t.Fatalf("%+v", a)
			}
		}
	})
}
