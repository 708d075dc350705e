package reports

import "quaestor/scanners/inventory"

// adviceScanner tells of the gaps of looking up vulnerabilities.
const adviceScanner = "riskdb/vuln"

// Unadvised reports whether a gap says that advisories are missing, cannot be read, are too old, or were not asked: what was looked
// at was looked at, and nobody could say what is known to be wrong with it.
func (g *Gap) Unadvised() bool {
	if g.Scanner != adviceScanner {
		return false
	}
	switch inventory.GapKind(g.Kind) {
	case inventory.GapSkipped, inventory.GapEmpty, inventory.GapUnreadable, inventory.GapFailed, inventory.GapLimit:
		return true
	}
	return false
}
