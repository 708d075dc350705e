package firefox

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/webext"
)

// maxXPI is how large an add-on may be to be looked into.
const maxXPI = 256 << 20

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
	if errors.Is(err, jsonpart.ErrSyntax) || errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		s.Malformed(name, "The add-on cannot be looked into, so its name and what it may do may be missing.")
		return
	}
	s.Problem(name, err)
}

// open reads the manifest of an add-on that is a folder or an archive.
func (s *scan) open(name string) (webext.Manifest, error) {
	info, err := s.Host.Stat(name)
	if err != nil {
		return webext.Manifest{}, err
	}
	read := func(file string) ([]byte, error) {
		return appdata.Read(s.Host, path.Join(name, file), webext.MaxManifest)
	}
	if !info.IsDir() {
		f, size, err := s.Host.OpenAt(name)
		if err != nil {
			return webext.Manifest{}, err
		}
		defer f.Close()
		if size > maxXPI {
			return webext.Manifest{}, errLarge
		}
		z, err := zip.NewReader(f, size)
		if err != nil {
			return webext.Manifest{}, err
		}
		read = func(file string) ([]byte, error) { return readZip(z, file) }
	}
	data, err := read("manifest.json")
	if err != nil {
		return webext.Manifest{}, err
	}
	m, err := webext.Parse(data)
	m.Name = webext.Localise(m.Name, m.DefaultLocale, read)
	return m, err
}

var errLarge = errors.New("the archive is too large to be looked into")

func readZip(z *zip.Reader, name string) ([]byte, error) {
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, webext.MaxManifest+1))
	if len(data) > webext.MaxManifest {
		return nil, errLarge
	}
	return data, err
}
