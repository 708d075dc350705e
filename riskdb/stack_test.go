package riskdb

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

func overlay(change func(*Tables)) Tables {
	t := Tables{Layer: Layer{ID: "chamber", Title: "Notes of the Chamber", Authority: "Chamber", Date: "2026-11-20"}}
	change(&t)
	return t
}

func stacked(t *testing.T, overlays ...Tables) *DB {
	t.Helper()
	db, err := Stack(New(world()), overlays...)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func judgeWith(t *testing.T, db *DB, policy string, apps ...inventory.App) *Assessment {
	t.Helper()
	p, err := db.SelectPolicies(policy)
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Apps = apps
	return Assess(db, p, inv, "2026-11-22")
}

// TestOverlayDecidesAndShows: the upper layer's seat of the owner counts, and everything that rests on it says
// that the base has another.
func TestOverlayDecidesAndShows(t *testing.T) {
	row := Vendor{ID: "parent", Name: "Parent", Jurisdiction: "BE", Basis: sure(Basis{})}
	db := stacked(t, overlay(func(o *Tables) { o.Vendors = []Vendor{row} }))
	if c := db.Chain("maker", "2026-11-22"); c.State != "BE" {
		t.Errorf("the chain ends in %q", c.State)
	}
	a := judgeWith(t, db, "none", android("org.clip", signedBy(genuineSHA, true)))
	if i := slices.IndexFunc(a.Findings, func(f Finding) bool { return f.Rule == RuleJurisdiction }); i >= 0 {
		t.Errorf("still %s", a.Findings[i].Title)
	}
	i := slices.IndexFunc(a.Findings, func(f Finding) bool { return f.Rule == RuleDisputed })
	if i < 0 || a.Findings[i].Severity != Info || !strings.Contains(a.Findings[i].Reason, `base says "XX", chamber says "BE"`) {
		t.Errorf("the state vanished without a word: %v", summary(a))
	}
	d := db.Disagreements("vendors", "parent")
	if len(d) != 1 || d[0].Field != "jurisdiction" || d[0].Below != "XX" || d[0].Above != "BE" || d[0].Lower != nil || d[0].Upper.ID != "chamber" {
		t.Fatalf("disagreements %+v", d)
	}
	if got := New(world()).Disagreements("vendors", "parent"); got != nil {
		t.Errorf("a base disagrees with itself: %v", got)
	}
}

// TestDisputedFinding: what the layers disagree about is shown in the finding and never surer than moderate.
func TestDisputedFinding(t *testing.T) {
	clip := func(b Basis) Tables {
		return overlay(func(o *Tables) {
			ban := world().Bans[1]
			ban.Scope, ban.Basis = "phones of members", b
			o.Bans = []Ban{ban}
		})
	}
	app := android("org.clip", signedBy(genuineSHA, true))
	plain := judgeWith(t, New(world()), "be", app).Findings[0]
	if plain.Rule != RuleBan || plain.Confidence != ConfidenceHigh {
		t.Fatalf("without overlay: %s %s", plain.Rule, plain.Confidence)
	}
	f := judgeWith(t, stacked(t, clip(sure(Basis{}))), "be", app).Findings[0]
	if f.Rule != RuleBan || f.Confidence != ConfidenceModerate || !strings.Contains(f.Caveat, `base says "all", chamber says "phones of members"`) {
		t.Errorf("%s %s: %s", f.Rule, f.Confidence, f.Caveat)
	}
	if !slices.ContainsFunc(f.Evidence, func(e Evidence) bool { return e.Kind == ByRecord && !e.Supports && e.Origin.Path == "bans/now" }) {
		t.Errorf("no evidence against it: %+v", f.Evidence)
	}
	same := judgeWith(t, stacked(t, overlay(func(o *Tables) { o.Bans = []Ban{world().Bans[1]} })), "be", app).Findings[0]
	if same.Confidence != ConfidenceHigh || strings.Contains(same.Caveat, "disagree") {
		t.Errorf("agreement passes for a dispute: %s %s", same.Confidence, same.Caveat)
	}
}

func TestWithdrawal(t *testing.T) {
	db := stacked(t, overlay(func(o *Tables) {
		o.Withdrawals = []Withdrawal{{Table: "bans", ID: "now", Reason: "annulled"}, {Table: "bans", ID: "warning", Reason: "annulled"}}
	}))
	if db.Ban("now") != nil || db.Ban("old") == nil {
		t.Error("the withdrawn measure is still there, or another is gone")
	}
	for _, f := range judgeWith(t, db, "be", android("org.clip")).Findings {
		if f.Rule == RuleBan {
			t.Errorf("a withdrawn measure bans: %s", f.Title)
		}
	}
	if got := summary(judgeWith(t, db, "be", android("org.clip"))); !slices.Contains(got, "disputed info moderate inform") {
		t.Errorf("the ban vanished without a word: %v", got)
	}
	if got := summary(judgeWith(t, db, "none", android("org.hello"))); slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "disputed") }) {
		t.Errorf("an app that it does not concern is told of it: %v", got)
	}
	if len(db.Explain("now", "2026-11-22")) != 1 || db.Explain("now", "2026-11-22")[0].Kind != "withdrawn" {
		t.Errorf("explain says %+v", db.Explain("now", "2026-11-22"))
	}
}

func TestStackRefuses(t *testing.T) {
	for name, over := range map[string][]Tables{
		"no id":            {{}},
		"twice":            {overlay(func(*Tables) {}), overlay(func(*Tables) {})},
		"gone":             {overlay(func(o *Tables) { o.Withdrawals = []Withdrawal{{Table: "bans", ID: "gone"}} })},
		"no table":         {overlay(func(o *Tables) { o.Withdrawals = []Withdrawal{{Table: "version", ID: "x"}} })},
		"withdrawn vendor": {overlay(func(o *Tables) { o.Withdrawals = []Withdrawal{{Table: "vendors", ID: "local"}} })},
		"unknown vendor":   {overlay(func(o *Tables) { o.Products = []Product{{ID: "new", Vendor: "nobody"}} })},
		"default policy":   {overlay(func(o *Tables) { o.Withdrawals = []Withdrawal{{Table: "policies", ID: "be"}} })},
		"taken identifier": {overlay(func(o *Tables) {
			o.Products = []Product{{ID: "aaa", Vendor: "local", Identifiers: world().Products[0].Identifiers}}
		})},
		"unknown owner": {overlay(func(o *Tables) { o.Edges = []Edge{{ID: "new", Child: "maker", Parent: "nobody"}} })},
		"unknown product": {overlay(func(o *Tables) {
			o.Bans = []Ban{{ID: "new", AuthorityID: "home", Targets: []Target{{Products: []string{"nothing"}}}}}
		})},
	} {
		if _, err := Stack(New(world()), over...); err == nil {
			t.Errorf("%s: laid without a word", name)
		}
	}
}

// TestStackOfTwo: the second overlay lies on the first, and each difference names both.
func TestStackOfTwo(t *testing.T) {
	seat := func(id, code string) Tables {
		return Tables{Layer: Layer{ID: id, Title: id, Authority: id, Date: "2026"}, Vendors: []Vendor{{ID: "local", Name: "Local", Jurisdiction: code, Basis: sure(Basis{})}}}
	}
	base := New(world())
	before := New(world()).Tables
	db, err := Stack(base, seat("one", "XX"), seat("two", "BE"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range db.Disagreements("", "") {
		got = append(got, d.String())
	}
	want := []string{`jurisdiction of vendors local: base says "BE", one says "XX".`, `jurisdiction of vendors local: one says "XX", two says "BE".`}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if db.Origin("vendors", "local").ID != "two" || db.Origin("vendors", "maker") != nil {
		t.Error("the origin of a row is wrong")
	}
	if !reflect.DeepEqual(base.Tables, before) {
		t.Error("laying an overlay changed the base")
	}
	if v := db.Version(); !slices.Equal(v.Layers, []string{"one", "two"}) || v.SHA256 == base.Version().SHA256 {
		t.Errorf("version %+v", v)
	}
	again, err := Stack(base, seat("one", "XX"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err = Stack(again, seat("two", "BE")); err != nil || len(again.Disagreements("", "")) != 2 {
		t.Errorf("one after the other gives another stack: %v %v", again.Disagreements("", ""), err)
	}
}
