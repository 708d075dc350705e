package security

import (
	"maps"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/inventory"
)

// powers are the privileges that decisions of the user give.
var powers = map[string]string{
	"kTCCServiceSystemPolicyAllFiles": "full-disk-access", "kTCCServiceAccessibility": "accessibility", "kTCCServiceScreenCapture": "screen-recording",
	"kTCCServiceListenEvent": "input-monitoring", "kTCCServicePostEvent": "input-control", "kTCCServiceSystemPolicySysAdminFiles": "administration",
	"kTCCServiceEndpointSecurityClient": "endpoint-security", "kTCCServiceDeveloperTool": "developer-tool", "kTCCServiceSystemPolicyAppBundles": "app-management",
}

// grants records whom far-reaching access was allowed to, apart for what the management imposed. Programs of macOS are left out.
func (c *collector) grants() {
	type key struct {
		client, user string
		managed      bool
	}
	found := map[key]*inventory.SecurityProduct{}
	var order []key
	files, absent := map[key]string{}, map[string]bool{}
	named := make(map[string]bool, len(c.Inv.SecurityProducts))
	for i := range c.Inv.SecurityProducts {
		named[c.Inv.SecurityProducts[i].Identifier] = true
	}
	c.Decisions(func(user, file string, d iosstate.Decision) {
		what := powers[d.Permission.Name]
		if what == "" || !d.Permission.Granted || strings.HasPrefix(d.Client, "com.apple.") || strings.HasPrefix(d.Client, "/System/") || strings.HasPrefix(d.Client, "/usr/libexec/") {
			return
		}
		managed := slices.Contains(d.Permission.Flags, machost.Managed)
		k := key{d.Client, user, managed}
		p := found[k]
		if p == nil && managed && !named[d.Client] && !c.there(d) {
			absent[d.Client] = true
			return
		}
		if p == nil {
			p = &inventory.SecurityProduct{Kind: "privacy-grant", Name: inventory.Text(d.Client), User: inventory.Text(user), State: "enabled"}
			if d.Path {
				p.Path, p.Process = inventory.Text(d.Client), inventory.Text(path.Base(d.Client))
			} else {
				p.Identifier, p.App = inventory.Text(d.Client), c.appID(d.Client)
			}
			found[k], files[k] = p, file
			order = append(order, k)
		}
		privilege(p, what)
		if managed {
			p.StateCode = machost.Managed
		}
		if at := d.Permission.DecidedAt; at != nil && (p.UpdatedAt == nil || at.After(*p.UpdatedAt)) {
			p.UpdatedAt = at
		}
	})
	for _, k := range order {
		p := *found[k]
		if p.Path != "" {
			c.signed(&p, p.Path)
		}
		c.add(p, files[k])
	}
	if len(absent) > 0 {
		g := c.Note(".", inventory.GapSkipped, "The management allowed far-reaching access to software that was not found on the Mac, which is not listed.", "")
		g.Count = len(absent)
		for _, client := range slices.Sorted(maps.Keys(absent))[:min(len(absent), 5)] {
			g.Samples = append(g.Samples, inventory.Text(client))
		}
	}
}

// there reports a client whose app or program is on the Mac: a management decides ahead about software that it never brings.
func (c *collector) there(d iosstate.Decision) bool {
	if d.Path {
		return c.Exists(c.Mac.Mac(strings.TrimPrefix(path.Clean(d.Client), "/")))
	}
	for id := d.Client; id != ""; id = id[:max(0, strings.LastIndexByte(id, '.'))] {
		if c.HasBundle(id) {
			return true
		}
	}
	return false
}
