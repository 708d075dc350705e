package desktop

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/rpmdb"
	"quaestor/scanners/inventory"
)

const (
	dpkgInfo = "var/lib/dpkg/info"
	maxOwned = 200_000
)

// packageFiles lists the desktop entries that belong to Debian or RPM packages. When a list cannot be read,
// the entries it would have named are recorded as programs of no package, and a gap says so.
func (c *collector) packageFiles() map[string]bool {
	owned := make(map[string]bool)
	add := func(name string) {
		if name = strings.TrimPrefix(path.Clean(name), "/"); len(owned) < maxOwned && strings.HasSuffix(name, ".desktop") {
			owned[name] = true
		}
	}
	c.dpkgFiles(add)
	c.rpmFiles(add)
	return owned
}

func (c *collector) dpkgFiles(add func(string)) {
	entries, err := c.h.ReadDir(dpkgInfo)
	c.unread(dpkgInfo, err)
	for _, e := range entries {
		if path.Ext(e.Name()) != ".list" || c.ctx.Err() != nil {
			continue
		}
		name := path.Join(dpkgInfo, e.Name())
		f, err := c.h.OpenFile(name)
		if err != nil {
			c.unread(name, err)
			continue
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			if bytes.HasSuffix(lines.Bytes(), []byte(".desktop")) {
				add(lines.Text())
			}
		}
		c.unread(name, lines.Err())
		f.Close()
	}
}

func (c *collector) rpmFiles(add func(string)) {
	for _, name := range rpmdb.Paths {
		f, size, err := c.h.OpenAt(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			defer f.Close()
			err = rpmdb.Read(f, size, rpmdb.Handler{
				Package: func(p *rpmdb.Package) error {
					for _, file := range p.Files {
						add(file)
					}
					return c.ctx.Err()
				},
				Problem:  func(error) {}, // host/rpm reports them
				WantFile: func(base string) bool { return strings.HasSuffix(base, ".desktop") },
			})
		}
		if err != nil {
			c.gap(inventory.GapSkipped, name, "The packages' files could not be listed, so programs of packages may be listed a second time by their menu entries.",
				"See the gap of host/rpm for the reason.")
		}
		return
	}
}
