package osquery

import (
	"encoding/json"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/webext"
	"quaestor/scanners/inventory"
)

// maxPermissions bounds what one extension asks for.
const maxPermissions = 500

// readChrome reads an extension of Chrome or of a browser made from it, in one profile.
func readChrome(h *host, r records.Record) {
	id := r.Text("identifier")
	if !webext.IsID(id) {
		id = r.Text("referenced_identifier")
	}
	if !webext.IsID(id) {
		return
	}
	in := inventory.Install{Program: strings.ReplaceAll(r.Text("browser_type"), "_", "-"), User: h.user(r, "profile_path", "path"), Profile: profileOf(r), Version: inventory.Text(r.Text("version")),
		UpdateURL: inventory.Text(r.Text("update_url")), Path: inventory.Text(r.Text("path")), InstalledAt: records.Seconds(r.Text("install_timestamp"))}
	if in.Program == "" {
		in.Program = "chrome" // the only one that older releases knew
	}
	if yes, ok := r.Bool("from_webstore"); ok && yes {
		in.Source = "store"
	}
	if on, ok := r.Bool("state"); ok && on {
		in.State = "enabled"
	} else if ok {
		in.State = "disabled"
	}
	a := inventory.App{IdentifierKind: inventory.ChromeExtension, Identifier: id, Name: name(r.Text("name")), Version: r.Text("version"), Publisher: r.Text("author"), Disabled: in.State == "disabled"}
	for _, p := range permissions(r, "permissions") {
		if webext.IsHost(p) {
			in.Hosts = append(in.Hosts, p)
		} else {
			a.Permissions = append(a.Permissions, inventory.Permission{Name: p, Requested: true})
		}
	}
	for _, p := range permissions(r, "optional_permissions") {
		if webext.IsHost(p) {
			in.OptionalHosts = append(in.OptionalHosts, p)
		} else {
			a.Permissions = append(a.Permissions, inventory.Permission{Name: p, Requested: true, Flags: []string{"optional"}})
		}
	}
	a.Permissions = inventory.UnitePermissions(nil, a.Permissions)
	a.Installs = []inventory.Install{in}
	h.app(a, r)
}

// name is a name, unless it is a reference to a text of the extension.
func name(s string) string {
	if webext.HasMessage(s) {
		return ""
	}
	return s
}

// profileOf is the folder of a profile. The name that its owner gave it is not told.
func profileOf(r records.Record) string {
	path := strings.TrimRight(strings.ReplaceAll(r.Text("profile_path"), `\`, "/"), "/")
	return inventory.Text(path[strings.LastIndexByte(path, '/')+1:])
}

// permissions are those in a column: as JSON where there is that too, else as text with commas between.
func permissions(r records.Record, column string) []string {
	var out []string
	add := func(p string) {
		if p = strings.TrimSpace(p); p != "" && len(out) < maxPermissions {
			out = append(out, inventory.Text(p))
		}
	}
	var list []any
	if json.Unmarshal([]byte(r.Text(column+"_json")), &list) == nil && len(list) > 0 {
		for _, v := range list {
			if s, ok := v.(string); ok {
				add(s)
			}
		}
		return out
	}
	for p := range strings.SplitSeq(r.Text(column), ",") {
		add(p)
	}
	return out
}

func readFirefox(h *host, r records.Record) {
	in := inventory.Install{Program: "firefox", User: h.user(r, "path"), Profile: mozillaProfile(r.Text("path")), Version: inventory.Text(r.Text("version")), Path: inventory.Text(r.Text("path")),
		UpdateURL: ""}
	if on, ok := r.Bool("active"); ok && on {
		in.State = "enabled"
	} else if ok {
		in.State = "disabled"
	}
	if off, ok := r.Bool("disabled"); ok && off {
		in.State = "disabled"
	}
	switch url, where := r.Text("source_url"), r.Text("location"); {
	case strings.HasPrefix(url, "https://addons.mozilla.org/"):
		in.Source = "store"
	case strings.HasPrefix(where, "app-builtin"), strings.HasPrefix(where, "app-system"):
		in.Source = "built-in"
	case strings.HasPrefix(url, "file:"):
		in.Source = "sideloaded"
	}
	a := inventory.App{IdentifierKind: inventory.FirefoxAddon, Identifier: r.Text("identifier"), Name: r.Text("name"), Version: r.Text("version"), Publisher: r.Text("creator"),
		System: in.Source == "built-in", Disabled: in.State == "disabled", Installs: []inventory.Install{in}}
	if t := r.Text("type"); t != "" && t != "extension" {
		a.Flags = []string{inventory.Text("type:" + t)}
	}
	h.app(a, r)
}

// mozillaProfile is the folder of a profile on a path of it.
func mozillaProfile(path string) string {
	path = strings.ReplaceAll(path, `\`, "/")
	before, _, ok := strings.Cut(path, "/extensions/")
	if !ok {
		return ""
	}
	return inventory.Text(before[strings.LastIndexByte(before, '/')+1:])
}

func readSafari(h *host, r records.Record) {
	in := inventory.Install{Program: "safari", User: h.user(r, "path"), Version: inventory.Text(r.Text("version")), Path: inventory.Text(r.Text("path"))}
	h.app(inventory.App{IdentifierKind: inventory.MacBundle, Identifier: r.Text("identifier"), Name: r.Text("name"), Version: r.Text("version", "bundle_version"), Flags: []string{"safari-extension"},
		Installs: []inventory.Install{in}}, r)
}

func readVSCode(h *host, r records.Record) {
	program := strings.ReplaceAll(r.Text("vscode_edition"), "_", "-")
	if program == "" {
		program = "vscode"
	}
	in := inventory.Install{Program: program, User: h.user(r, "path"), Version: inventory.Text(r.Text("version")), Path: inventory.Text(r.Text("path"))}
	if ms := r.Text("installed_at"); ms != "" {
		in.InstalledAt = records.Milliseconds(ms)
	}
	h.app(inventory.App{IdentifierKind: inventory.VSCodeExtension, Identifier: strings.ToLower(r.Text("name")), Name: r.Text("name"), Version: r.Text("version"), Publisher: r.Text("publisher", "vendor"),
		Installs: []inventory.Install{in}}, r)
}

// editions are editors under the names that are used of them here.
var editions = map[string]string{"intellijidea": "idea", "intellijideacommunityedition": "idea", "pycharmcommunityedition": "pycharm"}

// readJetBrains reads a plug-in, of which the table has the name and not the identifier.
func readJetBrains(h *host, r records.Record) {
	program := strings.ToLower(r.Text("product_type", "extension_for"))
	if p := editions[program]; p != "" {
		program = p
	}
	in := inventory.Install{Program: program, User: h.user(r, "path"), Version: inventory.Text(r.Text("version")), Path: inventory.Text(r.Text("path"))}
	h.app(inventory.App{IdentifierKind: inventory.JetBrainsPlugin, Identifier: r.Text("name"), Name: r.Text("name"), Version: r.Text("version"), Publisher: r.Text("vendor"), Concluded: "name",
		Installs: []inventory.Install{in}}, r)
}
