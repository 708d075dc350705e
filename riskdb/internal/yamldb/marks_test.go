package yamldb

import (
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// marked adds to rows of the small set, from another file.
const marked = `marks:
- of: app
  identifiers:
  - {kind: winget, value: Maker.App, verified: true, confidence: high, sources: [src]}
  - {kind: msi-upgrade-code, value: "{CC3C191E-4119-4AB3-917A-96EAC8774E60}", verified: true, confidence: high, sources: [src]}
  - {kind: chrome-extension, value: cjpalhdlnbpafiamejdnhcphjbkeiagm, verified: true, confidence: high, sources: [src]}
- of: maker
  identifiers:
  - {kind: authenticode-subject, value: 'CN=Maker, Inc., O=Maker, Inc.', verified: true, confidence: high, sources: [src]}
  - {kind: authenticode-thumbprint, value: 3d359801e29fcafaf08983a0fdea20798cc451a3, verified: true, confidence: high, sources: [src]}
  - {kind: publisher, value: Maker, shared: true, verified: true, confidence: high, sources: [src]}
`

func TestMarksAreMoved(t *testing.T) {
	s, err := Read(fstest.MapFS{"a.yaml": &fstest.MapFile{Data: []byte(base)}, "b.yaml": &fstest.MapFile{Data: []byte(marked)}})
	if err != nil {
		t.Fatal(err)
	}
	if ps := s.Validate(); len(ps) > 0 {
		t.Fatal(ps)
	}
	if len(s.Marks) > 0 {
		t.Error("the marks stayed")
	}
	db := riskdb.New(s.Tables)
	for _, c := range []struct {
		kind  string
		value string
		want  string
	}{
		{"winget", "maker.app", "app"},
		{"msi-upgrade-code", "{cc3c191e-4119-4ab3-917a-96eac8774e60}", "app"},
		{"chrome-extension", "cjpalhdlnbpafiamejdnhcphjbkeiagm", "app"},
		{"authenticode-subject", `CN="Maker, Inc.", O="Maker, Inc.", L=Here, C=BE`, "maker"},
		{"authenticode-subject", "CN=Maker", ""},
		{"authenticode-thumbprint", "3D359801E29FCAFAF08983A0FDEA20798CC451A3", "maker"},
		{"publisher", "MAKER", "maker"},
	} {
		got := ""
		for _, m := range db.LookupIdentifier(inventory.IdentifierKind(c.kind), c.value) {
			if m.Product != nil {
				got = m.Product.ID
			} else {
				got = m.Vendor.ID
			}
		}
		if got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.kind, c.value, got, c.want)
		}
	}
}

func TestMarksRules(t *testing.T) {
	for _, c := range []struct{ name, old, new, want, at string }{
		{"of nothing", "of: app", "of: gone", "marks of gone", ""},
		{"of a product, but of a signer", "of: maker", "of: app", "marks of app", "of: app"},
		{"of a vendor, but of a program", "of: app", "of: maker", "marks of maker", "of: maker"},
		{"mixed", "kind: publisher, value: Maker, shared: true", "kind: winget, value: A.B", "make two", "of: maker"},
		{"empty", marked[strings.Index(marked, "- of: maker"):], "- of: maker\n  identifiers: []\n", "without identifiers", "of: maker"},
		{"unknown kind", "kind: winget", "kind: smell", `unknown kind of identifier "smell"`, ""},
		{"malformed code", "{CC3C191E-4119", "{CC3C191E-411", "malformed msi-upgrade-code", "CC3C191E"},
		{"malformed extension", "cjpalhdlnbpafiamejdnhcphjbkeiagm", "cjpalhdlnbpafiamejdnhcphjbkeiagz", "malformed chrome-extension", ""},
		{"malformed thumbprint", "3d359801e", "3D359801E", "malformed authenticode-thumbprint", ""},
		{"malformed subject", "'CN=Maker, Inc., O=Maker, Inc.'", "'O=Maker, Inc.'", "write CN=name", ""},
		{"publisher of one", "publisher, value: Maker, shared: true", "publisher, value: Maker", "anybody can write it", ""},
		{"taken", "value: Maker.App", "value: org.example.app", "is listed twice", ""},
		{"unknown source", "kind: winget, value: Maker.App, verified: true, confidence: high, sources: [src]", "kind: winget, value: Maker.App, verified: true, confidence: high, sources: [gone]", `unknown source "gone"`, "Maker.App"},
	} {
		text := marked
		if c.name == "taken" {
			text = strings.Replace(text, "kind: winget", "kind: android-package", 1)
		}
		broken(t, c.name, text, c.old, c.new, c.want, c.at)
	}
}
