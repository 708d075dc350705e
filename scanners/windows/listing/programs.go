package listing

import (
	"regexp"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

var (
	// kbName is the name of an update: "Security Update for X (KB123456)", "Update KB5034441".
	kbName = regexp.MustCompile(`(?i)(^|[^0-9a-z])KB[0-9]{6,8}($|[^0-9a-z])`)
	// msiRemoval is the command by which the Windows Installer removes a product.
	msiRemoval = regexp.MustCompile(`(?i)^"?(?:[^"]*\\)?msiexec(?:\.exe)?"?\s+/[XI]\s*(\{[0-9A-F-]{36}\})`)
)

// isUninstall recognises the Uninstall keys of the registry, which say most of what is installed.
func isUninstall(r records.Record) bool {
	if path := r.Text("PSParentPath", "PSPath"); path != "" {
		return strings.Contains(strings.ToLower(path), `\currentversion\uninstall`)
	}
	return r.Has("DisplayName") && r.HasAny("DisplayVersion", "UninstallString", "QuietUninstallString") && !r.HasAny("PackageFullName", "ProductState", "PackageName")
}

func readUninstall(c *computer, r records.Record) {
	name := r.Text("DisplayName", "QuietDisplayName")
	key := keyOf(r)
	switch {
	case name == "":
		c.nameless++
		return
	case isUpdate(r, key, name):
		c.updates.Add(name)
		return
	case r.Text("SystemComponent") == "1":
		c.parts.Add(name)
		return
	}
	a := inventory.App{Name: name, Version: r.Text("DisplayVersion"), Publisher: r.Text("Publisher"), Homepage: r.Text("URLInfoAbout", "HelpLink"),
		UninstallCommand: r.Text("QuietUninstallString", "UninstallString")}
	a.IdentifierKind, a.Identifier = identify(key, name)
	if at := strings.Trim(r.Text("InstallLocation"), `" `); at != "" {
		a.Paths = []string{inventory.Text(at)}
	}
	times(&a, r, "InstallDate")
	path := strings.ToLower(r.Text("PSPath", "PSParentPath"))
	if strings.Contains(path, `\wow6432node\`) {
		a.Arch = "x86"
	}
	if user := hiveOwner(path); user != "" {
		a.Users = []inventory.AppUser{{User: user, Installed: true}}
	}
	if r.Text("WindowsInstaller") == "1" {
		a.Flags = []string{"windows-installer"}
	}
	c.app(a, r.Line)
}

// keyOf is the name of the key, or the product code in the command that removes the product, "" where neither is told.
func keyOf(r records.Record) string {
	if key := r.Text("PSChildName"); key != "" {
		return key
	}
	if path := r.Text("PSPath"); path != "" {
		return path[strings.LastIndexByte(path, '\\')+1:]
	}
	if m := msiRemoval.FindStringSubmatch(r.Text("UninstallString", "QuietUninstallString")); m != nil {
		return m[1]
	}
	return ""
}

// identify tells the GUID of an installer package from another key of the registry. Without a key, the name is all there is.
func identify(key, name string) (inventory.IdentifierKind, string) {
	switch {
	case guid(key):
		return inventory.MSIProductCode, strings.ToUpper(key)
	case key != "":
		return inventory.UninstallKey, key
	}
	return inventory.NameOnly, name
}

// hiveOwner is the account that a path of the registry, in small letters, belongs to; "" for that of everybody.
func hiveOwner(path string) string {
	_, rest, ok := strings.Cut(path, "::")
	if !ok {
		rest = path
	}
	switch hive, below, _ := strings.Cut(rest, `\`); {
	case hive == "hkey_current_user" || hive == "hkcu:" || hive == "hkcu":
		return inventory.UnnamedUser
	case hive == "hkey_users" || hive == "hku:" || hive == "hku":
		sid, _, _ := strings.Cut(below, `\`)
		return inventory.Text(strings.ToUpper(sid))
	}
	return ""
}
func isUpdate(r records.Record, key, name string) bool {
	if r.Text("ParentKeyName") != "" || r.Text("ParentDisplayName") != "" || kbName.MatchString(key) || kbName.MatchString(name) {
		return true
	}
	release := strings.ToLower(r.Text("ReleaseType"))
	for _, word := range []string{"update", "hotfix", "service pack", "patch"} {
		if strings.Contains(release, word) {
			return true
		}
	}
	return false
}

// productColumns are those of Win32_Product; a table that has but a few of them is taken for one only where it has no others.
var productColumns = append([]string{"AssignmentType", "Caption", "Description", "HelpLink", "HelpTelephone", "IdentifyingNumber", "InstallDate", "InstallDate2", "InstallLocation", "InstallSource",
	"InstallState", "Language", "LocalPackage", "Name", "PackageCache", "PackageCode", "PackageName", "ProductID", "RegCompany", "RegOwner", "SKUNumber", "Transforms", "URLInfoAbout",
	"URLUpdateInfo", "Vendor", "Version", "WordCount"}, notes...)

func isWin32Product(r records.Record) bool {
	return r.Has("Name") && r.HasAny("Vendor", "IdentifyingNumber") && r.HasAny("Version", "IdentifyingNumber") && r.Only(productColumns...)
}

func readWin32Product(c *computer, r records.Record) {
	c.partial = "Win32_Product knows only what the Windows Installer installed: most programs are missing."
	name := r.Text("Name", "Caption")
	switch {
	case name == "":
		c.nameless++
		return
	case kbName.MatchString(name):
		c.updates.Add(name)
		return
	}
	a := inventory.App{Name: name, Version: r.Text("Version"), Publisher: r.Text("Vendor"), Homepage: r.Text("URLInfoAbout", "HelpLink")}
	a.IdentifierKind, a.Identifier = identify(r.Text("IdentifyingNumber"), name)
	if at := r.Text("InstallLocation"); at != "" {
		a.Paths = []string{inventory.Text(at)}
	}
	times(&a, r, "InstallDate", "InstallDate2")
	c.app(a, r.Line)
}

// isPackage recognises Get-Package.
func isPackage(r records.Record) bool {
	return r.Has("Name", "Version") && r.HasAny("ProviderName", "FastPackageReference") && !r.Has("PackageFullName")
}

func readPackage(c *computer, r records.Record) {
	name := r.Text("Name")
	if cutOff(name) {
		c.cut.Add(name)
	}
	a := inventory.App{Name: name, Version: r.Text("Version")}
	switch provider := strings.ToLower(r.Text("ProviderName")); provider {
	case "msu":
		c.updates.Add(name)
		return
	case "msi", "programs", "":
		a.IdentifierKind, a.Identifier = packageKey(r, name)
	case "chocolatey", "chocolateyget":
		a.IdentifierKind, a.Identifier = inventory.Chocolatey, strings.ToLower(name)
	default: // PowerShellGet, NuGet, …
		c.modules.Add(provider + ": " + name)
		return
	}
	if kbName.MatchString(name) {
		c.updates.Add(name)
		return
	}
	if path := strings.ToLower(r.Text("FastPackageReference")); strings.HasPrefix(path, "hklm32") || strings.HasPrefix(path, "hkcu32") || strings.Contains(path, `\wow6432node\`) {
		a.Arch = "x86"
	}
	c.app(a, r.Line)
}

// packageKey is the key of the registry that a package stands for: its product code, or the last part of its path.
func packageKey(r records.Record, name string) (inventory.IdentifierKind, string) {
	ref := r.Text("FastPackageReference", "TagId", "ProductCode")
	if at := strings.LastIndexByte(ref, '\\'); at >= 0 {
		ref = ref[at+1:]
	}
	if cutOff(ref) {
		ref = ""
	}
	return identify(ref, name)
}

// cutOff reports whether a console cut a text off.
func cutOff(s string) bool { return strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") }

func isHotFix(r records.Record) bool { return r.Has("HotFixID") }

func readHotFix(c *computer, r records.Record) { c.updates.Add(r.Text("HotFixID")) }
