package addons

import (
	"slices"

	"quaestor/scanners/inventory"
)

// Optional marks a permission that an extension may ask for while it runs.
const Optional = "optional"

// Permissions lists what an extension asks for and may ask for, each once. Granted is what it was given; it is nil where the
// program does not tell.
func Permissions(asked, optional, granted []string) []inventory.Permission {
	var list []inventory.Permission
	for _, name := range asked {
		list = unite(list, inventory.Permission{Name: name, Requested: true, GrantKnown: granted != nil})
	}
	for _, name := range optional {
		list = unite(list, inventory.Permission{Name: name, Requested: true, GrantKnown: granted != nil, Flags: []string{Optional}})
	}
	for _, name := range granted {
		list = unite(list, inventory.Permission{Name: name, Granted: true, GrantKnown: true})
	}
	return list
}

// unite adds a permission to a list. What one profile asks for outright is no option any more, and what was granted in one
// profile is granted.
func unite(list []inventory.Permission, p inventory.Permission) []inventory.Permission {
	i := slices.IndexFunc(list, func(have inventory.Permission) bool { return have.Name == p.Name })
	if i < 0 {
		return append(list, p)
	}
	have := &list[i]
	if p.Requested && (!have.Requested || len(p.Flags) == 0) { // of what is asked for both ways, the stronger counts
		have.Flags = p.Flags
	}
	have.Requested = have.Requested || p.Requested
	have.Granted = have.Granted || p.Granted
	have.GrantKnown = have.GrantKnown || p.GrantKnown
	return list
}
