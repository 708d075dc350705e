package osquery

import (
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/whose"
	"quaestor/scanners/inventory"
)

// found is a row, and the file that it is in.
type found struct {
	records.Record
	file *file
}

// host is one computer.
type host struct {
	name     string
	file     *file // that is being read
	line     int   // of the host itself
	rows     map[*table][]found
	taken    int // rows
	over     int // more than are kept
	platform inventory.Platform
	guessed  bool // no row told the platform
	second   bool // another computer bears its name
	numbers  numbers
	who      whose.Computer
	device   inventory.Device
	gaps     []inventory.Gap
	apps     []inventory.App
	appAt    map[string]int
	counted  int // devices that the app which is being read is on
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
	broken   tally.Tally
	partial  tally.Tally // queries
	unread   tally.Tally
	untimed  *string // what stands in the place of the time of the last report
	policies tally.ByKey
	shipped  map[string]bool // digests of authorities that the system brought
}

func newHost(f *file, name string) *host {
	return &host{name: name, file: f, rows: map[*table][]found{}, appAt: map[string]int{}, seen: map[string]bool{}, users: map[string]string{}, shipped: map[string]bool{}}
}

// reported notes when the computer last wrote to a log, and what manages it.
func (h *host) reported(at int64) {
	if h.device.Management == nil {
		h.device.Management = &inventory.Management{System: "osquery"}
	}
	if t := time.Unix(at, 0).UTC(); at > 0 && t.Year() < 2200 && (h.device.LastSeen == nil || h.device.LastSeen.Before(t)) {
		h.device.LastSeen = &t
	}
}

// take keeps a row.
func (h *host) take(t *table, r records.Record) {
	if h.taken++; h.taken > maxOfHost {
		h.over++
		return
	}
	h.rows[t] = append(h.rows[t], found{r, h.file})
}

// prepare tells which computer it is. What lies beside its file has been looked at.
func (h *host) prepare() {
	h.platform = h.ofSystem()
	h.who = h.computer()
	d := h.who.Device(h.platform, h.file.origin(h.line)[0])
	if h.second && h.who.ID == "" {
		d.ID = inventory.DeviceID(h.platform, "host-name", strings.ToLower(h.name), "hardware-uuid", h.numbers.uuid)
	}
	with := &h.device
	d.Serial, d.OSName, d.OSVersion, d.Model, d.Manufacturer, d.LastSeen, d.Management = with.Serial, with.OSName, with.OSVersion, with.Model, with.Manufacturer, with.LastSeen, with.Management
	h.device = d
}

// facts reads the rows of the computer, table by table in the order of [known].
func (h *host) facts() *inventory.Inventory {
	if g, ok := h.who.Gap(); ok {
		g.Device = h.device.ID
		h.gaps = append(h.gaps, g)
	}
	if h.guessed {
		h.gap(inventory.GapBlind, "No row tells of which system the computer is: it is taken for one of Linux.", "Query the table os_version too.")
	}
	for _, t := range known {
		if t.name == "users" {
			h.accounts(h.rows[t])
		}
	}
	for _, t := range known {
		for _, r := range h.rows[t] {
			h.file = r.file
			t.read(h, r.Record)
		}
	}
	h.authorities()
	h.left()
	inv := inventory.New()
	inv.Devices = []inventory.Device{h.device}
	inv.Apps, inv.SecurityProducts, inv.Certificates, inv.Profiles, inv.Components, inv.Gaps = h.apps, h.products, h.certs, h.profiles, h.parts, h.gaps
	ospurl.Add(inv, ospurl.Of(h.device), nil)
	return inv
}

func (h *host) gap(kind inventory.GapKind, detail, next string) {
	h.gaps = append(h.gaps, inventory.Gap{Scanner: ID, Device: h.device.ID, Subject: h.file.name, Kind: kind, Detail: detail, Next: next})
}

// ofSystem tells the system by a table that only it has, by what os_version says, or by the paths in the rows.
func (h *host) ofSystem() inventory.Platform {
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
			if p := platformOf(r.Record); p != "" {
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
	case p == "ios", p == "ipados":
		return inventory.IOS
	case p == "android":
		return inventory.Android
	case p != "":
		return inventory.Linux
	}
	if s := r.Text("source"); s == "programs" || s == "chocolatey_packages" || s == "ie_extensions" {
		return inventory.Windows
	} else if s == "apps" || s == "homebrew_packages" {
		return inventory.MacOS
	} else if s == "ios_apps" || s == "ipados_apps" {
		return inventory.IOS
	} else if s == "android_apps" {
		return inventory.Android
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
	return h.file.origin(r.Line)
}

// app adds an app, or unites it with the one of its identifier and version.
func (h *host) app(a inventory.App, r records.Record) {
	a.Identifier = inventory.Text(strings.TrimSpace(a.Identifier))
	if a.Identifier == "" {
		return
	}
	a.Device, a.Platform, a.Origins, a.DeviceCount = h.device.ID, h.platform, h.origin(r), h.counted
	for _, s := range []*string{&a.Name, &a.Version, &a.Publisher, &a.Homepage, &a.UninstallCommand} {
		*s = inventory.Text(strings.TrimSpace(*s))
	}
	a.ID = inventory.AppID(a.Device, a.IdentifierKind, identity(a))
	i, ok := h.appAt[a.ID]
	if ok && len(a.Installs) == 0 && h.apps[i].Version != a.Version && a.Version != "" {
		a.ID = exactID(&a)
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

// exactID is that of an app of whose identifier there are several.
func exactID(a *inventory.App) string {
	return inventory.AppID(a.Device, a.IdentifierKind, identity(*a), a.Arch, a.Version)
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

func (h *host) skip(t tally.Tally, kind inventory.GapKind, detail, next string) {
	if t.Count > 0 {
		h.gaps = append(h.gaps, inventory.Gap{Scanner: ID, Device: h.device.ID, Subject: h.file.name, Kind: kind, Detail: detail, Next: next, Count: t.Count, Samples: texts(t.Samples)})
	}
}

// left says what of a computer was left out.
func (h *host) left() {
	h.skip(h.broken, inventory.GapMalformed, "Rows are not whole: what they tell is missing.", "Query again.")
	h.skip(tally.Tally{Count: h.over}, inventory.GapLimit, "There are more rows of one computer than are kept.", "Cut the file into several.")
	h.skip(h.partial, inventory.GapBlind, "The log of differences begins after the first result of a query: what had not changed since is missing.", "Query with snapshots, or hand in the log from its beginning.")
	h.skip(h.unread, inventory.GapSkipped, "Rows of tables that are not read here were passed over.", "")
	h.skip(h.updates, inventory.GapSkipped, "Updates and patches are not listed as programs.", "")
	h.skip(h.other, inventory.GapUnknownLines, "Software of sources that are not known here is not listed.", "")
	h.skip(h.leaves, inventory.GapSkipped, "Certificates that are no authorities are not listed.", "")
	h.skip(h.values, inventory.GapSkipped, "Values of the registry other than the number of the machine are not read.", "")
	h.skip(tally.Tally{Count: h.policies.Count, Samples: h.policies.Samples()}, inventory.GapSkipped, "Managed settings are counted by what they are for; their values are not kept.", "")
}

func texts(samples []string) []string {
	var out []string
	for _, s := range samples {
		out = append(out, inventory.Text(s))
	}
	return out
}
