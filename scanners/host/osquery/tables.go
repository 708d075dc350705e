package osquery

import (
	"slices"
	"strings"

	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

// table is a table of osquery that is read.
type table struct {
	name     string
	platform inventory.Platform // that alone has it; empty for several
	// marks are sets of columns, each of which only this table has, or this one before those that follow it in the list.
	marks [][]string
	// columns are those by which it is told together with the name of the query, where no mark is there.
	columns []string
	read    func(h *host, r records.Record)
}

func cols(names string) []string { return strings.Fields(names) }

func marks(sets ...string) [][]string {
	var out [][]string
	for _, s := range sets {
		out = append(out, cols(s))
	}
	return out
}

// known lists the tables: what tells of the computer first, because what follows refers to it.
var known = tables()

func tables() []*table {
	return []*table{
		{"fleet_software", "", marks("source name version vendor", "source name version extension_id", "source name version bundle_identifier", "source name installed_versions"), nil, readFleet},
		{"os_version", "", marks("platform_like", "codename platform", "platform build major minor"), cols("name version"), readOSVersion},
		{"system_info", "", marks("cpu_brand hardware_serial", "hardware_serial uuid", "computer_name hardware_model", "cpu_brand physical_memory", "hardware_vendor hardware_model hardware_version"), cols("hostname uuid"), readSystemInfo},
		{"registry", inventory.Windows, marks("key path data mtime"), cols("key name data"), readRegistry},
		{"chrome_extensions", "", marks("identifier browser_type", "identifier profile_path", "identifier from_webstore", "identifier profile update_url", "referenced_identifier", "identifier persistent"), cols("identifier name version"), readChrome},
		{"firefox_addons", "", marks("identifier source_url", "identifier creator", "identifier active location"), cols("identifier name version"), readFirefox},
		{"safari_extensions", inventory.MacOS, marks("identifier sdk uid", "identifier bundle_version copyright uid"), cols("identifier name version"), readSafari},
		{"vscode_extensions", "", marks("vscode_edition", "publisher_id publisher", "publisher prerelease", "uuid publisher installed_at"), cols("name version publisher"), readVSCode},
		{"jetbrains_plugins", "", marks("product_type vendor"), cols("name version product_type"), readJetBrains},
		{"ie_extensions", inventory.Windows, marks("registry_path name"), cols("name version path"), readIE},
		{"users", "", marks("username directory shell", "username directory uid"), nil, readUser},
		{"programs", inventory.Windows, marks("identifying_number", "uninstall_string name", "install_source publisher", "package_family_name name", "name version install_location publisher"), cols("name version"), readProgram},
		{"apps", inventory.MacOS, marks("bundle_identifier path", "bundle_identifier name bundle_short_version", "bundle_executable", "bundle_short_version name"), cols("name path"), readMacApp},
		{"deb_packages", inventory.Linux, marks("name version maintainer", "name version revision status", "admindir"), cols("name version"), readDeb},
		{"rpm_packages", inventory.Linux, marks("name version release arch", "package_group name"), cols("name version"), readRPM},
		{"homebrew_packages", inventory.MacOS, marks("auto_updates app_name", "name prefix path version"), cols("name version"), readHomebrew},
		{"package_receipts", inventory.MacOS, marks("package_id package_filename", "package_id install_time"), cols("package_id version"), readReceipt},
		{"npm_packages", "", marks("homepage author directory", "description license directory author"), cols("name version"), readNPM},
		{"python_packages", "", marks("summary directory author", "summary directory license"), cols("name version"), readPython},
		{"chocolatey_packages", inventory.Windows, marks("name version summary license path"), cols("name version"), readChocolatey},
		{"patches", inventory.Windows, marks("hotfix_id"), nil, readPatch},
		{"windows_security_products", inventory.Windows, marks("signatures_up_to_date name", "state_timestamp name", "remediation_path name"), cols("type name state"), readSecurityProduct},
		{"windows_security_center", inventory.Windows, marks("windows_security_center_service", "autoupdate antivirus"), nil, readSecurityCenter},
		{"services", inventory.Windows, marks("service_type start_type", "module_path start_type", "display_name start_type"), cols("name path status"), readService},
		{"drivers", inventory.Windows, marks("driver_key", "service_key", "image service", "inf provider"), cols("service image"), readDriver},
		{"scheduled_tasks", inventory.Windows, marks("action next_run_time", "action last_run_code", "action enabled hidden"), cols("name action"), readTask},
		{"certificates", "", marks("common_name ca", "subject_key_id", "common_name sha1"), nil, readCertificate},
		{"kernel_extensions", inventory.MacOS, marks("linked_against", "idx refs name"), cols("name version path"), readKext},
		{"system_extensions", inventory.MacOS, marks("bundle_path team", "identifier team state", "mdm_managed identifier"), cols("identifier state"), readSystemExtension},
		{"launchd", inventory.MacOS, marks("label run_at_load", "label program_arguments", "label program path"), cols("label path"), readLaunchd},
		{"authorization_mechanisms", inventory.MacOS, marks("mechanism plugin label"), nil, readMechanism},
		{"startup_items", "", marks("name path source status", "name path type source"), cols("name path"), readStartup},
		{"systemd_units", inventory.Linux, marks("fragment_path", "unit_file_state id", "load_state active_state"), cols("id"), readUnit},
		{"kernel_modules", inventory.Linux, marks("used_by status", "used_by address"), cols("name size"), readModule},
		{"processes", "", marks("pid path on_disk", "pid path cmdline", "pid path parent", "pid name path"), cols("name path"), readProcess},
		{"mdm", inventory.MacOS, marks("enrolled server_url", "payload_identifier installed_from_dep", "server_url installed_from_dep"), cols("enrolled"), readMDM},
		{"managed_policies", inventory.MacOS, marks("domain manual name value"), nil, readPolicy},
		{"alf", inventory.MacOS, marks("global_state"), nil, readALF},
		{"gatekeeper", inventory.MacOS, marks("assessments_enabled"), nil, readGatekeeper},
		{"sip_config", inventory.MacOS, marks("config_flag"), nil, readSIP},
		{"disk_encryption", "", marks("filevault_status", "encryption_status encrypted", "encrypted uuid"), cols("name encrypted"), readEncryption},
		{"bitlocker_info", inventory.Windows, marks("protection_status drive_letter"), nil, readBitLocker},
	}
}

// hostColumns name the computer that a row is of, in what servers add to it.
var hostColumns = []string{"host_display_name", "host_hostname", "hostIdentifier", "host_identifier", "hostname", "host", "computer_name"}

func hostOf(r records.Record) string {
	name := r.Text(hostColumns...)
	if len(name) > 255 || name == "localhost" {
		return ""
	}
	return name
}

// tableOf finds the table that a row is of; named is the query or the key that it stands under.
func tableOf(r records.Record, named string) *table {
	if t := byName(r, named); t != nil {
		return t
	}
	if named == "software" && r.Has("name", "source") { // of a host of Fleet
		return known[0]
	}
	for _, t := range known {
		for _, m := range t.marks {
			if r.Has(m...) {
				return t
			}
		}
	}
	return nil
}

// byName finds the table whose name is in that of a query, the longest first, if the row has columns of it.
func byName(r records.Record, named string) *table {
	if named == "" {
		return nil
	}
	var best *table
	words := strings.FieldsFunc(strings.ToLower(named), func(c rune) bool { return strings.ContainsRune("/ .:-", c) })
	for _, t := range known {
		in := slices.ContainsFunc(words, func(w string) bool {
			return w == t.name || strings.HasSuffix(w, "_"+t.name) || strings.HasPrefix(w, t.name+"_")
		})
		if in && (best == nil || len(t.name) > len(best.name)) && t.fits(r) {
			best = t
		}
	}
	return best
}

func (t *table) fits(r records.Record) bool {
	return len(t.columns) > 0 && r.Has(t.columns...) || slices.ContainsFunc(t.marks, func(m []string) bool { return r.Has(m...) })
}

// groups names the lists within an object: tables by their names, the rows of a server's answer, what Fleet lists.
func groups(members []string) []string {
	var out []string
	for _, m := range members {
		switch {
		case m == "software", m == "rows", m == "results", m == "data", tableNamed(m):
			out = append(out, m)
		}
	}
	if len(out) > 0 && slices.ContainsFunc(out, tableNamed) {
		return members // tables that are not read are named
	}
	return out
}

func tableNamed(name string) bool {
	return slices.ContainsFunc(known, func(t *table) bool { return t.name == strings.ToLower(name) })
}
