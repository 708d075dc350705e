package listing

import (
	"strings"
	"testing"

	"path/filepath"
	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Diagnoser = scanner{}

// listed scans a text, and returns the apps by kind and identifier.
func listed(t *testing.T, name, text string) (map[string]inventory.App, *inventory.Inventory, bool) {
	t.Helper()
	src := file(t, name, text)
	if !New().Recognise(src) {
		return nil, nil, false
	}
	inv, err := New().Scan(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	apps := map[string]inventory.App{}
	for _, a := range inv.Apps {
		apps[string(a.IdentifierKind)+" "+a.Identifier] = a
	}
	return apps, inv, true
}

func file(t *testing.T, name, text string) *source.Source {
	t.Helper()
	src, err := source.Open(source.Target{Path: filepath.Join(hosttest.Tree(t, map[string]string{name: text}), name)}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// Where no source offers any of the programs there is no column of sources, and most identifiers are keys of the registry.
func TestWingetThreeColumns(t *testing.T) {
	apps, _, ok := listed(t, "list.txt", `Name                           ID                                              Version
-----------------------------------------------------------------------------------------
Global Example Tool            79d4859593898a7c                                1.7.0.1
Example Meetings               ExampleMeetingClient                            Unknown
Example AIR                    Example AIR                                     32.0.0.125
Example Ltd Linux              ExampleLtd.LinuxOnWindows_79rhkp1fndgsc         2004.2021.222.0
Example (x86 de)               ARP\Machine\X86\Example (x86 de)                78.9.0
Long key                       ARP\User\X64\{6E08453F-9BA7-4311-999C-D22FBA2F… 1.0
Store app                      MSIX\ExampleLtd.Video_1.0.5.0_x64__79rhkp1fndg… 1.0.5.0
Installer                      {6E08453F-9BA7-4311-999C-D22FBA2FB1B8}          3.1
`)
	if !ok {
		t.Fatal("not recognised")
	}
	for want, version := range map[string]string{
		string(inventory.UninstallKey) + " 79d4859593898a7c": "1.7.0.1", string(inventory.UninstallKey) + " ExampleMeetingClient": "", string(inventory.UninstallKey) + " Example AIR": "32.0.0.125",
		string(inventory.MSIXFamily) + " ExampleLtd.LinuxOnWindows": "2004.2021.222.0", string(inventory.UninstallKey) + " Example (x86 de)": "78.9.0",
		string(inventory.NameOnly) + " Long key": "1.0", string(inventory.MSIXFamily) + " ExampleLtd.Video": "1.0.5.0",
		string(inventory.MSIProductCode) + " {6E08453F-9BA7-4311-999C-D22FBA2FB1B8}": "3.1",
	} {
		if a, ok := apps[want]; !ok || a.Version != version {
			t.Errorf("%s: %+v", want, a)
		}
	}
	if len(apps) != 8 {
		t.Errorf("%d apps: %v", len(apps), apps)
	}
	if apps[string(inventory.UninstallKey)+" Example (x86 de)"].Arch != "x86" {
		t.Error("the 32-bit view is not told")
	}
}

// A value that reaches into the next column is read at the spaces around it, and the rows beside it as ever.
func TestWingetOverrun(t *testing.T) {
	apps, inv, ok := listed(t, "list.txt", `Name                          Id                                           Version        Available   Source
--------------------------------------------------------------------------------------------------------------
Example Browser with a very long name that overruns              Example.Browser                              120.0          121.0       winget
微信                          Tencent.WeChat                               3.9.8                      winget
Three words and no identifier that could be read here at all
Example                       ARP\Machine\X64\Kasp                         21.3
`)
	if !ok {
		t.Fatal("not recognised")
	}
	for _, want := range []string{string(inventory.WingetID) + " Example.Browser", string(inventory.WingetID) + " Tencent.WeChat", string(inventory.UninstallKey) + " Kasp"} {
		if apps[want].Identifier == "" {
			t.Errorf("%s is missing: %v", want, apps)
		}
	}
	if a := apps[string(inventory.WingetID)+" Example.Browser"]; a.Version != "120.0" {
		t.Errorf("%+v", a)
	}
	broken := 0
	for _, g := range inv.Gaps {
		if g.Kind == inventory.GapMalformed {
			broken += g.Count
		}
	}
	if broken != 1 || len(apps) != 3 {
		t.Errorf("%d broken, %d apps: %+v", broken, len(apps), inv.Gaps)
	}
}

// A quote that is never closed costs its own row, which is named with its line, and no other.
func TestUnclosedQuote(t *testing.T) {
	const head = `"DisplayName","DisplayVersion","Publisher","UninstallString","PSChildName"` + "\n"
	for name, rows := range map[string]string{
		"quoted":   "\"Never closed\n" + `"A","1","x","u","a"` + "\n" + `"B","1","x","u","b"` + "\n",
		"plain":    "\"Never closed\nA,1,x,u,a\n" + `B,1,"x, y",u,b` + "\n",
		"at once":  "\"Never closed\n" + `A,1,"x, y",u,a` + "\n" + `"B","1","x","u","b"` + "\n",
		"the last": `"A","1","x","u","a"` + "\n" + `"B","1","x","u","b"` + "\n\"Never closed\n",
	} {
		apps, inv, ok := listed(t, "list.csv", head+`"Z","1","x","u","z"`+"\n"+rows)
		if !ok {
			t.Errorf("%s: not recognised", name)
			continue
		}
		if len(apps) != 3 {
			t.Errorf("%s: %d apps: %v", name, len(apps), apps)
		}
		told := false
		for _, g := range inv.Gaps {
			line := "3: "
			if name == "the last" {
				line = "5: "
			}
			told = told || g.Kind == inventory.GapMalformed && g.Count == 1 && len(g.Samples) == 1 && strings.HasPrefix(g.Samples[0], line+`"Never closed`)
		}
		if !told {
			t.Errorf("%s: %+v", name, inv.Gaps)
		}
	}
	apps, inv, _ := listed(t, "list.csv", head+"\"A\",\"1\",\"a, b, c, d, e\nsecond line, with \"\"quotes\"\"\n\",\"u\",\"a\"\n")
	if len(apps) != 1 || len(inv.Gaps) != 0 && inv.Gaps[0].Kind == inventory.GapMalformed {
		t.Errorf("a value of several lines: %v %+v", apps, inv.Gaps)
	}
}

// What was meant to be a list is named, whatever became of it.
func TestDamaged(t *testing.T) {
	columns := `"DisplayName","DisplayVersion","Publisher","UninstallString","PSChildName"`
	for name, c := range map[string]struct{ text, want string }{
		"a long field":  {columns + "\n\"" + strings.Repeat("A", 1<<20), "a list that Windows exports"},
		"many columns":  {columns + "," + strings.Repeat("c,", 100_000) + "\nx", "a list that Windows exports"},
		"json cut":      {`[ "x", {"DisplayName": "A", "DisplayVersion": "1", "UninstallString": `, "a list that Windows exports"},
		"other json":    {`[ "x", {"DisplayName": "A", "DisplayVersion": "1", "UninstallString": "u"}]`, ""},
		"winget":        {"Name      Id       Version\n---------------------------\nall of it is gone", "what `winget list` shows"},
		"other columns": {"a,b,c\n\"x", ""},
		"a text":        {"Dear Sir, I write to you\n", ""},
	} {
		src := file(t, "list", c.text)
		if New().Recognise(src) {
			t.Errorf("%s: recognised", name)
		}
		if got := (scanner{}).Damaged(src); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
