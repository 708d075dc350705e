package osquery

import (
	"strings"

	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

func readMacApp(h *host, r records.Record) {
	path := r.Text("path")
	a := inventory.App{IdentifierKind: inventory.MacBundle, Identifier: r.Text("bundle_identifier"), Name: r.Text("display_name", "bundle_name", "name"), Version: r.Text("bundle_short_version", "bundle_version"),
		Paths: paths(path), System: strings.HasPrefix(path, "/System/"), Users: users(person(path))}
	a.Name = strings.TrimSuffix(a.Name, ".app")
	if a.Identifier == "" {
		a.IdentifierKind, a.Identifier = inventory.NameOnly, a.Name
	}
	h.app(a, r)
}

func readHomebrew(h *host, r records.Record) {
	a := inventory.App{IdentifierKind: inventory.Homebrew, Identifier: r.Text("name"), Name: r.Text("app_name", "name"), Version: r.Text("version"), Paths: paths(r.Text("path"))}
	if t := r.Text("type"); t != "" {
		a.Flags = []string{inventory.Text(t)}
	}
	h.app(a, r)
}

// readReceipt reads what the Installer noted. That its package was installed once does not prove that it is there.
func readReceipt(h *host, r records.Record) {
	at := records.Seconds(r.Text("install_time"))
	h.app(inventory.App{IdentifierKind: inventory.MacReceipt, Identifier: r.Text("package_id"), Name: r.Text("package_filename"), Version: r.Text("version"), FirstInstalled: at,
		Presence: inventory.PresenceTrace, Traces: []inventory.Trace{{Kind: inventory.TraceInstalled, First: at, Last: at}}}, r)
}

func readKext(h *host, r records.Record) {
	h.product(inventory.SecurityProduct{Kind: "kernel-extension", Name: r.Text("name"), Identifier: r.Text("name"), Version: r.Text("version"), Path: r.Text("path"), State: "running", Privileges: []string{"kernel"}}, r)
}

// states are those of a system extension, as macOS names them.
var extensionStates = map[string]string{"activated_enabled": "enabled", "activated_waiting_for_user": "waiting", "activated_disabled": "disabled", "activated_enabling": "enabled",
	"terminating_for_uninstall": "disabled"}

func readSystemExtension(h *host, r records.Record) {
	state := r.Text("state")
	if strings.HasPrefix(state, "terminated") {
		return
	}
	p := inventory.SecurityProduct{Kind: "system-extension", Name: r.Text("identifier"), Identifier: r.Text("identifier"), Version: r.Text("version"), Team: inventory.Text(r.Text("team")),
		State: extensionStates[state], StateCode: state, Path: r.Text("bundle_path", "path"), Privileges: []string{"system-extension"}}
	if what := machost.ExtensionPrivilege(r.Text("category")); what != "" {
		p.Privileges = append(p.Privileges, what)
	}
	h.product(p, r)
}

// readLaunchd reads jobs. Of their arguments only the first, the program, is kept.
func readLaunchd(h *host, r records.Record) {
	program := r.Text("program")
	if program == "" {
		program, _, _ = strings.Cut(r.Text("program_arguments"), " ")
		if at := strings.Index(r.Text("program_arguments"), ".app/Contents/"); at >= 0 { // names of apps have spaces
			program, _, _ = strings.Cut(r.Text("program_arguments"), " -")
		}
	}
	where := r.Text("path")
	p := inventory.SecurityProduct{Kind: "launch-daemon", Name: r.Text("label", "name"), Identifier: r.Text("label"), Path: program}
	if strings.Contains(where, "/LaunchAgents/") {
		p.Kind = "launch-agent"
		p.User = person(where)
	} else {
		p.Privileges = []string{"root"}
		if name := r.Text("username"); name != "" && name != "root" {
			p.Privileges = nil
		}
	}
	if off, _ := r.Bool("disabled"); off {
		p.State = "disabled"
	} else {
		p.State = "enabled"
	}
	if at, _ := r.Bool("run_at_load"); at {
		p.Start = "login"
		if p.Kind == "launch-daemon" {
			p.Start = "boot"
		}
	}
	h.product(p, r)
}

// readMechanism reads plug-ins that take part in logging in.
func readMechanism(h *host, r records.Record) {
	plugin := r.Text("plugin")
	if !strings.HasPrefix(r.Text("label"), "system.login.") || plugin == "" || plugin == "builtin" {
		return
	}
	h.product(inventory.SecurityProduct{Kind: "credential-provider", Name: plugin, Identifier: plugin, State: "enabled", Privileges: []string{"login"}}, r)
}

// readMDM reads who manages the Mac. The address of a check-in may hold a token: of an address only the host is kept.
func readMDM(h *host, r records.Record) {
	if yes, ok := r.Bool("enrolled"); ok && !yes {
		h.property("mdm.enrolled", "false")
		return
	}
	server := hostOfURL(r.Text("server_url"))
	p := inventory.Profile{Device: h.device.ID, Kind: "configuration-profile", Name: "MDM", Identifier: inventory.Text(r.Text("payload_identifier")), Organization: inventory.Text(server),
		Payloads: []string{"com.apple.mdm"}, Origins: h.origin(r)}
	p.ID = inventory.FactID("profile", p.Device, p.Kind, p.Identifier, p.Organization)
	h.profiles = append(h.profiles, p)
	h.property("mdm.enrolled", "true")
	h.property("mdm.installed_from_dep", r.Text("installed_from_dep"))
	h.property("mdm.user_approved", r.Text("user_approved"))
}

// hostOfURL is the host of an address, without port, account and path.
func hostOfURL(s string) string {
	_, rest, ok := strings.Cut(s, "://")
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "/")
	rest, _, _ = strings.Cut(rest, "?")
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	rest, _, _ = strings.Cut(rest, ":")
	return strings.ToLower(rest)
}

func readPolicy(h *host, r records.Record) { h.policies.Add(r.Text("domain"), r.Text("domain")) }

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func readALF(h *host, r records.Record) {
	n := r.Text("global_state")
	if n == "" {
		return
	}
	h.product(inventory.SecurityProduct{Kind: "firewall", Name: "macOS Application Firewall", Identifier: "com.apple.alf", Vendor: "Apple", Version: r.Text("version"), State: onOff(n != "0"), StateCode: n}, r)
}

func readGatekeeper(h *host, r records.Record) {
	on, ok := r.Bool("assessments_enabled")
	if !ok {
		return
	}
	h.product(inventory.SecurityProduct{Kind: "built-in", Name: "Gatekeeper", Identifier: "com.apple.gatekeeper", Vendor: "Apple", State: onOff(on), Version: r.Text("version")}, r)
	h.property("Gatekeeper", onOff(on))
}

func readSIP(h *host, r records.Record) {
	if on, ok := r.Bool("enabled"); ok && r.Text("config_flag") == "sip" {
		h.product(inventory.SecurityProduct{Kind: "built-in", Name: "System Integrity Protection", Identifier: "sip", Vendor: "Apple", State: onOff(on)}, r)
	}
}

// readEncryption reads whether volumes are encrypted. On a Mac that is FileVault's to say.
func readEncryption(h *host, r records.Record) {
	on, ok := r.Bool("encrypted")
	name := "Disk encryption"
	if status := r.Text("filevault_status"); h.platform == inventory.MacOS && status != "" {
		name, on, ok = "FileVault", strings.EqualFold(status, "on"), true
	}
	if ok {
		h.product(inventory.SecurityProduct{Kind: "built-in", Name: name, Identifier: "disk:" + r.Text("name"), State: onOff(on)}, r)
	}
}
