package lint

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/yamldb"
)

const asOf = "2026-11-22"

// base is a small set of data in which nothing is to be looked at.
const base = `licence: Apache-2.0
version: {date: "2026-11-22"}
licences:
- {spdx: Apache-2.0, name: Apache License 2.0, url: "https://www.apache.org/licenses/LICENSE-2.0", default: true}
sources:
- {id: src, title: A paper, url: "https://example.org/a", date: "2024"}
- {id: list, title: A list, url: "https://example.org/list", date: "2023", cross_check: true}
- {id: lost, title: A talk, url: "", note: not published, date: "2023"}
authorities:
- {id: be-federal, name: Federal government, jurisdiction: BE}
policies:
- {id: be, title: Belgium, authorities: [be-federal], jurisdictions: [BE]}
jurisdictions:
- {code: BE, name: Belgium, group: eu-eea, group_basis: member, adequacy: {status: member, verified: true, confidence: high, sources: [src]}, laws: [{id: be-law, name: A law, articles: "7", effect: lets a court ask, verified: true, confidence: high, sources: [src]}]}
vendors:
- {id: maker, name: Maker, hq: BE, jurisdiction: BE, verified: true, confidence: high, sources: [src, list, lost]}
entities:
- {id: holding, name: Holding, kind: company, verified: true, confidence: high, sources: [src]}
edges:
- {id: own-1, child: maker, parent: holding, kind: owns, from: "2020", verified: true, confidence: high, sources: [src]}
products:
- {id: app, name: App, vendor: maker, category: social, kind: app, note: A plain note, identifiers: [{kind: android-package, value: org.example.app, verified: true, confidence: high, sources: [src]}]}
bans:
- {id: ban, kind: ban, state: in-force, authority: Government, authority_id: be-federal, jurisdiction: BE, issued: "2024-01-02", last_checked: "2026-11-22", review: "2027-05-01", scope: all devices, targets: [{name: App, products: [app]}], verified: true, confidence: high, sources: [src]}
`

func check(t *testing.T, files map[string]string, o Options) []Issue {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	issues, err := Check(fsys, o)
	if err != nil {
		t.Fatal(err)
	}
	return issues
}

func TestTheSmallSetIsClean(t *testing.T) {
	for _, i := range check(t, map[string]string{"a.yaml": base}, Options{AsOf: asOf}) {
		t.Error(i)
	}
}

// samples break the small set in one way each. The issue has to be at a line with the changed text.
var samples = []struct {
	rule, old, new, want string
}{
	{yamldb.RuleForm, "kind: owns", "kind: rules", `kind "rules"`},
	{yamldb.RuleBrokenLink, "vendor: maker, category", "vendor: nobody, category", `unknown vendor "nobody"`},
	{yamldb.RuleMissingDate, `, date: "2024"}`, "}", "no date"},
	{yamldb.RuleUnverifiedHigh, "note: A plain note, identifiers: [{kind: android-package, value: org.example.app, verified: true", "note: A plain note, identifiers: [{kind: android-package, value: org.example.app, verified: false, unverified_reason: hearsay", "cannot be high"},
	{yamldb.RuleNoSource, `from: "2020", verified: true, confidence: high, sources: [src]`, `from: "2020", verified: true, confidence: high`, "without a source"},
	{yamldb.RuleNoReason, `from: "2020", verified: true, confidence: high`, `from: "2020", verified: false, confidence: medium`, "unverified_reason"},
	{yamldb.RuleClaimedTwice, "products:\n", "products:\n- {id: two, name: Two, vendor: maker, category: social, kind: app, identifiers: [{kind: android-package, value: org.example.app, verified: true, confidence: high, sources: [src]}]}\n", "belongs to product"},
	{yamldb.RuleUnusedSource, "sources:\n", "sources:\n- {id: idle, title: Idle, url: \"https://example.org\", date: \"2024\"}\n", "named by no fact"},
	{yamldb.RuleBadURL, "https://example.org/a", "https://localhost/a", "no public host"},
	{yamldb.RuleBadURL, "https://example.org/a", "https://exa mple.org/a", "no web address"},
	{yamldb.RuleBadURL, "https://example.org/a", "https://user@example.org/a", "no public host"},
	{yamldb.RuleLicence, "licence: Apache-2.0\n", "licence: Unheard-1.0\n", "Unheard-1.0"},
	{RuleFutureDate, `date: "2024"}`, `date: "2027"}`, `date "2027" is after`},
	{RuleFutureDate, `date: "2024"}`, `accessed: "2026-11-23"}`, "accessed"},
	{RuleFutureDate, `last_checked: "2026-11-22", review: "2027-05-01"`, `last_checked: "2026-12", review: "2027-05-01"`, "last_checked"},
	{RuleTone, "A plain note", "The notorious maker", `"notorious"`},
	{RuleTone, "A plain note", "Made for the Russian regime", `"Russian regime"`},
	{RuleTone, "A plain note", "une société douteuse", `"douteuse"`},
	{RuleTone, "A plain note", "een beruchte maker", `"beruchte"`},
	{RuleTone, "A plain note", "der berüchtigte Hersteller", `"berüchtigte"`},
	{RuleTone, "scope: all devices", "scope: devices of a Schurkenstaat", `"Schurkenstaat"`},
	{RuleReviewDue, `review: "2027-05-01"`, `review: "2026-11-22"`, ""}, // the last day is not past: see below
	{RuleReviewDue, `last_checked: "2026-11-22", review: "2027-05-01"`, `last_checked: "2026-01-01", review: "2026-11-21"`, "reviewed by 2026-11-21"},
	{RuleDeadVendor, "vendors:\n", "vendors:\n- {id: idle, name: Idle, verified: false, unverified_reason: hearsay, confidence: low}\n", `"idle"`},
	{RuleDeadOwner, "entities:\n", "entities:\n- {id: idle, name: Idle, kind: company, verified: false, unverified_reason: hearsay, confidence: low}\n", `"idle"`},
	{RuleWholeLaw, `articles: "7", `, "", `"be-law"`},
	{RuleUndatedEdge, `from: "2020", `, "", `"own-1"`},
	{yamldb.RuleCrossCheck, "sources: [src, list, lost]", "sources: [list]", "cross-checking (list)"},
	{yamldb.RuleNoAddress, "sources: [src, list, lost]", "sources: [lost]", "public address (lost)"},
	{RuleUnsureNote, "kind: owns, from", "kind: owns, note: The year is general knowledge, from", `edges "own-1" is verified`},
	{RuleUnsureNote, "effect: lets a court ask", "effect: 'lets a court ask, not confirmed'", `jurisdictions "BE" is verified`},
}

func TestEachRule(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range samples {
		t.Run(s.rule+" "+s.new, func(t *testing.T) {
			if !strings.Contains(base, s.old) {
				t.Fatalf("the small set has no %q", s.old)
			}
			text := strings.Replace(base, s.old, s.new, 1)
			issues := check(t, map[string]string{"dir/a.yaml": text}, Options{AsOf: asOf})
			i := slices.IndexFunc(issues, func(i Issue) bool { return i.Rule == s.rule })
			if s.want == "" {
				if i >= 0 {
					t.Errorf("got %s", issues[i])
				}
				return
			}
			seen[s.rule] = true
			if i < 0 || !strings.Contains(issues[i].Text, s.want) || issues[i].File != "dir/a.yaml" || issues[i].Do == "" {
				t.Fatalf("want %q, got %v", s.want, issues)
			}
			changed := strings.Split(strings.TrimSpace(s.new), "\n")
			if line := strings.Split(text, "\n")[issues[i].Line-1]; !strings.Contains(line, changed[len(changed)-1]) {
				t.Errorf("line %d is %q", issues[i].Line, line)
			}
		})
	}
	for _, r := range Rules {
		if !seen[r.ID] {
			t.Errorf("no sample for the rule %s", r.ID)
		}
	}
}

// TestWhatIsNoIssue holds what a hasty rule would report.
func TestWhatIsNoIssue(t *testing.T) {
	for _, s := range []struct{ old, new string }{
		{"A plain note", `The circular calls it "a notorious company" in recital 3`},
		{"A plain note", "«une société douteuse», selon le texte"},
		{"A plain note", "Malware of the kind spyware; a foreign adversary in the sense of the Act; an export licensing regime"},
		{"A plain note", "Its owner is the controller; devilfish is a game"},
		{"name: App, vendor", "name: Evil Notorious Game, vendor"},
		{"title: A paper", "title: The shady app the Chinese regime likes"},
		{`review: "2027-05-01"`, `review: "2027-05-01", until: "2026-12-31"`},
		{`state: in-force, `, `state: revoked, `},
		{`issued: "2024-01-02"`, `issued: "2024-01-02", deadline: "2030-01-01"`},
		{"kind: owns, from: \"2020\", ", "kind: minority, "},
	} {
		text := strings.Replace(base, s.old, strings.ReplaceAll(s.new, "A plain note", ""), 1)
		if s.old == "A plain note" {
			text = strings.Replace(base, "note: A plain note", "note: '"+s.new+"'", 1)
		}
		for _, i := range check(t, map[string]string{"a.yaml": text}, Options{AsOf: asOf}) {
			t.Errorf("%q: %s", s.new, i)
		}
	}
}

func TestOverlay(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	tables := db.AllTables()
	const overlay = `licence: Apache-2.0
layer: {id: cyber-office, title: Cyber office, authority: Cyber office, date: "2026-11-20"}
sources:
- {id: office-note, title: Note of the office, url: "https://example.org/n", date: "2026-11-19"}
vendors:
- {id: office-maker, name: Maker, verified: true, confidence: high, sources: [office-note]}
products:
- {id: office-app, name: App, vendor: VENDOR, category: social, kind: app, identifiers: [{kind: android-package, value: org.example.office, verified: true, confidence: high, sources: [office-note]}]}
`
	for _, c := range []struct {
		vendor string
		rules  []string
	}{
		{"office-maker", nil},
		{"bytedance", []string{RuleDeadVendor}}, // of the base, and its own vendor is then idle
		{"nobody-at-all", []string{yamldb.RuleBrokenLink, RuleDeadVendor}},
	} {
		issues := check(t, map[string]string{"o.yaml": strings.Replace(overlay, "VENDOR", c.vendor, 1)}, Options{AsOf: asOf, Base: &tables})
		var got []string
		for _, i := range issues {
			if i.File != "o.yaml" {
				t.Errorf("an issue of the base: %s", i)
			}
			got = append(got, i.Rule)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.rules) {
			t.Errorf("vendor %s: got %v, want %v", c.vendor, issues, c.rules)
		}
	}
}

// TestTheDataHasNoErrors runs every rule over the real data, as of its own day.
func TestTheDataHasNoErrors(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	issues, err := Check(os.DirFS("../data"), Options{AsOf: db.Version().Date})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range issues {
		if i.Severity == Error {
			t.Errorf("%s %s", i, i.Do)
		}
	}
}

func TestNothingToCheckFails(t *testing.T) {
	if _, err := Check(fstest.MapFS{}, Options{AsOf: asOf}); err == nil {
		t.Error("a folder without data is no error")
	}
}

func TestCount(t *testing.T) {
	if e, w := Count([]Issue{{Severity: Error}, {Severity: Warning}, {Severity: Warning}}); e != 1 || w != 2 {
		t.Errorf("%d errors, %d warnings", e, w)
	}
}

func FuzzTone(f *testing.F) {
	for _, s := range samples {
		f.Add(s.new)
	}
	f.Add("\"unclosed notorious")
	f.Fuzz(func(t *testing.T, text string) {
		for _, word := range loaded(text) {
			if !strings.Contains(text, word) {
				t.Errorf("%q is not in %q", word, text)
			}
		}
	})
}

// TestFormIsSaidPlainly wants no type of the program in what a contributor reads, and no long key as a whole.
func TestFormIsSaidPlainly(t *testing.T) {
	long := strings.Repeat("k", 900)
	for text, want := range map[string]string{
		"a: 1\n":                      `there is no field "a" here`,
		"vendors:\n- {idd: x}\n":      `there is no field "idd" here`,
		long + ": 1\n":                `there is no field "kkkk`,
		"vendors: maker\n":            "a text where a list is wanted",
		"vendors:\n- {id: [x]}\n":     "a list where a text is wanted",
		"vendors:\n- [x]\n":           "a list where what belongs here is wanted",
		"products:\n- {aliases: x}\n": "a text where a list is wanted",
	} {
		issues := check(t, map[string]string{"a.yaml": base, "b.yaml": text}, Options{AsOf: asOf})
		if len(issues) == 0 {
			t.Fatalf("%.40q: no issue", text)
		}
		i := issues[0]
		said := i.String() + i.Do
		if !strings.Contains(i.Text, want) || strings.ContainsAny(said, "{") || strings.Contains(said, "riskdb.") || strings.Contains(said, "go run") || len(said) > 500 {
			t.Errorf("%.40q: %s", text, said)
		}
	}
}
