// Package ospurl gives the packages that the package manager of a computer installed their package URLs
// (https://github.com/package-url/purl-spec), as other tools write them: with the distribution, the processor, the epoch and
// the source package that a package was built from.
//
// What the package cannot see: which repository a package came from. A package of a third party bears the name of the
// distribution that it is installed on.
package ospurl

import (
	"regexp"
	"slices"
	"strings"

	packageurl "github.com/package-url/packageurl-go"

	"quaestor/scanners/inventory"
)

// Distro is a distribution, as os-release(5) has it. Its zero value is one that nobody told of.
type Distro struct {
	ID      string // "debian", "ubuntu", "alpine", "rhel"
	Version string // "12", "24.04", "3.20.3"; the number of the build where it has no version
}

// Of is the distribution of a computer, by what is noted of os-release, else by the name of its system.
func Of(d inventory.Device) Distro {
	if d.Platform != inventory.Linux {
		return Distro{}
	}
	o := Distro{ID: strings.ToLower(d.Properties["os-release.ID"]), Version: d.OSVersion}
	if o.ID == "" {
		o.ID = named[strings.ToLower(d.OSName)]
	}
	if strings.ContainsAny(o.Version, " (") { // in words: "22.04.3 LTS (Jammy Jellyfish)"
		o.Version = firstNumber.FindString(o.Version)
	}
	if parts := strings.Split(o.Version, "."); o.ID == "ubuntu" && len(parts) > 2 {
		o.Version = strings.Join(parts[:2], ".") // what follows counts the images of one release
	}
	if o.Version == "" {
		o.Version = d.Properties["os-release.BUILD_ID"]
	}
	return o
}

var firstNumber = regexp.MustCompile(`[0-9]+(\.[0-9]+)*`)

// named are the distributions by the names of their systems, for sources that do not tell of os-release.
var named = map[string]string{
	"debian": "debian", "debian gnu/linux": "debian", "ubuntu": "ubuntu", "alpine": "alpine", "alpine linux": "alpine", "arch": "arch", "arch linux": "arch",
	"fedora": "fedora", "fedora linux": "fedora", "rhel": "rhel", "red hat enterprise linux": "rhel", "red hat enterprise linux server": "rhel",
	"centos": "centos", "centos linux": "centos", "centos stream": "centos", "rocky": "rocky", "rocky linux": "rocky", "almalinux": "almalinux",
	"amazon linux": "amzn", "oracle linux server": "ol", "opensuse leap": "opensuse-leap", "opensuse tumbleweed": "opensuse-tumbleweed", "sles": "sles",
}

// Add lists every package among the apps of an inventory as a component too: what is installed, by the package manager's
// record. Licences are those that the record states, by the ID of the app.
func Add(inv *inventory.Inventory, o Distro, licences map[string][]string) {
	inv.Components = slices.Grow(inv.Components, len(inv.Apps))
	for i := range inv.Apps {
		if c, ok := o.Component(&inv.Apps[i]); ok {
			c.Licences = licences[c.App]
			inv.Components = append(inv.Components, c)
		}
	}
}

// Component is an installed package as a component; false for an app that is none, such as the keys that rpm keeps as if they
// were packages.
func (o Distro) Component(a *inventory.App) (c inventory.Component, ok bool) {
	url := o.URL(a)
	if url == "" {
		return c, false
	}
	return inventory.Component{ID: inventory.FactID("component", a.Device, a.ID, url), Device: a.Device, App: a.ID, PURL: url, Name: a.Identifier,
		Version: a.Version, Exact: a.Version != "", Basis: "record", Origins: slices.Clone(a.Origins)}, true
}

// URL is the package URL of an app that a package manager installed, else "".
func (o Distro) URL(a *inventory.App) string {
	if a.Identifier == "" || slices.Contains(a.Flags, "public-key") {
		return ""
	}
	u := packageurl.PackageURL{Name: a.Identifier, Version: a.Version}
	q := qualifiers{{Key: "arch", Value: a.Arch}}
	switch a.IdentifierKind {
	case inventory.DebPackage:
		u.Type, u.Namespace = "deb", o.ID
		q.add("upstream", debianSource(a.SourcePackage))
	case inventory.AlpinePackage:
		u.Type, u.Namespace = "apk", o.ID
		if a.SourcePackage != a.Identifier {
			q.add("upstream", a.SourcePackage)
		}
	case inventory.RPMPackage:
		u.Type, u.Namespace = "rpm", o.rpmVendor()
		if epoch, version, ok := strings.Cut(a.Version, ":"); ok && number(epoch) {
			u.Version = version
			q.add("epoch", epoch)
		}
		q.add("upstream", a.SourcePackage)
	case inventory.ArchPackage:
		u.Type, u.Namespace = "alpm", o.ID
		q.add("upstream", a.SourcePackage)
	default:
		return standalone(a)
	}
	q.add("distro", o.Qualifier())
	u.Qualifiers = q.sorted()
	return u.ToString()
}

// standalone is the package URL of a package that is the same on every distribution.
func standalone(a *inventory.App) string {
	u := packageurl.PackageURL{Name: a.Identifier, Version: a.Version}
	switch a.IdentifierKind {
	case inventory.SnapPackage:
		u.Type = "snap"
	case inventory.FlatpakApp:
		u.Type = "flatpak"
	case inventory.Homebrew:
		u.Type = "brew"
	case inventory.Chocolatey:
		u.Type = "chocolatey"
	default:
		return ""
	}
	if u.Type != "brew" { // whose builds are told apart by more than the processor
		q := qualifiers{{Key: "arch", Value: a.Arch}}
		u.Qualifiers = q.sorted()
	}
	return u.ToString()
}

// rpmVendor is what package URLs call the maker of a distribution.
func (o Distro) rpmVendor() string {
	switch {
	case o.ID == "rhel":
		return "redhat"
	case strings.HasPrefix(o.ID, "opensuse"):
		return "opensuse"
	}
	return o.ID
}

// Qualifier is what package URLs have of a distribution: "debian-12".
func (o Distro) Qualifier() string {
	if o.ID == "" || o.Version == "" {
		return o.ID
	}
	return o.ID + "-" + o.Version
}

// debianSource is a source package as the status file has it, "name (version)" or "name", the way that package URLs have it.
func debianSource(s string) string {
	name, version, ok := strings.Cut(s, " (")
	if !ok {
		return s
	}
	return name + "@" + strings.TrimSuffix(version, ")")
}

func number(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

type qualifiers packageurl.Qualifiers

func (q *qualifiers) add(key, value string) {
	*q = append(*q, packageurl.Qualifier{Key: key, Value: value})
}

// sorted leaves out what is empty, as package URLs do.
func (q qualifiers) sorted() packageurl.Qualifiers {
	q = slices.DeleteFunc(q, func(x packageurl.Qualifier) bool { return x.Value == "" })
	slices.SortFunc(q, func(a, b packageurl.Qualifier) int { return strings.Compare(a.Key, b.Key) })
	return packageurl.Qualifiers(q)
}
