package riskdb

import (
	"slices"
	"testing"
)

// TestACertificateIsNoJurisdiction: lists of programs tell in which country their signer is registered, and nothing of who
// controls it.
func TestACertificateIsNoJurisdiction(t *testing.T) {
	seats := 0
	for _, v := range loaded.AllTables().Vendors {
		if len(v.Sources) == 0 || slices.ContainsFunc(v.Sources, func(id string) bool { return id != "lolrmm" && id != "hijacklibs" }) {
			continue
		}
		seats++
		if v.Jurisdiction != "" || v.HQ != "" {
			t.Errorf("%s: jurisdiction %q and headquarters %q from a certificate alone", v.ID, v.Jurisdiction, v.HQ)
		}
	}
	if seats < 50 {
		t.Errorf("%d vendors known by their certificates: the data has more", seats)
	}
}

// TestWhoseLaw: owners whose records were corrected, on the day of the data.
func TestWhoseLaw(t *testing.T) {
	for _, c := range []struct {
		vendor, state, through string
		verified               bool
	}{
		{"skyscanner", "CN", "trip-com", true}, // of Edinburgh, and owned
		{"opera", "CN", "kunlun", true},
		{"n-able", "US", "", true},
		{"pushwoosh", "RU", "", true},
		{"innovative-connecting", "", "lemon-seed", false}, // today's owner is not public
		{"autumn-breeze", "", "", false},
		{"aeroadmin", "", "", false},
		{"gotohttp", "", "", false},
		{"rudesktop", "", "", false},
		{"toloka", "", "nebius-group", false}, // not of Yandex any more
	} {
		chain := loaded.Chain(c.vendor, today)
		if chain.State != c.state || (c.state != "" && chain.Basis.Verified != c.verified) {
			t.Errorf("%s: state %q, verified %v", c.vendor, chain.State, chain.Basis.Verified)
		}
		if c.through != "" && !slices.ContainsFunc(chain.Links, func(l Link) bool { return l.ID == c.through }) {
			t.Errorf("%s: not through %s: %+v", c.vendor, c.through, chain.Links)
		}
	}
	if v := loaded.vendors["pushwoosh"]; v.Confidence.Rank() > GradeMedium.Rank() {
		t.Errorf("pushwoosh: %s on one report that it denies", v.Confidence)
	}
}
