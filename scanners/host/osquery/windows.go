package osquery

import (
	"regexp"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/winpath"
	"quaestor/scanners/inventory"
)

var (
	guid   = regexp.MustCompile(`^\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}$`)
	kbName = regexp.MustCompile(`(?i)(^|[^0-9a-z])KB[0-9]{6,8}($|[^0-9a-z])`)
	// patchName is that of an update, whatever its number.
	patchName = regexp.MustCompile(`(?i)\b(hotfix|update|service pack|patch)\b.*\(KB[0-9]{1,8}\)`)
	// windowsApps is the folder of a packaged app: its name, version, processor and the hash of its publisher; systemApps that of one
	// that came with Windows.
	windowsApps = regexp.MustCompile(`(?i)\\WindowsApps\\([A-Za-z0-9.-]{3,50})_([0-9.]+)_([A-Za-z0-9]*)_[^_\\]*_[a-z0-9]{13}`)
	systemApps  = regexp.MustCompile(`(?i)\\SystemApps\\([A-Za-z0-9.-]{3,50})_[a-z0-9]{13}`)
	msiRemoval  = regexp.MustCompile(`(?i)^"?(?:[^"]*\\)?msiexec(?:\.exe)?"?\s+/[XI]\s*(\{[0-9A-F-]{36}\})`)
)

func readProgram(h *host, r records.Record) {
	name, version := r.Text("name"), r.Text("version")
	if kbName.MatchString(name) || patchName.MatchString(name) {
		h.updates.Add(name)
		return
	}
	a := inventory.App{Name: name, Version: version, Publisher: commonName(r.Text("publisher", "vendor")), UninstallCommand: r.Text("uninstall_string"),
		Paths: paths(r.Text("install_location", "installed_path"))}
	identify(&a, r)
	if day, zoned := r.Time("install_date"); day != nil {
		a.FirstInstalled, a.LocalTime = day, !zoned
	}
	if user := person(r.Text("install_location", "installed_path")); user != "" {
		a.Users = users(user)
	}
	h.app(a, r)
}

// identify tells a packaged app by its family or folder, a product of the Windows Installer by its code. What else there is has a name.
func identify(a *inventory.App, r records.Record) {
	family, _, _ := strings.Cut(r.Text("package_family_name"), "_")
	where := r.Text("install_location", "installed_path")
	code := r.Text("identifying_number")
	if m := msiRemoval.FindStringSubmatch(a.UninstallCommand); code == "" && m != nil {
		code = m[1]
	}
	switch {
	case family != "":
		a.IdentifierKind, a.Identifier = inventory.MSIXFamily, family
	case windowsApps.MatchString(where):
		m := windowsApps.FindStringSubmatch(where)
		a.IdentifierKind, a.Identifier = inventory.MSIXFamily, m[1]
	case systemApps.MatchString(where):
		a.IdentifierKind, a.Identifier, a.System = inventory.MSIXFamily, systemApps.FindStringSubmatch(where)[1], true
	case guid.MatchString(code):
		a.IdentifierKind, a.Identifier = inventory.MSIProductCode, strings.ToUpper(code)
	default:
		a.IdentifierKind, a.Identifier = inventory.NameOnly, a.Name
	}
}

// commonName is the CN of a name in a certificate; other texts stay as they are.
func commonName(s string) string {
	rest, ok := strings.CutPrefix(s, "CN=")
	if !ok {
		return s
	}
	rest, _, _ = strings.Cut(rest, ", ")
	return strings.Trim(rest, `"`)
}

func readChocolatey(h *host, r records.Record) {
	h.app(inventory.App{IdentifierKind: inventory.Chocolatey, Identifier: strings.ToLower(r.Text("name")), Name: r.Text("name"), Version: r.Text("version"), Publisher: r.Text("author", "vendor"), Paths: paths(r.Text("path"))}, r)
}

func readPatch(h *host, r records.Record) { h.updates.Add(r.Text("hotfix_id")) }

// readSecurityProduct reads what is registered with Windows as protection, in the words of osquery: "Antivirus", "On".
func readSecurityProduct(h *host, r records.Record) {
	kind := strings.ToLower(r.Text("type"))
	switch kind {
	case "antivirus", "firewall", "antispyware":
	default:
		kind = "antivirus"
	}
	p := inventory.SecurityProduct{Kind: kind, Name: r.Text("name"), State: strings.ToLower(r.Text("state"))}
	switch p.State {
	case "on", "off", "snoozed", "expired":
	default:
		p.StateCode, p.State = r.Text("state"), ""
	}
	if path := r.Text("remediation_path"); !strings.Contains(path, "://") {
		p.Path = winpath.Executable(path)
	}
	if current, ok := r.Bool("signatures_up_to_date"); ok && kind != "firewall" {
		if p.Definitions = "outdated"; current {
			p.Definitions = "current"
		}
	}
	p.UpdatedAt, _ = r.Time("state_timestamp")
	h.product(p, r)
}

func readSecurityCenter(h *host, r records.Record) {
	for _, name := range []string{"firewall", "autoupdate", "antivirus", "windows_security_center_service", "user_account_control"} {
		h.property("windows_security_center."+name, r.Text(name))
	}
}

var serviceStarts = map[string]string{"BOOT_START": "boot", "SYSTEM_START": "system", "AUTO_START": "automatic", "DEMAND_START": "manual", "DISABLED": "disabled"}

func readService(h *host, r records.Record) {
	p := inventory.SecurityProduct{Kind: "service", Name: r.Text("display_name", "name"), Service: r.Text("name"), Start: serviceStarts[strings.ToUpper(r.Text("start_type"))], State: "installed",
		Path: executable(r.Text("path"))}
	if library := r.Text("module_path"); library != "" {
		p.Path = executable(library)
	}
	switch {
	case strings.EqualFold(r.Text("status"), "RUNNING"):
		p.State = "running"
	case p.Start == "disabled":
		p.State = "disabled"
	}
	if strings.HasSuffix(strings.ToLower(p.Path), ".sys") || strings.Contains(strings.ToUpper(r.Text("service_type")), "DRIVER") {
		p.Kind, p.Privileges = "driver", []string{"kernel"}
	} else if winpath.System(r.Text("user_account")) {
		p.Privileges = []string{"root"}
	}
	h.product(p, r)
}

// executable is the program of a command, without arguments and without what the kernel puts before a path.
func executable(command string) string {
	return strings.TrimPrefix(winpath.Executable(command), `\??\`)
}

func readDriver(h *host, r records.Record) {
	p := inventory.SecurityProduct{Kind: "driver", Name: r.Text("description", "device_name", "service"), Service: r.Text("service"), Version: r.Text("version"), Vendor: r.Text("provider", "manufacturer"),
		Path: executable(r.Text("image")), State: "running", Privileges: []string{"kernel"}}
	if p.Service == "" && p.Path == "" {
		return // a device without a driver of its own
	}
	h.product(p, r)
}

var taskStates = map[string]string{"disabled": "disabled", "queued": "enabled", "ready": "enabled", "running": "running"}

func readTask(h *host, r records.Record) {
	p := inventory.SecurityProduct{Kind: "scheduled-task", Name: r.Text("name"), Identifier: r.Text("path"), Path: executable(r.Text("action")), State: taskStates[strings.ToLower(r.Text("state"))]}
	if enabled, ok := r.Bool("enabled"); ok && !enabled {
		p.State = "disabled"
	}
	h.product(p, r)
}

func readIE(h *host, r records.Record) {
	h.app(inventory.App{IdentifierKind: inventory.NameOnly, Identifier: r.Text("name"), Name: r.Text("name"), Version: r.Text("version"), Paths: paths(r.Text("path")),
		Flags: []string{"internet-explorer-extension"}}, r)
}

func readBitLocker(h *host, r records.Record) {
	state := map[string]string{"0": "off", "1": "on"}[r.Text("protection_status")]
	h.product(inventory.SecurityProduct{Kind: "built-in", Name: "BitLocker", Identifier: "bitlocker:" + r.Text("drive_letter"), State: state, StateCode: r.Text("protection_status")}, r)
}
