// Package firefox reads the add-ons of Firefox and of programs made from it, such as Thunderbird, LibreWolf and Tor Browser:
// from the profiles of every account, from the folders in which the system puts add-ons for everybody, and from policies. It
// also tells the certificate authorities that were added to a profile.
//
// What the package cannot see: sites that an add-on was shut out of by its user, certificates that are trusted for a single
// web site, the format that Firefox kept its list of add-ons in before 2014, and policies in the registry of Windows.
package firefox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/jsonpart"
)

// levels is how deep below the folder of all programs one keeps its profiles: "Mozilla/Firefox".
const levels = 2

type scan struct {
	*addons.Collector
	ctx  context.Context
	done map[string]bool // profiles
	cas  map[string]int  // certificates by ID
}

func newScan(ctx context.Context, c *addons.Collector) *scan {
	return &scan{Collector: c, ctx: ctx, done: map[string]bool{}, cas: map[string]int{}}
}

// Computer reads every account of a computer, and what holds for all of them.
func Computer(ctx context.Context, c *addons.Collector) {
	s := newScan(ctx, c)
	for _, b := range appdata.Bases(c.Host, c.Problem) {
		appdata.BrokenLinks(c.Host, b.Dir, keepsProfiles, c.Problem)
		if b.Kind != appdata.Data {
			for _, dir := range appdata.Find(c.Host, b, levels, isTop, c.Problem) {
				s.top(dir, b.User)
			}
		}
		for _, dir := range torDirs {
			if dir = path.Join(b.Dir, dir); c.Host.Exists(dir) {
				s.top(dir, b.User)
			}
		}
	}
	s.shared()
	s.policies()
}

// keepsProfiles knows the folders of the common programs, and those around them. Some tools put links in their place.
func keepsProfiles(name string) bool {
	switch strings.TrimPrefix(strings.ToLower(name), ".") {
	case "mozilla", "firefox", "thunderbird", "librewolf", "waterfox", "zen", "floorp", "palemoon", "icecat", "moonchild productions":
		return true
	}
	return false
}

// torDirs are where Tor Browser, which lies whole in a folder of its user, keeps its profiles.
var torDirs = []string{
	"torbrowser/tbb/x86_64/tor-browser/Browser/TorBrowser/Data/Browser", "torbrowser/tbb/aarch64/tor-browser/Browser/TorBrowser/Data/Browser",
	"tor-browser/Browser/TorBrowser/Data/Browser", "Desktop/Tor Browser/Browser/TorBrowser/Data/Browser", "Downloads/tor-browser/Browser/TorBrowser/Data/Browser",
}

// Folder reads a folder of profiles, or one profile, that came without the computer. Shown names what has no name of its own.
func Folder(ctx context.Context, c *addons.Collector, shown string) {
	s := newScan(ctx, c)
	if isProfile(c.Host, ".") || isList(c.Host) {
		s.profile(".", Program(path.Dir(shown)), "")
		return
	}
	s.topOf(".", Program(shown), "")
}

// IsFolder reports whether a folder that was handed in alone is a profile or the folder of profiles.
func IsFolder(h *hostroot.Host) bool {
	return isProfile(h, ".") || isList(h) || h.Exists("profiles.ini") && (h.Exists("installs.ini") || len(iniPaths(h, ".")) > 0)
}

// isTop tells the folder in which a program keeps its profiles, or one of its profiles.
func isTop(_ string, names map[string]bool) bool {
	return names["profiles.ini"] || isProfileNames(func(name string) bool { return names[name] })
}

func isProfileNames(has func(name string) bool) bool {
	return has("extensions.json") && (has("prefs.js") || has("addonStartup.json.lz4") || has("compatibility.ini") || has("extension-preferences.json"))
}

func isProfile(h *hostroot.Host, dir string) bool {
	return isProfileNames(func(name string) bool { return h.Exists(path.Join(dir, name)) })
}

// top reads the profiles of one program.
func (s *scan) top(dir, user string) {
	if isProfile(s.Host, dir) {
		s.profile(dir, Program(path.Dir(dir)), user)
		return
	}
	s.topOf(dir, Program(dir), user)
}

// topOf reads the profiles that profiles.ini names, which may be anywhere, and those that lie where profiles do.
func (s *scan) topOf(dir, program, user string) {
	dirs := iniPaths(s.Host, dir)
	for _, profile := range dirs {
		s.missing(dir, profile)
	}
	for _, folder := range []string{dir, path.Join(dir, "Profiles")} {
		dirs = append(dirs, appdata.Folders(s.Host, folder, s.Problem)...)
	}
	for _, profile := range dirs {
		if s.ctx.Err() != nil {
			return
		}
		if s.Host.Exists(path.Join(profile, "extensions.json")) || s.Host.Exists(path.Join(profile, "cert9.db")) {
			s.profile(profile, program, user)
		}
	}
}

// missing tells of a profile that profiles.ini names and that is not there: outside of what was copied, or behind a link that
// leads to nothing. One beside profiles.ini was taken away, or has never been used and was not copied.
func (s *scan) missing(dir, profile string) {
	at, why := s.Host.Broken(profile)
	switch {
	case at != "":
		s.Problem(at, fmt.Errorf("a profile of Firefox or its kin is behind this link: %w", why))
	case !s.Host.Exists(profile) && !strings.HasPrefix(profile, dir+"/") && dir != ".":
		s.Problem(profile, errors.New("profiles.ini names this folder of a profile, which is not there; its add-ons are missing"))
	}
}

// maxIni is how large profiles.ini may be, and maxProfiles how many it may name.
const maxIni, maxProfiles = 1 << 20, 1_000

// iniPaths are the folders that profiles.ini names.
func iniPaths(h *hostroot.Host, dir string) []string {
	data, err := appdata.Read(h, path.Join(dir, "profiles.ini"), maxIni)
	if err != nil {
		return nil // isProfile tells whoever has a profile without it
	}
	var list []string
	for line := range strings.Lines(string(data)) {
		value, ok := strings.CutPrefix(strings.TrimSpace(line), "Path=")
		if !ok || len(list) == maxProfiles {
			continue
		}
		value = strings.ReplaceAll(value, `\`, "/")
		switch {
		case strings.HasPrefix(value, "/"):
			value = strings.TrimPrefix(path.Clean(value), "/")
		case len(value) > 2 && value[1] == ':':
			value = h.Fold(path.Clean(value[2:]))
		default:
			value = path.Join(dir, value)
		}
		if fs.ValidPath(value) && !slices.Contains(list, value) {
			list = append(list, value)
		}
	}
	return list
}

// programs are those whose folder has another name than is used here.
var programs = map[string]string{"pale moon": "palemoon", "icecat": "icecat", "torbrowser-data": "tor-browser", "firefox esr": "firefox"}

// Program names the program of a folder of profiles.
func Program(dir string) string {
	lower := strings.ToLower(dir)
	if strings.Contains(lower, "torbrowser") || strings.Contains(lower, "tor browser") || strings.Contains(lower, "tor-browser") {
		return "tor-browser"
	}
	name := strings.TrimPrefix(path.Base(lower), ".")
	if name == "profiles" {
		return Program(path.Dir(dir))
	}
	if p := programs[name]; p != "" {
		return p
	}
	return name
}

// document reads a file that is an object; what is not there is no problem.
func (s *scan) document(name string, limit int64, missing string) (jsonpart.Value, bool) {
	data, err := appdata.Read(s.Host, name, limit)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.Problem(name, err)
		}
		return nil, false
	}
	v, err := jsonpart.Parse(data)
	if err != nil || !v.IsObject() {
		s.Malformed(name, missing)
		return nil, false
	}
	return v, true
}
