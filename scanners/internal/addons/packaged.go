package addons

import (
	"context"
	"path"
	"strings"

	"quaestor/scanners/internal/owners"
)

// manifestFile lies in every extension that is a folder: some package managers list files alone.
const manifestFile = "manifest.json"

// packaged tells extensions that one of the system's packages brought from those that some program put beside them. The databases
// of dpkg, rpm, apk and pacman are read only where there is something to tell apart.
func (c *Collector) packaged(ctx context.Context) {
	names := map[string]bool{}
	c.eachShared(func(p string, _ *string) { names[path.Base(p)], names[manifestFile] = true, true })
	if len(names) == 0 {
		return
	}
	index := owners.Find(ctx, c.Host, c.Device, func(base []byte) bool { return names[string(base)] })
	for _, u := range index.Unread {
		c.Problem(u.Name, u.Err)
	}
	c.eachShared(func(p string, source *string) {
		if index.Has(p) || index.Has(path.Join(p, manifestFile)) {
			*source = "package"
		}
	})
}

// eachShared gives the extensions that lie where packages put their files, outside of every home.
func (c *Collector) eachShared(do func(file string, source *string)) {
	for i := range c.Inv.Apps {
		for j := range c.Inv.Apps[i].Installs {
			in := &c.Inv.Apps[i].Installs[j]
			if in.Source == "sideloaded" && (strings.HasPrefix(in.Path, "/usr/") || strings.HasPrefix(in.Path, "/opt/")) {
				do(path.Clean(in.Path), &in.Source)
			}
		}
	}
}
