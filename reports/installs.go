package reports

import (
	"slices"
	"strings"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// Install is an extension or plug-in in one profile of one program.
type Install struct {
	Program         string   `json:"program" jsonschema:"chrome, edge, brave, vivaldi, opera, chromium, firefox, vscode, idea, …"`
	ProgramName     string   `json:"program_name" jsonschema:"as people call it: Google Chrome, …"`
	User            string   `json:"user,omitempty" jsonschema:"account on the device"`
	Profile         string   `json:"profile,omitempty" jsonschema:"folder of the profile, never the name that its owner gave it"`
	Version         string   `json:"version,omitempty" jsonschema:"absent where it is that of the app"`
	State           string   `json:"state,omitempty" jsonschema:"enabled, disabled, blocked; absent where it is not told"`
	Source          string   `json:"source,omitempty" jsonschema:"how it came: store, other-store, sideloaded (by another program or from a file), package (by one of the system's packages), policy (by an administrator), developer (an unpacked folder), built-in; absent where it is not told"`
	UpdateURL       string   `json:"update_url,omitempty" jsonschema:"where it gets its updates; foreign text"`
	AllSites        bool     `json:"all_sites,omitempty" jsonschema:"it may read and change what is on every web site"`
	Hosts           []string `json:"hosts,omitempty" jsonschema:"patterns of the web sites that it may read and change"`
	OptionalHosts   []string `json:"optional_hosts,omitempty" jsonschema:"patterns that it may ask for"`
	DisabledBecause []string `json:"disabled_because,omitempty" jsonschema:"in the words of the program"`
	Private         bool     `json:"private,omitempty" jsonschema:"it may run in private windows too"`
	InstalledAt     string   `json:"installed_at,omitempty" jsonschema:"as the program noted, RFC 3339"`
	Path            string   `json:"path,omitempty" jsonschema:"its folder on the device"`
}

// installs are the places of an extension.
func installs(a *inventory.App) []Install {
	var out []Install
	for _, in := range a.Installs {
		x := Install{Program: in.Program, ProgramName: riskdb.ProgramName(in.Program), User: in.User, Profile: in.Profile, State: in.State, Source: in.Source, UpdateURL: in.UpdateURL,
			AllSites: slices.ContainsFunc(in.Hosts, allSites), Hosts: in.Hosts, OptionalHosts: in.OptionalHosts, DisabledBecause: in.DisabledBecause, Private: in.Private,
			InstalledAt: moment(in.InstalledAt), Path: in.Path}
		if in.Version != a.Version {
			x.Version = in.Version
		}
		out = append(out, x)
	}
	return out
}

// allSites reports whether a pattern of hosts means every web site: "<all_urls>", "*://*/*", "https://*/*".
func allSites(pattern string) bool {
	if pattern == "<all_urls>" {
		return true
	}
	scheme, rest, ok := strings.Cut(pattern, "://")
	host, _, _ := strings.Cut(rest, "/")
	return ok && host == "*" && (scheme == "*" || scheme == "http" || scheme == "https")
}
