package riskdb

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// packs judges the apps with packs that are not in the database.
func packs(t *testing.T, asOf Date, s Selection, apps ...inventory.App) *Assessment {
	t.Helper()
	db := New(world())
	p, err := db.Compose(s)
	if err != nil {
		t.Fatal(err)
	}
	inv := &inventory.Inventory{Devices: []inventory.Device{{ID: "phone", Name: "Phone of member 17", Serial: "SN-1", Platform: inventory.Android}}, Apps: apps}
	return Assess(db, p, inv, asOf)
}

func pack(p Policy) Selection {
	p.ID = "ours"
	return Selection{Packs: []*Policy{&p}}
}

// byRule keeps the findings of a rule, or of a pack's rule.
func byRule(a *Assessment, rule string) []Finding {
	return slices.DeleteFunc(slices.Clone(a.Findings), func(f Finding) bool { return f.Rule != rule && f.PolicyRule != rule })
}

func rule(change func(*PackRule)) Policy {
	r := PackRule{ID: "r", Title: "against the rules", Axis: Compliance, Severity: High, Action: Remove, Reason: "because"}
	change(&r)
	return Policy{Rules: []PackRule{r}}
}

func TestPackRules(t *testing.T) {
	asks := func(a *inventory.App) {
		a.Permissions = []inventory.Permission{{Name: "android.permission.RECORD_AUDIO", Requested: true}}
	}
	sideloaded := func(a *inventory.App) { a.Installer = "" }
	named := inventory.App{ID: "n", Device: "phone", Platform: inventory.Linux, IdentifierKind: inventory.NameOnly, Identifier: "ClipShow", Name: "ClipShow"}
	for name, c := range map[string]struct {
		change func(*PackRule)
		app    inventory.App
		want   string // severity, confidence, action; empty for no finding
	}{
		"product":                      {func(r *PackRule) { r.Products = []string{"hello"} }, android("org.hello"), "high moderate remove"},
		"another product":              {func(r *PackRule) { r.Products = []string{"clip"} }, android("org.hello"), ""},
		"category":                     {func(r *PackRule) { r.Categories = []string{"messaging"} }, android("org.hello"), "high moderate remove"},
		"owner by control":             {func(r *PackRule) { r.Owners = []string{"parent"} }, android("org.clip"), "high moderate remove"},
		"owner is the vendor":          {func(r *PackRule) { r.Owners = []string{"maker"} }, android("org.clip"), "high moderate remove"},
		"owner that sold it":           {func(r *PackRule) { r.Owners = []string{"parent"} }, android("org.dating"), ""},
		"jurisdiction":                 {func(r *PackRule) { r.Jurisdictions = []string{"XX"} }, android("org.clip"), "high moderate remove"},
		"jurisdiction nobody verified": {func(r *PackRule) { r.Jurisdictions = []string{"XX"} }, android("org.maybe"), ""},
		"owner over an unverified tie": {func(r *PackRule) { r.Owners = []string{"maker"} }, android("org.loose"), "low low review"},
		"permission":                   {func(r *PackRule) { r.Permissions = []string{"android.permission.RECORD_AUDIO"} }, android("org.x", asks), "high high remove"},
		"permission not asked for":     {func(r *PackRule) { r.Permissions = []string{"android.permission.RECORD_AUDIO"} }, android("org.x"), ""},
		"permission and product": {func(r *PackRule) {
			r.Permissions, r.Products = []string{"android.permission.RECORD_AUDIO"}, []string{"hello"}
		}, android("org.hello", asks), "high moderate remove"},
		"permission and another product": {func(r *PackRule) {
			r.Permissions, r.Products = []string{"android.permission.RECORD_AUDIO"}, []string{"clip"}
		}, android("org.hello", asks), ""},
		"platform":                       {func(r *PackRule) { r.Platforms = []string{"android"} }, android("org.x"), "high moderate remove"},
		"another platform":               {func(r *PackRule) { r.Platforms = []string{"ios"} }, android("org.x"), ""},
		"origin":                         {func(r *PackRule) { r.Origins = []string{"none"} }, android("org.x", sideloaded), "high high remove"},
		"origin store":                   {func(r *PackRule) { r.Origins = []string{"none"} }, android("org.x"), ""},
		"installer":                      {func(r *PackRule) { r.Installers = []string{"com.android.vending"} }, android("org.x"), "high high remove"},
		"critical needs high confidence": {func(r *PackRule) { r.Severity, r.Products = Critical, []string{"hello"} }, android("org.hello"), "high moderate remove"},
		"recognised by name alone":       {func(r *PackRule) { r.Severity, r.Products = Critical, []string{"clip"} }, named, "low low review"},
	} {
		t.Run(name, func(t *testing.T) {
			s := pack(rule(c.change))
			if c.app.ID == "n" { // a name is known where a policy covers its product
				s.Packs = append(s.Packs, New(world()).Policy("be"))
			}
			var got string
			for _, f := range byRule(packs(t, "2026-11-22", s, c.app), "ours/r") {
				got += strings.Join([]string{string(f.Severity), string(f.Confidence), string(f.Action)}, " ")
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

type condition struct {
	holds bool
	err   error
	needs Needs
	steps uint64
}

func (c condition) Match(*Facts) (bool, uint64, error) { return c.holds, c.steps, c.err }
func (c condition) Needs() Needs                       { return c.needs }

func TestConditions(t *testing.T) {
	for name, c := range map[string]struct {
		condition
		want string
	}{
		"holds":                  {condition{holds: true}, "high moderate"},
		"does not hold":          {condition{}, ""},
		"rests on unverified":    {condition{holds: true, needs: Needs{Owner: true, Unverified: true}}, "low low"},
		"cannot be worked out":   {condition{err: errors.New("division by zero")}, "gap"},
		"rests on the ownership": {condition{holds: true, needs: Needs{Owner: true}}, "high moderate"},
	} {
		t.Run(name, func(t *testing.T) {
			s := pack(rule(func(r *PackRule) { r.When = "x" }))
			s.Compile = func(string) (Condition, error) { return c.condition, nil }
			a := packs(t, "2026-11-22", s, android("org.clip"), android("org.clip", func(a *inventory.App) { a.ID = "second" }))
			got := ""
			for _, f := range byRule(a, "ours/r")[:min(1, len(byRule(a, "ours/r")))] {
				got = string(f.Severity) + " " + string(f.Confidence)
			}
			for _, g := range a.Gaps {
				if g.Subject == "ours/r" && g.Count == 2 && g.Kind.Incomplete() && strings.Contains(g.Detail, "division by zero") {
					got = "gap"
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if _, err := New(world()).Compose(pack(rule(func(r *PackRule) { r.When = "true" }))); err == nil {
		t.Error("a condition that nothing reads was dropped in silence")
	}
}

func TestOverrides(t *testing.T) {
	over := func(list ...SeverityOverride) Policy {
		return Policy{Authorities: []string{"home"}, Severity: list}
	}
	for name, c := range map[string]struct {
		pack Policy
		app  inventory.App
		rule string
		want Severity
	}{
		"lowered":                       {over(SeverityOverride{Rule: RuleJurisdiction, Severity: Info}), android("org.clip"), RuleJurisdiction, Info},
		"raised within the confidence":  {over(SeverityOverride{Rule: RuleJurisdiction, Severity: Critical}), android("org.clip"), RuleJurisdiction, High},
		"raised with a verified signer": {over(SeverityOverride{Rule: RuleBan, Severity: Critical}), android("org.clip", signedBy(genuineSHA, true)), RuleBan, Critical},
		"unverified stays low":          {over(SeverityOverride{Rule: RuleUnverifiedJurisdiction, Severity: Critical}), android("org.maybe"), RuleUnverifiedJurisdiction, Low},
		"a warning stays advice":        {over(SeverityOverride{Rule: RuleAdvice, Severity: Critical}), android("org.cousin"), RuleAdvice, Medium},
		"by axis":                       {over(SeverityOverride{Axis: Influence, Severity: Info}), android("org.clip"), RuleInfluence, Info},
		"of another axis":               {over(SeverityOverride{Axis: Influence, Severity: Info}), android("org.clip"), RuleJurisdiction, Medium},
		"the later entry wins":          {over(SeverityOverride{Axis: Espionage, Severity: Info}, SeverityOverride{Rule: RuleJurisdiction, Severity: Low}), android("org.clip"), RuleJurisdiction, Low},
		"an override of nothing":        {over(SeverityOverride{Severity: Info}), android("org.clip"), RuleJurisdiction, Medium},
	} {
		t.Run(name, func(t *testing.T) {
			found := byRule(packs(t, "2026-11-22", pack(c.pack), c.app), c.rule)
			if len(found) != 1 || found[0].Severity != c.want {
				t.Errorf("got %v, want one of %s", summary(&Assessment{Findings: found}), c.want)
			}
			if len(found) == 1 && c.rule == RuleAdvice && (found[0].Action == Remove || found[0].Rule != RuleAdvice) {
				t.Error("the warning has become more than advice")
			}
		})
	}
	t.Run("the strictest pack", func(t *testing.T) {
		one, two := over(SeverityOverride{Rule: RuleJurisdiction, Severity: Info}), over(SeverityOverride{Rule: RuleJurisdiction, Severity: Low})
		one.ID, two.ID = "one", "two"
		found := byRule(packs(t, "2026-11-22", Selection{Packs: []*Policy{&two, &one}}, android("org.clip")), RuleJurisdiction)
		if len(found) != 1 || found[0].Severity != Low {
			t.Errorf("got %v", summary(&Assessment{Findings: found}))
		}
	})
}

func TestAllowList(t *testing.T) {
	p := Policy{Allow: []Allowance{
		{Reason: "approved", Products: []string{"clip"}}, {Reason: "comes with the phone", System: true},
		{Reason: "ours", Apps: []string{"be.example.*"}}, {Reason: "nothing"}, {Reason: "group", Owners: []string{"local"}, Installers: []string{"com.android.vending"}}}}
	system := func(a *inventory.App) { a.System = true }
	for name, c := range map[string]struct {
		app  inventory.App
		want int
	}{
		"product":                    {android("org.clip"), 0},
		"product of somebody else":   {android("org.clip", signedBy(otherSHA, true)), 1},
		"system":                     {android("com.any", system), 0},
		"identifier":                 {android("be.example.vote"), 0},
		"owner and installer":        {android("org.hello"), 0},
		"owner from elsewhere":       {android("org.hello", func(a *inventory.App) { a.Installer = "" }), 1},
		"not listed":                 {android("org.cousin"), 1},
		"not listed, not recognised": {android("com.any"), 1},
		"known, but not installed":   {android("com.any", func(a *inventory.App) { a.NotInstalled = true }), 0},
	} {
		t.Run(name, func(t *testing.T) {
			found := byRule(packs(t, "2026-11-22", pack(p), c.app), RuleNotAllowed)
			if len(found) != c.want || c.want == 1 && (found[0].Severity != Low || found[0].Action != Review) {
				t.Errorf("got %v, want %d", summary(&Assessment{Findings: found}), c.want)
			}
		})
	}
}

func exception(change func(*Exception)) Policy {
	e := Exception{ID: "e-1", ApprovedBy: "College of Quaestors", Reason: "Press work.", Ticket: "T-9", Until: "2026-12-31", Products: []string{"clip"}, Rules: []string{RuleBan}}
	change(&e)
	return Policy{Authorities: []string{"home"}, Exceptions: []Exception{e}}
}

func TestExceptions(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Exception)
		ban    bool   // the ban is excepted
		says   string // rule and severity about the exception itself
	}{
		"valid":                     {func(e *Exception) {}, true, ""},
		"last day":                  {func(e *Exception) { e.Until = "2026-11-22" }, true, ""},
		"over":                      {func(e *Exception) { e.Until = "2026-11-21" }, false, "exception-expired medium"},
		"over and about nothing":    {func(e *Exception) { e.Until, e.Products = "2026-11-21", []string{"hello"} }, false, "exception-expired low"},
		"not yet":                   {func(e *Exception) { e.From = "2026-11-23" }, false, ""},
		"first day":                 {func(e *Exception) { e.From = "2026-11-22" }, true, ""},
		"of another product":        {func(e *Exception) { e.Products = []string{"hello"} }, false, "exception-unused info"},
		"of another rule":           {func(e *Exception) { e.Rules = []string{RuleTestKey} }, false, "exception-unused info"},
		"device by serial":          {func(e *Exception) { e.Devices = []string{"SN-*"} }, true, ""},
		"device by name":            {func(e *Exception) { e.Devices = []string{"Phone of member *"} }, true, ""},
		"device by id":              {func(e *Exception) { e.Devices = []string{"phone"} }, true, ""},
		"another device":            {func(e *Exception) { e.Devices = []string{"SN-2"} }, false, "exception-unused info"},
		"group":                     {func(e *Exception) { e.Groups = []string{"press"} }, true, ""},
		"group and another device":  {func(e *Exception) { e.Groups, e.Devices = []string{"press"}, []string{"SN-2"} }, false, "exception-unused info"},
		"unknown group":             {func(e *Exception) { e.Groups = []string{"nobody"} }, false, "exception-unused info"},
		"app by identifier":         {func(e *Exception) { e.Products, e.Apps = nil, []string{"org.cl*"} }, true, ""},
		"another app by identifier": {func(e *Exception) { e.Products, e.Apps = nil, []string{"org.x*"} }, false, "exception-unused info"},
	} {
		t.Run(name, func(t *testing.T) {
			s := pack(exception(c.change))
			s.Groups = []DeviceGroup{{ID: "press", Devices: []string{"SN-1"}}}
			a := packs(t, "2026-11-22", s, android("org.clip"))
			ban := byRule(a, RuleBan)
			if len(ban) != 1 || (ban[0].Exception != nil) != c.ban || ban[0].Action != Remove {
				t.Fatalf("the ban: %+v", ban)
			}
			var says []string
			for _, f := range a.Findings {
				if f.Subject.Exception != nil {
					says = append(says, f.Rule+" "+string(f.Severity))
				} else if f.Rule != RuleBan && f.Exception != nil {
					t.Errorf("%s is excepted too", f.Rule)
				}
			}
			if got := strings.Join(says, "; "); got != c.says {
				t.Errorf("about the exception: %q, want %q", got, c.says)
			}
		})
	}
}

func TestPositions(t *testing.T) {
	s := Selection{Packs: []*Policy{{ID: "ours", Authorities: []string{"home"}}, {ID: "theirs", Authorities: []string{"abroad"}}, {ID: "silent", Authorities: []string{"later"}}}}
	a := packs(t, "2026-11-22", s, android("org.clip"), android("org.cousin"))
	for rule, want := range map[string]string{
		RuleBan: "home: banned since 2023-03-10; abroad: banned since 2023; silent: no measure recorded",
	} {
		var got []string
		for _, f := range byRule(a, rule) {
			if f.Subject.Product.ID == "clip" {
				for _, p := range f.Positions {
					got = append(got, p.String())
				}
			}
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: got %q, want %q", rule, strings.Join(got, "; "), want)
		}
	}
	for _, f := range a.Findings {
		if f.Subject.Product.ID == "cousin" && f.Rule == RuleAdvice && f.Positions != nil {
			t.Error("the positions stand with the ban and with the advice")
		}
	}
}

func TestExtend(t *testing.T) {
	base := &Policy{ID: "base", Authorities: []string{"home"}, Rules: []PackRule{{ID: "a", Title: "old"}, {ID: "b"}}}
	top := &Policy{ID: "top", Extends: []string{"base"}, Authorities: []string{"abroad"}, Rules: []PackRule{{ID: "a", Title: "new"}}}
	find := func(id string) *Policy {
		for _, p := range []*Policy{base, top} {
			if p.ID == id {
				return p
			}
		}
		return nil
	}
	got, err := Extend(top, find)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Authorities, []string{"home", "abroad"}) || len(got.Rules) != 2 || got.Rules[0].Title != "new" {
		t.Errorf("got %+v", got)
	}
	if len(base.Rules) != 2 || base.Rules[0].Title != "old" {
		t.Error("the base was changed")
	}
	base.Extends = []string{"top"}
	if _, err := Extend(top, find); err == nil || !strings.Contains(err.Error(), "top → base → top") {
		t.Errorf("a cycle: %v", err)
	}
	base.Extends = []string{"gone"}
	if _, err := Extend(top, find); err == nil || !strings.Contains(err.Error(), `"gone"`) {
		t.Errorf("a missing base: %v", err)
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"*", "", true}, {"a*", "ab", true}, {"*b", "ab", true}, {"a*b*c", "aXbYc", true}, {"a*b*c", "acb", false},
		{"a*a", "a", false}, {"", "", true}, {"", "a", false}, {"*a*", "bab", true}, {"org.*", "orgx", false},
	} {
		if got := glob(c.pattern, c.text); got != c.want {
			t.Errorf("glob(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

// countsMatches is too costly, and counts how often it was tried.
type countsMatches struct {
	condition
	tried *int
}

func (c countsMatches) Match(*Facts) (bool, uint64, error) { *c.tried++; return false, 1, ErrTooCostly }

func TestTooCostlyIsTriedOnce(t *testing.T) {
	tried := 0
	s := pack(rule(func(r *PackRule) { r.When = "x" }))
	s.Compile = func(string) (Condition, error) { return countsMatches{tried: &tried}, nil }
	a := packs(t, "2026-11-22", s, android("org.clip"), android("org.clip", func(a *inventory.App) { a.ID = "second" }))
	gaps := slices.DeleteFunc(slices.Clone(a.Gaps), func(g inventory.Gap) bool { return g.Subject != "ours/r" })
	if tried != 1 || len(gaps) != 1 || gaps[0].Count != 2 || gaps[0].Kind != inventory.GapLimit {
		t.Errorf("tried %d times; %+v", tried, gaps)
	}
}
