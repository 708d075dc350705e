package osquery

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/inventory"
)

// gone keeps a row that is not there any more.
func (s *state) gone(q *query, r *held) {
	if s.left >= maxOfHost {
		return // what it told of counts as still there, until a run has looked
	}
	if q.went == nil {
		q.went = map[string]*held{}
	}
	s.left++
	q.went[r.text] = r
}

// before is the computer with the rows that are not there any more.
func (s *state) before() *host {
	was := newHost(s.file, s.name)
	for _, name := range slices.Sorted(maps.Keys(s.queries)) {
		q := s.queries[name]
		for _, row := range slices.SortedFunc(maps.Values(q.went), func(a, b *held) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.text, b.text)) }) {
			r, err := decode(jsonpart.Value(row.text))
			if err != nil {
				continue
			}
			if t := q.tableOf(r); t != nil {
				was.rows[t] = append(was.rows[t], found{r, row.file})
			}
		}
	}
	return was
}

// changes says of which tables only changes are known, and what they took away. A fact that other rows still tell is no less there
// for it: who compares looks at what there is first.
func (s *state) changes() {
	c := &inventory.Changes{}
	for _, q := range s.queries {
		if q.partial {
			c.Kinds = append(c.Kinds, q.kinds()...)
		}
	}
	if len(c.Kinds) == 0 {
		return
	}
	slices.Sort(c.Kinds)
	c.Kinds = slices.Compact(c.Kinds)
	if slices.Contains(c.Kinds, inventory.AllKinds) {
		c.Kinds = []string{inventory.AllKinds}
	}
	was := s.was
	was.platform, was.device, was.users = s.platform, s.device, maps.Clone(s.users)
	for id, exact := range identified(was.facts()) {
		c.Removed = append(c.Removed, inventory.Removed{ID: id, Exact: exact})
	}
	slices.SortFunc(c.Removed, func(a, b inventory.Removed) int { return cmp.Compare(a.ID, b.ID) })
	s.device.Changes = c
}

// identified are the IDs of facts, and those that apps have where several are of one identifier.
func identified(inv *inventory.Inventory) map[string]string {
	out := map[string]string{}
	for i := range inv.Apps {
		a := &inv.Apps[i]
		out[a.ID] = ""
		if a.Version != "" && len(a.Installs) == 0 {
			out[a.ID] = exactID(a)
		}
	}
	for i := range inv.SecurityProducts {
		out[inv.SecurityProducts[i].ID] = ""
	}
	for i := range inv.Profiles {
		out[inv.Profiles[i].ID] = ""
	}
	for i := range inv.Certificates {
		out[inv.Certificates[i].ID] = ""
	}
	for i := range inv.Components {
		out[inv.Components[i].ID] = ""
	}
	return out
}

// kinds are those of the facts that the rows of a query tell.
func (q *query) kinds() []string {
	t := q.table
	if t == nil { // no row came: the name alone tells
		for _, k := range known {
			if name := strings.ToLower(q.name); strings.HasSuffix(name, k.name) && (t == nil || len(k.name) > len(t.name)) {
				t = k
			}
		}
	}
	if t != nil && kindsOf[t.name] != nil {
		return kindsOf[t.name]
	}
	return []string{inventory.AllKinds}
}

// Kinds that are none of apps: what security software shows itself by, and states of the device. A finding about the former has the
// kind of a process.
const (
	security = "security"
	process  = string(inventory.Process)
	states   = "device"
)

// kindsOf are the kinds of facts that the rows of a table tell; of tables that are not named, any.
var kindsOf = map[string][]string{
	"programs":                  {string(inventory.NameOnly), string(inventory.MSIProductCode), string(inventory.MSIXFamily)},
	"apps":                      {string(inventory.NameOnly), string(inventory.MacBundle)},
	"deb_packages":              {string(inventory.DebPackage)},
	"rpm_packages":              {string(inventory.RPMPackage)},
	"homebrew_packages":         {string(inventory.Homebrew)},
	"chocolatey_packages":       {string(inventory.Chocolatey)},
	"package_receipts":          {string(inventory.MacReceipt)},
	"chrome_extensions":         {string(inventory.ChromeExtension)},
	"firefox_addons":            {string(inventory.FirefoxAddon)},
	"vscode_extensions":         {string(inventory.VSCodeExtension)},
	"jetbrains_plugins":         {string(inventory.JetBrainsPlugin)},
	"windows_security_products": {security, process}, "windows_security_center": {security, process, states}, "services": {security, process}, "drivers": {security, process}, "scheduled_tasks": {security, process},
	"kernel_extensions": {security, process}, "system_extensions": {security, process}, "launchd": {security, process}, "authorization_mechanisms": {security, process}, "startup_items": {security, process},
	"systemd_units": {security, process}, "kernel_modules": {security, process}, "processes": {security, process}, "certificates": {security, process, states},
	"os_version": {states}, "system_info": {states}, "alf": {states, security, process}, "gatekeeper": {states, security, process}, "sip_config": {states, security, process}, "disk_encryption": {states}, "bitlocker_info": {states},
}
