package scanners

import (
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// onePrograms unites programs of Windows that one source lists by their names alone with those that another lists with what Windows
// installed them as: on one device, of the same name and version. Where two such have that name and version, it stays by itself.
func onePrograms(inv *inventory.Inventory) {
	type program struct{ device, name, version string }
	key := func(a *inventory.App) program {
		return program{a.Device, strings.ToLower(strings.TrimSpace(a.Name)), strings.ToLower(a.Version)}
	}
	installed := map[program][]int{}
	for i := range inv.Apps {
		a := &inv.Apps[i]
		if a.Platform == inventory.Windows && a.Device != "" && a.Name != "" && (a.IdentifierKind == inventory.UninstallKey || a.IdentifierKind == inventory.MSIProductCode) {
			installed[key(a)] = append(installed[key(a)], i)
		}
	}
	moved := map[string]string{}
	var named []inventory.App
	for i := range inv.Apps {
		a := &inv.Apps[i]
		if a.Platform != inventory.Windows || a.IdentifierKind != inventory.NameOnly || a.Device == "" || a.Version == "" {
			continue
		}
		if fits := installed[key(a)]; len(fits) == 1 && agree(inv.Apps[fits[0]].Arch, a.Arch) {
			whole, part := &inv.Apps[fits[0]], *a
			moved[a.ID] = whole.ID
			part.ID, part.IdentifierKind, part.Identifier = whole.ID, whole.IdentifierKind, whole.Identifier
			if whole.Publisher != "" && strings.EqualFold(strings.TrimSpace(whole.Publisher), strings.TrimSpace(part.Publisher)) {
				part.Publisher = whole.Publisher
			}
			part.Name = whole.Name
			named = append(named, part)
		}
	}
	if len(named) == 0 {
		return
	}
	inv.Apps = slices.DeleteFunc(inv.Apps, func(a inventory.App) bool { return moved[a.ID] != "" })
	for i := range inv.SecurityProducts {
		if to := moved[inv.SecurityProducts[i].App]; to != "" {
			inv.SecurityProducts[i].App = to
		}
	}
	inv.Merge(&inventory.Inventory{Apps: named})
}

// agree reports whether two sources do not contradict each other.
func agree(x, y string) bool { return x == "" || y == "" || strings.EqualFold(x, y) }
