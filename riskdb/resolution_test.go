package riskdb

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/riskdb/resolve"
	"quaestor/riskdb/resolve/labelled"
	"quaestor/scanners/inventory"
)

// TestResolutionOfLabelledNames prints with -v how each kind of name fares, and holds the least that was reached.
func TestResolutionOfLabelledNames(t *testing.T) {
	set, err := labelled.Load()
	if err != nil {
		t.Fatal(err)
	}
	if set.Len() < 700 {
		t.Fatalf("%d labelled pairs, want at least 700", set.Len())
	}
	for _, k := range set.Kinds {
		for _, p := range k.Pairs {
			for _, id := range append(slices.Clone(p.Want), p.Ask) {
				if id != "" && loaded.Product(id) == nil {
					t.Errorf("%q is to be %s, which is no product", p.Name, id)
				}
			}
			if p.Vendor != "" && loaded.Vendor(p.Vendor) == nil {
				t.Errorf("%q is to be of %s, which is no vendor", p.Name, p.Vendor)
			}
		}
	}
	s := labelled.Evaluate(loaded.Names(), set)
	for _, k := range s.Kinds {
		t.Logf("%-22s %3d pairs, precision %.3f, recall %.3f", k.Kind, k.Pairs, k.Precision(), k.Recall())
	}
	for _, m := range s.Mistakes {
		t.Logf("%s: %q by %q on %q: %q, want %q", m.Kind, m.Pair.Name, m.Pair.Publisher, m.Pair.Platform, m.Got, m.Want)
	}
	if p, r := s.All.Precision(), s.All.Recall(); p < 0.99 || r < 0.95 {
		t.Errorf("precision %.3f and recall %.3f, want at least 0.99 and 0.95", p, r)
	}
}

// TestEveryProductIsFoundByItsName: a name that two products bear is a tie, and found as one.
func TestEveryProductIsFoundByItsName(t *testing.T) {
	for i := range loaded.Products {
		p := &loaded.Products[i]
		r := loaded.Names().Resolve(resolve.Query{Name: p.Name})
		if len([]rune(p.Name)) < 4 || strings.ContainsAny(p.Name, "(/|") {
			continue // too short to stand alone; written as several names
		}
		if !slices.ContainsFunc(r, func(c resolve.Candidate) bool { return c.Product == p.ID && (c.Doubt == "" || c.Common) }) {
			t.Errorf("%s is not found by its name %q", p.ID, p.Name)
		}
	}
}

func named(kind inventory.IdentifierKind, name, publisher string) inventory.App {
	return inventory.App{ID: "app", Platform: inventory.Windows, IdentifierKind: kind, Identifier: name, Name: name, Publisher: publisher}
}

// TestNamesInAssess: a name identifies at low confidence, a likeness or a tie only asks, a near miss does nothing.
func TestNamesInAssess(t *testing.T) {
	world := world()
	world.Products = append(world.Products, Product{ID: "clip-tv", Name: "ClipShow", Vendor: "maker", Category: "social", Kind: AppProduct,
		Identifiers: []Identifier{{Kind: inventory.MacBundle, Value: "org.clip.tv"}}})
	world.Products[0].Identifiers = append(world.Products[0].Identifiers, Identifier{Kind: inventory.WingetID, Value: "Maker.ClipShow"})
	db := New(world)
	policies, err := db.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	name := func(n, publisher string) inventory.App { return named(inventory.NameOnly, n, publisher) }
	banned := []string{"ban medium low review", "influence low low review", "jurisdiction medium low review"}
	tie := name("ClipShow", "")
	tie.Platform = ""
	for _, test := range []struct {
		what string
		app  inventory.App
		want []string
		text string // in the reason or the evidence of a finding
	}{
		{"a version and an architecture", name("ClipShow 4.1 (x64)", ""), banned, "The name is that of ClipShow."},
		{"its maker beside it", name("ClipShow 4.1 (x64)", "Maker Ltd."), []string{"ban high low review", "influence low low review", "jurisdiction medium low review"}, "agrees"},
		{"a maker nobody knows", name("ClipShow", "Acme GmbH"), []string{"name-only low low review"}, "not a known name of its vendor"},
		{"a maker called like it", name("ClipShow", "ClipShow Software Inc."), []string{"name-only low low review"}, "not a known name of its vendor"},
		{"those who gather around it", name("ClipShow", "Maker Community"), []string{"name-only low low review"}, "not a known name of its vendor"},
		{"on a platform where it is known", name("ClipShow Desktop", ""), banned, ""},
		{"on one where it is not", name("ClipShow for Linux", ""), []string{"name-only low low review"}, "\"linux\" is of a platform"},
		{"in a browser", name("ClipShow Web", ""), []string{"name-only low low review"}, "\"web\" is of a platform"},
		{"Cyrillic letters", name("КлипШоу", ""), nil, ""},
		{"Greek letters", name("CliρShοw", ""), []string{"name-only low low review"}, "written with Greek letters and reads as ClipShow"},
		{"a tie", tie, []string{"name-only low low review"}, "one of ClipShow, ClipShow"},
		{"a near miss", name("ClipShow Viewer", ""), nil, ""},
		{"another vendor's", name("ClipShow", "Local"), []string{"name-only low low review"}, "another vendor"},
		{"only its maker", name("Something", "Maker Ltd."), []string{"maker-jurisdiction info low inform"}, "bears the name of Maker"},
		{"a package of a distribution", named(inventory.DesktopEntry, "Something", "Maker"), nil, ""},
	} {
		inv := inventory.New()
		inv.Apps = []inventory.App{test.app}
		a := Assess(db, policies, inv, "2026-11-22")
		if got := summary(a); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.what, got, test.want)
			continue
		}
		if test.text == "" {
			continue
		}
		var all strings.Builder
		for _, f := range a.Findings {
			all.WriteString(f.Reason)
			for _, e := range f.Evidence {
				all.WriteString(e.Detail)
			}
		}
		if !strings.Contains(all.String(), test.text) {
			t.Errorf("%s: no finding says %q: %s", test.what, test.text, all.String())
		}
	}
}

// TestSignerNamesTheMaker: a checked signature that is listed for a vendor is more than a name, and still no product.
func TestSignerNamesTheMaker(t *testing.T) {
	tables := world()
	tables.Vendors[0].Identifiers = []Identifier{{Kind: AuthenticodeSubject, Value: "CN=Maker Ltd., O=Maker Ltd.", Basis: sure(Basis{})}}
	db := New(tables)
	policies, err := db.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		signer inventory.Signer
		want   []string
	}{
		{inventory.Signer{Subject: "CN=Maker Ltd., O=Maker Ltd.", Verified: true}, []string{"maker-jurisdiction low moderate review"}},
		{inventory.Signer{Subject: "CN=Maker Inc, O=Maker Inc", Verified: true}, []string{"maker-jurisdiction info low inform"}},
		{inventory.Signer{Subject: "CN=Maker Ltd., O=Maker Ltd."}, nil}, // nobody checked the signature
		{inventory.Signer{Subject: "CN=Dressmaker, O=Dressmaker", Verified: true}, nil},
	} {
		app := named(inventory.NameOnly, "Something", "")
		app.Signers = []inventory.Signer{c.signer}
		inv := inventory.New()
		inv.Apps = []inventory.App{app}
		a := Assess(db, policies, inv, "2026-11-22")
		if got := summary(a); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.signer, got, c.want)
			continue
		}
		if c.want != nil && (a.Findings[0].Subject.Vendor == nil || a.Findings[0].Subject.Vendor.ID != "maker" || a.Findings[0].Subject.Product != nil) {
			t.Errorf("subject %+v", a.Findings[0].Subject)
		}
	}
}

func TestExplainUnderstandsSpellings(t *testing.T) {
	for text, want := range map[string]string{"Τik Τοk": "tiktok", "Касперский Internet Security": "kaspersky", "TikTok - Make Your Day": "tiktok", "Kaspersky Internet Security 21.3 (x64)": "kaspersky"} {
		entries := loaded.Explain(text, "2026-11-22")
		if len(entries) == 0 || entries[0].ID != want || !slices.ContainsFunc(entries[0].Facts, func(f Fact) bool { return f.Label == "Found by" }) {
			t.Errorf("%q: %d entries, want first %s and how it was found", text, len(entries), want)
		}
	}
	if entries := loaded.Explain("TikTok Viewer", "2026-11-22"); len(entries) != 0 {
		t.Errorf("a near miss is explained as %s", entries[0].ID)
	}
}

// BenchmarkAssessNames judges 10,000 programs that have nothing but a name and a publisher; one in fifty is known.
func BenchmarkAssessNames(b *testing.B) {
	ordinary := []string{"Microsoft Visual C++ 2022 Redistributable (x64) - 14.38.%d", "Strawberry Perl %d (64-bit)", "AMD Chipset Software %d",
		"Office 16 Click-to-Run Localization Component %d", "Intel(R) Management Engine Components %d", "Gestionnaire d'impression n° %d"}
	inv := inventory.New()
	for i := range 10_000 {
		name := fmt.Sprintf(ordinary[i%len(ordinary)], i)
		if i%50 == 0 {
			name = fmt.Sprintf("TikTok 3.%d (x64)", i)
		}
		inv.Apps = append(inv.Apps, named(inventory.NameOnly, name, "Some Company GmbH"))
	}
	policies, err := loaded.SelectPolicies("be")
	if err != nil {
		b.Fatal(err)
	}
	loaded.Names()
	b.ReportAllocs()
	for b.Loop() {
		Assess(loaded, policies, inv, "2026-11-22")
	}
}

func BenchmarkNamesBuild(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		resolve.New(loaded.namedProducts(), loaded.namedVendors(), loaded.listed)
	}
}

func BenchmarkResolveName(b *testing.B) {
	for what, name := range map[string]string{"miss": "Some Ordinary Program 2.1 (x64)", "hit": "Kaspersky Internet Security 21.3 (x64)", "cyrillic": "Яндекс Браузер", "greek": "Τik Τοk"} {
		b.Run(what, func(b *testing.B) {
			ix := loaded.Names()
			b.ReportAllocs()
			for b.Loop() {
				ix.Resolve(resolve.Query{Name: name})
			}
		})
	}
}

func BenchmarkLookupIdentifier(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		loaded.LookupIdentifier(inventory.AndroidPackage, "com.zhiliaoapp.musically")
	}
}
