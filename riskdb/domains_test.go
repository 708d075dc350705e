package riskdb

import "testing"

// TestOwnersOfHosts: a host belongs to whom the domain does that it lies below, by whole labels.
func TestOwnersOfHosts(t *testing.T) {
	owners := builtIn(t).HostOwners("2026-11-22")
	for host, want := range map[string]string{"api.temu.com": "pdd CN", "TEMU.com.": "pdd CN", "graph.facebook.com": "meta US", "e.crashlytics.com": "google US",
		"nottemu.com": "", "temu.com.example.org": "", "com": ""} {
		got := ""
		if o := owners.Of(host); o != nil {
			got = o.Vendor + " " + o.State
		}
		if got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}
