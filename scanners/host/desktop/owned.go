package desktop

import (
	"bytes"
	"slices"

	"quaestor/scanners/internal/apkdb"
	"quaestor/scanners/internal/owners"
	"quaestor/scanners/internal/rpmdb"
	"quaestor/scanners/inventory"
)

// packageFiles finds the desktop entries that belong to packages. When a list cannot be read, the entries it would
// have named are recorded as programs of no package, and a gap says so.
func (c *collector) packageFiles() *owners.Index {
	index := owners.Find(c.ctx, c.h, c.device, func(base []byte) bool { return bytes.HasSuffix(base, []byte(".desktop")) })
	for _, u := range index.Unread {
		g := c.h.Gap(ID, u.Name, u.Err)
		if g.Device = c.device; slices.Contains(rpmdb.Paths, u.Name) || slices.Contains(apkdb.Paths, u.Name) {
			g.Kind, g.Next = inventory.GapSkipped, "See the gap of host/rpm or host/alpine for the reason."
		}
		g.Detail = "The files of packages could not be listed, so programs of packages may be listed a second time by their menu entries."
		c.inv.Gaps = append(c.inv.Gaps, g)
	}
	return index
}
