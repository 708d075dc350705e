// Package chromium reads the extensions of Chromium and of browsers made from it: from the profiles of every account, from
// what the system or another program tells the browser to install, and from the policies of an administrator.
//
// A profile is told by what is in it and not by the name of the browser, so that browsers nobody has heard of are read too.
//
// What the package cannot see: web apps that were added to the desktop, what an extension keeps for itself, policies that a
// directory service or a cloud console hands out, and on Windows those in the registry.
package chromium

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/inventory"
)

// levels is how deep below the folder of all programs the folders of browsers are: "Google/Chrome". Many keep their data in one
// more below, of which the name is known.
const levels = 2

type scan struct {
	*addons.Collector
	ctx context.Context
}

// Computer reads every account of a computer, and what holds for all of them.
func Computer(ctx context.Context, c *addons.Collector) {
	s := &scan{c, ctx}
	for _, b := range appdata.Bases(c.Host, c.Problem) {
		if b.Kind != appdata.Settings {
			continue
		}
		appdata.BrokenLinks(c.Host, b.Dir, keepsProfiles, c.Problem)
		var inside []string
		is := func(dir string, names map[string]bool) bool {
			for _, name := range slices.Sorted(maps.Keys(names)) {
				if strings.HasPrefix(name, userData) {
					inside = append(inside, path.Join(dir, name))
				}
			}
			return isUserData(names) || holdsProfiles(c.Host, dir, names) || names[extensionsDir] && extensionFiles(c.Host, dir)
		}
		found := appdata.Find(c.Host, b, levels, is, c.Problem)
		for _, dir := range slices.Concat(found, inside) {
			if info, err := c.Host.Stat(dir); err == nil && info.IsDir() {
				s.userData(dir, Program(below(dir, b.Dir)), b.User)
			}
		}
	}
	s.external()
	s.policies()
}

func below(dir, base string) string {
	if dir == base {
		return path.Base(dir)
	}
	return strings.TrimPrefix(dir, base+"/")
}

// Folder reads a folder of user data, or one profile, that came without the computer. Shown names what has no name of its own.
func Folder(ctx context.Context, c *addons.Collector, shown string) {
	s := &scan{c, ctx}
	program := Program(shown)
	if isProfile(c.Host, ".") && !isKnown(program) && path.Dir(shown) != "." {
		program = Program(path.Dir(shown)) // of a single profile, the folder around it is the browser's
	}
	if !isKnown(program) {
		program = s.unnamed(program)
	}
	s.userData(".", program, "")
}

// isUserData tells the folder in which a browser keeps its profiles, or the only one that it has. Programs that show web
// pages and are no browsers have such folders too, mostly without extensions.
func isUserData(names map[string]bool) bool {
	return names["Local State"] || isProfileNames(names)
}

func isProfileNames(names map[string]bool) bool {
	return names["Preferences"] || names["Secure Preferences"]
}

// userData reads the profiles in a folder of user data.
func (s *scan) userData(dir, program, user string) {
	if isProfile(s.Host, dir) {
		s.profile(dir, program, user)
	}
	appdata.BrokenLinks(s.Host, dir, isProfileName, s.Problem)
	for _, sub := range appdata.Folders(s.Host, dir, s.Problem) {
		if s.ctx.Err() != nil {
			return
		}
		if isProfile(s.Host, sub) {
			s.profile(sub, program, user)
		}
	}
	s.externalIn(path.Join(dir, "External Extensions"), program, user)
}

// profile reads the extensions that the settings of a profile name, and those of which only files are left.
func (s *scan) profile(dir, program, user string) {
	known := s.settings(dir)
	s.lacksSettings(dir)
	if at, why := s.Host.Broken(path.Join(dir, extensionsDir)); at != "" {
		s.Problem(at, fmt.Errorf("the extensions of the profile could not be reached: %w", why))
	}
	for _, id := range known.ids {
		if s.ctx.Err() != nil {
			return
		}
		if set := known.byID[id]; set.installed() {
			s.extension(place{dir: dir, program: program, user: user}, id, set)
		}
	}
	for _, folder := range appdata.Folders(s.Host, path.Join(dir, extensionsDir), s.Problem) {
		if s.ctx.Err() != nil {
			return
		}
		if id := path.Base(folder); isID(id) && !known.byID[id].installed() && !s.leftover(place{dir: dir, program: program, user: user}, id, folder, known.read) {
			return
		}
	}
}

const extensionsDir = "Extensions"

// place is a profile.
type place struct{ dir, program, user string }

// name is the folder of the profile. One that was handed in alone goes by the name under which it was.
func (s *scan) profileName(p place) string {
	if p.dir == "." {
		return inventory.Text(path.Base(s.Host.Source().Base()))
	}
	return inventory.Text(path.Base(p.dir))
}
