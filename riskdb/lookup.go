package riskdb

import (
	"strings"

	"quaestor/scanners/inventory"
)

// Match is a product, or for an identifier that names only the maker a vendor, that an identifier belongs to.
type Match struct {
	Product    *Product // nil for a vendor's identifier
	Vendor     *Vendor  // nil for a product's
	Identifier *Identifier
}

// key folds an identifier the way its registry does: Windows and process names know no case.
func key(kind inventory.IdentifierKind, value string) identifier {
	switch kind {
	case inventory.Process, inventory.WingetID, ServiceName, KernelDriver:
		value = strings.ToLower(value)
	}
	return identifier{kind, value}
}

// LookupIdentifier finds what an identifier belongs to, in the order of the tables. A deb or rpm name also
// finds names whose package system the source does not tell. For [DisplayName], value is the name of an
// installed program and the patterns are tried on it; for [inventory.NameOnly] it is a name, which is
// compared with names and aliases: the weakest of all marks.
func (db *DB) LookupIdentifier(kind inventory.IdentifierKind, value string) []Match {
	switch kind {
	case DisplayName:
		return db.matchDisplayName(value)
	case inventory.NameOnly:
		return db.matchName(value)
	}
	found := db.identifiers[key(kind, value)]
	if kind == inventory.DebPackage || kind == inventory.RPMPackage {
		if more := db.identifiers[key(LinuxPackage, value)]; len(more) > 0 {
			found = append(found[:len(found):len(found)], more...)
		}
	}
	return found
}

func (db *DB) matchDisplayName(name string) []Match {
	var out []Match
	for _, m := range db.patterns {
		if matchPattern(m.Identifier.Value, name) {
			out = append(out, m)
		}
	}
	return out
}

// matchPattern reports whether name is what pattern says, without regard to case: a final star stands for
// anything.
func matchPattern(pattern, name string) bool {
	prefix, open := strings.CutSuffix(pattern, "*")
	if !open {
		return strings.EqualFold(pattern, name)
	}
	return strings.HasPrefix(strings.ToLower(name), strings.ToLower(prefix))
}

func (db *DB) matchName(name string) []Match {
	want := searchFold(name)
	if want == "" {
		return nil
	}
	var out []Match
	for i := range db.Products {
		p := &db.Products[i]
		for _, n := range append([]string{p.Name}, p.Aliases...) {
			if searchFold(n) == want {
				out = append(out, Match{Product: p, Identifier: &Identifier{Kind: inventory.NameOnly, Value: n, Shared: true,
					Basis: Basis{UnverifiedReason: "a name is no identifier", Confidence: GradeLow}}})
				break
			}
		}
	}
	return out
}

// searchFold makes text comparable: lower case, single spaces.
func searchFold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}
