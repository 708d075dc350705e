package riskdb

import (
	"slices"
	"strings"
	"sync"

	"quaestor/riskdb/resolve"
	"quaestor/scanners/inventory"
)

// names is the index of what products and vendors are called, made when the first name is looked up.
type names struct {
	once  sync.Once
	index *resolve.Index

	spacesOnce sync.Once
	spaces     map[string]string // namespace to Vendor.ID; see [DB.namespaceOwner]
}

// Names returns the index that resolves names, publishers and signers to products and vendors.
func (db *DB) Names() *resolve.Index {
	db.names.once.Do(func() { db.names.index = resolve.New(db.namedProducts(), db.namedVendors(), db.listed) })
	return db.names.index
}

func (db *DB) namedProducts() []resolve.Product {
	out := make([]resolve.Product, len(db.Products))
	for i := range db.Products {
		p := &db.Products[i]
		e := resolve.Product{ID: p.ID, Vendor: p.Vendor, Category: p.Category, Names: make([]string, 0, 1+len(p.Aliases))}
		e.Names = append(append(e.Names, p.Name), p.Aliases...)
		for j := range p.Identifiers {
			id := &p.Identifiers[j]
			if id.Kind == DisplayName {
				addPattern(&e, id.Value, p.Kind == SecurityProduct)
			}
			if name, ok := strings.CutSuffix(id.Value, ".app"); ok && id.Kind == MacApp && !id.Shared && strings.ContainsAny(name, " .") {
				e.Names = append(e.Names, name) // what lists of Macs call it; one word alone is too often another's folder
			}
			if on := platformOf(id); on != "" && !slices.Contains(e.Platforms, on) {
				e.Platforms = append(e.Platforms, on)
			}
		}
		out[i] = e
	}
	return out
}

// addPattern takes the beginning of names that a pattern of display names gives. Words of security software may follow
// only where the product is some: "Skype for Business" is not Skype.
func addPattern(e *resolve.Product, pattern string, security bool) {
	name, more := strings.CutSuffix(pattern, "*")
	switch {
	case name == "":
	case more && security:
		e.Open = append(e.Open, name)
	default:
		e.Names = append(e.Names, name)
	}
}

// namedVendors lists the vendors with every name that they publish or sign under.
func (db *DB) namedVendors() []resolve.Vendor {
	out := make([]resolve.Vendor, len(db.Vendors))
	for i := range db.Vendors {
		v := &db.Vendors[i]
		out[i] = resolve.Vendor{ID: v.ID, Names: []string{v.Name}}
		for j := range v.Identifiers {
			switch id := &v.Identifiers[j]; id.Kind {
			case PublisherName, AuthenticodeSubject:
				out[i].Names = append(out[i].Names, id.Value)
			}
		}
		out[i].Names = db.companiesOf(v.ID, out[i].Names)
	}
	return out
}

// companiesOf adds the names of the companies that a vendor controls and that are no vendors themselves: it publishes
// under them.
func (db *DB) companiesOf(owner string, names []string) []string {
	for _, e := range db.children[owner] {
		if child := db.entities[e.Child]; child != nil && e.Kind.Control() && !slices.Contains(names, child.Name) {
			names = db.companiesOf(child.ID, append(names, child.Name))
		}
	}
	return names
}

// listed finds what an exact identifier belongs to, as package resolve asks it.
func (db *DB) listed(kind inventory.IdentifierKind, value string) []resolve.Listed {
	if kind == inventory.NameOnly || kind == DisplayName {
		return nil // names are what package resolve compares itself
	}
	matches := db.LookupIdentifier(kind, value)
	if len(matches) == 0 {
		return nil
	}
	out := make([]resolve.Listed, 0, len(matches))
	for _, m := range matches {
		l := resolve.Listed{Shared: m.Identifier.Shared, Doubtful: m.Identifier.Allows() == ConfidenceLow}
		if m.Product != nil {
			l.Product, l.Vendor = m.Product.ID, m.Product.Vendor
		} else {
			l.Vendor = m.Vendor.ID
		}
		out = append(out, l)
	}
	return out
}

// platformOf is the platform that an identifier tells of; empty where it is used on several.
func platformOf(id *Identifier) inventory.Platform {
	switch id.Kind {
	case inventory.Process:
		if strings.HasSuffix(strings.ToLower(id.Value), ".exe") {
			return inventory.Windows
		}
	case inventory.AndroidPackage, AndroidCodePrefix:
		return inventory.Android
	case inventory.IOSBundle, AppStoreID:
		return inventory.IOS
	case inventory.WingetID, inventory.MSIXFamily, DisplayName, KernelDriver, UninstallKey, MSIProductCode, MSIUpgradeCode, inventory.Chocolatey:
		return inventory.Windows
	case inventory.MacBundle, MacApp, MacPath, MacLaunchDaemon, MacMachService, MacReceipt, MacSystemExt, MacKernelExt, inventory.Homebrew:
		return inventory.MacOS
	case inventory.DebPackage, inventory.RPMPackage, LinuxPackage, inventory.FlatpakApp, inventory.SnapPackage, inventory.AlpinePackage, inventory.ArchPackage, inventory.AppImage, KernelModule:
		return inventory.Linux
	}
	return ""
}
