package riskdb

import (
	"slices"
	"testing"

	"quaestor/scanners/inventory"
)

// TestBindingKinds: which measures bind those whom they address, kind by kind. A warning, an advice and a
// resolution never do.
func TestBindingKinds(t *testing.T) {
	want := map[BanKind]bool{
		BanOrder: true, BanExtension: true, Restriction: true, NetworkBlock: true, MarketBan: true, WarningBinding: true, PolicyRule: true,
		DPAOrder: true, Sanction: true,
		StoreRemoval: false, SDKRemoval: false, List: false, Warning: false, Recommendation: false, Advice: false, Resolution: false, NotApproved: false, Request: false,
		PositionNoBan: false, NoneFound: false,
	}
	for kind, binding := range want {
		if kind.Binding() != binding {
			t.Errorf("%s: binding %v", kind, kind.Binding())
		}
	}
	for i := range loaded.Bans {
		b := &loaded.Bans[i]
		if _, known := want[b.Kind]; !known {
			t.Errorf("%s: kind %q is not in this list", b.ID, b.Kind)
		}
		if (b.Kind == Warning || b.Kind == Resolution) && b.State != Advisory && b.Stands(today) {
			t.Errorf("%s: a %s that stands is advisory, not %s", b.ID, b.Kind, b.State)
		}
	}
}

// TestAdvisoryNeverBans: neither of the two guards alone makes a finding of rule ban.
func TestAdvisoryNeverBans(t *testing.T) {
	for _, c := range []struct {
		kind  BanKind
		state BanState
	}{{Warning, InForce}, {Resolution, InForce}, {BanOrder, Advisory}} {
		tables := world()
		for i := range tables.Bans {
			if tables.Bans[i].ID == "now" {
				tables.Bans[i].Kind, tables.Bans[i].State = c.kind, c.state
			}
		}
		for _, f := range judgeWith(t, New(tables), "be", android("org.clip")).Findings {
			if f.Rule == RuleBan {
				t.Errorf("%s, %s: %s", c.kind, c.state, f.Title)
			}
		}
	}
}

// TestARuleByStateNeedsAVerifiedOwner: a measure about all products from a state never reaches an owner whose
// state nobody checked.
func TestARuleByStateNeedsAVerifiedOwner(t *testing.T) {
	tables := world()
	tables.Bans = []Ban{{ID: "from-xx", Kind: BanOrder, State: InForce, Authority: "Home Office", AuthorityID: "home", Issued: "2023", Scope: "all",
		Targets: []Target{{Name: "from Exland", Jurisdictions: []string{"XX"}}}, Basis: sure(Basis{})}}
	banned := func(pkg string) bool {
		return slices.ContainsFunc(judgeWith(t, New(tables), "be", android(pkg)).Findings, func(f Finding) bool { return f.Rule == RuleBan })
	}
	if !banned("org.clip") {
		t.Error("the rule does not reach a verified owner")
	}
	if banned("org.maybe") {
		t.Error("the rule reaches an owner whose state nobody verified")
	}
}

// TestASuccessorIsForTheAuthority: another app of the owner is told, and not banned.
func TestASuccessorIsForTheAuthority(t *testing.T) {
	tables := world()
	tables.Bans = []Ban{{ID: "clause", Kind: BanOrder, State: InForce, Authority: "Home Office", AuthorityID: "home", Issued: "2023", Scope: "all",
		Targets: []Target{{Name: "Clip", Products: []string{"clip"}, Vendor: "parent", Successors: true, Clause: "any successor"}}, Basis: sure(Basis{})}}
	got := summary(judgeWith(t, New(tables), "be", android("org.cousin")))
	if !slices.ContainsFunc(got, func(s string) bool { return s == "advice low moderate review" }) || slices.ContainsFunc(got, func(s string) bool { return s[:4] == "ban " }) {
		t.Errorf("%v", got)
	}
}

// TestAStatedSignerIsNoSignature: the source's word for who signed is not a check of the signature.
func TestAStatedSignerIsNoSignature(t *testing.T) {
	confidence := func(verified bool) Confidence {
		for _, f := range judgeWith(t, New(world()), "be", android("org.clip", func(a *inventory.App) {
			a.Signers = []inventory.Signer{{SHA256: genuineSHA, Verified: verified}}
		})).Findings {
			if f.Rule == RuleBan {
				return f.Confidence
			}
		}
		return ""
	}
	if stated, checked := confidence(false), confidence(true); stated != ConfidenceModerate || checked != ConfidenceHigh {
		t.Errorf("stated %q, checked %q", stated, checked)
	}
}
