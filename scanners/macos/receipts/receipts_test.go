package receipts

import (
	"slices"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/mactest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

func TestScan(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, mactest.Mac(t))
	inv.Sort()
	for _, c := range []struct {
		id, name, version string
		presence          inventory.Presence
		paths             []string
		traces            int
	}{
		{"org.example.removed.pkg", "org.example.removed.pkg-1.2.pkg", "1.2", inventory.PresenceTrace, nil, 1},
		{"org.example.tool.pkg", "Tool", "1.2", inventory.PresenceInstalled, []string{"/usr/local/bin/tool"}, 1},
		{"org.example.script.pkg", "org.example.script.pkg-1.2.pkg", "1.2", inventory.PresenceTrace, nil, 1},
		{"org.example.one", "Bundle", "", inventory.PresenceTrace, nil, 1},
	} {
		a := scantest.App(t, inv, c.id)
		if a.Name != c.name || a.Version != c.version || a.Presence != c.presence || !slices.Equal(a.Paths, c.paths) || len(a.Traces) != c.traces || a.IdentifierKind != inventory.MacReceipt {
			t.Errorf("%+v", a)
		}
	}
	tool := scantest.App(t, inv, "org.example.tool.pkg")
	if tool.FirstInstalled == nil || tool.FirstInstalled.Format("2006-01-02") != "2025-01-30" || tool.Traces[0].Last.Format("2006-01-02") != "2025-03-01" {
		t.Errorf("%+v", tool)
	}
	if len(inv.Apps) != 7 {
		t.Errorf("%d apps", len(inv.Apps))
	}
	if skipped := scantest.Gaps(inv, inventory.GapSkipped); len(skipped) != 1 || skipped[0].Count != 1 || len(inv.Gaps) != 1 {
		t.Errorf("%+v", inv.Gaps)
	}
}

// A package whose app is there, and an app that the store installed, are traces of that app.
func TestOfApps(t *testing.T) {
	inv := hosttest.Scan(t, Scanner{}, mactest.Mac(t))
	for id, detail := range map[string]string{"org.example.filter": "by the package org.example.filter.pkg", "org.example.notes": ""} {
		a := scantest.App(t, inv, id)
		if a.ID != inventory.AppID(inv.Devices[0].ID, inventory.MacBundle, id) || a.Presence != inventory.PresenceInstalled || len(a.Traces) != 1 || a.Traces[0].Detail != detail {
			t.Errorf("%+v", a)
		}
	}
}
