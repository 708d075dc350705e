package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestEveryPolicyIsJudged holds for each pack that the database ships.
func TestEveryPolicyIsJudged(t *testing.T) {
	m := taken(t)
	for _, id := range m.db.PolicyIDs() {
		if !slices.ContainsFunc(m.judged, func(j judged) bool { return j.policy == id }) {
			t.Errorf("the controls are not judged under %s", id)
		}
	}
	if len(m.judged) != len(m.db.PolicyIDs()) || m.judged[0].policy != riskdb.DefaultPolicy {
		t.Errorf("%d policies judged, the first is %s", len(m.judged), m.judged[0].policy)
	}
}

// TestAFindingUnderAnyPolicyFails takes away what is expected: every such finding is then a fault, whatever the policy.
func TestAFindingUnderAnyPolicyFails(t *testing.T) {
	m := *taken(t)
	whatsapp := Control{Name: "WhatsApp", Category: "test", Platform: inventory.Android, Kind: inventory.AndroidPackage, ID: "com.whatsapp"}
	var err error
	if m.judged, err = judgeAll(m.db, &Controls{}, []Control{whatsapp}, Expectations{}, m.asOf); err != nil {
		t.Fatal(err)
	}
	if faults := strings.Join(m.faults(), "\n"); !strings.Contains(faults, `under the policy "us-house"`) || !strings.Contains(faults, `under the policy "fr"`) {
		t.Errorf("got %q", faults)
	}
}

func TestExpectationsAreExact(t *testing.T) {
	e := Expectation{Product: "whatsapp", Policies: []string{"us-house"}, Rule: "ban", Severity: riskdb.Medium, Measure: "us-house-whatsapp-2025", Reason: "r"}
	x := Expectations{list: []Expectation{e}, met: map[string]bool{}}
	right := accusation{product: "whatsapp", policy: "us-house", rule: "ban", severity: riskdb.Medium, measure: "us-house-whatsapp-2025"}
	for name, change := range map[string]func(*accusation){
		"product": func(a *accusation) { a.product = "signal" }, "policy": func(a *accusation) { a.policy = "us" }, "rule": func(a *accusation) { a.rule = "advice" },
		"severity": func(a *accusation) { a.severity = riskdb.High }, "measure": func(a *accusation) { a.measure = "uk-tiktok-2023" },
	} {
		a := right
		change(&a)
		if x.covers(a) {
			t.Errorf("another %s is covered too", name)
		}
	}
	if got := x.stale(); len(got) != 1 || !strings.Contains(got[0], "take it out") {
		t.Errorf("nothing met: %q", got)
	}
	if !x.covers(right) || len(x.stale()) != 0 {
		t.Error("what is expected is not covered")
	}
}

func TestExpectationsAreChecked(t *testing.T) {
	m := taken(t)
	const right = "{product: whatsapp, policies: [us-house], rule: ban, severity: high, measure: us-house-whatsapp-2025, reason: r}"
	for _, c := range []struct{ old, new, want string }{
		{"whatsapp,", "whatsapp,", ""},
		{"product: whatsapp", "product: none", `no product "none"`},
		{"[us-house]", "[mars]", `no policy "mars"`},
		{"[us-house]", "[]", "are needed"},
		{"reason: r", "reason: ''", "are needed"},
		{"rule: ban", "rule: whim", `no rule "whim"`},
		{"severity: high", "severity: huge", `"huge" is no severity`},
		{"us-house-whatsapp-2025", "x", `no measure "x"`},
		{"reason: r", "reason: r, colour: red", "field colour not found"},
	} {
		file := t.TempDir() + "/e.yaml"
		if err := os.WriteFile(file, []byte("expected: ["+strings.Replace(right, c.old, c.new, 1)+"]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readExpected(file, m.db); (c.want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: want %q, got %v", c.new, c.want, err)
		}
	}
}
