package main

import (
	"os"
	"strings"
	"testing"
)

// TestGuards shows that each form of guard can fail, and that a malformed one is refused.
func TestGuards(t *testing.T) {
	m := taken(t)
	const marks = "marks: [{platform: android, kind: android-package, ids: [com.zhiliaoapp.musically]}]"
	for _, c := range []struct{ record, missed, err string }{
		{"{name: T, policy: be, never: ban, why: w, " + marks + "}", "the rule ban must not say so", ""},
		{"{name: T, policy: [us-house, be], never: [advice, ban], why: w, " + marks + "}", "under us-house", ""},
		{"{name: T, policy: be, most: medium, why: w, " + marks + "}", "at most medium is meant", ""},
		{"{name: T, policy: be, unlike: [be-fed-tiktok-2024-indefinite], why: w, " + marks + "}", "must not lead", ""},
		{"{name: T, policy: be-chamber, unlike: [be-fed-tiktok-2024-indefinite], why: w, " + marks + "}", "", ""},
		{"{name: T, policy: be, never: ban, " + marks + "}", "", "needs its reason"},
		{"{name: T, policy: be, " + marks + "}", "", "neither a rule"},
		{"{name: T, policy: be, never: whim, why: w, " + marks + "}", "", `no rule "whim"`},
		{"{name: T, policy: be, unlike: [x], why: w, " + marks + "}", "", `no measure "x"`},
		{"{name: T, policy: be, rule: ban, " + marks + "}", "", "go together"},
		{"{name: T, policy: be, never: ban, why: w, marks: []}", "", "marks are needed"},
		{"{name: T, policy: mars, never: ban, why: w, " + marks + "}", "", "mars"},
	} {
		file := t.TempDir() + "/p.yaml"
		if err := os.WriteFile(file, []byte("positives:\n- "+c.record+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := findPositives(m.db, file, m.asOf)
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: want the error %q, got %v", c.record, c.err, err)
			}
		case err != nil:
			t.Errorf("%s: %v", c.record, err)
		case c.missed == "" && (len(s.missed) > 0 || s.guards.found != s.guards.total || s.guards.total == 0):
			t.Errorf("%s: %+v", c.record, s)
		case c.missed != "" && (s.guards.found == s.guards.total || !strings.Contains(strings.Join(s.missed, "\n"), c.missed)):
			t.Errorf("%s: want %q, got %q", c.record, c.missed, s.missed)
		}
	}
}
