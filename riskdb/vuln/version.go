package vuln

import (
	"errors"
	"strings"

	"github.com/google/osv-scalibr/semantic"
)

// maxVersion is how many bytes a version has at most. The engine's readers of versions take time by the square of it.
const maxVersion = 256

// numbered are the ecosystems whose versions begin with a number.
var numbered = map[string]bool{"npm": true, "PyPI": true, "Go": true, "crates.io": true, "NuGet": true, "RubyGems": true, "Packagist": true, "Pub": true, "Hex": true,
	"SwiftURL": true, "CRAN": true, "Julia": true, "Hackage": true}

// isVersion reports whether what stands as version is one. Lists of software carry ranges ("^4.17.0"), names of branches and
// placeholders ("latest", "${project.version}") in its place, which the engine would take for a very old version.
func (c *coordinate) isVersion(v string) bool {
	if len(v) > maxVersion {
		return false
	}
	if _, err := parseVersion(v, c.order()); errors.Is(err, semantic.ErrInvalidVersion) {
		return false
	}
	switch {
	case c.base == gitEcosystem || c.packed():
		return !strings.ContainsAny(v, "${} ")
	case strings.ContainsAny(v, "<>=^~*|${}()[], :"):
		return false
	case !strings.ContainsAny(v, "0123456789"):
		return false
	}
	if numbered[c.base] {
		if v = strings.TrimPrefix(strings.TrimPrefix(v, "v"), "V"); v == "" || v[0] < '0' || v[0] > '9' {
			return false
		}
	}
	numbers, _, _ := strings.Cut(v, "+")
	for part := range strings.SplitSeq(numbers, ".") {
		if part == "x" || part == "X" || strings.HasPrefix(part, "x-") { // 1.x, and a branch of Packagist: 2.x-dev
			return false
		}
	}
	return true
}

// packed reports whether the ecosystem is that of a distribution, whose versions have an order of their own for nearly every letter.
func (c *coordinate) packed() bool {
	kind := c.forEngine().PURLType
	return kind == "deb" || kind == "apk" || kind == "rpm"
}
