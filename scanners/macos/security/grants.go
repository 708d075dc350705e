package security

import (
	"path"
	"strings"

	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/inventory"
)

// powers are the privileges that decisions of the user give.
var powers = map[string]string{
	"kTCCServiceSystemPolicyAllFiles": "full-disk-access", "kTCCServiceAccessibility": "accessibility", "kTCCServiceScreenCapture": "screen-recording",
	"kTCCServiceListenEvent": "input-monitoring", "kTCCServicePostEvent": "input-control", "kTCCServiceSystemPolicySysAdminFiles": "administration",
	"kTCCServiceEndpointSecurityClient": "endpoint-security", "kTCCServiceDeveloperTool": "developer-tool", "kTCCServiceSystemPolicyAppBundles": "app-management",
}

// grants records whom far-reaching access was allowed to. Programs of macOS are left out.
func (c *collector) grants() {
	type key struct{ client, user string }
	found := map[key]*inventory.SecurityProduct{}
	var order []key
	files := map[key]string{}
	c.Decisions(func(user, file string, d iosstate.Decision) {
		what := powers[d.Permission.Name]
		if what == "" || !d.Permission.Granted || strings.HasPrefix(d.Client, "com.apple.") || strings.HasPrefix(d.Client, "/System/") || strings.HasPrefix(d.Client, "/usr/libexec/") {
			return
		}
		k := key{d.Client, user}
		p := found[k]
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
}
