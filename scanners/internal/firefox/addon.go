package firefox

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/webext"
	"quaestor/scanners/inventory"
)

// signatures are the names of the states of an add-on's signature, from the first number on.
var signatures = map[int64]string{-2: "broken", -1: "unknown", 0: "missing", 1: "preliminary", 2: "signed", 3: "system", 4: "privileged"}

// blocklist are the names of what the list of bad add-ons says.
var blocklist = map[int64]string{1: "softblocked", 2: "blocked", 3: "outdated", 4: "vulnerable-update-available", 5: "vulnerable-no-update"}

const blocked = 2

func flags(m map[string]jsonpart.Value) []string {
	var out []string
	if n, ok := m["manifestVersion"].Int(); ok {
		out = append(out, fmt.Sprintf("manifest-version:%d", n))
	}
	if kind := m["type"].String(); kind != "" && kind != "extension" {
		out = append(out, inventory.Text("type:"+strings.TrimPrefix(kind, "webextension-")))
	}
	if n, ok := m["signedState"].Int(); ok && signatures[n] != "" {
		out = append(out, "signature:"+signatures[n])
	}
	if host := hostOf(m["sourceURI"].String()); host != "" {
		out = append(out, inventory.Text("source-host:"+host))
	}
	return out
}

// hostOf is the host of an address on the web: the rest of where an add-on was got from may tell of the person.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// state tells whether an add-on runs, and why it does not.
func state(m map[string]jsonpart.Value) (string, []string) {
	var because []string
	for _, key := range []string{"userDisabled", "appDisabled", "softDisabled", "embedderDisabled"} {
		if m[key].True() {
			because = append(because, key)
		}
	}
	list, _ := m["blocklistState"].Int()
	if name := blocklist[list]; name != "" {
		because = append(because, "blocklist:"+name)
	}
	switch {
	case list == blocked:
		return "blocked", because
	case m["active"].True():
		return "enabled", nil
	case m["active"] != nil:
		return "disabled", because
	}
	return "", because
}

// stores are the hosts that the programs' own stores give add-ons out from.
var stores = []string{"addons.mozilla.org", "addons.cdn.mozilla.net", "addons.thunderbird.net", "addons.waterfox.net", "addons.palemoon.org"}

// cameBy says in the words of the inventory how an add-on came.
func cameBy(m map[string]jsonpart.Value) string {
	location := m["location"].String()
	told := m["installTelemetryInfo"]
	switch how := told.Get("source").String(); {
	case strings.HasPrefix(location, "app-builtin"), location == "app-system-defaults", location == "app-system-addons", location == "app-system-profile":
		return "built-in"
	case location == "app-temporary":
		return "developer"
	case location == "app-global", strings.HasPrefix(location, "app-system-"), strings.HasPrefix(location, "winreg-"):
		return "sideloaded"
	case how == "enterprise-policy":
		return "policy"
	case how == "distribution":
		return "built-in"
	case slices.Contains(stores, hostOf(m["sourceURI"].String())), how == "amo", how == "disco":
		return "store"
	case told.Get("method").String() == "sideload", m["foreignInstall"].True(), strings.Contains(how, "file"), hostOf(m["sourceURI"].String()) != "":
		return "sideloaded"
	}
	return ""
}

// millis is a point in time in milliseconds since 1970.
func millis(v jsonpart.Value) *time.Time {
	n, ok := v.Int()
	const tooLate = 253402300800000 // the year 10000
	if !ok || n <= 0 || n >= tooLate {
		return nil
	}
	t := time.UnixMilli(n).UTC()
	return &t
}

// permissions is what an add-on asks for.
type permissions struct {
	s                    *scan
	id, dir              string
	known                bool // the list of add-ons or the manifest tells
	api, optionalAPI     []string
	hosts, optionalHosts []string
}

// asks reads what the list of add-ons says of permissions. Where it says nothing, as for add-ons that came by way of other
// programs in old versions, the add-on's own manifest is read.
func (s *scan) asks(to *permissions, p place, m map[string]jsonpart.Value, source string) {
	if user := m["userPermissions"]; user.IsObject() {
		optional := m["optionalPermissions"]
		to.known = true
		to.api, to.hosts = to.split(user)
		to.optionalAPI, to.optionalHosts = to.split(optional)
		return
	}
	if source == "built-in" || m["type"].String() != "extension" {
		return
	}
	manifest, ok := s.manifest(p, m)
	if !ok {
		return
	}
	to.known = true
	to.api, to.hosts, to.optionalAPI, to.optionalHosts = to.cut(manifest.API), to.cut(manifest.Hosts), to.cut(manifest.OptionalAPI), to.cut(manifest.OptionalHosts)
}

// split reads permissions and web sites, which the list keeps apart.
func (to *permissions) split(v jsonpart.Value) (api, hosts []string) {
	for _, name := range v.Get("permissions").Texts() {
		if webext.IsHost(name) {
			hosts = append(hosts, inventory.Text(name))
		} else {
			api = append(api, inventory.Text(name))
		}
	}
	for _, name := range v.Get("origins").Texts() {
		hosts = append(hosts, inventory.Text(name))
	}
	return to.cut(api), to.cut(hosts)
}

// cut sorts a list, leaves out what is in it twice, and says when it was too long.
func (to *permissions) cut(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) > maxPerms {
		to.s.Limit(path.Join(to.dir, "extensions.json"), fmt.Sprintf("The add-on %q asks for more permissions or web sites than are listed.", inventory.Text(to.id)))
		list = list[:maxPerms]
	}
	return list
}
