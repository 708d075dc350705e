package riskdb

import (
	"slices"
	"strings"
	"testing"
)

func TestStands(t *testing.T) {
	for _, c := range []struct {
		ban  string
		asOf Date
		want bool
	}{
		{"be-fed-tiktok-2023", "2023-03-09", false},
		{"be-fed-tiktok-2023", "2023-06-01", true}, // until it was prolonged
		{"be-fed-tiktok-2023", today, false},
		{"be-fed-tiktok-2023-ext6m", "2024-01-01", true},
		{"be-fed-tiktok-2024-indefinite", "2024-03-19", false},
		{"be-fed-tiktok-2024-indefinite", today, true},
		{"be-fed-deepseek-2025", "2025-11-30", false},
		{"be-fed-deepseek-2025", "2025-12-01", true},
		{"be-chamber-tiktok-2023", today, true}, // an appeal: it stands, and does not bind
		{"be-kaspersky-position-2018", today, false},
		{"be-bru-tiktok-2023", today, false},    // temporary, and nobody knows
		{"be-fwb-tiktok-2023", today, false},    // for six months, and nobody knows
		{"us-mt-sb419-2023", today, false},      // suspended by a court
		{"ca-tiktok-windup-2024", today, false}, // set aside by a court
		{"us-house-tiktok-2022", today, false},  // replaced by a wider ban
		{"us-eo-13971-2021", "2021-03-01", false},
		{"us-eo-13942-13943-2020", today, false},
		{"us-kaspersky-bod-1701", today, false},
		{"us-bis-kaspersky-2024", "2024-07-01", false},
		{"us-bis-kaspersky-2024", today, true},
		{"pos-013", today, false}, // none found
		{"pos-046", today, false}, // ended
	} {
		b := loaded.Ban(c.ban)
		if b == nil {
			t.Errorf("no ban %q", c.ban)
		} else if got := b.Stands(c.asOf); got != c.want {
			t.Errorf("%s on %s: stands %v", c.ban, c.asOf, got)
		}
	}
}

func TestRevokedNeverStands(t *testing.T) {
	n := 0
	for i := range loaded.Bans {
		b := loaded.Bans[i]
		for _, s := range []BanState{Revoked, Expired, Suspended, CourtSuspended, Announced, StateUnknown} {
			b.State = s
			if b.Stands(b.Begins()) || b.Stands(today) {
				t.Errorf("%s stands although %s", b.ID, s)
			}
		}
		if loaded.Bans[i].State == Revoked {
			n++
		}
	}
	if n < 2 {
		t.Errorf("%d revoked bans in the data, want the two sets of US orders", n)
	}
}

func TestBelgianFederalBansDoNotBindTheChamber(t *testing.T) {
	n := 0
	for i := range loaded.Bans {
		b := &loaded.Bans[i]
		if b.AuthorityID != "be-federal" || (b.Kind != BanOrder && b.Kind != BanExtension) {
			continue
		}
		n++
		if !slices.Contains(b.NotAppliesTo, "the Chamber of Representatives") {
			t.Errorf("%s does not say that it leaves out the Chamber", b.ID)
		}
	}
	if n < 4 {
		t.Errorf("%d federal bans", n)
	}
}

func TestNobodyInBelgiumBansKaspersky(t *testing.T) {
	for i := range loaded.Bans {
		b := &loaded.Bans[i]
		if !strings.HasPrefix(b.AuthorityID, "be-") || !b.Kind.Binding() {
			continue
		}
		for _, target := range b.Targets {
			if target.Vendor == "kaspersky" || slices.Contains(target.Products, "kaspersky") || slices.Contains(target.Jurisdictions, "RU") {
				t.Errorf("%s bans Kaspersky", b.ID)
			}
		}
	}
}

// TestABanOfTikTokIsNotOneOfByteDance guards the difference that accuses forty other apps when it is lost.
func TestABanOfTikTokIsNotOneOfByteDance(t *testing.T) {
	n := 0
	for i := range loaded.Bans {
		for _, target := range loaded.Bans[i].Targets {
			if target.Vendor != "bytedance" {
				continue
			}
			n++
			wider := loaded.Bans[i].ID == "us-house-bytedance-2024" // bans all products of ByteDance in so many words
			if (target.Owner && !wider) || slices.Contains(target.Products, "capcut") {
				t.Errorf("%s reaches all of ByteDance", loaded.Bans[i].ID)
			}
			if slices.Contains(target.Products, "tiktok") && slices.Contains(target.Products, "douyin") {
				t.Errorf("%s takes Douyin for TikTok", loaded.Bans[i].ID)
			}
			clause := slices.Contains([]string{"us-tiktok-act-2022", "us-tx-tiktok-2022"}, loaded.Bans[i].ID)
			if target.Successors != clause || (target.Clause != "") != clause {
				t.Errorf("%s: successors %v", loaded.Bans[i].ID, target.Successors)
			}
		}
	}
	if n < 40 {
		t.Errorf("%d targets of ByteDance", n)
	}
}

func TestEveryAuthorityIsInAPolicy(t *testing.T) {
	in := map[string]bool{}
	for _, p := range loaded.Policies {
		for _, a := range p.Authorities {
			in[a] = true
		}
	}
	for _, a := range loaded.Authorities {
		if !in[a.ID] {
			t.Errorf("no policy applies %s", a.ID)
		}
	}
}
