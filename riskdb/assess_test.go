package riskdb

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

const (
	genuineSHA = "1111111111111111111111111111111111111111111111111111111111111111"
	otherSHA   = "2222222222222222222222222222222222222222222222222222222222222222"
	testSHA    = "3333333333333333333333333333333333333333333333333333333333333333"
	debugSHA   = "4444444444444444444444444444444444444444444444444444444444444444"
	capitalSHA = "abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd"
)

func sure(b Basis) Basis {
	b.Verified, b.Confidence = true, GradeHigh
	return b
}

// world is a small database: an app of a vendor whose parent sits in a priority state, a sold one, one whose
// vendor nobody verified, security software, and measures of every kind and state.
func world() Tables {
	id := func(pkg string) []Identifier {
		return []Identifier{{Kind: inventory.AndroidPackage, Value: pkg, Basis: sure(Basis{})}}
	}
	product := func(target string) []Target { return []Target{{Name: target, Products: []string{target}}} }
	return Tables{
		Version: Version{Date: "2026-11-22"},
		Authorities: []Authority{{ID: "home", Name: "Home Office", Jurisdiction: "BE"}, {ID: "abroad", Name: "Foreign Office", Jurisdiction: "NL"},
			{ID: "doubts", Name: "Doubts Office"}, {ID: "later", Name: "Later Office"}, {ID: "rules", Name: "Rules Office"}, {ID: "strong", Name: "Strong Office"}},
		Policies: []Policy{{ID: "doubts", Authorities: []string{"doubts"}}, {ID: "later", Authorities: []string{"later"}}, {ID: "rules", Authorities: []string{"rules"}}, {ID: "strong", Authorities: []string{"strong"}}, {ID: "be", Title: "Home", Authorities: []string{"home"}}, {ID: "nl", Title: "Abroad", Authorities: []string{"abroad"}}, {ID: "all", All: true}},
		Jurisdictions: []Jurisdiction{
			{Code: "XX", Name: "Exland", Group: "priority", Laws: []Law{{ID: "xx-law", Assist: true, Name: "Assistance Law", Articles: "7", Date: "2017", Basis: sure(Basis{})}}},
			{Code: "BE", Name: "Belgium", Group: "eu-eea"},
		},
		Vendors: []Vendor{
			{ID: "maker", Name: "Maker", Basis: sure(Basis{})},
			{ID: "parent", Name: "Parent", Jurisdiction: "XX", Basis: sure(Basis{})},
			{ID: "doubtful", Name: "Doubtful", Jurisdiction: "XX"},
			{ID: "phones", Name: "Phones", Basis: sure(Basis{})},
			{ID: "twice", Name: "Twice", Basis: sure(Basis{})},
			{ID: "local", Name: "Local", Jurisdiction: "BE", Basis: sure(Basis{})},
		},
		Entities: []Entity{{ID: "tied-co", Name: "Tied Co"}, {ID: "loose-co", Name: "Loose Co"}},
		Edges: []Edge{
			{ID: "e1", Child: "maker", Parent: "parent", Kind: Owns, From: "2016", Basis: sure(Basis{})},
			{ID: "e3", Child: "tied-co", Parent: "maker", Kind: Owns, From: "2019", Basis: sure(Basis{})},
			{ID: "e4", Child: "loose-co", Parent: "maker", Kind: Owns},
			{ID: "e6", Child: "local", Parent: "parent", Kind: Former, Share: 20, From: "2013", Until: "2030", Basis: sure(Basis{})},
			{ID: "e7", Child: "twice", Parent: "parent", Kind: Controls, From: "2017", Basis: sure(Basis{})},
			{ID: "e8", Child: "twice", Parent: "parent", Kind: Owns, From: "2016", Basis: sure(Basis{})},
			{ID: "e5", Child: "phones", Parent: "parent", Kind: Former, Share: 100, From: "2013", Until: "2020-11", Basis: sure(Basis{})},
			{ID: "e2", Child: "local", Parent: "parent", Kind: Owns, From: "2016", Until: "2020-06", Basis: sure(Basis{})},
		},
		Products: []Product{
			{ID: "clip", Name: "ClipShow", Vendor: "maker", Category: "social", Kind: AppProduct, Identifiers: id("org.clip")},
			{ID: "cousin", Name: "Cousin", Vendor: "maker", Category: "video", Kind: AppProduct, Identifiers: id("org.cousin")},
			{ID: "dating", Name: "Dating", Vendor: "local", Category: "social", Kind: AppProduct, Identifiers: id("org.dating")},
			{ID: "tied", Name: "TiedApp", Vendor: "maker", PublisherEdge: "e3", Category: "social", Kind: AppProduct, Identifiers: id("org.tied")},
			{ID: "loose", Name: "LooseApp", Vendor: "maker", PublisherEdge: "e4", Category: "social", Kind: AppProduct, Identifiers: id("org.loose")},
			{ID: "phone", Name: "PhoneApp", Vendor: "phones", Category: "social", Kind: AppProduct, Identifiers: id("org.phones")},
			{ID: "maybe", Name: "Maybe", Vendor: "doubtful", Category: "social", Kind: AppProduct, Identifiers: id("org.maybe")},
			{ID: "guard", Name: "Guard", Vendor: "parent", Category: "security", Kind: SecurityProduct, SecurityKind: "antivirus",
				Identifiers: []Identifier{{Kind: inventory.Process, Value: "guardd", Basis: sure(Basis{})}, {Kind: inventory.Process, Value: "updater", Shared: true, Basis: sure(Basis{})}, {Kind: inventory.Process, Value: "helper", Shared: true, Basis: sure(Basis{})}}},
			{ID: "hello", Name: "Hello", Vendor: "local", Category: "messaging", Kind: AppProduct, Identifiers: id("org.hello")},
		},
		Bans: []Ban{
			{ID: "old", Kind: BanOrder, State: Superseded, SupersededBy: "now", Authority: "Home Office", AuthorityID: "home", Issued: "2023-03-10", Until: "2024-03-20", Scope: "all", Targets: product("clip"), Basis: sure(Basis{})},
			{ID: "now", Kind: BanOrder, State: InForce, Authority: "Home Office", AuthorityID: "home", Issued: "2024-03-20", Scope: "all", NotAppliesTo: []string{"chamber"}, Targets: product("clip"), Basis: sure(Basis{})},
			{ID: "revoked", Kind: BanOrder, State: Revoked, Authority: "Home Office", AuthorityID: "home", Issued: "2020", Until: "2021-06-09", Scope: "all", Targets: product("hello"), Basis: sure(Basis{})},
			{ID: "expired", Kind: BanOrder, State: InForce, Authority: "Home Office", AuthorityID: "home", Issued: "2020", Until: "2022", Scope: "all", Targets: product("hello"), Basis: sure(Basis{})},
			{ID: "warning", Kind: Warning, State: Advisory, Authority: "Home Office", AuthorityID: "home", Issued: "2023", Scope: "all", Targets: product("cousin"), Basis: sure(Basis{})},
			{ID: "owner", Kind: BanOrder, State: InForce, Authority: "Foreign Office", AuthorityID: "abroad", Issued: "2023", Scope: "all", Targets: []Target{{Name: "all of Parent", Vendor: "parent", Owner: true}}, Basis: sure(Basis{})},
			{ID: "doubted", Kind: BanOrder, State: InForce, Authority: "Doubts Office", AuthorityID: "doubts", Issued: "2023", Scope: "all", Targets: product("hello")},
			{ID: "growing", Kind: BanOrder, State: InForce, Authority: "Later Office", AuthorityID: "later", Issued: "2023", Scope: "all", Targets: []Target{{Name: "hello", Products: []string{"hello"}, From: "2025"}}, Basis: sure(Basis{})},
			{ID: "overlap-old", Kind: BanOrder, State: Superseded, SupersededBy: "overlap-new", Authority: "Home Office", AuthorityID: "home", Issued: "2015", Until: "2016-03", Scope: "all", Targets: product("clip"), Basis: sure(Basis{})},
			{ID: "overlap-new", Kind: BanOrder, State: Superseded, Authority: "Home Office", AuthorityID: "home", Issued: "2016-03", Until: "2016-12", Scope: "all", Targets: product("clip"), Basis: sure(Basis{})},
			{ID: "criteria", Kind: Restriction, State: InForce, Authority: "Rules Office", AuthorityID: "rules", Issued: "2023", Scope: "all", Targets: []Target{{Name: "recreation", Covers: CoversCriteria, Examples: []string{"hello"}}}, Basis: sure(Basis{})},
			{ID: "market", Kind: MarketBan, State: InForce, Authority: "Rules Office", AuthorityID: "rules", Issued: "2023", Scope: "all", Targets: []Target{
				{Name: "Listed", Identifiers: id("org.listed")}, {Name: "Guessed", Identifiers: []Identifier{{Kind: inventory.AndroidPackage, Value: "org.guessed"}}}}, Basis: sure(Basis{})},
			{ID: "strong-old", Kind: BanOrder, State: InForce, Authority: "Strong Office", AuthorityID: "strong", Issued: "2018", Scope: "all", Targets: product("hello"), Basis: sure(Basis{})},
			{ID: "strong-new", Kind: MarketBan, State: InForce, Authority: "Strong Office", AuthorityID: "strong", Issued: "2024", Scope: "all", Targets: product("hello"), Basis: sure(Basis{})},
			{ID: "gear", Kind: BanOrder, State: InForce, Authority: "Home Office", AuthorityID: "home", Issued: "2023", Scope: "all", Targets: []Target{{Name: "gear", Vendor: "local", Owner: true, Covers: CoversEquipment}}, Basis: sure(Basis{})},
		},
		Permissions: []Permission{
			{Name: "android.permission.RECORD_AUDIO", Category: "microphone", Weight: 5, Basis: sure(Basis{})},
			{Name: "android.permission.VIBRATE", Category: "vibration", Weight: 1, Basis: sure(Basis{})},
			{Name: "android.permission.BIND_ACCESSIBILITY_SERVICE", Category: "accessibility", Weight: 5, Special: true, Basis: sure(Basis{})},
		},
		Signers: []Signer{{Package: "org.tied", Certs: []Cert{{SHA256: genuineSHA, Build: "release", Basis: sure(Basis{})}}}, {Package: "org.clip", Name: "ClipShow", Certs: []Cert{
			{SHA256: genuineSHA, Build: "release", Channels: []string{"Play"}, Basis: sure(Basis{})}, {SHA256: capitalSHA, Build: "release", Basis: sure(Basis{})},
			{SHA256: debugSHA, Build: "userdebug", Basis: sure(Basis{})}}},
			{Package: "org.keyed", Certs: []Cert{{SHA256: testSHA, Build: "release", Channels: []string{"Play"}, Basis: sure(Basis{})}}}},
		TestKeys:   []TestKey{{SHA256: testSHA, Name: "public key", Basis: sure(Basis{})}},
		Installers: []Installer{{Package: "com.android.vending", Name: "Play", Kind: Store}, {Package: "com.android.shell", Name: "adb", Kind: Sideloader}},
	}
}

func android(pkg string, change ...func(*inventory.App)) inventory.App {
	a := inventory.App{ID: "app-" + pkg, Device: "phone", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: pkg,
		InstallerKnown: true, Installer: "com.android.vending", Paths: []string{"/data/app/base.apk"}}
	for _, c := range change {
		c(&a)
	}
	return a
}

func signedBy(sha string, verified bool) func(*inventory.App) {
	return func(a *inventory.App) {
		a.Signers = append(a.Signers, inventory.Signer{SHA256: sha, Verified: verified})
	}
}

// summary is what a test compares: rule, severity, confidence, action.
func summary(a *Assessment) []string {
	var out []string
	for _, f := range a.Findings {
		out = append(out, strings.Join([]string{f.Rule, string(f.Severity), string(f.Confidence), string(f.Action)}, " "))
	}
	slices.Sort(out)
	return out
}

func judge(t *testing.T, asOf Date, policy string, inv *inventory.Inventory) *Assessment {
	t.Helper()
	db := New(world())
	p, err := db.SelectPolicies(policy)
	if err != nil {
		t.Fatal(err)
	}
	return Assess(db, p, inv, asOf)
}

func TestAssess(t *testing.T) {
	reach := func(a *inventory.App) {
		a.Permissions = []inventory.Permission{{Name: "android.permission.RECORD_AUDIO", Requested: true, Granted: true, GrantKnown: true}, {Name: "android.permission.VIBRATE", Granted: true, GrantKnown: true}}
	}
	owner := []string{"influence low moderate review", "jurisdiction medium moderate review"}
	tests := []struct {
		name   string
		asOf   Date
		policy string
		app    inventory.App
		want   []string
	}{
		{"a ban in force", "2026-11-22", "be", android("org.clip"), append([]string{"ban high moderate remove"}, owner...)},
		{"the ban it superseded, in its time", "2023-06-01", "be", android("org.clip"), append([]string{"ban high moderate remove"}, owner...)},
		{"before any ban", "2023-01-01", "be", android("org.clip"), owner},
		{"another authority's policy", "2026-11-22", "none", android("org.clip"), owner},
		{"by owner", "2026-11-22", "nl", android("org.cousin"), append([]string{"ban high moderate remove"}, owner...)},
		{"a verified signer makes it sure", "2026-11-22", "be", android("org.clip", signedBy(genuineSHA, true)),
			append([]string{"ban high high remove"}, owner...)},
		{"an owner with a sourced tie and a verified signer", "2026-11-22", "none", android("org.tied", signedBy(genuineSHA, true)),
			[]string{"influence low high review", "jurisdiction medium high review"}},
		{"before the tie", "2018-01-01", "none", android("org.tied"), nil},
		{"a tie that nobody verified", "2026-11-22", "none", android("org.loose"), []string{"jurisdiction-unverified info low inform"}},
		{"known but not installed", "2026-11-22", "be", android("org.clip", func(a *inventory.App) { a.NotInstalled = true }),
			[]string{"ban info moderate inform", "influence info moderate inform", "jurisdiction info moderate inform"}},
		{"the majority owner that left, before it left", "2019-01-01", "none", android("org.phones"), owner},
		{"and after", "2026-11-22", "none", android("org.phones"), nil},
		{"an example in a rule by criteria", "2026-11-22", "rules", android("org.hello"), []string{"advice low moderate review"}},
		{"a target that the measure itself identifies", "2026-11-22", "rules", android("org.listed"), []string{"measure medium moderate restrict"}},
		{"and one whose identifier nobody verified", "2026-11-22", "rules", android("org.guessed"), []string{"measure medium low review"}},
		{"a ban stands apart from a measure", "2026-11-22", "strong", android("org.hello"), []string{"ban high moderate remove", "measure medium moderate restrict"}},
		{"a signer that is only named does not", "2026-11-22", "be", android("org.clip", signedBy(genuineSHA, false)), append([]string{"ban high moderate remove"}, owner...)},
		{"a foreign signer", "2026-11-22", "be", android("org.clip", signedBy(otherSHA, true)),
			[]string{"ban high low review", "foreign-signer high high review", "influence low low review", "jurisdiction medium low review"}},
		{"a foreign signer from a channel that is not listed", "2026-11-22", "none", android("org.clip", signedBy(otherSHA, true), func(a *inventory.App) { a.Installer = ""; a.InstallerKnown = false }),
			[]string{"foreign-signer medium moderate review", "influence low low review", "jurisdiction medium low review"}},
		{"a public test key counts as unsigned", "2026-11-22", "none", android("org.hello", signedBy(testSHA, true)), []string{"test-key medium high review"}},
		{"a test key on a listed package is no proof", "2026-11-22", "be", android("org.clip", signedBy(testSHA, true)),
			[]string{"ban high low review", "foreign-signer high high review", "influence low low review", "jurisdiction medium low review", "test-key medium high review"}},
		{"revoked and expired bans do not fire", "2026-11-22", "be", android("org.hello"), nil},
		{"a ban of equipment is none of software", "2026-11-22", "be", android("org.dating"), nil},
		{"a warning is no ban", "2026-11-22", "be", android("org.cousin"), append([]string{"advice low moderate review"}, owner...)},
		{"owned at the time", "2018-05-01", "none", android("org.dating"), owner},
		{"sold since", "2026-11-22", "none", android("org.dating"), nil},
		{"nobody verified the vendor", "2026-11-22", "be", android("org.maybe"), []string{"jurisdiction-unverified info low inform"}},
		{"what it holds", "2026-11-22", "none", android("org.clip", reach), append(slices.Clone(owner), "reach medium moderate restrict")},
		{"permissions of an ordinary app are no finding", "2026-11-22", "be", android("org.hello", reach), nil},
		{"sideloaded", "2026-11-22", "be", android("org.new", func(a *inventory.App) { a.Installer = "com.android.shell" }), []string{"unknown-origin low moderate review"}},
		{"sideloaded with special access", "2026-11-22", "be", android("org.new", func(a *inventory.App) {
			a.Installer = ""
			a.Permissions = []inventory.Permission{{Name: "android.permission.BIND_ACCESSIBILITY_SERVICE", Granted: true, GrantKnown: true}}
		}), []string{"special-access high moderate review", "unknown-origin low moderate review"}},
		{"an installer that does not vouch, and no word on what is preinstalled", "2026-11-22", "be", android("org.new", func(a *inventory.App) { a.Installer, a.Paths = "", nil }), nil},
		{"an unlisted installer", "2026-11-22", "be", android("org.new", func(a *inventory.App) { a.Installer, a.Paths = "org.shop", nil }), []string{"unknown-origin low moderate review"}},
		{"what it only asks for", "2026-11-22", "none", android("org.clip", func(a *inventory.App) {
			a.Permissions = []inventory.Permission{{Name: "android.permission.RECORD_AUDIO", Requested: true}}
		}), append(slices.Clone(owner), "reach low moderate restrict")},
		{"what weighs nothing", "2026-11-22", "none", android("org.clip", func(a *inventory.App) {
			a.Permissions = []inventory.Permission{{Name: "android.permission.VIBRATE", Requested: true, Granted: true, GrantKnown: true}}
		}), owner},
		{"a digest in capitals", "2026-11-22", "be", android("org.clip", signedBy(strings.ToUpper(capitalSHA), true)), append([]string{"ban high high remove"}, owner...)},
		{"a key of debug builds clears nothing", "2026-11-22", "none", android("org.clip", signedBy(debugSHA, true)),
			[]string{"foreign-signer high high review", "influence low low review", "jurisdiction medium low review"}},
		{"one genuine signer of two", "2026-11-22", "be", android("org.clip", signedBy(genuineSHA, true), signedBy(otherSHA, true)), append([]string{"ban high high remove"}, owner...)},
		{"a test key that the list itself holds", "2026-11-22", "none", android("org.keyed", signedBy(testSHA, true)), []string{"foreign-signer high high review", "test-key medium high review"}},
		{"a preinstalled app of that name", "2026-11-22", "be", android("org.fake", func(a *inventory.App) { a.Name, a.System = "ClipShow", true }), nil},
		{"a measure that somebody doubts", "2026-11-22", "doubts", android("org.hello"), []string{"ban high low review"}},
		{"an entry that begins later", "2023-06-01", "later", android("org.hello"), nil},
		{"part of the system", "2026-11-22", "be", android("org.new", func(a *inventory.App) { a.Installer, a.System = "", true }), nil},
		{"a name alone", "2026-11-22", "be", inventory.App{ID: "n", IdentifierKind: inventory.NameOnly, Identifier: "clipshow", Name: "CLIPSHOW"},
			[]string{"ban medium low review", "influence low low review", "jurisdiction medium low review"}},
		{"the name under another package", "2026-11-22", "be", android("org.fake", func(a *inventory.App) { a.Name = "ClipShow" }), []string{"name-only low low review"}},
		{"an APEX is no app", "2026-11-22", "be", android("org.clip", func(a *inventory.App) { a.Apex = true }), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inv := inventory.New()
			inv.Apps = []inventory.App{test.app}
			got := summary(judge(t, test.asOf, test.policy, inv))
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("\n got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestBanFinding(t *testing.T) {
	inv := inventory.New()
	inv.Apps = []inventory.App{android("org.clip")}
	f := judge(t, "2026-11-22", "be", inv).Findings[0]
	if f.Rule != RuleBan || len(f.Measures) != 1 || f.Measures[0].Ban.ID != "now" || f.Measures[0].Via != "product" {
		t.Fatalf("leading finding %s with measures %+v", f.Rule, f.Measures)
	}
	if !strings.Contains(f.Caveat, "chamber") {
		t.Errorf("the caveat does not say whom the ban does not bind: %q", f.Caveat)
	}
	if !strings.Contains(f.Reason, "2023-03-10") {
		t.Errorf("the reason does not say since when: %q", f.Reason)
	}
	var steps []string
	for _, l := range f.Chain {
		steps = append(steps, l.To)
	}
	if want := []string{"Maker", "Parent", "Exland", "Assistance Law, article 7"}; !slices.Equal(steps, want) {
		t.Errorf("chain %q, want %q", steps, want)
	}
}

// TestReviewIsDue: a measure whose state nobody has checked in time says so, from the day after.
func TestReviewIsDue(t *testing.T) {
	tables := world()
	for i := range tables.Bans {
		tables.Bans[i].Review = "2026-06-30"
	}
	db := New(tables)
	p, _ := db.SelectPolicies("be")
	inv := inventory.New()
	inv.Apps = []inventory.App{android("org.clip")}
	for day, want := range map[Date]bool{"2026-06-30": false, "2026-07-01": true} {
		if got := strings.Contains(Assess(db, p, inv, day).Findings[0].Caveat, "checked again by 2026-06-30"); got != want {
			t.Errorf("on %s the overdue review is told: %v", day, got)
		}
	}
}

// TestProcesses: one shared mark is nobody's, a mark of its own or two marks are.
func TestProcesses(t *testing.T) {
	sp := func(process string) inventory.SecurityProduct {
		return inventory.SecurityProduct{ID: "p-" + process, Path: process, Device: "pc", Kind: "process", Process: process}
	}
	tests := []struct {
		name      string
		processes []inventory.SecurityProduct
		want      []string
	}{
		{"a shared mark", []inventory.SecurityProduct{sp("updater")}, nil},
		{"a shared mark seen twice", []inventory.SecurityProduct{sp("updater"), sp("updater")}, nil},
		{"two different shared marks", []inventory.SecurityProduct{sp("updater"), sp("helper")}, []string{"security-software high low review", "security-software-present info low inform"}},
		{"its own, and nothing else", []inventory.SecurityProduct{sp("guardd")}, []string{"security-software low low review", "security-software-present info low inform"}},
		{"unknown", []inventory.SecurityProduct{sp("bash")}, nil},
	}
	for _, test := range tests {
		inv := inventory.New()
		inv.SecurityProducts = test.processes
		if got := summary(judge(t, "2026-11-22", "none", inv)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestAssessIsPure: the same arguments give the same assessment, and the inventory is not changed.
func TestAssessIsPure(t *testing.T) {
	inv := inventory.New()
	for _, pkg := range []string{"org.clip", "org.cousin", "org.dating", "org.hello", "org.maybe"} {
		inv.Apps = append(inv.Apps, android(pkg, signedBy(otherSHA, true)))
	}
	before := *inv
	before.Apps = slices.Clone(inv.Apps)
	first := judge(t, "2026-11-22", "all", inv)
	for range 5 {
		if again := judge(t, "2026-11-22", "all", inv); !reflect.DeepEqual(first, again) {
			t.Fatal("two judgements differ")
		}
	}
	if !reflect.DeepEqual(&before, inv) {
		t.Error("the inventory was changed")
	}
}

// TestRulesAreDescribed: every rule that fires has an entry, every entry can fire somewhere in these tests.
func TestRulesAreDescribed(t *testing.T) {
	for _, r := range Rules {
		if r.Title == "" || r.When == "" || r.Limits == "" || r.WouldEnd == "" || !slices.Contains(Axes, r.Axis) {
			t.Errorf("rule %q is not fully described", r.ID)
		}
	}
	inv := inventory.New()
	inv.Apps = []inventory.App{android("org.clip")}
	for _, f := range judge(t, "2026-11-22", "all", inv).Findings {
		if r := RuleByID(f.Rule); r == nil || r.Axis != f.Axis {
			t.Errorf("finding of rule %q on axis %s: no such rule on that axis", f.Rule, f.Axis)
		}
	}
}

func TestSelectPolicies(t *testing.T) {
	db := New(world())
	if _, err := db.SelectPolicies("xx"); err == nil || !strings.Contains(err.Error(), "all, be") {
		t.Errorf("an unknown policy: %v", err)
	}
	p, err := db.SelectPolicies("nl", "be", "nl")
	if err != nil || len(p.list) != 2 || p.list[0].ID != "nl" {
		t.Errorf("%v, %v", p.list, err)
	}
}

func BenchmarkAssess10000(b *testing.B) {
	db, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	p, err := db.SelectPolicies(DefaultPolicy)
	if err != nil {
		b.Fatal(err)
	}
	inv := inventory.New()
	for i := range 10_000 {
		pkg := "org.example." + string(rune('a'+i%26)) + strings.Repeat("x", i%40)
		if i%50 == 0 {
			pkg = "com.zhiliaoapp.musically"
		}
		a := android(pkg)
		a.ID += string(rune('a' + i%26))
		a.Permissions = []inventory.Permission{{Name: "android.permission.RECORD_AUDIO"}, {Name: "android.permission.CAMERA"}, {Name: "android.permission.INTERNET"}}
		inv.Apps = append(inv.Apps, a)
	}
	for b.Loop() {
		Assess(db, p, inv, "2026-11-22")
	}
}

// TestSplits: a split vouches for itself alone, and one of another signer is told.
func TestSplits(t *testing.T) {
	binary := func(sha, split, signer string, state inventory.SignatureState) inventory.Binary {
		return inventory.Binary{SHA256: sha, Split: split, Package: "org.clip", Signed: state,
			Signers: []inventory.Signer{{SHA256: signer, Verified: state == inventory.SignatureValid}}}
	}
	tests := []struct {
		name        string
		base, split inventory.Binary
		want        []string
	}{
		{"both genuine", binary("b", "", genuineSHA, inventory.SignatureValid), binary("s", "x", genuineSHA, inventory.SignatureValid),
			[]string{"ban high high remove", "influence low moderate review", "jurisdiction medium moderate review"}},
		{"a foreign base", binary("b", "", otherSHA, inventory.SignatureValid), binary("s", "x", genuineSHA, inventory.SignatureValid),
			[]string{"ban high low review", "foreign-signer medium moderate review", "influence low low review", "jurisdiction medium low review", "split-signer high high review"}},
		{"a foreign split", binary("b", "", genuineSHA, inventory.SignatureValid), binary("s", "x", otherSHA, inventory.SignatureValid),
			[]string{"ban high moderate remove", "influence low moderate review", "jurisdiction medium moderate review", "split-signer high high review"}},
		{"a broken base", binary("b", "", genuineSHA, inventory.SignatureInvalid), binary("s", "x", genuineSHA, inventory.SignatureValid),
			[]string{"ban high low review", "influence low low review", "invalid-signature medium high review", "jurisdiction medium low review"}},
	}
	for _, test := range tests {
		inv := inventory.New()
		inv.Apps = []inventory.App{android("org.clip", func(a *inventory.App) {
			a.Device, a.Installer, a.InstallerKnown, a.Binaries = "", "", false, []string{"b", "s"}
		})}
		inv.Binaries = []inventory.Binary{test.base, test.split}
		if got := summary(judge(t, "2026-11-22", "be", inv)); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.name, got, test.want)
		}
	}
}

// TestCriteriaGap: a rule that only people can apply is a gap, not silence.
func TestCriteriaGap(t *testing.T) {
	a := judge(t, "2026-11-22", "rules", inventory.New())
	if len(a.Gaps) != 1 || a.Gaps[0].Subject != "criteria" {
		t.Errorf("gaps %+v", a.Gaps)
	}
}

// TestOneOfAPair: where one measure supersedes another and both held that day, one is shown.
func TestOneOfAPair(t *testing.T) {
	inv := inventory.New()
	inv.Apps = []inventory.App{android("org.clip")}
	a := judge(t, "2016-03-31", "be", inv)
	for _, f := range a.Findings {
		if f.Rule == RuleBan && (len(f.Measures) != 1 || f.Measures[0].Ban.ID != "overlap-new") {
			t.Errorf("measures %+v", f.Measures)
		}
	}
}

// TestStateOnce: an owner that two ties lead to is under its law once.
func TestStateOnce(t *testing.T) {
	n := 0
	for _, l := range New(world()).Chain("twice", "2026-11-22").Links {
		if l.Kind == "state" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d links to a state, want 1", n)
	}
}

// TestFormerMinority: who left and never held more than half did not decide.
func TestFormerMinority(t *testing.T) {
	if got := New(world()).Ancestors("local", "2026-11-22"); len(got) != 0 {
		t.Errorf("controlled by %v", got)
	}
}

// BenchmarkAssessDeep judges 10,000 apps on 50 phones whose files were read: 1,000 files with 300 packages and 200
// hosts each. One app in fifty carries code that is a finding.
func BenchmarkAssessDeep(b *testing.B) {
	p, err := loaded.SelectPolicies(DefaultPolicy)
	if err != nil {
		b.Fatal(err)
	}
	inv := inventory.New()
	for i := range 1000 {
		f := inventory.Binary{SHA256: fmt.Sprintf("%064d", i), Format: "apk", Code: &inventory.Code{Classes: 9000, Renamed: 4000}}
		for j := range 300 {
			f.CodePackages = append(f.CodePackages, inventory.CodePackage{Name: fmt.Sprintf("org.example%d.part%d.inner", i, j), Classes: 30, File: "classes.dex"})
		}
		if i%50 == 0 {
			f.CodePackages[7].Name = "com.bytedance.sdk.openadsdk.core"
		}
		for j := range 200 {
			f.Hosts = append(f.Hosts, fmt.Sprintf("host%d.part%d.example.org", j, i))
		}
		f.Marks = []inventory.Mark{{Code: inventory.MarkReflection, Detail: "x"}, {Code: inventory.MarkCodeLoading, Detail: "x"}}
		inv.Binaries = append(inv.Binaries, f)
	}
	for i := range 10_000 {
		a := android(fmt.Sprintf("org.example.app%d", i%1000))
		a.ID, a.Device = fmt.Sprint(i), fmt.Sprint("phone", i/200)
		a.Binaries = []string{inv.Binaries[i%1000].SHA256}
		a.Permissions = []inventory.Permission{{Name: "android.permission.RECORD_AUDIO"}, {Name: "android.permission.CAMERA"}, {Name: "android.permission.INTERNET"}}
		inv.Apps = append(inv.Apps, a)
	}
	for b.Loop() {
		Assess(loaded, p, inv, "2026-11-22")
	}
}
