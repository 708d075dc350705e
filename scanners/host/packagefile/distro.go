package packagefile

import (
	"regexp"
	"strings"

	"quaestor/scanners/internal/ospurl"
)

// stable is in the version of what Debian mends in a stable release (Developer's Reference, 5.8.5.4): "+deb12u2", "~deb12u1".
var stable = regexp.MustCompile(`[+~]deb([1-9][0-9]?)u[0-9]+`)

// ofDebian is the distribution of a package of Debian's form, by who maintains it, and its release where the version names it.
func ofDebian(version, maintainer string) ospurl.Distro {
	address := strings.ToLower(maintainer)
	at := func(domain string) bool {
		return strings.HasSuffix(address, "@"+domain+">") || strings.HasSuffix(address, "."+domain+">")
	}
	switch {
	case at("ubuntu.com") || at("canonical.com") && strings.Contains(version, "ubuntu"):
		return ospurl.Distro{ID: "ubuntu"}
	case at("debian.org"), at("debian.net"):
		d := ospurl.Distro{ID: "debian"}
		if m := stable.FindStringSubmatch(version); m != nil {
			d.Version = m[1]
		}
		return d
	}
	return ospurl.Distro{}
}

// vendors are the makers of distributions as their packages of RPM name them.
var vendors = []struct{ begins, id string }{
	{"Red Hat, Inc.", "rhel"}, {"Rocky Enterprise Software Foundation", "rocky"}, {"AlmaLinux", "almalinux"}, {"Fedora Project", "fedora"},
	{"Oracle America", "ol"}, {"Amazon Linux", "amzn"}, {"CentOS", "centos"}, {"openSUSE", "opensuse"}, {"SUSE LLC", "sles"},
}

// release is in the release of packages that are built for one version of a distribution: ".el9_4", ".fc40".
var release = regexp.MustCompile(`\.(?:el|fc)([1-9][0-9]*)(?:[._].*)?$`)

// ofRPM is the distribution of a package of RPM, by its vendor, and its version where the release names it.
func ofRPM(vendor, rel string) ospurl.Distro {
	for _, v := range vendors {
		if !strings.HasPrefix(vendor, v.begins) {
			continue
		}
		d := ospurl.Distro{ID: v.id}
		if m := release.FindStringSubmatch(rel); m != nil {
			d.Version = m[1]
		}
		return d
	}
	return ospurl.Distro{}
}
