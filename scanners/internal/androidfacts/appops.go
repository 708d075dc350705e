package androidfacts

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/scanners/internal/dumpsys"
	"quaestor/scanners/inventory"
)

// byAppOp are the permissions that the user gives or refuses in the settings, and not in a question of the app: the
// system keeps the answer as an app op, and its list of permissions says nothing of it.
var byAppOp = map[string]string{
	"SYSTEM_ALERT_WINDOW":          "android.permission.SYSTEM_ALERT_WINDOW",
	"GET_USAGE_STATS":              "android.permission.PACKAGE_USAGE_STATS",
	"WRITE_SETTINGS":               "android.permission.WRITE_SETTINGS",
	"REQUEST_INSTALL_PACKAGES":     "android.permission.REQUEST_INSTALL_PACKAGES",
	"MANAGE_EXTERNAL_STORAGE":      "android.permission.MANAGE_EXTERNAL_STORAGE",
	"MANAGE_MEDIA":                 "android.permission.MANAGE_MEDIA",
	"USE_FULL_SCREEN_INTENT":       "android.permission.USE_FULL_SCREEN_INTENT",
	"LOADER_USAGE_STATS":           "android.permission.LOADER_USAGE_STATS",
	"INTERACT_ACROSS_PROFILES":     "android.permission.INTERACT_ACROSS_PROFILES",
	"MANAGE_CREDENTIALS":           "android.permission.MANAGE_CREDENTIALS",
	"TURN_SCREEN_ON":               "android.permission.TURN_SCREEN_ON",
	"SCHEDULE_EXACT_ALARM":         "android.permission.SCHEDULE_EXACT_ALARM",
	"CHANGE_WIFI_STATE":            "android.permission.CHANGE_WIFI_STATE",
	"INSTANT_APP_START_FOREGROUND": "android.permission.INSTANT_APP_FOREGROUND_SERVICE",
}

// maxDecisions is the most app ops of one phone that are kept until its apps are known.
const maxDecisions = 100_000

// appOpFlag marks a permission of which an app op told.
const appOpFlag = "app-op"

// addOp keeps what the user decided of a special access.
func (p *Phone) addOp(o dumpsys.Op) {
	p.opsTold = true
	if byAppOp[o.Name] == "" || o.Mode == "default" {
		return
	}
	if len(p.ops) >= maxDecisions {
		p.extra.Add("app op of " + o.Package)
		return
	}
	p.ops = append(p.ops, o)
}

// decisions states the app ops of the apps. Those of a user identity hold for all its packages and go before what is
// said of one package, as in the platform.
func (p *Phone) decisions() {
	members := map[int][]string{}
	for _, name := range p.names {
		if uid := p.apps[name].UID; uid > 0 {
			members[uid] = append(members[uid], name)
		}
	}
	decided := map[decision]string{}
	for _, o := range p.ops {
		if o.Package != "" {
			decided[decision{o.Package, byAppOp[o.Name], o.User}] = o.Mode
		}
	}
	for _, o := range p.ops {
		for _, name := range members[o.AppID] {
			if o.Package == "" {
				decided[decision{name, byAppOp[o.Name], o.User}] = o.Mode
			}
		}
	}
	p.state(decided)
}

// leaveOpen takes back what the list of permissions seems to refuse of such an access: it says "granted=false" of what the user
// allowed in the settings, too. Only where app ops were read does their silence mean that the list tells.
func (p *Phone) leaveOpen() {
	if p.opsTold {
		return
	}
	for _, name := range p.names {
		perms := p.apps[name].Permissions
		for i := range perms {
			if x := &perms[i]; x.GrantKnown && !x.Granted && opPermissions[x.Name] {
				x.GrantKnown = false
			}
		}
	}
}

// opPermissions are the permissions of byAppOp.
var opPermissions = func() map[string]bool {
	out := map[string]bool{}
	for _, name := range byAppOp {
		out[name] = true
	}
	return out
}()

// decision is whose it is, of what, and for which user of the phone.
type decision struct{ pkg, permission, user string }

// state writes decisions into the permissions of the apps, in the order of the names so that it does not change.
func (p *Phone) state(decided map[decision]string) {
	keys := make([]decision, 0, len(decided))
	for k := range decided {
		if p.apps[k.pkg] != nil {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b decision) int {
		return cmp.Or(strings.Compare(a.pkg, b.pkg), strings.Compare(a.permission, b.permission), cmp.Compare(len(a.user), len(b.user)), strings.Compare(a.user, b.user))
	})
	for start := 0; start < len(keys); {
		end := start + 1
		for end < len(keys) && keys[end].pkg == keys[start].pkg && keys[end].permission == keys[start].permission {
			end++
		}
		var allowed, refused []string
		for _, k := range keys[start:end] {
			if decided[k] == "allow" || decided[k] == "foreground" {
				allowed = append(allowed, k.user)
			} else {
				refused = append(refused, k.user)
			}
		}
		decide(p.apps[keys[start].pkg], keys[start].permission, allowed, refused)
		start = end
	}
}

// decide states of one permission who allowed and who refused it. What an app holds by its signature or its place in the
// system is for all users, and only a refusal takes it away.
func decide(a *inventory.App, name string, allowed, refused []string) {
	i := slices.IndexFunc(a.Permissions, func(x inventory.Permission) bool { return x.Name == name })
	if i < 0 {
		i = len(a.Permissions)
		a.Permissions = append(a.Permissions, inventory.Permission{Name: name})
	}
	x := &a.Permissions[i]
	x.GrantKnown = true
	if !slices.Contains(x.Flags, appOpFlag) {
		x.Flags = append(x.Flags, appOpFlag)
	}
	all := x.Granted && len(x.GrantedTo) == 0
	if all {
		for _, u := range a.Users {
			if u.Installed {
				x.GrantedTo = append(x.GrantedTo, u.User)
			}
		}
	}
	x.GrantedTo = slices.DeleteFunc(x.GrantedTo, func(u string) bool { return slices.Contains(refused, u) })
	for _, u := range allowed {
		if !slices.Contains(x.GrantedTo, u) && len(x.GrantedTo) < maxUsers {
			x.GrantedTo = append(x.GrantedTo, u)
		}
	}
	x.Granted = len(x.GrantedTo) > 0 || all && len(refused) == 0
	if all && len(refused) == 0 {
		x.GrantedTo = nil
	}
}
