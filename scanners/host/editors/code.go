package editors

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/inventory"
)

// Limits of the files of an editor.
const (
	maxList    = 32 << 20
	maxPackage = 4 << 20
)

// editors are the names of editors made from Visual Studio Code, and the folders of their settings, by the folder in which they
// keep extensions. Of others, both are concluded from that folder.
var editors = map[string]struct{ program, settings string }{
	"vscode": {"vscode", "Code"}, "code": {"vscode", "Code"}, "vscode-insiders": {"vscode-insiders", "Code - Insiders"}, "vscode-oss": {"vscodium", "VSCodium"},
	"codium": {"vscodium", "VSCodium"}, "cursor": {"cursor", "Cursor"}, "windsurf": {"windsurf", "Windsurf"}, "vscode-server": {"vscode-server", ""},
	"vscode-server-insiders": {"vscode-server", ""}, "code-server": {"code-server", ""}, "trae": {"trae", "Trae"}, "kiro": {"kiro", "Kiro"}, "positron": {"positron", "Positron"},
}

// list is where an editor keeps extensions, or notes those of a profile.
type list struct {
	dir      string // of the extensions
	noted    string // the file that lists those of the profile
	program  string
	user     string
	profile  string
	disabled map[string]bool // nil when that is not told
}

// code looks for editors made from Visual Studio Code below one base.
func (s *scan) code(b appdata.Base, bases []appdata.Base) {
	for _, dir := range appdata.Folders(s.Host, b.Dir, s.Problem) {
		name := path.Base(dir)
		if b.Kind == appdata.Home && !strings.HasPrefix(name, ".") {
			continue
		}
		extensions := path.Join(dir, "extensions")
		noted := path.Join(extensions, "extensions.json")
		if s.ctx.Err() != nil || !s.Host.Exists(noted) && !s.hasPackages(extensions) {
			continue
		}
		name = strings.TrimPrefix(name, ".")
		e, known := editors[strings.ToLower(name)]
		if !known {
			e.program, e.settings = name, name
		}
		l := list{dir: extensions, noted: noted, program: e.program, user: b.User}
		settings := s.settingsOf(e.settings, b.User, bases)
		l.disabled = s.disabled(settings)
		s.list(l)
		for _, profile := range appdata.Folders(s.Host, path.Join(settings, "User/profiles"), s.Problem) {
			if l.noted = path.Join(profile, "extensions.json"); settings != "" && s.Host.Exists(l.noted) {
				l.profile, l.disabled = path.Base(profile), nil
				s.list(l)
			}
		}
	}
}

// hasPackages tells the folder of extensions of an old editor, which kept no list, from another folder of that name.
func (s *scan) hasPackages(dir string) bool {
	return slices.ContainsFunc(appdata.Folders(s.Host, dir, func(string, error) {}), func(sub string) bool {
		_, version, ok := strings.Cut(path.Base(sub), "-")
		return ok && version != "" && strings.Contains(path.Base(sub), ".") && s.Host.Exists(path.Join(sub, "package.json"))
	})
}

// settingsOf finds the folder of settings of an editor, "" when there is none.
func (s *scan) settingsOf(name, user string, bases []appdata.Base) string {
	for _, b := range bases {
		if dir := path.Join(b.Dir, name); name != "" && b.User == user && b.Kind == appdata.Settings && s.Host.Exists(path.Join(dir, "User")) {
			return dir
		}
	}
	return ""
}

// list records the extensions that an editor notes, or of an old one those of which the folders are there.
func (s *scan) list(l list) {
	data, err := appdata.Read(s.Host, l.noted, maxList)
	if errors.Is(err, fs.ErrNotExist) {
		s.folders(l)
		return
	}
	if err != nil {
		s.Problem(l.noted, err)
		return
	}
	v := jsonpart.Begin(data)
	if err := v.Items(func(item jsonpart.Value) bool { return s.noted(l, item) && s.ctx.Err() == nil }); err != nil || !v.IsArray() {
		s.Malformed(l.noted, "The list of extensions does not parse, so those of the editor may be missing.")
	}
}

// noted records one extension of the list, and reports whether there is room for another.
func (s *scan) noted(l list, v jsonpart.Value) bool {
	id := v.Get("identifier", "id").String()
	if id == "" {
		s.Malformed(l.noted, "An entry of the list of extensions is none or has no identifier, so an extension may be missing.")
		return true
	}
	dir := ""
	if rel := v.Get("relativeLocation").String(); rel != "" && rel == path.Base(rel) && fs.ValidPath(rel) {
		dir = path.Join(l.dir, rel)
	} else if noted := v.Get("location", "path").String(); strings.HasPrefix(noted, "/") {
		dir = strings.TrimPrefix(path.Clean(noted), "/") // below the home of another user when it is a copy of a profile
		if len(dir) > 1 && dir[1] == ':' {
			dir = s.Host.Fold(strings.Trim(dir[2:], "/"))
		}
	}
	f := s.describe(l, dir, id)
	f.Install.Version = inventory.Text(v.Get("version").String())
	meta := v.Get("metadata")
	if name := meta.Get("publisherDisplayName").String(); name != "" {
		f.Publisher = inventory.Text(name)
	}
	f.Install.InstalledAt = millis(meta.Get("installedTimestamp"))
	switch from := meta.Get("source").String(); {
	case meta.Get("isBuiltin").True():
		f.Install.Source = "built-in"
	case from == "gallery":
		f.Install.Source = "store"
	case from == "vsix" || from == "resource":
		f.Install.Source = "sideloaded"
	}
	if meta.Get("isPreReleaseVersion").True() {
		f.Flags = append(f.Flags, "pre-release")
	}
	return s.Add(f)
}

// millis is a point in time in milliseconds since 1970.
func millis(v jsonpart.Value) *time.Time {
	n, ok := v.Int()
	const tooLate = 253402300800000 // the year 10000
	if !ok || n <= 0 || n >= tooLate {
		return nil
	}
	t := time.UnixMilli(n).UTC()
	return &t
}

// folders records the extensions of an editor that keeps no list.
func (s *scan) folders(l list) {
	var gone jsonpart.Value
	if data, err := appdata.Read(s.Host, path.Join(l.dir, ".obsolete"), maxPackage); err == nil {
		gone, _ = jsonpart.Parse(data) // one that is damaged marks nothing
	}
	for _, dir := range appdata.Folders(s.Host, l.dir, s.Problem) {
		if s.ctx.Err() != nil || gone.Get(path.Base(dir)) != nil {
			continue
		}
		if f := s.describe(l, dir, ""); f.Identifier != "" && !s.Add(f) {
			return
		}
	}
}

// describe reads what an extension says of itself. Without an identifier of the list, it has its own.
func (s *scan) describe(l list, dir, id string) addons.Found {
	f := addons.Found{Kind: inventory.VSCodeExtension, Identifier: strings.ToLower(id), Origin: s.Host.Origin(s.Scanner, l.noted, 0),
		Install: inventory.Install{Program: l.program, User: inventory.Text(l.user), Profile: inventory.Text(l.profile)}}
	if dir == "" || !fs.ValidPath(dir) {
		return f
	}
	f.Install.Path = s.onDevice(dir)
	name := path.Join(dir, "package.json")
	data, err := appdata.Read(s.Host, name, maxPackage)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.Problem(name, err)
		}
		return f
	}
	v, err := jsonpart.Parse(data)
	if err != nil || !v.IsObject() {
		s.Malformed(name, "The description of the extension does not parse, so its name may be missing.")
		return f
	}
	text := func(keys ...string) string { return inventory.Text(v.Get(keys...).String()) }
	if own := v.Get("publisher").String() + "." + v.Get("name").String(); f.Identifier == "" && len(own) > 2 && v.Get("engines", "vscode") != nil {
		f.Identifier = strings.ToLower(own)
	}
	f.Publisher, f.Homepage, f.Install.Version = text("publisher"), text("homepage"), text("version")
	f.Name = s.shown(dir, v.Get("displayName").String())
	if f.Name == "" {
		f.Name = text("name")
	}
	if l.disabled != nil {
		f.Install.State = "enabled"
		if l.disabled[f.Identifier] {
			f.Install.State = "disabled"
		}
	}
	return f
}

// shown is the name of an extension, in the language that it was written in where it is translated.
func (s *scan) shown(dir, name string) string {
	if len(name) < 3 || name[0] != '%' || name[len(name)-1] != '%' {
		return inventory.Text(name)
	}
	key := name[1 : len(name)-1]
	data, err := appdata.Read(s.Host, path.Join(dir, "package.nls.json"), maxPackage)
	if err != nil {
		return inventory.Text(name)
	}
	v, err := jsonpart.Parse(data)
	if err != nil {
		return inventory.Text(name)
	}
	found := v.Get(key)
	if text, ok := found.Text(); ok {
		return inventory.Text(text)
	}
	if text, ok := found.Get("message").Text(); ok {
		return inventory.Text(text)
	}
	return inventory.Text(name)
}
