package inventory

import (
	"strings"
	"time"
)

// Install is an extension or plug-in in one profile of one program.
type Install struct {
	Program string `json:"program"`           // "chrome", "edge", "brave", "vivaldi", "opera", "chromium", "firefox", "vscode", "idea", …
	User    string `json:"user,omitempty"`    // account on the device
	Profile string `json:"profile,omitempty"` // folder of the profile: "Default", "Profile 1"; never the name that its owner gave it
	Version string `json:"version,omitempty"`
	State   string `json:"state,omitempty"` // "enabled", "disabled", "blocked"; empty when not told
	// Source is how it came: "store" (the program's own), "other-store", "package" (a file that one of the
	// system's packages brought), "sideloaded" (put there by another program or from a file), "policy" (an administrator), "developer" (an
	// unpacked folder), "built-in"; empty when not told.
	Source          string     `json:"source,omitempty"`
	UpdateURL       string     `json:"update_url,omitempty"`       // where it gets its updates
	Hosts           []string   `json:"hosts,omitempty"`            // patterns of web sites that it may read and change: "<all_urls>"
	OptionalHosts   []string   `json:"optional_hosts,omitempty"`   // patterns that it may ask for
	DisabledBecause []string   `json:"disabled_because,omitempty"` // the program's own words
	Private         bool       `json:"private,omitempty"`          // it may also run in private windows
	InstalledAt     *time.Time `json:"installed_at,omitempty"`     // as the program noted
	Path            string     `json:"path,omitempty"`             // its folder on the device
}

// UnnamedUser stands, where the name of an account would, for the one that a source is of and does not name: of HKEY_CURRENT_USER
// in an export, of a hive that does not tell whose it is. Several of one computer differ in what follows it.
const UnnamedUser = "unnamed account"

// Unnamed reports whether user stands for an account that its source does not name.
func Unnamed(user string) bool { return strings.HasPrefix(user, UnnamedUser) }
