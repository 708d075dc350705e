package intune

import (
	"strings"

	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/inventory"
)

// management is Intune's hold on a device.
func management(p inventory.Platform, r *record) *inventory.Management {
	m := &inventory.Management{System: "intune", Ownership: ownership(r[fOwner]), Mode: mode(p, r), State: inventory.Text(strings.TrimSpace(r[fState])),
		Compliant: compliant(r[fCompliance]), EnrolledAt: moment(r[fEnrolled]), Encrypted: encrypted(r[fEncrypted]), Tampered: tampered(r[fJailbroken])}
	return m
}

// ownership is who owns a device; the numbers are those of the report Devices.
func ownership(s string) string {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "company", "corporate", "1", "unternehmen", "unternehmenseigen", "firmeneigen", "entreprise", "bedrijf", "zakelijk":
		return "organisation"
	case "personal", "2", "persönlich", "privat", "personnel", "persoonlijk":
		return "personal"
	}
	return ""
}

// mode is how a device is managed, as far as the kind of enrolment or the name of the system says.
func mode(p inventory.Platform, r *record) string {
	enrolment, system := strings.ToLower(r[fEnrolment]), strings.ToLower(r[fOS]+" "+r[fPlatform])
	has := func(text string, parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(text, part) {
				return true
			}
		}
		return false
	}
	switch {
	case p == inventory.Android && has(enrolment, "corporateworkprofile"), p == inventory.Android && has(system, "corporate-owned work profile"):
		return "work-profile-organisation"
	case p == inventory.Android && has(enrolment, "fullymanaged", "dedicateddevice"), p == inventory.Android && has(system, "fully managed", "dedicated"):
		return "fully-managed"
	case p == inventory.Android && has(system, "work profile", "androidworkprofile", "androidforwork"):
		return "work-profile"
	case has(enrolment, "appleuserenrollment"):
		return "user-enrolment"
	}
	if p != inventory.IOS && p != inventory.MacOS {
		return ""
	}
	if yes := truth(r[fSupervised]); yes != nil && *yes {
		return "supervised"
	} else if yes != nil && enrolment != "" && enrolment != "unknown" {
		return "device-enrolment"
	}
	return ""
}

// compliant is what Intune says of a device and the organisation's rules, nil where it says neither.
func compliant(s string) *bool {
	yes := true
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "compliant", "konform", "conforme", "compatibel", "true":
		return &yes
	case "noncompliant", "not compliant", "nicht konform", "non conforme", "non-conforme", "niet compatibel", "conflict", "error", "false":
		yes = false
		return &yes
	}
	return nil
}

// encrypted says whether the storage is encrypted. Graph answers false also where it was not asked for.
func encrypted(s string) *bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "encrypted", "verschlüsselt", "chiffré", "versleuteld":
		return truth("true")
	case "not encrypted", "notencrypted", "nicht verschlüsselt", "non chiffré", "niet versleuteld":
		return truth("false")
	}
	return truth(s)
}

// tampered says whether Intune holds a device for jailbroken or rooted.
func tampered(s string) *bool {
	if strings.EqualFold(strings.TrimSpace(s), "jailbroken") {
		return truth("true")
	}
	return truth(s)
}

// blind is what the export cannot show of a device.
func (f *found) blind(d *inventory.Device) []inventory.Gap {
	r, apps := &f.device, f.apps
	// rows of apps name their device, and tell nothing else of it
	bare := apps > 0 && !f.described && strings.TrimSpace(r[fSerial]) == "" && strings.TrimSpace(r[fLastSync]) == ""
	var gaps []inventory.Gap
	tell := func(kind inventory.GapKind, detail, next string) {
		gaps = append(gaps, inventory.Gap{Scanner: ID, Subject: "apps", Kind: kind, Detail: detail, Next: next})
	}
	add := func(detail, next string) { tell(inventory.GapBlind, detail, next) }
	own := d.Management.Ownership == "personal"
	switch mode := d.Management.Mode; {
	case mode == "user-enrolment":
		add("The device is enrolled for a user: Intune sees the apps that it installed itself, and none of the personal ones.", "Scan the device itself, with its owner's consent.")
	case mode == "work-profile", mode == "work-profile-organisation":
		add("Intune sees the apps of the work profile alone: those of the personal side are not listed.", "Scan the phone itself, with its user's consent.")
	case own && d.Platform == inventory.MacOS:
	case own && d.Platform != "":
		add("The device is personal: Intune lists the apps that it installed itself, not the others.", "Scan the device itself, with its owner's consent.")
	case d.Management.Ownership == "" && d.Platform != "" && !bare:
		add("The export does not say who owns the device: of a personal one Intune lists the apps that it installed itself, not the others.",
			"Export the list of devices with the column Ownership too, and scan both files together.")
	}
	if bare {
		what := "its serial number and its last check-in"
		if d.Platform == "" {
			what = "its serial number, its last check-in and its system"
		}
		add("Rows of apps are all that the export tells of the device: "+what+" are not known, nor whether it is a personal one, of which Intune lists the apps that it installed itself. Its ID is another than with the list of devices, so that --since tells of another device.",
			"Export the list of devices too (the report Devices, or managedDevices of Microsoft Graph, with SerialNumber, LastContact and OS), and scan both files together, in every run.")
	}
	if d.Platform == "" && !bare {
		add("The export does not say which system the device has.", "Export the column Platform or OS too.")
	}
	if apps == 0 {
		tell(inventory.GapEmpty, "The export tells of the device and lists no apps of it.", "Export the report AppInvRawData too, and scan both files together.")
	}
	switch last := strings.TrimSpace(r[fLastSync]); {
	case d.LastSeen != nil, bare:
	case last != "" && (checkin.IsNever(last) || !localForm(last)):
		gaps = append(gaps, checkin.Gap(ID, d.ID, "apps", last))
	case last != "":
		tell(inventory.GapMalformed, "The last check-in is written in the form of a language, in which day and month cannot be told apart.", "Export it with Microsoft Graph, or with the column LastContact of the export API, which write the year first.")
	default:
		add("The export does not say when the device last reported.", "Export the list of devices with the column LastContact too, and scan both files together.")
	}
	return gaps
}

// localForm reports whether a time is written in the form of a language: 11/02/2026, 2.11.2026.
func localForm(s string) bool {
	begin := strings.TrimLeft(s, "0123456789")
	n := len(s) - len(begin)
	return (n == 1 || n == 2) && begin != "" && strings.ContainsRune("/.-", rune(begin[0]))
}
