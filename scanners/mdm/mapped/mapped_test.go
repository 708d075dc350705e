package mapped

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/mapping"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// TestShipped: every mapping that comes with the program can be used, has an export made after the published form, and that export is
// recognised by it alone.
func TestShipped(t *testing.T) {
	names, err := filepath.Glob("maps/*.yaml")
	if err != nil || len(names) < 9 {
		t.Fatalf("only %d mappings (%v)", len(names), err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mapping.Parse(name, text)
		if err != nil {
			t.Fatal(err)
		}
		base := strings.TrimSuffix(filepath.Base(name), ".yaml")
		t.Run(base, func(t *testing.T) {
			exports, _ := filepath.Glob("testdata/" + base + ".*")
			exports = slices.DeleteFunc(exports, func(e string) bool { return strings.HasSuffix(e, ".golden.json") })
			if len(exports) != 1 {
				t.Fatalf("exports of it: %q", exports)
			}
			head, err := os.ReadFile(exports[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, other := range shipped() {
				if got, want := other.Fits(head), other.Name() == m.Name() && m.Fits(head); got && !want {
					t.Errorf("%q fits it as well", other.Name())
				}
			}
			if !New().Recognise(scantest.Open(t, exports[0])) {
				t.Fatal("not recognised")
			}
			inv := scantest.Scan(t, New(), exports[0])
			if len(inv.Devices) == 0 || len(inv.Apps) == 0 {
				t.Errorf("%d devices, %d apps", len(inv.Devices), len(inv.Apps))
			}
			scantest.Golden(t, inv, exports[0]+".golden.json")
		})
	}
}

func own(t testing.TB, file string) (*Own, scanners.Scanner) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	o, err := Parse(file, text)
	if err != nil {
		t.Fatal(err)
	}
	return o, o.With([]scanners.Scanner{New()})[0]
}

func TestOwn(t *testing.T) {
	o, s := own(t, "testdata/mapping.yaml")
	if o.Used() {
		t.Error("used before anything was read")
	}
	inv := scantest.Scan(t, s, "testdata/phones.csv")
	scantest.Golden(t, inv, "testdata/phones.csv.golden.json")
	if !o.Used() {
		t.Error("not noted as used")
	}
	seen := inv.Devices[slices.IndexFunc(inv.Devices, func(d inventory.Device) bool { return d.Platform == inventory.IOS })].LastSeen
	if seen == nil || seen.Format("2006-01-02 15:04") != "2024-04-03 08:00" { // the later of two, at +02:00
		t.Errorf("last seen %v", seen)
	}
	if slices.ContainsFunc(inv.Apps, func(a inventory.App) bool { return a.Identifier == "com.tencent.xin" }) {
		t.Error("an app that was removed counts as installed")
	}
}

// TestRefused: a mapping that does not fit gives an error that says what the export has.
func TestRefused(t *testing.T) {
	_, s := own(t, "testdata/mapping.yaml")
	for name, text := range map[string]string{
		"another.csv": "Serial,Name,App\n1,2,3\n",
		"json.json":   `[{"serial":"1"}]`,
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := scanners.Run(t.Context(), []source.Target{{Path: path}}, scanners.Options{Scanners: []scanners.Scanner{s}, Limits: source.DefaultLimits})
		failed := scantest.Gaps(inv, inventory.GapFailed)
		if len(inv.Devices) != 0 || len(failed) != 1 || inv.Runs[0].Status != inventory.RunFailed {
			t.Errorf("%s: %d devices, %+v, %+v", name, len(inv.Devices), failed, inv.Runs)
			continue
		}
		if name == "another.csv" && (!strings.Contains(failed[0].Detail, `it has "Serial", "Name", "App"`) || !strings.Contains(failed[0].Detail, "Seriennummer")) {
			t.Error(failed[0].Detail)
		}
	}
}

// TestDescribe: what nobody reads is described by its look.
func TestDescribe(t *testing.T) {
	for text, want := range map[string]string{
		"Gerät;App\nx;y\n":                             `a CSV with the columns "Gerät", "App"`,
		`{"next":1,"things":[{"who":"a","what":[1]}]}`: `JSON, an object with the members "next", "things"; of these are lists: things (its elements have "who", "what")`,
		`[{"who":"a"}]`:                                `JSON, a list of objects with the members "who"`,
		"%PDF-1.7\n":                                   "a PDF",
		"<!doctype HTML><title>Sign in</title>":        "a web page, such as the page of a sign-in in place of a download",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00":     "an Office document of the old form, such as an Excel workbook (.xls)",
		"  \n": "an empty file",
		"This is a letter about something else than apps.\nEnd": "",
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		what, next := New().(scanners.Describer).Describe(scantest.Open(t, path))
		if what != want || (next == "") != (want == "") {
			t.Errorf("%q: %q, %q", text, what, next)
		}
	}
}

// TestReadme: the example is the file that TestOwn runs.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("testdata/mapping.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.ReplaceAll(string(readme), "\r\n", "\n"), "<!-- mapping -->\n```yaml\n"+string(example)+"```\n") {
		t.Error("the example in scanners/README.md is another one")
	}
}

// TestWorkbook: what people export most is told as what it is.
func TestWorkbook(t *testing.T) {
	for name, want := range map[string]string{"xl/workbook.xml": "an Excel workbook (save its sheet as CSV, and scan that)", "word/document.xml": ""} {
		path := filepath.Join(t.TempDir(), "x.xlsx")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		z := zip.NewWriter(f)
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(z.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		if got := New().(scanners.Relative).Kin(scantest.Open(t, path)); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
