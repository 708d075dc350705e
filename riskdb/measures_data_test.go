package riskdb

import (
	"regexp"
	"testing"

	"quaestor/scanners/inventory"
)

// A measure that was only announced stands on nobody's device.
func TestAnnouncedIsNoBan(t *testing.T) {
	b := loaded.Ban("ee-tiktok-2023")
	if b == nil || b.State != Announced || b.Stands("2026-11-22") {
		t.Errorf("%+v: an order of which only the announcement was reported must not stand", b)
	}
}

// What reaches one department says so, and the acts of Congress on DeepSeek are told with their scope.
func TestFederalDeepSeekScopes(t *testing.T) {
	for _, id := range []string{"pos-048", "us-ndaa-2026-1532", "us-ndaa-2026-6604"} {
		b := loaded.Ban(id)
		if b == nil || len(b.AppliesTo) == 0 || len(b.NotAppliesTo) == 0 || !b.Stands("2026-11-22") {
			t.Errorf("%s: %+v: want a standing measure that says whom it binds and whom not", id, b)
		}
	}
}

// The hidden build of an open tracker is not for information only, as the open client is.
func TestHiddenBuildIsNotDualUse(t *testing.T) {
	want := map[string]bool{"ioc-traccar": true, "ioc-traccar-hidden": false, "ioc-cerberus": false, "ioc-trackview": false, "ioc-life360": true}
	for _, f := range loaded.IndicatorFamilies() {
		if dual, ok := want[f.ID]; ok {
			delete(want, f.ID)
			if f.DualUse != dual {
				t.Errorf("%s: dual use %v, want %v", f.ID, f.DualUse, dual)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("no such family: %v", want)
	}
}

// A package of the Windows Store is recognised by the family's name, whatever its case.
func TestMSIXFamily(t *testing.T) {
	m := loaded.LookupIdentifier(inventory.MSIXFamily, "bytedancepte.ltd.tiktok")
	if len(m) != 1 || m[0].Product == nil || m[0].Product.ID != "tiktok" {
		t.Errorf("%+v", m)
	}
	if w := kindWord(inventory.WingetID); w != "winget identifier" {
		t.Errorf("a reader is told %q", w)
	}
}

// A fact that says where it was seen lets a reader look: in the tables of apps, security software, extensions,
// measures and installers, what is verified rests on a source with an address.
func TestVerifiedHasAddress(t *testing.T) {
	db := loaded
	check := func(where string, b Basis) {
		if !b.Verified {
			return
		}
		for _, id := range b.Sources {
			if s := db.Source(id); s != nil && s.URL != "" {
				return
			}
		}
		t.Errorf("%s is verified, and none of %v has an address", where, b.Sources)
	}
	for i := range db.Products {
		p := &db.Products[i]
		for _, id := range p.Identifiers {
			check(p.ID+" "+id.Value, id.Basis)
		}
	}
	for i := range db.Bans {
		check(db.Bans[i].ID, db.Bans[i].Basis)
	}
	for i := range db.Installers {
		check(db.Installers[i].Package, db.Installers[i].Basis)
	}
	for i := range db.Signers {
		for _, c := range db.Signers[i].Certs {
			check(db.Signers[i].Package, c.Basis)
		}
	}
}

// Whom a measure binds is read by people: no bare code, abbreviation in small letters or word of another language.
func TestAudiencesRead(t *testing.T) {
	code := regexp.MustCompile(`^[a-z]{1,5}(-|$)`)
	plain := regexp.MustCompile(`^(all|app|armed|civil|water|state|local|public|members|other|staff)\b`)
	for i := range loaded.Bans {
		b := &loaded.Bans[i]
		for _, who := range append(append([]string{}, b.AppliesTo...), b.NotAppliesTo...) {
			if code.MatchString(who) && !plain.MatchString(who) {
				t.Errorf("%s: a reader is told %q", b.ID, who)
			}
		}
	}
}
