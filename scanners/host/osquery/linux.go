package osquery

import (
	"strings"

	"quaestor/scanners/internal/components"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

func readDeb(h *host, r records.Record) {
	a := inventory.App{IdentifierKind: inventory.DebPackage, Identifier: r.Text("name"), Version: r.Text("version"), Arch: inventory.Text(r.Text("arch")), Publisher: r.Text("maintainer", "vendor"),
		SourcePackage: inventory.Text(r.Text("source"))}
	if status := r.Text("status"); strings.Contains(status, "not-installed") || strings.Contains(status, "config-files") {
		return
	}
	if r.Has("installed_path") || r.Text("source") == "deb_packages" { // of Fleet, where the source is the table
		a.SourcePackage = ""
	}
	h.app(a, r)
}

func readRPM(h *host, r records.Record) {
	version := r.Text("version")
	if release := r.Text("release"); release != "" {
		version += "-" + release
	}
	if epoch := r.Text("epoch"); epoch != "" && epoch != "0" {
		version = epoch + ":" + version
	}
	a := inventory.App{IdentifierKind: inventory.RPMPackage, Identifier: r.Text("name"), Version: version, Arch: inventory.Text(r.Text("arch")), Publisher: r.Text("vendor"),
		FirstInstalled: records.Seconds(r.Text("install_time"))}
	if s := r.Text("source"); s != "rpm_packages" {
		a.SourcePackage = inventory.Text(s)
	}
	h.app(a, r)
}

func readUnit(h *host, r records.Record) {
	id := r.Text("id")
	if !strings.HasSuffix(id, ".service") {
		return
	}
	p := inventory.SecurityProduct{Kind: "service", Name: strings.TrimSuffix(id, ".service"), Service: id}
	switch file := r.Text("unit_file_state"); {
	case r.Text("sub_state") == "running":
		p.State = "running"
	case file == "enabled", file == "enabled-runtime":
		p.State = "enabled"
	case file == "disabled", file == "masked":
		p.State = "disabled"
	default:
		p.State = "installed"
	}
	if r.Text("unit_file_state") == "enabled" {
		p.Start = "boot"
	}
	if user := r.Text("user"); r.Has("user") && (user == "" || user == "root" || user == "0") {
		p.Privileges = []string{"root"} // a unit that names no account runs as root
	}
	h.product(p, r)
}

// readModule reads what the kernel has loaded. The table does not tell which modules were built elsewhere.
func readModule(h *host, r records.Record) {
	h.product(inventory.SecurityProduct{Kind: "kernel-module", Name: r.Text("name"), State: "running", Privileges: []string{"kernel"}}, r)
}

// readProcess keeps the program alone: who runs it with what is about people.
func readProcess(h *host, r records.Record) {
	path := r.Text("path")
	base := path[strings.LastIndexAny(path, `/\`)+1:]
	if base == "" {
		base = r.Text("name")
	}
	if path == "" && h.platform == inventory.Linux { // a part of the kernel
		return
	}
	h.product(inventory.SecurityProduct{Kind: "process", Name: base, Process: base, Path: path, State: "running"}, r)
}

func readStartup(h *host, r records.Record) {
	p := inventory.SecurityProduct{Kind: "autostart", Name: r.Text("name"), Identifier: r.Text("source"), Path: r.Text("path"), Start: "login", User: person(r.Text("source", "path"))}
	switch t := strings.ToLower(r.Text("type")); {
	case t == "login item" || t == "app":
		p.Kind = "login-item"
	case t == "agent":
		p.Kind = "launch-agent"
	case t == "daemon":
		p.Kind, p.Start = "launch-daemon", "boot"
	case strings.Contains(t, "systemd unit"):
		p.Kind, p.Start, p.Service = "service", "boot", r.Text("name")
	}
	if h.platform == inventory.Windows {
		p.Path = executable(p.Path)
	}
	if name := r.Text("username"); p.User == "" && name != "" && !strings.EqualFold(name, "SYSTEM") && name != "root" {
		p.User = name[strings.LastIndexByte(name, '\\')+1:]
	}
	switch status := strings.ToLower(r.Text("status")); {
	case strings.HasPrefix(status, "disabled"):
		p.State = "disabled"
	case strings.HasPrefix(status, "enabled"):
		p.State = "enabled"
	}
	h.product(p, r)
}

func readNPM(h *host, r records.Record) {
	h.part(components.NPM(r.Text("name"), r.Text("version"), r.Text("path")), r)
}

func readPython(h *host, r records.Record) {
	h.part(components.Of("pypi", strings.ToLower(strings.ReplaceAll(r.Text("name"), "_", "-")), r.Text("version"), r.Text("path")), r)
}

// part adds a package of a programming language, once. It is no program that somebody uses.
func (h *host) part(f components.Found, r records.Record) {
	if f.Name == "" || len(f.Name) > 214 || strings.ContainsAny(f.Name, " \t\r\n?#%") || f.Version != "" && !components.Version(f.Version) {
		return
	}
	id := inventory.FactID("component", h.device.ID, f.PURL)
	if h.seen[id] {
		return
	}
	h.seen[id] = true
	h.parts = append(h.parts, inventory.Component{ID: id, Device: h.device.ID, PURL: f.PURL, Name: inventory.Text(f.Name), Version: inventory.Text(f.Version), Exact: f.Version != "", Origins: h.origin(r)})
}
