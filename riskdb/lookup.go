package riskdb

import (
	"strings"

	"quaestor/riskdb/resolve"
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
	case inventory.Process, inventory.WingetID, inventory.MSIXFamily, UninstallKey, PublisherName, AuthenticodeThumbprint, RootName, RootSHA256, InputMethod, inventory.Chocolatey:
		value = strings.ToLower(value)
	case ServiceName:
		value = unitName(strings.ToLower(value))
	case KernelDriver:
		value = strings.TrimSuffix(strings.ToLower(value), ".sys")
	case MacLaunchDaemon:
		value = strings.TrimSuffix(value, ".plist")
	case MSIProductCode, MSIUpgradeCode:
		value = strings.ToUpper(value)
	}
	return identifier{kind, value}
}

// unitName is the name of a service without what systemd calls its kind.
func unitName(name string) string {
	for _, kind := range []string{".service", ".socket", ".timer", ".path"} {
		if s, ok := strings.CutSuffix(name, kind); ok {
			return s
		}
	}
	return name
}

// LookupIdentifier finds what an identifier belongs to, in the order of the tables. The name of a
// package of Linux also finds names whose package system the source does not tell. For [DisplayName], value is the name of an
// installed program, and for [inventory.NameOnly] any name: the weakest of all marks, which package resolve
// compares. Several products are a tie.
func (db *DB) LookupIdentifier(kind inventory.IdentifierKind, value string) []Match {
	switch kind {
	case DisplayName:
		return db.matchDisplayName(value)
	case inventory.NameOnly:
		return db.matchName(value)
	case AuthenticodeSubject:
		return db.signedBy(value)
	}
	found := db.identifiers[key(kind, value)]
	if open := db.openMarks[kind]; len(open) > 0 {
		found = append(found[:len(found):len(found)], matchOpen(open, key(kind, value).value)...)
	}
	switch kind {
	case inventory.DebPackage, inventory.RPMPackage, inventory.AlpinePackage, inventory.ArchPackage:
		if more := db.identifiers[key(LinuxPackage, value)]; len(more) > 0 {
			found = append(found[:len(found):len(found)], more...)
		}
	}
	return found
}

// openMark is an identifier that ends in a star: names that hold a version.
type openMark struct {
	prefix string
	match  Match
}

func matchOpen(open []openMark, value string) []Match {
	var out []Match
	for _, o := range open {
		if strings.HasPrefix(value, o.prefix) {
			out = append(out, o.match)
		}
	}
	return out
}

// matchDisplayName resolves the name of an installed program of Windows: by word, so that a pattern does not take
// another product of the vendor, or a tool against it.
func (db *DB) matchDisplayName(name string) []Match {
	return db.matchQuery(resolve.Query{Platform: inventory.Windows, Kind: inventory.NameOnly, Name: name})
}

func (db *DB) matchName(name string) []Match {
	return db.matchQuery(resolve.Query{Kind: inventory.NameOnly, Name: name})
}

func (db *DB) matchQuery(q resolve.Query) []Match {
	var out []Match
	for _, c := range db.Names().Resolve(q).Best() {
		p := db.Product(c.Product)
		out = append(out, Match{Product: p, Identifier: nameIdentifier(p, q)})
	}
	return out
}

// nameIdentifier is the pattern that a display name answers to, or else the name itself: no identifier at all.
func nameIdentifier(p *Product, q resolve.Query) *Identifier {
	for i := range p.Identifiers {
		if id := &p.Identifiers[i]; id.Kind == DisplayName && q.Platform == inventory.Windows && matchPattern(id.Value, q.Name) {
			return id
		}
	}
	return &Identifier{Kind: inventory.NameOnly, Value: q.Name, Shared: true,
		Basis: Basis{UnverifiedReason: "a name is no identifier", Confidence: GradeLow}}
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

// searchFold makes text comparable: lower case, single spaces.
func searchFold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}
