package vuln_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/riskdb/vuln"
	"quaestor/scanners/inventory"
)

// advisories is a database of advisories that are given as the members behind id and modified.
func advisories(t testing.TB, list map[string]string) *vuln.DB {
	t.Helper()
	folder, dir := t.TempDir(), t.TempDir()
	for id, rest := range list {
		b := fmt.Sprintf(`{"schema_version": "1.6.0", "id": %q, "modified": "2026-11-20T00:00:00Z", %s}`, id, rest)
		if err := os.WriteFile(filepath.Join(folder, id+".json"), []byte(b), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := vuln.Import(t.Context(), dir, []string{folder}, vuln.Options{Today: today}); err != nil {
		t.Fatal(err)
	}
	return open(t, dir)
}

// about is an advisory on every version of a package before 9.
func about(ecosystem, name, kind string) string {
	return fmt.Sprintf(`"affected": [{"package": {"ecosystem": %q, "name": %q}, "ranges": [{"type": %q, "events": [{"introduced": "0"}, {"fixed": "9.0.0"}]}]}]`, ecosystem, name, kind)
}

// TestNoVersion: what is written in the place of a version, and is none, is neither affected nor passed over.
func TestNoVersion(t *testing.T) {
	db := advisories(t, map[string]string{
		"Q-1": about("npm", "quince", "SEMVER"), "Q-2": about("PyPI", "quince", "ECOSYSTEM"), "Q-3": about("Maven", "org.quince:pip", "ECOSYSTEM"),
		"Q-4": about("Go", "stdlib", "SEMVER"), "Q-5": about("NuGet", "Quince", "ECOSYSTEM"), "Q-6": about("Packagist", "quince/pip", "ECOSYSTEM"),
		"Q-7": about("Debian:12", "quince", "ECOSYSTEM"), "Q-8": about("ConanCenter", "quince", "SEMVER")})
	for _, c := range []struct {
		purl string
		is   bool
	}{
		{"pkg:npm/quince@4.17.0", true}, {"pkg:npm/quince@v4.17.0-rc.1%2Bx.y", true}, {"pkg:npm/quince@4.17.0-x.7.z.92", true},
		{"pkg:npm/quince@%5E4.17.0", false}, {"pkg:npm/quince@~4", false}, {"pkg:npm/quince@latest", false}, {"pkg:npm/quince@*", false}, {"pkg:npm/quince@1.x", false},
		{"pkg:npm/quince@workspace:*", false}, {"pkg:npm/quince@git%2Bhttps://quince.example/4.git", false}, {"pkg:npm/quince@1.0.0%20||%202.0.0", false},
		{"pkg:pypi/quince@1!1.9.post1%2Blocal", false}, // past 9
		{"pkg:pypi/quince@1.9.post1%2Blocal", true}, {"pkg:pypi/quince@%3E%3D1.0", false}, {"pkg:pypi/quince@latest", false},
		{"pkg:maven/org.quince/pip@1.0.RELEASE", true}, {"pkg:maven/org.quince/pip@RELEASE", false}, {"pkg:maven/org.quince/pip@%24%7Bpip.version%7D", false},
		{"pkg:maven/org.quince/pip@%5B1.0,2.0)", false}, {"pkg:golang/stdlib@go1.22rc1", true}, {"pkg:golang/stdlib@devel", false}, {"pkg:golang/stdlib@1.22.1-X:nodwarf5", true}, {"pkg:golang/stdlib@go1.22.1%20X:nodwarf5", true},
		{"pkg:nuget/Quince@1.2.3.4", true}, {"pkg:nuget/Quince@1.*", false}, {"pkg:composer/quince/pip@v1.2", true}, {"pkg:composer/quince/pip@dev-main", false},
		{"pkg:composer/quince/pip@2.x-dev", false}, {"pkg:deb/debian/quince@1:1~rc1%2Bdfsg-2~deb12u1?distro=debian-12", false}, // 1: is past 9
		{"pkg:deb/debian/quince@1~rc1%2Bdfsg-2~deb12u1?distro=debian-12", true}, {"pkg:conan/quince@cci.20200203", true},
	} {
		v := ask(db, exact(c.purl))
		if got := len(v.Found) == 1; got != c.is {
			t.Errorf("%s: found %v, want %v", c.purl, got, c.is)
		}
		if past := strings.Contains(c.purl, "@1!") || strings.Contains(c.purl, "@1:"); !c.is && !past && (len(v.Gaps) != 1 || v.Gaps[0].Kind != inventory.GapBlind) {
			t.Errorf("%s: %+v", c.purl, v.Gaps)
		}
	}
}

// TestHugeVersion: a version of a megabyte is told as none at once.
func TestHugeVersion(t *testing.T) {
	db := advisories(t, map[string]string{"Q-1": about("npm", "quince", "SEMVER")})
	v := ask(db, exact("pkg:npm/quince@1."+strings.Repeat("9", 1<<20)), exact("pkg:npm/quince@1.0.0-"+strings.Repeat("a.", 1<<19)+"b"))
	if len(v.Found) != 0 || v.Checked != 0 || len(v.Gaps) != 1 || v.Gaps[0].Count != 2 {
		t.Errorf("%d found, %+v", len(v.Found), v.Gaps)
	}
}

// TestUndecided: an advisory that names a package and no versions to compare with is told, and is no clean answer.
func TestUndecided(t *testing.T) {
	git := `"affected": [{"ranges": [{"type": "GIT", "repo": "https://github.com/madler/zlib", "events": [{"introduced": "0"}, {"fixed": "04f42ceca40f73e2978b50e93806c2a18c1281fc"}]}]%s}]`
	db := advisories(t, map[string]string{
		"Q-1": about("GitHub Actions", "quince/pip", "ECOSYSTEM"), "Q-2": about("VSCode", "quince.pip", "SEMVER"),
		"Q-3": fmt.Sprintf(git, ""), "Q-4": fmt.Sprintf(git, `, "versions": ["v1.2.11"]`), "Q-5": fmt.Sprintf(git, `, "versions": ["snapshot"]`),
		"Q-6": `"affected": [{"package": {"ecosystem": "npm", "name": "quince"}}]`,
		"Q-7": `"affected": [{"package": {"ecosystem": "npm", "name": "medlar"}, "versions": ["1.0.0"]}]`,
		"Q-8": `"withdrawn": "2026-11-20T00:00:00Z", "affected": [{"package": {"ecosystem": "npm", "name": "medlar"}}]`})
	for _, c := range []struct {
		purl      string
		found     string
		undecided string
	}{
		{"pkg:githubactions/quince/pip@1.0.0", "", "Q-1"}, {"pkg:vscode/quince.pip@1.0.0", "", "Q-2"},
		{"pkg:generic/zlib@1.2.11", "Q-4", "Q-3 Q-5"}, {"pkg:generic/zlib@1.3", "", "Q-3 Q-5"},
		{"pkg:npm/quince@1.0.0", "", "Q-6"}, {"pkg:npm/medlar@1.0.1", "", ""}, {"pkg:npm/medlar@1.0.0", "Q-7", ""},
	} {
		v := ask(db, exact(c.purl))
		var found, undecided []string
		for _, f := range v.Found {
			found = append(found, f.Vulnerability.ID)
		}
		for _, g := range v.Gaps {
			for _, s := range g.Samples {
				id, _, _ := strings.Cut(s, ":")
				undecided = append(undecided, id)
			}
		}
		if strings.Join(found, " ") != c.found || strings.Join(undecided, " ") != c.undecided {
			t.Errorf("%s: found %q, undecided %q: %+v", c.purl, found, undecided, v.Gaps)
		}
	}
}
