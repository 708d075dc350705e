package scanners

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestComponentsMove: what becomes one app, or an app of a joined computer, keeps its components, and two apps of one computer
// that hold the same package keep one each.
func TestComponentsMove(t *testing.T) {
	inv := inventory.New()
	for _, kind := range []inventory.IdentifierKind{inventory.UninstallKey, inventory.NameOnly} {
		a := inventory.App{ID: inventory.AppID("pc", kind, "7-Zip 24.08"), Device: "pc", Platform: inventory.Windows, IdentifierKind: kind, Identifier: "7-Zip 24.08", Name: "7-Zip 24.08", Version: "24.08"}
		inv.Apps = append(inv.Apps, a)
		inv.Components = append(inv.Components, inventory.Component{ID: "c" + string(kind), App: a.ID, PURL: "pkg:generic/lib@1"})
	}
	onePrograms(inv)
	if len(inv.Apps) != 1 || inv.Components[0].App != inv.Apps[0].ID || inv.Components[1].App != inv.Apps[0].ID {
		t.Errorf("%+v %+v", inv.Apps, inv.Components)
	}

	r := door{source: "d/S", number: "1", name: "PC"}.reading()
	d := r.inv.Devices[0].ID
	second := r.inv.Apps[0]
	second.ID, second.Identifier = inventory.AppID(d, inventory.UninstallKey, "y"), "Y"
	r.inv.Apps = append(r.inv.Apps, second)
	for _, a := range r.inv.Apps {
		r.inv.Components = append(r.inv.Components, inventory.Component{ID: inventory.FactID("component", a.ID), Device: d, App: a.ID, PURL: "pkg:npm/lodash@4.17.20"})
	}
	renameDevice(r.inv, r.inv.Devices[0], "other")
	if len(r.inv.Components) != 2 {
		t.Fatalf("%+v", r.inv.Components)
	}
	apps := map[string]bool{}
	for _, a := range r.inv.Apps {
		apps[a.ID] = true
	}
	for _, c := range r.inv.Components {
		if c.Device != "other" || !apps[c.App] {
			t.Errorf("%+v", c)
		}
		delete(apps, c.App)
	}
}
