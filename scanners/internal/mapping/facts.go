package mapping

import (
	"cmp"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"quaestor/scanners/internal/appledevice"
	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/internal/regroup"
	"quaestor/scanners/inventory"
)

// key is by what a device is told from others, "" with the reason where it cannot be. It is the identifier that scanners of the device
// itself give it, as far as the export has what that is made from.
func (m *Map) key(r *record) (id, why string) {
	p := inventory.Platform(r[sPlatform])
	udid := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(r[sHardware]), "-", ""))
	serial := inventory.UsableSerial(r[sSerial])
	number, name := strings.ToLower(strings.TrimSpace(r[sID])), strings.ToLower(strings.TrimSpace(r[sName]))
	switch {
	case p == "":
		return "", "it says of no system that is known that the device runs it"
	case m.counts:
		return inventory.DeviceID(p, "all devices", m.file.Name), ""
	case p == inventory.IOS && len(udid) >= 24:
		return inventory.DeviceID(p, udid), ""
	case p == inventory.MacOS && len(udid) == 32:
		return inventory.DeviceID(p, "uuid", strings.ToLower(strings.TrimSpace(r[sHardware]))), ""
	case serial != "" && p == inventory.Android:
		return inventory.DeviceID(p, serial), ""
	case serial != "" && p == inventory.IOS:
		return inventory.DeviceID(p, "serial", strings.ToUpper(serial)), ""
	case serial != "":
		return inventory.DeviceID(p, "serial", serial), ""
	case udid != "":
		return inventory.DeviceID(p, "hardware", udid), ""
	case number != "":
		return inventory.DeviceID(p, cmp.Or(m.file.System, m.file.Name), number), ""
	case name != "":
		return inventory.DeviceID(p, "host-name", name), ""
	}
	return "", "it does not say which device it is of"
}

// noApp is why a record is of no app, "" when it is of one or says nothing of any.
func (r *record) noApp() string {
	if r[sIdentifier] == "" && r[sAppName] == "" && r[sVersion]+r[sPublisher] != "" {
		return "an app without identifier and name"
	}
	return ""
}

// together is the device that a group of rows is of.
func (r *run) together(g regroup.Group) *inventory.Inventory {
	inv := inventory.New()
	d := inventory.Device{ID: g.Key}
	_, f := r.origin(g.Rows[0].Mark)
	p := f.Map.platformOf(g.Key)
	inv.Apps = make([]inventory.App, 0, min(len(g.Rows), maxApps))
	var device record
	apps := 0
	for _, row := range g.Rows {
		var one record
		origin, _ := r.origin(row.Mark)
		if d.Origins == nil {
			d.Origins = []inventory.Origin{origin}
		}
		if one.unpack(row.Text) == rowDevice { // the first row of a device comes before its apps
			device.see(&one)
			p = inventory.Platform(device[sPlatform])
			continue
		}
		if apps++; apps <= maxApps {
			a := one.app(p)
			a.Device, a.Origins = d.ID, []inventory.Origin{origin}
			inv.Apps = append(inv.Apps, a)
		}
	}
	if f.Map.counts {
		d.Platform, d.Name = p, inventory.Text(f.Map.file.Name+": all devices")
	} else {
		device.describe(&d, f.Map)
	}
	inv.Devices = []inventory.Device{d}
	inv.Gaps = r.blind(&d, f, apps)
	if seen := device[sSeen]; seen != "" && d.LastSeen == nil {
		inv.Gaps = append(inv.Gaps, checkin.Gap(r.scanner, d.ID, f.name, seen))
	}
	if apps > maxApps {
		inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: r.scanner, Device: d.ID, Subject: f.name, Kind: inventory.GapLimit, Count: apps - maxApps,
			Detail: "The export lists more apps of the device than are kept.", Next: "Look at this device by itself."})
	}
	inv.Apps = distinct(inv.Apps)
	return inv
}

// maxApps is how many apps of one device are kept.
const maxApps = 20_000

// platformOf is the platform of the device that stands for all of them.
func (m *Map) platformOf(key string) inventory.Platform {
	if !m.counts {
		return ""
	}
	for _, p := range systems {
		if key == inventory.DeviceID(inventory.Platform(p), "all devices", m.file.Name) {
			return inventory.Platform(p)
		}
	}
	return ""
}

// see adds what another row tells of the device. Of several times that it was seen the last counts.
func (r *record) see(o *record) {
	seen := max(r[sSeen], o[sSeen])
	for i := range firstOfApp {
		r[i] = cmp.Or(r[i], o[i])
	}
	r[sSeen] = seen
}

// describe fills in what a record tells of a device.
func (r *record) describe(d *inventory.Device, m *Map) {
	text := func(s slot) string { return inventory.Text(strings.TrimSpace(r[s])) }
	d.Platform, d.Name, d.Manufacturer, d.Model, d.Serial = inventory.Platform(r[sPlatform]), text(sName), text(sMaker), text(sModel), text(sSerial)
	d.OSName, d.OSVersion, d.OSBuild, d.SecurityPatch, d.Arch = text(sOSName), text(sOSVersion), text(sOSBuild), text(sPatch), text(sArch)
	d.OSName, d.OSVersion = systemOf(d)
	d.LastSeen = timeOf(r[sSeen])
	g := inventory.Management{System: m.file.System, Mode: r[sMode], Ownership: r[sOwner], State: text(sState), Compliant: boolOf(r[sCompliant]), EnrolledAt: timeOf(r[sEnrolled]),
		Encrypted: boolOf(r[sEncrypted]), Passcode: boolOf(r[sPasscode]), Tampered: boolOf(r[sTampered])}
	d.Name = cmp.Or(d.Name, inventory.UsableSerial(d.Serial), text(sID))
	if g != (inventory.Management{}) {
		d.Management = &g
	}
	if id := text(sID); id != "" {
		d.Properties = map[string]string{cmp.Or(m.file.System, "export") + ".id": id}
	}
}

// systemOf is the system by its usual name, where the platform has one that nothing else has.
func systemOf(d *inventory.Device) (name, version string) {
	switch d.Platform {
	case inventory.IOS:
		return appledevice.OS(d.OSName, d.Model, d.OSVersion)
	case inventory.MacOS:
		return cmp.Or(d.OSName, "macOS"), d.OSVersion
	case inventory.Android:
		return cmp.Or(d.OSName, "Android"), d.OSVersion
	}
	return d.OSName, d.OSVersion
}

func timeOf(text string) *time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || text == checkin.Never {
		return nil
	}
	return &t
}

func boolOf(text string) *bool {
	if text == "" {
		return nil
	}
	yes := text == "true"
	return &yes
}

// blind says what the export cannot show of a device.
func (r *run) blind(d *inventory.Device, f *file, apps int) (out []inventory.Gap) {
	tell := func(kind inventory.GapKind, detail, next string) {
		out = append(out, inventory.Gap{Scanner: r.scanner, Device: d.ID, Subject: f.name, Kind: kind, Detail: detail, Next: next})
	}
	add := func(detail, next string) { tell(inventory.GapBlind, detail, next) }
	switch g := d.Management; {
	case f.Map.counts:
		add("The export counts the devices that an app is on and does not say which they are.", "Export the apps device by device.")
		return out
	case g != nil && (g.Ownership == "personal" || g.Mode == "user-enrolment" || g.Mode == "work-profile"):
		add("The device belongs to its user: apps that the user installed may be hidden from the management.", "Ask its user to have the device looked at itself.")
	}
	switch {
	case apps > 0:
	case f.Map.file.App == nil && !r.bare, f.Map.nested && !f.listed && !r.bare:
		tell(inventory.GapEmpty, "The export lists devices and none of their apps.", "Export the apps of the devices, too.")
	default:
		tell(inventory.GapEmpty, "The export lists no app of the device: it may never have reported any.", "Look into the system whether the device reports its apps.")
	}
	return out
}

// app is the app that a record tells of.
func (r *record) app(p inventory.Platform) inventory.App {
	text := func(s slot) string { return inventory.Text(strings.TrimSpace(r[s])) }
	a := inventory.App{Platform: p, Name: text(sAppName), Version: text(sVersion), Publisher: text(sPublisher), System: r[sSystem] == "true"}
	a.IdentifierKind, a.Identifier = identify(p, r[sKind], text(sIdentifier))
	if a.Identifier == "" || a.IdentifierKind == inventory.NameOnly {
		a.IdentifierKind, a.Identifier = inventory.NameOnly, cmp.Or(a.Name, text(sIdentifier))
	}
	if a.Name == a.Identifier && a.IdentifierKind != inventory.NameOnly {
		a.Name = ""
	}
	if d := digest(r[sSigner]); d != "" {
		a.Signers = []inventory.Signer{{SHA256: d}}
	}
	if d := digest(r[sDigest]); d != "" {
		a.Binaries = []string{d}
	}
	a.DeviceCount, _ = strconv.Atoi(strings.TrimSpace(r[sCount]))
	a.DeviceCount = max(0, a.DeviceCount)
	return a
}

var (
	guid   = regexp.MustCompile(`^\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?$`)
	family = regexp.MustCompile(`^([A-Za-z0-9.-]+)_(?:[0-9.]+_[a-z0-9]*_[A-Za-z0-9.-]*_)?[a-hj-km-np-tv-z0-9]{13}$`)
)

// identify says in which registry an identifier is unique.
func identify(p inventory.Platform, kind, id string) (inventory.IdentifierKind, string) {
	if kind != auto {
		return cmp.Or(inventory.IdentifierKind(kind), inventory.NameOnly), id
	}
	switch p {
	case inventory.Android:
		return inventory.AndroidPackage, id
	case inventory.IOS:
		return inventory.IOSBundle, id
	case inventory.MacOS:
		return inventory.MacBundle, id
	case inventory.Windows:
		if guid.MatchString(id) {
			return inventory.MSIProductCode, "{" + strings.ToUpper(strings.Trim(id, "{}")) + "}"
		}
		if m := family.FindStringSubmatch(id); m != nil {
			return inventory.MSIXFamily, m[1]
		}
	}
	return inventory.NameOnly, id
}

// separators stand between the bytes of a digest, as some tools write it.
var separators = strings.NewReplacer(":", "", " ", "", "-", "")

// digest is a SHA-256 in small hexadecimal digits, "" for what is none.
func digest(text string) string {
	if len(text) < 64 {
		return ""
	}
	text = strings.ToLower(separators.Replace(text))
	if b, err := hex.DecodeString(text); err != nil || len(b) != 32 {
		return ""
	}
	return text
}

// distinct gives apps their identifiers and leaves out those that are listed twice. An app in two versions is there twice.
func distinct(apps []inventory.App) []inventory.App {
	type key struct{ kind, identifier string }
	first, again := make(map[key]int, len(apps)), map[key][]int{}
	out := apps[:0]
next:
	for i := range apps {
		a := &apps[i]
		k := key{string(a.IdentifierKind), strings.ToLower(a.Identifier)}
		at, twice := first[k]
		if !twice {
			first[k] = len(out)
		} else {
			for _, j := range append(again[k], at) {
				if o := &out[j]; o.Version == a.Version && o.Publisher == a.Publisher {
					o.DeviceCount += a.DeviceCount
					continue next
				}
			}
			again[k] = append(again[k], len(out))
		}
		a.ID = appID(a)
		out = append(out, *a)
	}
	for k, more := range again { // the lowest version bears the identifier that an app has where it is alone
		all := append(more, first[k])
		slices.SortFunc(all, func(a, b int) int {
			return cmp.Or(cmp.Compare(out[a].Version, out[b].Version), cmp.Compare(out[a].Publisher, out[b].Publisher))
		})
		for _, i := range all[1:] {
			out[i].ID = appID(&out[i], out[i].Version, out[i].Publisher)
		}
	}
	return out
}

func appID(a *inventory.App, extra ...string) string {
	if a.IdentifierKind == inventory.NameOnly {
		return inventory.AppID(a.Device, a.IdentifierKind, strings.ToLower(a.Identifier), extra...)
	}
	return inventory.AppID(a.Device, a.IdentifierKind, a.Identifier, extra...)
}
