package riskdb

import (
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// systemPart reports whether a program with the deepest rights is the system's own, or one of its distribution. It is assumed
// where only the place speaks for that, and the source tells neither a signature nor an owner.
func (a *assessor) systemPart(sp *inventory.SecurityProduct, class UnknownClass, makers []sighting) (own, assumed bool) {
	switch a.platformOf(sp.Device) {
	case inventory.Windows:
		return windowsPart(sp, class)
	case inventory.MacOS:
		return applePart(sp), false
	case inventory.Linux:
		return a.distributed(sp)
	}
	return a.ofTheSystem(sp, makers), false
}

// ownFilters are Microsoft's own drivers at heights for antivirus and watchers of files, which come with Windows.
var ownFilters = []string{"bindflt", "fileinfo", "gameflt", "mssecflt", "ucpd", "wdfilter"}

// windowsPart goes by the signature, then by the stated vendor, then by the place. The place alone does not vouch for a
// driver at a height for antivirus or above a keyboard: every driver lies where those of Windows lie.
func windowsPart(sp *inventory.SecurityProduct, class UnknownClass) (own, assumed bool) {
	if sp.Signer != nil && sp.Signer.Subject != "" {
		return signedByMicrosoft(sp.Signer.Subject), false
	}
	if strings.HasPrefix(strings.ToLower(sp.Vendor), "microsoft") {
		return true, false
	}
	if sp.Vendor != "" {
		return false, false
	}
	switch {
	case class == UnknownFileFilter || class == UnknownKeyboardFilter:
		return slices.Contains(ownFilters, strings.ToLower(sp.Service)), false
	case windowsFolder(sp.Path):
		return true, true
	}
	return false, false
}

// signedByMicrosoft is false for the signature that Microsoft gives to the drivers of other makers.
func signedByMicrosoft(subject string) bool {
	return strings.HasPrefix(attribute(subject, "O"), "Microsoft") && !strings.Contains(attribute(subject, "CN"), "Hardware Compatibility") ||
		attribute(subject, "O") == "" && strings.HasPrefix(attribute(subject, "CN"), "Microsoft")
}

// windowsFolder reports a place in which Windows and Microsoft's programs lie, and into which only administrators write. A program
// without a path is looked for there by Windows.
func windowsFolder(path string) bool {
	p := slashed(path)
	if _, rest, ok := strings.Cut(p, ":/"); ok {
		p = "/" + rest
	}
	switch {
	case p == "" || strings.HasPrefix(p, "%systemroot%") || strings.HasPrefix(p, "%windir%") || strings.HasPrefix(p, "/systemroot/") || strings.HasPrefix(p, "system32/"):
		return true
	case strings.HasPrefix(p, "/windows/temp/"), strings.HasPrefix(p, "/windows/tasks/"):
		return false
	case strings.HasPrefix(p, "/windows/"):
		return strings.Count(p, "/") > 2 // not a program right in the folder of Windows
	}
	for _, root := range []string{"/program files/", "/program files (x86)/", "/program files/common files/", "/program files (x86)/common files/"} {
		rest, ok := strings.CutPrefix(p, root)
		if ok && (strings.HasPrefix(rest, "microsoft") || strings.HasPrefix(rest, "windows ")) {
			return true
		}
	}
	return strings.HasPrefix(p, "/programdata/microsoft/windows defender/")
}

// applePart goes by the place that macOS seals, and by identifiers that are Apple's.
func applePart(sp *inventory.SecurityProduct) bool {
	p := slashed(sp.Path)
	for _, sealed := range []string{"/system/", "/usr/libexec/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"} {
		if strings.HasPrefix(p, sealed) {
			return true
		}
	}
	if sp.Team != "" { // somebody's who is not Apple
		return false
	}
	return strings.HasPrefix(sp.Identifier, "com.apple.") && (p == "" || strings.HasPrefix(p, "/library/apple/"))
}

// outside are the folders of a Linux computer into which no distribution puts programs.
var outside = []string{"/opt/", "/usr/local/", "/home/", "/root/", "/srv/", "/tmp/", "/var/", "/mnt/", "/media/", "/data/", "/run/user/", "/dev/"}

// distributed goes by the place, and of modules of the kernel by whether they came with it.
func (a *assessor) distributed(sp *inventory.SecurityProduct) (own, assumed bool) {
	if sp.Kind == "kernel-module" {
		// Scanners that see which modules were built elsewhere say "kernel-module"; others list all that is loaded.
		foreign := slices.Contains(sp.Privileges, "kernel-module")
		return !foreign, !foreign
	}
	p := slashed(sp.Path)
	if strings.HasPrefix(p, "/sys/fs/bpf/") {
		return ownPin(p), false
	}
	app := a.appByID(sp.App)
	switch {
	case slices.ContainsFunc(outside, func(dir string) bool { return strings.HasPrefix(p, dir) }):
		return false, false
	case app != nil && packaged(app):
		return true, false
	}
	return true, true
}

// ownPin reports the names that Linux and systemd give to programs of their own in the kernel, and its links.
func ownPin(path string) bool {
	name := baseName(path)
	return name == "ip" || name == "tc" || name == "xdp" || strings.HasPrefix(name, "systemd") || strings.HasSuffix(name, ".debug")
}
