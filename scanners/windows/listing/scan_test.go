package listing

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// folder writes files and opens them as a walk over their folder does.
func folder(t *testing.T, files map[string]string) *source.Source {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return scantest.Open(t, dir)
}

func scan(t *testing.T, top *source.Source, name string) *inventory.Inventory {
	t.Helper()
	src, err := top.Sub(name)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	inv, err := New().Scan(context.Background(), src)
	if err != nil || !New().Recognise(src) {
		t.Fatalf("%s: %v", name, err)
	}
	return inv
}

const (
	services  = "Name,DisplayName,Status,StartType\nA,A,Running,Automatic\n"
	product   = "Name,Vendor,Version,IdentifyingNumber\nA,B,1,\n"
	antivirus = "displayName,productState,instanceGuid\nA,397312,{1}\n"
	named     = "PSComputerName,displayName,productState\nPC-1,A,397312\n"
	other     = "PSComputerName,displayName,productState\nPC-2,A,397312\n"
)

// TestComputers: lists of one folder are one computer's, unless they cannot be.
func TestComputers(t *testing.T) {
	for name, tt := range map[string]struct {
		files map[string]string
		of    []string // two files
		same  bool
		host  string // of the first
		says  string // in the gap
	}{
		"a folder":              {map[string]string{"a/s.csv": services, "a/p.csv": product}, []string{"a/s.csv", "a/p.csv"}, true, "a", "one computer's"},
		"two folders":           {map[string]string{"a/s.csv": services, "b/s.csv": services}, []string{"a/s.csv", "b/s.csv"}, false, "a", "one computer's"},
		"a name beside":         {map[string]string{"a/s.csv": services, "a/n.csv": named}, []string{"a/s.csv", "a/n.csv"}, true, "PC-1", `of "PC-1"`},
		"two names beside":      {map[string]string{"a/s.csv": services, "a/n.csv": named, "a/o.csv": other}, []string{"a/s.csv", "a/n.csv"}, false, "s.csv", "of 2"},
		"a list twice":          {map[string]string{"a/1.csv": product, "a/2.csv": product}, []string{"a/1.csv", "a/2.csv"}, false, "1.csv", "another list"},
		"lists of two":          {map[string]string{"a/1.csv": product, "a/2.csv": product, "a/v.csv": antivirus}, []string{"a/v.csv", "a/1.csv"}, false, "v.csv", "of several"},
		"views of one registry": {map[string]string{"a/32.csv": "DisplayName,DisplayVersion\nA,1\n", "a/64.csv": "DisplayName,DisplayVersion\nB,1\n"}, []string{"a/32.csv", "a/64.csv"}, true, "a", "one computer's"},
		"another kind of file":  {map[string]string{"a/s.csv": services, "a/x.csv": "a,b\n1,2\n", "a/p.csv": product}, []string{"a/s.csv", "a/p.csv"}, true, "a", "one computer's"},
	} {
		top := folder(t, tt.files)
		first, second := scan(t, top, tt.of[0]), scan(t, top, tt.of[1])
		if got := first.Devices[0].ID == second.Devices[0].ID; got != tt.same || first.Devices[0].Name != tt.host {
			t.Errorf("%s: the same %v, %q", name, got, first.Devices[0].Name)
		}
		if gaps := scantest.Gaps(first, inventory.GapBlind); !slices.ContainsFunc(gaps, func(g inventory.Gap) bool { return strings.Contains(g.Detail, tt.says) }) {
			t.Errorf("%s: %+v", name, gaps)
		}
	}
}

// TestMany: one file may be of many computers, and of none in some rows.
func TestMany(t *testing.T) {
	top := folder(t, map[string]string{"a.csv": "PSComputerName,Name,DisplayName,Status,StartType\nPC-1,A,A,Running,Automatic\npc-1,B,B,Running,Automatic\nPC-2,A,A,Stopped,Disabled\nlocalhost,C,C,Running,Manual\n"})
	inv := scan(t, top, "a.csv")
	if len(inv.Devices) != 3 || len(inv.SecurityProducts) != 4 {
		t.Fatalf("%d devices, %d services", len(inv.Devices), len(inv.SecurityProducts))
	}
	if gaps := scantest.Gaps(inv, inventory.GapBlind); len(gaps) != 1 {
		t.Errorf("%+v", gaps)
	}
}

// TestNotRecognised: what other tools and people write is left to others.
func TestNotRecognised(t *testing.T) {
	for name, text := range map[string]string{
		"CSV":            "a,b\n1,2\n",
		"a list":         "Name,Version\nA,1\n",
		"books":          "Name,Author,Version\nA,B,1\n",
		"vendors":        "Name,Vendor,Version,Price\nA,B,1,2\n",
		"JSON":           `[{"name":"a","version":"1"}]`,
		"package.json":   `{"name":"a","version":"1.0.0","dependencies":{"b":"1"}}`,
		"osquery":        `[{"name":"a","version":"1","publisher":"b","identifying_number":""}]`,
		"a text":         "Dear all,\nhere is the list.\n--------------------------\nA  B  C\n",
		"a table":        "Fruit    Colour     Price\n-------------------------\nApple    red        1.20\nPear     green      0.90\n",
		"a Markdown one": "| Name | Id |\n|------|----|\n| A | B |\n",
		"an ini file":    "[x]\nName=A\nVersion=1\n",
		"a desktop file": "[Desktop Entry]\nName=A\nExec=a\n",
		"dpkg":           "Package: a\nStatus: install ok installed\nVersion: 1\n",
		"winget search":  "Fruit\n----------------------------\nA\n",
		"people":         "Name,DisplayName,Status\na,A,active\n",
		"certificates":   "Subject,Issuer\na,b\n",
		"empty":          "",
		"binary":         "\x00\x01\x02\x03Name,Vendor,Version\n",
	} {
		if src, err := folder(t, map[string]string{"x": text}).Sub("x"); err != nil || New().Recognise(src) {
			t.Errorf("%s is recognised (%v)", name, err)
		}
	}
}

// TestSecrets: arguments of commands, and who installed an update, stay out.
func TestSecrets(t *testing.T) {
	for _, name := range []string{"win32-service.csv", "tasks.json", "hotfix.csv", "computerinfo.json"} {
		inv := scantest.Scan(t, New(), filepath.Join("testdata", name))
		text, err := os.ReadFile(filepath.Join("testdata", name+".golden.json"))
		if err != nil || len(inv.Devices) == 0 {
			t.Fatal(err)
		}
		for _, secret := range []string{"hunter2", "secret\"", "--token", "NT AUTHORITY", "anna"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s: %s", name, secret)
			}
		}
	}
}

// TestDamage: a list that breaks off is an error, beside what was read.
func TestDamage(t *testing.T) {
	top := folder(t, map[string]string{"a.json": `[{"Name":"A","DisplayName":"A","Status":4,"StartType":2},{"Name":"B","Disp`})
	src, err := top.Sub("a.json")
	if err != nil {
		t.Fatal(err)
	}
	inv, err := New().Scan(context.Background(), src)
	if err == nil || !New().Recognise(src) || len(inv.SecurityProducts) != 1 {
		t.Errorf("%v, %d services", err, len(inv.SecurityProducts))
	}
}

// TestStores: a certificate is an authority only where the list says that it lies among them.
func TestStores(t *testing.T) {
	top := folder(t, map[string]string{"a.csv": "Subject,Issuer,Thumbprint,NotAfter\nCN=anna,CN=x,0000000000000000000000000000000000000001,x\n"})
	if inv := scan(t, top, "a.csv"); len(inv.Certificates) != 0 || len(scantest.Gaps(inv, inventory.GapSkipped)) != 1 {
		t.Errorf("%+v %+v", inv.Certificates, inv.Gaps)
	}
}

// TestLongJSON: an object that is longer than what is looked at is recognised by its beginning.
func TestLongJSON(t *testing.T) {
	long := strings.Repeat(`{"Name":"x"},`, 8000)
	top := folder(t, map[string]string{"a.json": `[{"Name":"A","DisplayName":"A","Status":4,"StartType":2,"RequiredServices":[` + long + `{"Name":"y"}]}]`})
	if inv := scan(t, top, "a.json"); len(inv.SecurityProducts) != 1 {
		t.Error(inv.SecurityProducts)
	}
}

// FuzzScan: no panic; what is read was recognised; every fact has a device, a name and an origin.
func FuzzScan(f *testing.F) {
	for _, name := range inputs(f) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	path := filepath.Join(f.TempDir(), "list")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		New().Recognise(src)
		inv, err := New().Scan(context.Background(), src)
		if err == nil && len(inv.Devices) == 0 {
			t.Error("nothing, and no error")
		}
		for _, a := range inv.Apps {
			if a.Identifier == "" || a.Device == "" || len(a.Origins) == 0 {
				t.Errorf("%+v", a)
			}
		}
		for _, p := range inv.SecurityProducts {
			if p.Name == "" || p.Kind == "" || p.Device == "" || len(p.Origins) == 0 {
				t.Errorf("%+v", p)
			}
		}
	})
}

// TestManyRows: what one computer can hold is bounded, and each computer has its share.
func TestManyRows(t *testing.T) {
	var text strings.Builder
	text.WriteString("PSComputerName,DisplayName,DisplayVersion\n")
	for i := range maxOfOne + 5 {
		fmt.Fprintf(&text, "A,Program %d,1\n", i)
	}
	text.WriteString("B,Other,1\n")
	inv := scan(t, folder(t, map[string]string{"p.csv": text.String()}), "p.csv")
	if len(inv.Apps) != maxOfOne+1 {
		t.Errorf("%d apps", len(inv.Apps))
	}
	if gaps := scantest.Gaps(inv, inventory.GapLimit); len(gaps) != 1 || gaps[0].Count != 5 {
		t.Errorf("%+v", gaps)
	}
}

// TestRights: a service or task that is stated to run as the system has its rights.
func TestRights(t *testing.T) {
	for text, want := range map[string]bool{
		"Name,DisplayName,State,StartMode,PathName,StartName\nA,A,Running,Auto,C:\\a.exe,LocalSystem\n":                    true,
		"Name,DisplayName,State,StartMode,PathName,StartName\nA,A,Running,Auto,C:\\a.exe,NT AUTHORITY\\LocalService\n":     false,
		"Name,DisplayName,State,StartMode,PathName\nA,A,Running,Auto,C:\\a.exe\n":                                          false,
		"Name,DisplayName,Status,StartType,UserName\nA,A,Running,Automatic,LocalSystem\n":                                  true,
		`[{"TaskName":"A","TaskPath":"\\","State":3,"Principal":{"UserId":"SYSTEM"},"Actions":[{"Execute":"C:\\a.exe"}]}]`: true,
		`[{"TaskName":"A","TaskPath":"\\","State":3,"Principal":{"UserId":"jan"},"Actions":[{"Execute":"C:\\a.exe"}]}]`:    false,
	} {
		inv := scan(t, folder(t, map[string]string{"a": text}), "a")
		if len(inv.SecurityProducts) != 1 || slices.Contains(inv.SecurityProducts[0].Privileges, "root") != want {
			t.Errorf("%s: %+v", text, inv.SecurityProducts)
		}
	}
}
