package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/reports/schematest"
	"quaestor/scanners/inventory"
)

// samples are the inputs among the test data of all packages: what lies directly in a folder testdata.
func samples(t *testing.T) (out []string) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2 || d.Name() == "riskdb" || d.Name() == "reports" {
			return fs.SkipDir
		}
		if d.Name() != "testdata" {
			return nil
		}
		entries, err := os.ReadDir(name)
		for _, e := range entries {
			if base := e.Name(); !strings.HasSuffix(base, ".golden.json") && !strings.HasSuffix(base, ".sh") {
				out = append(out, filepath.Join(name, base))
			}
		}
		return err
	})
	for _, group := range []string{"computers", "phones", "inventories"} { // the samples of the project stand one folder deeper
		entries, err := os.ReadDir(filepath.Join(root, "testdata", group))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, filepath.Join(root, "testdata", group, e.Name()))
		}
	}
	if err != nil || len(out) < 100 {
		t.Fatalf("%d samples, error %v: is the test looking at the right place?", len(out), err)
	}
	return out
}

// TestListsOfAllSamples writes lists of all the test data that there is, with a vulnerability for each component, and holds them
// against the schemas that the formats publish. Every reference names one thing.
func TestListsOfAllSamples(t *testing.T) {
	cyclonedx, spdx := schematest.CycloneDX(t), schematest.SPDX(t)
	all := samples(t)
	dir := t.TempDir()
	facts, osv := filepath.Join(dir, "facts.json"), filepath.Join(dir, "osv")
	run(t, nil, append([]string{"scan", "--vulns", "off", "-o", "inventory=" + facts}, all...)...)
	if n := advise(t, facts, filepath.Join(dir, "records")); n < 10 {
		t.Fatalf("only %d components can be advised on", n)
	}
	if code, _, errs := run(t, nil, "db", "import-osv", "--osv-dir", osv, filepath.Join(dir, "records")); code != ExitClean {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	weak := 0
	lists := func(name string, targets ...string) {
		t.Run(name, func(t *testing.T) {
			cdx, sp := filepath.Join(dir, "list.cdx.json"), filepath.Join(dir, "list.spdx.json")
			os.Remove(cdx)
			code, _, errs := run(t, nil, append([]string{"scan", "--vulns", "auto", "--osv-dir", osv, "-o", "cyclonedx=" + cdx, "-o", "spdx=" + sp}, targets...)...)
			if _, err := os.Stat(cdx); code == ExitUsage || err != nil {
				t.Skipf("exit code %d, nothing is written: %s", code, errs)
			}
			text := readFile(t, cdx)
			schematest.Check(t, cyclonedx, text)
			schematest.Check(t, spdx, readFile(t, sp))
			weak += sound(t, text)
			soundSPDX(t, readFile(t, sp))
		})
	}
	for _, s := range all {
		lists(filepath.ToSlash(strings.TrimPrefix(s, filepath.Join("..", "..")+string(filepath.Separator))), s)
	}
	lists("everything", all...)
	if weak < 20 {
		t.Errorf("only %d vulnerabilities in all lists", weak)
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sound holds references of a list in CycloneDX against its things, and returns how many vulnerabilities it has.
func sound(t *testing.T, text []byte) int {
	t.Helper()
	type thing struct {
		Ref string `json:"bom-ref"`
	}
	var l struct {
		Metadata     struct{ Component thing }
		Components   []thing
		Dependencies []struct {
			Ref       string
			DependsOn []string
		}
		Vulnerabilities []struct {
			thing
			Affects []struct{ Ref string }
		}
		Annotations  []struct{ Subjects []string }
		Compositions []struct{ Assemblies []string }
	}
	if err := json.Unmarshal(text, &l); err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, c := range append(l.Components, l.Metadata.Component) {
		if have[c.Ref] {
			t.Errorf("%s is there twice", c.Ref)
		}
		have[c.Ref] = true
	}
	named := func(refs ...string) {
		for _, ref := range refs {
			if !have[ref] {
				t.Errorf("%s is named and not there", ref)
			}
		}
	}
	for _, d := range l.Dependencies {
		named(append(d.DependsOn, d.Ref)...)
	}
	for _, a := range l.Annotations {
		named(a.Subjects...)
	}
	for _, c := range l.Compositions {
		named(c.Assemblies...)
	}
	for _, v := range l.Vulnerabilities {
		for _, a := range v.Affects {
			named(a.Ref)
		}
		if have[v.Ref] || len(v.Affects) == 0 {
			t.Errorf("%s is there twice, or affects nothing", v.Ref)
		}
		have[v.Ref] = true
	}
	return len(l.Vulnerabilities)
}

func soundSPDX(t *testing.T, text []byte) {
	t.Helper()
	var l struct {
		Packages      []struct{ SPDXID string }
		Relationships []struct{ SpdxElementID, RelatedSpdxElement string }
	}
	if err := json.Unmarshal(text, &l); err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{"SPDXRef-DOCUMENT": true}
	for _, p := range l.Packages {
		if have[p.SPDXID] {
			t.Errorf("%s is there twice", p.SPDXID)
		}
		have[p.SPDXID] = true
	}
	inside := map[string]bool{}
	for _, r := range l.Relationships {
		if !have[r.SpdxElementID] || !have[r.RelatedSpdxElement] {
			t.Errorf("%v names what is not there", r)
		}
		inside[r.RelatedSpdxElement] = true
	}
	for _, p := range l.Packages {
		if !inside[p.SPDXID] {
			t.Errorf("%s is in nothing", p.SPDXID)
		}
	}
}

// advise writes an advisory on each component of an inventory whose ecosystem has a name in OSV's words, and returns how many.
func advise(t *testing.T, facts, dir string) int {
	t.Helper()
	var inv inventory.Inventory
	if err := json.Unmarshal(readFile(t, facts), &inv); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range inv.Components {
		ecosystem, name := inOSV(c.PURL)
		if ecosystem == "" || c.Version == "" {
			continue
		}
		n++
		id := fmt.Sprintf("TEST-2026-%d", n)
		record := map[string]any{"schema_version": "1.7.0", "id": id, "modified": "2026-11-01T00:00:00Z", "aliases": []string{fmt.Sprintf("CVE-2026-%d", 10_000+n)}, "summary": "Made for a test",
			"severity": []any{map[string]any{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}},
			"affected": []any{map[string]any{"package": map[string]any{"ecosystem": ecosystem, "name": name}, "versions": []string{c.Version}}}}
		text, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, id+".json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// inOSV is the ecosystem and the name of a package in the words of OSV, of those ecosystems that need few words.
func inOSV(purl string) (ecosystem, name string) {
	rest, ok := strings.CutPrefix(purl, "pkg:")
	if !ok {
		return "", ""
	}
	rest, query, _ := strings.Cut(rest, "?")
	kind, rest, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(rest, '@'); at > 0 {
		rest = rest[:at]
	}
	name, _ = url.PathUnescape(rest)
	switch values, _ := url.ParseQuery(query); kind {
	case "deb":
		release, ok := strings.CutPrefix(values.Get("distro"), "debian-")
		if !ok {
			return "", ""
		}
		source, _, _ := strings.Cut(values.Get("upstream"), "@")
		return "Debian:" + release, slices.DeleteFunc([]string{source, path.Base(name)}, func(s string) bool { return s == "" })[0]
	case "maven":
		return "Maven", strings.Replace(name, "/", ":", 1)
	case "npm", "golang", "pypi", "cargo", "nuget":
		return map[string]string{"npm": "npm", "golang": "Go", "pypi": "PyPI", "cargo": "crates.io", "nuget": "NuGet"}[kind], name
	}
	return "", ""
}
