package vuln

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	cpb "github.com/google/osv-scalibr/binary/proto/config_go_proto"
	"github.com/google/osv-scalibr/enricher/vulnmatch/osvlocal"
	"github.com/google/osv-scalibr/extractor"
	dpkgmeta "github.com/google/osv-scalibr/extractor/filesystem/os/dpkg/metadata"
	scalibr "github.com/google/osv-scalibr/inventory"
	"github.com/google/osv-scalibr/plugin/config"

	"quaestor/scanners/inventory"
)

// TestAgreesWithOSVScanner asks osv-scanner's own layer over the same folder about the same packages.
func TestAgreesWithOSVScanner(t *testing.T) {
	sources := []string{"testdata/osv"}
	if _, err := os.Stat("../../../shared/corpus/osv"); err == nil {
		sources = append(sources, "../../../shared/corpus/osv")
	}
	dir := t.TempDir()
	if _, err := Import(t.Context(), dir, sources, Options{Today: "2026-11-23"}); err != nil {
		t.Fatal(err)
	}
	db, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var components []inventory.Component
	var packages []*extractor.Package
	add := func(purl, kind, name, version string, meta *dpkgmeta.Metadata) {
		components = append(components, inventory.Component{PURL: purl, Exact: true})
		p := &extractor.Package{Name: name, Version: version, PURLType: kind}
		if meta != nil {
			p.Metadata = meta
		}
		packages = append(packages, p)
	}
	for _, v := range []string{"0.1.0", "1.0.0", "1.2.3", "1.4.1", "1.4.2", "1.18.3", "1.25.0", "1.25.3", "1.25.4", "2.0.0", "2.3.0", "2.3.1", "3.0.0"} {
		add("pkg:npm/%40quince/pip@"+v, "npm", "@quince/pip", v, nil)
		add("pkg:golang/stdlib@"+v, "golang", "stdlib", v, nil)
		add("pkg:golang/golang.org/x/net@v0."+v, "golang", "golang.org/x/net", "0."+v, nil)
		add("pkg:pypi/medlar-tools@"+v, "pypi", "medlar_tools", v, nil)
		add("pkg:pypi/pillow@"+v, "pypi", "Pillow", v, nil)
		add("pkg:cargo/loquat@"+v, "cargo", "loquat", v, nil)
		add("pkg:maven/org.quince/marmalade@"+v, "maven", "org.quince:marmalade", v, nil)
		add("pkg:deb/debian/bletted@1:"+v+"?distro=debian-12", "deb", "bletted", "1:"+v, &dpkgmeta.Metadata{PackageName: "bletted", OSID: "debian", OSVersionID: "12"})
	}
	var ours []string
	v := db.Vulnerabilities(&inventory.Inventory{Components: components}, "2026-11-23")
	for _, f := range v.Found {
		for _, id := range f.Advisories {
			ours = append(ours, f.Component.PURL+" "+id)
		}
	}
	theirs := enriched(t, dir, components, packages)
	slices.Sort(ours)
	if len(ours) < 40 || len(v.Gaps) > 0 { // the advisories of testdata alone give that many
		t.Errorf("only %d answers, %+v", len(ours), v.Gaps)
	}
	if !slices.Equal(ours, theirs) {
		for _, s := range ours {
			if !slices.Contains(theirs, s) && !passedOver(t, db, s[strings.LastIndex(s, " ")+1:]) {
				t.Errorf("alone: %s", s)
			}
		}
		for _, s := range theirs {
			if !slices.Contains(ours, s) {
				t.Errorf("missing: %s", s)
			}
		}
	}
}

// enriched is what osv-scanner's layer says.
func enriched(t *testing.T, dir string, components []inventory.Component, packages []*extractor.Package) []string {
	e, err := osvlocal.New(&config.PluginConfig{ClientFactories: config.NewDefaultClientFactories("test"),
		ProtoConfig: &cpb.PluginConfig{PluginSpecific: []*cpb.PluginSpecificConfig{{Config: &cpb.PluginSpecificConfig_Osvlocal{Osvlocal: &cpb.OSVLocalConfig{LocalPath: dir}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	inv := &scalibr.Inventory{Packages: packages}
	if err := e.Enrich(context.Background(), nil, inv); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, v := range inv.PackageVulns {
		out = append(out, components[slices.Index(packages, v.Package)].PURL+" "+v.Vulnerability.GetId())
	}
	slices.Sort(out)
	return out
}

// passedOver reports whether osv-scanner's layer passes over an advisory for one of two reasons that do not hold: it
// writes the name of a Python package in another way than the package index does, or it has a range of commits before
// the range of versions, at which the layer ends its search.
func passedOver(t *testing.T, db *DB, id string) bool {
	x, err := db.index("PyPI")
	if err != nil {
		t.Fatal(err)
	}
	for n := range x.records {
		b, err := x.read(n)
		if err != nil {
			t.Fatal(err)
		}
		r, err := decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if r.ID == id {
			a := r.Affected[0]
			return a.Package.Name != nameIn("PyPI", a.Package.Name) || len(a.Ranges) > 1 && a.Ranges[0].Type == "GIT"
		}
	}
	return false
}

// TestSpansAgreeWithTheEngine: the words and bounds of this package rest on the same order as the engine's verdict.
func TestSpansAgreeWithTheEngine(t *testing.T) {
	files, _ := filepath.Glob("testdata/osv/*.json")
	more, _ := filepath.Glob("../../../shared/corpus/osv/golang+vulndb/data/osv/*.json")
	asked, affected := 0, 0
	for _, name := range append(files, more...) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := decode(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range r.Affected {
			base, release := splitEcosystem(a.Package.Ecosystem)
			if base == "" || len(a.Versions) > 0 {
				continue
			}
			for _, v := range edges(a) {
				c := coordinate{base: base, release: release, name: nameIn(base, a.Package.Name), version: v}
				exactly, err := c.judge(r, bounds{exact: true})
				if err != nil {
					t.Fatalf("%s: %v", r.ID, err)
				}
				point, err := c.judge(r, bounds{from: v, to: v})
				asked++
				if err != nil || point.affected != exactly.affected || point.affected && (!point.certain || point.words == "") {
					t.Errorf("%s %s: the engine says %+v, the spans %+v, %v", r.ID, v, exactly, point, err)
				}
				if exactly.affected {
					affected++
				}
			}
		}
	}
	if asked < 30 || affected < 10 || affected == asked {
		t.Errorf("%d asked, %d affected", asked, affected)
	}
}

// edges are the versions at which an advisory changes its mind, and some beside them.
func edges(a affected) []string {
	var out []string
	for _, r := range a.Ranges {
		for _, e := range r.Events {
			if v := e.version(); v != "0" {
				out = append(out, v, fmt.Sprintf("%s.1", strings.TrimSuffix(v, "-0")), "0.0.1")
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
