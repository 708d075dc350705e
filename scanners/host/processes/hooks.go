package processes

import (
	"path"
	"strings"

	"quaestor/scanners/internal/desktopentry"
	"quaestor/scanners/inventory"
)

const (
	maxEntry   = 1 << 20 // of a desktop entry
	maxModules = 5000
	maxDeep    = 4
)

// autostart records what the desktops of all users start at login.
func (c *collector) autostart() {
	c.autostartIn("etc/xdg/autostart", "")
	for _, u := range c.users {
		c.autostartIn(path.Join(u.Home, ".config/autostart"), u.ID())
	}
}

func (c *collector) autostartIn(dir, user string) {
	const group = "Desktop Entry"
	for _, e := range c.list(dir) {
		if path.Ext(e.Name()) != ".desktop" {
			continue
		}
		name := path.Join(dir, e.Name())
		data, err := c.h.ReadFile(name)
		if err != nil {
			continue // host/desktop reports it
		}
		f := desktopentry.Parse(data[:min(len(data), maxEntry)])
		if !f.Has(group) || f.Bool(group, "Hidden") {
			continue
		}
		id := strings.TrimSuffix(e.Name(), ".desktop")
		label := f.String(group, "Name")
		if label == "" {
			label = id
		}
		c.add(inventory.SecurityProduct{Kind: KindAutostart, User: inventory.Text(user), Name: inventory.Text(label), Identifier: inventory.Text(id), State: "enabled", Start: "login",
			Path: inventory.Text(desktopentry.Program(f.String(group, "Exec")))}, name)
	}
}

// preloads records the libraries that are loaded into every program.
func (c *collector) preloads() {
	const name = "etc/ld.so.preload"
	if !c.h.Exists(name) {
		return
	}
	data, err := c.h.ReadFile(name)
	if err != nil {
		c.unread(name, err)
		return
	}
	for _, lib := range preloaded(string(data)) {
		c.add(inventory.SecurityProduct{Kind: KindPreload, Name: inventory.Text(path.Base(lib)), State: "enabled", Path: inventory.Text(lib)}, name)
	}
}

// preloaded lists the libraries of ld.so.preload: words between spaces, tabs, line ends and colons, and comments.
func preloaded(text string) (out []string) {
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		out = append(out, strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n:", r) })...)
	}
	return out
}

// addedModules records the kernel modules that lie in the folders for what did not come with the kernel.
func (c *collector) addedModules() {
	for _, root := range []string{"usr/lib/modules", "lib/modules"} {
		if !c.h.Exists(root) {
			continue
		}
		left := maxModules
		for _, version := range c.list(root) {
			for _, folder := range []string{"extra", "updates", "weak-updates"} {
				c.modulesIn(path.Join(root, version.Name(), folder), 0, &left)
			}
		}
		return
	}
}

func (c *collector) modulesIn(dir string, depth int, left *int) {
	for _, e := range c.list(dir) {
		base, _, ok := strings.Cut(e.Name(), ".ko")
		switch name := path.Join(dir, e.Name()); {
		case e.IsDir() && depth < maxDeep:
			c.modulesIn(name, depth+1, left)
		case !ok || e.IsDir():
		case *left == 0:
			c.dropped++
		default:
			*left--
			c.add(inventory.SecurityProduct{Kind: KindKernelModule, Name: inventory.Text(base), State: "installed", Path: inventory.Text("/" + name),
				Privileges: []string{KindKernelModule}}, name)
		}
	}
}

// pins records the programs that were loaded into the kernel (eBPF) and given a name there, and the folders of those.
func (c *collector) pins() {
	for _, e := range c.list("sys/fs/bpf") {
		c.add(inventory.SecurityProduct{Kind: KindPin, Name: inventory.Text(e.Name()), State: "running", Path: inventory.Text("/sys/fs/bpf/" + e.Name()),
			Privileges: []string{"kernel"}}, "sys/fs/bpf")
	}
}

// pamFolders are where modules lie that decide about logins.
var pamFolders = []string{"lib/security", "lib64/security", "usr/lib/security", "usr/lib64/security", "lib/x86_64-linux-gnu/security", "lib/aarch64-linux-gnu/security",
	"usr/lib/x86_64-linux-gnu/security", "usr/lib/aarch64-linux-gnu/security"}

// loginModules records the modules for logins (PAM). Those of the package that brings the password check itself are left
// out once owners are known.
func (c *collector) loginModules() {
	seen := map[string]bool{}
	for _, dir := range pamFolders {
		for _, e := range c.list(dir) {
			if path.Ext(e.Name()) != ".so" || seen[e.Name()] {
				continue
			}
			seen[e.Name()] = true
			name := path.Join(dir, e.Name())
			c.add(inventory.SecurityProduct{Kind: KindLogin, Name: inventory.Text(strings.TrimSuffix(e.Name(), ".so")), State: "installed", Path: inventory.Text("/" + name),
				Privileges: []string{"login"}}, name)
		}
	}
}
