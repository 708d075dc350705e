package scanners

import (
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// onePrograms unites what several sources list of one app on one device. Of a phone or a Mac that is what one system lists by its name
// alone and another by its identifier, in the same version; of a program of Windows, keys of the registry that one of them tells
// less of, then what is listed by its name alone or by its identifier in winget with what Windows installed it as. Where two fit,
// each stays by itself.
func onePrograms(inv *inventory.Inventory) {
	unitePrograms(inv, programs.sameKey)
	unitePrograms(inv, programs.called)
}

// unitePrograms puts each listing into the program that find gives for it.
func unitePrograms(inv *inventory.Inventory, find func(programs, int) (int, bool)) {
	p := programsOf(inv.Apps)
	whole, claims := map[int]int{}, map[int]int{}
	for i := range inv.Apps {
		if w, ok := find(p, i); ok {
			whole[i] = w
			if inv.Apps[i].IdentifierKind == inventory.WingetID {
				claims[w]++
			}
		}
	}
	moved := map[string]string{}
	var parts []inventory.App
	for i := range inv.Apps {
		a := &inv.Apps[i]
		w, ok := whole[i]
		if !ok || a.IdentifierKind == inventory.WingetID && claims[w] > 1 {
			continue
		}
		for to, again := whole[w]; again; to, again = whole[w] { // which tells less than a third one
			w = to
		}
		moved[a.ID] = inv.Apps[w].ID
		parts = append(parts, asPart(*a, &inv.Apps[w]))
	}
	if len(parts) == 0 {
		return
	}
	inv.Apps = slices.DeleteFunc(inv.Apps, func(a inventory.App) bool { return moved[a.ID] != "" })
	for i := range inv.SecurityProducts {
		if to := moved[inv.SecurityProducts[i].App]; to != "" {
			inv.SecurityProducts[i].App = to
		}
	}
	for i := range inv.Components {
		if to := moved[inv.Components[i].App]; to != "" {
			inv.Components[i].App = to
		}
	}
	inv.Merge(&inventory.Inventory{Apps: parts})
}

// asPart is a listing as one of the program that it tells of.
func asPart(a inventory.App, whole *inventory.App) inventory.App {
	if a.IdentifierKind == inventory.WingetID && !slices.Contains(whole.Flags, "winget:"+a.Identifier) {
		a.Flags = append(slices.Clone(a.Flags), "winget:"+a.Identifier)
	}
	a.ID, a.IdentifierKind, a.Identifier = whole.ID, whole.IdentifierKind, whole.Identifier
	for _, f := range []struct {
		part, whole *string
		same        bool
	}{
		{&a.Name, &whole.Name, true}, {&a.Arch, &whole.Arch, true}, {&a.Version, &whole.Version, true},
		{&a.Publisher, &whole.Publisher, strings.EqualFold(strings.TrimSpace(a.Publisher), strings.TrimSpace(whole.Publisher))},
	} {
		if *f.whole != "" && f.same {
			*f.part = *f.whole
		}
	}
	if slices.ContainsFunc(whole.Users, func(u inventory.AppUser) bool { return !inventory.Unnamed(u.User) }) {
		a.Users = slices.DeleteFunc(slices.Clone(a.Users), func(u inventory.AppUser) bool { return inventory.Unnamed(u.User) })
	}
	return a
}
