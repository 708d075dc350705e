package amapi

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// facts are those of one device. What makes no device is a gap.
func facts(e *jsonstream.Element, file string) *inventory.Inventory {
	inv := inventory.New()
	d, err := decode(e.Raw)
	if !isName([]byte(d.name)) {
		var trouble jsonstream.Trouble
		trouble.Add(*e, errNoDevice)
		inv.Gaps = trouble.Gaps(file)
		return inv
	}
	origins := []inventory.Origin{{Scanner: ID, Path: file, Line: e.Line}}
	if last := len(d.apps) - 1; err != nil && last >= 0 && d.apps[last].pkg == "" {
		d.apps = d.apps[:last] // the one in which the damage is
	}
	of := d.device()
	of.Origins = origins
	b := builder{inv: inv, device: of.ID, file: file}
	inv.Devices = []inventory.Device{of}
	b.apps(d, origins)
	b.unseen(d)
	if odd := d.read.Odd(e.Line); odd.Count > 0 {
		b.gap(inventory.GapMalformed, odd.Count, odd.Samples, jsonpart.OddFields, jsonpart.OddNext)
	}
	if err != nil {
		b.gap(inventory.GapMalformed, 1, []string{fmt.Sprintf("line %d", e.Line)}, "The record of the device is damaged: what comes behind the damage was not read.", "Export the device again.")
	}
	return inv
}

// device is the device without its apps.
func (d *device) device() inventory.Device {
	text := inventory.Text
	out := inventory.Device{Platform: inventory.Android, OSName: "Android", OSVersion: text(d.version), OSBuild: text(d.build), SDK: int(d.apiLevel), SecurityPatch: text(d.patch),
		Manufacturer: text(d.maker()), Model: text(d.model), Serial: text(strings.TrimSpace(d.serial)), Locale: text(d.language), LastSeen: d.reported}
	if out.LastSeen == nil {
		out.LastSeen = d.synced
	}
	out.Name = out.Model + " " + d.number()
	out.Name = text(strings.TrimSpace(out.Name))
	switch serial := inventory.UsableSerial(d.serial); {
	case serial != "":
		out.ID = inventory.DeviceID(inventory.Android, serial)
	case d.specific != "":
		out.ID = inventory.DeviceID(inventory.Android, "enterprise-specific-id", d.specific)
	default:
		out.ID = inventory.DeviceID(inventory.Android, "amapi", d.name)
	}
	out.Management = d.management()
	out.Properties = d.properties()
	return out
}

func (d *device) maker() string {
	if d.manufacturer != "" {
		return d.manufacturer
	}
	return d.brand
}

// number is what tells the device from others of its enterprise.
func (d *device) number() string { return d.name[strings.LastIndexByte(d.name, '/')+1:] }

// management is what the API says of its hold on the device.
func (d *device) management() *inventory.Management {
	m := &inventory.Management{System: "amapi", State: inventory.Text(d.applied), Compliant: d.compliant, EnrolledAt: d.enrolled, Passcode: d.settings.secure, Encrypted: d.settings.isEncrypted(), Tampered: d.tampered()}
	if m.State == "" {
		m.State = inventory.Text(d.state)
	}
	if no := false; m.Compliant == nil && d.nonCompliant > 0 {
		m.Compliant = &no
	}
	switch d.ownership {
	case "COMPANY_OWNED":
		m.Ownership = "organisation"
	case "PERSONALLY_OWNED":
		m.Ownership = "personal"
	}
	switch {
	case d.mode == "DEVICE_OWNER":
		m.Mode = "fully-managed"
	case d.mode == profileOwner && d.ownership == "COMPANY_OWNED":
		m.Mode = "work-profile-organisation"
	case d.mode == profileOwner:
		m.Mode = "work-profile"
	}
	return m
}

const profileOwner = "PROFILE_OWNER"

// isEncrypted is what the settings say of encryption: a value that is false is left out of answers, and the other member tells then.
func (s *settings) isEncrypted() *bool {
	yes, no := true, false
	switch {
	case s.encrypted != nil:
		return s.encrypted
	case strings.HasPrefix(s.encryption, "ACTIVE"):
		return &yes
	case s.encryption == "INACTIVE", s.encryption == "UNSUPPORTED", s.encryption == "ACTIVATING":
		return &no
	}
	return nil
}

// tampered is whether the device is held for compromised. One that is merely at risk may run another system by its owner's wish.
func (d *device) tampered() *bool {
	yes, no := true, false
	switch {
	case d.posture == "POTENTIALLY_COMPROMISED", slices.Contains(d.risks, "COMPROMISED_OS"):
		return &yes
	case d.posture == "SECURE":
		return &no
	}
	return nil
}

// properties are further facts, under the names of the API.
func (d *device) properties() map[string]string {
	p := map[string]string{"name": inventory.Text(d.name)}
	set := func(name, value string) {
		if value != "" && !strings.HasSuffix(value, unspecified) {
			p[name] = inventory.Text(value)
		}
	}
	told := func(name string, value *bool) {
		if value != nil {
			p[name] = fmt.Sprint(*value)
		}
	}
	set("hardwareInfo.enterpriseSpecificId", d.specific)
	set("hardwareInfo.hardware", d.hardware)
	set("softwareInfo.deviceKernelVersion", d.kernel)
	set("appliedPolicyName", d.policy)
	set("deviceSettings.encryptionStatus", d.settings.encryption)
	set("securityPosture.devicePosture", d.posture)
	set("securityPosture.securityRisk", strings.Join(slices.Compact(slices.Sorted(slices.Values(d.risks))), ","))
	told("deviceSettings.unknownSourcesEnabled", d.settings.unknown)
	told("deviceSettings.developmentSettingsEnabled", d.settings.development)
	told("deviceSettings.adbEnabled", d.settings.debug)
	told("deviceSettings.verifyAppsEnabled", d.settings.verify)
	if d.nonCompliant > 0 {
		p["nonComplianceDetails"] = fmt.Sprint(d.nonCompliant)
	}
	return p
}

// builder puts together what belongs to one device.
type builder struct {
	inv          *inventory.Inventory
	device, file string
}

func (b *builder) gap(kind inventory.GapKind, count int, samples []string, detail, next string) {
	for i := range samples {
		samples[i] = inventory.Text(samples[i])
	}
	b.inv.Gaps = append(b.inv.Gaps, inventory.Gap{Device: b.device, Subject: b.file, Kind: kind, Detail: detail, Next: next, Count: count, Samples: samples})
}

// apps adds the apps that are installed.
func (b *builder) apps(d *device, origins []inventory.Origin) {
	var nameless tally.Tally
	b.inv.Apps = make([]inventory.App, 0, len(d.apps))
	seen := make(map[string]bool, len(d.apps))
	for i := range d.apps[:min(len(d.apps), maxApps)] {
		a := &d.apps[i]
		if a.state == removed {
			continue
		}
		key := a.pkg
		if key == "" {
			key = " " + a.label
		}
		switch {
		case key == " ":
			nameless.Add(strings.TrimSpace(fmt.Sprintf("report %d %s", i+1, a.version)))
		case !seen[key]:
			seen[key] = true
			b.inv.Apps = append(b.inv.Apps, inventory.App{})
			a.tell(&b.inv.Apps[len(b.inv.Apps)-1], b.device)
			b.inv.Apps[len(b.inv.Apps)-1].Origins = origins[:1:1]
		}
	}
	if nameless.Count > 0 {
		b.gap(inventory.GapMalformed, nameless.Count, nameless.Samples, "Reports of apps name neither a package nor a name, and were left out.", "Look at these reports in the export.")
	}
	if len(d.apps) > maxApps {
		b.gap(inventory.GapLimit, 0, nil, fmt.Sprintf("More than %d reports of apps: the rest was not read.", maxApps), "Check where this export comes from: no real device has so many apps.")
	}
}

// tell states an app.
func (a *app) tell(out *inventory.App, device string) {
	text := inventory.Text
	out.Device, out.Platform, out.IdentifierKind, out.Identifier = device, inventory.Android, inventory.AndroidPackage, text(a.pkg)
	if a.pkg == "" {
		out.IdentifierKind, out.Identifier = inventory.NameOnly, text(a.label)
	}
	out.ID = inventory.AppID(device, out.IdentifierKind, out.Identifier)
	out.Name, out.Version, out.VersionCode = text(a.label), text(a.version), a.code
	out.Installer, out.InstallerKnown = text(a.installer), a.installer != ""
	switch a.source {
	case factory:
		out.System = true
	case updated:
		out.System, out.UpdatedSystem = true, true
	case fromPlay:
		if !out.InstallerKnown {
			out.Installer, out.InstallerKnown = playStore, true
		}
	}
	if a.facing == notFacing {
		out.Flags = []string{notFacing}
	}
	if sum := sha256Of(a.digest); sum != "" {
		out.Binaries = []string{sum}
	}
	for _, digest := range a.certs {
		switch digest = plainHex(digest); len(digest) {
		case 40:
			out.Signers = append(out.Signers, inventory.Signer{SHA1: digest})
		case 64:
			out.Signers = append(out.Signers, inventory.Signer{SHA256: digest})
		}
	}
}

// plainHex is a digest in small letters without signs between its bytes; "" when it is none.
func plainHex(s string) string {
	if isPlainHex(s) {
		return s
	}
	if s = strings.ToLower(strings.ReplaceAll(s, ":", "")); isPlainHex(s) {
		return s
	}
	return ""
}

func isPlainHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// sha256Of is a SHA-256 digest in hexadecimal form, or in the base64 of which JSON makes of bytes; "" when it is none.
func sha256Of(s string) string {
	if sum := plainHex(s); len(sum) == 64 {
		return sum
	}
	if b, err := base64.StdEncoding.DecodeString(s); err == nil && len(b) == 32 {
		return hex.EncodeToString(b)
	}
	return ""
}

// unseen says what the management does not tell of the device.
func (b *builder) unseen(d *device) {
	if len(d.apps) == 0 {
		b.gap(inventory.GapEmpty, 0, nil, "There is no list of apps of the device: its policy does not ask for one, or the device has not reported yet.",
			"Set statusReportingSettings.applicationReportsEnabled in the policy of the device, and export it again after its next report.")
	}
	if d.mode == profileOwner {
		b.gap(inventory.GapBlind, 0, nil, "Only the work profile of the device is managed: which apps are on its personal side nobody is told.",
			"Ask its owner for a look at the personal side, or scan the phone itself.")
	}
	if d.unread != nil && d.synced == nil {
		b.inv.Gaps = append(b.inv.Gaps, checkin.Gap("", b.device, b.file, *d.unread))
	} else if d.reported == nil && len(d.apps) > 0 {
		b.gap(inventory.GapBlind, 0, nil, "The record does not say when the device reported its apps.", "Export all fields of the device.")
	}
}
