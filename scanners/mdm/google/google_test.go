package google

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

var samples = []string{"mobile.json", "identity.json", "browsers.json", "installed.json", "chromeos.json"}

func TestGolden(t *testing.T) {
	for _, file := range samples {
		scantest.GoldenFiles(t, New(), "testdata/"+file, 1)
	}
}

// named is the device that is called so.
func named(t *testing.T, inv *inventory.Inventory, name string) *inventory.Device {
	t.Helper()
	at := slices.IndexFunc(inv.Devices, func(d inventory.Device) bool { return d.Name == name })
	if at < 0 {
		t.Fatalf("no device %s", name)
	}
	return &inv.Devices[at]
}

func kinds(inv *inventory.Inventory, device string) (out []string) {
	for _, g := range inv.Gaps {
		if g.Device == device {
			out = append(out, string(g.Kind))
		}
	}
	slices.Sort(out)
	return out
}

func TestMobile(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/mobile.json")
	pixel, iphone, fresh := named(t, inv, "Pixel 8"), named(t, inv, "iPhone 15"), named(t, inv, "SM-A556B")
	if pixel.ID != inventory.DeviceID(inventory.Android, "38161FDJH001AB") || iphone.ID != inventory.DeviceID(inventory.IOS, "serial", "F2LXK0ABCD") || fresh.Serial != "" {
		t.Error("a scan of the same phone has another ID")
	}
	m := pixel.Management
	if m.Mode != "fully-managed" || !*m.Encrypted || !*m.Passcode || *m.Tampered || m.State != "APPROVED" || m.EnrolledAt == nil || pixel.LastSeen.Day() != 18 || pixel.SecurityPatch != "2025-10-05" ||
		pixel.OSVersion != "15" || pixel.Properties["unknownSourcesStatus"] != "true" {
		t.Errorf("%+v %+v", pixel, m)
	}
	if m = iphone.Management; *m.Encrypted || *m.Passcode || !*m.Tampered || iphone.OSVersion != "17.6.1" {
		t.Errorf("%+v %+v", iphone, m)
	}
	if m = fresh.Management; m.Mode != "work-profile" || m.Encrypted != nil || fresh.LastSeen != nil {
		t.Errorf("%+v %+v", fresh, m)
	}
	for id, want := range map[string][]string{pixel.ID: {"blind", "malformed"}, iphone.ID: {"empty"}, fresh.ID: {"empty", "stale-device"}} {
		if got := kinds(inv, id); !slices.Equal(got, want) {
			t.Errorf("%s: %v", id, got)
		}
	}
	clip := scantest.App(t, inv, "com.zhiliaoapp.musically")
	var asked []string
	for _, p := range clip.Permissions {
		asked = append(asked, p.Name)
	}
	if !slices.Equal(asked, []string{"android.permission.CAMERA", "android.permission.READ_CONTACTS", "com.example.OWN"}) || clip.VersionCode != 2024201030 || clip.InstallerKnown {
		t.Errorf("%+v", clip)
	}
	if len(inv.Apps) != 3 || scantest.App(t, inv, "Only a Name").IdentifierKind != inventory.NameOnly {
		t.Errorf("%d apps", len(inv.Apps))
	}
}

func TestIdentity(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/identity.json")
	pc, phone := named(t, inv, "PC-0042"), named(t, inv, "Pixel 8")
	if pc.Platform != inventory.Windows || pc.Management.Ownership != "organisation" || !*pc.Management.Encrypted || *pc.Management.Tampered || pc.OSVersion != "10.0.26100" {
		t.Errorf("%+v %+v", pc, pc.Management)
	}
	if phone.Management.Ownership != "personal" || *phone.Management.Encrypted || !*phone.Management.Tampered || phone.Properties["androidSpecificAttributes.ctsProfileMatch"] != "false" || phone.SecurityPatch != "2026-10-05" {
		t.Errorf("%+v %+v", phone, phone.Management)
	}
	if len(inv.Devices) != 2 || !slices.Equal(kinds(inv, pc.ID), []string{"empty"}) || len(scantest.Gaps(inv, inventory.GapUnsupported)) != 1 {
		t.Errorf("%+v", inv.Gaps)
	}
}

func TestBrowsers(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/browsers.json")
	pc, mac := named(t, inv, "PC-0042"), named(t, inv, "mac-07")
	if pc.ID != inventory.DeviceID(inventory.Windows, "serial", "ABC1234") || mac.ID != inventory.DeviceID(inventory.MacOS, "host-name", "mac-07") || pc.LastSeen.Day() != 16 {
		t.Errorf("%+v %+v", pc, mac)
	}
	docs, block := scantest.App(t, inv, "ghbmnnjooekpmoecnnnilnnbdlolhkhi"), scantest.App(t, inv, "cjpalhdlnbpafiamejdnhcphjbkeiagm")
	if len(docs.Installs) != 2 || docs.Installs[0].Profile == docs.Installs[1].Profile || docs.Installs[0].Source != "store" || len(docs.Permissions) != 1 || len(inv.Apps) != 2 {
		t.Errorf("%+v", docs)
	}
	if in := block.Installs[0]; in.Source != "policy" || in.State != "disabled" || in.Profile != "Profile 2" || in.User != "" {
		t.Errorf("%+v", in)
	}
	if !slices.Equal(kinds(inv, pc.ID), []string{"blind", "malformed"}) || !slices.Equal(kinds(inv, mac.ID), []string{"empty"}) {
		t.Errorf("%+v", inv.Gaps)
	}
}

func TestInstalled(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/installed.json")
	all := named(t, inv, "Google Workspace: all browsers")
	docs, clip := scantest.App(t, inv, "ghbmnnjooekpmoecnnnilnnbdlolhkhi"), scantest.App(t, inv, "com.zhiliaoapp.musically")
	if docs.DeviceCount != 420 || docs.Device != all.ID || len(docs.Permissions) != 2 || clip.DeviceCount != 2 || clip.IdentifierKind != inventory.AndroidPackage || len(inv.Apps) != 2 {
		t.Errorf("%+v %+v", docs, clip)
	}
	if !slices.Equal(kinds(inv, all.ID), []string{"blind", "malformed"}) {
		t.Errorf("%+v", inv.Gaps)
	}
}

func TestChromeOS(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/chromeos.json")
	if g := scantest.Gaps(inv, inventory.GapUnsupported); len(inv.Devices) != 0 || len(g) != 1 || g[0].Count != 2 {
		t.Errorf("%+v", inv)
	}
}

// TestPersonal: nothing of a person, an account or a SIM is kept.
func TestPersonal(t *testing.T) {
	for _, file := range samples {
		text, err := json.Marshal(scantest.Scan(t, New(), filepath.Join("testdata", file)))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"Member", "member", "mail.example", "356938035643809", "A1000031212", "3c5ab4010203", "Example Mobile", "Alex"} {
			if bytes.Contains(text, []byte(s)) {
				t.Errorf("%s: %q is nobody's business", file, s)
			}
		}
	}
}

func TestRecognise(t *testing.T) {
	for text, want := range map[string]bool{
		`{"resourceId":"a","lastSync":"2026-01-01T00:00:00Z"}`:                                 true,
		`[{"kind":"admin#directory#mobiledevice","deviceId":"1"}]`:                             true,
		`{"name":"devices/abc","deviceType":"IOS"}`:                                            true,
		`{"devices":[{"name":"devices/abc","lastSyncTime":"x"}]}`:                              true,
		`{"kind":"admin#directory#browserdevice","deviceId":"1","browsers":[{"profiles":[]}]}`: true,
		`[{"appId":"a","browserDeviceCount":"3"}]`:                                             true,
		`{"devices":[{"name":"enterprises/a/devices/b","state":"ACTIVE"}]}`:                    false,
		`{"devices":[{"name":"devices/abc"}]}`:                                                 false,
		`{"browsers":[{"name":"chrome"}]}`:                                                     false,
		`{"installedApps":[{"bundleIdentifier":"a"}]}`:                                         false,
		`{"value":[{"resourceId":"a","lastSync":"x"}]}`:                                        false,
		`{"devices":[]}`: false,
		`resourceId`:     false,
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

// TestLines: devices one a line and browsers by themselves: what is broken or not read is told, and the rest is read.
func TestLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "devices.ndjson")
	text := `{"kind":"admin#directory#mobiledevice","resourceId":"a","type":"ANDROID","model":"one"}
{"kind":"admin#directory#mobiledevice","resourceId":"b,"type":"ANDROID","model":"two"}
{"kind":"admin#directory#mobiledevice","resourceId":"c","type":"ANDROID","model":"three","applications":[{"packageName":"x.y"},{"packageName" "y.z"}]}
{"kind":"admin#directory#browserdevice","deviceId":"1","browsers":[{"profiles":[]}]}
{"kind":"admin#directory#mobiledevice","resourceId":"d","type":"GOOGLE_SYNC","model":"four"}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	inv, err := New().Scan(context.Background(), scantest.Open(t, path))
	if err != nil || len(inv.Devices) != 2 {
		t.Fatalf("%+v %v", inv.Devices, err)
	}
	if three := named(t, inv, "three"); !slices.Contains(kinds(inv, three.ID), "malformed") {
		t.Errorf("%+v", inv.Gaps)
	}
	var lost []string
	for _, g := range inv.Gaps {
		if g.Device == "" {
			lost = append(lost, string(g.Kind))
		}
	}
	if slices.Sort(lost); !slices.Equal(lost, []string{"malformed", "unsupported", "unsupported"}) {
		t.Errorf("%+v", inv.Gaps)
	}
}

// FuzzFacts: whatever stands in a record, it is read to its end, and what comes out belongs to one device.
func FuzzFacts(f *testing.F) {
	for _, file := range samples {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		_ = jsonstream.Elements(bytes.NewReader(data), options, func(e jsonstream.Element) error {
			f.Add(e.Raw)
			return nil
		})
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		e := &jsonstream.Element{Raw: raw, Line: 1}
		kindOf(e)
		counted(raw)
		for _, facts := range []func(*jsonstream.Element, string) *inventory.Inventory{mobileFacts, identityFacts, browserFacts} {
			inv := facts(e, "file")
			if len(inv.Devices) > 1 || len(inv.Devices) == 0 && (len(inv.Apps) > 0 || len(inv.Gaps) == 0) {
				t.Fatalf("%+v", inv)
			}
			for _, a := range inv.Apps {
				if a.Device != inv.Devices[0].ID || a.Identifier == "" {
					t.Fatalf("%+v", a)
				}
			}
		}
	})
}
