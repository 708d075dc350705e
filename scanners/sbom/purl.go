package sbom

import (
	"net/url"
	"strings"

	packageurl "github.com/package-url/packageurl-go"

	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/inventory"
)

// purl is a package URL, taken apart.
type purl struct {
	kind, namespace, name, version string
	arch, epoch                    string
}

// parse takes a package URL apart: "pkg:deb/debian/curl@7.88.1-10?arch=amd64".
func parse(s string) (p purl, ok bool) {
	rest, ok := strings.CutPrefix(s, "pkg:")
	if !ok {
		return p, false
	}
	rest = strings.TrimLeft(rest, "/")
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	p.kind, rest, ok = strings.Cut(rest, "/")
	if !ok || p.kind == "" {
		return p, false
	}
	p.kind = strings.ToLower(p.kind)
	if at := strings.LastIndexByte(rest, '@'); at > 0 {
		rest, p.version = rest[:at], unescape(rest[at+1:])
	}
	rest = strings.Trim(rest, "/")
	if at := strings.LastIndexByte(rest, '/'); at >= 0 {
		p.namespace, rest = unescape(rest[:at]), rest[at+1:]
	}
	p.name = unescape(rest)
	for pair := range strings.SplitSeq(query, "&") {
		switch key, value, _ := strings.Cut(pair, "="); strings.ToLower(key) {
		case "arch":
			p.arch = unescape(value)
		case "epoch":
			p.epoch = unescape(value)
		}
	}
	return p, p.name != ""
}

func unescape(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

// systemKinds are the kinds of packages that an operating system is made of, or that are installed programs of a computer.
var systemKinds = map[string]inventory.IdentifierKind{
	"deb": inventory.DebPackage, "rpm": inventory.RPMPackage, "apk": inventory.AlpinePackage, "alpm": inventory.ArchPackage, "brew": inventory.Homebrew, "chocolatey": inventory.Chocolatey,
}

// canonical is a package URL in the one form that has its parts in their order.
func canonical(s string) (string, bool) {
	u, err := packageurl.FromString(s)
	if err != nil {
		return "", false
	}
	return u.ToString(), true
}

// onDistro is a package URL with the distribution that the document is about, where it is of that one and does not say so.
func onDistro(s string, o ospurl.Distro) (string, bool) {
	u, err := packageurl.FromString(s)
	if err != nil {
		return "", false
	}
	if q := o.Qualifier(); q != "" && u.Namespace == o.ID && u.Qualifiers.Map()["distro"] == "" {
		with := u.Qualifiers.Map()
		with["distro"] = q
		u.Qualifiers = packageurl.QualifiersFromMap(with)
	}
	return u.ToString(), true
}

// collection is what packages of a system come from: whose they are, and for which release.
func collection(s string) string {
	u, err := packageurl.FromString(s)
	if err != nil {
		return ""
	}
	return u.Type + "/" + u.Namespace + "?" + u.Qualifiers.Map()["distro"]
}

// ofSystem is the package URL of a package of an operating system, with what tells of which distribution it is; else "".
func ofSystem(s string, p purl) string {
	if _, system := systemKinds[p.kind]; !system || p.version == "" {
		return ""
	}
	u, _ := canonical(s)
	return u
}

// bare is a package URL without qualifiers, which tell nothing of what the package is.
func bare(s string) string {
	s, _, _ = strings.Cut(s, "#")
	s, _, _ = strings.Cut(s, "?")
	return s
}
