package security

import (
	"cmp"
	"path"
	"strings"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// inputMethods reads what users may type with, and which of it they chose. Those of Apple are left out.
func (c *collector) inputMethods() {
	chosen := map[string][]string{} // users by identifier
	for _, u := range c.Users {
		for _, id := range inputSources(c.Plist(path.Join(u.Home, "Library/Preferences/com.apple.HIToolbox.plist"))) {
			chosen[id] = append(chosen[id], u.ID())
		}
	}
	c.inputFolder(c.Mac.Mac("Library/Input Methods"), "", chosen)
	for _, u := range c.Users {
		c.inputFolder(path.Join(u.Home, "Library/Input Methods"), u.ID(), chosen)
	}
}

// inputSources are the bundles of the input methods that a user turned on.
func inputSources(v any) (out []string) {
	for _, s := range plist.List(v, "AppleEnabledInputSources") {
		if id := plist.Text(s, "Bundle ID"); id != "" && !strings.HasPrefix(id, "com.apple.") && len(out) < 100 {
			out = append(out, id)
		}
	}
	return out
}

func (c *collector) inputFolder(dir, user string, chosen map[string][]string) {
	for _, e := range c.List(dir) {
		bundle := path.Join(dir, e.Name())
		p, ok := c.bundle(bundle, "input-method", "input-method")
		if !ok {
			continue
		}
		p.User = inventory.Text(user)
		if p.State = "installed"; len(chosen[p.Identifier]) > 0 {
			p.State = "enabled"
		}
		p.App = c.appID(p.Identifier)
		c.add(p, path.Join(bundle, "Contents/Info.plist"))
	}
}

// loginPlugins are folders of what takes part in the login: ending, folder.
var loginPlugins = [][2]string{{".bundle", "Library/Security/SecurityAgentPlugins"}, {".dsplug", "Library/DirectoryServices/PlugIns"}, {".xpc", "Library/OpenDirectory/Modules"}}

// plugins reads what takes part in the login.
func (c *collector) plugins() {
	for _, kind := range loginPlugins {
		dir := c.Mac.Mac(kind[1])
		for _, name := range c.Names(dir, kind[0]) {
			if p, ok := c.bundle(path.Join(dir, name), "credential-provider", "login"); ok {
				p.State = "installed"
				c.add(p, path.Join(dir, name, "Contents/Info.plist"))
			}
		}
	}
}

// bundle makes a product of a bundle.
func (c *collector) bundle(dir, kind, right string) (p inventory.SecurityProduct, ok bool) {
	info := c.Plist(path.Join(dir, "Contents/Info.plist"))
	id := plist.Text(info, "CFBundleIdentifier")
	if id == "" {
		return p, false
	}
	p = inventory.SecurityProduct{Kind: kind, Identifier: inventory.Text(id), Path: inventory.Text(hostroot.MacPath(dir)), Privileges: []string{right},
		Name:    inventory.Text(cmp.Or(plist.Text(info, "CFBundleDisplayName"), plist.Text(info, "CFBundleName"), strings.TrimSuffix(path.Base(dir), path.Ext(dir)))),
		Version: inventory.Text(cmp.Or(plist.Text(info, "CFBundleShortVersionString"), plist.Text(info, "CFBundleVersion")))}
	if program := plist.Text(info, "CFBundleExecutable"); program != "" && !strings.Contains(program, "/") {
		c.code(&p, c.Code(path.Join(dir, "Contents/MacOS", program)))
	}
	return p, true
}
