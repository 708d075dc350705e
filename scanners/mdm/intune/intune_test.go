package intune

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"quaestor/scanners"
	"quaestor/scanners/internal/exporttest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

func TestGolden(t *testing.T) {
	scantest.GoldenFiles(t, New(), "testdata/*.csv", 3)
	scantest.GoldenFiles(t, New(), "testdata/*s.json", 2)
}

// open is a source of one file with that content.
func open(t testing.TB, name, content string) *source.Source {
	t.Helper()
	src, err := source.FromFS("export", fstest.MapFS{name: {Data: []byte(content)}}, source.DefaultLimits).Sub(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// parts reads files of one run. The devices come in the order in which they are handed on.
func parts(t testing.TB, srcs ...*source.Source) (devices []*inventory.Inventory, rest *inventory.Inventory) {
	t.Helper()
	rest, err := New().Split(context.Background(), srcs, func(p scanners.Part) error {
		devices = append(devices, p())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return devices, rest
}

func text(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestTogether: a list of devices, their apps and the state of their protection become one device each, in whatever order the files are.
func TestTogether(t *testing.T) {
	files := []string{"AppInvRawData.csv", "DevicesWithInventory.csv", "DefenderAgents.csv"}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}} {
		var srcs []*source.Source
		for _, i := range order {
			srcs = append(srcs, open(t, files[i], text(t, files[i])))
		}
		devices, _ := parts(t, srcs...)
		byName := map[string]*inventory.Inventory{}
		for _, inv := range devices {
			if len(inv.Devices) != 1 {
				t.Fatalf("%d devices in one part", len(inv.Devices))
			}
			byName[inv.Devices[0].Name] = inv
		}
		pc := byName["PARL-PC-1"]
		if len(devices) != 4 || pc == nil {
			t.Fatalf("%v: %d devices", order, len(devices))
		}
		d := pc.Devices[0]
		if d.ID != inventory.DeviceID(inventory.Windows, "serial", "SER-PC-1") || d.LastSeen == nil || d.LastSeen.Format("2006-01-02 15:04:05") != "2026-03-03 09:08:07" || d.Management.Ownership != "organisation" || d.Management.Compliant == nil || !*d.Management.Compliant {
			t.Errorf("%v: %+v, %+v", order, d, d.Management)
		}
		if len(pc.Apps) != 2 || len(pc.SecurityProducts) != 1 || pc.SecurityProducts[0].State != "on" || pc.SecurityProducts[0].Definitions != "current" {
			t.Errorf("%v: apps %+v, protection %+v", order, pc.Apps, pc.SecurityProducts)
		}
		if p := byName["PARL-PC-3"].SecurityProducts[0]; p.State != "off" || p.Definitions != "outdated" {
			t.Errorf("%v: %+v", order, p)
		}
		phone := byName["phone-4"]
		if phone.Devices[0].Management.Mode != "work-profile" || phone.Apps[0].IdentifierKind != inventory.AndroidPackage || len(scantest.Gaps(phone, inventory.GapBlind)) == 0 {
			t.Errorf("%v: %+v, %+v", order, phone.Devices[0].Management, phone.Apps)
		}
	}
}

// TestPrivate: nothing of the people who use the devices is kept.
func TestPrivate(t *testing.T) {
	for _, name := range []string{"AppInvRawData.csv", "DevicesWithInventory.csv", "DefenderAgents.csv", "managedDevices.json"} {
		devices, rest := parts(t, open(t, name, text(t, name)))
		b, err := json.Marshal(append(devices, rest))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"@parliament.example", "356938035643809", "3212345678", "*****1234", "aabbccddee", "001122334455", "one_Windows", "9a000000"} {
			if strings.Contains(string(b), secret) {
				t.Errorf("%s: %q is kept", name, secret)
			}
		}
	}
}

// TestForms: one list in every form that systems and people save it in.
func TestForms(t *testing.T) {
	rows := "ApplicationName;ApplicationPublisher;ApplicationVersion;DeviceId;DeviceName;Platform\r\nKüchenplaner;Möbelhaus Größe GmbH;1.0;d-1;BÜRO-1;Windows\r\n"
	graph := `{"id":"x","displayName":"Küchenplaner","version":"1.0","publisher":"Möbelhaus Größe GmbH","platform":"windows","managedDevices":[{"id":"d-1","deviceName":"BÜRO-1"}]}`
	pascal := `{"Id":"x","DisplayName":"Küchenplaner","Version":"1.0","Publisher":"Möbelhaus Größe GmbH","Platform":"windows","DeviceCount":1,"SizeInByte":0,"ManagedDevices":[{"Id":"d-1","DeviceName":"BÜRO-1"}]}`
	report := `{"ApplicationName":"Küchenplaner","ApplicationPublisher":"Möbelhaus Größe GmbH","ApplicationVersion":"1.0","DeviceId":"d-1","DeviceName":"BÜRO-1","Platform":"Windows"}`
	for name, content := range map[string]string{
		"semicolons":                   rows,
		"sep":                          "sep=;\r\n" + rows,
		"UTF-8 with a mark":            "\ufeff" + rows,
		"UTF-16":                       in(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), rows),
		"UTF-16 BE, no mark":           in(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), rows),
		"Windows 1252":                 in(t, charmap.Windows1252, rows),
		"gzip":                         zipped(t, rows),
		"gzip of Windows 1252":         zipped(t, in(t, charmap.Windows1252, rows)),
		"PowerShell":                   "#TYPE Selected.System.Management.Automation.PSCustomObject\r\n" + rows,
		"Graph":                        `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/detectedApps(managedDevices())","value":[` + graph + `]}`,
		"Graph, one object":            graph,
		"Graph, an array":              "[\n" + graph + "\n]",
		"PowerShell, JSON":             "[" + pascal + "]",
		"PowerShell, one object":       in(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), pascal),
		"report, JSON":                 `{"values":[` + report + `]}`,
		"report, one object a line":    report + "\n",
		"report, gzip of UTF-16, JSON": zipped(t, in(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "["+report+"]")),
	} {
		src := open(t, "export", content)
		if !New().Recognise(src) {
			t.Errorf("%s: not recognised", name)
			continue
		}
		devices, _ := parts(t, src)
		if len(devices) != 1 || len(devices[0].Apps) != 1 {
			t.Errorf("%s: %d devices", name, len(devices))
			continue
		}
		d, a := devices[0].Devices[0], devices[0].Apps[0]
		if d.Name != "BÜRO-1" || d.ID != inventory.DeviceID(inventory.Windows, "intune", "d-1") || a.Name != "Küchenplaner" || a.Publisher != "Möbelhaus Größe GmbH" || a.Version != "1.0" || a.IdentifierKind != inventory.NameOnly {
			t.Errorf("%s: %+v, %+v", name, d, a)
		}
	}
}

func in(t testing.TB, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func zipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestOthers: what other systems export is not taken for Intune's.
func TestOthers(t *testing.T) {
	for name, content := range map[string]string{
		"Entra ID":      `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#devices","value":[{"id":"1","deviceId":"2","displayName":"PC","operatingSystem":"Windows","approximateLastSignInDateTime":"2026-01-01T00:00:00Z"}]}`,
		"Fleet":         `{"hosts":[{"id":1,"hostname":"pc","display_name":"pc","platform":"windows","os_version":"Windows 11","uuid":"x","last_enrolled_at":"2026-01-01T00:00:00Z"}]}`,
		"AMAPI":         `{"devices":[{"name":"enterprises/1/devices/2","managementMode":"DEVICE_OWNER","state":"ACTIVE"}]}`,
		"Jamf":          "Computer Name,Last Check-in,Serial Number,Operating System Version,Managed\nmac,2026-01-01,C02,14.1,Managed\n",
		"Workspace ONE": "Device Friendly Name,Application Name,Application Version,Last Seen,Ownership\npc,7-Zip,1,2026-01-01,C\n",
		"osquery":       `[{"name":"7-Zip","version":"1","install_location":"","publisher":"Igor Pavlov","identifying_number":"{x}"}]`,
		"any list":      `{"value":[{"id":1,"displayName":"x","version":"1"}]}`,
		"any table":     "id,displayName,version,platform\n1,x,1,windows\n",
		"nothing":       "",
		"text":          "ApplicationName DeviceId and so on.\n",
	} {
		if New().Recognise(open(t, "export", content)) {
			t.Errorf("%s is taken for Intune's", name)
		}
	}
	if New().Recognise(source.FromFS("dir", fstest.MapFS{"a": {}}, source.DefaultLimits)) {
		t.Error("a folder is taken for Intune's")
	}
}

// TestBrokenRow: one damaged row of 200,000 is told with its line, and all others are read.
func TestBrokenRow(t *testing.T) {
	const rows, line = 200_000, 100_001
	for name, damage := range map[string]func(string) string{
		"an open quote":  func(row string) string { return `"` + row },
		"too few fields": func(string) string { return "half,a,row\r\n" },
		"too many":       func(row string) string { return "x," + row },
		"no text":        func(string) string { return "\x00\xff\xfe,\"\r\n" },
	} {
		var b bytes.Buffer
		if err := exporttest.IntuneRawData(&b, rows, func(n int, row string) string {
			if n == line {
				return damage(row)
			}
			return row
		}); err != nil {
			t.Fatal(err)
		}
		devices, rest := parts(t, open(t, "AppInvRawData.csv", b.String()))
		apps := 0
		for _, inv := range devices {
			apps += len(inv.Apps)
		}
		gaps := scantest.Gaps(rest, inventory.GapMalformed)
		if len(devices) != exporttest.IntuneDevices(rows) || apps != rows-1 || len(gaps) != 1 || gaps[0].Count != 1 || !strings.HasPrefix(gaps[0].Samples[0], fmt.Sprintf("line %d: ", line)) {
			t.Errorf("%s: %d devices, %d apps, %+v", name, len(devices), apps, gaps)
		}
	}
}

// TestBrokenElement: the same in JSON.
func TestBrokenElement(t *testing.T) {
	var b bytes.Buffer
	if err := exporttest.IntuneManagedDevices(&b, 8000); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	lines[49] = lines[49][:len(lines[49])/2] // the quotes that are open there never end
	devices, rest := parts(t, open(t, "managedDevices.json", strings.Join(lines, "\n")))
	gaps := scantest.Gaps(rest, inventory.GapMalformed)
	if len(devices) < 98 || len(gaps) != 1 || !slices.ContainsFunc(gaps[0].Samples, func(s string) bool { return strings.HasPrefix(s, "line 50: ") }) {
		t.Errorf("%d devices, %+v", len(devices), gaps)
	}
}

// TestCutOff: what stands before the end of a file that breaks off is kept, and it is said.
func TestCutOff(t *testing.T) {
	var b bytes.Buffer
	if err := exporttest.IntuneRawData(&b, 1000, nil); err != nil {
		t.Fatal(err)
	}
	whole := zipped(t, b.String())
	var devices int
	rest, err := New().Split(context.Background(), []*source.Source{open(t, "AppInvRawData.csv.gz", whole[:len(whole)/2])}, func(p scanners.Part) error {
		devices++
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "after line ") || devices == 0 || rest == nil {
		t.Errorf("%d devices, %v", devices, err)
	}
	got, rest := parts(t, open(t, "AppInvRawData.csv", b.String()[:b.Len()-20]))
	if gaps := scantest.Gaps(rest, inventory.GapMalformed); len(got) != exporttest.IntuneDevices(1000) || len(gaps) != 1 || !strings.HasPrefix(gaps[0].Samples[0], "line 1001: ") {
		t.Errorf("%d devices, %+v", len(got), gaps)
	}
}

// TestStopped: a run that was called off ends, with what was read.
func TestStopped(t *testing.T) {
	var b bytes.Buffer
	if err := exporttest.IntuneRawData(&b, 20_000, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	rest, err := New().Split(ctx, []*source.Source{open(t, "a.csv", b.String())}, func(scanners.Part) error { return nil })
	if err == nil || rest == nil {
		t.Error(rest, err)
	}
	full := fmt.Errorf("nothing more is wanted")
	if _, err := New().Split(context.Background(), []*source.Source{open(t, "a.csv", b.String())}, func(scanners.Part) error { return full }); err == nil || !strings.Contains(err.Error(), full.Error()) {
		t.Error(err)
	}
}
