package vuln_test

import (
	"slices"
	"strings"
	"testing"

	"quaestor/riskdb"
	"quaestor/riskdb/vuln"
	"quaestor/scanners/inventory"
)

const today = riskdb.Date("2026-11-23")

// imported is a database with the advisories that were written for these tests.
func imported(t testing.TB, more ...string) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := vuln.Import(t.Context(), dir, append([]string{"testdata/osv"}, more...), vuln.Options{Today: today}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t testing.TB, dir string) *vuln.DB {
	t.Helper()
	db, err := vuln.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func ask(db *vuln.DB, list ...inventory.Component) riskdb.Vulnerabilities {
	return db.Vulnerabilities(&inventory.Inventory{Components: list}, today)
}

// exact is a component whose version was stated.
func exact(purl string) inventory.Component { return inventory.Component{PURL: purl, Exact: true} }

func TestMatch(t *testing.T) {
	db := open(t, imported(t))
	for _, c := range []struct{ purl, found, affected, fixed string }{
		{"pkg:npm/%40quince/pip@1.4.1", "CVE-2026-90001", "before 1.4.2", "1.4.2"},
		{"pkg:npm/%40quince/pip@1.4.2", "", "", ""},
		{"pkg:npm/%40quince/pip@2.0.0", "CVE-2026-90001", "from 2.0.0, before 2.3.1", "2.3.1"},
		{"pkg:npm/%40quince/pip@3.1.0", "GHSA-kkkk-mmmm-pppp", "from 3.0.0", ""},
		{"pkg:npm/quince-stealer@0.0.1", "MAL-2026-90001", "all versions", ""},
		{"pkg:pypi/Medlar.Tools@1.9.post1", "CVE-2026-90002", "from 1.0, before 2.0", "2.0"},
		{"pkg:pypi/medlar-tools@2.0rc1", "CVE-2026-90002", "from 1.0, before 2.0", "2.0"},
		{"pkg:pypi/medlar-tools@2.0", "", "", ""},
		{"pkg:golang/quince.example/sorb@v1.2.2", "CVE-2026-90003", "before 1.2.3", "1.2.3"},
		{"pkg:golang/quince.example/sorb@v1.2.3", "", "", ""},
		{"pkg:golang/stdlib@1.25.3", "GO-2026-9003", "from 1.25.0-0, before 1.25.4", "1.25.4"},
		{"pkg:golang/stdlib@go1.25.3", "GO-2026-9003", "from 1.25.0-0, before 1.25.4", "1.25.4"},
		{"pkg:cargo/loquat@0.4.0", "CVE-2026-90004", "from 0.0.0-0, before 0.4.1", "0.4.1"},
		{"pkg:maven/org.quince/marmalade@2.14.1", "CVE-2026-90005", "from 2.0-beta9, before 2.15.0", "2.15.0"},
		{"pkg:maven/org.quince/marmalade@2.0-beta8", "", "", ""},
		{"pkg:deb/debian/libblet1@2.30-5?distro=debian-12&upstream=bletted%401:2.30-5", "CVE-2026-90006 DSA-9001-1", "before 1:2.30-5+deb12u2", "1:2.30-5+deb12u2"},
		{"pkg:deb/debian/bletted@1:2.30-5%2Bdeb12u2?distro=debian-12", "", "", ""},
		{"pkg:deb/debian/bletted@1:2.30-5%2Bdeb12u2?distro=debian-13", "CVE-2026-90006", "before 1:2.41-1", "1:2.41-1"},
		{"pkg:apk/alpine/bletted-libs@2.30-r2?distro=alpine-3.20.3&upstream=bletted", "CVE-2026-90008", "before 2.30-r3", "2.30-r3"},
		{"pkg:apk/alpine/bletted@2.30-r3?distro=alpine-3.20.3", "", "", ""},
		{"pkg:rpm/rocky/bletted@2.30-6.el9?distro=rocky-9.4&epoch=1", "CVE-2026-90006", "before 1:2.30-7.el9", "1:2.30-7.el9"},
		{"pkg:generic/zlib@1.2.11", "CVE-2026-90009", "1.2.11, 1.2.12, 1.3", ""},
		{"pkg:generic/zlib@1.3.1", "", "", ""},
		{"pkg:github/madler/zlib@v1.3", "CVE-2026-90009", "1.2.11, 1.2.12, 1.3", ""},
		{"pkg:rpm/rocky/bletted@2.30-7.el9?distro=rocky-9.4&epoch=1", "", "", ""},
	} {
		v := ask(db, exact(c.purl))
		var ids, fixed []string
		affected := ""
		for _, f := range v.Found {
			ids = append(ids, f.Vulnerability.ID)
			fixed = append(fixed, f.Fixed...)
			affected = f.Affected
			if !f.Certain {
				t.Errorf("%s: %s is not certain", c.purl, f.Vulnerability.ID)
			}
		}
		if strings.Join(ids, " ") != c.found || affected != c.affected || strings.Join(slices.Compact(fixed), " ") != c.fixed || len(v.Gaps) > 0 || v.Checked != 1 {
			t.Errorf("%s: %q %q %q, gaps %+v", c.purl, ids, affected, fixed, v.Gaps)
		}
	}
}

func TestVersionsThatAreNotExact(t *testing.T) {
	db := open(t, imported(t))
	for _, c := range []struct {
		from, to string
		found    int
		certain  bool
	}{
		{"1.0.0", "1.4.1", 1, true},
		{"", "1.4.1", 1, true},
		{"1.0.0", "1.4.2", 1, false},
		{"1.4.2", "1.9.9", 0, false},
		{"1.4.2", "2.0.0", 1, false},
		{"2.0.0", "2.3.0", 1, true},
		{"3.0.0", "", 1, true},
		{"2.3.1", "", 1, false},
		{"1.0.0", "2.3.0", 1, false},
	} {
		v := ask(db, inventory.Component{PURL: "pkg:npm/%40quince/pip", From: c.from, To: c.to})
		if len(v.Found) != c.found || c.found > 0 && v.Found[0].Certain != c.certain || len(v.Gaps) > 0 {
			t.Errorf("%q to %q: %+v", c.from, c.to, v)
		}
	}
	// Tags of native code have an order, too; that all between two are affected cannot be known.
	for to, found := range map[string]int{"1.2.12": 1, "1.2.10": 0} {
		if v := ask(db, inventory.Component{PURL: "pkg:generic/zlib", From: "1.2.9", To: to}); len(v.Found) != found || found > 0 && v.Found[0].Certain || v.Checked != 1 {
			t.Errorf("zlib up to %s: %+v", to, v)
		}
	}
	if v := ask(db, inventory.Component{PURL: "pkg:npm/%40quince/pip@1.0.0", Basis: "name", Version: "1.0.0", Exact: true}); len(v.Found) != 1 || v.Found[0].Certain {
		t.Errorf("guessed by names: %+v", v)
	}
	v := ask(db, inventory.Component{PURL: "pkg:npm/%40quince/pip@1.0.0", Basis: "text"})
	if len(v.Found) != 1 || v.Found[0].Certain {
		t.Errorf("inferred: %+v", v)
	}
}

// TestNotLookedUp: a component of which nothing can be said is a gap, grouped, and never found or clean.
func TestNotLookedUp(t *testing.T) {
	db := open(t, imported(t))
	for _, c := range []struct {
		purl, subject string
		kind          inventory.GapKind
	}{
		{"pkg:npm/%40quince/pip", "vulnerabilities of npm packages", inventory.GapBlind},
		{"pkg:nuget/Quince@1.0", "vulnerabilities of NuGet packages", inventory.GapSkipped},
		{"pkg:cocoapods/Quince@1.0", "vulnerabilities of pkg:cocoapods", inventory.GapBlind},
		{"pkg:deb/debian/bletted@1.0", "vulnerabilities of Debian packages", inventory.GapBlind},
		{"pkg:deb/debian/bletted@1.0?distro=debian-10", "vulnerabilities of Debian 10 packages", inventory.GapSkipped},
		{"pkg:deb/raspbian/bletted@1.0?distro=raspbian-12", "vulnerabilities of pkg:deb/raspbian", inventory.GapBlind},
		{"pkg:deb/debian/bletted@x:1?distro=debian-12", "vulnerabilities of Debian packages", inventory.GapBlind},
		{"not a purl", "vulnerabilities of components", inventory.GapBlind},
		{"pkg:generic/openssl@1.1.1k", "vulnerabilities of native code", inventory.GapBlind},
		{"pkg:generic/no-such-thing@1", "vulnerabilities of pkg:generic/no-such-thing", inventory.GapBlind},
	} {
		v := ask(db, exact(c.purl), exact(c.purl))
		if len(v.Found) != 0 || v.Checked != 0 || len(v.Gaps) != 1 || v.Gaps[0].Subject != c.subject || v.Gaps[0].Kind != c.kind || v.Gaps[0].Count != 2 || len(v.Gaps[0].Samples) != 1 {
			t.Errorf("%s: %d checked, %+v", c.purl, v.Checked, v.Gaps)
		}
	}
}

func TestOneVulnerabilityOfManyAdvisories(t *testing.T) {
	db := open(t, imported(t))
	v := ask(db, exact("pkg:pypi/medlar-tools@1.5"), exact("pkg:npm/%40quince/pip@1.0.0"))
	if len(v.Found) != 2 {
		t.Fatalf("%+v", v)
	}
	if !slices.Equal(v.Found[0].Advisories, []string{"GHSA-dddd-eeee-ffff", "PYSEC-2026-9001"}) {
		t.Errorf("%q", v.Found[0].Advisories)
	}
	m := v.Found[0].Vulnerability
	if m.ID != "CVE-2026-90002" || !slices.Equal(m.Aliases, []string{"GHSA-dddd-eeee-ffff", "PYSEC-2026-9001"}) || m.Summary != "Medlar bursts when heated" || m.Word != "medium" ||
		len(m.Ratings) != 2 || m.Ratings[0].System != "CVSS:3.0" || m.Ratings[0].Score != 2.2 || m.Ratings[1].System != "CVSS:2.0" || m.Ratings[1].Score != 5 {
		t.Errorf("%+v", m)
	}
	q := v.Found[1].Vulnerability
	if q.Word != "critical" || len(q.Ratings) != 2 || q.Ratings[0].Score != 9.3 || q.Ratings[1].Score != 9.8 || q.Ratings[0].From != "GHSA-aaaa-bbbb-cccc" ||
		!slices.Equal(q.References, []string{"https://osv.dev/vulnerability/GHSA-aaaa-bbbb-cccc", "https://quince.example/advisory/1", "https://quince.example/blog"}) {
		t.Errorf("%+v", q)
	}
}

func TestTooOld(t *testing.T) {
	dir := imported(t)
	db := open(t, dir)
	db.Limit(30)
	list := &inventory.Inventory{Components: []inventory.Component{exact("pkg:npm/quince-stealer@1.0.0")}}
	for day, stale := range map[riskdb.Date]bool{"2026-11-30": false, "2026-12-02": true, "2027-02-01": true} {
		v := db.Vulnerabilities(list, day)
		if len(v.Found) != 1 || (len(v.Gaps) == 1 && v.Gaps[0].Kind == inventory.GapLimit) != stale {
			t.Errorf("%s: %+v", day, v.Gaps)
		}
	}
}
