package processes

import (
	"errors"
	"io/fs"
	"path"
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
		c.add(inventory.SecurityProduct{Kind: KindService, User: inventory.Text(user), Name: inventory.Text(strings.TrimSuffix(e.Name(), path.Ext(e.Name()))),
			State: "enabled", Service: inventory.Text(e.Name()), Path: inventory.Text(c.program(name))}, name)
	}
}

// program is the executable that a unit starts, "" when it cannot be told. A unit that is a link to nothing
// is enabled all the same.
func (c *collector) program(unit string) string {
	data, err := c.h.ReadFile(unit)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.unread(unit, err)
		}
		return ""
	}
	return unitProgram(data)
}

// unitProgram finds the first ExecStart= of a unit. Marks before the path, such as "-" and "!", set how it
// is started.
func unitProgram(data []byte) string {
	for line := range strings.Lines(string(data)) {
		if exec, ok := strings.CutPrefix(strings.TrimSpace(line), "ExecStart="); ok {
			if p := strings.TrimLeft(desktopentry.Program(exec), "-@:+!|"); p != "" {
				return p
			}
		}
	}
	return ""
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
