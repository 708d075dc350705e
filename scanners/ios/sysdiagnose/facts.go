package sysdiagnose

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/iosstate"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// inventory gives the facts.
func (c *collector) inventory() *inventory.Inventory {
	for _, name := range slices.Sorted(maps.Keys(c.held)) {
		if !isLog(name) {
			c.database(name)
		}
	}
	for _, bundle := range c.order {
		c.logged(bundle, c.apps[bundle])
	}
	nameless := c.ran()
	c.missing()
	d := &c.phone.Device
	if !c.made.IsZero() {
		d.CollectedAt = iosfacts.Valid(c.made)
	}
	d.Origins = []inventory.Origin{c.phone.Origin(c.src.Name(), 0)}
	inv := c.phone.Inventory(c.src.Base(), c.src.Name(), hex.EncodeToString(c.sums))
	for i := range nameless {
		a := &nameless[i]
		a.Device = inv.Devices[0].ID
		a.ID = inventory.AppID(a.Device, inventory.NameOnly, a.Identifier, a.Paths[0])
		inv.Apps = append(inv.Apps, *a)
	}
	nameProfiles(inv)
	return inv
}

// logged states what the logs tell of an app.
func (c *collector) logged(bundle string, s *state) {
	note := func(e event, t inventory.Trace) {
		if e.file != "" {
			t.Last = iosfacts.Valid(e.at)
			c.trace(bundle, e.file, e.line, t)
		}
	}
	detail := "installed or updated"
	if s.kind != "" {
		detail += ", noted as " + inventory.Text(s.kind)
	}
	note(s.installed, inventory.Trace{Kind: inventory.TraceInstalled, Detail: detail})
	note(s.removed, inventory.Trace{Kind: inventory.TraceRemoved})
	if s.installed.file == "" && s.removed.file == "" {
		note(s.begun, inventory.Trace{Kind: inventory.TraceBegun, Detail: "only a placeholder of it was installed"})
	}
	if a := c.phone.Known(bundle); a != nil {
		iosfacts.Fill(&a.Version, cmp.Or(s.version, s.build))
		if n, err := strconv.ParseInt(s.build, 10, 64); err == nil && n > 0 && a.VersionCode == 0 {
			a.VersionCode = n
		}
	}
}

// ran states the apps that ran when the archive was made: these were installed. It returns those of which no log tells
// the bundle identifier.
func (c *collector) ran() (nameless []inventory.App) {
	done := map[string]bool{}
	for _, p := range c.running {
		if done[p.uuid] {
			continue
		}
		done[p.uuid] = true
		t := inventory.Trace{Kind: inventory.TraceUsed, Detail: "it ran when the archive was made", Last: iosfacts.Valid(c.made)}
		if bundle := c.homes[p.uuid]; bundle != "" {
			if a := c.trace(bundle, p.file, p.line, t); a != nil {
				c.phone.Installed(a)
				iosfacts.Fill(&a.Name, p.folder)
				iosfacts.AddText(&a.Paths, p.path)
			}
			continue
		}
		name := inventory.Text(p.folder)
		nameless = append(nameless, inventory.App{Platform: inventory.IOS, IdentifierKind: inventory.NameOnly, Identifier: name, Name: name, Paths: []string{inventory.Text(p.path)},
			Traces: []inventory.Trace{t}, Origins: []inventory.Origin{c.phone.Origin(c.src.Join(p.file), p.line)}})
	}
	return nameless
}

// isLog reports whether a file is the log of a database, or its index.
func isLog(name string) bool {
	return strings.HasSuffix(name, "-wal") || strings.HasSuffix(name, "-shm") || strings.HasSuffix(name, "-journal")
}

// database reads a database with its log.
func (c *collector) database(name string) {
	data, wal := c.held[name], c.held[name+"-wal"]
	var log io.ReaderAt
	if len(wal) > 0 {
		log = bytes.NewReader(wal)
	}
	db, err := sqlite.Open(c.ctx, bytes.NewReader(data), int64(len(data)), log, int64(len(wal)))
	if err != nil {
		c.unread(name, err)
		return
	}
	var problems []error
	if path.Base(name) == "TCC.db" {
		problems, err = c.decisions(name, db)
	} else {
		problems, err = c.store(name, db)
	}
	if problems = append(db.Problems(), problems...); len(problems) > 0 {
		var t tally.Tally
		for _, p := range problems {
			t.Add(p.Error())
		}
		c.gap(inventory.Gap{Subject: c.src.Join(name), Kind: inventory.GapMalformed, Count: t.Count, Samples: t.Samples, Detail: "Parts of the database are damaged or of another form: what they hold is missing.",
			Next: "Make the sysdiagnose again, or get a whole copy of it."})
	}
	if err != nil {
		c.unread(name, err)
	}
}

// decisions states what apps were allowed and refused.
func (c *collector) decisions(name string, db *sqlite.DB) ([]error, error) {
	all, problems, err := iosstate.TCC(c.ctx, db)
	for _, d := range all {
		if d.Path {
			continue
		}
		t := inventory.Trace{Kind: inventory.TraceDecision, First: d.Permission.DecidedAt, Last: d.Permission.DecidedAt}
		if a := c.trace(d.Client, name, 0, t); a != nil && len(a.Permissions) < maxPermissions && !slices.ContainsFunc(a.Permissions, func(p inventory.Permission) bool { return p.Name == d.Permission.Name }) {
			a.Permissions = append(a.Permissions, d.Permission)
		}
	}
	return problems, err
}

// maxPermissions is the most decisions about one app.
const maxPermissions = 1000

// tables are those of the store's databases that name apps.
var tables = []struct{ name, bundle, noted, kind, detail string }{
	{"app_updates", "bundle_id", "install_date", inventory.TraceUpdated, "the store offered or installed an update"},
	{"application_id", "bundle_id", "", inventory.TraceUpdated, "the store downloaded it"},
}

// store states which apps the store has downloaded or offered updates for.
func (c *collector) store(name string, db *sqlite.DB) (problems []error, err error) {
	for _, t := range tables {
		if db.Table(t.name) == nil {
			continue
		}
		columns := []string{t.bundle}
		if t.noted != "" {
			columns = append(columns, t.noted)
		}
		more, err := db.Rows(c.ctx, t.name, columns, func(row []any) error {
			bundle, _ := row[0].(string)
			trace := inventory.Trace{Kind: t.kind, Detail: t.detail}
			if len(row) > 1 {
				trace.Last = iosfacts.Time(row[1])
			}
			c.trace(bundle, name, 0, trace)
			return nil
		})
		if problems = append(problems, more...); err != nil {
			return problems, err
		}
	}
	return problems, nil
}

// missing says which of the files that tell of apps and profiles are not there.
func (c *collector) missing() {
	for _, m := range []struct{ what, detail string }{
		{"installations", "The archive holds no log of installations (logs/MobileInstallation): it does not tell which apps were installed and removed."},
		{"processes", "The archive holds no list of processes (ps.txt): it does not tell which apps ran."},
		{"profiles", "The archive holds no configuration profiles (logs/MCState): there are none, or they were left out."},
	} {
		if !c.seen[m.what] {
			c.gap(inventory.Gap{Subject: c.src.Name(), Kind: inventory.GapBlind, Detail: m.detail})
		}
	}
	if first, last := c.reach(); !first.IsZero() {
		c.gap(inventory.Gap{Subject: c.src.Name(), Kind: inventory.GapBlind, Detail: fmt.Sprintf("The log of installations tells of apps from %s to %s; an app that was installed before and is still there is not in it.",
			first.UTC().Format(time.DateOnly), last.UTC().Format(time.DateOnly))})
	}
}

// reach is from when to when the installation logs name apps.
func (c *collector) reach() (first, last time.Time) {
	for _, s := range c.apps {
		for _, e := range []event{s.installed, s.removed, s.begun} {
			if e.file == "" {
				continue
			}
			if first.IsZero() || e.at.Before(first) {
				first = e.at
			}
			if e.at.After(last) {
				last = e.at
			}
		}
	}
	return first, last
}

// nameProfiles puts the IDs of profiles into the facts that name a profile by its identifier.
func nameProfiles(inv *inventory.Inventory) {
	ids := map[string]string{}
	for _, p := range inv.Profiles {
		ids[p.Identifier] = p.ID
	}
	for i := range inv.Certificates {
		inv.Certificates[i].Profile = ids[inv.Certificates[i].Profile]
	}
	for i := range inv.VPNs {
		inv.VPNs[i].Profile = ids[inv.VPNs[i].Profile]
	}
}
