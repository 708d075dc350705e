package jamf

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// samples are the files of testdata.
func samples(t testing.TB) []string {
	var out []string
	for _, pattern := range []string{"testdata/*.json", "testdata/*.xml", "testdata/*.csv"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		out = append(out, files...)
	}
	return slices.DeleteFunc(out, func(name string) bool { return strings.HasSuffix(name, ".golden.json") })
}

func TestGolden(t *testing.T) {
	for _, name := range samples(t) {
		scantest.GoldenFiles(t, New(), name, 1)
	}
}

func device(t *testing.T, inv *inventory.Inventory, name string) *inventory.Device {
	t.Helper()
	at := slices.IndexFunc(inv.Devices, func(d inventory.Device) bool { return d.Name == name })
	if at < 0 {
		t.Fatalf("no device %s", name)
	}
	return &inv.Devices[at]
}

// about says of a device what the tables of the tests compare.
func about(d *inventory.Device) string {
	m, seen := d.Management, ""
	if d.LastSeen != nil {
		seen = d.LastSeen.Format(time.DateOnly)
	}
	b := func(p *bool) string { return map[bool]string{true: "-", false: truth(p)}[p == nil] }
	return fmt.Sprint(d.Platform, " ", d.OSName, " ", d.OSVersion, " ", d.Model, " ", d.Serial, " ", seen, " ", m.Mode, " ", m.Ownership, " ", b(m.Encrypted), " ", b(m.Passcode), " ", b(m.Tampered))
}

func TestDevices(t *testing.T) {
	for _, c := range []struct{ file, name, want, id string }{
		{"computers-inventory.json", "mac-9", "macos macOS 15.6 Mac14,2 C02ABCDE 2026-02-15 supervised organisation true - -", hostroot.MacID("4A5B6C7D-0000-1111-2222-333344445555")},
		{"computers-inventory.json", "mac-10", "macos macOS    2026-02-15 supervised organisation - - -", hostroot.MacID("5A5B6C7D-0000-1111-2222-333344445555")},
		{"mobile-devices.json", "iPad 7", "ios iPadOS 18.6 iPad15,7 DMPXYZ34CD 2026-04-09 supervised organisation true true false", inventory.DeviceID(inventory.IOS, "00008120001c1d8136500032")},
		{"mobile-devices.json", "Phone of a member", "ios iOS 18.5 iPhone14,5 F2LXYZ12AB 2026-04-10 user-enrolment personal - false true", inventory.DeviceID(inventory.IOS, "00008110001a2c3e0e12801e")},
		{"computers.xml", "mac-1", "macos macOS 14.7 MacBookPro16,1 C02ABCDE 2026-02-15 device-enrolment  - - -", hostroot.MacID("4A5B6C7D-0000-1111-2222-333344445555")},
		{"mobile-device.xml", "iPad 8", "ios iPadOS 17.7 iPad7,11 DMPOLD 2026-02-15 supervised organisation true true false", inventory.DeviceID(inventory.IOS, "0dad565fb40b010a9e490440188063a378721069")},
		{"advanced-search.xml", "mac-4", "macos macOS 15.5  C02SEARCH 2026-02-21   - - -", hostroot.MacID("6A5B6C7D-0000-1111-2222-333344445555")},
		{"classic.json", "mac-5", "macos macOS 15.1 Mac14,2 C02JSON 2026-02-15   - - -", hostroot.MacID("7A5B6C7D-0000-1111-2222-333344445555")},
		{"apps.csv", "mac-1", "macos macOS 15.6 Mac14,2 C02ABCDE 2026-02-15   - - -", inventory.DeviceID(inventory.MacOS, "serial", "C02ABCDE")},
		{"apps.csv", "mac-2", "macos macOS 14.7 MacBookPro16,1 C02FGHIJ 2026-02-13   - - -", inventory.DeviceID(inventory.MacOS, "serial", "C02FGHIJ")},
		{"mobile.csv", "iPad 7", "ios iPadOS 18.6 iPad15,7 DMPXYZ34CD 2026-04-09 supervised  - true false", inventory.DeviceID(inventory.IOS, "00008120001c1d8136500032")},
	} {
		d := device(t, scantest.Scan(t, New(), "testdata/"+c.file), c.name)
		if got := about(d); got != c.want || d.ID != c.id {
			t.Errorf("%s: got  %s\nwant %s (%v)", c.file, got, c.want, d.ID == c.id)
		}
	}
}

func TestComputer(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/computers-inventory.json")
	var got []string
	for _, a := range inv.Apps {
		got = append(got, fmt.Sprint(a.IdentifierKind, " ", a.Identifier, " ", a.Version, " ", a.Distribution, " ", a.Paths, " ", a.Presence))
	}
	slices.Sort(got)
	want := []string{"macos-bundle com.apple.iWork.Pages 14 app-store [/Applications/Pages.app] ", "macos-bundle com.apple.mail 16 system [/System/Applications/Mail.app] ",
		"macos-bundle com.tinyspeck.slackmacgap 4.30  [~/Applications/Slack.app] ", "macos-bundle com.tinyspeck.slackmacgap 4.37  [/Applications/Slack.app] ", "macos-receipt us.zoom.pkg.videomeeting   [] trace",
		"name Old.plugin 1.2  [/Library/Internet Plug-Ins/Old.plugin] ", "name Script App 1  [/Applications/Script App.app] "}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var products []string
	for _, p := range inv.SecurityProducts {
		products = append(products, p.Kind+" "+p.Identifier+" "+p.State+" "+p.Version)
	}
	slices.Sort(products)
	if want := []string{"built-in com.apple.XProtect installed 5272", "built-in com.apple.alf off ", "built-in com.apple.gatekeeper on ", "launch-daemon com.teamviewer.teamviewer_service running "}; !slices.Equal(products, want) {
		t.Errorf("%q", products)
	}
	if len(inv.Profiles) != 2 || len(inv.Certificates) != 0 {
		t.Errorf("%+v", inv.Profiles)
	}
	for _, p := range inv.Profiles {
		if rules := p.Identifier == "org.example.rules"; rules != p.Fixed || rules != (p.User == inventory.UnnamedUser) || rules != (p.InstalledAt != nil) {
			t.Errorf("%+v", p)
		}
	}
	if g := scantest.Gaps(inv, inventory.GapEmpty); len(g) != 1 || g[0].Device != device(t, inv, "mac-10").ID {
		t.Errorf("%+v", g)
	}
	if g := scantest.Gaps(inv, inventory.GapMalformed); len(g) != 1 || g[0].Count != 1 {
		t.Errorf("%+v", g)
	}
}

// TestMode: how a device is managed, by whatever words the export has for it.
func TestMode(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		r    record
		want string
	}{
		{record{managed: &yes, supervised: &yes, ownership: "Institutional"}, "supervised organisation"},
		{record{managed: &yes, supervised: &no, automated: &yes}, "device-enrolment organisation"},
		{record{managed: &yes, ownership: "UserEnrollment"}, "user-enrolment personal"},
		{record{managed: &yes, method: "Account-Driven User Enrollment"}, "user-enrolment personal"},
		{record{managed: &yes, ownership: "Personal (Personal Device Profile)"}, "user-enrolment personal"},
		{record{managed: &no, supervised: &yes}, "unmanaged "},
		{record{}, " "},
	} {
		m := c.r.inventory(inventory.Origin{}).Devices[0].Management
		if got := m.Mode + " " + m.Ownership; got != c.want {
			t.Errorf("%+v: %s", c.r, got)
		}
	}
}

func TestManaged(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/mobile-devices.json")
	for id, want := range map[string]string{"org.example.votes": "[managed]", "com.zhiliaoapp.musically": "[]"} {
		if got := fmt.Sprint(scantest.App(t, inv, id).Flags); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
}

// TestDamage: what is broken is told with its line, and the devices around it are read.
func TestDamage(t *testing.T) {
	whole, err := os.ReadFile("testdata/computers.xml")
	if err != nil {
		t.Fatal(err)
	}
	cutOff := bytes.Replace(whole, []byte("</computer>\n</computers>"), nil, 1)
	twice := bytes.Replace(whole, []byte("<software><applications></software></computer>"), nil, 1)
	list, err := os.ReadFile("testdata/computers-inventory.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text    []byte
		devices int
		samples []string
	}{
		"element":  {whole, 2, []string{"line 14"}},
		"cut off":  {cutOff, 1, []string{"line 14", "line 15: the file ends in the middle"}},
		"no end":   {twice, 2, []string{"line 14: it is damaged: another device begins"}},
		"json cut": {list[:len(list)-300], 1, []string{"the file ends in the middle"}},
		"csv":      {utf8Of(t, "testdata/apps.csv"), 3, []string{"line 4", "line 7: the row names no device"}},
	} {
		inv := scantest.Scan(t, New(), write(t, c.text))
		var samples []string
		for _, g := range scantest.Gaps(inv, inventory.GapMalformed) {
			samples = append(samples, g.Samples...)
		}
		all := strings.Join(samples, " | ")
		missing := slices.ContainsFunc(c.samples, func(s string) bool { return !strings.Contains(all, s) })
		if len(inv.Devices) != c.devices || missing {
			t.Errorf("%s: %d devices, %s", name, len(inv.Devices), all)
		}
	}
}

// utf8Of is a file of UTF-16 as UTF-8.
func utf8Of(t testing.TB, name string) []byte {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []rune
	for i := 2; i+1 < len(data); i += 2 {
		out = append(out, rune(data[i])|rune(data[i+1])<<8)
	}
	return []byte(string(out))
}

func write(t testing.TB, text []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "export")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestPersonal: nothing of a person, a network or a subscription is kept, and no key or extension attribute.
func TestPersonal(t *testing.T) {
	for _, name := range samples(t) {
		text, err := json.Marshal(scantest.Scan(t, New(), name))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"annaexample", "Anna", "anna@", "4930123456", "555-555", "10.9.8.7", "192.0.2.7", "aa:bb:cc", "105109", "8991101", "VU5MT0NL", "dGVzdCB0", "airpw", "EAVALUE", "EA secret", "mgmtuser", "Example\"", "15128145868"} {
			if bytes.Contains(text, []byte(word)) {
				t.Errorf("%s: %q is kept", name, word)
			}
		}
	}
}

func TestTimes(t *testing.T) {
	for text, want := range map[string]string{"2026-02-15 at 2:07 PM": "2026-02-15T14:07:00Z", "02/15/2026 at 2:07 PM": "2026-02-15T14:07:00Z", "15/02/2026 14:07:00": "2026-02-15T14:07:00Z", "03/04/2026 at 2:07 PM": "unclear",
		"03/03/2026 at 2:07 PM": "2026-03-03T14:07:00Z", "1970-01-01T00:00:00Z": "", "yesterday": "illegible", "": ""} {
		var r record
		var at time.Time
		r.when(&at, text)
		got := ""
		switch {
		case len(r.unclear) > 0:
			got = "unclear"
		case len(r.illegible) > 0:
			got = "illegible"
		case !at.IsZero():
			got = at.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestForeign: what other systems export is not taken for an export of Jamf Pro.
func TestForeign(t *testing.T) {
	for _, text := range []string{`{"results":[{"id":1,"name":"x"}]}`, `{"computers":[{"id":1,"name":"x"}]}`, `{"computer":{"general":{"name":"x"}}}`, `<computers><computer><name>x</name></computer></computers>`,
		"Device name,Serial number,Application Name\nx,y,z\n", "Computer Name,Owner\nx,y\n", `[{"id":1,"udid":"x"}]`, "", "<html></html>"} {
		if New().Recognise(scantest.Open(t, write(t, []byte(text)))) {
			t.Errorf("%q is taken for an export", text)
		}
	}
}

// TestHostile: very many apps of a device, and a device that is too large, end in a gap.
func TestHostile(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("Computer Name,Jamf Pro Computer ID,Application Title\n")
	for i := range maxFacts + 5 {
		fmt.Fprintf(&b, "mac,1,app %d\n", i)
	}
	inv := scantest.Scan(t, New(), write(t, b.Bytes()))
	if g := scantest.Gaps(inv, inventory.GapLimit); len(inv.Apps) != maxFacts || len(g) != 1 || g[0].Count != 5 {
		t.Errorf("%d apps, %+v", len(inv.Apps), g)
	}
	large := "<computers><size>2</size><computer><general><id>1</id><serial_number>A</serial_number><name>" + strings.Repeat("x<b/>", maxPiece/4) + "</name></general></computer><computer><general><id>2</id><serial_number>B</serial_number></general></computer></computers>"
	inv = scantest.Scan(t, New(), write(t, []byte(large)))
	if g := scantest.Gaps(inv, inventory.GapLimit); len(inv.Devices) != 1 || inv.Devices[0].Serial != "B" || len(g) != 1 {
		t.Errorf("%d devices, %+v", len(inv.Devices), inv.Gaps)
	}
}

// TestSeveral: files of one run are read together, and a device is told where it lies.
func TestSeveral(t *testing.T) {
	var srcs []*source.Source
	for _, name := range samples(t) {
		srcs = append(srcs, scantest.Open(t, name))
	}
	devices := 0
	_, err := New().Split(context.Background(), srcs, func(p scanners.Part) error {
		for _, d := range p().Devices {
			if devices++; len(d.Origins) != 1 || !slices.ContainsFunc(srcs, func(s *source.Source) bool { return s.Name() == d.Origins[0].Path }) {
				t.Errorf("%+v", d.Origins)
			}
		}
		return nil
	})
	if err != nil || devices != 13 {
		t.Errorf("%d devices, %v", devices, err)
	}
}

// FuzzScan: no input makes the scanner panic, and every device that comes out has an identifier.
func FuzzScan(f *testing.F) {
	for _, name := range samples(f) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		src := scantest.Open(t, write(t, data))
		New().Recognise(src)
		inv, _ := New().Scan(context.Background(), src)
		for _, d := range inv.Devices {
			if d.ID == "" || d.Platform == "" {
				t.Fatalf("%+v", d)
			}
		}
	})
}
