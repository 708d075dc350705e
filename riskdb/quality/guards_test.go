package main

import (
	"strings"
	"testing"

	"quaestor/riskdb"
)

// TestSecuritySoftware: every case holds, at least 60 products are recognised, and on each system some.
func TestSecuritySoftware(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := measureGuards(db, "guards.yaml", db.Version().Date)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range s.missed {
		t.Error(m)
	}
	distinct := map[string]bool{}
	for key := range s.products {
		product, _, _ := strings.Cut(key, " on ")
		distinct[product] = true
	}
	if len(distinct) < 60 || s.systems["windows"] < 40 || s.systems["macos"] < 15 || s.systems["linux"] < 15 || s.quiet < 10 {
		t.Errorf("%d products, on %v; %d look-alikes left alone", len(distinct), s.systems, s.quiet)
	}
}

// TestGuardFaults: a case that does not hold is told.
func TestGuardFaults(t *testing.T) {
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	falcon := []GuardFact{{Kind: "process", Process: "falcon-sensor", State: "running"}}
	for _, test := range []struct {
		c    GuardCase
		want string
	}{
		{GuardCase{System: "linux", Facts: falcon, Want: &GuardWant{Product: "crowdstrike", Kind: "edr"}}, ""},
		{GuardCase{System: "linux", Facts: falcon, Want: &GuardWant{Product: "sophos", Kind: "edr"}}, `product "crowdstrike", not "sophos"`},
		{GuardCase{System: "linux", Facts: falcon, Want: &GuardWant{Product: "crowdstrike", Kind: "edr", Privileges: []string{"kernel"}}}, "privileges"},
		{GuardCase{System: "linux", Facts: falcon, Quiet: true}, "was listed"},
		{GuardCase{System: "linux", Facts: falcon, Unrecognised: &GuardWant{Kind: "edr"}}, "recognised: true"},
		{GuardCase{System: "linux", Want: &GuardWant{Product: "crowdstrike", Kind: "edr"}}, "0 products"},
	} {
		got := test.c.fault(riskdb.Assess(db, policies, test.c.inventory(), db.Version().Date))
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
