package policy_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/riskdb"
	"quaestor/riskdb/policy"
)

var db = func() *riskdb.DB {
	db, err := riskdb.Load()
	if err != nil {
		panic(err)
	}
	return db
}()

const today = riskdb.Date("2026-11-22")

// problems parses and checks a text, and gives what is wrong with it, one a line.
func problems(t *testing.T, text string) string {
	t.Helper()
	d, err := policy.Parse("p.yaml", []byte(text))
	if err != nil {
		var ps policy.Problems
		if !errors.As(err, &ps) {
			t.Fatalf("%v is no list of problems", err)
		}
		return ps.Error()
	}
	return policy.Check(d, policy.Scope{DB: db, AsOf: today}).Error()
}

const minimal = `policies:
- id: ours
  title: Our policy
  extends: [be]
  rules:
  - id: no-feeds
    title: a feed
    axis: compliance
    severity: low
    action: review
    reason: Devices are for work.
    categories: [social]
    when: app.on_device
  exceptions:
  - id: press
    approved_by: College of Quaestors
    reason: Press work.
    until: 2027-06-30
    products: [tiktok]
    rules: [ban]
`

func TestMinimalIsClean(t *testing.T) {
	if got := problems(t, minimal); got != "" {
		t.Error(got)
	}
}

// TestProblems changes one thing in a good file and wants one problem with its place.
func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, old, with, want string }{
		{"unknown field", "title: Our policy", "titel: Our policy", `p.yaml:3:3: there is no field "titel" here`},
		{"field twice", "  title: Our policy", "  title: Our policy\n  title: Again", `p.yaml:4:3: the field "title" is there twice`},
		{"no title", "  title: Our policy\n", "", `p.yaml:2:3: policies[0] has no title`},
		{"list wanted", "extends: [be]", "extends: be", `p.yaml:4:12: extends: write a list, such as [be]`},
		{"text wanted", "title: Our policy", "title: [Our]", `p.yaml:3:10: title: write one text`},
		{"empty value", "title: Our policy", "title:", `title has no value`},
		{"alias", "title: Our policy", "title: &a Our policy", `p.yaml:3:10: anchors and aliases`},
		{"tag", "title: Our policy", "title: !!binary aGk=", `p.yaml:3:10: the tag "!!binary"`},
		{"id", "id: ours", "id: Ours", `p.yaml:2:7: id "Ours"`},
		{"shipped id", "id: ours", "id: nl", `p.yaml:2:7: the program ships a policy "nl"`},
		{"unknown base", "extends: [be]", "extends: [xx]", `p.yaml:4:12: policy "ours" extends "xx"`},
		{"extends itself", "extends: [be]", "extends: [ours]", `ours → ours`},
		{"unknown axis", "axis: compliance", "axis: safety", `p.yaml:8:11: "safety": write one of compliance`},
		{"unknown severity", "severity: low", "severity: huge", `p.yaml:9:15: "huge"`},
		{"unknown action", "action: review", "action: delete", `p.yaml:10:13: "delete"`},
		{"no reason", "    reason: Devices are for work.\n", "", `rules[0] has no reason`},
		{"no condition", "    categories: [social]\n    when: app.on_device\n", "", `would match every app`},
		{"unknown category", "categories: [social]", "categories: [gamez]", `p.yaml:12:18: warning: the database has no category "gamez": this can never match`},
		{"short permission", "categories: [social]", "permissions: [CAMERA]", `warning: "CAMERA": write the full name`},
		{"unknown kit", "categories: [social]", "sdks: [nothing-of-the-kind]", `p.yaml:12:12: warning: the database has no software development kit`},
		{"undeclared field", "when: app.on_device", "when: app.on_devise", `p.yaml:13:14: undefined field 'on_devise'`},
		{"undeclared variable", "when: app.on_device", "when: 'apps.on_device'", `p.yaml:13:12: undeclared reference to 'apps'`},
		{"syntax", "when: app.on_device", "when: app.on_device &&", `p.yaml:13:27: Syntax error`},
		{"type", "when: app.on_device", "when: app.identifier", `p.yaml:13:11: the condition gives string`},
		{"in a block", "when: app.on_device", "when: |\n      app.on_device &&\n      app.sistem", `p.yaml:15:10: undefined field 'sistem'`},
		{"bad pattern", "when: app.on_device", `when: app.name.matches('a(')`, `p.yaml:13:`},
		{"pattern that is no literal", "when: app.on_device", `when: app.name.matches(app.version)`, `must be written out`},
		{"long pattern", "when: app.on_device", `when: app.name.matches('` + strings.Repeat("a", 300) + `')`, `a pattern of 300 bytes`},
		{"making an object", "when: app.on_device", `when: "app{name: 'x'} == app"`, `cannot make a app`},
		{"always false", "when: app.on_device", "when: 'false'", `warning: the condition is false for every app`},
		{"no approver", "    approved_by: College of Quaestors\n", "", `p.yaml:15:5: exceptions[0] has no approved_by`},
		{"no reason for it", "    reason: Press work.\n", "", `exceptions[0] has no reason`},
		{"no end", "    until: 2027-06-30\n", "", `exceptions[0] has no until`},
		{"partial end", "2027-06-30", "2027-06", `p.yaml:18:12: date "2027-06": write the day too`},
		{"no date", "2027-06-30", "next year", `p.yaml:18:12: date "next year"`},
		{"ends before it begins", "until: 2027-06-30", "from: 2027-07-01\n    until: 2027-06-30", `p.yaml:19:12: the exception ends on 2027-06-30, before`},
		{"over", "2027-06-30", "2026-06-30", `p.yaml:18:12: warning: the exception ended on 2026-06-30`},
		{"no scope", "    products: [tiktok]\n    rules: [ban]\n", "", `has no scope`},
		{"unknown product", "products: [tiktok]", "products: [tictoc]", `warning: the database has no product "tictoc"`},
		{"unknown rule", "rules: [ban]", "rules: [bann]", `p.yaml:20:13: there is no rule "bann"`},
		{"rule of a pack", "rules: [ban]", "rules: [ours/gone]", `there is no rule "ours/gone"`},
		{"unknown group", "products: [tiktok]", "groups: [press]", `p.yaml:19:14: there is no group "press"`},
		{"unknown authority", "extends: [be]", "authorities: [be-fedral]", `p.yaml:4:17: warning: unknown authority "be-fedral"`},
		{"unknown source", "    categories: [social]", "    categories: [social]\n    sources: [gone]", `p.yaml:13:15: unknown source "gone"`},
		{"override of nothing", "  rules:", "  severity:\n  - severity: low\n  rules:", `names a rule, an axis, or both`},
		{"test of no app", "  exceptions:", "  tests:\n  - name: t\n    want:\n    - {app: x, rule: ban}\n  exceptions:", `the test has no app "x"`},
		{"not YAML", "policies:", "policies: [", `p.yaml:`},
		{"two documents", "policies:", "--- {}\n---\npolicies:", `more than one document`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(minimal, c.old, c.with, 1)
			if text == minimal {
				t.Fatal("the change changes nothing")
			}
			got := problems(t, text)
			if !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestHostile: what is made to exhaust is refused quickly, with a word on why.
func TestHostile(t *testing.T) {
	bomb := "policies:\n- &a [x, x]\n- &b [*a, *a]\n- [*b, *b]\n"
	manyRules := strings.Repeat("  - {id: r, title: t, axis: security, severity: low, action: review, reason: r, platforms: [ios]}\n", 5000)
	for name, c := range map[string]struct{ text, want string }{
		"empty":         {"", "the file is empty"},
		"only comments": {"# nothing\n", "the file is empty"},
		"bomb":          {bomb, "anchors and aliases"},
		"big":           {strings.Repeat("# filling\n", 200_000), "1048576"},
		"rules":         {"policies:\n- id: ours\n  title: t\n  rules:\n" + manyRules, "5000 rules; a policy may have 1000"},
		"deep":          {"policies: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "nested more than 16 deep"},
		"deeper":        {"policies: " + strings.Repeat("[", 100_000), "p.yaml:1:1"},
		"values":        {"policies: [" + strings.Repeat("a,", 200_000) + "]", "more than 100000 values"},
		"long text":     {"policies: [{id: ours, title: '" + strings.Repeat("a", 5000) + "'}]", "a text of 5000 bytes"},
		"expression":    {strings.Replace(minimal, "app.on_device", strings.Repeat("true && ", 400)+"true", 1), "2048 is the most"},
		"nesting":       {strings.Replace(minimal, "app.on_device", `"`+strings.Repeat("(", 200)+"true"+strings.Repeat(")", 200)+`"`, 1), "p.yaml:13:"},
		"comprehension": {strings.Replace(minimal, "app.on_device", `owners.all(a, owners.all(b, owners.all(c, owners.all(d, a + b + c + d != ''))))`, 1), "p.yaml:13:"},
		"not text":      {"\x00\xff\xfe", "p.yaml:1:1"},
		"unknown":       {"policies: [{" + strings.Repeat("x: 1, ", 20_000) + "}]", "there is no field"},
	} {
		t.Run(name, func(t *testing.T) {
			got := problems(t, c.text)
			if !strings.Contains(got, c.want) || len(got) > 100_000 {
				t.Errorf("got %.400s (%d bytes), want %s", got, len(got), c.want)
			}
		})
	}
}

// TestShippedPacks: every pack of the data is free of faults, and its tests pass.
func TestShippedPacks(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "data", "policies", "*.yaml"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	tests := 0
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := policy.Parse(filepath.Base(name), raw)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, p := range policy.Check(d, policy.Scope{DB: db, AsOf: today, Shipped: true}) {
			t.Error(p)
		}
		for i := range d.Policies {
			tests += run(t, &d.Policies[i])
		}
	}
	if tests < 12 {
		t.Errorf("only %d tests in the packs", tests)
	}
}

func run(t *testing.T, p *riskdb.Policy) int {
	t.Helper()
	out, err := policy.Run(db, p)
	if err != nil {
		t.Error(err)
	}
	for _, o := range out {
		if !o.Passed {
			t.Errorf("%s: %s:\n%s", o.Policy, o.Test, strings.Join(o.Diff, "\n"))
		}
	}
	return len(out)
}

func load(files map[string]string, packs, exceptions []string) (riskdb.Policies, policy.Problems, error) {
	return policy.Load(db, policy.Choice{Packs: packs, Exceptions: exceptions, AsOf: today, Read: func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("no such file")
	}})
}

func TestLoad(t *testing.T) {
	second := "policies:\n- {id: second, title: On top of ours, extends: [ours]}\n"
	approved := "exceptions:\n- {id: e, approved_by: a, reason: r, until: 2027-01-01, products: [tiktok]}\n"
	for name, c := range map[string]struct {
		packs, exceptions []string
		want              string // IDs of the packs, or the error
	}{
		"one of the database":    {[]string{"nl"}, nil, "[nl]"},
		"none":                   {[]string{"none"}, nil, "[]"},
		"a file":                 {[]string{"ours.yaml", "nl"}, nil, "[ours nl]"},
		"a file on another file": {[]string{"second.yaml", "ours.yaml"}, nil, "[second ours]"},
		"its base left out":      {[]string{"second.yaml"}, nil, `extends "ours"`},
		"with exceptions":        {[]string{"be"}, []string{"approved.yaml"}, "[be]"},
		"exceptions as a policy": {[]string{"approved.yaml"}, nil, "holds no policy"},
		"no such pack":           {[]string{"xx"}, nil, `there is no policy "xx"`},
		"no such file":           {[]string{"./xx"}, nil, `cannot read the policy file "./xx"`},
		"a faulty file":          {[]string{"bad.yaml"}, nil, "bad.yaml:1:1"},
		"one id in two files":    {[]string{"ours.yaml", "copy.yaml"}, nil, `the policy "ours" is in ours.yaml too`},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, err := load(map[string]string{"ours.yaml": minimal, "copy.yaml": strings.Replace(minimal, "press", "press-2", 1), "second.yaml": second, "approved.yaml": approved, "bad.yaml": "x: 1"}, c.packs, c.exceptions)
			got := fmt.Sprint(err)
			if err == nil {
				ids := []string{}
				for _, pack := range p.List() {
					ids = append(ids, pack.ID)
				}
				got = fmt.Sprint(ids)
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
