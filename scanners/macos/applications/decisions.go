package applications

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/inventory"
)

// decisions takes what apps were allowed or refused, from the lists of the management, of the system and of every user. The former
// decides also about apps that were never here.
func (c *collector) decisions() {
	c.Decisions(func(user, file string, d iosstate.Decision) {
		if a := c.client(d); a != nil {
			c.decided(a, user, d)
		} else if !d.Path && !slices.Contains(d.Permission.Flags, machost.Managed) && iosfacts.ValidBundleID(d.Client) && !c.belongs(d.Client) {
			c.gone(user, file, d)
		}
	})
	for i := range c.Inv.Apps {
		a := &c.Inv.Apps[i]
		slices.SortStableFunc(a.Permissions, func(x, y inventory.Permission) int { return strings.Compare(x.Name, y.Name) })
	}
}

// client is the app that a decision is about: by its identifier, or by a path in it.
func (c *collector) client(d iosstate.Decision) *inventory.App {
	if !d.Path {
		if at, ok := c.apps[d.Client]; ok {
			return &c.Inv.Apps[at]
		}
		return nil
	}
	for p := d.Client; p != ""; p = p[:max(0, strings.LastIndexByte(p, '/'))] {
		if at, ok := c.paths[p]; ok {
			return &c.Inv.Apps[at]
		}
	}
	return nil
}

// decided adds a decision to an app. Of several about one service the one that allows it counts, and whom it is for.
func (c *collector) decided(a *inventory.App, user string, d iosstate.Decision) {
	p := d.Permission
	if p.Granted && user != "" {
		p.GrantedTo = []string{inventory.Text(user)}
	}
	at := slices.IndexFunc(a.Permissions, func(x inventory.Permission) bool { return x.Name == p.Name })
	if at < 0 && len(a.Permissions) >= maxPermissions {
		c.refused++
		return
	}
	if at < 0 {
		a.Permissions = append(a.Permissions, p)
		return
	}
	old := &a.Permissions[at]
	switch {
	case !old.GrantKnown || p.Granted && !old.Granted:
		*old = p
	case p.Granted && old.Granted && (user == "" || len(old.GrantedTo) == 0):
		old.GrantedTo = nil
	case p.Granted && old.Granted && !slices.Contains(old.GrantedTo, user):
		old.GrantedTo = append(old.GrantedTo, inventory.Text(user))
	}
}

// belongs reports clients that belong to the system, or to an app that is there.
func (c *collector) belongs(id string) bool {
	if strings.HasPrefix(id, "com.apple.") || c.seen[id] {
		return true
	}
	for i := strings.LastIndexByte(id, '.'); i > 0; i = strings.LastIndexByte(id[:i], '.') {
		if _, ok := c.apps[id[:i]]; ok {
			return true
		}
	}
	return false
}

// gone records an app that was asked about and is not there: removed, or in a folder that is not looked into.
func (c *collector) gone(user, file string, d iosstate.Decision) {
	trace := inventory.Trace{Kind: inventory.TraceDecision, First: d.Permission.DecidedAt, Last: d.Permission.DecidedAt}
	a := inventory.App{Device: c.Device, Platform: inventory.MacOS, IdentifierKind: inventory.MacBundle, Identifier: inventory.Text(d.Client),
		Presence: inventory.PresenceTrace, Traces: []inventory.Trace{trace}, Origins: c.From(file)}
	a.ID = inventory.AppID(c.Device, a.IdentifierKind, a.Identifier)
	if user != "" {
		a.Users = []inventory.AppUser{{User: inventory.Text(user)}}
	}
	if len(c.Inv.Apps) >= maxApps {
		c.dropped++
		return
	}
	c.apps[d.Client] = len(c.Inv.Apps)
	c.Inv.Apps = append(c.Inv.Apps, a)
	c.decided(&c.Inv.Apps[len(c.Inv.Apps)-1], user, d)
}
