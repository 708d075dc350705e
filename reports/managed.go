package reports

import (
	"slices"
	"time"

	"quaestor/scanners/inventory"
)

// Management is what a management system says of its hold on a device. What it does not tell is absent.
type Management struct {
	System     string `json:"system,omitempty" jsonschema:"amapi, intune, apple-mdm, jamf, workspace-one, google-workspace, fleet, osquery; readers have to expect others"`
	Mode       string `json:"mode,omitempty" jsonschema:"fully-managed, work-profile, work-profile-organisation, supervised, device-enrolment, user-enrolment (which hides the personal apps), unmanaged"`
	Ownership  string `json:"ownership,omitempty" jsonschema:"organisation or personal"`
	State      string `json:"state,omitempty" jsonschema:"the system's own word, which is foreign text"`
	Compliant  *bool  `json:"compliant,omitempty" jsonschema:"with the organisation's rules in that system; no judgement of this report"`
	EnrolledAt string `json:"enrolled_at,omitempty" jsonschema:"when the management took the device in, RFC 3339"`
	Encrypted  *bool  `json:"encrypted,omitempty" jsonschema:"its storage is encrypted"`
	Passcode   *bool  `json:"passcode,omitempty" jsonschema:"the screen lock is set"`
	Tampered   *bool  `json:"tampered,omitempty" jsonschema:"the system holds it for rooted, jailbroken or compromised"`
}

// managed tells of a device what exports of management systems say.
func (b *builder) managed(out *Device, d *inventory.Device) {
	if d.LastSeen != nil {
		out.LastSeen = d.LastSeen.UTC().Format(time.RFC3339)
	}
	for _, o := range d.Origins {
		if !slices.Contains(out.Scanners, o.Scanner) {
			out.Scanners = append(out.Scanners, o.Scanner)
		}
	}
	slices.Sort(out.Scanners)
	m := d.Management
	if m == nil {
		return
	}
	out.Management = &Management{System: m.System, Mode: m.Mode, Ownership: m.Ownership, State: m.State, Compliant: m.Compliant, Encrypted: m.Encrypted, Passcode: m.Passcode, Tampered: m.Tampered}
	if m.EnrolledAt != nil {
		out.Management.EnrolledAt = m.EnrolledAt.UTC().Format(time.RFC3339)
	}
}

// countedOnly says of a finding about an app that an export counts without naming the devices that it is not about one device.
func countedOnly(f *Finding, app *inventory.App) {
	if app == nil || app.DeviceCount == 0 {
		return
	}
	f.Subject.DeviceCount = app.DeviceCount
	f.Caveat = join(f.Caveat, "Counted on "+count(app.DeviceCount, "device")+", which the export does not name.")
}
