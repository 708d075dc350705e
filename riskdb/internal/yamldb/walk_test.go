package yamldb

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestWalkGivesTheLineOfEachValue(t *testing.T) {
	s, err := Read(fstest.MapFS{"dir/a.yaml": &fstest.MapFile{Data: []byte(base)}})
	if err != nil {
		t.Fatal(err)
	}
	n, dates := 0, 0
	s.Walk(func(v Value) {
		n++
		if v.Date {
			dates++
		}
		if line := lineAt(base, v.Line); v.File != "dir/a.yaml" || !strings.Contains(line, v.Text) {
			t.Errorf("%s %s %s: %q is not in line %d, %q", v.Table, v.Row, v.Field, v.Text, v.Line, line)
		}
	})
	if n < 80 || dates < 4 {
		t.Errorf("%d values, %d dates", n, dates)
	}
}

func TestPlace(t *testing.T) {
	s, err := Read(fstest.MapFS{"a.yaml": &fstest.MapFile{Data: []byte(base)}})
	if err != nil {
		t.Fatal(err)
	}
	if file, line := s.Place("products", 0, "category"); file != "a.yaml" || lineAt(base, line) != "  category: social" {
		t.Errorf("%s:%d", file, line)
	}
	if _, line := s.Place("products", 0, "no such"); lineAt(base, line) != "- id: app" {
		t.Errorf("a field that is not there: line %d", line)
	}
}

// TestRules names, for faults of the small set, the kind that contributors see.
func TestRules(t *testing.T) {
	want := map[string]string{
		"unknown source": RuleBrokenLink, "unknown vendor of a product": RuleBrokenLink, "unknown jurisdiction of a ban": RuleBrokenLink,
		"source without date": RuleMissingDate, "not verified and sure": RuleUnverifiedHigh, "verified without a source": RuleNoSource,
		"not verified without a reason": RuleNoReason, "source of nothing": RuleUnusedSource, "source with text for address": RuleBadURL,
		"source without address or note": RuleBadURL, "unknown edge kind": RuleForm, "malformed date": RuleForm, "unknown kind of identifier": RuleForm,
	}
	for _, r := range rules {
		rule, ok := want[r.name]
		if !ok {
			continue
		}
		delete(want, r.name)
		found := false
		for _, p := range validate(t, map[string]string{"a.yaml": strings.Replace(base, r.old, r.new, 1)}) {
			found = found || p.Rule() == rule
		}
		if !found {
			t.Errorf("%s: no fault of the kind %s", r.name, rule)
		}
	}
	for name := range want {
		t.Errorf("there is no sample %q", name)
	}
}
