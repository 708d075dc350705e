package riskdb

import (
	"slices"

	"quaestor/scanners/inventory"
)

// removedParts are the apps of a product that each have to be taken off, the one that the finding is about first unless another
// stands for it. What one installation left in several registries is taken off once, by the one whose command is known.
func removedParts(f *facts) []*facts {
	all := append([]*facts{f}, f.parts...)
	slices.SortStableFunc(all, func(x, y *facts) int { return rank(!commanded(x)) - rank(!commanded(y)) })
	var out []*facts
	for _, x := range all {
		if !slices.ContainsFunc(out, func(kept *facts) bool { return sameInstallation(x, kept) }) {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(x, y *facts) int { return rank(x.app.ID != f.app.ID) - rank(y.app.ID != f.app.ID) })
	return out
}

// commanded reports whether a package manager takes the app off by its identifier.
func commanded(f *facts) bool {
	return desktopCommand(f.app.IdentifierKind, addressable(f.app), nil, false) != nil
}

// sameInstallation reports whether an app is listed a second time, in another registry. What only shows that a program is there
// (a menu entry, a receipt, a process) is never taken off beside the program.
func sameInstallation(x, kept *facts) bool {
	switch x.app.IdentifierKind {
	case kept.app.IdentifierKind:
		return false
	case inventory.Process, inventory.DesktopEntry, inventory.MacReceipt, ServiceName:
		return true
	}
	return !isExtension(x.app.IdentifierKind) && !isExtension(kept.app.IdentifierKind) && (partName(x) == partName(kept) || folded(partName(x)) == folded(partName(kept)))
}

func partName(f *facts) string { return firstOf(f.app.Name, f.app.Identifier) }

// partNames names what has to be taken off, each name once.
func partNames(f *facts) []string {
	var out []string
	for _, x := range removedParts(f) {
		if name := partName(x); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
