package firefox

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/webext"
)

// manifest reads the manifest of an add-on in the list: by where the list says that it is, or where add-ons of a profile are.
func (s *scan) manifest(p place, m map[string]jsonpart.Value) (webext.Manifest, bool) {
	names := []string{path.Join(p.dir, "extensions", path.Base(m["id"].String())+".xpi"), path.Join(p.dir, "extensions", path.Base(m["id"].String()))}
	if noted := strings.ReplaceAll(m["path"].String(), `\`, "/"); s.Host.Source().Kind() == "host" && strings.HasPrefix(noted, "/") {
		names = append(names, strings.TrimPrefix(path.Clean(noted), "/"))
	}
	for _, name := range names {
		if manifest, err := s.open(name); err == nil {
			return manifest, true
		} else if !errors.Is(err, fs.ErrNotExist) {
			s.bad(name, err)
		}
	}
	return webext.Manifest{}, false
}

func (s *scan) bad(name string, err error) {
	if errors.Is(err, jsonpart.ErrSyntax) || errors.Is(err, appdata.ErrArchive) {
		s.Malformed(name, "The add-on cannot be looked into, so its name and what it may do may be missing.")
		return
	}
	s.Problem(name, err)
}

// open reads the manifest of an add-on that is a folder or an archive.
func (s *scan) open(name string) (m webext.Manifest, err error) {
	info, err := s.Host.Stat(name)
	if err != nil {
		return m, err
	}
	if info.IsDir() {
		return readManifest(func(file string) ([]byte, error) {
			return appdata.Read(s.Host, path.Join(name, file), webext.MaxManifest)
		})
	}
	err = appdata.FromArchive(s.Host, name, func(files fs.FS) error {
		m, err = readManifest(func(file string) ([]byte, error) { return appdata.ReadIn(files, file, webext.MaxManifest) })
		return err
	})
	return m, err
}

func readManifest(read func(file string) ([]byte, error)) (webext.Manifest, error) {
	data, err := read("manifest.json")
	if err != nil {
		return webext.Manifest{}, err
	}
	m, err := webext.Parse(data)
	m.Name = webext.Localise(m.Name, m.DefaultLocale, read)
	return m, err
}
