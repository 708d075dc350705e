package vuln

import (
	"strings"

	"github.com/google/osv-scalibr/extractor"
	apkmeta "github.com/google/osv-scalibr/extractor/filesystem/os/apk/metadata"
	dpkgmeta "github.com/google/osv-scalibr/extractor/filesystem/os/dpkg/metadata"
	rpmmeta "github.com/google/osv-scalibr/extractor/filesystem/os/rpm/metadata"
	"github.com/package-url/packageurl-go"
)

// coordinate is a component as advisories name it.
type coordinate struct {
	base    string // ecosystem without release
	release string // of a distribution, as people write it; "" for an ecosystem without releases
	name    string
	version string
	repos   []string // of native code, in the GIT ecosystem
	tags    []string // that the version may have in them
	native  *native
}

// Why a component cannot be looked up. They are the subjects of gaps.
type unmatched struct{ reason, what string }

func (u *unmatched) Error() string { return u.reason + ": " + u.what }

const (
	reasonType    = "type"    // no ecosystem of OSV has packages of this kind
	reasonRelease = "release" // of which release of its distribution is not known
	reasonURL     = "purl"    // the package URL does not parse
	reasonGroup   = "group"   // of which group a Maven artifact is is not known
	reasonNative  = "native"  // no repository is known for this native code
)

// plain types of package URLs, whose ecosystem follows from the type alone.
var plainTypes = map[string]string{
	"npm": "npm", "pypi": "PyPI", "maven": "Maven", "golang": "Go", "cargo": "crates.io", "nuget": "NuGet", "gem": "RubyGems", "composer": "Packagist",
	"pub": "Pub", "hex": "Hex", "swift": "SwiftURL", "conan": "ConanCenter", "cran": "CRAN", "hackage": "Hackage", "julia": "Julia",
	"githubactions": "GitHub Actions", "vscode": "VSCode", "opam": "opam", "bitnami": "Bitnami",
}

// engineTypes are the types that the engine derives these ecosystems from.
var engineTypes = map[string]string{
	"npm": "npm", "PyPI": "pypi", "Maven": "maven", "Go": "golang", "crates.io": "cargo", "NuGet": "nuget", "RubyGems": "gem", "Packagist": "composer",
	"Pub": "pub", "Hex": "hex", "SwiftURL": "swift", "ConanCenter": "conan", "CRAN": "cran", "Hackage": "haskell", "Julia": "julia", "GitHub Actions": "github", "opam": "opam",
}

// locate says where advisories on a package URL are.
func locate(purl, version string) (coordinate, *unmatched) {
	p, err := packageurl.FromString(purl)
	if err != nil {
		return coordinate{}, &unmatched{reasonURL, "a package URL that does not parse"}
	}
	if p.Version != "" {
		version = p.Version
	}
	c := coordinate{version: version, name: p.Name}
	switch p.Type {
	case "deb", "apk", "rpm":
		return distribution(p, c)
	case "generic":
		return nativeCode(p, c)
	case "github", "bitbucket", "gitlab":
		host := map[string]string{"github": "github.com", "bitbucket": "bitbucket.org", "gitlab": "gitlab.com"}[p.Type]
		c.base, c.repos, c.tags = gitEcosystem, []string{repoName(host + "/" + p.Namespace + "/" + p.Name)}, tagsOf(version)
		if n := nativeAt(c.repos[0]); n != nil {
			c.native = n
			c.readTag()
			c.tags = append(c.tags, tagsOf(version)...)
		}
		return c, nil
	}
	base, ok := plainTypes[p.Type]
	if !ok {
		return c, &unmatched{reasonType, "pkg:" + p.Type}
	}
	c.base = base
	if base == "Maven" && p.Namespace == "" {
		return c, &unmatched{reasonGroup, base}
	}
	if p.Namespace != "" {
		sep := "/"
		if p.Type == "maven" {
			sep = ":"
		}
		c.name = p.Namespace + sep + p.Name
	}
	if base == "Go" {
		c.golang(p)
	}
	c.name = nameIn(base, c.name)
	return c, nil
}

// golang writes a module as the Go vulnerability database does: versions without v, the standard library as stdlib.
func (c *coordinate) golang(p packageurl.PackageURL) {
	if c.name == "go" || c.name == "std" || c.name == "stdlib" {
		c.name = "stdlib"
		c.version = strings.TrimPrefix(c.version, "go")
		c.version, _, _ = strings.Cut(c.version, " ") // "go1.26.1 X:nodwarf5": how it was built
		c.version, _, _ = strings.Cut(c.version, "-X:")
	}
	c.version = strings.TrimPrefix(c.version, "v")
	if c.version == "(devel)" || c.version == "unknown" {
		c.version = ""
	}
	if s := p.Subpath; len(s) > 1 && s[0] == 'v' && s[1] >= '2' && s[1] <= '9' {
		c.name += "/" + strings.SplitN(s, "/", 2)[0]
	}
}

// distribution finds the ecosystem of a package of an operating system, its release and its source package.
func distribution(p packageurl.PackageURL, c coordinate) (coordinate, *unmatched) {
	q := p.Qualifiers.Map()
	distro := q["distro"]
	id, release, _ := strings.Cut(distro, "-")
	if id != "" && id[0] >= '0' && id[0] <= '9' { // "distro=12" alone
		id, release = "", distro
	}
	if p.Type == "rpm" && strings.HasPrefix(distro, "opensuse-") {
		id, release, _ = strings.Cut(strings.TrimPrefix(distro, "opensuse-"), "-")
		id = "opensuse-" + id
	}
	who := strings.ToLower(p.Namespace)
	if who == "" || who == "linux" {
		who = id
	}
	base, release, ok := releaseOf(p.Type, who, id, release)
	if !ok {
		return c, &unmatched{reasonType, "pkg:" + p.Type + "/" + cut(who)}
	}
	c.base, c.release = base, release
	c.source(p.Type, q["upstream"])
	if p.Type == "rpm" && q["epoch"] != "" && q["epoch"] != "0" && !strings.Contains(c.version, ":") && encodesEpoch(base) {
		c.version = q["epoch"] + ":" + c.version
	}
	if release == "" && !rolling[base] {
		return c, &unmatched{reasonRelease, base}
	}
	return c, nil
}

// rolling distributions have no releases.
var rolling = map[string]bool{"Wolfi": true, "Chainguard": true}

func encodesEpoch(base string) bool {
	return base == "Red Hat" || base == "AlmaLinux" || base == "Rocky Linux"
}

// releaseOf names a distribution and its release as OSV does.
func releaseOf(kind, who, id, release string) (base, name string, ok bool) {
	major, _, _ := strings.Cut(release, ".")
	switch kind + "/" + who {
	case "deb/debian":
		if n := debianReleases[release]; n != "" {
			return "Debian", n, true
		}
		return "Debian", major, true
	case "deb/ubuntu":
		if n := ubuntuReleases[release]; n != "" {
			release = n
		}
		return "Ubuntu", release, true
	case "apk/alpine":
		return "Alpine", alpineRelease(release), true
	case "apk/wolfi":
		return "Wolfi", "", true
	case "apk/chainguard":
		return "Chainguard", "", true
	case "rpm/redhat", "rpm/rhel":
		return "Red Hat", major, true
	case "rpm/rocky":
		return "Rocky Linux", major, true
	case "rpm/almalinux":
		return "AlmaLinux", major, true
	case "rpm/mageia":
		return "Mageia", major, true
	case "rpm/openeuler":
		return "openEuler", release, true
	case "rpm/opensuse", "rpm/opensuse-leap", "rpm/opensuse-tumbleweed":
		if id == "opensuse-tumbleweed" || strings.HasSuffix(who, "tumbleweed") {
			return "openSUSE", "Tumbleweed", true
		}
		if release == "" {
			return "openSUSE", "", true
		}
		return "openSUSE", "Leap " + release, true
	case "rpm/sles", "rpm/suse", "rpm/sled":
		return "SUSE", suseRelease(release), true
	}
	return "", "", false
}

var debianReleases = map[string]string{"wheezy": "7", "jessie": "8", "stretch": "9", "buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14"}

var ubuntuReleases = map[string]string{"trusty": "14.04", "xenial": "16.04", "bionic": "18.04", "focal": "20.04", "jammy": "22.04", "noble": "24.04", "questing": "25.10", "resolute": "26.04"}

// alpineRelease takes the patch level off: 3.20.3 is of v3.20.
func alpineRelease(s string) string {
	s = strings.TrimPrefix(s, "v")
	parts := strings.Split(s, ".")
	switch {
	case s == "edge":
		return s
	case len(parts) < 2 || strings.Contains(s, "_"): // an alpha of the next release
		return ""
	}
	return "v" + parts[0] + "." + parts[1]
}

// suseRelease is what products of SUSE end in: 15.5 is 15 SP5.
func suseRelease(s string) string {
	major, sp, ok := strings.Cut(s, ".")
	if !ok || sp == "0" {
		return major
	}
	return major + " SP" + sp
}

// concerns reports whether an advisory for a release, as OSV writes it, is for that of the component.
func (c *coordinate) concerns(release string) bool {
	if c.release == "" || release == "" || release == c.release {
		return true
	}
	switch c.base {
	case "Ubuntu": // Pro releases have fixes that others do not get
		return release == c.release+":LTS"
	case "Red Hat":
		rest, ok := strings.CutPrefix(release, "enterprise_linux:"+c.release)
		return ok && (rest == "" || rest[0] == ':' || rest[0] == '.')
	case "SUSE":
		return strings.HasSuffix(release, " "+c.release)
	case "Rocky Linux", "AlmaLinux", "Mageia", "Debian":
		major, _, _ := strings.Cut(release, ".")
		return major == c.release
	}
	return false
}

// source replaces a binary package by the source package that it was built from, where advisories name that.
func (c *coordinate) source(kind, upstream string) {
	name, version := upstream, ""
	switch {
	case upstream == "":
		return
	case kind == "rpm":
		if c.base != "SUSE" && c.base != "openSUSE" {
			return // the others name binary packages
		}
		name, version = sourceRPM(upstream)
	default:
		name, version, _ = strings.Cut(upstream, "@")
	}
	if name != "" {
		c.name = name
	}
	if version != "" {
		c.version = version
	}
}

// sourceRPM takes the name of a source package apart: NAME-VERSION-RELEASE.src.rpm.
func sourceRPM(file string) (name, version string) {
	s := strings.TrimSuffix(strings.TrimSuffix(file, ".rpm"), ".src")
	release := strings.LastIndexByte(s, '-')
	if release <= 0 {
		return s, ""
	}
	v := strings.LastIndexByte(s[:release], '-')
	if v <= 0 {
		return s, ""
	}
	return s[:v], s[v+1:]
}

// forEngine is the package as the engine takes it.
func (c *coordinate) forEngine() *extractor.Package {
	p := &extractor.Package{Name: c.name, Version: c.version, PURLType: engineTypes[c.base]}
	switch c.base {
	case gitEcosystem:
		// The engine compares tags only of a package whose commit was resolved; which one, it does not ask.
		p.PURLType, p.SourceCode = "git", &extractor.SourceCodeIdentifier{Repo: c.repos[0], Commit: "resolved"}
	case "Debian", "Ubuntu":
		p.PURLType, p.Metadata = "deb", &dpkgmeta.Metadata{PackageName: c.name, SourceName: c.name, OSID: strings.ToLower(c.base)}
	case "Alpine", "Wolfi", "Chainguard":
		p.PURLType, p.Metadata = "apk", &apkmeta.Metadata{PackageName: c.name, OriginName: c.name, OSID: strings.ToLower(c.base), OSVersionID: strings.TrimPrefix(c.release, "v")}
	}
	if id := rpmIDs[c.base]; id != "" {
		p.PURLType, p.Metadata = "rpm", &rpmmeta.Metadata{PackageName: c.name, OSID: id, OSVersionID: c.release}
	}
	return p
}

// rpmIDs are the ids of distributions in /etc/os-release that the engine derives these ecosystems from.
var rpmIDs = map[string]string{"Red Hat": "rhel", "Rocky Linux": "rocky", "AlmaLinux": "almalinux", "Mageia": "mageia", "SUSE": "sles", "openSUSE": "opensuse-leap", "openEuler": "openEuler"}
