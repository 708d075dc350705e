package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

const root = "../.."

var measured = sync.OnceValues(func() (*measurement, error) { return measure(root, "", "") })

func taken(t *testing.T) *measurement {
	t.Helper()
	m, err := measured()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestNothingOrdinaryIsAccused is what `make quality` ends with status 1 for.
func TestNothingOrdinaryIsAccused(t *testing.T) {
	for _, f := range taken(t).faults() {
		t.Error(f)
	}
}

func TestTheFloorFollows(t *testing.T) {
	m := taken(t)
	for _, f := range m.floor.behind(m) {
		t.Error(f)
	}
}

// TestTheControlsCoverWhatTheyClaim guards the lists against being emptied.
func TestTheControlsCoverWhatTheyClaim(t *testing.T) {
	m := taken(t)
	count := map[string]int{}
	for i := range m.controls {
		count[string(m.controls[i].Platform)]++
		count[m.controls[i].Category]++
	}
	for _, want := range []struct {
		name  string
		least int
	}{
		{"android", 200}, {"ios", 50}, {"windows", 50}, {"macos", 30}, {"linux", 50}, {"bank", 10}, {"public service", 8}, {"health", 5}, {"transport", 8},
		{"messaging", 20}, {"office", 20}, {"browser", 8}, {"keyboard", 4}, {"launcher", 3}, {"camera", 4}, {"password manager", 8}, {"parental control", 3},
		{"vpn", 8}, {"game", 6}, {"embedded library", 20},
	} {
		if count[want.name] < want.least {
			t.Errorf("%d controls of %s, want %d or more", count[want.name], want.name, want.least)
		}
	}
	for i := range m.db.Products {
		p := &m.db.Products[i]
		installable := slices.ContainsFunc(p.Identifiers, func(id riskdb.Identifier) bool { return platformOf[id.Kind] != "" })
		used := slices.ContainsFunc(m.controls, func(c Control) bool {
			return slices.ContainsFunc(p.Identifiers, func(id riskdb.Identifier) bool { return id.Kind == c.Kind && id.Value == c.ID })
		})
		if p.Neutral && installable && !used {
			t.Errorf("the neutral product %q is no control", p.ID)
		}
	}
}

// TestPermissionsAloneAreNoFinding holds for every permission at once: an app that asks for all that the database knows
// is unusual, and still nothing is known about its origin.
func TestPermissionsAloneAreNoFinding(t *testing.T) {
	m := taken(t)
	c := Control{Name: "All permissions", Category: "test", Platform: inventory.Android, Kind: inventory.AndroidPackage, ID: "org.example.everything", Seen: "here"}
	for i := range m.db.Permissions {
		name := m.db.Permissions[i].Name
		c.Permissions = append(c.Permissions, name)
		if strings.HasPrefix(name, "android.permission.BIND_") {
			c.Services = append(c.Services, name)
		}
	}
	for _, combination := range m.db.Combinations {
		for _, name := range combination.AllOf {
			if !slices.Contains(c.Permissions, name) {
				t.Errorf("the combination %s needs %s, which the test does not ask for", combination.ID, name)
			}
		}
	}
	all, err := judgeAll(m.db, &Controls{}, []Control{c}, Expectations{}, m.asOf)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range all {
		for _, f := range j.findings {
			t.Errorf("under %s: %s: %s", j.policy, f.Rule, f.Title)
		}
	}
}

// TestAnAccusedControlIsReported puts TikTok among the controls.
func TestAnAccusedControlIsReported(t *testing.T) {
	m := *taken(t)
	tiktok := Control{Name: "Clip", Category: "test", Platform: inventory.Android, Kind: inventory.AndroidPackage, ID: "com.zhiliaoapp.musically"}
	var err error
	if m.judged, err = judgeAll(m.db, &Controls{}, []Control{tiktok}, Expectations{}, m.asOf); err != nil {
		t.Fatal(err)
	}
	if faults := strings.Join(m.faults(), "\n"); !strings.Contains(faults, `"Clip" (android-package com.zhiliaoapp.musically) is accused`) || !strings.Contains(faults, `rule "ban"`) {
		t.Errorf("got %q", faults)
	}
}

func TestAMissedPositiveIsReported(t *testing.T) {
	file := t.TempDir() + "/p.yaml"
	write := func(rule, never string) {
		text := "positives:\n- {name: TikTok, policy: be, rule: " + rule + ", never: '" + never + "', severity: high, marks: [{platform: android, kind: android-package, ids: [com.zhiliaoapp.musically, org.example.none]}]}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := taken(t)
	write("ban", "")
	if s, err := findPositives(m.db, file, m.asOf); err != nil || s.all.found != 1 || s.all.total != 2 || len(s.missed) != 1 || !strings.Contains(s.missed[0], "org.example.none") {
		t.Errorf("got %+v, %v", s, err)
	}
	write("ban", "jurisdiction")
	if s, err := findPositives(m.db, file, m.asOf); err != nil || s.all.found != 0 || !strings.Contains(s.missed[0], "must not say so") {
		t.Errorf("got %+v, %v", s, err)
	}
	write("no-such-rule", "")
	if _, err := findPositives(m.db, file, m.asOf); err == nil || !strings.Contains(err.Error(), `no rule "no-such-rule"`) {
		t.Errorf("got %v", err)
	}
}

func TestFloor(t *testing.T) {
	m := *taken(t)
	low := Floor{Figures: map[string]float64{}}
	for _, x := range m.figures() {
		low.Figures[x.name] = x.value + 1
	}
	if len(low.Figures) < 6 {
		t.Fatalf("%d figures", len(low.Figures))
	}
	if got := low.faults(&m); len(got) != len(low.Figures) {
		t.Errorf("measured below every floor, got %q", got)
	}
	for name := range low.Figures {
		low.Figures[name] = -1
	}
	if got := low.behind(&m); len(got) != len(low.Figures) {
		t.Errorf("every floor left behind, got %q", got)
	}
	must := slices.DeleteFunc(m.figures(), func(x figure) bool { return x.later })
	if got := (Floor{}).faults(&m); len(got) != len(must) || len(must) < 6 || !strings.Contains(got[0], "no floor") {
		t.Errorf("no floor at all, got %q", got)
	}
}

func TestControlsAreChecked(t *testing.T) {
	const head = "sets: [{id: s, note: n, categories: [], permissions: [CAMERA]}]\nsources: [{id: src, title: t, url: ''}]\ncontrols:\n" +
		"- {name: A, category: c, platform: android, kind: android-package, id: a.b, seen: src, permissions: [CAMERA]}\n"
	for _, c := range []struct{ record, want string }{
		{"", ""},
		{"- {name: B, category: c, platform: android, kind: android-package, id: b.c, typical: s}", ""},
		{"- {name: B, category: c, platform: android, kind: android-package, id: a.b, typical: s}", "listed twice"},
		{"- {name: B, category: c, platform: android, kind: android-package, id: b.c, typical: s, seen: src}", "exclude one another"},
		{"- {name: B, category: c, platform: android, kind: android-package, id: b.c, seen: gone}", "unknown source"},
		{"- {name: B, category: c, platform: android, kind: android-package, id: b.c, typical: gone}", "unknown set"},
		{"- {name: B, category: c, platform: android, kind: android-package, id: b.c}", "needs permissions"},
		{"- {name: B, category: c, platform: ios, kind: ios-bundle, id: b.c, permissions: [CAMERA]}", "without a source"},
		{"- {name: B, category: c, platform: ios, kind: nickname, id: b.c}", "known kind"},
		{"- {name: B, colour: red}", "field colour not found"},
	} {
		_, err := readControls(fstest.MapFS{"a.yaml": &fstest.MapFile{Data: []byte(head + c.record)}})
		if (c.want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: want %q, got %v", c.record, c.want, err)
		}
	}
	if _, err := readControls(fstest.MapFS{}); err == nil {
		t.Error("a folder without controls is no error")
	}
}

func TestTheReportIsTheSameTwice(t *testing.T) {
	var one, two bytes.Buffer
	taken(t).write(&one)
	again, err := measure(root, "", "")
	if err != nil {
		t.Fatal(err)
	}
	again.write(&two)
	if one.String() != two.String() {
		t.Error("two runs print different reports")
	}
	for _, want := range []string{"NEUTRAL CONTROLS", "live-eavesdropping", "WHAT MUST BE FOUND", "near-miss", "precision"} {
		if !strings.Contains(one.String(), want) {
			t.Errorf("the report has no %q", want)
		}
	}
}

func TestRun(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-root", root}, &out, &errs); code != 0 || errs.Len() > 0 {
		t.Errorf("code %d, %s", code, errs.String())
	}
	if code := run([]string{"-root", t.TempDir()}, &out, &errs); code != 2 || !strings.Contains(errs.String(), "no neutral controls") {
		t.Errorf("code %d, %s", code, errs.String())
	}
	if code := run([]string{"-root", root, "-as-of", "soon"}, &out, &errs); code != 2 {
		t.Errorf("code %d for a day that is none", code)
	}
}

// TestWhatOrdinaryAppsHoldIsNotSevere keeps the severities of combinations to what the controls allow: what a tenth of
// those whose permissions were read hold is low, what a twentieth hold at most medium.
func TestWhatOrdinaryAppsHoldIsNotSevere(t *testing.T) {
	m := taken(t)
	if len(m.permissions.combinations) == 0 {
		t.Fatal("no combination")
	}
	for _, c := range m.permissions.combinations {
		most := riskdb.Critical
		switch share := percent(c.seen, m.permissions.seen); {
		case share >= 10:
			most = riskdb.Low
		case share >= 5:
			most = riskdb.Medium
		}
		if riskdb.Severity(c.weight).Rank() > most.Rank() {
			t.Errorf("%s is %s, and %d of %d ordinary apps hold it: at most %s", c.id, c.weight, c.seen, m.permissions.seen, most)
		}
	}
}

// TestTheDataSaysWhatWasMeasured compares what a combination says of ordinary apps with the measurement.
func TestTheDataSaysWhatWasMeasured(t *testing.T) {
	m := taken(t)
	stated := 0
	for _, c := range m.permissions.combinations {
		i := slices.IndexFunc(m.db.Combinations, func(x riskdb.Combination) bool { return x.ID == c.id })
		var n, of int
		if _, err := fmt.Sscanf(m.db.Combinations[i].Ordinary, "held by %d of %d ordinary apps", &n, &of); err != nil {
			continue
		}
		stated++
		if have, want := percent(n, of), percent(c.seen, m.permissions.seen); have-want > 3 || want-have > 3 {
			t.Errorf("%s says %d of %d, and %d of %d were measured: correct riskdb/data/permissions/combinations.yaml", c.id, n, of, c.seen, m.permissions.seen)
		}
	}
	if stated < 10 {
		t.Errorf("%d combinations say how ordinary they are", stated)
	}
}

// TestNoControlIsGivenToAnotherMaker holds even for information: a vendor that only sounds alike is a wrong attribution.
func TestNoControlIsGivenToAnotherMaker(t *testing.T) {
	for _, f := range taken(t).judged[0].findings {
		if f.Rule == riskdb.RuleMakerReach || f.Rule == riskdb.RuleNameOnly {
			t.Errorf("%s: %s", f.Rule, f.Title)
		}
	}
}
