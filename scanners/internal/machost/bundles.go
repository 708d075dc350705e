package machost

import (
	"path"

	"quaestor/scanners/internal/plist"
)

// indexDepth is how deep apps are looked for that other facts name, and maxIndexed how many.
const (
	indexDepth = 2
	maxIndexed = 20_000
)

// HasBundle reports whether one of the apps in the folders for apps has an identifier.
func (m *Mac) HasBundle(identifier string) bool {
	if m.bundles == nil {
		m.bundles = map[string]bool{}
		for _, dir := range m.Apps() {
			if id := m.Identifier(dir); id != "" {
				m.bundles[id] = true
			}
		}
	}
	return m.bundles[identifier]
}

// Apps are the folders of the apps in the folders for apps. What cannot be read there is said by macos/applications.
func (m *Mac) Apps() []string {
	if m.apps == nil {
		m.apps = []string{}
		m.index(m.Mac("Applications"), 0)
		m.index(m.Mac("Library/Input Methods"), 0)
		for _, u := range m.Users {
			m.index(path.Join(u.Home, "Applications"), 0)
		}
	}
	return m.apps
}

// index notes which apps lie in a folder for apps.
func (m *Mac) index(dir string, depth int) {
	entries, _ := m.ReadDir(dir)
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case len(m.apps) == maxIndexed || m.Ctx.Err() != nil:
			return
		case path.Ext(e.Name()) == ".app":
			m.apps = append(m.apps, name)
		case e.IsDir() && depth < indexDepth:
			m.index(name, depth+1)
		}
	}
}

// Identifier is what a bundle says that it is called, empty where that cannot be read.
func (m *Mac) Identifier(bundle string) string {
	name := path.Join(bundle, "Contents/Info.plist")
	if info, err := m.Stat(name); err != nil || !info.Mode().IsRegular() || info.Size() > maxList {
		return ""
	}
	data, err := m.ReadFile(name)
	if err != nil {
		return ""
	}
	v, _ := plist.Decode(data)
	return plist.Text(v, "CFBundleIdentifier")
}
