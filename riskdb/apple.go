package riskdb

import (
	"fmt"
	"slices"

	"quaestor/scanners/inventory"
)

// The kinds of permission of Apple's systems.
const (
	usageKey = "usage-key" // what an app says it will ask for
	decision = "decision"  // what its user allowed or refused
)

// withClaims adds to what a device tells of an Apple app what its files claim: usage keys that the device did not name, the
// rights in its signature where that holds, and the parts that the system runs on their own. Whether the user let it, the file
// does not say.
func withClaims(perms []inventory.Permission, app *inventory.App, base *inventory.Binary) []inventory.Permission {
	if app.Platform == inventory.Android || base == nil && len(app.Extensions) == 0 {
		return perms
	}
	out := slices.Clone(perms)
	add := func(p inventory.Permission) {
		if !slices.ContainsFunc(out, func(have inventory.Permission) bool { return have.Name == p.Name }) {
			out = append(out, p)
		}
	}
	extensions := app.Extensions
	if base != nil {
		for _, p := range base.Permissions {
			add(p)
		}
		for _, e := range ProvenEntitlements(base) {
			if !slices.Equal(e.Values, []string{"false"}) {
				add(inventory.Permission{Name: e.Name, Requested: true})
			}
		}
		extensions = slices.Concat(extensions, base.Extensions)
	}
	for _, e := range extensions {
		if e.Point != "" {
			add(inventory.Permission{Name: e.Point, Requested: true})
		}
	}
	return out
}

// ProvenEntitlements are the rights that a file claims and that count: those of a signature that holds. Anybody can write others.
func ProvenEntitlements(b *inventory.Binary) []inventory.Entitlement {
	if b.Signed != inventory.SignatureValid {
		return nil
	}
	return b.Entitlements
}

// Claims are the permissions of an app, with what its base file claims where it is an Apple app.
func (db *DB) Claims(app *inventory.App, base *inventory.Binary) []inventory.Permission {
	perms := app.Permissions
	if len(perms) == 0 && base != nil {
		perms = base.Permissions
	}
	return withClaims(perms, app, base)
}

// decided are the categories about which the user of an Apple device has decided, so that what the app merely says it will ask
// for does not leave them open.
func (db *DB) decided(perms []inventory.Permission) map[string]bool {
	var out map[string]bool
	for i := range perms {
		if p := &perms[i]; p.GrantKnown {
			if known := db.Permission(p.Name); known != nil && known.Kind == decision {
				if out == nil {
					out = map[string]bool{}
				}
				out[known.Category] = true
			}
		}
	}
	return out
}

// namedGrant is the name of a permission, with what limits it.
func namedGrant(perms []inventory.Permission, name string) string {
	for i := range perms {
		if p := &perms[i]; p.Name == name && p.Granted && limited(p) {
			return fmt.Sprintf("%s (limited)", name)
		}
	}
	return name
}
