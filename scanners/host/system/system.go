// Package system describes a Linux computer and its users, and says which kinds of software on it this
// version does not look for.
//
// It runs for every computer, so that one without any known package database is reported as such and does
// not pass for a computer without software.
//
// What the package cannot see: people who log in through a directory service and have no home folder here.
package system

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/system"

// Scanner reads who and what a computer is.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "the computer and its users",
		Platforms: []inventory.Platform{inventory.Linux}, Live: []inventory.Platform{inventory.Linux},
		Reads: []string{"/etc/os-release", "/etc/hostname", "/etc/machine-id", "/etc/passwd", "/home"},
		CannotSee: []string{
			"programs that run inside a browser and are no extensions of it",
			"programs inside containers and virtual machines on the computer",
			"programs copied to the computer without any package manager that are no AppImages, unless a menu entry, a service or a running process shows them",
		},
	}
}

// Recognise implements scanners.Scanner. Other systems have scanners of their own that describe the computer.
func (Scanner) Recognise(src *source.Source) bool {
	h, err := hostroot.Open(src)
	return err == nil && h.Platform() == inventory.Linux
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(_ context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	d := h.Device(ID)
	users, err := h.Users()
	for _, u := range users {
		if u.UID != "0" {
			d.Users = append(d.Users, inventory.DeviceUser{ID: inventory.Text(u.ID()), Name: inventory.Text(u.Name)})
		}
	}
	if err != nil {
		g := h.Gap(ID, "etc/passwd", err)
		g.Device = d.ID
		if errors.Is(err, fs.ErrNotExist) { // as in a container image
			g.Kind, g.Detail, g.Next = inventory.GapBlind, "There is no list of users, so that it is not known whose computer it is.", ""
		}
		inv.Gaps = append(inv.Gaps, g)
	}
	inv.Devices = []inventory.Device{d}
	inv.Gaps = append(inv.Gaps, databaseGaps(h, d.ID)...)
	return inv, nil
}

// database is where a package manager keeps what it installed.
type database struct {
	name string
	read bool // by a scanner of this version
	at   []string
	list string // command that lists the packages
}

var databases = []database{
	{name: "dpkg", read: true, at: []string{"var/lib/dpkg/status", "var/lib/dpkg/status.d"}},
	{name: "rpm", read: true, at: []string{
		"var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages", "var/lib/rpm/Packages.db",
		"usr/lib/sysimage/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/Packages", "usr/lib/sysimage/rpm/Packages.db"}},
	{name: "pacman", read: true, at: []string{"var/lib/pacman/local"}},
	{name: "apk-tools", read: true, at: []string{"lib/apk/db/installed", "usr/lib/apk/db/installed"}},
	{name: "Portage", at: []string{"var/db/pkg"}, list: "qlist -Iv"},
	{name: "Nix", at: []string{"nix/var/nix/db"}, list: "nix-store --query --requisites /run/current-system"},
	{name: "Homebrew", read: true, at: []string{"home/linuxbrew/.linuxbrew/Cellar"}},
}

// databaseGaps names each package database that nothing here reads, and their complete absence.
func databaseGaps(h *hostroot.Host, device string) []inventory.Gap {
	var gaps []inventory.Gap
	found := false
	for _, db := range databases {
		gaps = append(gaps, brokenGaps(h, db, device)...)
		at := h.First(db.at)
		if at == "" {
			continue
		}
		found = found || db.name != "Homebrew" // never the system's own
		if !db.read {
			gaps = append(gaps, inventory.Gap{Scanner: ID, Device: device, Subject: inventory.Text(h.Source().Join(at)), Kind: inventory.GapUnsupported,
				Detail: "The computer has packages of " + db.name + ", which this version does not read.",
				Next:   "List them with " + db.list + " and compare by hand."})
		}
	}
	if !found {
		gaps = append(gaps, inventory.Gap{Scanner: ID, Device: device, Subject: inventory.Text(h.Source().Name()), Kind: inventory.GapEmpty,
			Detail: "No package database was found (" + names() + "), so the installed software of the computer is not known.",
			Next:   "Check that this is the root folder of a Linux computer and that it is complete."})
	}
	return gaps
}

// brokenGaps names the links that stand in the place of a package database and lead to nothing. No scanner takes notice of
// them.
func brokenGaps(h *hostroot.Host, db database, device string) []inventory.Gap {
	var gaps []inventory.Gap
	seen := map[string]bool{"": true}
	for _, name := range db.at {
		at, why := h.Broken(name)
		if seen[at] {
			continue
		}
		seen[at] = true
		gaps = append(gaps, inventory.Gap{Scanner: ID, Device: device, Subject: inventory.Text(h.Source().Join(at)), Kind: inventory.GapUnreadable,
			Detail: inventory.Text("The package database of " + db.name + " could not be reached, so that its packages are missing: " + why.Error() + "."),
			Next:   "Copy or mount what the link leads to as well, and scan again."})
	}
	return gaps
}

func names() string {
	var out []string
	for _, db := range databases {
		out = append(out, db.name)
	}
	return strings.Join(out, ", ")
}
