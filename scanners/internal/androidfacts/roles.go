package androidfacts

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/inventory"
)

// roles are the roles whose holder sees or speaks for the user: calls, messages, what is on the screen, web pages.
var roles = []string{"android.app.role.ASSISTANT", "android.app.role.BROWSER", "android.app.role.CALL_REDIRECTION", "android.app.role.CALL_SCREENING",
	"android.app.role.DEVICE_POLICY_MANAGEMENT", "android.app.role.DIALER", "android.app.role.EMERGENCY", "android.app.role.HOME", "android.app.role.NOTES",
	"android.app.role.SMS", "android.app.role.WALLET"}

// addRole states which apps hold a role, as a property of the device: by the name of the role, and with the user's
// number before it for users other than the first.
func (p *Phone) addRole(r dumpsys.Role) {
	if !slices.Contains(roles, r.Name) || !isNumber(r.User) {
		return
	}
	p.property(userProperty(r.User, r.Name), strings.Join(r.Holders, ","))
}

// userProperty is the name of a property that holds for one user of the device.
func userProperty(user, name string) string {
	if user == "" || user == "0" {
		return name
	}
	return "users." + user + "." + name
}

// addConnected keeps a VPN that is connected.
func (d *dump) addConnected(t dumpsys.Tunnel) {
	if len(d.tunnels) < maxUsers {
		d.tunnels = append(d.tunnels, tunnel{t, d.path})
	}
}

// tunnel is a VPN that was connected, and the file that says so.
type tunnel struct {
	dumpsys.Tunnel
	path string
}

// connected states the apps whose VPN was connected: each is a VPN of its user, and a product that runs.
func (p *Phone) connected() {
	for _, t := range p.tunnels {
		user, pkg := "0", inventory.Text(t.Package)
		if t.UID >= 0 {
			var id int
			user, id = User(t.UID)
			if pkg == "" {
				pkg = p.onlyApp(id)
			}
		}
		if pkg == "" || pkg == "[Legacy VPN]" {
			pkg = ""
		}
		p.addTunnel(dumpsys.VPN{User: user, Package: pkg, Line: t.Line}, t.path)
		if len(p.products) < maxServices && !slices.ContainsFunc(p.products, func(x inventory.SecurityProduct) bool { return x.Kind == "vpn" && x.App == pkg }) {
			name := pkg
			if name == "" {
				name = "VPN of the system"
			}
			p.products = append(p.products, inventory.SecurityProduct{App: pkg, Kind: "vpn", Name: name, State: "running", Service: pkg,
				Privileges: []string{"vpn"}, Origins: []inventory.Origin{p.origin(t.path, t.Line)}})
		}
	}
}

// onlyApp is the package with an app id, "" where several share it or none has it.
func (p *Phone) onlyApp(id int) string {
	found := ""
	for _, name := range p.names {
		if p.apps[name].UID != id {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}
