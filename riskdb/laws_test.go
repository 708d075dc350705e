package riskdb

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// TestOnlyLawsOfAssistanceAccuse: a duty to store data or the legal basis of a messenger lets nobody demand
// help, and is not named as if it did; the contrary opinion on a law that is named stands beside it.
func TestOnlyLawsOfAssistanceAccuse(t *testing.T) {
	for code, want := range map[string]string{"CN": "National Intelligence Law art. 7, 14 and 5 more laws", "RU": "Federal Law 374-FZ (\"Yarovaya\") and 3 more laws",
		"IR": "none with a verified text is recorded"} {
		j := loaded.Jurisdiction(code)
		if got := lawNames(j, today); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
		for i := range j.Laws {
			l := &j.Laws[i]
			if slices.Contains([]string{"ru-federal-law-242-fz", "ru-federal-law-156-fz-of-2025", "cn-provisions-on-network-product-vulnerabilities", "ir-order-of-the-supreme-council-of-cyberspac"}, l.ID) && l.demands(today) {
				t.Errorf("%s demands no help", l.ID)
			}
		}
	}
	all := func(*Citation) bool { return true }
	if c := counterpoint(loaded.Jurisdiction("CN"), today, all); !strings.Contains(c, "National Intelligence Law, article 7") || !strings.Contains(c, "China Law Translate") {
		t.Errorf("the contrary opinion: %q", c)
	}
	if c := counterpoint(loaded.Jurisdiction("BE"), today, all); c != "" {
		t.Errorf("a contrary opinion on nothing: %q", c)
	}
}

// TestASandboxIsNoComputer: on a phone, security software does not see everything.
func TestASandboxIsNoComputer(t *testing.T) {
	if s := whatItSees(&inventory.App{Platform: inventory.Android}); strings.Contains(s, "everything") {
		t.Error(s)
	}
	if s := whatItSees(&inventory.App{Platform: inventory.Windows, IdentifierKind: inventory.ChromeExtension}); strings.Contains(s, "everything on the device") {
		t.Errorf("of an extension it says %q", s)
	}
	if s := whatItSees(&inventory.App{Platform: inventory.Windows}); !strings.Contains(s, "everything") {
		t.Error(s)
	}
}
