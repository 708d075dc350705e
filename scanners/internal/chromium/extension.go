package chromium

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/webext"
	"quaestor/scanners/inventory"
)

func isID(s string) bool { return webext.IsID(s) }

// extension records one that the browser has.
func (s *scan) extension(p place, id string, set setting) {
	shown, dir := s.folder(p, set["path"].String())
	m, err := webext.FromValue(set["manifest"])
	embedded := err == nil
	if !embedded || m.DefaultLocale != "" { // the browser keeps a name in the language of its user
		if file, ok := s.manifest(dir); ok {
			if embedded && file.Version == m.Version {
				m.Name = file.Name
			} else if !embedded {
				m = file
			}
		}
	}
	f := s.found(p, id, dir, m)
	f.Install.Path = shown
	f.Install.State, f.Install.DisabledBecause = set.state()
	f.Install.Source = set.source(p.program, m.UpdateURL)
	f.Install.InstalledAt, f.Install.Private = set.installedAt(), set["incognito"].True()
	api, hosts := set.granted()
	f.Install.Hosts = withGranted(f.Install.Hosts, hosts)
	f.Permissions = addons.Permissions(m.API, m.OptionalAPI, api)
	if set["was_installed_by_oem"].True() {
		f.Flags = append(f.Flags, "installed-by-oem")
	}
	if set["newAllowFileAccess"].True() { // it may read files of the computer, as far as its patterns name them
		f.Flags = append(f.Flags, "file-access")
	}
	s.Add(f)
}

// leftover records an extension of which the settings do not tell. Where they could be read, its files are all there is. It reports
// whether there is room for another.
func (s *scan) leftover(p place, id, folder string, told bool) bool {
	versions := appdata.Folders(s.Host, folder, s.Problem)
	if len(versions) == 0 {
		return true
	}
	dir := versions[0]
	for _, v := range versions[1:] {
		if addons.Newer(path.Base(v), path.Base(dir)) {
			dir = v
		}
	}
	m, ok := s.manifest(dir)
	if !ok {
		return true
	}
	f := s.found(p, id, dir, m)
	if told {
		f.Trace = inventory.TraceData
	}
	f.Install.Path = s.onDevice(dir)
	f.Permissions = addons.Permissions(m.API, m.OptionalAPI, nil)
	return s.Add(f)
}

// found states what a manifest says, for an extension in a profile.
func (s *scan) found(p place, id, dir string, m webext.Manifest) addons.Found {
	f := addons.Found{Kind: inventory.ChromeExtension, Identifier: id, Publisher: m.Author, Homepage: m.Homepage,
		Name: webext.Localise(m.Name, m.DefaultLocale, func(name string) ([]byte, error) {
			if dir == "" {
				return nil, fs.ErrNotExist
			}
			return appdata.Read(s.Host, path.Join(dir, name), webext.MaxMessages)
		}),
		Install: inventory.Install{Program: p.program, User: inventory.Text(p.user), Profile: s.profileName(p), Version: m.Version,
			UpdateURL: m.UpdateURL, Hosts: compact(m.Hosts), OptionalHosts: compact(m.OptionalHosts)},
		Origin: s.Host.Origin(s.Scanner, p.dir, 0),
	}
	if m.ManifestVersion != 0 {
		f.Flags = append(f.Flags, fmt.Sprintf("manifest-version:%d", m.ManifestVersion))
	}
	if m.Type != "extension" && m.Type != "" {
		f.Flags = append(f.Flags, "type:"+m.Type)
	}
	if m.Cut {
		s.Limit(p.dir, fmt.Sprintf("The extension %q asks for more permissions or web sites than are listed.", id))
	}
	return f
}

// withGranted adds web sites that an extension was given while it ran. What was given is written without the path of the
// pattern that was asked for.
func withGranted(asked, granted []string) []string {
	site := func(pattern string) string {
		scheme, rest, _ := strings.Cut(pattern, "://")
		host, _, _ := strings.Cut(rest, "/")
		return scheme + "://" + host
	}
	known := make(map[string]bool, len(asked))
	for _, h := range asked {
		known[site(h)] = true
	}
	for _, h := range granted {
		if !known[site(h)] {
			asked = append(asked, inventory.Text(h))
		}
	}
	return compact(asked)
}

// compact sorts a list and leaves out what is in it twice.
func compact(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// manifest reads the manifest in the folder of an extension.
func (s *scan) manifest(dir string) (webext.Manifest, bool) {
	if dir == "" {
		return webext.Manifest{}, false
	}
	name := path.Join(dir, "manifest.json")
	data, err := appdata.Read(s.Host, name, webext.MaxManifest)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.Problem(name, err)
		}
		return webext.Manifest{}, false
	}
	m, err := webext.Parse(data)
	if err != nil {
		s.Malformed(name, "The manifest of the extension does not parse, so its name and what it may do may be missing.")
		return webext.Manifest{}, false
	}
	return m, true
}

// folder finds the folder of an extension by the path that the browser noted: below the profile, or anywhere on the device.
// Dir is its name below the root folder, "" when it is not part of what is scanned.
func (s *scan) folder(p place, noted string) (shown, dir string) {
	switch slashed := strings.ReplaceAll(noted, `\`, "/"); {
	case noted == "":
		return "", ""
	case strings.HasPrefix(noted, "/"):
		return inventory.Text(noted), s.below(noted)
	case len(noted) > 2 && noted[1] == ':':
		return inventory.Text(noted), s.below(s.Host.Fold(strings.Trim(slashed[2:], "/")))
	case strings.HasPrefix(noted, `\\`):
		return inventory.Text(noted), "" // on another computer
	default:
		dir = path.Join(p.dir, extensionsDir, slashed)
		if !fs.ValidPath(dir) || !strings.HasPrefix(dir, path.Join(p.dir, extensionsDir)+"/") {
			return inventory.Text(noted), ""
		}
		return s.onDevice(dir), dir
	}
}

// below is an absolute path of the device as a name below its root folder. Of a profile that came alone there is no such root.
func (s *scan) below(abs string) string {
	name := strings.Trim(path.Clean("/"+abs), "/")
	if !s.computer() || !fs.ValidPath(name) || name == "." || name == "" {
		return ""
	}
	return name
}

func (s *scan) computer() bool { return s.Host.Source().Kind() == "host" }

// onDevice is how the device itself names a file, as far as that is known.
func (s *scan) onDevice(name string) string {
	if s.computer() && s.Platform != inventory.Windows {
		name = "/" + name
	}
	return inventory.Text(name)
}
