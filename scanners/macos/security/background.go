package security

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// The kinds of background items, as bits, and the bits of what holds for one. Apple documents neither; those who
// looked into the service that writes the list agree on these.
const (
	itemApp       = 0x2
	itemLoginItem = 0x4
	itemAgent     = 0x8
	itemDaemon    = 0x10
	itemLegacy    = 0x10000 // a job in the folders of launchd, which is read there

	itemEnabled = 0x1
	itemAllowed = 0x2
)

const maxItems = 20_000

// backgroundItems reads the newest list of what apps registered to run in the background: login items, and agents and daemons
// that lie inside of apps.
func (c *collector) backgroundItems() {
	dir := c.Mac.Mac("private/var/db/com.apple.backgroundtaskmanagement")
	newest, at := "", -1
	for _, name := range c.Names(dir, ".btm") {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, "BackgroundItems-v"), ".btm"))
		if err == nil && n > at {
			newest, at = name, n
		}
	}
	if newest == "" {
		return
	}
	file := path.Join(dir, newest)
	v := c.Plist(file)
	if v == nil {
		return
	}
	all, err := items(v)
	if err != nil {
		c.Note(file, inventory.GapMalformed, inventory.Text("The list of background items cannot be read: "+err.Error()+"."), "Run sfltool dumpbtm on the Mac and look at it by hand.")
	}
	c.cut(file, len(all), maxItems)
	for _, p := range all[:min(len(all), maxItems)] {
		if strings.HasPrefix(p.Path, "/") && p.Kind != "login-item" {
			c.signed(&p, p.Path)
		}
		if p.Identifier != "" && p.Kind == "login-item" {
			p.App = c.appID(p.Identifier)
		}
		c.add(p, file)
	}
}

// items are the background items in a list, which is a keyed archive.
func items(v any) (out []inventory.SecurityProduct, err error) {
	if plist.Archived(v) {
		if v, err = plist.Unarchive(v); err != nil {
			return nil, err
		}
	}
	users := plist.Dict(v, "store", "itemsByUserIdentifier")
	if users == nil {
		users = plist.Dict(v, "itemsByUserIdentifier")
	}
	seen := map[string]bool{}
	for _, user := range sortedKeys(users) {
		for _, e := range plist.List(users, user) {
			p, ok := item(e)
			key := strings.Join([]string{p.Kind, p.Identifier, p.Path, p.State}, "\x00")
			if ok && !seen[key] {
				seen[key] = true
				out = append(out, p)
			}
		}
	}
	return out, nil
}

func item(e any) (p inventory.SecurityProduct, ok bool) {
	kind, disposition := plist.Int(e, "type"), plist.Int(e, "disposition")
	switch {
	case kind&itemLegacy != 0:
		return p, false
	case kind&itemDaemon != 0:
		p.Kind, p.Privileges = "launch-daemon", []string{"root"}
	case kind&itemAgent != 0:
		p.Kind = "launch-agent"
	case kind&(itemLoginItem|itemApp) != 0:
		p.Kind, p.Start = "login-item", "login"
	default:
		return p, false // a maker, or what Spotlight and QuickLook load
	}
	p.State = "disabled"
	if disposition&(itemEnabled|itemAllowed) == itemEnabled|itemAllowed {
		p.State = "enabled"
	}
	p.StateCode = "0x" + strconv.FormatInt(disposition, 16)
	id := plist.Text(e, "identifier")
	if number, rest, found := strings.Cut(id, "."); found && strings.Trim(number, "0123456789") == "" { // the kind comes ahead of it
		id = rest
	}
	p.Identifier = inventory.Text(cmp.Or(plist.Text(e, "bundleIdentifier"), id))
	p.Name = inventory.Text(cmp.Or(plist.Text(e, "name"), p.Identifier))
	p.Vendor = inventory.Text(plist.Text(e, "developerName"))
	if team := plist.Text(e, "teamIdentifier"); iosfacts.IsTeam(team) {
		p.Team = team
	}
	p.Path = inventory.Text(cmp.Or(plist.Text(e, "executablePath"), address(e)))
	if p.Path != "" {
		p.Process = inventory.Text(path.Base(p.Path))
	}
	return p, p.Identifier != "" || p.Path != ""
}

// address is the path in the address of an item; one that is not of this Mac's files is left out.
func address(e any) string {
	for _, s := range []string{plist.Text(e, "url"), plist.Text(e, "url", "NS.relative")} {
		if strings.HasPrefix(s, "file://") {
			return hostroot.MacPath(below(s))
		}
	}
	return ""
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
