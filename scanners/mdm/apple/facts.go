package apple

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"quaestor/scanners/internal/appledevice"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/regroup"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// said is one answer of a device.
type said struct {
	v      map[string]any
	at     time.Time // when it came; zero when not told
	origin inventory.Origin
}

// device collects what one device answered.
type device struct {
	inv  *inventory.Inventory
	d    *inventory.Device
	file string // in which its first answer lies

	answers []said // newest first, those without a time last
	apps    map[appKey]int
	seen    map[string]bool // profiles, certificates and networks
	sure    bool            // a list of apps is there
	user    bool            // the user enrolled it
	model   string          // by which its system is known
	system  string          // as it calls it

	contradicts tally.Tally
	broken      tally.Tally
	dropped     tally.Tally
}

// facts makes an inventory of the answers of one device.
func facts(g regroup.Group, files []string) *inventory.Inventory {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{Properties: map[string]string{}, Management: &inventory.Management{System: "apple-mdm"}}}
	x := &device{inv: inv, d: &inv.Devices[0], apps: map[appKey]int{}, seen: map[string]bool{}}
	x.decode(g, files)
	x.identify(g.Key)
	x.times()
	x.failed()
	x.list("ManagedApplicationList", x.managed)
	x.list("InstalledApplicationList", x.installed)
	x.list("ProfileList", x.profiles)
	x.list("ProvisioningProfileList", x.provisioning)
	x.list("CertificateList", x.certificates)
	for i := range x.answers {
		x.state(&x.answers[i])
	}
	x.management()
	x.named()
	x.gaps()
	return inv
}

// decode decodes the answers. What does not decode is told of.
func (x *device) decode(g regroup.Group, files []string) {
	told := map[string]bool{} // the same answer may lie in several files
	for _, r := range g.Rows {
		if told[r.Text] {
			continue
		}
		told[r.Text] = true
		seconds, raw, _ := strings.Cut(r.Text, " ")
		s := said{origin: inventory.Origin{Scanner: ID, Path: files[r.Mark>>32], Line: int(r.Mark & 0xffffffff)}}
		if n, _ := strconv.ParseInt(seconds, 10, 64); n > 0 {
			s.at = time.Unix(n, 0).UTC()
		}
		x.from(s.origin)
		var err error
		if s.v, err = value([]byte(raw)); err != nil {
			x.broken.Add(fmt.Sprintf("%s, line %d: %v", s.origin.Path, s.origin.Line, err))
			continue
		}
		x.answers = append(x.answers, s)
	}
	slices.SortStableFunc(x.answers, func(a, b said) int { return b.at.Compare(a.at) })
}

// value decodes an answer. A status report may lie in a message.
func value(raw []byte) (map[string]any, error) {
	var v any
	var err error
	if len(raw) > 0 && raw[0] == '{' {
		err = json.Unmarshal(raw, &v)
	} else {
		v, err = plist.Decode(raw)
	}
	if data := plist.Bytes(v, "Data"); err == nil && plist.Text(v, "MessageType") == "DeclarativeManagement" && plist.Text(v, "Endpoint") == "status" {
		m := plist.Dict(v)
		var report map[string]any
		if err = json.Unmarshal(data, &report); err == nil {
			m["StatusItems"] = report["StatusItems"]
		}
		return m, err
	}
	return plist.Dict(v), err
}

// named names the system, now that its version is known.
func (x *device) named() {
	if x.d.Platform == inventory.MacOS {
		x.d.OSName = "macOS"
		return
	}
	name, _ := appledevice.OS(x.system, x.model, x.d.OSVersion)
	x.d.OSName = inventory.Text(name)
}

// from notes a file that told of the device, once each.
func (x *device) from(o inventory.Origin) {
	const most = 100
	if len(x.d.Origins) < most && !slices.ContainsFunc(x.d.Origins, func(h inventory.Origin) bool { return h.Path == o.Path }) {
		x.d.Origins = append(x.d.Origins, o)
	}
	x.file = cmp.Or(x.file, o.Path)
}

// identify finds out which device it is, and of which kind.
func (x *device) identify(key string) {
	kind, id, _ := strings.Cut(key, " ")
	var model, serial, system string
	udid := map[bool]string{true: id}[kind == "udid"]
	for i := range x.answers {
		v := x.answers[i].v
		for _, m := range []string{plist.Text(v, "QueryResponses", "ProductName"), plist.Text(v, "QueryResponses", "ModelName"), plist.Text(v, "ProductName"), plist.Text(v, "ModelName"), item(v, "device.model.identifier"), item(v, "device.model.family")} {
			if appledevice.System(m) != "" {
				model = cmp.Or(model, m)
			}
		}
		system = cmp.Or(system, appledevice.System(model), item(v, "device.operating-system.family"))
		serial = cmp.Or(serial, plist.Text(v, "QueryResponses", "SerialNumber"), plist.Text(v, "SerialNumber"), item(v, "device.identifier.serial-number"))
		udid = cmp.Or(udid, plist.Text(v, "QueryResponses", "UDID"))
	}
	x.user = kind == "enrolment"
	p := cmp.Or(appledevice.Platform(system), x.typical(), appledevice.PlatformOf(udid))
	if p == "" {
		p = inventory.IOS
		x.gap(inventory.Gap{Kind: inventory.GapBlind, Detail: "The answers do not say what kind of device it is; it is taken for an iPhone or iPad.", Next: "Ask it for DeviceInformation, and add the answer."})
	}
	d := x.d
	d.Platform, d.Manufacturer, d.Serial = p, "Apple", inventory.Text(serial)
	x.model, x.system = model, system
	var ok bool
	if d.ID, ok = appledevice.ID(p, udid, serial); !ok && x.user {
		d.ID = inventory.DeviceID(p, "enrolment", id)
	} else if !ok {
		d.ID = inventory.DeviceID(p, "mdm answers", x.file, key)
	}
	if kind == "file" {
		id = path.Base(x.file)
	}
	d.Name = inventory.Text(cmp.Or(serial, udid, id)) // unless it tells its name
	x.property("UniqueDeviceID", udid)
}

// typical is the platform by answers that only Macs give.
func (x *device) typical() inventory.Platform {
	for _, s := range x.answers {
		security := plist.Dict(s.v, "SecurityInfo")
		for _, key := range []string{"FDE_Enabled", "FirewallSettings", "SystemIntegrityProtectionEnabled"} {
			if _, told := security[key]; told {
				return inventory.MacOS
			}
		}
	}
	return ""
}

// list hands on the lists of a kind that count: the newest one of those with a time, and all without. Older says of the others that
// their entries are no proof of what is there now.
func (x *device) list(kind string, each func(s *said, list any, older bool)) {
	newest, several := map[string]time.Time{}, map[string]int{} // by user
	for i := range x.answers {
		s := &x.answers[i]
		list := plist.Get(s.v, kind)
		if list == nil {
			continue
		}
		user := plist.Text(s.v, "UserID")
		if several[user]++; several[user] > 1 && s.at.IsZero() {
			x.contradicts.Add(fmt.Sprintf("%s: %d times", kind, several[user]))
		}
		old, known := newest[user]
		older := known && !s.at.IsZero() && s.at.Before(old)
		if !known && !s.at.IsZero() {
			newest[user] = s.at
		}
		each(s, list, older)
	}
}

// times states when the device last told something: of its apps, where it is known when it did.
func (x *device) times() {
	var last, apps time.Time
	for _, s := range x.answers {
		if s.at.After(last) {
			last = s.at
		}
		if s.at.After(apps) && plist.Get(s.v, "InstalledApplicationList") != nil {
			apps = s.at
		}
		if m := x.d.Management; plist.Text(s.v, "MessageType") == "Authenticate" && !s.at.IsZero() && m.EnrolledAt == nil {
			at := s.at
			m.EnrolledAt = &at
		}
	}
	if !apps.IsZero() {
		last = apps
	}
	if !last.IsZero() {
		x.d.LastSeen = &last
	}
}

// property notes a further fact of the device under Apple's own name. The newest answer comes first, and counts.
func (x *device) property(name, value string) {
	if _, told := x.d.Properties[name]; value != "" && !told {
		x.d.Properties[name] = inventory.Text(value)
	}
}

// tell states a text of the device. Two answers without a time that differ in it are told of.
func (x *device) tell(s *said, what string, to *string, value string) {
	value = inventory.Text(strings.TrimSpace(value))
	switch {
	case value == "":
	case *to == "":
		*to = value
	case *to != value && s.at.IsZero():
		x.contradicts.Add(fmt.Sprintf("%s: %q and %q", what, *to, value))
	}
}

func (x *device) gap(g inventory.Gap) {
	if g.Subject == "" {
		g.Subject = x.file
	}
	g.Scanner = ID
	for i := range g.Samples {
		g.Samples[i] = inventory.Text(g.Samples[i])
	}
	x.inv.Gaps = append(x.inv.Gaps, g)
}

// gaps tells what of the device is not known, and gives all gaps their device.
func (x *device) gaps() {
	counted := func(t tally.Tally, kind inventory.GapKind, detail, next string) {
		if t.Count > 0 {
			x.gap(inventory.Gap{Kind: kind, Count: t.Count, Samples: t.Samples, Detail: detail, Next: next})
		}
	}
	counted(x.broken, inventory.GapMalformed, "Answers of the device, or entries in them, do not parse and were not read.", "Ask the device again, and export the answers anew.")
	counted(x.dropped, inventory.GapLimit, fmt.Sprintf("The device lists more than %d apps, profiles or certificates: the rest was not kept.", maxFacts), "Look at the answers by hand: no real device has so many.")
	counted(x.contradicts, inventory.GapBlind, "There are several answers of the device to the same question, or answers that contradict each other, and they do not say which of them is newer; apps of all of them are told.", "Leave out those that are older, or export them with the time at which they came.")
	if x.d.LastSeen == nil && x.contradicts.Count == 0 { // else that is said
		x.gap(inventory.Gap{Kind: inventory.GapBlind, Detail: "The answers do not say when they came: the device may not have reported for long.", Next: "Export them with their times, as the webhook of NanoMDM and MicroMDM and Fleet's list of results write them."})
	}
	if x.user {
		x.gap(inventory.Gap{Kind: inventory.GapBlind, Detail: "The user enrolled this device: it tells its management of the apps that the management installed, and of no personal one.", Next: "Ask the user to look at the other apps, or scan the device itself."})
	}
	switch {
	case x.user && len(x.inv.Apps) > 0:
	case !x.sure:
		x.gap(inventory.Gap{Kind: inventory.GapEmpty, Detail: "The answers of the device hold no list of its apps.", Next: "Ask it for InstalledApplicationList, and add the answer."})
	case len(x.inv.Apps) == 0:
		x.gap(inventory.Gap{Kind: inventory.GapEmpty, Detail: "The device answered that it has no apps; where only managed apps were asked for, it may have others.", Next: "Ask it for InstalledApplicationList without ManagedAppsOnly."})
	}
	for i := range x.inv.Gaps {
		x.inv.Gaps[i].Device = x.d.ID
	}
}
