package riskdb

import (
	"testing"

	"quaestor/scanners/inventory"
)

// remoteTools are marks of tools for remote access, one a product.
var remoteTools = map[string]inventory.App{
	"anydesk":         {Platform: inventory.Windows, IdentifierKind: inventory.WingetID, Identifier: "AnyDesk.AnyDesk"},
	"radmin":          {Platform: inventory.Windows, IdentifierKind: inventory.Process, Identifier: "Radmin.exe"},
	"teamviewer":      {Platform: inventory.Windows, IdentifierKind: inventory.WingetID, Identifier: "TeamViewer.TeamViewer"},
	"teamviewer-host": {Platform: inventory.Windows, IdentifierKind: inventory.WingetID, Identifier: "TeamViewer.TeamViewer.Host"},
}

// A catalogued tool for remote access is told of, once, and is by itself no more than information.
func TestRemoteAccess(t *testing.T) {
	for id, app := range remoteTools {
		app.ID = "a1"
		inv := inventory.New()
		inv.Apps = []inventory.App{app}
		n := 0
		for _, f := range Assess(loaded, Policies{}, inv, "2026-11-22").Findings {
			if f.Rule != RuleRemoteAccess {
				continue
			}
			n++
			if f.Severity != Info || f.Action != Inform || f.Axis != Security || f.Subject.Product.ID != id {
				t.Errorf("%s: %s %s %s of %s", id, f.Severity, f.Action, f.Axis, f.Subject.Product.ID)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d findings of remote access, want 1", id, n)
		}
	}
}

// Every tool of the category has a finding; other products have none.
func TestRemoteAccessIsOfItsCategory(t *testing.T) {
	a := &assessor{db: loaded, out: &Assessment{}, inv: inventory.New()}
	for i := range loaded.Products {
		p := &loaded.Products[i]
		f := &facts{app: &inventory.App{ID: "a1"}, product: p, vendor: loaded.Vendor(p.Vendor), genuine: true}
		before := len(a.out.Findings)
		a.remoteAccess(f)
		if found := len(a.out.Findings) > before; found != (p.Category == "remote-access") {
			t.Errorf("%s (%s): finding %v", p.ID, p.Category, found)
		}
	}
}
