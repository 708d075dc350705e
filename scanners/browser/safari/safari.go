// Package safari reads the extensions of Safari on a Mac: those that lie in apps, as Safari has had them alone since version 14, and
// what Safari keeps of them for every user and profile.
//
// What the package cannot see: extensions in apps outside of the folders for apps; the gallery's old extensions (.safariextz); settings
// that Safari takes from another device by iCloud before it is started here.
package safari

import (
	"context"
	"path"
	"slices"

	"quaestor/scanners"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "browser/safari"

// The most extensions of a Mac, and profiles of one user.
const (
	maxApps     = 5000
	maxProfiles = 100
)

// New returns the scanner.
func New() scanners.Scanner { return scanner{roots: codesign.Apple()} }

type scanner struct{ roots codesign.Roots }

// Info implements scanners.Scanner.
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Platforms: []inventory.Platform{inventory.MacOS}, Live: []inventory.Platform{inventory.MacOS}, Title: "extensions of Safari",
		Reads: []string{"extensions of Safari in the apps of /Applications and ~/Applications", "~/Library/Containers/com.apple.Safari/Data/Library/Safari/{AppExtensions,WebExtensions}/Extensions.plist of every user and profile"},
		CannotSee: []string{
			"extensions of Safari in apps outside of the folders for apps",
			"what Safari keeps of extensions, where the scan has no Full Disk Access",
		},
	}
}

// Recognise implements scanners.Scanner.
func (scanner) Recognise(src *source.Source) bool { return machost.Is(src) }

// Scan implements scanners.Scanner.
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	m, err := machost.Open(ctx, src, ID, s.roots)
	if err != nil {
		return nil, err
	}
	c := &collector{Mac: m, at: map[string]int{}, bundles: map[string]*bundle{}}
	for _, dir := range m.Apps() {
		if ctx.Err() != nil {
			break
		}
		c.inApp(dir)
	}
	for _, u := range m.Users {
		for _, dir := range []string{"Library/Containers/com.apple.Safari/Data/Library/Safari", "Library/Safari"} {
			c.person(u, path.Join(u.Home, dir))
		}
	}
	c.unlisted()
	if c.dropped > 0 {
		g := m.Note(".", inventory.GapLimit, "Safari has more extensions than are recorded.", "Look at its settings: this is far more than usual.")
		g.Count = c.dropped
	}
	return m.Done()
}

type collector struct {
	*machost.Mac
	at      map[string]int     // extensions by identifier, in Inv.Apps
	bundles map[string]*bundle // those that are there, by identifier
	dropped int
}

// person reads what one folder of Safari says: of the first profile, and of those that its user added, each in a folder that is named
// by a UUID.
func (c *collector) person(u hostroot.User, dir string) {
	c.lists(u.ID(), "", dir)
	n := 0
	for _, below := range []string{dir, path.Join(dir, "Profiles")} {
		for _, e := range c.List(below) {
			if !e.IsDir() || !hostroot.IsUUID(e.Name()) {
				continue
			}
			if n++; n <= maxProfiles {
				c.lists(u.ID(), e.Name(), path.Join(below, e.Name()))
			}
		}
	}
	if n > maxProfiles {
		g := c.Note(dir, inventory.GapLimit, "Safari has more profiles than are read.", "Look at its settings: this is far more than usual.")
		g.Count = n - maxProfiles
	}
}

// lists reads the lists of one profile.
func (c *collector) lists(user, profile, dir string) {
	for _, name := range []string{"AppExtensions/Extensions.plist", "AppExtensions/ContentBlockers.plist", "WebExtensions/Extensions.plist"} {
		file := path.Join(dir, name)
		v := c.Plist(file)
		all, more := read(v)
		if more > 0 {
			g := c.Note(file, inventory.GapLimit, "The list is longer than is read.", "Look at Safari's settings: this is far more than usual.")
			g.Count = more
		}
		for _, e := range all {
			if e.cut {
				c.Note(file, inventory.GapLimit, inventory.Text("Not all is told that "+e.identifier+" was given or refused."), "Look at Safari's settings: this is far more than usual.")
			}
			c.listed(user, profile, file, e)
		}
	}
}

// listed adds what Safari keeps of one extension for one profile.
func (c *collector) listed(user, profile, file string, e entry) {
	a := c.extension(e.identifier)
	if a == nil {
		return
	}
	b := c.bundles[e.identifier]
	if b == nil && len(a.Origins) == 0 { // its app is gone, or lies elsewhere
		a.Presence, a.Traces = inventory.PresenceTrace, []inventory.Trace{{Kind: inventory.TraceDecision, First: e.added, Last: e.added}}
	}
	if a.Team == "" {
		a.Team = e.team
	}
	a.Origins = append(a.Origins, c.From(file)...)
	in := inventory.Install{Program: "safari", User: inventory.Text(user), Profile: inventory.Text(profile), State: e.state, Hosts: e.hosts, InstalledAt: e.added, Private: e.private}
	var declared []string
	if b != nil {
		in.Path, in.Version, declared = b.path, a.Version, b.hosts
	}
	in.OptionalHosts = without(union(declared, e.asked), in.Hosts)
	if slices.ContainsFunc(a.Installs, func(x inventory.Install) bool { return x.User == in.User && x.Profile == in.Profile }) {
		return // the newer folder was read first
	}
	a.Installs = append(a.Installs, in)
	for _, p := range e.permissions {
		permit(a, p, in.User)
	}
}

// permit adds what Safari was told about a permission. Of several profiles the one that allows it counts.
func permit(a *inventory.App, p inventory.Permission, user string) {
	if p.Granted {
		p.GrantedTo = []string{user}
	}
	i := slices.IndexFunc(a.Permissions, func(x inventory.Permission) bool { return x.Name == p.Name })
	if i < 0 {
		a.Permissions = append(a.Permissions, p)
		return
	}
	old := &a.Permissions[i]
	old.GrantKnown = true
	if p.Granted {
		old.Granted = true
		iosfacts.AddText(&old.GrantedTo, user)
	}
}

// extension is the app of an extension, made where it is new; nil where there are too many.
func (c *collector) extension(id string) *inventory.App {
	if i, known := c.at[id]; known {
		return &c.Inv.Apps[i]
	}
	if len(c.Inv.Apps) == maxApps {
		c.dropped++
		return nil
	}
	c.at[id] = len(c.Inv.Apps)
	c.Inv.Apps = append(c.Inv.Apps, inventory.App{ID: inventory.AppID(c.Device, inventory.MacBundle, id), Device: c.Device, Platform: inventory.MacOS,
		IdentifierKind: inventory.MacBundle, Identifier: id, Flags: []string{"safari-extension"}})
	return &c.Inv.Apps[c.at[id]]
}

// unlisted gives the extensions that no user's Safari knows yet their place.
func (c *collector) unlisted() {
	for i := range c.Inv.Apps {
		a := &c.Inv.Apps[i]
		if b := c.bundles[a.Identifier]; b != nil && len(a.Installs) == 0 {
			a.Installs = []inventory.Install{{Program: "safari", Version: a.Version, OptionalHosts: b.hosts, Path: b.path}}
		}
	}
}
