package winfacts

import (
	"context"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/inventory"
)

const windowsNT = `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`

// account is a user whose part of the registry can be read.
type account struct {
	key  string // below HKU: a SID, or the name of the home folder
	name string // of the home folder
	home string // as Windows names it: `C:\Users\anna`
}

// path is a path in the account's part of the registry.
func (a account) path(rest string) string { return winreg.Join(winreg.Users, a.key, rest) }

// ofSystem are the accounts of Windows itself; their part of the registry has no choice of a person.
func ofSystem(sid string) bool {
	switch strings.ToUpper(sid) {
	case "S-1-5-18", "S-1-5-19", "S-1-5-20", ".DEFAULT":
		return true
	}
	return strings.HasSuffix(strings.ToLower(sid), "_classes")
}

// profiles maps SIDs to home folders, as Windows has them.
func (c *Collector) profiles() map[string]string {
	homes := map[string]string{}
	c.each(windowsNT+`\ProfileList`, func(e entry) {
		if home := e.text("ProfileImagePath"); home != "" {
			homes[strings.ToUpper(e.name)] = home
		}
	})
	return homes
}

// AccountNames are the accounts that have a profile on the computer: the names of their home folders, by which every scanner
// calls them, by SID in upper case.
func AccountNames(reg winreg.Registry) map[string]string {
	names := map[string]string{}
	c := &Collector{reg: reg, ctx: context.Background(), Inv: inventory.New()}
	for sid, home := range c.profiles() {
		names[sid] = base(home)
	}
	return names
}

// accounts lists the people below HKU. One is called by the name of the home folder, as by every other scanner of a computer.
func (c *Collector) accounts() []account {
	homes := c.profiles()
	var out []account
	for _, key := range c.reg.Users() {
		if ofSystem(key) {
			continue
		}
		a := account{key: key, name: key}
		switch home := homes[strings.ToUpper(key)]; {
		case home != "":
			a.home, a.name = c.env.expand(home), base(home)
		case !strings.HasPrefix(strings.ToUpper(key), "S-1-") && !inventory.Unnamed(key):
			a.home = c.env.vars["systemdrive"] + `\Users\` + key
		}
		out = append(out, a)
	}
	return out
}

// unreadAccounts names the people who have a profile on the computer and whose part of the registry is not there: that of
// somebody who is not logged in, or a hive that was not copied.
func (c *Collector) unreadAccounts() {
	var missing tally.Tally
	homes := c.profiles()
	for _, a := range c.users { // of an export of "my own" part nobody knows whose it is
		if !strings.HasPrefix(strings.ToUpper(a.key), "S-1-") && !slices.ContainsFunc(slices.Collect(maps.Values(homes)), func(home string) bool { return strings.EqualFold(base(home), a.key) }) {
			return
		}
	}
	for _, sid := range slices.Sorted(maps.Keys(homes)) {
		known := slices.ContainsFunc(c.users, func(a account) bool {
			return strings.EqualFold(a.key, sid) || strings.EqualFold(a.name, base(homes[sid]))
		})
		if !known && strings.HasPrefix(sid, "S-1-") && !ofSystem(sid) {
			missing.Add(base(homes[sid]))
		}
	}
	if missing.Count > 0 {
		g := c.gap(inventory.GapBlind, "accounts", "The registry of these accounts was not read: what is installed, set or trusted for them alone is not seen.",
			"Scan the NTUSER.DAT and UsrClass.dat of their home folders too; on a running computer, while they are logged in.")
		g.Count, g.Samples = missing.Count, missing.Samples
	}
}

// sidName is the name of the account with a SID, the SID itself where the computer does not know it.
func (c *Collector) sidName(homes map[string]string, sid string) string {
	if home := homes[strings.ToUpper(sid)]; home != "" {
		return base(home)
	}
	return sid
}

// deviceUsers lists the people who have a profile on the computer.
func deviceUsers(reg winreg.Registry) []inventory.DeviceUser {
	k, err := reg.Open(windowsNT + `\ProfileList`)
	if err != nil {
		return nil
	}
	defer k.Close()
	names, _ := k.Subkeys() // Collect tells what could not be read
	var out []inventory.DeviceUser
	for _, sid := range names {
		sub, err := k.Open(sid)
		if err != nil || ofSystem(sid) || len(out) >= maxKeys {
			continue
		}
		v, _ := winreg.Get(sub, "ProfileImagePath")
		sub.Close()
		if home := v.Text(); home != "" && strings.HasPrefix(strings.ToUpper(sid), "S-1-") {
			name := inventory.Text(base(home))
			out = append(out, inventory.DeviceUser{ID: name, Name: name})
		}
	}
	return out
}

// base is the last part of a path of Windows.
func base(path string) string {
	path = strings.TrimRight(path, `\/`)
	return path[strings.LastIndexAny(path, `\/`)+1:]
}
