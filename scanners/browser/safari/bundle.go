package safari

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/webext"
	"quaestor/scanners/inventory"
)

// points are the places in Safari for extensions, and what they are called here.
var points = map[string]string{"com.apple.Safari.web-extension": "web-extension", "com.apple.Safari.extension": "app-extension", "com.apple.Safari.content-blocker": "content-blocker"}

// maxParts is the most extensions of one app that are looked at.
const maxParts = 200

// bundle is an extension that lies in an app.
type bundle struct {
	path  string   // as the Mac knows it
	hosts []string // patterns of web sites that it asks for
}

// inApp looks for extensions of Safari in an app.
func (c *collector) inApp(app string) {
	for _, folder := range []string{"Contents/PlugIns", "Contents/Extensions"} {
		dir := path.Join(app, folder)
		if _, err := c.Stat(dir); err != nil {
			continue // most apps have none
		}
		names := c.Names(dir, ".appex")
		if len(names) > maxParts {
			g := c.Note(dir, inventory.GapLimit, "The app has more parts than are looked at.", "Look at it by hand.")
			g.Count = len(names) - maxParts
			names = names[:maxParts]
		}
		for _, name := range names {
			c.bundle(path.Join(dir, name))
		}
	}
}

// bundle takes one part of an app, where it is an extension of Safari.
func (c *collector) bundle(dir string) {
	contents := path.Join(dir, "Contents")
	file := path.Join(contents, "Info.plist")
	info := plist.Dict(c.Plist(file))
	id, kind := plist.Text(info, "CFBundleIdentifier"), points[plist.Text(info, "NSExtension", "NSExtensionPointIdentifier")]
	if kind == "" || !iosfacts.ValidBundleID(id) || c.bundles[id] != nil {
		return
	}
	a := c.extension(id)
	if a == nil {
		return
	}
	b := &bundle{path: shown(dir)}
	c.bundles[id] = b
	a.Name = inventory.Text(cmp.Or(plist.Text(info, "CFBundleDisplayName"), plist.Text(info, "CFBundleName")))
	a.Version = inventory.Text(cmp.Or(plist.Text(info, "CFBundleShortVersionString"), plist.Text(info, "CFBundleVersion")))
	a.Flags = append(a.Flags, kind)
	a.Paths, a.Origins = []string{b.path}, c.From(file)
	b.hosts = level(plist.Get(info, "NSExtension", "SFSafariWebsiteAccess"))
	if kind == "web-extension" {
		c.manifest(a, b, path.Join(contents, "Resources"))
	}
	if program := plist.Text(info, "CFBundleExecutable"); program != "" && !strings.Contains(program, "/") {
		if code := c.Code(path.Join(contents, "MacOS", program)); code != nil {
			if iosfacts.IsTeam(code.Team) {
				a.Team = code.Team
			}
			if code.Signer != nil {
				a.Signers = []inventory.Signer{*code.Signer}
			}
		}
	}
}

// manifest takes what a web extension asks for.
func (c *collector) manifest(a *inventory.App, b *bundle, dir string) {
	file := path.Join(dir, "manifest.json")
	info, err := c.Stat(file)
	if err != nil || info.Size() > webext.MaxManifest {
		if !errors.Is(err, fs.ErrNotExist) {
			c.Note(file, inventory.GapUnreadable, "The manifest of an extension of Safari cannot be read, or is larger than any real one.", "Look at it by hand.")
		}
		return
	}
	m, err := webext.Parse(c.Bytes(file))
	if err != nil {
		c.Note(file, inventory.GapMalformed, "The manifest of an extension of Safari is not well formed.", "Look at it by hand.")
		return
	}
	if m.Cut {
		c.Note(file, inventory.GapLimit, "The manifest asks for more than is told.", "Look at it by hand.")
	}
	if a.Name == "" {
		a.Name = inventory.Text(webext.Localise(m.Name, m.DefaultLocale, func(name string) ([]byte, error) { return c.Bytes(path.Join(dir, name)), nil }))
	}
	b.hosts = union(b.hosts, m.Hosts, m.OptionalHosts)
	for _, p := range m.API {
		a.Permissions = append(a.Permissions, inventory.Permission{Name: p, Requested: true})
	}
	for _, p := range m.OptionalAPI {
		a.Permissions = append(a.Permissions, inventory.Permission{Name: p, Requested: true, Flags: []string{"optional"}})
	}
}
