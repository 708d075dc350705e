package osquery

import (
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

// isFleetHost recognises a host as Fleet's server describes it.
func isFleetHost(r records.Record) bool {
	return r.Has("hostname") && r.HasAny("software", "os_version") && r.HasAny("uuid", "hardware_serial", "platform")
}

// fleetHost takes what Fleet says of a host, and its software.
func (l *list) fleetHost(r records.Record) {
	h := l.host(r.Text("hostname", "computer_name", "display_name"))
	if h == nil {
		return
	}
	l.results++
	h.platform = platformOf(r)
	h.numbers.fill(numberOf(r))
	h.device.OSName, h.device.OSVersion = osName(r.Text("os_version"))
	h.device.Serial, h.device.Model, h.device.Manufacturer = inventory.Text(r.Text("hardware_serial")), inventory.Text(r.Text("hardware_model")), inventory.Text(r.Text("hardware_vendor"))
	for _, v := range r.List("software") {
		if s, ok := records.From(v); ok {
			l.row(h.name, tableOf(s, "software"), s, "software")
		}
	}
	for _, v := range r.List("users") {
		if u, ok := records.From(v); ok && u.Has("username") {
			if uid := u.Text("uid"); uid != "" {
				h.users[uid] = inventory.Text(u.Text("username"))
			}
		}
	}
}

// osName cuts "Ubuntu 22.04.2 LTS" before its version.
func osName(s string) (name, version string) {
	fields := strings.Fields(s)
	for i, f := range fields {
		if f[0] >= '0' && f[0] <= '9' && i > 0 && strings.Contains(f, ".") {
			return inventory.Text(strings.Join(fields[:i], " ")), inventory.Text(strings.Join(fields[i:], " "))
		}
	}
	return inventory.Text(s), ""
}

// sources are the tables that Fleet's software comes from, and what reads a row of each.
func sources() map[string]func(h *host, r records.Record) {
	return map[string]func(h *host, r records.Record){
		"programs": readProgram, "apps": readFleetApp, "deb_packages": readDeb, "rpm_packages": readRPM, "homebrew_packages": readHomebrew, "chocolatey_packages": readChocolatey,
		"npm_packages": readNPM, "python_packages": readPython, "chrome_extensions": readFleetExtension, "firefox_addons": readFleetExtension, "safari_extensions": readSafari,
		"vscode_extensions": readVSCode, "jetbrains_plugins": readJetBrains, "ie_extensions": readIE,
	}
}

// readFleet reads one piece of software, of each version that is installed.
func readFleet(h *host, r records.Record) {
	read := sources()[r.Text("source")]
	if read == nil {
		h.other.Add(r.Text("source") + ": " + r.Text("name"))
		return
	}
	versions := r.List("installed_versions")
	if len(versions) == 0 {
		versions = []any{map[string]any{}}
	}
	for _, v := range versions {
		in, ok := records.From(v)
		if !ok {
			continue
		}
		one := records.New(r.Line)
		for _, c := range in.Columns() {
			one.Set(c, in.Value(c))
		}
		for _, c := range r.Columns() {
			one.Set(c, r.Value(c))
		}
		if list := one.List("installed_paths"); len(list) > 0 {
			if path, ok := list[0].(string); ok {
				one.Set("installed_path", path)
			}
		}
		one.Set("path", one.Text("installed_path"))
		read(h, one)
	}
}

func readFleetApp(h *host, r records.Record) {
	path := r.Text("installed_path")
	a := inventory.App{IdentifierKind: inventory.MacBundle, Identifier: r.Text("bundle_identifier"), Name: strings.TrimSuffix(r.Text("name"), ".app"), Version: r.Text("version"), Publisher: r.Text("vendor"),
		Paths: paths(path), System: strings.HasPrefix(path, "/System/"), Users: users(person(path))}
	if a.Identifier == "" {
		a.IdentifierKind, a.Identifier = inventory.NameOnly, a.Name
	}
	for _, v := range r.List("signature_information") {
		if s, ok := records.From(v); ok && a.Team == "" {
			a.Team = inventory.Text(s.Text("team_identifier"))
		}
	}
	h.app(a, r)
}

// readFleetExtension reads an extension of a browser, of which Fleet tells neither account nor profile.
func readFleetExtension(h *host, r records.Record) {
	a := inventory.App{IdentifierKind: inventory.ChromeExtension, Identifier: r.Text("extension_id"), Name: r.Text("name"), Version: r.Text("version"), Publisher: r.Text("vendor")}
	program := strings.ReplaceAll(r.Text("browser", "extension_for"), "_", "-")
	if r.Text("source") == "firefox_addons" {
		a.IdentifierKind, program = inventory.FirefoxAddon, "firefox"
	}
	path := r.Text("installed_path")
	a.Installs = []inventory.Install{{Program: program, User: person(path), Version: inventory.Text(r.Text("version")), Path: inventory.Text(path)}}
	if a.Identifier == "" {
		a.IdentifierKind, a.Identifier = inventory.NameOnly, a.Name
	}
	h.app(a, r)
}
