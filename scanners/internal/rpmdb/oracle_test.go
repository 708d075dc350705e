package rpmdb

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	oracle "github.com/anchore/go-rpmdb/pkg"
	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // the oracle opens SQLite through database/sql
)

// TestOracle compares this reader with another on the databases that the other's authors collected from
// Fedora, CentOS, SUSE and others.
func TestOracle(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it reads 300 MB of databases")
	}
	source, _ := runtime.FuncForPC(reflect.ValueOf(oracle.Open).Pointer()).FileLine(0)
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(source), "testdata", "*", "*"))
	files = slices.DeleteFunc(files, func(p string) bool {
		return !slices.Contains([]string{"Packages", "Packages.db", "rpmdb.sqlite"}, filepath.Base(p))
	})
	if len(files) == 0 {
		t.Skip("go-rpmdb came without its databases")
	}
	for _, p := range files {
		t.Run(filepath.Base(filepath.Dir(p)), func(t *testing.T) {
			want := byOracle(t, p)
			got, problems := readFile(t, p)
			if len(problems) > 0 || len(got) == 0 {
				t.Errorf("%d packages, problems %q", len(got), problems)
			}
			slices.Sort(want)
			slices.Sort(got)
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func byOracle(t *testing.T, p string) []string {
	t.Helper()
	db, err := oracle.Open(p)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list, err := db.ListPackages()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range list {
		out = append(out, fmt.Sprint(p.Name, " ", p.EpochNum(), " ", p.Version, " ", p.Release, " ", p.Arch, " ", p.Vendor, " ", p.SourceRpm, " ", p.InstallTime))
		files, err := p.InstalledFileNames()
		if err != nil {
			t.Error(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, ".conf") {
				out = append(out, f)
			}
		}
	}
	return out
}

func readFile(t testing.TB, p string) (pkgs, problems []string) {
	t.Helper()
	f, err := os.Open(p)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	err = Read(f, info.Size(), Handler{
		Package: func(p *Package) error {
			pkgs = append(pkgs, fmt.Sprint(p.Name, " ", p.Epoch, " ", p.Version, " ", p.Release, " ", p.Arch, " ", p.Vendor, " ", p.SourceRPM, " ", p.Installed.Unix()))
			pkgs = append(pkgs, p.Files...)
			return nil
		},
		Problem:  func(err error) { problems = append(problems, err.Error()) },
		WantFile: func(base []byte) bool { return bytes.HasSuffix(base, []byte(".conf")) },
	})
	if err != nil {
		problems = append(problems, err.Error())
	}
	return pkgs, problems
}
