package editors

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/xmlwalk"
	"quaestor/scanners/inventory"
)

// maxJars is how many archives of one plug-in are looked into for its description.
const maxJars = 200

// product is the folder of one version of an IDE: "IntelliJIdea2024.1".
var product = regexp.MustCompile(`^([A-Za-z]+?)(\d{4}\.\d.*)$`)

// ides are the names of IDEs, by their folders.
var ides = map[string]string{"intellijidea": "idea", "ideaic": "idea", "pycharmce": "pycharm", "androidstudio": "android-studio", "androidstudiopreview": "android-studio"}

// jetBrains looks for IDEs below one base: in the folders of their makers. On Linux plug-ins lie beside data, elsewhere in a folder
// of their own among the settings.
func (s *scan) jetBrains(b appdata.Base, bases []appdata.Base) {
	if b.Kind == appdata.Home {
		return
	}
	for _, maker := range []string{"JetBrains", "Google"} {
		for _, dir := range appdata.Folders(s.Host, path.Join(b.Dir, maker), s.Problem) {
			m := product.FindStringSubmatch(path.Base(dir))
			if m == nil || s.ctx.Err() != nil {
				continue
			}
			name := strings.ToLower(m[1])
			if short := ides[name]; short != "" {
				name = short
			}
			i := ide{program: name, user: b.User, profile: path.Base(dir), plugins: dir, settings: dir}
			if b.Kind == appdata.Data {
				i.settings = s.settingsBeside(b, bases, maker, i.profile)
			} else {
				i.plugins = path.Join(dir, "plugins")
			}
			s.ide(i)
		}
	}
}

// ide is one version of an IDE of one account.
type ide struct{ program, user, profile, plugins, settings string }

// settingsBeside is the folder of settings of an IDE of which the data was found.
func (s *scan) settingsBeside(b appdata.Base, bases []appdata.Base, maker, profile string) string {
	for _, other := range bases {
		if dir := path.Join(other.Dir, maker, profile); other.User == b.User && other.Kind == appdata.Settings && s.Host.Exists(dir) {
			return dir
		}
	}
	return ""
}

// ide records the plug-ins of one IDE: folders with archives in them, or single archives.
func (s *scan) ide(i ide) {
	off, told := s.disabledPlugins(i.settings)
	entries, err := s.Host.ReadDir(i.plugins)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Problem(i.plugins, err)
	}
	for _, e := range entries {
		if s.ctx.Err() != nil {
			return
		}
		name := path.Join(i.plugins, e.Name())
		p, ok := s.plugin(name, appdata.IsFolder(s.Host, i.plugins, e))
		if !ok {
			continue
		}
		f := addons.Found{Kind: inventory.JetBrainsPlugin, Identifier: p.id, Name: p.name, Publisher: p.vendor, Homepage: p.url, Origin: s.Host.Origin(s.Scanner, name, 0),
			Install: inventory.Install{Program: i.program, User: inventory.Text(i.user), Profile: inventory.Text(i.profile), Version: p.version, Path: s.onDevice(name)}}
		if told {
			f.Install.State = "enabled"
			if off[p.id] {
				f.Install.State = "disabled"
			}
		}
		s.Add(f)
	}
}

// disabledPlugins are those that the user of an IDE turned off: one a line.
func (s *scan) disabledPlugins(settings string) (off map[string]bool, told bool) {
	if settings == "" {
		return nil, false
	}
	name := path.Join(settings, "disabled_plugins.txt")
	data, err := appdata.Read(s.Host, name, maxPackage)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Problem(name, err)
		return nil, false
	}
	off = map[string]bool{}
	for line := range strings.Lines(string(data)) {
		off[strings.TrimSpace(line)] = true
	}
	return off, true
}

// plugin is what a plug-in says of itself.
type plugin struct{ id, name, version, vendor, url string }

// plugin looks for the description of a plug-in in its archives: first in those that bear its name.
func (s *scan) plugin(name string, folder bool) (plugin, bool) {
	jars := []string{name}
	if folder {
		jars = s.jars(path.Join(name, "lib"), strings.ToLower(path.Base(name)))
	} else if !strings.HasSuffix(name, ".jar") {
		return plugin{}, false
	}
	for n, jar := range jars {
		if n == maxJars {
			s.Limit(name, "The plug-in has more archives than are looked into; its description was not found.")
			break
		}
		if p, ok := s.jar(jar); ok {
			return p, true
		}
	}
	return plugin{}, false
}

func (s *scan) jars(dir, plugin string) []string {
	entries, err := s.Host.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Problem(dir, err)
	}
	var first, rest []string
	for _, e := range entries {
		switch name := strings.ToLower(e.Name()); {
		case !strings.HasSuffix(name, ".jar"):
		case strings.HasPrefix(name, plugin):
			first = append(first, path.Join(dir, e.Name()))
		default:
			rest = append(rest, path.Join(dir, e.Name()))
		}
	}
	return slices.Concat(first, rest)
}

// jar reads the description in an archive, if it has one.
func (s *scan) jar(name string) (p plugin, ok bool) {
	err := appdata.FromArchive(s.Host, name, func(files fs.FS) error {
		data, err := appdata.ReadIn(files, "META-INF/plugin.xml", xmlwalk.MaxBytes)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if p, err = readPlugin(data); err != nil {
			s.Malformed(name, "The description of the plug-in does not parse, so it may be missing.")
		}
		ok = p.id != ""
		return nil
	})
	switch {
	case err == nil || errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, appdata.ErrArchive):
		s.Malformed(name, "The archive of the plug-in cannot be opened, so it may be missing.")
	default:
		s.Problem(name, err)
	}
	return p, ok
}

// readPlugin reads a description. One without an identifier goes by its name.
func readPlugin(data []byte) (plugin, error) {
	var p plugin
	set := func(to *string, text string) {
		if *to == "" {
			*to = inventory.Text(text)
		}
	}
	err := xmlwalk.Walk(data, nil, func(e xmlwalk.Element) {
		switch e.Path {
		case "idea-plugin/id":
			set(&p.id, e.Text)
		case "idea-plugin/name":
			set(&p.name, e.Text)
		case "idea-plugin/version":
			set(&p.version, e.Text)
		case "idea-plugin/vendor":
			set(&p.vendor, e.Text)
			set(&p.url, e.Attr("url"))
		}
	})
	set(&p.id, p.name)
	return p, err
}
