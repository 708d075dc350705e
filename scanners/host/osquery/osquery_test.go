package osquery

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

func inputs(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	out := slices.DeleteFunc(all, func(name string) bool { return strings.HasSuffix(name, ".golden.json") })
	if len(out) < 7 {
		t.Fatalf("only %d results", len(out))
	}
	return out
}

func TestGolden(t *testing.T) {
	for _, name := range inputs(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			scantest.Golden(t, scantest.Scan(t, New(), name), name+".golden.json")
		})
	}
}

// TestSecrets: arguments, commands, keys of servers and values of settings stay out.
func TestSecrets(t *testing.T) {
	for _, name := range inputs(t) {
		text, err := os.ReadFile(name + ".golden.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"hunter2", "10.0.0.1", "token"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s: %s", name, secret)
			}
		}
	}
}

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDifferences: what a log leaves at its end.
func TestDifferences(t *testing.T) {
	line := func(action, app, counter string) string {
		return `{"name":"apps","hostIdentifier":"h","unixTime":"1","counter":` + counter + `,"action":"` + action + `","columns":{"bundle_identifier":"` + app + `","path":"/Applications/x.app"}}`
	}
	for name, tt := range map[string]struct {
		lines   []string
		apps    []string
		partial bool
	}{
		"added":              {[]string{line("added", "a", "0"), line("added", "b", "0")}, []string{"a", "b"}, false},
		"removed":            {[]string{line("added", "a", "0"), line("added", "b", "0"), line("removed", "a", "1")}, []string{"b"}, false},
		"came again":         {[]string{line("added", "a", "0"), line("removed", "a", "1"), line("added", "a", "2")}, []string{"a"}, false},
		"begins later":       {[]string{line("added", "a", "7")}, []string{"a"}, true},
		"removed of before":  {[]string{line("removed", "a", "7"), line("added", "b", "7")}, []string{"b"}, true},
		"then a new epoch":   {[]string{line("added", "a", "7"), `{"name":"apps","hostIdentifier":"h","unixTime":"2","action":"snapshot","snapshot":[{"bundle_identifier":"b","path":"/Applications/x.app"}]}`}, []string{"b"}, false},
		"an older snapshot":  {[]string{`{"name":"apps","hostIdentifier":"h","unixTime":5,"action":"snapshot","snapshot":[{"bundle_identifier":"b","path":"/x.app"}]}`, `{"name":"apps","hostIdentifier":"h","unixTime":4,"action":"snapshot","snapshot":[{"bundle_identifier":"a","path":"/x.app"}]}`}, []string{"b"}, false},
		"an empty snapshot":  {[]string{line("added", "a", "0"), `{"name":"apps","hostIdentifier":"h","unixTime":5,"action":"snapshot","snapshot":[]}`, strings.Replace(line("added", "c", "1"), `"1"`, "6", 1)}, []string{"c"}, false},
		"spread over lines":  {[]string{strings.ReplaceAll(line("added", "a", "0"), ",", ",\n "), strings.ReplaceAll(line("added", "b", "0"), ",", ",\n ")}, []string{"a", "b"}, false},
		"a batch of changes": {[]string{`{"name":"apps","hostname":"h","unixTime":"1","counter":0,"diffResults":{"added":[{"bundle_identifier":"a","path":"/x.app"}],"removed":""}}`}, []string{"a"}, false},
	} {
		inv := scantest.Scan(t, New(), write(t, strings.Join(tt.lines, "\n")+"\n"))
		var got []string
		for _, a := range inv.Apps {
			got = append(got, a.Identifier)
		}
		slices.Sort(got)
		partial := slices.ContainsFunc(scantest.Gaps(inv, inventory.GapBlind), func(g inventory.Gap) bool { return strings.Contains(g.Detail, "differences") })
		if !slices.Equal(got, tt.apps) || partial != tt.partial {
			t.Errorf("%s: %q, partial %v", name, got, partial)
		}
	}
}

func TestNotRecognised(t *testing.T) {
	for name, text := range map[string]string{
		"JSON":         `[{"name":"a","version":"1"}]`,
		"package.json": `{"name":"a","version":"1.0.0","description":"x","author":"y","license":"MIT","homepage":"z"}`,
		"a manifest":   `{"name":"a","version":"1","permissions":["tabs"],"manifest_version":3}`,
		"CSV":          "name,version\na,1\n",
		"a log":        `{"level":"info","name":"a","time":1,"hostname":"h"}` + "\n",
		"Intune":       `{"value":[{"displayName":"a","version":"1"}]}`,
		"PowerShell":   `[{"Name":"a","DisplayName":"a","Status":4,"StartType":2}]`,
		"text":         "name | version\n",
		"empty":        "",
	} {
		if New().Recognise(scantest.Open(t, write(t, text))) {
			t.Errorf("%s is recognised", name)
		}
	}
}

// TestTables: every table is told by each set of columns that marks it, unless a table before it in the list has them too.
func TestTables(t *testing.T) {
	for _, table := range known {
		if len(table.marks) == 0 || table.read == nil {
			t.Errorf("%s has no marks", table.name)
		}
		for _, m := range table.marks {
			row := map[string]string{}
			for _, c := range m {
				row[c] = "1"
			}
			if got := tableOf(record(row), ""); got != table {
				t.Errorf("%s by %q is %v", table.name, m, got)
			}
		}
	}
}

const shapes = "../../../../shared/corpus/dumps/shapes/windows11-fleet-osquery-software.real-2025.subset.json"

// TestCorpus reads what Fleet lists of a real computer.
func TestCorpus(t *testing.T) {
	if _, err := os.Stat(shapes); err != nil {
		t.Skip("no windows11-fleet-osquery-software.real-2025.subset.json in ../shared/corpus/dumps/shapes beside the repository")
	}
	inv := scantest.Scan(t, New(), shapes)
	if len(inv.Devices) != 1 || inv.Devices[0].Platform != inventory.Windows || len(inv.Apps) != 10 || len(inv.Components) != 1 {
		t.Fatalf("%d devices, %d apps, %d components", len(inv.Devices), len(inv.Apps), len(inv.Components))
	}
	for id, kind := range map[string]inventory.IdentifierKind{"Microsoft.StorePurchaseApp": inventory.MSIXFamily, "Microsoft.Windows.FileExplorer": inventory.MSIXFamily, "Mozilla Firefox (x64 en-US)": inventory.NameOnly,
		"ms-vscode.cpptools-themes": inventory.VSCodeExtension} {
		if a := scantest.App(t, inv, id); a.IdentifierKind != kind {
			t.Errorf("%s: %+v", id, a)
		}
	}
	if in := scantest.App(t, inv, "ms-vscode.cpptools-themes").Installs; len(in) != 1 || in[0].User != "zach" {
		t.Errorf("%+v", in)
	}
}

// FuzzScan: no panic; every fact has a device and a name.
func FuzzScan(f *testing.F) {
	for _, name := range inputs(f) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	path := filepath.Join(f.TempDir(), "results")
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
		inv, _ := New().Scan(context.Background(), src)
		for _, a := range inv.Apps {
			if a.Identifier == "" || a.Device == "" || len(a.Origins) == 0 {
				t.Errorf("%+v", a)
			}
		}
		for _, p := range inv.SecurityProducts {
			if p.Name == "" || p.Kind == "" || p.Device == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}

// TestManyRows: what one computer can hold is bounded, and each computer has its share.
func TestManyRows(t *testing.T) {
	var text strings.Builder
	line := func(host, program string) {
		fmt.Fprintf(&text, `{"name":"programs","hostIdentifier":%q,"unixTime":1,"action":"added","counter":0,"columns":{"name":%q,"version":"1","install_location":"","identifying_number":""}}`+"\n", host, program)
	}
	for i := range maxOfHost + 5 {
		line("A", fmt.Sprint("Program ", i))
	}
	line("B", "Other")
	inv := scantest.Scan(t, New(), write(t, text.String()))
	if len(inv.Apps) != maxOfHost+1 || len(inv.Devices) != 2 {
		t.Errorf("%d apps on %d devices", len(inv.Apps), len(inv.Devices))
	}
	if gaps := scantest.Gaps(inv, inventory.GapLimit); len(gaps) != 1 || gaps[0].Count != 5 {
		t.Errorf("%+v", gaps)
	}
}
