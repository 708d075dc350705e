package listing

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/codepage"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/whose"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Limits on one file. A large organisation lists some hundred thousand programs.
const (
	maxComputers = 10_000
	maxFacts     = 100_000
	maxOfOne     = 20_000 // facts of one computer
)

// list is a file that is being read.
type list struct {
	ctx       context.Context
	src       *source.Source
	sum       string
	computers map[string]*computer // by name, in small letters; "" for that of records that name none
	rows      int
	facts     int
	last      *shape
	whole     []string
	broken    tally.Tally // rows that do not fit
	unknown   tally.Tally // records of no known shape
	updates   tally.Tally // of Windows and of programs
	parts     tally.Tally // of programs, and entries that Windows hides
	others    tally.Tally // certificates that are no trusted authorities
	nameless  int
	cut       tally.Tally // names that a console cut off
	modules   tally.Tally // of PowerShell and other package managers of developers
	lost      int         // facts beyond the limit
	partial   string      // what the form of the list does not show
}

// computer is one computer of a list.
type computer struct {
	*list
	host     string
	count    int // facts of it, also those beyond the limit
	device   inventory.Device
	apps     []inventory.App
	appAt    map[string]int
	products []inventory.SecurityProduct
	seen     map[string]bool
	certs    []inventory.Certificate
	shipped  map[string]bool // digests of authorities that Windows brought
}

func (l *list) sawWhole(kind string) {
	if !slices.Contains(l.whole, kind) {
		l.whole = append(l.whole, kind)
	}
}

// computer is the one of a name, made when it is met first.
func (l *list) computer(host string) *computer {
	at := strings.ToLower(host)
	c := l.computers[at]
	if c != nil {
		return c
	}
	if len(l.computers) >= maxComputers {
		l.lost++
		return &computer{list: l, appAt: map[string]int{}, seen: map[string]bool{}} // goes nowhere
	}
	who := whose.Host(host)
	if host == "" {
		who = whose.Of(l.src, whose.Seen{Whole: l.whole}, look)
	}
	c = &computer{list: l, host: host, appAt: map[string]int{}, seen: map[string]bool{}, shipped: map[string]bool{}}
	c.device = who.Device(inventory.Windows, inventory.Origin{Scanner: ID, Path: inventory.Text(l.src.Name()), SHA256: l.sum})
	l.computers[at] = c
	return c
}

func (c *computer) origin(line int) []inventory.Origin {
	return []inventory.Origin{{Scanner: ID, Path: inventory.Text(c.src.Name()), Line: line, SHA256: c.sum}}
}

// room counts a fact, and reports whether it still goes in.
func (c *computer) room() bool {
	l := c.list
	l.facts++
	if c.count++; l.facts > maxFacts || c.count > maxOfOne {
		l.lost++
		return false
	}
	return true
}

// app adds an app. Two of one identifier are one when they say the same of version and processor, else each is there.
func (c *computer) app(a inventory.App, line int) {
	a.Identifier = inventory.Text(strings.TrimSpace(a.Identifier))
	if a.Identifier == "" || !c.room() {
		return
	}
	a.Device, a.Platform, a.Origins = c.device.ID, inventory.Windows, c.origin(line)
	for _, s := range []*string{&a.Name, &a.Version, &a.Publisher, &a.Homepage, &a.UninstallCommand} {
		*s = inventory.Text(*s)
	}
	a.ID = inventory.AppID(a.Device, a.IdentifierKind, strings.ToLower(a.Identifier), a.Arch)
	if i, ok := c.appAt[a.ID]; ok && c.apps[i].Version != a.Version && a.Version != "" {
		a.ID = inventory.AppID(a.Device, a.IdentifierKind, strings.ToLower(a.Identifier), a.Arch, a.Version)
	}
	if i, ok := c.appAt[a.ID]; ok {
		unite(&c.apps[i], a)
		return
	}
	c.appAt[a.ID] = len(c.apps)
	c.apps = append(c.apps, a)
}

// unite adds what a second record tells of an app: whom it is there for.
func unite(into *inventory.App, a inventory.App) {
	for _, u := range a.Users {
		if !slices.Contains(into.Users, u) {
			into.Users = append(into.Users, u)
		}
	}
	for _, p := range a.Paths {
		if !slices.Contains(into.Paths, p) {
			into.Paths = append(into.Paths, p)
		}
	}
}

// product adds a mark of software, once.
func (c *computer) product(p inventory.SecurityProduct, line int) {
	p.Name = inventory.Text(strings.TrimSpace(p.Name))
	if p.Name == "" || !c.room() {
		return
	}
	for _, s := range []*string{&p.Identifier, &p.Vendor, &p.Version, &p.Path, &p.Service, &p.Process, &p.StateCode, &p.User} {
		*s = inventory.Text(*s)
	}
	p.Device, p.Origins = c.device.ID, c.origin(line)
	p.ID = productID(p)
	if !c.seen[p.ID] {
		c.seen[p.ID] = true
		c.products = append(c.products, p)
	}
}

// productID is the identifier of a mark: a service or driver is told by its name, what is registered by its GUID, anything else by
// where it is registered, its name and its path.
func productID(p inventory.SecurityProduct) string {
	fold := strings.ToLower
	switch {
	case p.Service != "" && p.Kind != "built-in":
		return inventory.FactID("security", p.Device, p.Kind, fold(p.Service))
	case strings.HasPrefix(p.Identifier, "{"):
		return inventory.FactID("security", p.Device, p.Kind, fold(p.Identifier), p.User)
	}
	return inventory.FactID("security", p.Device, p.Kind, fold(p.Identifier), fold(p.Name), fold(p.Path), p.User)
}

// united is the inventory of all computers, in the order of their names.
func (l *list) united() *inventory.Inventory {
	all := inventory.New()
	for _, name := range slices.Sorted(maps.Keys(l.computers)) {
		c := l.computers[name]
		c.authorities()
		all.Devices = append(all.Devices, c.device)
		all.Apps = append(all.Apps, c.apps...)
		all.SecurityProducts = append(all.SecurityProducts, c.products...)
		all.Certificates = append(all.Certificates, c.certs...)
		if name == "" {
			if g, ok := whose.Of(l.src, whose.Seen{Whole: l.whole}, look).Gap(); ok {
				g.Device = c.device.ID
				all.Gaps = append(all.Gaps, g)
			}
		}
	}
	inv := inventory.New()
	inv.Merge(all) // once: two names may be one computer
	return inv
}

// told says what of the list was not read or is not in it.
func (l *list) told(inv *inventory.Inventory, text codepage.Text) {
	device := ""
	if len(inv.Devices) == 1 {
		device = inv.Devices[0].ID
	}
	gap := func(kind inventory.GapKind, t tally.Tally, detail, next string) {
		if t.Count > 0 {
			inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: ID, Device: device, Subject: inventory.Text(l.src.Name()), Kind: kind, Detail: detail, Next: next,
				Count: t.Count, Samples: texts(t.Samples)})
		}
	}
	gap(inventory.GapMalformed, l.broken, "Rows do not fit the columns: what they list is missing.", "Export the list as CSV with Export-Csv, or as JSON.")
	gap(inventory.GapUnknownLines, l.unknown, "Records have columns that are not known here.", "")
	gap(inventory.GapSkipped, l.updates, "Updates and patches are not listed as programs.", "")
	gap(inventory.GapSkipped, l.parts, "Parts of programs and entries that Windows hides from its own list are not listed as programs.", "")
	gap(inventory.GapSkipped, l.modules, "Modules of package managers for developers are not listed as programs.", "")
	gap(inventory.GapSkipped, l.others, "Certificates are not listed that lie in other stores than that of trusted authorities, or in one that the list does not tell.", "Keep the column PSParentPath in the list.")
	gap(inventory.GapSkipped, tally.Tally{Count: l.nameless}, "Entries without a name are not listed.", "")
	gap(inventory.GapBlind, l.cut, "Names or identifiers were cut off where the list was shown: such programs are known by their names alone.",
		"Make the list where nothing is cut: `winget list | Out-String -Width 400`, or `winget export`.")
	gap(inventory.GapLimit, tally.Tally{Count: l.lost}, "The list has more entries than are kept.", "Cut the list into several files.")
	gap(inventory.GapUnknownLines, tally.Tally{Count: text.Mended}, "Lines had been read in a wrong code page when they were saved, and were put right.", "")
	if l.partial != "" {
		gap(inventory.GapBlind, tally.Tally{Count: 1}, l.partial, "Export the Uninstall keys of the registry too: `Get-ItemProperty HKLM:\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\*, HKLM:\\Software\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\* | ConvertTo-Json`.")
	}
	if text.Guessed != "" {
		gap(inventory.GapUnknownLines, tally.Tally{Count: 1}, "The list does not say which code page it is in; it was read as "+text.Guessed+". Letters beyond English may be others.", "Save it as UTF-8.")
	}
}

func texts(samples []string) []string {
	var out []string
	for _, s := range samples {
		out = append(out, inventory.Text(s))
	}
	return out
}

// times gives an app the time of its installation.
func times(a *inventory.App, r records.Record, columns ...string) {
	for _, col := range columns {
		if at, zoned := r.Time(col); at != nil {
			a.FirstInstalled, a.LocalTime = at, !zoned
			return
		}
	}
}

func moment(r records.Record, columns ...string) *time.Time {
	for _, col := range columns {
		if at, _ := r.Time(col); at != nil {
			return at
		}
	}
	return nil
}

// columns names the columns of a record that nobody knows, for a reader who wants to know why.
func columns(r records.Record) string { return strings.Join(r.Columns(), ", ") }
