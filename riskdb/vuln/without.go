package vuln

import (
	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// Without is an adviser that knows nothing, and says so where an inventory has components.
type Without struct {
	Kind         inventory.GapKind
	Detail, Next string
}

// NoDatabase is for when no advisories were imported.
var NoDatabase = Without{inventory.GapSkipped, "No advisories are installed, so that known vulnerabilities of these components were not looked up.", importIt}

// Off is for when somebody does not want vulnerabilities looked up.
var Off = Without{inventory.GapSkipped, "Known vulnerabilities of these components were not looked up, by the setting --vulns off.", ""}

// Sources are none.
func (w Without) Sources() []riskdb.AdviceSource { return nil }

// Vulnerabilities are none; what was not looked up is one gap.
func (w Without) Vulnerabilities(inv *inventory.Inventory, _ riskdb.Date) riskdb.Vulnerabilities {
	if len(inv.Components) == 0 {
		return riskdb.Vulnerabilities{}
	}
	g := inventory.Gap{Scanner: Scanner, Subject: "vulnerabilities of components", Kind: w.Kind, Detail: w.Detail, Next: w.Next, Count: len(inv.Components)}
	return riskdb.Vulnerabilities{Gaps: []inventory.Gap{g}}
}

// Lacking is the first gap of those that come from a database which is not whole: without an ecosystem that was
// needed, empty, damaged or too old. It is nil where the database had all.
func Lacking(gaps []inventory.Gap) *inventory.Gap {
	for i := range gaps {
		if g := &gaps[i]; g.Scanner == Scanner {
			switch g.Kind {
			case inventory.GapSkipped, inventory.GapEmpty, inventory.GapUnreadable, inventory.GapLimit:
				return g
			}
		}
	}
	return nil
}
