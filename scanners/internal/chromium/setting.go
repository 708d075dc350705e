package chromium

import (
	"strconv"
	"time"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/inventory"
)

// Where an extension came from, by the numbers that Chromium writes.
const (
	internal             = 1 // by its user, from a store or a file
	externalPref         = 2
	externalRegistry     = 3
	unpacked             = 4
	component            = 5
	externalPrefDownload = 6
	policyDownload       = 7
	commandLine          = 8
	policy               = 9
	externalComponent    = 10
)

// Bits of creation_flags.
const (
	flagFromWebstore = 1 << 3
	flagByDefault    = 1 << 7
)

// uninstalled is the state of an extension that another program put there and that the user removed.
const uninstalled = 2

// disableReasons are the names of the bits for which an extension is turned off.
var disableReasons = []string{
	0: "user-action", 1: "permissions-increase", 2: "reload", 3: "unsupported-requirement", 4: "sideload-wipeout", 5: "unknown-from-sync", 6: "permissions-consent",
	7: "known-disabled", 8: "not-verified", 9: "greylist", 10: "corrupted", 11: "remote-install", 12: "inactive-ephemeral-app", 13: "external-extension",
	14: "update-required-by-policy", 15: "custodian-approval-required", 16: "blocked-by-policy", 17: "blocked-mature", 18: "remotely-for-malware", 19: "reinstall",
	20: "not-allowlisted", 21: "not-ash-keeplisted", 22: "published-in-store-required-by-policy", 23: "unsupported-manifest-version",
	24: "unsupported-developer-extension", 25: "unknown",
}

// blocklistReasons are the names of the bits of the browser's list of bad extensions.
var blocklistReasons = []string{0: "malware", 1: "security-vulnerability", 2: "store-policy-violation", 3: "potentially-unwanted"}

func (s setting) number(key string) (int64, bool) { return s[key].Int() }

func (s setting) flags() int64 {
	n, _ := s.number("creation_flags")
	return n
}

// installed reports whether the browser has the extension: it also keeps settings for some that are gone.
func (s setting) installed() bool {
	state, _ := s.number("state")
	return state != uninstalled && (s["path"] != nil || s["manifest"] != nil)
}

// state tells whether the extension runs, and why it does not. Newer browsers keep the reasons alone.
func (s setting) state() (string, []string) {
	blocked, because := s.blocklist()
	var bits int64
	_ = s["disable_reasons"].Items(func(v jsonpart.Value) bool { // as in settings
		n, _ := v.Int()
		bits |= n
		return true
	})
	if n, ok := s.number("disable_reasons"); ok {
		bits = n
	}
	because = append(names(bits, disableReasons, ""), because...)
	state, told := s.number("state")
	switch {
	case blocked:
		return "blocked", because
	case bits != 0 || told && state == 0:
		return "disabled", because
	}
	return "enabled", nil
}

// blocklist tells what the browser's list of bad extensions says, and whether it stops the extension: it does so for malware,
// and turns others off, which their user may undo.
func (s setting) blocklist() (blocked bool, because []string) {
	blocked = s["blacklist"].True()
	var bits int64
	for _, key := range []string{"blacklist_state", "omaha_blocklist_state", "extension_telemetry_service_blocklist_state"} {
		n, _ := s.number(key)
		bits |= n
	}
	return blocked || bits&1 != 0, names(bits, blocklistReasons, "blocklist:")
}

func names(bits int64, known []string, prefix string) []string {
	var out []string
	for i := range 63 {
		if bits&(1<<i) == 0 {
			continue
		}
		name := strconv.Itoa(i)
		if i < len(known) {
			name = known[i]
		}
		out = append(out, prefix+name)
	}
	return out
}

// epoch is where Chromium begins to count microseconds.
var epoch = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)

// installedAt is when the extension first came.
func (s setting) installedAt() *time.Time {
	for _, key := range []string{"first_install_time", "install_time"} {
		n, err := strconv.ParseInt(s[key].String(), 10, 64)
		const tooLate = 1 << 57 // some five thousand years
		if err != nil || n <= 0 || n > tooLate {
			continue
		}
		t := epoch.Add(time.Duration(n%1e6)*time.Microsecond).AddDate(0, 0, int(n/1e6/86400)).Add(time.Duration(n/1e6%86400) * time.Second)
		return &t
	}
	return nil
}

// granted is what the extension may do now, nil when that is not told.
func (s setting) granted() (api, hosts []string) {
	active := s["active_permissions"]
	if active == nil {
		return nil, nil
	}
	api = []string{}
	for _, list := range []jsonpart.Value{active.Get("api"), active.Get("manifest_permissions")} {
		_ = list.Items(func(v jsonpart.Value) bool { // as in settings
			if name, ok := v.Text(); ok {
				api = append(api, inventory.Text(name))
			} else {
				_ = v.Fields(func(key string, _ jsonpart.Value) bool { api = append(api, inventory.Text(key)); return true })
			}
			return len(api) < maxGranted
		})
	}
	for _, key := range []string{"explicit_host", "scriptable_host"} {
		hosts = append(hosts, active.Get(key).Texts()...)
	}
	return api, hosts[:min(len(hosts), maxGranted)]
}

// maxGranted bounds what one extension was given; no manifest may ask for more.
const maxGranted = 2_000

// source says in the words of the inventory how the extension came.
func (s setting) source(program, updateURL string) string {
	location, ok := s.number("location")
	byDefault := s["was_installed_by_default"].True() || s.flags()&flagByDefault != 0
	switch {
	case !ok:
		return ""
	case location == component || location == externalComponent:
		return "built-in"
	case location == policyDownload || location == policy:
		return "policy"
	case location == unpacked || location == commandLine:
		return "developer"
	case location == internal && (s["from_webstore"].True() || s.flags()&flagFromWebstore != 0 || storeOf(updateURL) != ""):
		return storeSource(program, updateURL)
	case byDefault && location != internal:
		return "built-in"
	case location == internal, location == externalPref, location == externalRegistry, location == externalPrefDownload:
		return "sideloaded"
	}
	return ""
}
