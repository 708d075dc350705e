package chromium

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/webext"
	"quaestor/scanners/inventory"
)

// externalDirs are where other programs tell a browser to install an extension for everybody.
var externalDirs = []struct{ dir, program string }{
	{"usr/share/chromium/extensions", "chromium"}, {"usr/share/chromium-browser/extensions", "chromium"},
	{"opt/google/chrome/extensions", "chrome"}, {"usr/share/google-chrome/extensions", "chrome"},
	{"opt/google/chrome-beta/extensions", "chrome-beta"}, {"opt/google/chrome-unstable/extensions", "chrome-dev"},
	{"opt/microsoft/msedge/extensions", "edge"}, {"usr/share/microsoft-edge/extensions", "edge"},
	{"opt/brave.com/brave/extensions", "brave"}, {"usr/share/brave/extensions", "brave"},
	{"opt/vivaldi/extensions", "vivaldi"}, {"usr/share/vivaldi/extensions", "vivaldi"}, {"opt/yandex/browser/extensions", "yandex"},
	{"Library/Application Support/Google/Chrome/External Extensions", "chrome"},
	{"Library/Application Support/Chromium/External Extensions", "chromium"},
	{"Library/Application Support/Microsoft/Edge/External Extensions", "edge"},
	{"Library/Application Support/BraveSoftware/Brave-Browser/External Extensions", "brave"},
	{"Program Files/Google/Chrome/Application/Extensions", "chrome"}, {"Program Files (x86)/Google/Chrome/Application/Extensions", "chrome"},
	{"Program Files (x86)/Microsoft/Edge/Application/Extensions", "edge"},
}

func (s *scan) external() {
	for _, e := range externalDirs {
		s.externalIn(s.spelt(e.dir), e.program, "")
	}
}

// spelt is how a folder of the system is spelt on a copied volume of Windows, where case does not matter.
func (s *scan) spelt(dir string) string {
	if s.Platform == inventory.Windows {
		return s.Host.Fold(dir)
	}
	return dir
}

// externalIn reads the files that name an extension each, and the folders that are one: some distributions make their browser
// load them at every start.
func (s *scan) externalIn(dir, program, user string) {
	entries, err := s.Host.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Problem(dir, err)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		id, isFile := strings.CutSuffix(e.Name(), ".json")
		switch {
		case s.ctx.Err() != nil:
			return
		case isFile && isID(id):
			s.externalFile(name, id, program, user)
		case !isFile && s.Host.Exists(path.Join(name, "manifest.json")):
			s.loaded(name, program, user)
		}
	}
}

func (s *scan) externalFile(name, id, program, user string) {
	v, ok := s.document(name, 1<<20)
	if !ok {
		return
	}
	s.Add(addons.Found{Kind: inventory.ChromeExtension, Identifier: id, Trace: inventory.TraceBegun,
		Install: inventory.Install{Program: program, User: inventory.Text(user), Version: inventory.Text(v.Get("external_version").String()), Source: "sideloaded",
			UpdateURL: inventory.Text(v.Get("external_update_url").String()), Path: inventory.Text(v.Get("external_crx").String())},
		Origin: s.Host.Origin(s.Scanner, name, 0)})
}

// document reads a small file that is an object.
func (s *scan) document(name string, limit int64) (jsonpart.Value, bool) {
	data, err := appdata.Read(s.Host, name, limit)
	if err != nil {
		s.Problem(name, err)
		return nil, false
	}
	v, err := jsonpart.Parse(data)
	if err != nil || !v.IsObject() {
		s.Malformed(name, "It does not parse, so what it tells the browser to install is not listed.")
		return nil, false
	}
	return v, true
}

// loaded records a folder that is an extension. Chromium makes its identifier of the key or of the folder's path.
func (s *scan) loaded(name, program, user string) {
	m, ok := s.manifest(name)
	if !ok {
		return
	}
	id := webext.KeyID(m.Key)
	if id == "" {
		id = webext.PathID("/"+s.real(name), s.Platform == inventory.Windows)
	}
	f := s.found(place{dir: name, program: program, user: user}, id, name, m)
	f.Install.Profile, f.Install.Source, f.Install.Path = "", "sideloaded", s.onDevice(name)
	f.Permissions = addons.Permissions(m.API, m.OptionalAPI, nil)
	s.Add(f)
}

// real follows a link to a folder, one step, as far as it leads to another place on the device.
func (s *scan) real(name string) string {
	target, err := s.Host.Link(name)
	if err != nil {
		return name
	}
	if !strings.HasPrefix(target, "/") {
		target = path.Join("/", path.Dir(name), target)
	}
	return strings.TrimPrefix(path.Clean(target), "/")
}
