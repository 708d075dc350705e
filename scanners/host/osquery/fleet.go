package osquery

import (
	"fmt"
	"strings"
	"time"

	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/inventory"
)

// isFleetHost recognises a host as Fleet's server describes it.
func isFleetHost(r records.Record) bool {
	return r.Has("hostname") && r.HasAny("software", "os_version") && r.HasAny("uuid", "hardware_serial", "platform")
}

// hostPart reads a host and its software.
func hostPart(f *file, v jsonpart.Value, line int, second bool) *inventory.Inventory {
	r, err := decode(v)
	if err != nil {
		inv := inventory.New()
		inv.Gaps = []inventory.Gap{{Scanner: ID, Subject: f.name, Kind: inventory.GapMalformed, Count: 1, Samples: []string{inventory.Text(fmt.Sprintf("line %d: %v", line, err))},
			Detail: "A host is damaged, and was not read.", Next: "Export again."}}
		return inv
	}
	r.Line = line
	h := newHost(f, r.Text("hostname", "computer_name", "display_name", "uuid", "hardware_serial", "id"))
	h.line, h.second, h.platform, h.numbers = line, second, platformOf(r), numberOf(r)
	h.describe(r)
	for _, v := range r.List("software") {
		if s, ok := records.From(v); ok {
			s.Line = line
			if t := tableOf(s, "software"); t != nil {
				h.take(t, s)
			} else {
				h.unread.Add(s.Text("source", "name"))
			}
		}
	}
	for _, v := range r.List("users") {
		if u, ok := records.From(v); ok && u.Text("uid") != "" {
			h.users[u.Text("uid")] = inventory.Text(u.Text("username"))
		}
	}
	h.prepare()
	if h.empty() {
		h.gap(inventory.GapEmpty, "Fleet lists no software of this computer.", "Export /api/v1/fleet/hosts with populate_software=true, or /api/v1/fleet/hosts/{id} of each, and look whether Fleet collects software.")
	}
	switch {
	case h.device.LastSeen != nil:
	case h.untimed != nil:
		h.gaps = append(h.gaps, checkin.Gap(ID, h.device.ID, h.file.name, *h.untimed))
	default:
		h.gap(inventory.GapBlind, "The export does not say when the computer last reported.", "Export the hosts with seen_time and detail_updated_at.")
	}
	return h.facts()
}

// describe takes what Fleet says of the host itself. Whose it is, it does not keep, nor its addresses.
func (h *host) describe(r records.Record) {
	d := &h.device
	d.OSName, d.OSVersion = osName(r.Text("os_version"))
	d.Serial, d.Model, d.Manufacturer = inventory.Text(r.Text("hardware_serial")), inventory.Text(r.Text("hardware_model")), inventory.Text(r.Text("hardware_vendor"))
	for _, column := range []string{"software_updated_at", "detail_updated_at", "seen_time"} {
		if d.LastSeen = fleetTime(r, column); d.LastSeen != nil {
			break
		}
		if text := r.Text(column); r.Has(column) && (h.untimed == nil || !checkin.IsNever(text)) {
			if at, _ := r.Time(column); at != nil {
				text = checkin.Never // the first day of 2000, or of all times
			}
			h.untimed = &text
		}
	}
	m := &inventory.Management{System: "fleet", EnrolledAt: fleetTime(r, "last_enrolled_at")}
	if on, ok := r.Bool("disk_encryption_enabled"); ok {
		m.Encrypted = &on
	}
	if mdm, ok := records.From(r.Value("mdm")); ok {
		m.State = inventory.Text(mdm.Text("enrollment_status"))
		switch m.State {
		case "On (automatic)", "On (company-owned)":
			m.Mode, m.Ownership = "device-enrolment", "organisation"
		case "On (manual)":
			m.Mode = "device-enrolment"
		case "On (personal)":
			m.Mode, m.Ownership = "user-enrolment", "personal"
		}
	}
	d.Management = m
}

// fleetTime is a time, unless it is one that stands for never.
func fleetTime(r records.Record, column string) *time.Time {
	at, _ := r.Time(column)
	if at == nil || !at.After(time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC)) {
		return nil
	}
	return at
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
var sources = map[string]func(h *host, r records.Record){
	"programs": readProgram, "apps": readFleetApp, "deb_packages": readDeb, "rpm_packages": readRPM, "homebrew_packages": readHomebrew, "chocolatey_packages": readChocolatey,
	"npm_packages": readNPM, "python_packages": readPython, "chrome_extensions": readFleetExtension, "firefox_addons": readFleetExtension, "safari_extensions": readSafari,
	"vscode_extensions": readVSCode, "jetbrains_plugins": readJetBrains, "ie_extensions": readIE,
	"ios_apps": readPhoneApp, "ipados_apps": readPhoneApp, "android_apps": readPhoneApp,
}

// readFleet reads one piece of software, of each version that is installed.
func readFleet(h *host, r records.Record) {
	read := sources[r.Text("source")]
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

// readPhoneApp reads an app of a phone.
func readPhoneApp(h *host, r records.Record) {
	a := inventory.App{IdentifierKind: inventory.IOSBundle, Identifier: r.Text("bundle_identifier"), Name: r.Text("name"), Version: r.Text("version"), Publisher: r.Text("vendor")}
	if r.Text("source") == "android_apps" {
		a.IdentifierKind, a.Identifier = inventory.AndroidPackage, r.Text("application_id", "bundle_identifier")
	}
	if a.Identifier == "" {
		a.IdentifierKind, a.Identifier = inventory.NameOnly, a.Name
	}
	h.app(a, r)
}
