package vuln_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"quaestor/riskdb"
	"quaestor/riskdb/vuln"
)

const kevJSON = `{"title": "invented", "catalogVersion": "2026.11.20", "vulnerabilities": [
 {"cveID": "CVE-2026-90001", "dateAdded": "2026-11-03", "dueDate": "2026-11-24", "knownRansomwareCampaignUse": "Known"},
 {"cveID": "CVE-2026-90002", "dateAdded": "2026-10-03", "dueDate": "2026-10-24", "knownRansomwareCampaignUse": "Unknown"},
 {"cveID": "nonsense", "dateAdded": "2026-10-03"}]}`

const kevCSV = `cveID,vendorProject,product,vulnerabilityName,dateAdded,shortDescription,requiredAction,dueDate,knownRansomwareCampaignUse,notes,cwes
CVE-2026-90003,Quince,sorb,"a, b",2026-09-01,x,y,2026-09-21,Unknown,,
`

const epss = "#model_version:v2026.01.01,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\nCVE-2026-90001,0.97512,0.99987\nCVE-2026-90002,1.5,0.1\n"

// written puts a file into a folder of the test.
func written(t *testing.T, name string, text []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLists(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(epss))
	z.Close()
	dir := imported(t, written(t, "kev.json", []byte(kevJSON)), written(t, "epss_scores-current.csv.gz", packed.Bytes()))
	db := open(t, dir)
	v := ask(db, exact("pkg:npm/%40quince/pip@1.0.0"), exact("pkg:pypi/medlar-tools@1.5"))
	if len(v.Found) != 2 {
		t.Fatalf("%+v", v)
	}
	a, b := v.Found[0].Vulnerability, v.Found[1].Vulnerability
	if a.Exploited == nil || *a.Exploited != (riskdb.Exploited{Added: "2026-11-03", Due: "2026-11-24", Ransomware: true}) ||
		a.Likelihood == nil || *a.Likelihood != (riskdb.Likelihood{Probability: 0.97512, Percentile: 0.99987, On: "2026-11-21"}) {
		t.Errorf("%+v %+v", a.Exploited, a.Likelihood)
	}
	if b.Exploited == nil || b.Exploited.Ransomware || b.Likelihood != nil {
		t.Errorf("%+v %+v", b.Exploited, b.Likelihood)
	}
	// Another list takes the place of the old one.
	if _, err := vuln.Import(t.Context(), dir, []string{written(t, "kev.csv", []byte(kevCSV))}, vuln.Options{Today: today}); err != nil {
		t.Fatal(err)
	}
	v = ask(open(t, dir), exact("pkg:npm/%40quince/pip@1.0.0"), exact("pkg:golang/quince.example/sorb@v1.0.0"))
	if x := v.Found[0].Vulnerability; x.Exploited != nil || x.Likelihood == nil {
		t.Errorf("%+v", x)
	}
	if x := v.Found[1].Vulnerability; x.Exploited == nil || x.Exploited.Added != "2026-09-01" {
		t.Errorf("%+v", x)
	}
	// A file that is damaged is a gap.
	files, _ := filepath.Glob(filepath.Join(dir, "quaestor", "epss-*.bin"))
	if len(files) != 1 || os.Truncate(files[0], 5) != nil {
		t.Fatalf("%q", files)
	}
	if v = ask(open(t, dir), exact("pkg:npm/%40quince/pip@1.0.0")); len(v.Found) != 1 || len(v.Gaps) != 1 {
		t.Errorf("%+v", v)
	}
}
