package addons

import (
	"bufio"
	"bytes"
	"path"
	"strings"

	"quaestor/scanners/internal/appdata"
)

// dpkgInfo is where dpkg keeps, for each package, the list of the files that it brought.
const dpkgInfo = "var/lib/dpkg/info"

// Lists of files are short: of the packages that bring extensions a few lines, of the largest there are some megabytes.
const (
	maxLists    = 20_000
	maxListSize = 8 << 20
)

// packaged tells extensions that one of the system's packages brought from those that some program put beside them. The lists
// of dpkg are read only where there is something to tell apart.
func (c *Collector) packaged() {
	asked := map[string]bool{}
	c.eachShared(func(p string, _ *string) { asked[p] = false })
	if len(asked) == 0 {
		return
	}
	entries, err := c.Host.ReadDir(dpkgInfo)
	if err != nil {
		return // another kind of system, whose packages are not asked
	}
	if len(entries) > maxLists {
		entries = entries[:maxLists]
		c.Limit(dpkgInfo, "There are more lists of files than are read: extensions that a package brought may be told as sideloaded.")
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".list") {
			c.owned(path.Join(dpkgInfo, e.Name()), asked)
		}
	}
	c.eachShared(func(p string, source *string) {
		if asked[p] {
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

// owned marks the files that a list of dpkg names.
func (c *Collector) owned(list string, asked map[string]bool) {
	data, err := appdata.Read(c.Host, list, maxListSize)
	if err != nil {
		c.Problem(list, err)
		return
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		if _, ok := asked[lines.Text()]; ok {
			asked[lines.Text()] = true
		}
	}
}
