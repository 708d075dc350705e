package firefox

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/inventory"
)

// forEverybody are where the system puts add-ons for all accounts, in a folder for each program; the folders have the numbers
// of the programs.
var forEverybody = []string{"usr/share/mozilla/extensions", "usr/lib/mozilla/extensions", "usr/lib64/mozilla/extensions", "Library/Application Support/Mozilla/Extensions"}

var programIDs = map[string]string{
	"{ec8030f7-c20a-464f-9b0e-13a3a9e97384}": "firefox", "{3550f703-e582-4d05-9a08-453d09bdfdc6}": "thunderbird", "{92650c4d-4b8e-4d2a-b7eb-24ecf4f6b63a}": "seamonkey",
	"{8de7fcbb-c55c-4fbe-bfc5-fc555c87dbc4}": "palemoon",
}

// distributions are the folders of programs that an administrator or a distributor adds to: add-ons and policies.
var distributions = []struct{ dir, program string }{
	{"usr/lib/firefox/distribution", "firefox"}, {"usr/lib64/firefox/distribution", "firefox"}, {"usr/lib/firefox-esr/distribution", "firefox"},
	{"opt/firefox/distribution", "firefox"}, {"usr/lib/thunderbird/distribution", "thunderbird"}, {"usr/lib64/thunderbird/distribution", "thunderbird"},
	{"opt/thunderbird/distribution", "thunderbird"}, {"usr/share/firefox-esr/distribution", "firefox"}, {"usr/lib/librewolf/distribution", "librewolf"},
	{"etc/firefox/policies", "firefox"}, {"etc/firefox-esr/policies", "firefox"}, {"etc/thunderbird/policies", "thunderbird"}, {"etc/librewolf/policies", "librewolf"},
	{"Applications/Firefox.app/Contents/Resources/distribution", "firefox"}, {"Applications/Thunderbird.app/Contents/Resources/distribution", "thunderbird"},
	{"Applications/LibreWolf.app/Contents/Resources/distribution", "librewolf"},
	{"Program Files/Mozilla Firefox/distribution", "firefox"}, {"Program Files (x86)/Mozilla Firefox/distribution", "firefox"},
	{"Program Files/Mozilla Thunderbird/distribution", "thunderbird"}, {"Program Files/LibreWolf/distribution", "librewolf"},
}

// shared records the add-ons that the system gives to everybody.
func (s *scan) shared() {
	for _, top := range forEverybody {
		for _, e := range s.entries(top) {
			if program := programIDs[strings.ToLower(e.Name())]; program != "" {
				s.packages(path.Join(top, e.Name()), program, "sideloaded")
			}
		}
	}
	for _, d := range distributions {
		s.packages(s.spelt(path.Join(d.dir, "extensions")), d.program, "built-in")
	}
}

// spelt is how a folder of the system is spelt on a copied volume of Windows, where case does not matter.
func (s *scan) spelt(name string) string {
	if s.Platform == inventory.Windows {
		return s.Host.Fold(name)
	}
	return name
}

func (s *scan) entries(dir string) []fs.DirEntry {
	entries, err := s.Host.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Problem(dir, err)
	}
	return entries
}

// packages records the add-ons in a folder: each is a folder or an archive that bears its identifier as a name.
func (s *scan) packages(dir, program, source string) {
	for _, e := range s.entries(dir) {
		if s.ctx.Err() != nil {
			return
		}
		name := path.Join(dir, e.Name())
		m, err := s.open(name)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) { // a folder without a manifest is no add-on
				s.bad(name, err)
			}
			continue
		}
		id := m.Gecko
		if id == "" {
			id = strings.TrimSuffix(e.Name(), ".xpi")
		}
		asked := permissions{s: s, id: id, dir: dir}
		f := addons.Found{Kind: inventory.FirefoxAddon, Identifier: id, Name: m.Name, Publisher: m.Author, Homepage: m.Homepage,
			Permissions: addons.Permissions(asked.cut(m.API), asked.cut(m.OptionalAPI), nil),
			Install: inventory.Install{Program: program, Version: m.Version, Source: source, UpdateURL: m.UpdateURL, Hosts: asked.cut(m.Hosts), OptionalHosts: asked.cut(m.OptionalHosts),
				Path: s.onDevice(name)},
			Origin: s.Host.Origin(s.Scanner, name, 0)}
		if m.ManifestVersion != 0 {
			f.Flags = append(f.Flags, fmt.Sprintf("manifest-version:%d", m.ManifestVersion))
		}
		if m.Type != "extension" {
			f.Flags = append(f.Flags, "type:"+m.Type)
		}
		s.Add(f)
	}
}

// onDevice is how the device itself names a file, as far as that is known.
func (s *scan) onDevice(name string) string {
	if s.Platform != inventory.Windows {
		name = "/" + name
	}
	return inventory.Text(name)
}
