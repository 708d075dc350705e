package processes

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/desktopentry"
	"quaestor/scanners/inventory"
)

// unitDir is a folder in which folders that end in .wants or .requires say what starts; user is whose, empty for all.
type unitDir struct{ dir, user string }

// unitDirs are what an administrator enabled, what packages enable by themselves, and what people enabled for themselves.
func (c *collector) unitDirs() []unitDir {
	list := []unitDir{{dir: "etc/systemd/system"}, {dir: "etc/systemd/user"}, {dir: "usr/lib/systemd/system"}, {dir: "usr/lib/systemd/user"}}
	if link, _ := c.h.Link("lib"); link == "" { // not merged below usr
		list = append(list, unitDir{dir: "lib/systemd/system"})
	}
	for _, u := range c.users {
		list = append(list, unitDir{path.Join(u.Home, ".config/systemd/user"), u.ID()})
	}
	return list
}

// services records the units that start with the computer or with a user's session.
func (c *collector) services() {
	for _, d := range c.unitDirs() {
		for _, e := range c.list(d.dir) {
			if strings.HasSuffix(e.Name(), ".wants") || strings.HasSuffix(e.Name(), ".requires") {
				c.wanted(path.Join(d.dir, e.Name()), d.user)
			}
		}
	}
	c.sysv()
	c.openrc()
}

// list is the content of a folder; absence is no gap.
func (c *collector) list(dir string) []fs.DirEntry {
	entries, err := c.h.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.unread(dir, err)
	}
	return entries
}

func (c *collector) wanted(dir, user string) {
	for _, e := range c.list(dir) {
		switch path.Ext(e.Name()) {
		case ".service", ".timer", ".socket", ".path":
		default:
			continue // targets, mounts: nothing that is a program
		}
		name := path.Join(dir, e.Name())
		u := c.unit(name)
		p := inventory.SecurityProduct{Kind: KindService, User: inventory.Text(user), Name: inventory.Text(strings.TrimSuffix(e.Name(), path.Ext(e.Name()))),
			State: "enabled", Service: inventory.Text(e.Name()), Path: inventory.Text(u.program)}
		if u.root() && user == "" && !strings.HasSuffix(path.Dir(dir), "/user") {
			p.Privileges = []string{"root"}
		}
		c.add(p, name)
	}
}

// unit is what a unit of systemd says of the program that it starts.
type unit struct {
	program string
	full    bool   // its mark gives it full rights, whoever it runs as
	user    string // the account that it runs as, as far as one is named
	dynamic bool   // it runs as an account that systemd makes up
}

// root reports whether the program runs as root, as it does where the unit names no other account.
func (u unit) root() bool {
	return u.program != "" && (u.full || !u.dynamic && (u.user == "" || u.user == "root" || u.user == "0"))
}

// unit reads a unit and what was put over it. One that is a link to nothing is enabled all the same, and tells nothing.
func (c *collector) unit(name string) unit {
	var u unit
	for _, file := range append([]string{name}, c.overlays(path.Base(name))...) {
		data, err := c.h.ReadFile(file)
		if err == nil {
			u.read(data)
		} else if !errors.Is(err, fs.ErrNotExist) {
			c.unread(file, err)
		}
	}
	return u
}

// overlays are the files that change the unit of a name, in the order in which they count: those of an administrator last.
func (c *collector) overlays(name string) []string {
	if c.changed == nil {
		c.changed = map[string][]string{}
		for _, dir := range []string{"lib/systemd/system", "usr/lib/systemd/system", "etc/systemd/system"} {
			for _, e := range c.list(dir) {
				if unit, ok := strings.CutSuffix(e.Name(), ".d"); ok {
					c.changed[unit] = append(c.changed[unit], path.Join(dir, e.Name()))
				}
			}
		}
	}
	units := []string{name}
	if base, _, ok := strings.Cut(name, "@"); ok { // of a template, also what changes all that are made of it
		units = []string{base + "@" + path.Ext(name), name}
	}
	var files []string
	for _, unit := range units {
		for _, dir := range c.changed[unit] {
			for _, e := range c.list(dir) {
				if path.Ext(e.Name()) == ".conf" {
					files = append(files, path.Join(dir, e.Name()))
				}
			}
		}
	}
	return files
}

// read takes the first ExecStart= of a unit, and as whom it runs; an empty value takes back what stood before. Marks before the
// path, such as "-" and "!", set how it is started: with "+" or a single "!" it keeps the rights of root.
func (u *unit) read(data []byte) {
	for line := range strings.Lines(string(data)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			continue
		}
		switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
		case "User":
			u.user = value
		case "DynamicUser":
			u.dynamic = slices.Contains([]string{"1", "yes", "true", "on", "y", "t"}, strings.ToLower(value))
		case "ExecStart":
			if value == "" {
				u.program, u.full = "", false
			} else if exec := desktopentry.Program(value); u.program == "" {
				u.program = strings.TrimLeft(exec, "-@:+!|")
				marks := exec[:len(exec)-len(u.program)]
				u.full = strings.Contains(marks, "+") || strings.Count(marks, "!") == 1
			}
		}
	}
}

// sysv records the scripts that System V's init starts, apart from those for which systemd has a unit of that name,
// which it starts instead.
func (c *collector) sysv() {
	for _, level := range []string{"2", "3", "4", "5", "S"} {
		dir := "etc/rc" + level + ".d"
		if !c.h.Exists(dir) {
			dir = "etc/rc.d/rc" + level + ".d"
		}
		for _, e := range c.list(dir) {
			name, ok := sysvName(e.Name())
			if ok && !c.hasUnit(name) {
				c.script(name, "etc/init.d", path.Join(dir, e.Name()))
			}
		}
	}
}

// sysvName is the script that a link such as S20name starts.
func sysvName(link string) (string, bool) {
	if len(link) < 4 || link[0] != 'S' || strings.Trim(link[1:3], "0123456789") != "" {
		return "", false
	}
	return link[3:], true
}

func (c *collector) hasUnit(name string) bool {
	for _, dir := range []string{"etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"} {
		if c.h.Exists(path.Join(dir, name+".service")) {
			return true
		}
	}
	return false
}

// openrc records the scripts that OpenRC starts.
func (c *collector) openrc() {
	for _, level := range c.list("etc/runlevels") {
		if !level.IsDir() {
			continue
		}
		dir := path.Join("etc/runlevels", level.Name())
		for _, e := range c.list(dir) {
			if !e.IsDir() { // a level within a level
				c.script(e.Name(), "etc/init.d", path.Join(dir, e.Name()))
			}
		}
	}
}

// script records a service whose executable only its script knows.
func (c *collector) script(name, dir, from string) {
	c.add(inventory.SecurityProduct{Kind: KindService, Name: inventory.Text(name), State: "enabled", Service: inventory.Text(name),
		Path: inventory.Text("/" + path.Join(dir, name))}, from)
}
