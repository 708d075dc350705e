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

// Changes are of a device whose source logs differences.
type Changes struct {
	Kinds   []string  `json:"kinds" jsonschema:"of what only changes are told: kinds of identifiers of apps, security (what security software shows itself by), device (its states), all"`
	Removed []Removed `json:"removed,omitempty" jsonschema:"what the source says is not there any more"`
}

// Removed is an app or another fact that is not there any more.
type Removed struct {
	ID    string `json:"id" jsonschema:"of the app, or of another fact of the inventory"`
	Exact string `json:"exact,omitempty" jsonschema:"its id in case that there were several of the same identifier, which only their versions tell apart"`
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
	if c := d.Changes; c != nil {
		out.Changes = &Changes{Kinds: c.Kinds}
		for _, r := range c.Removed {
			out.Changes.Removed = append(out.Changes.Removed, Removed(r))
		}
	}
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

// AllKinds among [Changes].Kinds stands for all kinds of facts.
const AllKinds = inventory.AllKinds
