package security

import (
	"cmp"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/inventory"
)

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

const maxExtensions = 5000

// systemExtensions reads the list of system extensions.
func (c *collector) systemExtensions() {
	file := c.Mac.Mac("Library/SystemExtensions/db.plist")
	list := c.Plist(file)
	entries := plist.List(list, "extensions")
	c.cut(file, len(entries), maxExtensions)
	for _, e := range entries[:min(len(entries), maxExtensions)] {
		id, team := plist.Text(e, "identifier"), plist.Text(e, "teamID")
		state, word := machost.ExtensionState(plist.Text(e, "state"))
		if id == "" || word == machost.Leaving {
			continue
		}
		p := inventory.SecurityProduct{Kind: "system-extension", Name: inventory.Text(id), Identifier: inventory.Text(id), State: state, StateCode: inventory.Text(word),
			Version: inventory.Text(cmp.Or(plist.Text(e, "bundleVersion", "CFBundleShortVersionString"), plist.Text(e, "bundleVersion", "CFBundleVersion"))),
			Team:    inventory.Text(team), Privileges: []string{"system-extension"}, App: c.app(plist.Text(e, "container", "bundlePath"))}
		for _, category := range plist.Texts(e, "categories") {
			if what := machost.ExtensionPrivilege(category); what != "" {
				privilege(&p, what)
			}
		}
		c.staged(&p, cmp.Or(below(plist.Text(e, "stagedBundleURL", "relative")), below(plist.Text(e, "originPath"))))
		c.add(p, file)
	}
}

// staged looks at the bundle of a system extension: its name, its program, what kind of network extension it is.
func (c *collector) staged(p *inventory.SecurityProduct, dir string) {
	if dir == "" {
		return
	}
	dir = c.Mac.Mac(dir)
	p.Path = shown(dir)
	contents := path.Join(dir, "Contents")
	info := c.Plist(path.Join(contents, "Info.plist"))
	if info == nil { // driver extensions have no Contents
		contents = dir
		info = c.Plist(path.Join(dir, "Info.plist"))
	}
	if name := cmp.Or(plist.Text(info, "CFBundleDisplayName"), plist.Text(info, "CFBundleName")); name != "" {
		p.Name = inventory.Text(name)
	}
	for _, point := range slices.Sorted(maps.Keys(plist.Dict(info, "NetworkExtension", "NEProviderClasses"))) {
		if what := providers[point]; what != "" {
			privilege(p, what)
		}
	}
	if program := plist.Text(info, "CFBundleExecutable"); program != "" && !strings.Contains(program, "/") {
		p.Process = inventory.Text(program)
		file := path.Join(contents, "MacOS", program)
		if contents == dir {
			file = path.Join(dir, program)
		}
		c.code(p, c.Code(file))
	}
}

// cut says that a list was longer than is read.
func (c *collector) cut(file string, n, limit int) {
	if n > limit {
		g := c.Note(file, inventory.GapLimit, "The list is longer than is read.", "Look at it by hand: this is far more than usual.")
		g.Count = n - limit
	}
}

// kernelExtensions reads bundles of kernel extensions that are not the system's, and the list of those that were allowed.
func (c *collector) kernelExtensions() {
	there := map[string]int{}
	for _, dir := range []string{"Library/Extensions", "Library/StagedExtensions/Library/Extensions"} {
		dir = c.Mac.Mac(dir)
		for _, name := range c.Names(dir, ".kext") {
			c.kext(path.Join(dir, name), there)
		}
	}
	file := c.Mac.Mac("private/var/db/SystemPolicyConfiguration/KextPolicy")
	db, done := c.Database(file)
	defer done()
	if db != nil {
		c.kextPolicy(db, file, there)
	}
}

func (c *collector) kext(dir string, there map[string]int) {
	file := path.Join(dir, "Contents/Info.plist")
	info := c.Plist(file)
	id := plist.Text(info, "CFBundleIdentifier")
	if _, known := there[id]; known || id == "" {
		return
	}
	p := inventory.SecurityProduct{Kind: "kernel-extension", Name: inventory.Text(cmp.Or(plist.Text(info, "CFBundleName"), id)), Identifier: inventory.Text(id),
		Version: inventory.Text(cmp.Or(plist.Text(info, "CFBundleShortVersionString"), plist.Text(info, "CFBundleVersion"))), State: "installed",
		Path: shown(dir), Privileges: []string{"kernel"}}
	if program := plist.Text(info, "CFBundleExecutable"); program != "" && !strings.Contains(program, "/") {
		c.code(&p, c.Code(path.Join(dir, "Contents/MacOS", program)))
	}
	c.add(p, file)
	there[id] = len(c.Inv.SecurityProducts) - 1
}

// kextPolicy reads which kernel extensions the user or the management allowed. Of one that is not there it is a trace.
func (c *collector) kextPolicy(db *sqlite.DB, file string, there map[string]int) {
	for _, table := range []string{"kext_policy", "kext_policy_mdm"} {
		columns := []string{"team_id", "bundle_id", "allowed", "developer_name"}
		if table == "kext_policy_mdm" {
			columns = columns[:3]
		}
		if db.Table(table) == nil {
			continue
		}
		n := 0
		problems, err := db.Rows(c.Ctx, table, columns, func(r []any) error {
			if n++; n > maxExtensions {
				return nil
			}
			maker := ""
			if len(r) > 3 {
				maker = text(r[3])
			}
			c.allowed(text(r[0]), text(r[1]), maker, integer(r[2]) != 0, file, there)
			return nil
		})
		c.Problems(file, problems)
		if err != nil {
			c.Note(file, inventory.GapMalformed, inventory.Text("The list of allowed kernel extensions cannot be read: "+err.Error()+"."), "Scan a fresh copy.")
		}
		c.cut(file, n, maxExtensions)
	}
}

// allowed takes one row of the list of kernel extensions.
func (c *collector) allowed(team, id, maker string, yes bool, file string, there map[string]int) {
	if at, ok := there[id]; ok && at < len(c.Inv.SecurityProducts) {
		p := &c.Inv.SecurityProducts[at]
		if p.State = "waiting"; yes {
			p.State = "enabled"
		}
		if p.Vendor = inventory.Text(maker); p.Team == "" && iosfacts.IsTeam(team) {
			p.Team = team
		}
		return
	}
	if !yes || !iosfacts.ValidBundleID(id) || len(c.Inv.Apps) >= maxExtensions {
		return
	}
	a := inventory.App{ID: inventory.AppID(c.Device, inventory.MacBundle, id), Device: c.Device, Platform: inventory.MacOS, IdentifierKind: inventory.MacBundle, Identifier: id,
		Publisher: inventory.Text(maker), Presence: inventory.PresenceTrace, Origins: c.From(file),
		Traces: []inventory.Trace{{Kind: inventory.TraceDecision, Detail: "its kernel extension was allowed, and is not there"}}}
	if iosfacts.IsTeam(team) {
		a.Team = team
	}
	c.Inv.Apps = append(c.Inv.Apps, a)
}

func text(v any) string { s, _ := v.(string); return s }

func integer(v any) int64 { n, _ := v.(int64); return n }
