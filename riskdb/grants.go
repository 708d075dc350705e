package riskdb

import (
	"slices"

	"quaestor/scanners/inventory"
)

// The states of a grant, as [Reach] has them.
const (
	grantYes     = "yes"
	grantNo      = "no"
	grantUnknown = "unknown"
)

// heldByUsers are the permissions of an app as those hold them who have it: what a user was granted who does not have it is left
// over from before, and opens nothing.
func heldByUsers(perms []inventory.Permission, users []inventory.AppUser) []inventory.Permission {
	gone := map[string]bool{}
	for _, u := range users {
		if !u.Installed {
			gone[u.User] = true
		}
	}
	left := func(u string) bool { return gone[u] }
	if len(gone) == 0 || !slices.ContainsFunc(perms, func(p inventory.Permission) bool { return slices.ContainsFunc(p.GrantedTo, left) }) {
		return perms
	}
	out := slices.Clone(perms)
	for i := range out {
		if p := &out[i]; len(p.GrantedTo) > 0 {
			p.GrantedTo = slices.DeleteFunc(slices.Clone(p.GrantedTo), left)
			p.Granted = len(p.GrantedTo) > 0
		}
	}
	return out
}

// byGrant tells the access that is refused from that which is held, or may be.
func byGrant(reach []Reach) (open, refused []Reach) {
	for _, r := range reach {
		if r.Granted == grantNo {
			refused = append(refused, r)
		} else {
			open = append(open, r)
		}
	}
	return open, refused
}

// refused reports whether the source says that a permission is not held.
func refused(p inventory.Permission) bool { return p.GrantKnown && !p.Granted }

// limited reports whether a permission is granted for a part only, such as photos that the user picked.
func limited(p *inventory.Permission) bool { return slices.Contains(p.Flags, "limited") }

// anyOpen reports whether some access is held, or whether it is held is not known.
func anyOpen(reach []Reach) bool {
	return slices.ContainsFunc(reach, func(r Reach) bool { return r.Granted != grantNo })
}
