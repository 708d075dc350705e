package main

import (
	"os"
	"slices"
	"testing"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// TestBuildsAreJudged: every Android control has the facts of a build, and a mark that no ordinary build bears would be
// an accusation of those that are built so.
func TestBuildsAreJudged(t *testing.T) {
	cs, err := readControls(os.DirFS("../../testdata/neutral"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for i := range cs.Controls {
		if b := cs.buildOf(&cs.Controls[i], i); b != nil {
			used[b.ID] = true
		}
	}
	for _, b := range cs.Builds {
		if !used[b.ID] || b.Note == "" || b.Classes == 0 {
			t.Errorf("build %q is of no use", b.ID)
		}
	}
	accused := func() int {
		p, err := db.SelectPolicies("none")
		if err != nil {
			t.Fatal(err)
		}
		found := riskdb.Assess(db, p, inventoryOf(cs, cs.Controls), "2026-11-22").Findings
		return len(slices.DeleteFunc(found, func(f riskdb.Finding) bool { return f.Rule != riskdb.RulePacked }))
	}
	if n := accused(); n > 0 {
		t.Errorf("%d ordinary apps are said to be packed", n)
	}
	cs.Builds[0].Marks[inventory.MarkPacker] = "classes.dex"
	if n := accused(); n < 20 {
		t.Errorf("only %d of the apps with the mark are told", n)
	}
}

// TestBuildsHoldBack: what an ordinary build leaves of a library that was taken out, or bears under its name, is what keeps
// the rule on code from accusing; were it there, the rule would.
func TestBuildsHoldBack(t *testing.T) {
	cs, err := readControls(os.DirFS("../../testdata/neutral"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	build := func(id string) *Build {
		i := slices.IndexFunc(cs.Builds, func(b Build) bool { return b.ID == id })
		if i < 0 {
			t.Fatalf("no build %q", id)
		}
		return &cs.Builds[i]
	}
	accused := func() int {
		p, err := db.SelectPolicies("none")
		if err != nil {
			t.Fatal(err)
		}
		found := riskdb.Assess(db, p, inventoryOf(cs, cs.Controls), "2026-11-22").Findings
		return len(slices.DeleteFunc(found, func(f riskdb.Finding) bool { return f.Rule != riskdb.RuleSDK || f.Severity == riskdb.Info }))
	}
	if n := accused(); n > 0 {
		t.Errorf("%d ordinary apps are accused", n)
	}
	old, shrunk, ads := build("old"), build("shrunk"), build("advertising")
	for name, change := range map[string]func() (undo func()){
		"libraries that are some": func() func() {
			old.Libraries, old.NoLibraries = old.NoLibraries, nil
			return func() { old.Libraries, old.NoLibraries = nil, old.Libraries }
		},
		"components with a class": func() func() {
			old.Stubs = map[string]int{"cn.jpush.android.service": 1, "com.tencent.bugly.beta.ui": 1}
			return func() { old.Stubs = nil }
		},
		"a dozen classes": func() func() {
			shrunk.Stubs["com.tencent.bugly.crashreport"] = 12
			return func() { shrunk.Stubs["com.tencent.bugly.crashreport"] = 3 }
		},
		"a dozen classes of advertising": func() func() {
			ads.Stubs["com.bytedance.sdk.openadsdk"] = 12
			return func() { ads.Stubs["com.bytedance.sdk.openadsdk"] = 2 }
		},
	} {
		undo := change()
		if n := accused(); n < 20 {
			t.Errorf("%s: only %d of the apps are told", name, n)
		}
		undo()
	}
}
