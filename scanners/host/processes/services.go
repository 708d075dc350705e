package processes

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/desktopentry"
	"quaestor/scanners/inventory"
)

// unitDirs hold what an administrator enabled, in folders that end in .wants or .requires.
var unitDirs = []string{"etc/systemd/system", "etc/systemd/user"}

// services records the units that start with the computer or with a user's session.
func (c *collector) services() {
	for _, dir := range unitDirs {
		entries, err := c.h.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			c.unread(dir, err)
		}
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".wants") || strings.HasSuffix(e.Name(), ".requires") {
				c.wanted(path.Join(dir, e.Name()))
			}
		}
	}
}

func (c *collector) wanted(dir string) {
	entries, err := c.h.ReadDir(dir)
	if err != nil {
		c.unread(dir, err)
	}
	for _, e := range entries {
		switch path.Ext(e.Name()) {
		case ".service", ".timer", ".socket", ".path":
		default:
			continue // targets, mounts: nothing that is a program
		}
		name := path.Join(dir, e.Name())
		c.add(inventory.SecurityProduct{Kind: KindService, Name: inventory.Text(strings.TrimSuffix(e.Name(), path.Ext(e.Name()))),
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
