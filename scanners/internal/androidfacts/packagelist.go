package androidfacts

import (
	"fmt"
	"io"
	"slices"
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
			listEntry(a, e, !p.listed(a))
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

// listed reports whether an app was told of before.
func (p *Phone) listed(a *inventory.App) bool { return len(a.Origins) > 0 }

// listEntry states one line of a listing; first is whether nothing told of the app before.
func listEntry(a *inventory.App, e *pmlist.Entry, first bool) {
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
	switch {
	case e.Archived: // listed, but for no user installed unless another line says so
		addFlag(a, archived)
		a.NotInstalled = a.NotInstalled || first
		if a.UID == 0 && len(e.UIDs) > 0 {
			_, a.UID = User(e.UIDs[0])
		}
		return
	case len(a.Users) == 0 && !e.Context.Uninstalled:
		a.NotInstalled = false
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
		if !e.Context.Known && hasUser(a, user) {
			continue // a dump told more of this user, and the listing may be one with -u
		}
		u := setUser(a, user)
		u.Installed, a.NotInstalled = true, false
		switch {
		case e.Context.Disabled:
			u.Enabled = "disabled"
		case e.Context.Enabled:
			u.Enabled = "enabled"
		}
	}
}

func hasUser(a *inventory.App, user string) bool {
	return slices.ContainsFunc(a.Users, func(u inventory.AppUser) bool { return u.User == user })
}

func isNumber(s string) bool {
	return s != "" && len(s) < 10 && strings.Trim(s, "0123456789") == ""
}

func (p *Phone) listGaps(sum *pmlist.Summary, path string) {
	p.UnknownLines(path, &sum.Unknown, "Lines that are no package lines were not understood.")
	p.UnknownLines(path, &sum.Fields, "Fields on package lines were not understood; the packages were read.")
	if sum.Broken.Count > 0 {
		p.Gap(inventory.Gap{Subject: path, Kind: inventory.GapMalformed, Count: sum.Broken.Count, Samples: sum.Broken.Samples,
			Detail: "Lines name a package in a form that is not understood, or not validly: these packages are not among the apps.", Next: "List the packages again, and look at these lines by hand."})
	}
	if sum.Errors.Count > 0 {
		p.Gap(refusal(sum, path))
	}
	p.CutLines(path, sum.Cut)
	p.gluedLines(path, sum.Glued)
	if sum.Open {
		p.Gap(inventory.Gap{Subject: path, Kind: inventory.GapBlind, Detail: "The listing ends without a line end: nothing shows whether its last line, and the list, are whole.",
			Next: "List the packages again straight into a file."})
	}
}

// refusal states that the device did not list everything it was asked for: what it left out is missing.
func refusal(sum *pmlist.Summary, path string) inventory.Gap {
	g := inventory.Gap{Subject: path, Kind: inventory.GapUnreadable, Count: sum.Errors.Count, Samples: sum.Errors.Samples,
		Detail: "The listing holds error messages: the device did not list everything that was asked for.",
		Next:   "Repeat the listing, for every user of the device."}
	var users []string
	denied := false
	for _, m := range sum.Errors.Samples {
		denied = denied || pmlist.Refused(m)
		if u := pmlist.RefusedUser(m); u != "" && !slices.Contains(users, u) {
			users = append(users, u)
		}
	}
	switch {
	case len(users) > 0:
		g.Detail = fmt.Sprintf("The device refused to list the apps of user %s: a work profile, a secure folder or another person's apps are missing.", strings.Join(users, ", "))
		g.Next = fmt.Sprintf("Unlock that profile or folder and list again with --user %s; where it stays refused, take a bug report or look at the phone with its owner.", users[0])
	case denied:
		g.Detail = "The device refused the listing or a part of it: these apps are missing."
		g.Next = "Unlock the phone and its profiles, allow USB debugging, and list again for every user (pm list users, then --user N)."
	}
	return g
}

// UnknownLines records what a parser counted and did not understand.
func (p *Phone) UnknownLines(subject string, t *tally.Tally, detail string) {
	if t.Count > 0 {
		p.Gap(inventory.Gap{Subject: subject, Kind: inventory.GapUnknownLines, Detail: detail, Count: t.Count, Samples: t.Samples,
			Next: "Report the format with these samples, so that a later version reads it."})
	}
}

// gluedLines records that a part of a file is in another encoding than its beginning.
func (p *Phone) gluedLines(subject string, n int) {
	if n > 0 {
		p.Gap(inventory.Gap{Subject: subject, Kind: inventory.GapMalformed, Count: n,
			Detail: "A part of the file is not in the encoding that it begins with, and was not read.", Next: "Scan the files apart that were put together here."})
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
	if !told && !p.described {
		p.Gap(inventory.Gap{Subject: path, Kind: inventory.GapBlind, Detail: fmt.Sprintf("This listing does not tell %s.", what),
			Next: fmt.Sprintf("List again with the flag %s, or collect a dumpsys.", flag)})
	}
}
