package security

import (
	"cmp"
	"path"
	"strings"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// jobs reads what launchd starts: daemons of the Mac, agents of everybody and of each user. The system's own are counted.
func (c *collector) jobs() {
	off, offForUsers := c.overrides()
	for _, name := range c.Names(c.Mac.Mac("Library/LaunchDaemons"), ".plist") {
		c.job(path.Join(c.Mac.Mac("Library/LaunchDaemons"), name), "launch-daemon", "", off)
	}
	for _, name := range c.Names(c.Mac.Mac("Library/LaunchAgents"), ".plist") {
		c.job(path.Join(c.Mac.Mac("Library/LaunchAgents"), name), "launch-agent", "", offForUsers)
	}
	for _, u := range c.Users {
		dir := path.Join(u.Home, "Library/LaunchAgents")
		for _, name := range c.Names(dir, ".plist") {
			c.job(path.Join(dir, name), "launch-agent", u.ID(), offForUsers)
		}
	}
	own := len(c.Names("System/Library/LaunchDaemons", ".plist")) + len(c.Names("System/Library/LaunchAgents", ".plist"))
	if own > 0 {
		g := c.Note("System/Library", inventory.GapSkipped, "Daemons and agents of macOS itself are not listed.", "")
		g.Count = own
	}
}

// job records one job. Of what it starts only the program is kept.
func (c *collector) job(file, kind, user string, off map[string]bool) {
	v := c.Plist(file)
	label := plist.Text(v, "Label")
	if v == nil {
		return
	}
	label = cmp.Or(label, strings.TrimSuffix(path.Base(file), ".plist"))
	program := plist.Text(v, "Program")
	if args := plist.Texts(v, "ProgramArguments"); program == "" && len(args) > 0 {
		program = args[0]
	}
	p := inventory.SecurityProduct{Kind: kind, Name: inventory.Text(label), Identifier: inventory.Text(label), User: inventory.Text(user), State: "enabled", Path: inventory.Text(program)}
	if program != "" {
		p.Process = inventory.Text(path.Base(program))
	}
	disabled, told := off[label]
	if told && disabled || !told && plist.Bool(v, "Disabled") {
		p.State = "disabled"
	}
	if plist.Bool(v, "RunAtLoad") || plist.Bool(v, "KeepAlive") || plist.Dict(v, "KeepAlive") != nil {
		p.Start = map[string]string{"launch-daemon": "boot", "launch-agent": "login"}[kind]
	}
	if account := plist.Text(v, "UserName"); kind == "launch-daemon" && (account == "" || account == "root") {
		p.Privileges = []string{"root"}
	}
	if bundles := plist.Texts(v, "AssociatedBundleIdentifiers"); len(bundles) > 0 {
		p.App = c.appID(bundles[0])
	}
	if strings.HasPrefix(program, "/") {
		c.signed(&p, program)
	}
	c.add(p, file)
}

// overrides are the jobs that were turned off or on beside what their own files say: those of the Mac, and those that every
// user turned off for whom there is such a list.
func (c *collector) overrides() (mac, users map[string]bool) {
	dir := c.Mac.Mac("private/var/db/com.apple.xpc.launchd")
	mac, users = map[string]bool{}, map[string]bool{}
	lists := 0
	for _, name := range c.Names(dir, ".plist") {
		whose, ok := strings.CutPrefix(name, "disabled")
		if !ok {
			continue
		}
		list := plist.Dict(c.Plist(path.Join(dir, name)))
		if whose == ".plist" {
			for label, v := range list {
				mac[label], _ = v.(bool)
			}
			continue
		}
		if list == nil || len(strings.Trim(whose, ".plist0123456789")) > 0 || len(whose) < len(".500.plist") {
			continue // of an account of the system
		}
		next := map[string]bool{}
		for label, v := range list {
			if yes, _ := v.(bool); yes && (lists == 0 || users[label]) {
				next[label] = true
			}
		}
		users = next
		lists++
	}
	return mac, users
}

// helpers reads the tools that apps installed to run as root.
func (c *collector) helpers() {
	dir := c.Mac.Mac("Library/PrivilegedHelperTools")
	for _, e := range c.List(dir) {
		name := path.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		file := name
		if path.Ext(name) == ".app" || path.Ext(name) == ".bundle" {
			info := c.Plist(path.Join(name, "Contents/Info.plist"))
			file = path.Join(name, "Contents/MacOS", path.Base(plist.Text(info, "CFBundleExecutable")))
		} else if !e.Type().IsRegular() {
			continue
		}
		p := inventory.SecurityProduct{Kind: "privileged-helper", Name: inventory.Text(e.Name()), Identifier: inventory.Text(e.Name()), State: "installed",
			Path: shown(name), Privileges: []string{"root"}}
		c.code(&p, c.Code(file))
		c.add(p, name)
	}
}
