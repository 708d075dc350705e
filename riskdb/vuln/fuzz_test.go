package vuln

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/inventory"
)

// seeds are the advisories that were written for the tests.
func seeds(t testing.TB) [][]byte {
	files, err := filepath.Glob("testdata/osv/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d advisories: %v", len(files), err)
	}
	var out [][]byte
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

// FuzzRecord: whatever an advisory says, no package makes the engine panic, and nothing is affected without a reason.
func FuzzRecord(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b, "1.0", "2.0")
	}
	f.Add([]byte(`{"id":"X","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"CRAN","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"not-a-version"}]}]}]}`), "1.0", "2")
	f.Fuzz(func(t *testing.T, b []byte, from, to string) {
		r, err := decode(b)
		if err != nil {
			return
		}
		for i, a := range r.Affected {
			base, _ := splitEcosystem(a.Package.Ecosystem)
			if i > 3 || !known(base) {
				continue
			}
			c := coordinate{base: base, name: nameIn(base, a.Package.Name), version: from}
			for _, b := range []bounds{{exact: true}, {from: from, to: to}, {to: to}} {
				v, err := c.judge(r, b)
				if err == nil && v.affected && v.words == "" && len(r.Affected) == 1 && c.asked() && !b.exact {
					t.Errorf("affected, and nothing says by what: %+v", v)
				}
			}
		}
		v := describe([]string{r.ID}, []*record{r})
		for _, rating := range v.Ratings {
			if !(rating.Score >= 0 && rating.Score <= 10) {
				t.Errorf("a score of %v", rating.Score)
			}
		}
	})
}

// FuzzPURL: any package URL is located, or said not to be.
func FuzzPURL(f *testing.F) {
	for _, s := range []string{"pkg:npm/%40a/b@1", "pkg:deb/debian/a@1:2-3?distro=debian-12&upstream=b%401", "pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5&epoch=1&upstream=a-1-2.src.rpm",
		"pkg:apk/alpine/a@1?distro=alpine-3.20", "pkg:generic/openssl@1.1.1k", "pkg:golang/a.b/c@v1.0.0#v2", "pkg:github/a/b@v1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, purl string) {
		at, not := locate(purl, "")
		if not == nil && at.base == "" {
			t.Errorf("%q is nowhere", purl)
		}
		if not == nil && at.version != "" {
			at.forEngine()
		}
		_ = gather(&inventory.Inventory{Components: []inventory.Component{{PURL: purl}}}, &gaps{})
	})
}

// FuzzIndex: a damaged index gives an error or fewer advisories, and reads nothing beyond it.
func FuzzIndex(f *testing.F) {
	archive := []byte("0123456789")
	keys := map[uint64][]uint32{}
	for i := range uint32(40) {
		keys[packageKey(string(rune('a'+i)))] = []uint32{i % 3, 2}
	}
	good := encodeIndex([]place{{0, 4, 4, 0}, {4, 4, 4, 0}, {2, 3, 100, 8}}, keys, int64(len(archive)))
	f.Add(good, uint64(1))
	f.Add(good[:len(good)-7], packageKey("a"))
	f.Add(encodeIndex(nil, nil, int64(len(archive))), uint64(0))
	f.Fuzz(func(t *testing.T, b []byte, key uint64) {
		x, err := openIndex(bytes.NewReader(b), int64(len(b)), bytes.NewReader(archive), int64(len(archive)))
		if err != nil {
			return
		}
		for _, k := range []uint64{key, packageKey("a"), 0, 1<<64 - 1} {
			numbers, err := x.lookUp(k)
			if err != nil {
				continue
			}
			for i, n := range numbers {
				if i < 10 {
					_, _ = x.read(n)
				}
			}
		}
	})
}

// FuzzList: KEV and EPSS.
func FuzzList(f *testing.F) {
	f.Add([]byte("#model_version:v1,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\nCVE-2026-90001,0.5,0.9\n"))
	f.Add([]byte("cveID,dateAdded\nCVE-2026-90001,2026-11-01\n"))
	f.Add([]byte(`{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-90001", "dateAdded": "2026-11-03"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		kind := listKind(b)
		if kind == "" {
			return
		}
		l, err := readList(kind, bytes.NewReader(b))
		if err != nil {
			return
		}
		text := encodeList(l.entries)
		for _, e := range l.entries[:min(50, len(l.entries))] {
			if _, ok := find(bytes.NewReader(text), int64(len(text)), e.cve); !ok {
				t.Errorf("%d is not found", e.cve)
			}
		}
	})
}
