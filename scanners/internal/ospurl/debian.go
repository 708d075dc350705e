package ospurl

import (
	"regexp"
	"strings"

	"quaestor/scanners/inventory"
)

// Releases of Debian give the package base-files their own number: "12.4+deb12u5".
var debianRelease = regexp.MustCompile(`^([1-9][0-9]?)(\.[0-9]+)*(\+deb[0-9]+u[0-9]+)?$`)

// Listed is the distribution of a list of Debian packages that came without the rest of the computer. The package base-files,
// which every such computer has, is made anew for each release: Debian numbers it as the release, and others who make one
// name themselves in its version or as its maintainer. Which release of another distribution it is, is not told.
func Listed(apps []inventory.App) Distro {
	for i := range apps {
		a := &apps[i]
		if a.IdentifierKind != inventory.DebPackage || a.Identifier != "base-files" {
			continue
		}
		m := debianRelease.FindStringSubmatch(a.Version)
		switch {
		case m != nil && strings.Contains(a.Publisher, "@debian.org"):
			return Distro{ID: "debian", Version: m[1]}
		case strings.Contains(a.Version, "ubuntu"):
			return Distro{ID: "ubuntu"}
		}
	}
	return Distro{}
}
