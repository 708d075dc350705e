package osquery

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/internal/winfacts"
	"quaestor/scanners/inventory"
)

// TestNumber: a computer has the device that a scan of the computer itself gives it, where any row or file beside tells its number.
func TestNumber(t *testing.T) {
	const (
		uuid, guid = "4C4C4544-0042-3510-8052-B4C04F4A4D32", "d3b1c2a0-0000-4a5b-8c6d-1234567890ab"
		mac        = `{"hostname":"mac-1","uuid":"` + uuid + `","hardware_vendor":"Apple Inc.","hardware_model":"Mac14,2","hardware_serial":"X"}`
		macApps    = `[{"bundle_identifier":"a","path":"/Applications/a.app","name":"a"}]`
		key        = `{"key":"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography","path":"x","name":"MachineGuid","type":"REG_SZ","data":"` + guid + `","mtime":"1"}`
		programs   = `[{"name":"a","version":"1","identifying_number":"","uninstall_string":"x"}]`
	)
	asMac, asWindows := hostroot.MacID(uuid), winfacts.MachineID(guid)
	named := func(p inventory.Platform, name string) string { return inventory.DeviceID(p, "host-name", name) }
	for name, tt := range map[string]struct {
		files map[string]string
		want  string // the one device of all files
	}{
		"a Mac in one file":         {map[string]string{"a": `{"system_info":[` + mac + `],"apps":` + macApps + `}`}, asMac},
		"rows beside":               {map[string]string{"a": `[` + strings.Replace(mac, `"uuid"`, `"platform":"darwin","uuid"`, 1) + `]`, "b": macApps}, asMac},
		"rows beside that name it":  {map[string]string{"a": `{"system_info":[` + mac + `],"apps":` + macApps + `}`, "b": strings.Replace(macApps, "{", `{"hostname":"MAC-1",`, 1)}, asMac},
		"the decorations of a log":  {map[string]string{"a": `{"name":"apps","hostIdentifier":"mac-1","unixTime":1,"action":"snapshot","decorations":{"host_uuid":"` + strings.ToLower(uuid) + `"},"snapshot":` + macApps + "}\n"}, asMac},
		"a host of Fleet":           {map[string]string{"a": `{"host":{"hostname":"mac-1","platform":"darwin","uuid":"` + uuid + `","software":[{"name":"a","source":"apps","version":"1","bundle_identifier":"a"}]}}`}, asMac},
		"no UUID":                   {map[string]string{"a": `{"system_info":[` + strings.Replace(mac, uuid, "00000000-0000-0000-0000-000000000000", 1) + `],"apps":` + macApps + `}`}, named(inventory.MacOS, "mac-1")},
		"Windows":                   {map[string]string{"a": `{"system_info":[{"hostname":"pc","uuid":"` + uuid + `","hardware_serial":"1"}],"registry":[` + key + `],"programs":` + programs + `}`}, asWindows},
		"Windows by hardware alone": {map[string]string{"a": `{"system_info":[{"hostname":"pc","uuid":"` + uuid + `","hardware_serial":"1"}],"programs":` + programs + `}`}, named(inventory.Windows, "pc")},
		"Linux":                     {map[string]string{"a": `{"system_info":[{"hostname":"pc","uuid":"` + uuid + `","hardware_serial":"1"}],"deb_packages":[{"name":"a","version":"1","maintainer":"x"}]}`}, named(inventory.Linux, "pc")},
	} {
		dir := t.TempDir()
		for file, text := range tt.files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		top := scantest.Open(t, dir)
		for file := range tt.files {
			src, err := top.Sub(file)
			if err != nil {
				t.Fatal(err)
			}
			inv, err := New().Scan(context.Background(), src)
			if err != nil || len(inv.Devices) != 1 || inv.Devices[0].ID != tt.want {
				t.Errorf("%s, %s: %+v %v, want %s", name, file, inv.Devices, err, tt.want)
			}
			src.Close()
		}
	}
}

// TestSystemNotTold: that a computer is taken for one of Linux is said.
func TestSystemNotTold(t *testing.T) {
	for text, want := range map[string]bool{`[{"pid":"1","name":"a","path":"a","parent":"0"}]`: true, `[{"pid":"1","name":"a","path":"/usr/bin/a","parent":"0"}]`: false} {
		inv := scantest.Scan(t, New(), write(t, text))
		told := slices.ContainsFunc(scantest.Gaps(inv, inventory.GapBlind), func(g inventory.Gap) bool {
			return strings.Contains(g.Detail, "taken for one of Linux") && g.Device == inv.Devices[0].ID
		})
		if told != want || inv.Devices[0].Platform != inventory.Linux {
			t.Errorf("%s: %v, %+v", text, told, inv.Gaps)
		}
	}
}

// TestRights: a service that is stated to run as the system has its rights; one that names another account, or none, is not said to.
func TestRights(t *testing.T) {
	for row, want := range map[string]bool{
		`{"name":"a","display_name":"a","start_type":"AUTO_START","path":"C:\\a.exe","user_account":"LocalSystem"}`:                true,
		`{"name":"a","display_name":"a","start_type":"AUTO_START","path":"C:\\a.exe","user_account":"NT AUTHORITY\\LocalService"}`: false,
		`{"name":"a","display_name":"a","start_type":"AUTO_START","path":"C:\\a.exe"}`:                                             false,
		`{"id":"a.service","fragment_path":"/usr/lib/systemd/system/a.service","unit_file_state":"enabled","user":""}`:             true,
		`{"id":"a.service","fragment_path":"/usr/lib/systemd/system/a.service","unit_file_state":"enabled","user":"av"}`:           false,
		`{"id":"a.service","fragment_path":"/usr/lib/systemd/system/a.service","unit_file_state":"enabled"}`:                       false,
	} {
		inv := scantest.Scan(t, New(), write(t, "["+row+"]"))
		if len(inv.SecurityProducts) != 1 || slices.Contains(inv.SecurityProducts[0].Privileges, "root") != want {
			t.Errorf("%s: %+v", row, inv.SecurityProducts)
		}
	}
}
