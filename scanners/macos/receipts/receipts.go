// Package receipts reads what the Installer of macOS noted: a receipt for each package with the list of what it put on the disk,
// and the history of installations, that of the App Store among them.
//
// A package of which something is still there is told as installed, any other as a trace: a receipt stays when an app is thrown
// away. Where an app that is there came by a package, the package is a trace of that app and no app of its own.
//
// What the package cannot see: who installed a package, and what was installed by dragging an app into its folder.
package receipts

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"quaestor/scanners"
	"quaestor/scanners/internal/bom"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "macos/receipts"

const (
	folder     = "private/var/db/receipts"
	history    = "Library/Receipts/InstallHistory.plist"
	maxHistory = 50_000
	maxLooks   = 200 // paths of a package that are looked for
	maxPaths   = 50  // that are told
)

// Scanner reads the notes of the Installer.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Platforms: []inventory.Platform{inventory.MacOS}, Live: []inventory.Platform{inventory.MacOS},
		Title:     "what was installed on a Mac by packages and from the App Store",
		Reads:     []string{"/var/db/receipts", "/Library/Receipts/InstallHistory.plist"},
		CannotSee: []string{"apps that were copied into their folder by hand", "whether a package without files of its own was undone"},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool { return machost.Is(src) }

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	m, err := machost.Open(ctx, src, ID, nil)
	if err != nil {
		return nil, err
	}
	c := &collector{Mac: m, apps: map[string]int{}}
	dir := m.Mac(folder)
	for _, name := range m.Names(dir, ".plist") {
		if ctx.Err() != nil {
			break
		}
		c.receipt(path.Join(dir, name))
	}
	c.history(m.Mac(history))
	if c.own > 0 {
		g := m.Note(dir, inventory.GapSkipped, "Packages of macOS itself are not listed.", "")
		g.Count = c.own
	}
	return m.Done()
}

type collector struct {
	*machost.Mac
	apps map[string]int // by package, in Inv.Apps
	own  int            // packages of macOS
}

// ofSystem reports the packages by which Apple brings macOS and its data.
func ofSystem(id string) bool {
	return strings.HasPrefix(id, "com.apple.pkg.") || strings.HasPrefix(id, "com.apple.files.") || strings.HasPrefix(id, "com.apple.update.")
}

// receipt reads one receipt, and looks for what it brought.
func (c *collector) receipt(file string) {
	v := c.Plist(file)
	id := plist.Text(v, "PackageIdentifier")
	if ofSystem(id) {
		c.own++
		return
	}
	if id == "" {
		return
	}
	var at *time.Time
	if t := plist.Time(v, "InstallDate"); t != nil {
		at = iosfacts.Valid(*t)
	}
	version := inventory.Text(plist.Text(v, "PackageVersion"))
	found, known := c.brought(strings.TrimSuffix(file, ".plist")+".bom", plist.Text(v, "InstallPrefixPath"))
	trace := inventory.Trace{Kind: inventory.TraceInstalled, Detail: inventory.Text("by the package " + id), First: at, Last: at}
	if bundles := c.bundles(found); len(bundles) > 0 {
		for _, bundle := range bundles {
			c.of(bundle, trace, file)
		}
		return
	}
	a := inventory.App{ID: inventory.AppID(c.Device, inventory.MacReceipt, id), Device: c.Device, Platform: inventory.MacOS, IdentifierKind: inventory.MacReceipt, Identifier: inventory.Text(id),
		Name: inventory.Text(plist.Text(v, "PackageFileName")), Version: version, FirstInstalled: at, Traces: []inventory.Trace{trace}, Origins: c.From(file)}
	a.Traces[0].Detail = ""
	for _, p := range found[:min(len(found), maxPaths)] {
		a.Paths = append(a.Paths, inventory.Text("/"+p))
	}
	if len(found) == 0 {
		a.Presence = inventory.PresenceTrace
		if !known {
			a.Traces[0].Detail = "the list of what it brought is missing"
		}
	}
	c.apps[id] = len(c.Inv.Apps)
	c.Inv.Apps = append(c.Inv.Apps, a)
}

// brought is what of a package is still there: its bundles, or, where it has none, its files. Known is that there is a list.
func (c *collector) brought(file, prefix string) (found []string, known bool) {
	data := c.Bytes(file)
	if data == nil {
		return nil, false
	}
	all, err := bom.Paths(data)
	if err != nil {
		c.Note(file, inventory.GapMalformed, inventory.Text(fmt.Sprintf("The list of what a package brought cannot be read, or not all of it: %v.", err)), "List it with lsbom.")
	}
	candidates := outermost(all)
	if len(candidates) == 0 {
		candidates = files(all)
	}
	for _, p := range candidates[:min(len(candidates), maxLooks)] {
		p = strings.TrimPrefix(path.Join("/", prefix, p), "/")
		if fs.ValidPath(p) && c.Exists(c.Mac.Mac(p)) {
			found = append(found, p)
		}
	}
	return found, true
}

// outermost are the bundles among paths that lie in no other one.
func outermost(all []string) (out []string) {
	seen := map[string]bool{}
	for _, p := range all {
		at := ""
		for part := range strings.SplitSeq(p, "/") {
			at = path.Join(at, part)
			switch path.Ext(part) {
			case ".app", ".kext", ".bundle", ".plugin", ".prefPane", ".framework", ".systemextension":
				if !seen[at] {
					seen[at] = true
					out = append(out, at)
				}
			default:
				continue
			}
			break
		}
	}
	slices.Sort(out)
	return out
}

// files are the paths that are the folder of no other one.
func files(all []string) (out []string) {
	folders := map[string]bool{}
	for _, p := range all {
		folders[path.Dir(p)] = true
	}
	for _, p := range all {
		if !folders[p] {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// bundles are the identifiers of the apps among paths that macos/applications lists.
func (c *collector) bundles(found []string) (out []string) {
	for _, p := range found {
		if path.Ext(p) != ".app" {
			continue
		}
		if id := c.Identifier(c.Mac.Mac(p)); id != "" && c.HasBundle(id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// of adds a trace to an app that is there.
func (c *collector) of(bundle string, trace inventory.Trace, file string) {
	key := "bundle " + bundle
	at, known := c.apps[key]
	if !known {
		at = len(c.Inv.Apps)
		c.apps[key] = at
		c.Inv.Apps = append(c.Inv.Apps, inventory.App{ID: inventory.AppID(c.Device, inventory.MacBundle, bundle), Device: c.Device, Platform: inventory.MacOS,
			IdentifierKind: inventory.MacBundle, Identifier: inventory.Text(bundle), FirstInstalled: trace.First, Origins: c.From(file)})
	}
	c.trace(&c.Inv.Apps[at], trace)
}

// trace adds a trace to an app; one of the same kind and detail is widened to the times of both.
func (c *collector) trace(a *inventory.App, t inventory.Trace) {
	for i := range a.Traces {
		if old := &a.Traces[i]; old.Kind == t.Kind && old.Detail == t.Detail {
			if t.First != nil && (old.First == nil || t.First.Before(*old.First)) {
				old.First = t.First
			}
			if t.Last != nil && (old.Last == nil || t.Last.After(*old.Last)) {
				old.Last = t.Last
			}
			return
		}
	}
	a.Traces = append(a.Traces, t)
}

// history reads the history of installations. Of what has a receipt it tells the name and when it came first.
func (c *collector) history(file string) {
	list := plist.List(c.Plist(file))
	if len(list) > maxHistory {
		g := c.Note(file, inventory.GapLimit, "The history of installations is longer than is read.", "Look at it by hand.")
		g.Count = len(list) - maxHistory
		list = list[:maxHistory]
	}
	for _, e := range list {
		var at *time.Time
		if t := plist.Time(e, "date"); t != nil {
			at = iosfacts.Valid(*t)
		}
		ids := plist.Texts(e, "packageIdentifiers")
		for _, id := range ids[:min(len(ids), 100)] {
			if !ofSystem(id) && !strings.HasPrefix(id, "com.apple.") {
				c.noted(id, e, at, file, len(ids) == 1)
			}
		}
	}
}

// noted takes one package of one installation. Alone is that the installation was of this package and no other.
func (c *collector) noted(id string, e any, at *time.Time, file string, alone bool) {
	trace := inventory.Trace{Kind: inventory.TraceInstalled, First: at, Last: at}
	if c.HasBundle(id) { // as the App Store notes its apps
		c.of(id, trace, file)
		return
	}
	i, known := c.apps[id]
	if !known {
		i = len(c.Inv.Apps)
		c.apps[id] = i
		c.Inv.Apps = append(c.Inv.Apps, inventory.App{ID: inventory.AppID(c.Device, inventory.MacReceipt, id), Device: c.Device, Platform: inventory.MacOS, IdentifierKind: inventory.MacReceipt,
			Identifier: inventory.Text(id), Presence: inventory.PresenceTrace, Origins: c.From(file)})
	}
	a := &c.Inv.Apps[i]
	if name := inventory.Text(plist.Text(e, "displayName")); name != "" {
		a.Name = name
	}
	if version := plist.Text(e, "displayVersion"); alone {
		a.Version = cmp.Or(a.Version, inventory.Text(version))
	}
	if at != nil && (a.FirstInstalled == nil || at.Before(*a.FirstInstalled)) {
		a.FirstInstalled = at
	}
	c.trace(a, trace)
}
