// Package applications finds the apps of a Mac, the running one or a copy of its volumes: application bundles of all users
// and of the system, input methods, preference panes and plug-ins for the web, with who signed them, what they claim, and what
// they were allowed.
//
// The signature of a bundle is checked for its main program: all code, the claimed rights, Info.plist and the list of sealed
// files. Apps of the system, which lie on a volume that macOS seals as a whole, are told by their Info.plist alone.
//
// What the package cannot see: whether the files beside the main program are those that were sealed; whether a certificate or a
// notarisation was taken back; programs without a bundle, for which macos/security and macos/homebrew look elsewhere.
package applications

import (
	"context"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "macos/applications"

// The limits on one Mac.
const (
	maxApps    = 20_000
	maxFolders = 20_000 // that are looked into for bundles

	maxPermissions = 1000 // of one app
)

// New returns the scanner.
func New() scanners.Scanner { return scanner{roots: codesign.Apple()} }

type scanner struct{ roots codesign.Roots }

// Info implements scanners.Scanner.
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Platforms: []inventory.Platform{inventory.MacOS}, Live: []inventory.Platform{inventory.MacOS}, Title: "apps of a Mac",
		Reads: []string{"/Applications, /System/Applications and ~/Applications of every user", "apps in /Library/Application Support and /opt",
			"input methods, preference panes and plug-ins for the web", "TCC.db and MDMOverrides.plist, the lists of what apps were allowed"},
		CannotSee: []string{
			"apps in other folders than those for apps: downloads, documents, disk images",
			"programs inside of virtual machines and containers",
			"whether the files beside the main program of an app are those that its maker sealed, and whether Apple took a certificate or a notarisation back",
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
	c := &collector{Mac: m, apps: map[string]int{}, paths: map[string]int{}, programs: map[string]bool{}, seen: map[string]bool{}}
	for _, p := range places(m) {
		c.folder(p, p.dir, 0)
	}
	c.decisions()
	c.limits()
	return m.Done()
}

// place is a folder with bundles.
type place struct {
	dir    string
	user   string // empty for everybody's
	system bool
	depth  int      // of folders in it that are looked into
	kinds  []string // endings of the bundles
}

func places(m *machost.Mac) []place {
	app := []string{".app"}
	list := []place{
		{dir: m.Mac("Applications"), depth: 4, kinds: app},
		{dir: m.Mac("Library/Input Methods"), depth: 1, kinds: []string{".app", ".bundle"}},
		{dir: m.Mac("Library/PreferencePanes"), kinds: []string{".prefPane"}},
		{dir: m.Mac("Library/Internet Plug-Ins"), kinds: []string{".plugin"}},
		{dir: m.Mac("Library/Application Support"), depth: 3, kinds: app},
		{dir: m.Mac("opt"), depth: 3, kinds: app},
		{dir: "System/Applications", system: true, depth: 2, kinds: app},
		{dir: "System/Cryptexes/App/System/Applications", system: true, kinds: app},
	}
	for _, u := range m.Users {
		list = append(list,
			place{dir: path.Join(u.Home, "Applications"), user: u.ID(), depth: 4, kinds: app},
			place{dir: path.Join(u.Home, "Library/Input Methods"), user: u.ID(), depth: 1, kinds: []string{".app", ".bundle"}},
			place{dir: path.Join(u.Home, "Library/PreferencePanes"), user: u.ID(), kinds: []string{".prefPane"}})
	}
	return list
}

type collector struct {
	*machost.Mac
	apps     map[string]int  // by identifier, in Inv.Apps
	paths    map[string]int  // the same by path
	programs map[string]bool // main programs by checksum
	seen     map[string]bool // identifiers of all bundles, also of those inside of others
	folders  int
	dropped  int
	refused  int      // permissions that were left out
	cut      []string // folders that were not looked into
	odd      inventory.Gap
}

// folder looks for bundles in a folder.
func (c *collector) folder(p place, dir string, depth int) {
	if c.Ctx.Err() != nil {
		return
	}
	if c.folders++; c.folders > maxFolders {
		c.cut = append(c.cut, dir)
		return
	}
	for _, e := range c.List(dir) {
		name := path.Join(dir, e.Name())
		switch ending := path.Ext(e.Name()); {
		case strings.HasPrefix(e.Name(), "."):
		case slices.Contains(p.kinds, ending):
			if info, err := c.Stat(name); err == nil && info.IsDir() { // also behind a link, as Safari is
				c.bundle(p, name)
			}
		case e.IsDir() && depth < p.depth && !closed(ending):
			c.folder(p, name, depth+1)
		}
	}
}

// closed reports folders that are one thing and hold no apps for themselves.
func closed(ending string) bool {
	switch ending {
	case ".app", ".bundle", ".framework", ".plugin", ".appex", ".photoslibrary":
		return true
	}
	return false
}

func (c *collector) limits() {
	if c.dropped > 0 {
		g := c.Note(".", inventory.GapLimit, "The Mac has more apps than are recorded.", "Look at the folders by hand: this is far more than usual.")
		g.Count = c.dropped
	}
	if c.refused > 0 {
		g := c.Note(".", inventory.GapLimit, "Apps were allowed or refused more than is recorded.", "Look at TCC.db by hand: this is far more than usual.")
		g.Count = c.refused
	}
	if len(c.cut) > 0 {
		g := c.Note(c.cut[0], inventory.GapLimit, "There are more folders than are looked into for apps.", "Scan the rest by itself.")
		g.Count = len(c.cut)
	}
	if c.odd.Count > 0 {
		c.Inv.Gaps = append(c.Inv.Gaps, c.odd)
	}
}
