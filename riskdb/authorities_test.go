package riskdb

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// trusting judges a computer that trusts authorities; two digests are known as those of a system.
func trusting(t *testing.T, platform inventory.Platform, certs ...inventory.Certificate) *Assessment {
	t.Helper()
	tables := guarded()
	tables.Roots = []RootList{{ID: "shipped", Title: "Roots of a system", SHA1: []string{sum("a", 40)}, SHA256: []string{sum("a", 64)}, Basis: sure(Basis{})}}
	db := New(tables)
	p, err := db.SelectPolicies("none")
	if err != nil {
		t.Fatal(err)
	}
	inv := computer(platform)
	for i := range certs {
		certs[i].ID, certs[i].Device = fmt.Sprintf("cert-%d", i), "pc"
	}
	inv.Certificates = certs
	return Assess(db, p, inv, "2026-11-22")
}

func sum(digit string, n int) string { return strings.Repeat(digit, n) }

// TestMixedAuthorities: of a list that shows shipped and added authorities together, those that no system is known to bring are
// one modest question, and that of security software is told by itself.
func TestMixedAuthorities(t *testing.T) {
	mixed := func(digit, subject string) inventory.Certificate {
		return inventory.Certificate{SHA1: sum(digit, 40), Subject: subject, Store: inventory.MixedStore}
	}
	hive := mixed("c", "CN=Other")
	hive.Store, hive.SHA256 = "machine", sum("c", 64)
	off := mixed("e", "CN=Off")
	off.Trusted = "no"
	for _, test := range []struct {
		name  string
		certs []inventory.Certificate
		want  []string
	}{
		{"shipped", []inventory.Certificate{mixed("a", "CN=Anything")}, nil},
		{"shipped name, another certificate", []inventory.Certificate{mixed("a", "CN=Root X"), mixed("b", "CN=Root X")}, []string{"added-authority low low review"}},
		{"several", []inventory.Certificate{mixed("b", "CN=One"), mixed("c", "CN=Two"), mixed("c", "CN=Two")}, []string{"added-authority low low review"}},
		{"of security software", []inventory.Certificate{mixed("b", "CN=Sentry Personal Root, O=X")}, []string{"added-authority medium moderate review"}},
		{"told apart elsewhere", []inventory.Certificate{mixed("c", "CN=Other"), hive}, []string{"added-authority medium moderate review"}},
		{"not turned on", []inventory.Certificate{off}, nil},
	} {
		if got := summary(trusting(t, inventory.Windows, test.certs...)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	f := trusting(t, inventory.Windows, mixed("b", "CN=One"), mixed("c", "CN=Two"), mixed("c", "CN=Two")).Findings[0]
	if f.Params["count"] != "2" || !strings.Contains(f.Reason, `"CN=One", "CN=Two"`) || !strings.HasPrefix(f.Title, "2 certificate") {
		t.Errorf("%q, %q, %v", f.Title, f.Reason, f.Params)
	}
}

// TestShippedAmongAdded: Windows keeps its own roots among the added ones; elsewhere, one that other systems bring was added all the same.
func TestShippedAmongAdded(t *testing.T) {
	for platform, want := range map[inventory.Platform][]string{inventory.Windows: nil, inventory.Linux: {"added-authority info moderate inform"}} {
		a := trusting(t, platform, inventory.Certificate{SHA256: sum("a", 64), Subject: "CN=Public Root", Store: "machine"})
		if got := summary(a); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", platform, got, want)
		}
	}
}

// TestAuthorityAlone: an authority by its name alone says whose it is, and lists the product with what its key opens. It is no
// finding about the software, which may be gone.
func TestAuthorityAlone(t *testing.T) {
	a := trusting(t, inventory.Windows, inventory.Certificate{SHA256: sum("b", 64), Subject: "CN=Sentry Personal Root, O=X", Store: "machine"})
	if got, want := summary(a), []string{"added-authority medium moderate review"}; !slices.Equal(got, want) {
		t.Fatalf("findings %q, want %q", got, want)
	}
	f := a.Findings[0]
	if !strings.Contains(f.Reason, "that of Sentry, of Parent, within reach of the law of") || !strings.Contains(f.Reason, "Nothing else of it was seen") || f.Params["product"] != "sentry" || len(f.Chain) == 0 {
		t.Errorf("%q, %v, %d links", f.Reason, f.Params, len(f.Chain))
	}
	if len(a.Security) != 1 || a.Security[0].Product.ID != "sentry" || a.Security[0].Confidence != ConfidenceLow || privilegesOf(a.Security[0]) != "tls-interception" || a.Security[0].Note == "" {
		t.Errorf("%+v", a.Security)
	}
}

// TestShippedRoots: the roots of Windows and of Mozilla are known, by either digest.
func TestShippedRoots(t *testing.T) {
	db := loadShipped(t)
	for _, c := range []inventory.Certificate{
		{SHA1: "3b1efd3a66ea28b16697394703a72ca340a05bd5"}, // Microsoft Root Certificate Authority 2010
		{SHA1: "cabd2a79a1076a31f21d253635cb039d4329a5e8"}, // ISRG Root X1
		{SHA256: "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6"},
	} {
		if db.ShippedRoot(&c) == nil {
			t.Errorf("%+v is not known", c)
		}
	}
	if l := db.ShippedRoot(&inventory.Certificate{}); l != nil {
		t.Errorf("a certificate without a digest is in %s", l.ID)
	}
}
