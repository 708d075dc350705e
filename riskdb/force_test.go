package riskdb

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// everyProduct is one app for each product that an identifier of its own tells, and a name for the others.
func everyProduct(db *DB) *inventory.Inventory {
	inv := inventory.New()
	for i := range db.Products {
		p := &db.Products[i]
		app := inventory.App{ID: "app-" + p.ID, Device: "d", IdentifierKind: inventory.NameOnly, Identifier: p.Name, Name: p.Name}
		for _, id := range p.Identifiers {
			if !id.Shared && id.Kind == inventory.AndroidPackage {
				app.Platform, app.IdentifierKind, app.Identifier = inventory.Android, id.Kind, id.Value
				break
			}
		}
		inv.Apps = append(inv.Apps, app)
	}
	return inv
}

// TestOnlyBansAreBans: under every policy, for every product, whatever is reported as a ban is a ban, a restriction
// or a rule on devices, and what is reported as another measure is none and stays at medium.
func TestOnlyBansAreBans(t *testing.T) {
	inv := everyProduct(loaded)
	bans, measures := 0, 0
	for _, id := range loaded.PolicyIDs() {
		policies, err := loaded.SelectPolicies(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range Assess(loaded, policies, inv, today).Findings {
			switch f.Rule {
			case RuleBan:
				bans++
				for _, m := range f.Measures {
					if !slices.Contains([]BanKind{BanOrder, BanExtension, Restriction, PolicyRule}, m.Ban.Kind) || !m.Binding() {
						t.Errorf("%s: %s is reported as a ban by %s, a %s by way of %s", id, f.Subject.Product.ID, m.Ban.ID, m.Ban.Kind, m.Via)
					}
				}
			case RuleMeasure:
				measures++
				if f.Severity.Rank() > Medium.Rank() || f.Action == Remove || f.Action == Replace {
					t.Errorf("%s: %s is %s, %s for a measure that is no ban", id, f.Subject.Product.ID, f.Severity, f.Action)
				}
			}
		}
	}
	if bans < 100 || measures < 20 {
		t.Errorf("%d bans and %d other measures in all: too few to tell anything", bans, measures)
	}
}

// judgeMeasure judges one app of the small world under one measure more.
func judgeMeasure(t *testing.T, b Ban, app inventory.App, asOf Date) []Finding {
	t.Helper()
	tables := world()
	b.ID, b.Authority, b.AuthorityID, b.Scope, b.Basis = "more", "More Office", "more", "all", sure(Basis{})
	if b.State == "" {
		b.State = InForce
	}
	tables.Authorities = append(tables.Authorities, Authority{ID: "more", Name: "More Office"})
	tables.Policies = append(tables.Policies, Policy{ID: "more", Authorities: []string{"more"}})
	tables.Bans = append(tables.Bans, b)
	db := New(tables)
	p, err := db.SelectPolicies("more")
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	inv.Apps = []inventory.App{app}
	return slices.DeleteFunc(Assess(db, p, inv, asOf).Findings, func(f Finding) bool { return f.Axis != Compliance })
}

func TestForceOfAMeasure(t *testing.T) {
	hello := []Target{{Name: "hello", Products: []string{"hello"}}}
	for _, c := range []struct {
		kind  BanKind
		state BanState
		not   []string
		want  string
	}{
		{kind: BanOrder, want: "ban high remove"},
		{kind: BanExtension, want: "ban high remove"},
		{kind: Restriction, want: "ban high remove"},
		{kind: PolicyRule, want: "ban high remove"},
		{kind: WarningBinding, want: "measure medium review"},
		{kind: NetworkBlock, want: "measure medium restrict"},
		{kind: MarketBan, want: "measure medium restrict"},
		{kind: Sanction, want: "measure low review"},
		{kind: DPAOrder, want: "measure medium review"},
		{kind: DPAOrder, not: []string{"device-users"}, want: "advice low review"},
		{kind: DPAOrder, not: []string{"device users"}, want: "advice low review"},
		{kind: MarketBan, not: []string{"device-users"}, want: "measure medium restrict"},
		{kind: WarningBinding, state: Advisory, want: "advice low review"},
		{kind: Warning, want: "advice low review"},
		{kind: Resolution, want: "advice info inform"},
	} {
		found := judgeMeasure(t, Ban{Kind: c.kind, State: c.state, Issued: "2023-01-01", NotAppliesTo: c.not, Targets: hello}, android("org.hello"), today)
		if len(found) != 1 {
			t.Errorf("%s %s: %d findings", c.kind, c.state, len(found))
			continue
		}
		if got := fmt.Sprintf("%s %s %s", found[0].Rule, found[0].Severity, found[0].Action); got != c.want {
			t.Errorf("%s %s, not for %v: %s, want %s", c.kind, c.state, c.not, got, c.want)
		}
	}
}

// TestNamedOnly: where an instrument names a company, what that company publishes is meant; what a company that it
// controls publishes is a question.
func TestNamedOnly(t *testing.T) {
	for _, c := range []struct {
		named     string
		namedOnly bool
		app, want string
	}{
		{"maker", false, "org.clip", "ban owner"},
		{"maker", true, "org.clip", "ban owner"},
		{"parent", false, "org.clip", "ban owner"},
		{"parent", true, "org.clip", "advice affiliate"}, // of a vendor that it owns
		{"maker", true, "org.tied", "advice affiliate"},  // of a company of its own under the vendor
		{"maker", false, "org.tied", "ban owner"},
		{"local", true, "org.clip", ""},
	} {
		found := judgeMeasure(t, Ban{Kind: BanOrder, Issued: "2023-01-01", Targets: []Target{{Name: "Named Ltd", Vendor: c.named, Owner: true, NamedOnly: c.namedOnly}}}, android(c.app), today)
		got := ""
		if len(found) > 0 {
			got = found[0].Rule + " " + found[0].Measures[0].Via
		}
		if got != c.want {
			t.Errorf("%s named, only it %v, %s: %q, want %q", c.named, c.namedOnly, c.app, got, c.want)
		}
		if strings.HasSuffix(c.want, "affiliate") {
			f := found[0]
			if f.Severity != Low || f.Action != Review || f.Measures[0].Binding() || !strings.Contains(f.Reason, "whether a company it controls is meant is for the authority to decide") {
				t.Errorf("%s: %s %s binding %v: %s", c.app, f.Severity, f.Action, f.Measures[0].Binding(), f.Reason)
			}
		}
	}
}

// TestTexasNamesCompanies: the list of 2026 names companies, and says nothing of those that they control.
func TestTexasNamesCompanies(t *testing.T) {
	policies, err := loaded.SelectPolicies("us-tx")
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.New()
	want := map[string]string{"trendyol.com": RuleAdvice, "com.lazada.android": RuleAdvice, "com.iqiyi.i18n": RuleAdvice, "com.daraz.android": RuleAdvice,
		"com.einnovation.temu": RuleBan, "com.xunmeng.pinduoduo": RuleBan, "com.baidu.searchbox": RuleBan}
	for pkg := range want {
		inv.Apps = append(inv.Apps, android(pkg))
	}
	got := map[string]string{}
	for _, f := range Assess(loaded, policies, inv, today).Findings {
		if f.Axis == Compliance {
			got[f.Subject.App.Identifier] = f.Rule
			if f.Rule == RuleAdvice && (f.Severity != Low || f.Action != Review) {
				t.Errorf("%s: %s %s", f.Subject.App.Identifier, f.Severity, f.Action)
			}
		}
	}
	for pkg, rule := range want {
		if got[pkg] != rule {
			t.Errorf("%s: %q, want %q", pkg, got[pkg], rule)
		}
	}
}

// TestVagueMeasuresAccuseLate: a measure that is dated by its year or month stands from the last day that the date
// may mean, and whoever reads it sees the date as it is recorded.
func TestVagueMeasuresAccuseLate(t *testing.T) {
	hello := []Target{{Name: "hello", Products: []string{"hello"}}}
	for _, c := range []struct {
		ban   Ban
		asOf  Date
		holds bool
	}{
		{Ban{Issued: "2025", Targets: hello}, "2025-01-02", false},
		{Ban{Issued: "2025", Targets: hello}, "2025-12-30", false},
		{Ban{Issued: "2025", Targets: hello}, "2025-12-31", true},
		{Ban{Issued: "2025-02", Targets: hello}, "2025-02-27", false},
		{Ban{Issued: "2025-02", Targets: hello}, "2025-02-28", true},
		{Ban{Issued: "2025", From: "2025-06-15", Targets: hello}, "2025-06-15", true},
		{Ban{Issued: "2023", Targets: []Target{{Name: "hello", Products: []string{"hello"}, From: "2025"}}}, "2025-06-01", false},
		{Ban{Issued: "2023", Targets: []Target{{Name: "hello", Products: []string{"hello"}, From: "2025"}}}, "2025-12-31", true},
	} {
		c.ban.Kind = BanOrder
		found := judgeMeasure(t, c.ban, android("org.hello"), c.asOf)
		if (len(found) > 0) != c.holds {
			t.Errorf("issued %s, from %s, on %s: %d findings", c.ban.Issued, c.ban.From, c.asOf, len(found))
		}
		if c.holds && c.ban.From == "" && !strings.Contains(found[0].Reason, fmt.Sprintf("(%s", c.ban.Issued)) {
			t.Errorf("the recorded date %s is not shown: %s", c.ban.Issued, found[0].Reason)
		}
	}
}

// TestVagueDatesLeaveNoGap: in the built-in knowledge no measure that was followed by another leaves a day between.
func TestVagueDatesLeaveNoGap(t *testing.T) {
	n := 0
	for i := range loaded.Bans {
		old := &loaded.Bans[i]
		next := loaded.Ban(old.SupersededBy)
		if next == nil || old.Until == "" || len(next.Begins()) == len("2006-01-02") {
			continue
		}
		n++
		if Date(next.Begins().Last()) > dayAfter(t, old.Until) {
			t.Errorf("%s ends on %s, and %s begins by %s", old.ID, old.Until, next.ID, next.Begins())
		}
	}
	t.Logf("%d measures with a partial date follow another", n)
}

// TestInForceFrom: a text of one day that applies from another says which day is which.
func TestInForceFrom(t *testing.T) {
	f := judgeMeasure(t, Ban{Kind: BanOrder, Instrument: "Circular of 11 September 2025", Issued: "2025-09-11", From: "2025-12-01",
		Targets: []Target{{Name: "hello", Products: []string{"hello"}}}}, android("org.hello"), today)[0]
	if !strings.Contains(f.Reason, "Circular of 11 September 2025 (in force from 2025-12-01)") {
		t.Error(f.Reason)
	}
}
