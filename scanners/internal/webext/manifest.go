// Package webext reads manifests of browser extensions, those of Chromium and of Firefox: manifest.json and the
// translations beside it.
//
// What the package cannot see: what the code of an extension does, and permissions that it was given or refused while it
// ran, which the browser keeps elsewhere.
package webext

import (
	"strings"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/inventory"
)

// MaxManifest is how large a manifest may be; those with thousands of patterns have some hundred kilobytes.
const MaxManifest = 4 << 20

// maxList bounds each list of permissions and patterns.
const maxList = 2_000

// Manifest is what an extension says of itself.
type Manifest struct {
	ManifestVersion int64
	Name            string // perhaps with messages in it, see [Localise]
	Version         string
	Author          string
	Homepage        string
	UpdateURL       string
	DefaultLocale   string
	Key             string // public key in base64, by which Chromium makes the identifier
	Gecko           string // identifier for Firefox
	// Type is "extension", "theme", "hosted-app", "app", "language-pack", "dictionary" or "module".
	Type          string
	API           []string // permissions that are no patterns of web sites
	OptionalAPI   []string
	Hosts         []string // patterns of web sites that it may read and change
	OptionalHosts []string
	Cut           bool // a list was longer than what is kept
}

// Parse reads a manifest. What is of another type than it should be is left out, as browsers do.
func Parse(data []byte) (Manifest, error) {
	v, err := jsonpart.Parse(data)
	if err != nil {
		return Manifest{}, err
	}
	return FromValue(v)
}

// FromValue reads a manifest that is a part of another document.
func FromValue(v jsonpart.Value) (Manifest, error) {
	if !v.IsObject() {
		return Manifest{}, jsonpart.ErrSyntax
	}
	fields := map[string]jsonpart.Value{}
	err := v.Fields(func(key string, value jsonpart.Value) bool {
		if wanted[key] {
			fields[key] = value
		}
		return true
	})
	if err != nil {
		return Manifest{}, err
	}
	text := func(key string) string { return inventory.Text(fields[key].String()) }
	m := Manifest{Name: text("name"), Version: text("version"), Author: text("author"), Homepage: text("homepage_url"),
		UpdateURL: text("update_url"), DefaultLocale: text("default_locale"), Key: fields["key"].String(), Type: kind(fields)}
	m.ManifestVersion, _ = fields["manifest_version"].Int()
	for _, key := range []string{"browser_specific_settings", "applications"} {
		if gecko := fields[key].Get("gecko"); m.Gecko == "" && gecko != nil {
			m.Gecko = inventory.Text(gecko.Get("id").String())
			if m.UpdateURL == "" {
				m.UpdateURL = inventory.Text(gecko.Get("update_url").String())
			}
		}
	}
	m.permissions(fields)
	return m, nil
}

// wanted are the members that are read.
var wanted = func() map[string]bool {
	set := map[string]bool{}
	for _, key := range strings.Fields("name version author homepage_url update_url default_locale key manifest_version browser_specific_settings " +
		"applications theme app langpack_id dictionaries export permissions optional_permissions host_permissions optional_host_permissions content_scripts") {
		set[key] = true
	}
	return set
}()

func kind(fields map[string]jsonpart.Value) string {
	switch app := fields["app"]; {
	case fields["theme"] != nil:
		return "theme"
	case app.Get("launch", "web_url") != nil || app.Get("urls") != nil:
		return "hosted-app"
	case app.IsObject():
		return "app"
	case fields["langpack_id"] != nil:
		return "language-pack"
	case fields["dictionaries"] != nil:
		return "dictionary"
	case fields["export"] != nil:
		return "module"
	}
	return "extension"
}

func (m *Manifest) permissions(fields map[string]jsonpart.Value) {
	m.split(fields["permissions"], &m.API, &m.Hosts)
	m.split(fields["host_permissions"], &m.Hosts, &m.Hosts)
	_ = fields["content_scripts"].Items(func(script jsonpart.Value) bool { // FromValue stepped over all of it
		m.split(script.Get("matches"), &m.Hosts, &m.Hosts)
		return true
	})
	m.split(fields["optional_permissions"], &m.OptionalAPI, &m.OptionalHosts)
	m.split(fields["optional_host_permissions"], &m.OptionalHosts, &m.OptionalHosts)
}

// split sorts the elements of a list into permissions and patterns of web sites, which the second version of manifests mixes.
// A permission with settings is an object of which the key is its name.
func (m *Manifest) split(list jsonpart.Value, api, hosts *[]string) {
	add := func(s string) {
		to := api
		if IsHost(s) {
			to = hosts
		}
		if len(*to) == maxList {
			m.Cut = true
			return
		}
		*to = append(*to, inventory.Text(s))
	}
	_ = list.Items(func(item jsonpart.Value) bool { // as in permissions
		if s, ok := item.Text(); ok {
			add(s)
			return !m.Cut
		}
		_ = item.Fields(func(key string, _ jsonpart.Value) bool { add(key); return !m.Cut })
		return !m.Cut
	})
}

// IsHost reports whether a permission is a pattern of web sites.
func IsHost(permission string) bool {
	return permission == "<all_urls>" || strings.Contains(permission, "://")
}
