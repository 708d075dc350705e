package androidfacts

import (
	"fmt"
	"io"
	"strings"

	"quaestor/scanners/internal/pmlist"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// AddPackageList reads the output of `pm list packages` from r, which comes from the file path.
func (p *Phone) AddPackageList(r io.Reader, path string) error {
	var installers, versions, users bool
	sum, err := pmlist.Read(r, func(e *pmlist.Entry) error {
		if a := p.app(e.Package); a != nil {
			listEntry(a, e)
			addOrigin(a, p.origin(path, e.Line))
		}
		installers, versions = installers || e.InstallerKnown, versions || e.VersionKnown
		users = users || len(e.UIDs) > 0 || e.Context.User != ""
		return nil
	})
	p.listGaps(sum, path)
	p.columnGap(installers, path, "which app installed each package", "-i")
	p.columnGap(versions, path, "the versions", "--show-versioncode")
	p.columnGap(users, path, "for which users each package is installed", "-U, or --user for each user")
	return err
}

// listEntry states one line of a listing.
func listEntry(a *inventory.App, e *pmlist.Entry) {
	addPath(a, e.Path)
	pathFacts(a, e.Path)
	a.System = a.System || e.Context.System
	a.Apex = a.Apex || e.Context.Apex
	if e.InstallerKnown {
		a.InstallerKnown = true
		if a.Installer == "" {
			a.Installer = inventory.Text(e.Installer)
		}
	}
	if e.VersionKnown {
		a.VersionCode = max(a.VersionCode, e.VersionCode)
	}
	listUsers(a, e)
}

// listUsers states for whom the package is installed, where the line or the command before it tells.
func listUsers(a *inventory.App, e *pmlist.Entry) {
	var named []string
	for _, uid := range e.UIDs {
		user, id := User(uid)
		if a.UID == 0 {
			a.UID = id
		}
		a.System = a.System || id < FirstAppID
		named = append(named, user)
	}
	if isNumber(e.Context.User) {
		named = append(named, e.Context.User)
	}
	if e.Context.Disabled && len(named) == 0 {
		a.Disabled = true
	}
	if e.Context.Uninstalled {
		return // -u lists packages of which only data is left
	}
	for _, user := range named {
		u := setUser(a, user)
		u.Installed = true
		switch {
		case e.Context.Disabled:
			u.Enabled = "disabled"
		case e.Context.Enabled:
			u.Enabled = "enabled"
		}
	}
}

func isNumber(s string) bool {
	return s != "" && len(s) < 10 && strings.Trim(s, "0123456789") == ""
}

func (p *Phone) listGaps(sum *pmlist.Summary, path string) {
	p.UnknownLines(path, &sum.Unknown, "Lines that are no package lines were not understood.")
	p.UnknownLines(path, &sum.Fields, "Fields on package lines were not understood; the packages were read.")
	if sum.Broken.Count > 0 {
		p.Gap(inventory.Gap{Subject: path, Kind: inventory.GapMalformed, Count: sum.Broken.Count, Samples: sum.Broken.Samples,
			Detail: "Package lines hold no valid package name: these packages are not among the apps.", Next: "List the packages again, and look at these lines by hand."})
	}
	if sum.Errors.Count > 0 {
		g := inventory.Gap{Subject: path, Kind: inventory.GapMalformed, Count: sum.Errors.Count, Samples: sum.Errors.Samples,
			Detail: "The listing holds error messages: the device did not list everything that was asked for.",
			Next:   "Repeat the listing, for every user of the device."}
		if denied(sum.Errors.Samples) {
			g.Kind = inventory.GapNotPermitted
			g.Detail = "The device refused a part of the listing, as it does for a work profile, a secure folder or another user's apps."
		}
		p.Gap(g)
	}
	p.CutLines(path, sum.Cut)
}

func denied(messages []string) bool {
	for _, m := range messages {
		m = strings.ToLower(m)
		if !strings.Contains(m, "permission") && !strings.Contains(m, "securityexception") && !strings.Contains(m, "security exception") {
			return false
		}
	}
	return true
}

// UnknownLines records what a parser counted and did not understand.
func (p *Phone) UnknownLines(subject string, t *tally.Tally, detail string) {
	if t.Count > 0 {
		p.Gap(inventory.Gap{Subject: subject, Kind: inventory.GapUnknownLines, Detail: detail, Count: t.Count, Samples: t.Samples,
			Next: "Report the format with these samples, so that a later version reads it."})
	}
}

// CutLines records that lines were longer than is kept.
func (p *Phone) CutLines(subject string, n int) {
	if n > 0 {
		p.Gap(inventory.Gap{Subject: subject, Kind: inventory.GapLimit, Count: n,
			Detail: "Lines too long to be kept whole were cut.", Next: "Look at these lines by hand."})
	}
}

func (p *Phone) columnGap(told bool, path, what, flag string) {
	if !told {
		p.Gap(inventory.Gap{Subject: path, Kind: inventory.GapBlind, Detail: fmt.Sprintf("This listing does not tell %s.", what),
			Next: fmt.Sprintf("List again with the flag %s, or collect a dumpsys.", flag)})
	}
}
