package processes

import (
	"context"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/owners"
	"quaestor/scanners/inventory"
)

// passwords is the module that checks passwords; what comes in its package belongs to the system.
const passwords = "pam_unix.so"

// own says of each executable which package brought it.
func (c *collector) own(ctx context.Context) {
	bases := map[string]bool{passwords: true}
	for _, p := range c.inv.SecurityProducts {
		if strings.HasPrefix(p.Path, "/") {
			bases[path.Base(p.Path)] = true
		}
	}
	index := owners.Find(ctx, c.h, c.device, func(base []byte) bool { return bases[string(base)] })
	for _, u := range index.Unread {
		g := c.h.Gap(ID, u.Name, u.Err)
		g.Device, g.Kind = c.device, inventory.GapSkipped
		g.Detail, g.Next = "The files of packages could not be listed, so that it is not told which package some programs belong to.", ""
		c.inv.Gaps = append(c.inv.Gaps, g)
	}
	system := map[string]bool{}
	for _, dir := range pamFolders {
		if o, ok := index.Of(path.Join(dir, passwords)); ok {
			system[o.App] = true
		}
	}
	for i := range c.inv.SecurityProducts {
		p := &c.inv.SecurityProducts[i]
		if !strings.HasPrefix(p.Path, "/") {
			continue
		}
		if o, ok := index.Of(path.Clean(p.Path)); ok {
			p.App = o.App
		} else if name := snapOf(p.Path); name != "" {
			p.App = inventory.AppID(c.device, inventory.SnapPackage, name)
		}
	}
	c.inv.SecurityProducts = slices.DeleteFunc(c.inv.SecurityProducts, func(p inventory.SecurityProduct) bool {
		return p.Kind == KindLogin && system[p.App]
	})
}

// snapOf is the snap that a path below its mount belongs to.
func snapOf(name string) string {
	for _, mount := range []string{"/snap/", "/var/lib/snapd/snap/"} {
		if rest, ok := strings.CutPrefix(name, mount); ok {
			if snap, file, ok := strings.Cut(rest, "/"); ok && file != "" && snap != "bin" {
				return snap
			}
		}
	}
	return ""
}
