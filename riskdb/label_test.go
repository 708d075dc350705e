package riskdb

import (
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestLabelThatContradicts: an app under a product's package name that calls itself something else is no surer than
// low, unless its signer was verified or it came with the system.
func TestLabelThatContradicts(t *testing.T) {
	system := func(a *inventory.App) { a.System = true }
	for _, c := range []struct {
		pkg, label string
		change     func(*inventory.App)
		low        bool
	}{
		{"com.zhiliaoapp.musically", "Totally other app", nil, true},
		{"com.ss.android.ugc.aweme", "LMC 8.4", nil, true},
		{"com.zhiliaoapp.musically", "Totally other app", system, false},
		{"com.zhiliaoapp.musically", "TikTok", nil, false},
		{"com.zhiliaoapp.musically", "TikTok Lite", nil, false},
		{"com.zhiliaoapp.musically", "抖音", nil, false},
		{"com.zhiliaoapp.musically", "com.zhiliaoapp.musically", nil, false},
		{"com.zhiliaoapp.musically", "", nil, false},
		{"com.ss.android.ugc.aweme", "TikTok", nil, false}, // the maker's name for it elsewhere
		{"com.smile.gifmaker", "Kwai", nil, false},
	} {
		app := android(c.pkg, func(a *inventory.App) { a.Name = c.label })
		if c.change != nil {
			c.change(&app)
		}
		inv := inventory.New()
		inv.Apps = []inventory.App{app}
		p, err := loaded.SelectPolicies("be")
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, f := range Assess(loaded, p, inv, today).Findings {
			if f.Rule != RuleBan && f.Rule != RuleJurisdiction {
				continue
			}
			seen++
			if low := f.Confidence == ConfidenceLow; low != c.low {
				t.Errorf("%s labelled %q: %s of %s confidence", c.pkg, c.label, f.Rule, f.Confidence)
			}
			if told := strings.Contains(f.Caveat, "names something else"); told != c.low {
				t.Errorf("%s labelled %q: the caveat tells it %v: %s", c.pkg, c.label, told, f.Caveat)
			}
		}
		if seen == 0 {
			t.Errorf("%s: no finding", c.pkg)
		}
	}
}

// TestLabelBesideASigner: what a verified signer settles, a label does not unsettle.
func TestLabelBesideASigner(t *testing.T) {
	renamed := func(a *inventory.App) { a.Name = "Wholly Different" }
	inv := inventory.New()
	inv.Apps = []inventory.App{android("org.clip", renamed, signedBy(genuineSHA, true))}
	for _, f := range judge(t, today, "be", inv).Findings {
		if f.Rule == RuleBan && f.Confidence != ConfidenceHigh {
			t.Errorf("verified signer: %s", f.Confidence)
		}
	}
	inv.Apps = []inventory.App{android("org.clip", renamed)}
	for _, f := range judge(t, today, "be", inv).Findings {
		if f.Rule == RuleBan && (f.Confidence != ConfidenceLow || f.Action != Review) {
			t.Errorf("no signer: %s, %s", f.Confidence, f.Action)
		}
	}
}
