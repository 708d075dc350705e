package riskdb

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// grammars are what an identifier of each kind may be, so that nothing else becomes a part of a command. They are narrower
// than what the systems accept: what does not fit is removed by hand.
var grammars = map[inventory.IdentifierKind]*regexp.Regexp{
	inventory.AndroidPackage:  androidName,
	inventory.IOSBundle:       bundleName,
	inventory.DebPackage:      regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]*[a-z0-9+]$`), // apt-get takes a dash at the end as "remove"
	inventory.RPMPackage:      regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._+-]*$`),
	inventory.AlpinePackage:   regexp.MustCompile(`^[a-z0-9_][A-Za-z0-9._+-]*$`),
	inventory.ArchPackage:     regexp.MustCompile(`^[a-z0-9@_+][a-z0-9@._+-]*$`),
	inventory.FlatpakApp:      regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+){2,}$`),
	inventory.SnapPackage:     regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(_[a-z0-9]{1,10})?$`),
	inventory.WingetID:        regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9+_-]{0,31}(\.[A-Za-z0-9+_-]{1,32}){1,7}$`),
	inventory.MSIProductCode:  regexp.MustCompile(`^\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}$`),
	inventory.MSIXFamily:      regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{2,49}$`),
	inventory.Chocolatey:      regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`),
	inventory.Homebrew:        regexp.MustCompile(`^[a-z0-9][a-z0-9@._+-]*(/[a-z0-9][a-z0-9@._+-]*){0,2}$`),
	inventory.MacBundle:       bundleName,
	inventory.ChromeExtension: regexp.MustCompile(`^[a-p]{32}$`),
	inventory.FirefoxAddon:    regexp.MustCompile(`^(\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}|[A-Za-z0-9._-]*@[A-Za-z0-9._-]+)$`),
	inventory.VSCodeExtension: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*\.[A-Za-z0-9][A-Za-z0-9._-]*$`),
	inventory.JetBrainsPlugin: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._ -]*$`),
}

// onDesktop says how a program is taken off a computer: for everybody, or once for each account that has its own.
func (a *assessor) onDesktop(f *facts, d *inventory.Device) []RemovalStep {
	if f.app.Presence != inventory.PresenceInstalled {
		return nil
	}
	var steps []RemovalStep
	for _, u := range f.app.Users {
		if u.Installed {
			steps = append(steps, a.desktopStep(f, d, u.User))
		}
	}
	if len(steps) == 0 {
		steps = append(steps, a.desktopStep(f, d, ""))
	}
	return steps
}

func (a *assessor) desktopStep(f *facts, d *inventory.Device, user string) RemovalStep {
	app := f.app
	s := RemovalStep{User: user, Method: RemoveUninstall, Identifier: addressable(app), Stated: app.UninstallCommand}
	if d != nil {
		if i := slices.IndexFunc(d.Users, func(u inventory.DeviceUser) bool { return u.ID == user }); i >= 0 && user != "" {
			s.Name, s.Kind = d.Users[i].Name, d.Users[i].Kind
		}
	}
	s.Command = desktopCommand(app.IdentifierKind, s.Identifier, d, user != "")
	if w := asWinget(app); s.Command == nil && w != nil {
		s.Identifier = addressable(w)
		s.Command = desktopCommand(w.IdentifierKind, s.Identifier, d, user != "")
	}
	if s.Command == nil {
		s.Method = RemoveByHand
	}
	s.Note = desktopNote(app, user, s.Command != nil)
	if app.Platform == inventory.MacOS && s.Command == nil {
		a.onMac(f, &s)
	}
	if s.Stated != "" {
		s.Note = joinSpace(s.Note, "The command that the computer itself states for it was not checked: look at it before it is used.")
	}
	if manager := a.managementOf(app.Device); manager != "" {
		s.Method = RemoveManaged
		s.Note = joinSpace(fmt.Sprintf("The computer is managed by %s: take its assignment back there, or let the management run the command, else it may be installed again.", manager), s.Note)
	}
	if f.product != nil && f.product.Kind == SecurityProduct {
		s.Note = joinSpace(s.Note, "It protects or controls the computer: have its replacement ready first. It may ask for a password of its own console before it lets itself be removed.")
	}
	return s
}

// desktopCommand is the command of the platform's own package manager; nil where there is none or the identifier is not by
// its grammar. Each element is one argument.
func desktopCommand(kind inventory.IdentifierKind, id string, d *inventory.Device, ofUser bool) []string {
	if id == "" {
		return nil
	}
	switch kind {
	case inventory.DebPackage:
		return []string{"apt-get", "remove", id}
	case inventory.RPMPackage:
		if d != nil && strings.Contains(strings.ToLower(d.OSName), "suse") {
			return []string{"zypper", "remove", id}
		}
		return []string{"dnf", "remove", id}
	case inventory.AlpinePackage:
		return []string{"apk", "del", id}
	case inventory.ArchPackage:
		return []string{"pacman", "-R", id}
	case inventory.FlatpakApp:
		return []string{"flatpak", "uninstall", map[bool]string{true: "--user", false: "--system"}[ofUser], id}
	case inventory.SnapPackage:
		return []string{"snap", "remove", id}
	case inventory.WingetID:
		return []string{"winget", "uninstall", "--exact", "--id", id}
	case inventory.MSIProductCode:
		return []string{"msiexec.exe", "/x", id}
	case inventory.MSIXFamily:
		return msixCommand(id, ofUser)
	case inventory.Chocolatey:
		return []string{"choco", "uninstall", id}
	case inventory.Homebrew:
		return []string{"brew", "uninstall", id}
	}
	return nil
}

// msixCommand is one of PowerShell, in which the identifier, letters, digits, dots and dashes, stands for itself.
func msixCommand(id string, ofUser bool) []string {
	script := "Get-AppxPackage -AllUsers -Name " + id + " | Remove-AppxPackage -AllUsers"
	if ofUser {
		script = "Get-AppxPackage -Name " + id + " | Remove-AppxPackage"
	}
	return []string{"powershell.exe", "-NoProfile", "-Command", script}
}

// signedIn says as whom something is done. A source need not name the account that it is of.
func signedIn(user string) string {
	if inventory.Unnamed(user) {
		return "signed in as the account that this is of, which the source does not name"
	}
	return fmt.Sprintf("signed in as %q", user)
}

// desktopNote says who runs the command, or what is done by hand.
func desktopNote(app *inventory.App, user string, command bool) string {
	as := "as an administrator"
	if app.Platform == inventory.Linux {
		as = "as root"
	}
	if user != "" {
		as = signedIn(user)
	}
	switch {
	case command && app.IdentifierKind == inventory.Homebrew:
		return "On the computer, as the account that Homebrew belongs to."
	case command && app.IdentifierKind == inventory.MSIProductCode:
		return "On the computer, " + as + ". In a management: uninstall by this product code."
	case command && app.IdentifierKind == inventory.MSIXFamily:
		return "On the computer, " + as + ". In a management: uninstall the packaged app of this name."
	case command:
		return "On the computer, " + as + "."
	}
	return byHand(app, as)
}

func byHand(app *inventory.App, as string) string {
	at := ""
	if len(app.Paths) > 0 {
		at = fmt.Sprintf(" (%q)", app.Paths[0])
	}
	switch {
	case app.IdentifierKind == inventory.Process || app.IdentifierKind == ServiceName:
		return "Only what runs or is set up to run was seen" + at + ": find the program that it belongs to, and remove that."
	case app.Platform == inventory.Windows:
		return fmt.Sprintf("On the computer, %s: Settings > Apps > Installed apps, the entry %q, Uninstall.", as, firstOf(app.Name, app.Identifier))
	case app.IdentifierKind == inventory.MacReceipt:
		return fmt.Sprintf("On the Mac: run the maker's own uninstaller. An installer package notes what it put where (pkgutil --files), and takes nothing away; %q is its receipt.", app.Identifier)
	case app.Platform == inventory.MacOS:
		return "On the Mac, " + as + ": quit it and move it to the Trash" + at + "; of a program with an uninstaller, run that. An extension of it goes under System Settings > General > Login Items & Extensions. " +
			"In a management: remove the app, and the profile that allows its extensions."
	case app.IdentifierKind == inventory.AppImage:
		return "On the computer: delete the file" + at + ", and its menu entry if it has one."
	}
	return "On the computer, " + as + ": no package manager knows it; delete the program" + at + " and its entries in menu and autostart."
}

// onMac says what the Trash does not do: a part of macOS cannot be removed, and what the system has loaded of a program stays.
func (a *assessor) onMac(f *facts, s *RemovalStep) {
	switch app := f.app; {
	case partOfMacOS(app):
		s.Method = RemoveDisable
		s.Note = "It is part of macOS, which lets nobody remove it. In a management its use can be forbidden."
	case app.IdentifierKind == inventory.MacReceipt || app.IdentifierKind == inventory.Process || app.IdentifierKind == ServiceName:
	case f.product != nil && f.product.Kind == SecurityProduct || a.rooted(app):
		s.Note = fmt.Sprintf("On the Mac, as an administrator: run the maker's own uninstaller for %q, or let the management do it. In the Trash alone its system extension, daemons and settings would stay, "+
			"and a program that protects itself does not let itself be moved there. In a management: take back the app and the profile that allows its extensions.", firstOf(app.Name, app.Identifier))
	}
}

func partOfMacOS(app *inventory.App) bool {
	return app.System || app.Distribution == "system" || app.Identifier == "com.apple.Safari" ||
		slices.ContainsFunc(app.Paths, func(p string) bool { return strings.HasPrefix(p, "/System/") })
}

// rooted reports whether the system itself runs something of an app: an extension, a daemon or a helper.
func (a *assessor) rooted(app *inventory.App) bool {
	return slices.ContainsFunc(a.inv.SecurityProducts, func(sp inventory.SecurityProduct) bool {
		switch sp.Kind {
		case "system-extension", "kernel-extension", "launch-daemon", "privileged-helper":
		default:
			return false
		}
		return sp.Device == app.Device && (sp.App != "" && sp.App == app.ID || slices.ContainsFunc(app.Paths, func(p string) bool {
			return p != "" && (sp.Path == p || strings.HasPrefix(sp.Path, strings.TrimSuffix(p, "/")+"/"))
		}))
	})
}

// managementOf names who manages a computer; empty where nobody does as far as is told.
func (a *assessor) managementOf(device string) string {
	for i := range a.inv.Profiles {
		p := &a.inv.Profiles[i]
		if p.Device == device && (p.Kind == "device-owner" || slices.Contains(p.Payloads, "com.apple.mdm")) {
			return quotedManager(p)
		}
	}
	return ""
}
