package vuln_test

import (
	"os"
	"path/filepath"
	"testing"

	"quaestor/riskdb/vuln"
	"quaestor/scanners/inventory"
)

const corpus = "../../../shared/corpus/osv"

// TestCorpus imports real advisories.
func TestCorpus(t *testing.T) {
	for _, part := range []string{"golang+vulndb", "pypa+advisory-database"} {
		if _, err := os.Stat(filepath.Join(corpus, part)); err != nil {
			t.Skipf("%s of the corpus is not there", part)
		}
	}
	dir := t.TempDir()
	r, err := vuln.Import(t.Context(), dir, []string{corpus}, vuln.Options{Today: "2026-11-23"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Read != 1969 || r.Broken != 0 || len(r.Copies) != 2 || r.Copies[0].Records+r.Copies[0].Withdrawn != 1797 || r.Copies[1].Records != 172 {
		t.Errorf("%+v", r)
	}
	db := open(t, dir)
	inv := &inventory.Inventory{Components: []inventory.Component{
		{ID: "a", PURL: "pkg:pypi/Pillow@8.1.0", Exact: true},
		{ID: "b", PURL: "pkg:golang/github.com/gohugoio/hugo@v0.100.0", Exact: true},
		{ID: "c", PURL: "pkg:golang/stdlib@1.20.1", Exact: true},
		{ID: "d", PURL: "pkg:pypi/pillow@99.0", Exact: true},
	}}
	v := db.Vulnerabilities(inv, "2026-11-23")
	if len(v.Gaps) > 0 || v.Checked != 4 {
		t.Errorf("%d checked, %+v", v.Checked, v.Gaps)
	}
	n := map[string]int{}
	for _, f := range v.Found {
		n[f.Component.ID]++
		if !f.Certain || f.Affected == "" {
			t.Errorf("%s %s: %+v", f.Component.ID, f.Vulnerability.ID, f)
		}
	}
	if n["a"] < 20 || n["b"] == 0 || n["c"] < 10 || n["d"] > 0 {
		t.Errorf("found %v", n)
	}
}
