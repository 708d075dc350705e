package safari

import (
	"maps"
	"regexp"
	"slices"
	"time"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// The most that is read of one list, and of one list in it.
const (
	maxEntries = 5000
	maxHosts   = 2000
	maxRights  = 500
)

// entry is what Safari keeps of one extension for one profile.
type entry struct {
	identifier, team, state string
	hosts                   []string // patterns of web sites that it was given
	asked                   []string // that it asks for, as Safari noted
	permissions             []inventory.Permission
	private                 bool
	cut                     bool // a list was longer than is read
	added                   *time.Time
}

// entryKey is how Safari names an extension: "identifier (team)".
var entryKey = regexp.MustCompile(`^(\S+) \(([^()]*)\)$`)

// read reads a list of extensions. More is how many are left out.
func read(v any) (out []entry, more int) {
	all := plist.Dict(v)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		m := entryKey.FindStringSubmatch(key)
		d := plist.Dict(all, key)
		if m == nil || d == nil || !iosfacts.ValidBundleID(m[1]) {
			continue
		}
		if len(out) == maxEntries {
			more++
			continue
		}
		e := entry{identifier: m[1], private: plist.Bool(d, "AllowInPrivateBrowsing"), asked: values(d["AccessibleOrigins"], maxHosts)}
		if iosfacts.IsTeam(m[2]) {
			e.team = m[2]
		}
		if d["Enabled"] != nil {
			e.state = map[bool]string{true: "enabled", false: "disabled"}[plist.Bool(d, "Enabled")]
		}
		if t := plist.Time(d, "AddedDate"); t != nil {
			e.added = iosfacts.Valid(*t)
		}
		e.given(d)
		e.cut = len(e.asked) == maxHosts || len(e.hosts) >= maxHosts || len(e.permissions) >= maxRights
		out = append(out, e)
	}
	return out, more
}

// given takes what the user allowed and refused.
func (e *entry) given(d map[string]any) {
	e.hosts = without(union(level(d["WebsiteAccess"]), values(d["GrantedPermissionOrigins"], maxHosts)), values(d["RevokedPermissionOrigins"], maxHosts))
	granted := values(d["GrantedPermissions"], maxRights)
	for _, p := range granted {
		e.permissions = append(e.permissions, inventory.Permission{Name: p, Granted: true, GrantKnown: true})
	}
	for _, p := range without(values(d["RevokedPermissions"], maxRights), granted) {
		e.permissions = append(e.permissions, inventory.Permission{Name: p, GrantKnown: true})
	}
}

// level are the web sites that an app extension may read and change: all, some that are named, or none.
func level(access any) []string {
	switch plist.Text(access, "Level") {
	case "All":
		return []string{"<all_urls>"}
	case "Some":
		return values(plist.Get(access, "Allowed Domains"), maxHosts)
	}
	return nil
}

// values are the elements of a list, or the keys of a dictionary, in order: Safari has written both.
func values(v any, most int) []string {
	texts := plist.Texts(v)
	if d, ok := v.(map[string]any); ok {
		texts = slices.Sorted(maps.Keys(d))
	}
	out := make([]string, 0, min(len(texts), most))
	for _, s := range texts[:min(len(texts), most)] {
		if s = inventory.Text(s); s != "" {
			out = append(out, s)
		}
	}
	return union(out)
}

// union are the texts of some lists, each once and in order.
func union(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}

// without are the texts of a list that are not in another one, which is in order.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { _, there := slices.BinarySearch(other, s); return there })
}

func shown(name string) string { return inventory.Text(hostroot.MacPath(name)) }
