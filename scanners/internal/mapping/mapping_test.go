package mapping

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

const begin = "mapping: quaestor.mapping/1\nname: list\nformat: csv\n"

// TestParseRefuses: what a mapping says wrong is told with what may stand there instead.
func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"": "it is empty",
		"mapping: quaestor.mapping/1\nname: x\nformats: csv\n":                                                `line 3: there is no key "formats" here; did you mean "format"?`,
		"mapping: other/1\nname: x\nformat: csv\ndevice: {platform: P, id: I}":                                "write mapping: quaestor.mapping/1",
		begin + "device: {platform: P}\napp: {name: N}\n":                                                     "which column tells devices apart",
		begin + "device: {platform: P, id: I}\napp: {version: V}\n":                                           "which column is the identifier or the name",
		begin + "device: {platform: P, id: I}\napp: {identifier: B}\n":                                        "identifier and kind belong together",
		begin + "device: {platform: P, id: I}\napp: {identifier: B, kind: {value: ios-bundel}}\n":             `"ios-bundel" is none of its values; did you mean "ios-bundle"?`,
		begin + "device: {platform: {value: window}, id: I}\n":                                                `device.platform: "window" is none of its values; did you mean "windows"?`,
		begin + "device: {platform: {column: P, values: {x: y}}, id: I}\n":                                    `device.platform: "y" is none of its values`,
		begin + "device: {platform: P, id: I, id: J}\n":                                                       `"id" stands here twice`,
		begin + "device: {platform: P, id: I, last_seen: {column: L, formats: [D.M.]}}\n":                     "has no year, month or day",
		begin + "device: {platform: P, id: I, last_seen: {column: L, zone: Middle/Earth}}\n":                  `there is no zone "Middle/Earth"`,
		begin + "device: {platform: P, id: I, name: {column: L, zone: UTC}}\n":                                "formats and zone are for times",
		begin + "device: {platform: P, id: {column: C, value: V}}\n":                                          "name a column, or a value for every row",
		begin + "device: {platform: P, id: &a I, name: *a}\n":                                                 "anchors and aliases are not read",
		begin + "list: x\ndevice: {platform: P, id: I}\n":                                                     "list and apps are for JSON",
		begin + "device: {platform: P, id: I}\napp: {name: N, devices: D}\n":                                  "app.devices is for exports that do not say which devices",
		"mapping: quaestor.mapping/1\nname: x\nformat: json\ndevice: {platform: a..b, id: I}\napp: {name: n}": `the path "a..b" has a step without a name`,
	} {
		_, err := Parse("m.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func parse(t testing.TB, text string) *Map {
	t.Helper()
	m, err := Parse("m.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// readExport reads an export by a mapping.
func readExport(t testing.TB, mapping, export string) (*inventory.Inventory, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "export")
	if err := os.WriteFile(path, []byte(export), 0o600); err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	rest, err := Split(context.Background(), "test", []Export{{Source: scantest.Open(t, path), Map: parse(t, mapping)}}, func(p scanners.Part) error {
		inv.Merge(p())
		return nil
	})
	inv.Merge(rest)
	inv.Sort()
	return inv, err
}

// TestAnyOrder: rows of one device need not stand together, and a broken one costs itself alone.
func TestAnyOrder(t *testing.T) {
	mapping := begin + "device: {platform: OS, serial: Serial}\napp: {identifier: Bundle, kind: {value: auto}, name: App}\n"
	inv, err := readExport(t, mapping, "Serial,OS,Bundle,App\nS1,iOS 17,a.b,AB\nS2,Android 14,c.d,CD\nS1,iOS,e.f,EF\nS3,\"iOS\nS1,iOS,a.b,AB\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range inv.Apps {
		d := inv.Devices[slices.IndexFunc(inv.Devices, func(d inventory.Device) bool { return d.ID == a.Device })]
		got = append(got, fmt.Sprint(d.Serial, " ", a.IdentifierKind, " ", a.Identifier))
	}
	slices.Sort(got)
	if want := []string{"S1 ios-bundle a.b", "S1 ios-bundle e.f", "S2 android-package c.d"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	bad := scantest.Gaps(inv, inventory.GapMalformed)
	if len(bad) != 1 || bad[0].Count != 1 || !strings.Contains(bad[0].Samples[0], "line 5:") {
		t.Errorf("gaps %+v", bad)
	}
}

const jsonMap = "mapping: quaestor.mapping/1\nname: list\nformat: json\nlist: data.hosts\napps: inv.apps\ndevice: {platform: os.name, hardware_id: hw, name: 'host\\.name'}\napp: {name: n, version: [v, ver], installed: {column: state, is: [ok]}}\n"

// TestJSON: paths, names with dots, several places for a value, lists of apps, and what is broken.
func TestJSON(t *testing.T) {
	inv, err := readExport(t, jsonMap, `{"count":2,"data":{"hosts":[
{"hw":"0d1e2f30-0000-4000-8000-00000000000a","host.name":"mac-1","os":{"name":"macOS"},"inv":{"apps":[{"n":"One","ver":"1","v":"2","state":"ok"},{"n":"Gone","v":"1","state":"removed"}]}},
{"hw":"x","host.name":"bad","os":{"name":"macOS"} "inv":{"apps":[]}},
{"hw":"","host.name":"pc-2","os":{"name":"Windows 11"},"inv":{"apps":[{"n":"Two","ver":3,"state":"OK"},7]}}
]}}`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range inv.Apps {
		got = append(got, a.Name+" "+a.Version)
	}
	slices.Sort(got)
	if want := []string{"One 2", "Two 3"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	var ids []string
	for _, d := range inv.Devices {
		ids = append(ids, d.ID)
	}
	want := []string{inventory.DeviceID(inventory.MacOS, "uuid", "0d1e2f30-0000-4000-8000-00000000000a"), inventory.DeviceID(inventory.Windows, "host-name", "pc-2")}
	slices.Sort(ids)
	slices.Sort(want)
	if !reflect.DeepEqual(ids, want) {
		t.Errorf("devices %q, want %q", ids, want)
	}
	if bad := scantest.Gaps(inv, inventory.GapMalformed); len(bad) != 2 {
		t.Errorf("gaps %+v", bad)
	}
}

// TestNothing: a mapping that finds nothing is an error, never an empty answer.
func TestNothing(t *testing.T) {
	csv := begin + "device: {platform: OS, serial: Serial}\napp: {name: App}\n"
	for _, c := range []struct{ mapping, export, want string }{
		{csv, "Serial,OS,Application\nS1,iOS,x\n", `app.name: "App"`},
		{csv, "Serial,OS,App\n", "holds not one row"},
		{csv, "Serial,OS,App\nS1,BeOS,x\n,iOS,y\n", "of 2 rows and elements"},
		{csv, `{"a":1}`, "the export is JSON"},
		{jsonMap, `{"hosts":[{"hw":"1"}]}`, "the export lacks members"},
		{jsonMap, `{"data":{"host":[]}}`, "the export lacks"},
		{jsonMap, `{"data":{"hosts":[]}}`, "the export lacks a list"},
		{jsonMap, "a,b\n1,2\n", "the export is no JSON"},
	} {
		inv, err := readExport(t, c.mapping, c.export)
		if err == nil || !strings.Contains(err.Error(), c.want) || len(inv.Devices) > 0 {
			t.Errorf("%q: %v, %d devices; want %q", c.export, err, len(inv.Devices), c.want)
		}
	}
}

// TestCounts: an export that counts devices is told of as such.
func TestCounts(t *testing.T) {
	inv, err := readExport(t, begin+"device: {platform: OS}\napp: {name: App, devices: Installs}\n", "App;OS;Installs\nOne;Windows;120\nTwo;macOS;3\nOne;Windows;5\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Devices) != 2 || len(inv.Apps) != 2 || len(scantest.Gaps(inv, inventory.GapBlind)) != 2 {
		t.Fatalf("%d devices, %d apps, %+v", len(inv.Devices), len(inv.Apps), inv.Gaps)
	}
	for _, a := range inv.Apps {
		if want := map[string]int{"One": 125, "Two": 3}[a.Name]; a.DeviceCount != want {
			t.Errorf("%s: %d devices", a.Name, a.DeviceCount)
		}
	}
}

func TestMoments(t *testing.T) {
	for _, c := range []struct{ form, zone, text, want string }{
		{"", "", "2024-02-01T10:00:00.123+01:00", "2024-02-01T09:00:00Z"},
		{"", "Europe/Brussels", "2024-07-01 10:00:00", "2024-07-01T08:00:00Z"},
		{"", "", "2024-02-01 10:00:00.5", "2024-02-01T10:00:00Z"},
		{"", "", "03/04/2024", ""},
		{"M/D/YYYY h:mm:ss A", "", "3/4/2024 1:02:03 PM", "2024-03-04T13:02:03Z"},
		{"DD MMM YYYY", "+02:00", "04 Mar 2024", "2024-03-03T22:00:00Z"},
		{"unix", "", "1709542923", "2024-03-04T09:02:03Z"},
		{"unix-ms", "", "1709542923000", "2024-03-04T09:02:03Z"},
		{"unix", "", "NaN", ""},
		{"unix", "", "-5", ""},
	} {
		layouts := defaults
		if c.form != "" {
			l, err := layout(c.form)
			if err != nil {
				t.Fatal(err)
			}
			layouts = []string{l}
		}
		loc, err := zone(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := moment(c.text, layouts, loc); got != c.want {
			t.Errorf("%q as %q in %q: %q, want %q", c.text, c.form, c.zone, got, c.want)
		}
	}
}

// TestSerials: what many devices have is no serial number.
func TestSerials(t *testing.T) {
	for text, want := range map[string]string{" S1 ": "S1", "0": "", "0000-0000": "", "To Be Filled By O.E.M.": "", "System Serial Number": "", "N/A": "", "": "", "X10": "X10"} {
		if got := inventory.UsableSerial(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestVersions: an app that is there twice is kept twice, under identifiers that do not depend on the order of the rows.
func TestVersions(t *testing.T) {
	mapping := begin + "device: {platform: OS, serial: Serial}\napp: {name: App, version: V}\n"
	var before []inventory.App
	for _, rows := range []string{"S,Windows,Tool,1\nS,Windows,Tool,2\nS,Windows,tool,1\n", "S,Windows,Tool,2\nS,Windows,Tool,1\n"} {
		inv, err := readExport(t, mapping, "Serial,OS,App,V\n"+rows)
		if err != nil {
			t.Fatal(err)
		}
		for i := range inv.Apps {
			inv.Apps[i].Origins = nil
		}
		if len(inv.Apps) != 2 || before != nil && !reflect.DeepEqual(before, inv.Apps) {
			t.Errorf("%+v, and before %+v", inv.Apps, before)
		}
		before = inv.Apps
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"../../mdm/mapped/maps/*.yaml", "../../mdm/mapped/testdata/*.yaml"} {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if m, err := Parse("m", text); err == nil {
			m.Fits([]byte("a,b\n1,2\n"))
			m.Fits([]byte(`{"a":[{"b":1}]}`))
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add("Serial,OS,Bundle,App\nS1,iOS 17,a.b,AB\n")
	f.Add(`{"data":{"hosts":[{"hw":"1","host.name":"m","os":{"name":"macOS"},"inv":{"apps":[{"n":"One","ver":"1","v":"2","state":"ok"}]}}]}}`)
	csv := begin + "device: {platform: OS, serial: Serial, last_seen: {column: Seen, optional: true}}\napp: {identifier: Bundle, kind: {value: auto}, name: App}\n"
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range []string{csv, jsonMap} {
			inv, err := readExport(t, m, text)
			if err == nil && len(inv.Devices) == 0 && len(inv.Gaps) == 0 {
				t.Errorf("neither facts nor gaps nor an error")
			}
		}
	})
}
