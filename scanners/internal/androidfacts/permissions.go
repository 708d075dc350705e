package androidfacts

import (
	"slices"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/inventory"
)

// grants builds the permissions of one app.
type grants struct {
	app *inventory.App
	at  map[string]int
}

func newGrants(a *inventory.App) *grants {
	g := &grants{app: a, at: make(map[string]int, len(a.Permissions))}
	for i, p := range a.Permissions {
		g.at[p.Name] = i
	}
	return g
}

func (g *grants) permission(name string) *inventory.Permission {
	name = inventory.Text(name)
	i, ok := g.at[name]
	if !ok {
		i = len(g.app.Permissions)
		g.at[name] = i
		g.app.Permissions = append(g.app.Permissions, inventory.Permission{Name: name})
	}
	return &g.app.Permissions[i]
}

// state states what the system holds of a permission. It keeps a state only of what was requested.
func (g *grants) state(s dumpsys.Grant) {
	p := g.permission(s.Name)
	p.Requested = true
	p.GrantKnown = p.GrantKnown || s.Known
	if s.Granted {
		p.Granted = true
		if s.User != "" && len(p.GrantedTo) < maxUsers && !slices.Contains(p.GrantedTo, s.User) {
			p.GrantedTo = append(p.GrantedTo, s.User)
		}
	}
	for _, f := range s.Flags {
		if len(p.Flags) < 50 && !slices.Contains(p.Flags, f) {
			p.Flags = append(p.Flags, inventory.Text(f))
		}
	}
}

func permissionFacts(a *inventory.App, s *dumpsys.Package) {
	g := newGrants(a)
	for _, name := range s.Requested {
		g.permission(name).Requested = true
	}
	for _, grant := range s.Install {
		g.state(grant)
	}
	for _, u := range s.Users {
		for _, grant := range u.Runtime {
			g.state(grant)
		}
	}
}

// shareOut gives each package with a shared user what that user holds. Where the dump lists what a package
// requests, only that is stated; the package could use the rest, but did not ask for it.
func (d *dump) shareOut() {
	left := maxShared
	for _, s := range d.shared {
		for _, name := range d.member[s.Name] {
			a := d.apps[name]
			if a == nil {
				continue
			}
			if left -= shareGrants(a, s); left < 0 {
				d.Gap(inventory.Gap{Subject: d.path, Kind: inventory.GapLimit,
					Detail: "Too many permissions of shared users: those of the last packages were not stated.",
					Next:   "Look at the section \"Shared users\" of the dump by hand."})
				return
			}
		}
	}
}

func shareGrants(a *inventory.App, s *dumpsys.SharedUser) (n int) {
	g := newGrants(a)
	lists := len(a.Permissions) > 0
	state := func(grant dumpsys.Grant) {
		n++
		if _, requested := g.at[inventory.Text(grant.Name)]; requested || !lists && grant.Granted {
			g.state(grant)
			if !lists { // the shared user holds it; who asked is not told
				g.permission(grant.Name).Requested = false
			}
		}
	}
	for _, grant := range s.Install {
		state(grant)
	}
	for _, u := range s.Users {
		for _, grant := range u.Runtime {
			state(grant)
		}
	}
	return n
}
