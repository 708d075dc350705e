package main

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

func TestKits(t *testing.T) {
	const head = "sets: [{id: s, note: n, categories: [], permissions: [CAMERA]}]\nkits:\n- {id: k, note: n, code: [a.b], libraries: [liba.so], components: [a.b.C], hosts: [a.example]}\n"
	read := func(more, kits string) (*Controls, error) {
		text := head + more + "controls:\n- {name: A, category: c, platform: android, kind: android-package, id: a.b, typical: s, libraries: [libz.so], kits: [" + kits + "]}\n"
		return readControls(fstest.MapFS{"a.yaml": &fstest.MapFile{Data: []byte(text)}})
	}
	cs, err := read("", "k")
	if err != nil {
		t.Fatal(err)
	}
	if c := cs.Controls[0]; !slices.Equal(c.Libraries, []string{"libz.so", "liba.so"}) || !slices.Equal(c.Code, []string{"a.b"}) || len(c.Components)+len(c.Hosts) != 2 {
		t.Errorf("got %+v", c)
	}
	for _, c := range []struct{ more, kits, want string }{
		{"", "k, gone", `unknown kit "gone"`},
		{"", "", `kit "k" is named by no control`},
		{"- {id: e, note: n}\n", "k, e", `kit "e"`},
	} {
		if _, err := read(c.more, c.kits); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("want %q, got %v", c.want, err)
		}
	}
}

// TestWhatAnAppCarriesIsJudged shows that each kind of fact of a control's file reaches the judgement.
func TestWhatAnAppCarriesIsJudged(t *testing.T) {
	m := taken(t)
	p, err := m.db.SelectPolicies(riskdb.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	plain := Control{Name: "App", Platform: inventory.Android, Kind: inventory.AndroidPackage, ID: "org.example.app"}
	found := func(c Control) []string {
		var rules []string
		for _, f := range riskdb.Assess(m.db, p, inventoryOf(&Controls{}, []Control{c}), m.asOf).Findings {
			rules = append(rules, f.Rule)
		}
		return rules
	}
	if got := found(plain); len(got) != 0 {
		t.Errorf("nothing carried: %q", got)
	}
	for name, with := range map[string]func(*Control){
		"code":      func(c *Control) { c.Code = []string{"com.bytedance.sdk.openadsdk"} },
		"libraries": func(c *Control) { c.Libraries = []string{"libBugly.so", "libBugly_Native.so"} },
		"components": func(c *Control) {
			c.Components = []string{"com.bytedance.sdk.openadsdk.activity.TTLandingPageActivity"}
		},
	} {
		c := plain
		with(&c)
		if got := found(c); !slices.Contains(got, riskdb.RuleSDK) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	c := plain
	c.ID, c.Signer = "com.zhiliaoapp.musically", strings.Repeat("ab", 32)
	inv := inventoryOf(&Controls{}, []Control{c})
	if s := inv.Binaries[0].Signers; len(s) != 1 || !s[0].Verified || s[0].SHA256 != c.Signer {
		t.Errorf("the signer is %+v", s)
	}
}

// TestManyControlsCarryFacts guards the number of controls whose files are known in part.
func TestManyControlsCarryFacts(t *testing.T) {
	m := taken(t)
	var libraries, components int
	for i := range m.controls {
		libraries += min(len(m.controls[i].Libraries), 1)
		components += min(len(m.controls[i].Components), 1)
	}
	if n := embedded(m.controls); n < 200 || libraries < 100 || components < 60 {
		t.Errorf("%d controls with facts of their files, %d with libraries, %d with components", n, libraries, components)
	}
}
