package osquery

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// cut splits files as a run does: "device: app app", in the order in which they come.
func cut(t *testing.T, files ...string) (devices []string, rest *inventory.Inventory) {
	t.Helper()
	var srcs []*source.Source
	for _, text := range files {
		srcs = append(srcs, scantest.Open(t, write(t, text)))
		if !New().Recognise(srcs[len(srcs)-1]) {
			t.Fatalf("not recognised: %.200s", text)
		}
	}
	rest, err := New().Split(context.Background(), srcs, func(p scanners.Part) error {
		inv := p()
		for _, d := range inv.Devices {
			var apps []string
			for _, a := range inv.Apps {
				if a.Device == d.ID {
					apps = append(apps, strings.TrimSpace(a.Identifier+" "+a.Version))
				}
			}
			slices.Sort(apps)
			devices = append(devices, d.Name+": "+strings.Join(apps, ", "))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return devices, rest
}

func same(t *testing.T, name string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}

func removed(line string) string {
	return strings.Replace(line, `"action":"added"`, `"action":"removed"`, 1)
}

// TestRotated: lines of several computers in several files, the newest first, are put in order.
func TestRotated(t *testing.T) {
	newer := removed(program("A", 5, "One")) + program("b", 6, "Four")
	older := program("b", 0, "Three") + program("a", 0, "One") + program("a", 1, "Two")
	got, rest := cut(t, newer, older)
	same(t, "rotated", got, "a: Two 1", "b: Four 1, Three 1")
	if len(rest.Gaps) > 0 {
		t.Errorf("%+v", rest.Gaps)
	}
}

// TestWrapped: lines in what other systems put around them.
func TestWrapped(t *testing.T) {
	one := strings.TrimSpace(program("a", 0, "One"))
	text, _ := json.Marshal(one)
	coded := base64.StdEncoding.EncodeToString([]byte(one))
	for name, body := range map[string]string{
		"as it is":                    one,
		"an array":                    "[" + one + "]",
		"the body of the TLS logger":  `{"node_key":"k","log_type":"result","data":[` + one + `]}`,
		"without line breaks":         one + strings.TrimSpace(removed(program("a", 1, "Two"))),
		"Splunk, raw":                 `{"preview":false,"offset":0,"result":{"_raw":` + string(text) + `,"host":"x"}}`,
		"Splunk, HEC":                 `{"event":` + one + `,"host":"x","time":1}`,
		"Elastic":                     `{"_index":"i","_source":` + one + `}`,
		"Filebeat":                    `{"@timestamp":"x","host":{"name":"h"},"message":` + string(text) + `}`,
		"Kinesis":                     `{"Records":[{"SequenceNumber":"1","Data":"` + coded + `"}]}`,
		"Lambda":                      `{"Records":[{"kinesis":{"data":"` + coded + `"}}]}`,
		"Fleet's report of a query":   `{"query_id":1,"results":[{"host_id":1,"host_name":"a","last_fetched":"2026-01-02T03:04:05Z","columns":{"name":"One","version":"1","identifying_number":"","install_location":"","uninstall_string":""}}]}`,
		"spread, with a mark":         "\ufeff" + strings.ReplaceAll(one, ",", ",\r\n "),
		"a snapshot that begins long": `{"snapshot":[{"name":"One","version":"1","identifying_number":"","uninstall_string":"` + strings.Repeat("x", 300_000) + `"}],"action":"snapshot","name":"p","hostIdentifier":"a","unixTime":1}`,
	} {
		got, _ := cut(t, body+"\n")
		same(t, name, got, "a: One 1")
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		w.Write([]byte(body))
		w.Close()
		got, _ = cut(t, z.String())
		same(t, name+", compressed", got, "a: One 1")
	}
}

// TestOneName: two computers of one name are told apart by their hardware.
func TestOneName(t *testing.T) {
	with := func(line, uuid string) string {
		return strings.Replace(line, "{", `{"decorations":{"host_uuid":"`+uuid+`","username":"eve"},`, 1)
	}
	const first, second = "4C4C4544-0042-3510-8052-B4C04F4A4D32", "11111111-2222-3333-4444-555555555555"
	inv := scantest.Scan(t, New(), write(t, with(program("pc", 0, "One"), first)+with(program("pc", 0, "Two"), second)+program("pc", 0, "Three")))
	if len(inv.Devices) != 2 || len(inv.Apps) != 3 || inv.Devices[0].ID == inv.Devices[1].ID {
		t.Errorf("%+v", inv.Devices)
	}
	if a, b := scantest.App(t, inv, "One"), scantest.App(t, inv, "Three"); a.Device != b.Device || a.Device != inventory.DeviceID(inventory.Windows, "host-name", "pc") {
		t.Errorf("%s %s", a.Device, b.Device)
	}
}

// TestBrokenLine: a line that is damaged, or none, is told with its number, and the rest is read.
func TestBrokenLine(t *testing.T) {
	got, rest := cut(t, program("a", 0, "One")+`{"name":"programs","hostIdentifier":"a","colu`+"\n"+program("a", 1, "Two")+`{"level":"info"}`+"\n"+program("b", 0, "Three"))
	same(t, "broken", got, "a: One 1, Two 1", "b: Three 1")
	gaps := scantest.Gaps(rest, inventory.GapMalformed)
	if len(gaps) != 1 || gaps[0].Count != 2 || !strings.HasPrefix(gaps[0].Samples[0], "line 2:") || !strings.HasPrefix(gaps[0].Samples[1], "line 4:") {
		t.Errorf("%+v", gaps)
	}
}

// TestGoneBefore: a row that goes and never came says that the log began later.
func TestGoneBefore(t *testing.T) {
	inv := scantest.Scan(t, New(), write(t, program("a", 0, "One")+removed(program("a", 1, "Two"))))
	gaps := scantest.Gaps(inv, inventory.GapBlind)
	if len(gaps) != 1 || gaps[0].Device != inv.Devices[0].ID || len(inv.Apps) != 1 || inv.Devices[0].LastSeen.Unix() != 1 {
		t.Errorf("%+v %+v", gaps, inv.Devices)
	}
}

// TestUnread: lines of tables that are not read are counted, and tell that the computer was there.
func TestUnread(t *testing.T) {
	inv := scantest.Scan(t, New(), write(t, program("a", 0, "One")+`{"name":"p","hostIdentifier":"a","unixTime":99,"columns":{"cmdline":"x","uid":"1"},"action":"added"}`+"\n"))
	gaps := scantest.Gaps(inv, inventory.GapSkipped)
	if len(gaps) != 1 || !slices.Equal(gaps[0].Samples, []string{"p: 1 rows"}) || inv.Devices[0].LastSeen.Unix() != 99 {
		t.Errorf("%+v %+v", gaps, inv.Devices)
	}
}

func TestFleetHosts(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/fleet-hosts.json")
	if len(inv.Devices) != 5 {
		t.Fatalf("%d devices", len(inv.Devices))
	}
	of := func(name string) *inventory.Device {
		return &inv.Devices[slices.IndexFunc(inv.Devices, func(d inventory.Device) bool { return d.Name == name })]
	}
	mac, phone := of("mac-1"), of("Ana's iPhone")
	if mac.LastSeen.Day() != 20 || mac.Management.EnrolledAt.Year() != 2025 || !*mac.Management.Encrypted || mac.Management.Mode != "device-enrolment" || mac.Management.State != "On (automatic)" {
		t.Errorf("%+v %+v", mac, mac.Management)
	}
	if phone.ID != inventory.DeviceID(inventory.IOS, "00008030001a2b3c4d5e6f70") || phone.Platform != inventory.IOS || phone.Management.Ownership != "personal" {
		t.Errorf("%+v", phone)
	}
	if a := scantest.App(t, inv, "com.zhiliaoapp.musically"); a.IdentifierKind != inventory.IOSBundle || a.Device != phone.ID {
		t.Errorf("%+v", a)
	}
	if gaps := scantest.Gaps(inv, inventory.GapEmpty); len(gaps) != 1 || gaps[0].Device != of("linux-1").ID || of("linux-1").LastSeen != nil {
		t.Errorf("%+v", gaps)
	}
	text, _ := json.Marshal(inv)
	for _, secret := range []string{"ana@parl.example", "10.1.2.3", "3c:22", "secret policy"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Error(secret)
		}
	}
}

// TestFleetctl: one object a line, as fleetctl prints hosts.
func TestFleetctl(t *testing.T) {
	host := func(name, uuid, app string) string {
		return fmt.Sprintf(`{"kind":"host","apiVersion":"v1","spec":{"detail_updated_at":"2026-01-01T00:00:00Z","label_updated_at":"0001-01-01T00:00:00Z","software":[{"name":%q,"source":"programs","version":"1"}],"hostname":%q,"uuid":%q,"platform":"windows","os_version":"Windows 11"}}`+"\n", app, name, uuid)
	}
	got, rest := cut(t, host("a", "1", "One")+host("b", "2", "Two")+`{"kind":"host","spec":{`+"\n"+host("c", "3", "Three"))
	same(t, "lines", got, "a: One 1", "b: Two 1", "c: Three 1")
	if gaps := scantest.Gaps(rest, inventory.GapMalformed); len(gaps) != 1 || gaps[0].Count != 1 || !strings.HasPrefix(gaps[0].Samples[0], "line 3:") {
		t.Errorf("%+v", gaps)
	}
	inv := scantest.Scan(t, New(), write(t, host("a", "1", "One")+host("a", "2", "Two")))
	if len(inv.Devices) != 2 {
		t.Errorf("two hosts of one name are %d", len(inv.Devices))
	}
}

// TestCounted: titles and versions with the number of hosts that they are on.
func TestCounted(t *testing.T) {
	const app = `"name":"Zoom.app","source":"apps","bundle_identifier":"us.zoom.xos","hosts_count":7`
	for name, tt := range map[string]struct{ text, want string }{
		"versions":                       {`{"count":1,"software":[{"id":1,"version":"5",` + app + `}]}`, "us.zoom.xos 5 7"},
		"titles":                         {`{"software_titles":[{"versions_count":1,"versions":[{"id":1,"version":"5"}],` + app + `}]}`, "us.zoom.xos 5 7"},
		"titles of several versions":     {`{"software_titles":[{"versions":[{"version":"5"},{"version":"6"}],` + app + `}]}`, "us.zoom.xos 7"},
		"titles with counted versions":   {`{"software_titles":[{"versions":[{"version":"5","hosts_count":3},{"version":"6","hosts_count":4},{"version":"4","hosts_count":0}],` + app + `}]}`, "us.zoom.xos 5 3, us.zoom.xos 6 4"},
		"fleetctl":                       {`{"kind":"software_title","apiVersion":"1","spec":[{"versions":[],` + app + `}]}`, "us.zoom.xos 7"},
		"what can be installed":          {`{"software_titles":[{"versions":[],` + strings.Replace(app, "7", "0", 1) + `}]}`, ""},
		"what is no software among it":   {`{"software_titles":[{"versions":[],` + app + `},{"x":1}]}`, "us.zoom.xos 7"},
		"what is of no known source":     {`{"software_titles":[{"name":"a","source":"b","hosts_count":1},{"versions":[],` + app + `}]}`, "us.zoom.xos 7"},
		"pages, one after another":       {`{"software":[{"version":"5",` + app + `}]}` + "\n" + `{"software":[{"version":"6",` + app + `}]}`, "us.zoom.xos 5 7, us.zoom.xos 6 7"},
		"an extension, of all platforms": {`{"software":[{"version":"5","name":"X","source":"chrome_extensions","extension_id":"aapbdbdomjkkjkaonfhkkikfgjllcleb","hosts_count":2}]}`, "aapbdbdomjkkjkaonfhkkikfgjllcleb 5 2"},
	} {
		inv := scantest.Scan(t, New(), write(t, tt.text))
		var got []string
		for _, a := range inv.Apps {
			got = append(got, strings.Join(strings.Fields(fmt.Sprint(a.Identifier, " ", a.Version, " ", a.DeviceCount)), " "))
		}
		slices.Sort(got)
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		if gaps := scantest.Gaps(inv, inventory.GapBlind); len(inv.Apps) > 0 && (len(gaps) == 0 || gaps[0].Device == "") {
			t.Errorf("%s: not told that nobody knows where: %+v", name, inv.Gaps)
		}
	}
}

// TestCutOff: of hosts that are cut off, what comes before the end is kept.
func TestCutOff(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "fleet-hosts.json"))
	if err != nil {
		t.Fatal(err)
	}
	got, rest := cut(t, string(text[:len(text)*2/3]))
	if len(got) == 0 || len(got) == 5 || len(scantest.Gaps(rest, inventory.GapMalformed)) != 1 {
		t.Errorf("%q %+v", got, rest.Gaps)
	}
}
