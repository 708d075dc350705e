package dex

import (
	"context"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

const corpus = "../../../../shared/corpus"

var dexName = regexp.MustCompile(`^classes([2-9]|[1-9][0-9]+)?\.dex$`)

// corpusApp is one APK of the corpus with its code.
type corpusApp struct {
	path    string
	classes int
	names   []string
	data    [][]byte
}

// corpusApps reads the code of all APKs; without a corpus the test is skipped.
func corpusApps(t testing.TB) []corpusApp {
	t.Helper()
	file, err := os.Open(filepath.Join(corpus, "apks.tsv"))
	if err != nil {
		t.Skipf("the corpus of foreign APKs is missing: %v", err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := slices.Index(rows[0], "n_classes")
	var apps []corpusApp
	for _, row := range rows[1:] {
		if n, err := strconv.Atoi(row[column]); err == nil {
			apps = append(apps, loadApp(t, row[0], n))
		}
	}
	return apps
}

func loadApp(t testing.TB, path string, classes int) corpusApp {
	app := corpusApp{path: path, classes: classes}
	data, err := os.Open(filepath.Join(corpus, path))
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	info, err := data.Stat()
	if err != nil {
		t.Fatal(err)
	}
	f, err := apkfile.Open(data, info.Size())
	if err != nil {
		return app
	}
	for i := range f.Entries {
		e := &f.Entries[i]
		if !dexName.MatchString(e.Name) {
			continue
		}
		if b, err := f.Read(context.Background(), e, 100<<20); err == nil {
			app.names, app.data = append(app.names, e.Name), append(app.data, b)
		}
	}
	return app
}

func TestCorpusClasses(t *testing.T) {
	checked := 0
	for _, app := range corpusApps(t) {
		var set Set
		for i, data := range app.data {
			f, err := Read(context.Background(), data, app.names[i])
			if err != nil && IsDex(data) {
				t.Errorf("%s: %s: %v", app.path, app.names[i], err)
			}
			set.Add(f)
		}
		got := 0
		if r := set.Result(); r.Code != nil {
			got = r.Code.Classes
		}
		if got != app.classes {
			t.Errorf("%s: %d classes, want %d", app.path, got, app.classes)
		}
		if app.classes > 0 {
			checked++
		}
	}
	if checked < 40 {
		t.Errorf("only %d APKs with code were compared", checked)
	}
}

var dumped = regexp.MustCompile(`(?m)^  Class descriptor  : '(.*)'$`)

var reflected = regexp.MustCompile(`(?m)\|[0-9a-f]+: invoke-\S+ .* Ljava/lang/(reflect/Method;\.invoke|Class;\.(forName|getMethod|getDeclaredMethod)):`)

// reflections counts the calls by name.
func reflections(t *testing.T, data []byte) int {
	t.Helper()
	for _, m := range read(t, data).Marks {
		if m.Code == inventory.MarkReflection {
			return m.Count
		}
	}
	return 0
}

// TestDexdump compares the lists of classes with those of Debian's dexdump, and the number of calls that it lists.
func TestDexdump(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: dexdump takes a minute over the corpus")
	}
	tool, err := exec.LookPath("dexdump")
	if err != nil {
		t.Skip("dexdump is missing: apt-get install dexdump")
	}
	dir := t.TempDir()
	compared, seen := 0, map[string]bool{}
	for _, app := range corpusApps(t) {
		for i, data := range app.data {
			if seen[string(data)] || len(data) > 2<<20 { // its listing would be long
				continue
			}
			seen[string(data)] = true
			path := filepath.Join(dir, app.names[i])
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(tool, "-d", path).Output()
			if err != nil {
				continue // dexdump refuses damaged files
			}
			var want []string
			for _, m := range dumped.FindAllStringSubmatch(string(out), -1) {
				want = append(want, m[1])
			}
			if got := descriptors(t, data); !slices.Equal(got, want) {
				t.Errorf("%s: %s: %d classes differ from %d of dexdump", app.path, app.names[i], len(got), len(want))
			}
			if got, want := reflections(t, data), len(reflected.FindAll(out, -1)); got != want {
				t.Errorf("%s: %s: %d calls by name, dexdump lists %d", app.path, app.names[i], got, want)
			}
			compared++
		}
	}
	if compared < 50 {
		t.Errorf("only %d files were compared", compared)
	}
}

// descriptors lists the classes as they stand in the file.
func descriptors(t *testing.T, data []byte) []string {
	t.Helper()
	files, err := open(data, newCollector("classes.dex", len(data)))
	if err != nil {
		t.Error(err)
	}
	var out []string
	for _, f := range files {
		for p := 0; p < len(f.classes); p += classSize {
			out = append(out, strings.ToValidUTF8(string(f.typeText(u32(f.classes, p))), "?"))
		}
	}
	return out
}
