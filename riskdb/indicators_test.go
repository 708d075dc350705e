package riskdb

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"quaestor/riskdb/data"
	"quaestor/riskdb/internal/veil"
	"quaestor/scanners/inventory"
)

// shown is what an indicator hides.
func shown(t *testing.T, in *Indicator) string {
	t.Helper()
	s, err := veil.Show(in.Hidden)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// mark finds an indicator of a kind in the built-in database: no test writes one in clear.
func mark(t *testing.T, family string, kind inventory.IdentifierKind, shared bool) string {
	t.Helper()
	for i := range loaded.IndicatorFamilies() {
		f := &loaded.IndicatorFamilies()[i]
		for j := range f.Indicators {
			if in := &f.Indicators[j]; f.ID == family && in.Kind == kind && in.Shared == shared {
				return shown(t, in)
			}
		}
	}
	t.Fatalf("%s has no %s", family, kind)
	return ""
}

func suspects(t *testing.T, apps ...inventory.App) []Finding {
	t.Helper()
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "d", Platform: inventory.Android}}
	for i := range apps {
		a := &apps[i]
		a.ID, a.Device, a.Platform = inventory.AppID("d", a.IdentifierKind, a.Identifier), "d", inventory.Android
	}
	inv.Apps = apps
	var out []Finding
	for _, f := range Assess(loaded, Policies{}, inv, "2026-11-22").Findings {
		if f.Rule == RuleStalkerware || f.Rule == RuleSpyware {
			out = append(out, f)
		}
	}
	return out
}

func phoneApp(pkg string, signers ...inventory.Signer) inventory.App {
	return inventory.App{IdentifierKind: inventory.AndroidPackage, Identifier: pkg, Signers: signers}
}

func TestIndicatorFindings(t *testing.T) {
	stalker := mark(t, "ioc-flexispy", inventory.AndroidPackage, false)
	stalkerCert := mark(t, "ioc-flexispy", CertSHA1, false)
	spy, spyCert := mark(t, "ioc-novispy", inventory.AndroidPackage, false), mark(t, "ioc-novispy", CertSHA256, false)
	dual, dualCert := mark(t, "ioc-famisafe", inventory.AndroidPackage, false), mark(t, "ioc-famisafe", CertSHA1, false)
	system := phoneApp(stalker)
	system.System = true
	signed := func(sha1, sha256 string, verified bool) inventory.Signer {
		return inventory.Signer{SHA1: strings.ToUpper(sha1), SHA256: sha256, Verified: verified}
	}
	for _, c := range []struct {
		what string
		app  inventory.App
		want string // rule, severity, confidence, action; empty for none
	}{
		{"stalkerware by name", phoneApp(stalker), "stalkerware-indicator high moderate review"},
		{"by name and verified signer", phoneApp(stalker, signed(stalkerCert, "", true)), "stalkerware-indicator high high review"},
		{"by name and stated signer", phoneApp(stalker, signed(stalkerCert, "", false)), "stalkerware-indicator high moderate review"},
		{"another app of the signer", phoneApp("org.example.other", signed(stalkerCert, "", true)), "stalkerware-indicator high moderate review"},
		{"as part of the system", system, "stalkerware-indicator low low review"},
		{"spyware by name", phoneApp(spy), "spyware-indicator high moderate review"},
		{"spyware by both", phoneApp(spy, signed("", spyCert, true)), "spyware-indicator critical high review"},
		{"an extraction tool", phoneApp(mark(t, "ioc-cellebrite", inventory.AndroidPackage, false)), "spyware-indicator high moderate review"},
		{"an app that watches", phoneApp(dual), "stalkerware-indicator info moderate review"},
		{"another app of its maker", phoneApp("org.example.other", signed(dualCert, "", true)), ""},
		{"an ordinary app of the same name", phoneApp(mark(t, "ioc-traccar", inventory.AndroidPackage, true)), "stalkerware-indicator info low review"},
		{"a name that any app may bear", phoneApp(mark(t, "ioc-thetruthspy", inventory.AndroidPackage, true)), "stalkerware-indicator low low review"},
		{"an ordinary app", phoneApp("org.example.app", signed(strings.Repeat("0", 40), strings.Repeat("0", 64), true)), ""},
		{"the name in another registry", inventory.App{IdentifierKind: inventory.DebPackage, Identifier: stalker}, ""},
		{"a signer without digests", phoneApp("org.example.app", inventory.Signer{}), ""},
	} {
		got := ""
		for _, f := range suspects(t, c.app) {
			got = strings.Join([]string{f.Rule, string(f.Severity), string(f.Confidence), string(f.Action)}, " ")
			if !strings.Contains(f.Reason, "Echap, CC-BY-4.0") && !strings.Contains(f.Reason, "Amnesty International, CC-BY-2.0") && !strings.Contains(f.Reason, "Mobile Verification Toolkit, MIT") {
				t.Errorf("%s: the source is not credited: %s", c.what, f.Reason)
			}
			if f.Caveat == "" || len(f.Sources) == 0 {
				t.Errorf("%s: no caveat or source", c.what)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}

// TestTestKeyIsNoIndicator: what anybody can sign with says nothing, even where a list holds it.
func TestTestKeyIsNoIndicator(t *testing.T) {
	key := loaded.TestKeys[0].SHA256
	family := IndicatorFamily{ID: "ioc-x", Name: "X", Class: Stalkerware, Indicators: []Indicator{{Kind: CertSHA256, Hidden: veil.Hide(key)}},
		Basis: Basis{Verified: true, Confidence: GradeHigh}}
	inv := inventory.New()
	inv.Apps = []inventory.App{phoneApp("org.example.app", inventory.Signer{SHA256: key, Verified: true})}
	tables := Tables{IndicatorFamilies: []IndicatorFamily{family}}
	if fs := Assess(New(tables), Policies{}, inv, "2026-11-22").Findings; len(fs) != 1 || fs[0].Rule != RuleStalkerware {
		t.Fatalf("the rule does not fire at all: %+v", fs)
	}
	tables.TestKeys = loaded.TestKeys[:1]
	for _, f := range Assess(New(tables), Policies{}, inv, "2026-11-22").Findings {
		if f.Rule == RuleStalkerware {
			t.Errorf("a public key is held against an app: %+v", f)
		}
	}
}

// TestNoPublicKeyIsListed: the SHA-1 of the Android test keys that many samples of such apps are signed with.
func TestNoPublicKeyIsListed(t *testing.T) {
	for _, sha1 := range []string{"61ed377e85d386a8dfee6b864bd85b0bfaa5af81", "27196e386b875e76adf700e7ea84e4c6eee33dfa",
		"5b368cff2da2686996bc95eac190eaa4f5630fe5", "b79df4a82e90b57ea76525ab7037ab238a42f5d3"} {
		if hits := loaded.LookupIndicator(CertSHA1, sha1); len(hits) > 0 {
			t.Errorf("%s is listed for %s", sha1, hits[0].Family.Name)
		}
	}
}

// clearText finds values in clear: by their first bytes, in one pass over the text.
type clearText map[string][]string

const window = 8

func clearIndicators(t *testing.T) clearText {
	c := clearText{}
	n := 0
	for _, f := range loaded.IndicatorFamilies() {
		for j := range f.Indicators {
			value := shown(t, &f.Indicators[j])
			if f.Indicators[j].Shared || len(value) < window+2 {
				continue // an ordinary app bears it, or it is too short to be told from chance
			}
			n++
			c[value[:window]] = append(c[value[:window]], value)
		}
	}
	if n < 1000 {
		t.Fatalf("only %d indicators to look for", n)
	}
	return c
}

// in returns the values that a text holds, not as a part of a longer word.
func (c clearText) in(text string, whole bool) []string {
	var out []string
	for i := 0; i+window <= len(text); i++ {
		for _, value := range c[text[i:i+window]] {
			rest, ok := strings.CutPrefix(text[i:], value)
			if ok && (!whole || !wordEnd(rest) && !wordEnd(text[max(0, i-1):i])) {
				out = append(out, value)
			}
		}
	}
	return out
}

func wordEnd(s string) bool {
	return s != "" && strings.ContainsAny(s[:1], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.")
}

// TestNothingInClear: neither the data, nor the compiled form, nor a program that holds it would make a virus
// scanner report what the database knows. The program is this test, with the database built in.
func TestNothingInClear(t *testing.T) {
	clear := clearIndicators(t)
	sample := ""
	for _, values := range clear {
		sample = values[0]
	}
	if len(clear.in("x "+sample+" y", true)) == 0 {
		t.Fatal("it would not be found")
	}
	if found := clear.in(data.Compiled, false); len(found) > 0 {
		t.Errorf("riskdb.bin holds %d in clear", len(found))
	}
	err := fs.WalkDir(os.DirFS("data"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile("data/" + name)
		if found := clear.in(string(text), true); len(found) > 0 {
			t.Errorf("%s holds %d in clear", name, len(found))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(program), "echap-stalkerware") {
		t.Fatal("the program does not hold the database")
	}
	if found := clear.in(string(program), false); len(found) > 0 {
		t.Errorf("the program holds %d in clear", len(found))
	}
}

func TestCollections(t *testing.T) {
	if n := len(loaded.IndicatorCollections()); n != 17 {
		t.Errorf("%d collections", n)
	}
	all := loaded.AllTables()
	credited := map[string]bool{}
	for _, l := range all.Licences {
		credited[l.SPDX] = l.Attribution != ""
	}
	used := map[string]bool{}
	for _, f := range loaded.IndicatorFamilies() {
		for _, id := range f.Collections {
			c := loaded.IndicatorCollection(id)
			if c == nil || c.Attribution == "" || !credited[c.Licence] {
				t.Errorf("%s: nobody is credited for %s", f.ID, id)
			}
			used[c.Licence] = true
		}
	}
	for _, h := range all.Holdings {
		if h.Table == "indicator_families" && !used[h.Licence] {
			t.Errorf("%s is held under %s, which is the licence of no collection", h.File, h.Licence)
		}
	}
}

func BenchmarkLookupIndicator(b *testing.B) {
	loaded.LookupIndicator(inventory.AndroidPackage, "")
	b.ReportAllocs()
	for b.Loop() {
		loaded.LookupIndicator(inventory.AndroidPackage, "org.example.application.with.a.name")
	}
}
