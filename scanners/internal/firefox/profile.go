package firefox

import (
	"path"
	"strings"

	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/inventory"
)

// Limits of the files of a profile. The list of add-ons holds each name in every language.
const (
	maxList  = 64 << 20
	maxPrefs = 16 << 20
	maxPerms = 2_000 // permissions and web sites of one add-on, each
)

// place is a profile, with what it says of permissions that were given later.
type place struct {
	dir, program, user, name string
	given                    map[string]jsonpart.Value // by add-on
}

// profile reads the add-ons and the added certificates of a profile.
func (s *scan) profile(dir, program, user string) {
	if s.done[dir] {
		return
	}
	s.done[dir] = true
	p := place{dir: dir, program: program, user: inventory.Text(user), name: inventory.Text(path.Base(dir)), given: map[string]jsonpart.Value{}}
	if dir == "." {
		p.name = inventory.Text(path.Base(s.Host.Source().Base()))
	}
	s.certificates(p)
	const missing = "The list of add-ons of the profile does not parse, so its add-ons may be missing."
	name := path.Join(dir, "extensions.json")
	list, ok := s.document(name, maxList, missing)
	if !ok {
		return
	}
	if prefs, ok := s.document(path.Join(dir, "extension-preferences.json"), maxPrefs, "It does not parse, so it is not known which add-ons run in private windows."); ok {
		_ = prefs.Fields(func(id string, v jsonpart.Value) bool {
			p.given[id] = v
			return len(p.given) < addons.MaxOfProfile && s.ctx.Err() == nil
		}) // what is damaged at its end keeps what comes before
	}
	seen := false
	err := list.Fields(func(key string, v jsonpart.Value) bool {
		if key != "addons" {
			return true
		}
		seen = v.IsArray()
		if err := v.Items(func(a jsonpart.Value) bool { return s.addon(p, a) && s.ctx.Err() == nil }); err != nil {
			s.Malformed(name, missing)
		}
		return true
	})
	if err != nil || !seen {
		s.Malformed(name, missing)
	}
}

// members takes those of an add-on that are read.
func members(a jsonpart.Value) map[string]jsonpart.Value {
	m := map[string]jsonpart.Value{}
	_ = a.Fields(func(key string, v jsonpart.Value) bool { // Items followed its brackets
		if key != "locales" && key != "icons" {
			m[key] = v
		}
		return true
	})
	return m
}

// addon records one add-on of the list, and reports whether there is room for another.
func (s *scan) addon(p place, value jsonpart.Value) bool {
	m := members(value)
	text := func(key string) string { return inventory.Text(m[key].String()) }
	id := m["id"].String()
	if id == "" {
		s.Malformed(path.Join(p.dir, "extensions.json"), "An entry of the list of add-ons is none or has no identifier, so an add-on may be missing.")
		return true
	}
	locale := m["defaultLocale"]
	f := addons.Found{Kind: inventory.FirefoxAddon, Identifier: id, Name: inventory.Text(locale.Get("name").String()), Publisher: inventory.Text(locale.Get("creator").String()),
		Homepage: inventory.Text(locale.Get("homepageURL").String()), Flags: flags(m),
		Install: inventory.Install{Program: p.program, User: p.user, Profile: p.name, Version: text("version"), Source: cameBy(m), UpdateURL: text("updateURL"),
			InstalledAt: millis(m["installDate"]), Path: text("path")},
		Origin: s.Host.Origin(s.Scanner, path.Join(p.dir, "extensions.json"), 0)}
	f.Install.State, f.Install.DisabledBecause = state(m)
	asked := permissions{s: s, id: id, dir: p.dir}
	s.asks(&asked, p, m, f.Install.Source)
	f.Install.Hosts, f.Install.OptionalHosts = asked.hosts, asked.optionalHosts
	granted := asked.api
	if given := p.given[id]; given != nil {
		for _, name := range given.Get("permissions").Texts() {
			switch {
			case name == "internal:privateBrowsingAllowed":
				f.Install.Private = true
			case !strings.HasPrefix(name, "internal:") && len(granted) < maxPerms:
				granted = append(granted[:len(granted):len(granted)], inventory.Text(name))
			}
		}
		f.Install.Hosts = asked.cut(append(f.Install.Hosts, given.Get("origins").Texts()...))
	}
	if asked.known {
		if granted == nil {
			granted = []string{}
		}
		f.Permissions = addons.Permissions(asked.api, asked.optionalAPI, granted)
	}
	return s.Add(f)
}
