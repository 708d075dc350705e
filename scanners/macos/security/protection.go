package security

import (
	"cmp"
	"path"
	"strconv"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// builtIn are the parts of macOS that look for harmful software, newest place first.
var builtIn = []struct {
	name, identifier string
	at               []string
}{
	{"XProtect", "com.apple.XProtect", []string{"private/var/protected/xprotect/XProtect.bundle", "Library/Apple/System/Library/CoreServices/XProtect.bundle", "System/Library/CoreServices/XProtect.bundle"}},
	{"XProtect Remediator", "com.apple.XProtectFramework.XProtect", []string{"Library/Apple/System/Library/CoreServices/XProtect.app"}},
	{"MRT", "com.apple.MRT", []string{"Library/Apple/System/Library/CoreServices/MRT.app", "System/Library/CoreServices/MRT.app"}},
}

// protection reads what protects the Mac by itself.
func (c *collector) protection() {
	for _, b := range builtIn {
		for _, at := range b.at {
			dir := c.Mac.Mac(at)
			file := path.Join(dir, "Contents/Info.plist")
			info := c.Plist(file)
			if info == nil {
				continue
			}
			version := cmp.Or(plist.Text(info, "CFBundleShortVersionString"), plist.Text(info, "CFBundleVersion"))
			c.add(inventory.SecurityProduct{Kind: "built-in", Name: b.name, Identifier: b.identifier, Vendor: "Apple", Version: inventory.Text(version), State: "installed", Path: shown(dir)}, file)
			c.property(b.name, version)
			break
		}
	}
	c.gatekeeper()
	c.firewall()
}

// gatekeeper reads whether macOS asks who made an app before it starts the first time.
func (c *collector) gatekeeper() {
	for _, at := range []string{"private/var/db/SystemPolicyConfiguration/SystemPolicy-prefs.plist", "private/var/db/SystemPolicy-prefs.plist"} {
		file := c.Mac.Mac(at)
		v := c.Plist(file)
		enabled := plist.Text(v, "enabled")
		if enabled == "" {
			continue
		}
		state := map[string]string{"yes": "on", "no": "off"}[enabled]
		c.add(inventory.SecurityProduct{Kind: "built-in", Name: "Gatekeeper", Identifier: "com.apple.gatekeeper", Vendor: "Apple", State: state}, file)
		c.property("Gatekeeper", cmp.Or(state, enabled))
		return
	}
}

// firewall reads the state of the application firewall, as macOS kept it until version 14.
func (c *collector) firewall() {
	file := c.Mac.Mac("Library/Preferences/com.apple.alf.plist")
	v := plist.Dict(c.Plist(file))
	if _, told := v["globalstate"]; !told {
		return
	}
	n := plist.Int(v, "globalstate")
	p := inventory.SecurityProduct{Kind: "built-in", Name: "macOS Application Firewall", Identifier: "com.apple.alf", Vendor: "Apple", State: "on",
		Version: inventory.Text(plist.Text(v, "version")), StateCode: strconv.FormatInt(n, 10)}
	if n == 0 {
		p.State = "off"
	}
	c.add(p, file)
}
