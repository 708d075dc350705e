package jamf

import (
	"cmp"
	"strings"
	"time"

	"quaestor/scanners/internal/appledevice"
	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// maxFacts is the most apps of one device, and the most of each other kind.
const maxFacts = iosfacts.MaxApps

// record is a device, whatever form it came in.
type record struct {
	id, name, serial, udid        string
	model, modelName              string
	system, version, build        string // of the operating system
	arch                          string
	mac                           bool
	reported, contacted, enrolled time.Time
	unread                        string // the last text of a time of a report
	managed, supervised           *bool
	automated                     *bool // enrolled by the programme for devices of organisations
	encrypted, passcode, tampered *bool
	compliant                     *bool
	ownership, method             string
	properties                    map[string]string

	listed   bool // the export has the section on apps, or rows of them
	apps     []app
	receipts []string
	services []string
	plugins  []app
	profiles []profile
	products []inventory.SecurityProduct
	unclear  []string // times that may mean two things

	illegible []string // times that mean none
	odd       string   // what is of another kind than it should be
}

// app is an app, or a plug-in.
type app struct {
	bundle, name, version, path string
	store, managed              bool
}

// profile is a configuration or provisioning profile.
type profile struct {
	kind, identifier, name string
	user, fixed            bool
	installed              time.Time
}

// facts are those of one record.
type facts struct {
	*record
	inv     *inventory.Inventory
	d       *inventory.Device
	origins []inventory.Origin
	seen    map[string]bool
	nameless,
	dropped tally.Tally
}

// inventory states the record as facts.
func (r *record) inventory(origin inventory.Origin) *inventory.Inventory {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{}}
	f := &facts{record: r, inv: inv, d: &inv.Devices[0], origins: []inventory.Origin{origin}, seen: map[string]bool{}}
	f.device()
	f.management()
	for i := range r.apps {
		f.app(&r.apps[i], "")
	}
	for i := range r.plugins {
		f.app(&r.plugins[i], "plugin")
	}
	for _, id := range r.receipts {
		f.receipt(id)
	}
	for _, p := range r.profiles {
		f.profile(p)
	}
	for _, label := range r.services {
		if !strings.HasPrefix(label, "com.apple.") {
			f.product(inventory.SecurityProduct{Kind: "launch-daemon", Name: label, Identifier: label, State: "running"})
		}
	}
	for _, p := range r.products {
		f.product(p)
	}
	f.gaps()
	return inv
}

// device states the device itself.
func (f *facts) device() {
	d, p := f.d, inventory.IOS
	model := f.model
	if appledevice.System(model) == "" {
		model = f.modelName
	}
	system, version := appledevice.OS(f.system, model, f.version)
	if f.mac {
		p, system, version = inventory.MacOS, cmp.Or(f.system, "macOS"), f.version
	}
	d.Platform, d.Manufacturer, d.Name = p, "Apple", inventory.Text(cmp.Or(f.name, f.serial, f.udid, "Jamf "+f.id))
	d.Serial, d.Model, d.Arch = inventory.Text(f.serial), inventory.Text(cmp.Or(f.model, f.modelName)), inventory.Text(f.arch)
	d.OSName, d.OSVersion, d.OSBuild = inventory.Text(system), inventory.Text(version), inventory.Text(f.build)
	d.Origins = f.origins
	var ok bool
	if d.ID, ok = appledevice.ID(p, f.udid, f.serial); !ok {
		d.ID = inventory.DeviceID(p, "jamf", f.id, f.name)
	}
	d.Properties = map[string]string{}
	for name, value := range f.properties {
		if value != "" {
			d.Properties[name] = inventory.Text(value)
		}
	}
	if f.udid != "" && !f.mac {
		d.Properties["UniqueDeviceID"] = inventory.Text(f.udid)
	}
	if seen := f.reported; !seen.IsZero() { // of what it has, not of whether it is there
		d.LastSeen = &seen
	} else if seen := f.contacted; !seen.IsZero() {
		d.LastSeen = &seen
	}
}

// byUser reports whether words tell that the user enrolled a device for parts of it.
func byUser(s string) bool {
	s = strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "").Replace(s))
	return strings.Contains(s, "userenrollment") || strings.Contains(s, "accountdriven") || strings.Contains(s, "personaldeviceprofile")
}

// management states how the device is managed.
func (f *facts) management() {
	m := &inventory.Management{System: "jamf", Encrypted: f.encrypted, Passcode: f.passcode, Tampered: f.tampered, Compliant: f.compliant}
	f.d.Management = m
	switch {
	case is(f.managed, false):
		m.Mode = "unmanaged"
	case byUser(f.ownership), byUser(f.method):
		m.Mode = "user-enrolment"
	case is(f.supervised, true):
		m.Mode = "supervised"
	case is(f.supervised, false) && f.managed != nil:
		m.Mode = "device-enrolment"
	}
	switch owner := strings.ToLower(f.ownership); {
	case strings.HasPrefix(owner, "institution"), is(f.automated, true):
		m.Ownership = "organisation"
	case strings.HasPrefix(owner, "personal"), m.Mode == "user-enrolment":
		m.Ownership = "personal"
	}
	if !f.enrolled.IsZero() {
		m.EnrolledAt = &f.enrolled
	}
}

func is(b *bool, want bool) bool { return b != nil && *b == want }

// fresh notes a fact by its identifier, and reports whether it is new and there is room for it.
func (f *facts) fresh(id string, have int) bool {
	if f.seen[id] {
		return false
	}
	if f.seen[id] = true; have >= maxFacts {
		f.dropped.Add(id)
		return false
	}
	return true
}

// app states an app. Several copies of one on a Mac are told with the path of each.
func (f *facts) app(e *app, flag string) {
	a := inventory.App{Device: f.d.ID, Platform: f.d.Platform, Origins: f.origins}
	name := strings.TrimSuffix(strings.TrimSpace(e.name), ".app")
	switch {
	case iosfacts.ValidBundleID(e.bundle) && f.mac:
		a.IdentifierKind, a.Identifier = inventory.MacBundle, e.bundle
	case iosfacts.ValidBundleID(e.bundle):
		a.IdentifierKind, a.Identifier = inventory.IOSBundle, e.bundle
	case name != "":
		a.IdentifierKind, a.Identifier = inventory.NameOnly, inventory.Text(name)
	default:
		f.nameless.Add("an app without a name and identifier")
		return
	}
	path := home(e.path)
	a.ID = inventory.AppID(f.d.ID, a.IdentifierKind, a.Identifier)
	if f.seen[a.ID] && path != "" {
		a.ID = inventory.AppID(f.d.ID, a.IdentifierKind, a.Identifier, path)
	}
	if !f.fresh(a.ID, len(f.inv.Apps)) {
		return
	}
	a.Name, a.Version = inventory.Text(name), inventory.Text(strings.TrimSpace(e.version))
	iosfacts.AddText(&a.Paths, path)
	if flag != "" {
		iosfacts.AddText(&a.Flags, flag)
	}
	if e.managed {
		iosfacts.AddText(&a.Flags, "managed")
	}
	if e.store {
		a.Distribution = "app-store"
	}
	if strings.HasPrefix(path, "/System/") {
		a.System, a.Distribution = true, "system"
	}
	f.inv.Apps = append(f.inv.Apps, a)
}

// home takes the name of an account out of a path.
func home(path string) string {
	rest, ok := strings.CutPrefix(path, "/Users/")
	if !ok || strings.HasPrefix(rest, "Shared/") {
		return path
	}
	_, inside, _ := strings.Cut(rest, "/")
	return "~/" + inside
}

// receipt states a package that was installed on a Mac, by the identifier of its receipt; whether its files are still there is not
// told. Names of files that Jamf installed, and parts of the system, are none.
func (f *facts) receipt(id string) {
	if !iosfacts.ValidBundleID(id) || strings.Count(id, ".") < 2 || strings.HasPrefix(id, "com.apple.") || strings.HasSuffix(id, ".pkg") || strings.HasSuffix(id, ".dmg") {
		return
	}
	a := inventory.App{ID: inventory.AppID(f.d.ID, inventory.MacReceipt, id), Device: f.d.ID, Platform: inventory.MacOS, IdentifierKind: inventory.MacReceipt, Identifier: id,
		Presence: inventory.PresenceTrace, Traces: []inventory.Trace{{Kind: inventory.TraceInstalled}}, Origins: f.origins}
	if f.fresh(a.ID, len(f.inv.Apps)) {
		f.inv.Apps = append(f.inv.Apps, a)
	}
}

func (f *facts) profile(p profile) {
	x := inventory.Profile{Device: f.d.ID, Kind: cmp.Or(p.kind, "configuration-profile"), Identifier: inventory.Text(p.identifier), Name: inventory.Text(p.name), Fixed: p.fixed, Origins: f.origins}
	if p.user {
		x.User = inventory.UnnamedUser
	}
	if !p.installed.IsZero() {
		x.InstalledAt = &p.installed
	}
	x.ID = inventory.FactID("profile", f.d.ID, x.Kind, x.User, cmp.Or(x.Identifier, x.Name))
	if (x.Identifier != "" || x.Name != "") && f.fresh(x.ID, len(f.inv.Profiles)) {
		f.inv.Profiles = append(f.inv.Profiles, x)
	}
}

func (f *facts) product(p inventory.SecurityProduct) {
	p.Device, p.Origins = f.d.ID, f.origins
	p.Name, p.Identifier = inventory.Text(p.Name), inventory.Text(p.Identifier)
	p.ID = inventory.FactID("product", f.d.ID, p.Kind, p.Identifier)
	if f.fresh(p.ID, len(f.inv.SecurityProducts)) {
		f.inv.SecurityProducts = append(f.inv.SecurityProducts, p)
	}
}

// gaps tells what of the device is not known.
func (f *facts) gaps() {
	add := func(g inventory.Gap) {
		g.Scanner, g.Device, g.Subject = ID, f.d.ID, f.origins[0].Path
		f.inv.Gaps = append(f.inv.Gaps, g)
	}
	if t := f.nameless; t.Count > 0 {
		add(inventory.Gap{Kind: inventory.GapMalformed, Count: t.Count, Samples: t.Samples, Detail: "Entries have neither a name nor an identifier: they were left out.", Next: "Look at the device in Jamf Pro."})
	}
	if t := f.dropped; t.Count > 0 {
		add(inventory.Gap{Kind: inventory.GapLimit, Count: t.Count, Detail: "The device has more apps, profiles or services than are kept.", Next: "Look at the device in Jamf Pro: no real device has so many."})
	}
	if f.d.LastSeen == nil && f.unread != "" {
		f.inv.Gaps = append(f.inv.Gaps, checkin.Gap(ID, f.d.ID, f.origins[0].Path, f.unread))
	}
	if len(f.unclear) > 0 {
		add(inventory.Gap{Kind: inventory.GapBlind, Samples: f.unclear[:min(len(f.unclear), 5)], Count: len(f.unclear), Detail: "Times of the device may mean two days, as they do not tell whether the day or the month comes first: they are not told.",
			Next: "Set the format of dates of your account in Jamf Pro to one that begins with the year, and export again."})
	}
	if n := len(f.illegible); n > 0 && f.d.LastSeen != nil {
		add(inventory.Gap{Kind: inventory.GapMalformed, Samples: f.illegible[:min(n, 5)], Count: n, Detail: "Times of the device cannot be read: they are not told.", Next: "Set the format of dates of your account in Jamf Pro to one that begins with the year, and export again."})
	}
	if f.d.LastSeen == nil && f.unread == "" {
		add(inventory.Gap{Kind: inventory.GapBlind, Detail: "The export does not say when the device last reported.", Next: "Export it with the section on general facts (section=GENERAL), or with the column Last Inventory Update."})
	}
	if f.odd != "" {
		add(inventory.Gap{Kind: inventory.GapMalformed, Count: 1, Samples: []string{inventory.Text(f.odd)}, Detail: "Fields of the device are of another kind than they should be: what they tell is missing.", Next: "Export again, and look at the fields that are named."})
	}
	if f.d.Management.Mode == "user-enrolment" {
		add(inventory.Gap{Kind: inventory.GapBlind, Detail: "The user enrolled this device: it tells its management of the apps that the management installed, and of no personal one.", Next: "Ask the user to look at the other apps, or scan the device itself."})
	}
	switch {
	case !f.listed:
		add(inventory.Gap{Kind: inventory.GapEmpty, Detail: "The export has no list of the apps of the device.", Next: "Export it with the section on applications (section=APPLICATIONS), or with the columns of applications."})
	case len(f.apps) == 0:
		add(inventory.Gap{Kind: inventory.GapEmpty, Detail: "The export lists no app of the device, which may never have reported any.", Next: "Update the inventory of the device in Jamf Pro."})
	}
}
