package riskdb

import (
	"strings"
	"testing"
)

// TestExplainSecurity: security software tells on which systems it is known by what, and what that shows.
func TestExplainSecurity(t *testing.T) {
	db := New(guarded())
	text := func(id string) string {
		var b strings.Builder
		for _, e := range db.Explain(id, "2026-11-22") {
			for _, f := range e.Facts {
				b.WriteString(string(f.Section) + "|" + f.Label + "|" + f.Text + "\n")
			}
		}
		return b.String()
	}
	for id, wants := range map[string][]string{
		"sentry":            {"|Marks|Windows: 1 uninstall-key, 1 winget, 1 kernel-driver", "macOS: 1 macos-system-extension", "privileges|Kernel|", "Shown by sentrydrv.sys.", "privileges|TLS interception|", "Sentry Personal Root"},
		"clip":              {"|Category|social"},
		"privileges":        {"|kernel|Kernel. It runs code", "|browser-content|"},
		RuleProtectionOff:   {"|off|is off (medium). M."},
		"several-antivirus": {"|several|s (info). M."},
	} {
		got := text(id)
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not say %q:\n%s", id, want, got)
			}
		}
	}
	if got := text("clip"); strings.Contains(got, "|Marks|") || strings.Contains(got, "privileges|") {
		t.Errorf("an ordinary app tells of privileges:\n%s", got)
	}
}

// TestPrivilegeWords: every privilege that the engine can give has a meaning.
func TestPrivilegeWords(t *testing.T) {
	for _, list := range []map[string]string{byKind, sameWord, byDecision} {
		for _, name := range list {
			if PrivilegeByName(name) == nil {
				t.Errorf("the privilege %q has no meaning", name)
			}
		}
	}
	for _, s := range shownBy {
		if PrivilegeByName(s.privilege) == nil {
			t.Errorf("the privilege %q has no meaning", s.privilege)
		}
	}
}
