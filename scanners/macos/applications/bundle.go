package applications

import (
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/macbundle"
	"quaestor/scanners/inventory"
)

// bundle records one bundle.
func (c *collector) bundle(p place, dir string) {
	b := macbundle.Read(c.Mac, dir, p.system)
	if b == nil {
		c.nameless(p, dir)
		return
	}
	a := b.App
	a.Device, a.Paths, a.Origins = c.Device, []string{inventory.Text(hostroot.MacPath(dir))}, c.From(b.Info)
	if p.user != "" {
		a.Users = []inventory.AppUser{{User: inventory.Text(p.user), Installed: true}}
	}
	if strings.HasSuffix(p.dir, "Library/Input Methods") && !slices.Contains(a.Flags, "input-method") {
		a.Flags = append(a.Flags, "input-method")
	}
	for _, id := range b.Parts {
		c.seen[id] = true
	}
	if b.Cut {
		c.Note(dir, inventory.GapLimit, "The app has more parts than are told.", "Look at it by hand.")
	}
	if b.Binary != nil {
		b.Binary.Origins = c.From(b.File)
		b.Binary.Origins[0].SHA256 = b.Binary.SHA256
		if !c.programs[b.Binary.SHA256] {
			c.programs[b.Binary.SHA256] = true
			c.Inv.Binaries = append(c.Inv.Binaries, *b.Binary)
		}
	}
	c.add(a)
}

// nameless counts bundles that do not say what they are called. An empty folder, or one that may not be read, is another matter.
func (c *collector) nameless(p place, dir string) {
	if _, err := c.Stat(path.Join(dir, "Contents/Info.plist")); err != nil || p.system {
		if _, err := c.Stat(path.Join(dir, "Contents/MacOS")); err != nil {
			return
		}
	}
	g := &c.odd
	g.Scanner, g.Device, g.Kind, g.Subject = ID, c.Device, inventory.GapMalformed, inventory.Text(c.Source().Name())
	g.Detail, g.Next = "Bundles have no Info.plist that says what they are called: they were left out.", "Look at them by hand."
	if g.Count++; len(g.Samples) < 5 {
		g.Samples = append(g.Samples, inventory.Text(hostroot.MacPath(dir)))
	}
}

// add records an app. A further copy of one is united with it where they are of one version, else it is an app of its own.
func (c *collector) add(a inventory.App) {
	c.seen[a.Identifier] = true
	key := a.Identifier
	if at, known := c.apps[key]; known {
		first := &c.Inv.Apps[at]
		if first.Version == a.Version && slices.Equal(first.Binaries, a.Binaries) && first.System == a.System {
			first.Paths = append(first.Paths, a.Paths...)
			c.paths[a.Paths[0]] = at
			first.Origins = append(first.Origins, a.Origins...)
			if len(first.Users) == 0 || len(a.Users) == 0 {
				first.Users = nil // one of the copies is everybody's
			} else {
				first.Users = append(first.Users, a.Users...)
			}
			return
		}
		a.ID = inventory.AppID(c.Device, a.IdentifierKind, a.Identifier, a.Paths[0])
	} else {
		a.ID = inventory.AppID(c.Device, a.IdentifierKind, a.Identifier)
	}
	if len(c.Inv.Apps) >= maxApps {
		c.dropped++
		return
	}
	if _, known := c.apps[key]; !known {
		c.apps[key] = len(c.Inv.Apps)
	}
	c.paths[a.Paths[0]] = len(c.Inv.Apps)
	c.Inv.Apps = append(c.Inv.Apps, a)
}
