package vuln

import (
	"regexp"
	"strings"

	"github.com/google/osv-scalibr/inventory/osvecosystem"
)

// gitEcosystem is where osv-scanner keeps advisories of no package, whose ranges are commits of a repository.
const gitEcosystem = "GIT"

// splitEcosystem takes the release off the name of an ecosystem: "Debian:12".
func splitEcosystem(s string) (base, release string) {
	base, release, _ = strings.Cut(s, ":")
	return base, release
}

// known reports whether the engine knows an ecosystem. It panics on one that it does not know.
func known(base string) bool {
	p, err := osvecosystem.Parse(base)
	return err == nil && !p.IsEmpty()
}

// canonicalEcosystem finds the spelling of an ecosystem: that of a user, or of the name of a folder.
func canonicalEcosystem(s string) (string, bool) {
	base, _ := splitEcosystem(s)
	if known(base) {
		return base, true
	}
	for _, e := range spellings {
		if strings.EqualFold(e, base) {
			return e, true
		}
	}
	return "", false
}

// spellings are the ecosystems that people are likely to write in another way.
var spellings = []string{"AlmaLinux", "Alpine", "Android", "Chainguard", "CRAN", "crates.io", "Debian", "GIT", "Go", "Hackage", "Hex", "Julia", "Linux", "Mageia",
	"Maven", "npm", "NuGet", "openEuler", "openSUSE", "OSS-Fuzz", "Packagist", "Pub", "PyPI", "Red Hat", "Rocky Linux", "RubyGems", "SUSE", "SwiftURL", "Ubuntu", "VSCode", "Wolfi"}

// A run of these is one dash in Python's world: https://packaging.python.org/en/latest/specifications/name-normalization/
var dashes = strings.NewReplacer("_", "-", ".", "-")

var runOfDashes = regexp.MustCompile(`-{2,}`)

// nameIn is the name of a package in the spelling by which an ecosystem tells packages apart.
func nameIn(base, name string) string {
	switch base {
	case "PyPI":
		return runOfDashes.ReplaceAllString(dashes.Replace(strings.ToLower(name)), "-")
	case "Go", "NuGet", "Packagist", "SwiftURL", "Hex", "Pub", "GitHub Actions": // package URLs of these are in lower case
		return strings.ToLower(name)
	}
	return name
}

// repoName is a repository without what its address may or may not have.
func repoName(address string) string {
	for _, scheme := range []string{"https://", "http://", "git://", "ssh://git@", "git+https://"} {
		if rest, ok := strings.CutPrefix(address, scheme); ok {
			address = rest
			break
		}
	}
	address = strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".git")
	host, _, _ := strings.Cut(address, "/")
	if host == "github.com" || strings.HasPrefix(host, "gitlab.") {
		return strings.ToLower(address)
	}
	return address
}
