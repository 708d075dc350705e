package osquery

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// list is a file that is being read.
type list struct {
	ctx     context.Context
	src     *source.Source
	sum     string
	hosts   map[string]*host // by name, in small letters
	queries map[string]*query
	rows    int
	results int // lines of a log
	held    int // rows of the log that hold so far
	lost    int
	broken  tally.Tally
	partial tally.Tally
	beside  map[inventory.Platform]map[string]string // devices whose numbers files beside tell
	unknown map[string]int                           // rows by the name of the table or query, of tables that are not read
}

// host is one computer.
type host struct {
	*list
	name     string
	count    int // rows
	rows     map[*table][]records.Record
	platform inventory.Platform
	guessed  bool // no row told the platform
	numbers  numbers
	device   inventory.Device
	gaps     []inventory.Gap
	apps     []inventory.App
	appAt    map[string]int
	products []inventory.SecurityProduct
	certs    []inventory.Certificate
	profiles []inventory.Profile
	parts    []inventory.Component
	seen     map[string]bool
	users    map[string]string // names of accounts by number
	updates  tally.Tally
	other    tally.Tally // software of sources that are not read
	leaves   tally.Tally // certificates that are no authorities
	values   tally.Tally // of the registry
	policies tally.ByKey
	shipped  map[string]bool // digests of authorities that the system brought
}

func (l *list) host(name string) *host {
	at := strings.ToLower(name)
	h := l.hosts[at]
	if h == nil {
		if len(l.hosts) >= maxHosts {
			l.lost++
			return nil
		}
		h = &host{list: l, name: name, rows: map[*table][]records.Record{}, appAt: map[string]int{}, seen: map[string]bool{}, users: map[string]string{}, shipped: map[string]bool{}}
		l.hosts[at] = h
	}
	return h
}

// decorated keeps what osqueryd adds to the lines of its log about the computer.
func (l *list) decorated(name string, r records.Record) {
	d, ok := records.From(r.Value("decorations"))
	if h := l.host(name); h != nil && ok {
		fill(&h.device.Serial, d.Text("hardware_serial"))
		h.numbers.fill(numberOf(r))
	}
}

// row takes a row of a table; nil is one that is not read.
func (l *list) row(name string, t *table, r records.Record, named string) {
	if t == nil {
		if l.unknown == nil {
			l.unknown = map[string]int{}
		}
		if named = cmp.Or(named, strings.Join(r.Columns(), " ")); len(l.unknown) < 1000 || l.unknown[named] > 0 {
			l.unknown[named]++
		}
		return
	}
	if l.rows++; l.rows > maxRows {
		l.lost++
		return
	}
	h := l.host(name)
	if h == nil {
		return
	}
	if h.count++; h.count > maxOfHost {
		l.lost++
		return
	}
	h.rows[t] = append(h.rows[t], r)
}

// inventory reads the rows of every computer, in the order of their names.
func (l *list) inventory() *inventory.Inventory {
	l.settle()
	l.adopt()
	all := inventory.New()
	for _, name := range slices.Sorted(maps.Keys(l.hosts)) {
		if l.ctx.Err() != nil {
			break
		}
		h := l.hosts[name]
		if h.empty() && h.device.OSName == "" {
			continue
		}
		h.read()
		all.Devices = append(all.Devices, h.device)
		all.Apps = append(all.Apps, h.apps...)
		all.SecurityProducts = append(all.SecurityProducts, h.products...)
		all.Certificates = append(all.Certificates, h.certs...)
		all.Profiles = append(all.Profiles, h.profiles...)
		all.Components = append(all.Components, h.parts...)
		all.Gaps = append(all.Gaps, h.gaps...)
	}
	inv := inventory.New()
	inv.Merge(all) // once: two names may be one computer
	l.told(inv)
	return inv
}

// adopt gives rows that name no computer to the only one that others of the file name, as system_info does beside other tables.
func (l *list) adopt() {
	nobody := l.hosts[""]
	if nobody == nil || len(l.hosts) != 2 {
		return
	}
	delete(l.hosts, "")
	for _, h := range l.hosts {
		for _, t := range known {
			h.rows[t] = append(h.rows[t], nobody.rows[t]...)
		}
	}
}

// read reads the rows of a computer, table by table in the order of [known].
func (h *host) read() {
	h.platform = h.system()
	who := h.who()
	d := who.Device(h.platform, inventory.Origin{Scanner: ID, Path: inventory.Text(h.src.Name()), SHA256: h.sum})
	d.Serial, d.OSName, d.OSVersion, d.Model, d.Manufacturer = h.device.Serial, h.device.OSName, h.device.OSVersion, h.device.Model, h.device.Manufacturer
	h.device = d
	if g, ok := who.Gap(); ok {
		g.Device = d.ID
		h.gaps = append(h.gaps, g)
	}
	if h.guessed {
		h.gaps = append(h.gaps, inventory.Gap{Scanner: ID, Device: d.ID, Subject: inventory.Text(h.src.Name()), Kind: inventory.GapBlind,
			Detail: "No row tells of which system the computer is: it is taken for one of Linux.", Next: "Query the table os_version too."})
	}
	for _, t := range known {
		if t.name == "users" {
			h.accounts(h.rows[t])
		}
	}
	for _, t := range known {
		for _, r := range h.rows[t] {
			t.read(h, r)
		}
	}
	h.authorities()
	h.left()
}

// system tells the system by a table that only it has, by what os_version says, or by the paths in the rows.
func (h *host) system() inventory.Platform {
	if h.platform != "" {
		return h.platform
	}
	for _, t := range known {
		if len(h.rows[t]) == 0 {
			continue
		}
		if t.platform != "" {
			return t.platform
		}
		for _, r := range h.rows[t][:min(len(h.rows[t]), 100)] {
			if p := platformOf(r); p != "" {
				return p
			}
		}
	}
	h.guessed = true
	return inventory.Linux
}

// platformOf is the system that a row speaks of, as far as it does.
func platformOf(r records.Record) inventory.Platform {
	switch p := strings.ToLower(r.Text("platform")); {
	case p == "windows":
		return inventory.Windows
	case p == "darwin":
		return inventory.MacOS
	case p != "":
		return inventory.Linux
	}
	if s := r.Text("source"); s == "programs" || s == "chocolatey_packages" || s == "ie_extensions" {
		return inventory.Windows
	} else if s == "apps" || s == "homebrew_packages" {
		return inventory.MacOS
	} else if s == "deb_packages" || s == "rpm_packages" {
		return inventory.Linux
	}
	for _, column := range []string{"path", "profile_path", "directory", "installed_path"} {
		switch path := r.Text(column); {
		case len(path) > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/'), strings.HasPrefix(path, `\\`), len(path) > 3 && path[0] == '/' && path[2] == ':':
			return inventory.Windows
		case strings.HasPrefix(path, "/Users/"), strings.HasPrefix(path, "/Applications/"), strings.HasPrefix(path, "/System/"), strings.HasPrefix(path, "/Library/"):
			return inventory.MacOS
		case strings.HasPrefix(path, "/home/"), strings.HasPrefix(path, "/usr/"), strings.HasPrefix(path, "/etc/"):
			return inventory.Linux
		}
	}
	return ""
}

func (h *host) empty() bool {
	for _, rows := range h.rows {
		if len(rows) > 0 {
			return false
		}
	}
	return true
}

func (h *host) origin(r records.Record) []inventory.Origin {
	return []inventory.Origin{{Scanner: ID, Path: inventory.Text(h.src.Name()), Line: r.Line, SHA256: h.sum}}
}

// app adds an app, or unites it with the one of its identifier and version.
func (h *host) app(a inventory.App, r records.Record) {
	a.Identifier = inventory.Text(strings.TrimSpace(a.Identifier))
	if a.Identifier == "" {
		return
	}
	a.Device, a.Platform, a.Origins = h.device.ID, h.platform, h.origin(r)
	for _, s := range []*string{&a.Name, &a.Version, &a.Publisher, &a.Homepage, &a.UninstallCommand} {
		*s = inventory.Text(strings.TrimSpace(*s))
	}
	a.ID = inventory.AppID(a.Device, a.IdentifierKind, identity(a))
	i, ok := h.appAt[a.ID]
	if ok && len(a.Installs) == 0 && h.apps[i].Version != a.Version && a.Version != "" {
		a.ID = inventory.AppID(a.Device, a.IdentifierKind, identity(a), a.Arch, a.Version)
		i, ok = h.appAt[a.ID]
	}
	if !ok {
		h.appAt[a.ID] = len(h.apps)
		h.apps = append(h.apps, a)
		return
	}
	have := &h.apps[i]
	for _, p := range a.Paths {
		if !slices.Contains(have.Paths, p) {
			have.Paths = append(have.Paths, p)
		}
	}
	have.Users = append(have.Users, a.Users...)
	have.Permissions = inventory.UnitePermissions(have.Permissions, a.Permissions)
	for _, in := range a.Installs {
		if !slices.ContainsFunc(have.Installs, func(x inventory.Install) bool {
			return x.Program == in.Program && x.User == in.User && x.Profile == in.Profile
		}) {
			have.Installs = append(have.Installs, in)
		}
	}
}

// identity is the identifier as far as case matters: Windows does not tell keys apart by it.
func identity(a inventory.App) string {
	if a.Platform == inventory.Windows && len(a.Installs) == 0 {
		return strings.ToLower(a.Identifier)
	}
	return a.Identifier
}

// product adds a mark of software, once.
func (h *host) product(p inventory.SecurityProduct, r records.Record) {
	if p.Name = strings.TrimSpace(p.Name); p.Name == "" {
		return
	}
	for _, s := range []*string{&p.Name, &p.Identifier, &p.Vendor, &p.Version, &p.Path, &p.Service, &p.Process, &p.StateCode, &p.User} {
		*s = inventory.Text(*s)
	}
	p.Device, p.Origins = h.device.ID, h.origin(r)
	p.ID = inventory.FactID("security", p.Device, p.Kind, strings.ToLower(p.Service), p.Identifier, p.Name, p.Path, p.User)
	if p.Service != "" && (p.Kind == "service" || p.Kind == "driver") {
		p.ID = inventory.FactID("security", p.Device, p.Kind, strings.ToLower(p.Service))
	}
	if !h.seen[p.ID] {
		h.seen[p.ID] = true
		h.products = append(h.products, p)
	}
}

func (h *host) property(name, value string) {
	if value == "" {
		return
	}
	if h.device.Properties == nil {
		h.device.Properties = map[string]string{}
	}
	h.device.Properties[name] = inventory.Text(value)
}

func (h *host) skip(t tally.Tally, kind inventory.GapKind, detail string) {
	if t.Count > 0 {
		h.gaps = append(h.gaps, inventory.Gap{Scanner: ID, Device: h.device.ID, Subject: inventory.Text(h.src.Name()), Kind: kind, Detail: detail, Count: t.Count, Samples: texts(t.Samples)})
	}
}

// left says what of a computer was left out.
func (h *host) left() {
	h.skip(h.updates, inventory.GapSkipped, "Updates and patches are not listed as programs.")
	h.skip(h.other, inventory.GapUnknownLines, "Software of sources that are not known here is not listed.")
	h.skip(h.leaves, inventory.GapSkipped, "Certificates that are no authorities are not listed.")
	h.skip(h.values, inventory.GapSkipped, "Values of the registry other than the number of the machine are not read.")
	h.skip(tally.Tally{Count: h.policies.Count, Samples: h.policies.Samples()}, inventory.GapSkipped, "Managed settings are counted by what they are for; their values are not kept.")
}

// told says what of the file was not read.
func (l *list) told(inv *inventory.Inventory) {
	gap := func(kind inventory.GapKind, t tally.Tally, detail, next string) {
		if t.Count > 0 {
			inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(l.src.Name()), Kind: kind, Detail: inventory.Text(detail), Next: next, Count: t.Count, Samples: texts(t.Samples)})
		}
	}
	gap(inventory.GapMalformed, l.broken, "Rows or lines are not whole: what they tell is missing.", "Query again.")
	gap(inventory.GapLimit, tally.Tally{Count: l.lost}, "There are more rows, queries or computers than are kept.", "Cut the file into several.")
	gap(inventory.GapBlind, l.partial, "The log of differences begins after the first result of a query: what had not changed since is missing.", "Query with snapshots, or hand in the log from its beginning.")
	names := slices.SortedFunc(maps.Keys(l.unknown), func(a, b string) int { return cmp.Or(cmp.Compare(l.unknown[b], l.unknown[a]), cmp.Compare(a, b)) })
	var t tally.Tally
	for _, n := range names {
		count := l.unknown[n]
		t.Add(fmt.Sprintf("%s: %d rows", n, count))
		t.Count += count - 1
	}
	gap(inventory.GapSkipped, t, "Rows of tables that are not read here were passed over.", "")
}

func texts(samples []string) []string {
	var out []string
	for _, s := range samples {
		out = append(out, inventory.Text(s))
	}
	return out
}
