package vuln_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/riskdb"
	"quaestor/riskdb/vuln"
)

// texts are what an entry says, a line a fact.
func texts(list []riskdb.Entry) string {
	var out []string
	for _, e := range list {
		out = append(out, e.ID+" = "+e.Title)
		for _, f := range e.Facts {
			out = append(out, f.Label+": "+f.Text)
		}
	}
	return strings.Join(out, "\n")
}

// TestExplain: an advisory is found by its own id and by those that it names, in any case, with everything that names it.
func TestExplain(t *testing.T) {
	kev := filepath.Join(t.TempDir(), "kev.json")
	os.WriteFile(kev, []byte(`{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-90001", "dateAdded": "2026-11-03"}, {"cveID": "CVE-2026-99999", "dateAdded": "2026-11-04"}]}`), 0o600)
	db := open(t, imported(t, kev))
	for id, want := range map[string][]string{
		"CVE-2026-90001":        {"CVE-2026-90001 = ", "Also: GHSA-aaaa-bbbb-cccc", "GHSA-aaaa-bbbb-cccc: npm @quince/pip: before 1.4.2; from 2.0.0, before 2.3.1, mended in 1.4.2, 2.3.1", "known exploited vulnerabilities since 2026-11-03", "FIRST EPSS: not imported"},
		"cve-2026-90001":        {"CVE-2026-90001 = ", "GHSA-aaaa-bbbb-cccc: npm"},
		"ghsa-AAAA-bbbb-cccc":   {"CVE-2026-90001 = "},
		"GHSA-dddd-eeee-ffff":   {"CVE-2026-90002 = ", "PYSEC-2026-9001: PyPI medlar-tools: from 1.0, up to 1.9.post1"},
		"DEBIAN-CVE-2026-90006": {"Debian 12 bletted: before 1:2.30-5+deb12u2, mended in 1:2.30-5+deb12u2; Debian 13 bletted: before 1:2.41-1", "DSA-9001-1: gathers 2 vulnerabilities; Debian 12 bletted"},
		"CVE-2026-90007":        {"DSA-9001-1: gathers 2 vulnerabilities"},
		"GO-2026-9002":          {"GO-2026-9002: withdrawn on "},
		"CVE-2026-90009":        {"CVE-2026-90009: GIT ", "3 versions that the advisory lists|v1.2.11, v1.2.12, v1.3"},
		"CVE-2026-99999":        {"CVE-2026-99999 = CVE-2026-99999", "known exploited vulnerabilities since 2026-11-04"},
	} {
		got, err := db.Explain(id)
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %d entries, error %v", id, len(got), err)
			continue
		}
		for _, w := range want {
			if !slices.ContainsFunc(strings.Split(w, "|"), func(w string) bool { return strings.Contains(texts(got), w) }) {
				t.Errorf("%s: %q is missing in\n%s", id, w, texts(got))
			}
		}
	}
	if got, err := db.Explain("CVE-2026-12345"); err != nil || got != nil {
		t.Errorf("%v, error %v", texts(got), err)
	}
}

func TestIsID(t *testing.T) {
	for id, want := range map[string]bool{"CVE-2023-4863": true, "cve-2023-4863": true, "GHSA-jxyz-hxab-pprq": true, "RHSA-2023:5184": true, "DSA-5497-1": true, "GO-2024-2687": true, "MAL-2026-90001": true, "USN-6369-1": true,
		"tiktok": false, "be-fed": false, "com.example-1": false, "": false, "-1": false, "CVE-2023/4863": false, "é-1": false} {
		if vuln.IsID(id) != want {
			t.Errorf("%q: %v", id, !want)
		}
	}
}
