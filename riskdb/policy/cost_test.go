package policy_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// costlyPack is a pack of n rules with the conditions in turn.
func costlyPack(n int, conditions ...string) string {
	var s strings.Builder
	s.WriteString("policies:\n- id: costly\n  title: Costly\n  rules:\n")
	for i := range n {
		fmt.Fprintf(&s, "  - {id: r-%d, title: t, axis: security, severity: low, action: review, reason: r, when: '%s'}\n", i, conditions[i%len(conditions)])
	}
	return s.String()
}

const hundred = "[" + "0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9" + "]"

const squared = hundred + ".all(a, " + hundred + ".all(b, a * b >= 0))"

func loadPack(t testing.TB, text string) riskdb.Policies {
	t.Helper()
	p, _, err := load(map[string]string{"p.yaml": text}, []string{"p.yaml"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ruleGaps gives the gaps of rules by their subject.
func ruleGaps(a *riskdb.Assessment) map[string]inventory.Gap {
	out := map[string]inventory.Gap{}
	for _, g := range a.Gaps {
		if strings.HasPrefix(g.Subject, "costly/") {
			out[g.Subject] = g
		}
	}
	return out
}

// TestTooCostly wants a condition that costs too much to be tried once, and to be one gap for all apps.
func TestTooCostly(t *testing.T) {
	p := loadPack(t, costlyPack(1, squared)+"  - {id: cheap, title: t, axis: security, severity: low, action: review, reason: r, when: app.on_device}\n")
	inv := crowd()
	inv.Apps = inv.Apps[:50]
	a := riskdb.Assess(db, p, inv, today)
	gaps := ruleGaps(a)
	g := gaps["costly/r-0"]
	if len(gaps) != 1 || g.Count != 50 || !g.Kind.Incomplete() || !strings.Contains(g.Detail, "it takes too many steps for one app; 10000 is the most") || !strings.Contains(g.Detail, "not tried again") {
		t.Errorf("gaps: %+v", gaps)
	}
	if n := len(slices.DeleteFunc(a.Findings, func(f riskdb.Finding) bool { return f.PolicyRule != "costly/cheap" })); n != 50 {
		t.Errorf("the other rule found %d of 50 apps", n)
	}
}

// TestBudget wants rules that are dear for every app to be given up, each with one gap, and a cheap one beside them to
// be applied to every app. The work is counted and not timed.
func TestBudget(t *testing.T) {
	dear := "app.identifier == \"\" || " + hundred + ".all(a, [0,1,2,3,4,5,6,7,8,9].all(b, a * b >= 0))"
	p := loadPack(t, costlyPack(20, dear)+"  - {id: cheap, title: t, axis: security, severity: low, action: review, reason: r, when: app.identifier == \"org.example.app7\"}\n")
	a := riskdb.Assess(db, p, crowd(), today)
	gaps := ruleGaps(a)
	if len(gaps) != 20 || gaps["costly/cheap"].Count != 0 {
		t.Fatalf("%d gaps: %+v", len(gaps), gaps)
	}
	judged := 0
	for _, g := range gaps {
		if g.Kind != inventory.GapLimit || !strings.Contains(g.Detail, "more than its share") {
			t.Errorf("%+v", g)
		}
		judged += 10_000 - g.Count
	}
	found := 0
	for _, f := range a.Findings {
		switch f.PolicyRule {
		case "costly/cheap":
			found++
		}
	}
	if judged == 0 || judged > 100_000 || found != 1 {
		t.Errorf("the dear rules were applied %d times, the cheap one found %d apps", judged, found)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	asked := 0
	p := loadPack(t, costlyPack(3, "app.on_device")).Until(func() error {
		if asked++; asked == 30 {
			cancel()
		}
		return ctx.Err()
	})
	a := riskdb.Assess(db, p, crowd(), today)
	i := slices.IndexFunc(a.Gaps, func(g inventory.Gap) bool { return g.Subject == "judgement" })
	if i < 0 || !a.Gaps[i].Kind.Incomplete() || !strings.Contains(a.Gaps[i].Detail, "of 10000 apps were judged") || a.Gaps[i].Count < 9_900 {
		t.Errorf("gaps: %+v", a.Gaps)
	}
	if asked != 30 {
		t.Errorf("asked %d times", asked)
	}
}

func TestCostWarning(t *testing.T) {
	for condition, warns := range map[string]bool{
		squared: true,
		`permissions.exists(p, p.endsWith(".RECORD_AUDIO")) && app.origin == "none"`:                   false,
		`permissions.all(p, granted.exists(g, g == p))`:                                                true,
		`owners.exists(o, o in ["bytedance", "tencent"]) && app.name.matches("(?i)vpn|proxy|shield")`:  false,
		`permissions.exists(p, p in ["android.permission.CAMERA", "android.permission.RECORD_AUDIO"])`: false,
	} {
		if got := strings.Contains(problems(t, costlyPack(1, condition)), "warning: the condition can take more than 10000 steps"); got != warns {
			t.Errorf("%s: warned %v\n%s", condition, got, problems(t, costlyPack(1, condition)))
		}
	}
}

func TestPatternsThatCount(t *testing.T) {
	if got := problems(t, costlyPack(1, `app.name.matches("(a{0,30}){0,30}")`)); !strings.Contains(got, "the pattern counts too far") {
		t.Errorf("got %q", got)
	}
	p := loadPack(t, costlyPack(1, `app.name.matches("a")`))
	inv := crowd()
	inv.Apps = inv.Apps[:1]
	inv.Apps[0].Name = strings.Repeat("a", 9000)
	if g := ruleGaps(riskdb.Assess(db, p, inv, today))["costly/r-0"]; !strings.Contains(g.Detail, "a text of 9000 bytes") {
		t.Errorf("%+v", g)
	}
}

// BenchmarkWorstPack judges 10,000 apps by 1,000 rules of the kinds that cost most.
func BenchmarkWorstPack(b *testing.B) {
	inv := crowd()
	long := strings.Repeat("ab ", 80)
	for i := range inv.Apps {
		inv.Apps[i].Name = long
	}
	under := "app.identifier == \"\" || " + hundred + ".all(a, [0,1,2,3,4,5,6,7,8,9,0,1,2,3].all(b, a * b >= 0))"
	for name, condition := range map[string]string{"too costly": squared, "costly": under, "trivial": `app.identifier == "x"`, "finds all": "app.on_device", "true": "true",
		"regex": `app.name.matches("(a|b|c|[^x]{9}){9}z")`} {
		p := loadPack(b, costlyPack(1000, condition))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a := riskdb.Assess(db, p, inv, today)
				b.ReportMetric(float64(len(a.Gaps)), "gaps")
				b.ReportMetric(float64(len(a.Findings)), "findings")
			}
		})
	}
}
