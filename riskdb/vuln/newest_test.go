package vuln_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"quaestor/riskdb/vuln"
)

// TestNewest: of several versions of one advisory the one that was modified last counts, whichever is read first.
func TestNewest(t *testing.T) {
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		folder, dir := t.TempDir(), t.TempDir()
		for at, v := range map[string][2]string{order[0]: {"2026-11-01T00:00:00Z", "1.5.0"}, order[1]: {"2026-11-01T00:00:00.5Z", "2.0.0"}} {
			b := fmt.Sprintf(`{"schema_version": "1.6.0", "id": "Q-1", "modified": %q, "affected": [{"package": {"ecosystem": "npm", "name": "quince"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": %q}]}]}]}`, v[0], v[1])
			if err := os.MkdirAll(filepath.Join(folder, at), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, at, "Q-1.json"), []byte(b), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r, err := vuln.Import(t.Context(), dir, []string{folder}, vuln.Options{Today: today})
		if err != nil {
			t.Fatal(err)
		}
		v := ask(open(t, dir), exact("pkg:npm/quince@1.9.0"))
		if len(v.Found) != 1 || r.Copies[0].Records != 1 || r.Read != 2 || r.Same != 1 {
			t.Errorf("%v: found %d, %d records, read %d, same %d; want 1, 1, 2, 1", order, len(v.Found), r.Copies[0].Records, r.Read, r.Same)
		}
	}
}

// TestGathered: an advisory that gathers vulnerabilities is no finding of its own where each of them is told, and is one where not.
func TestGathered(t *testing.T) {
	upstream := func(list string) string {
		return `"upstream": ` + list + `, ` + about("Debian:12", "quince", "ECOSYSTEM")
	}
	db := advisories(t, map[string]string{
		"DEBIAN-CVE-2026-1": upstream(`["CVE-2026-1"]`), "DEBIAN-CVE-2026-2": upstream(`["CVE-2026-2"]`),
		"DSA-1-1": upstream(`["CVE-2026-1", "CVE-2026-2"]`), "DSA-2-1": upstream(`["CVE-2026-2", "CVE-2026-3"]`)})
	got := map[string]string{}
	for _, v := range ask(db, exact("pkg:deb/debian/quince@1?distro=debian-12")).Found {
		got[v.Vulnerability.ID] = fmt.Sprint(v.Advisories)
	}
	want := map[string]string{"CVE-2026-1": "[DEBIAN-CVE-2026-1 DSA-1-1]", "CVE-2026-2": "[DEBIAN-CVE-2026-2 DSA-1-1]", "DSA-2-1": "[DSA-2-1]"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestNotSilent: package URLs that name a thing in another way than advisories do are matched, or a gap.
func TestNotSilent(t *testing.T) {
	git := func(repo, tags string) string {
		return fmt.Sprintf(`"affected": [{"ranges": [{"type": "GIT", "repo": %q, "events": [{"introduced": "0"}]}], "versions": %s}]`, repo, tags)
	}
	db := advisories(t, map[string]string{"Q-1": about("Maven", "org.quince:pip", "ECOSYSTEM"), "Q-2": git("https://github.com/openssl/openssl", `["OpenSSL_1_1_1k", "openssl-3.0.0"]`),
		"Q-3": git("https://github.com/example/quince", `["quince-1.0", "quince-1.1"]`), "Q-4": git("https://github.com/example/medlar", `["v1.0"]`)})
	for purl, want := range map[string][2]int{
		"pkg:maven/pip@1.0":                                                   {0, 1},
		"pkg:generic/openssl@OpenSSL_1_1_1k":                                  {1, 0},
		"pkg:generic/openssl@1.1.1k":                                          {1, 0},
		"pkg:generic/openssl@OpenSSL_1_1_1l":                                  {0, 0},
		"pkg:github/openssl/openssl@3.0.0":                                    {1, 0},
		"pkg:github/openssl/openssl@openssl-3.0.0":                            {1, 0},
		"pkg:github/openssl/openssl@3.0.1":                                    {0, 0},
		"pkg:github/openssl/openssl@89cd17a031e022211684eb7eb41190cf1910f9fa": {0, 1},
		"pkg:github/example/quince@1.0":                                       {0, 1},
		"pkg:github/example/quince@quince-1.0":                                {1, 0},
		"pkg:github/example/medlar@1.0":                                       {1, 0},
		"pkg:github/example/medlar@1.1":                                       {0, 0},
	} {
		if v := ask(db, exact(purl)); len(v.Found) != want[0] || len(v.Gaps) != want[1] {
			t.Errorf("%s: %d found, %d gaps %+v; want %v", purl, len(v.Found), len(v.Gaps), v.Gaps, want)
		}
	}
}
