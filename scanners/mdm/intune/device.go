package intune

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"quaestor/scanners/internal/appledevice"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/records"
	"quaestor/scanners/internal/regroup"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// found is one device that is being put together.
type found struct {
	device     record
	origin     inventory.Origin
	apps       int  // that are listed
	described  bool // a list of devices tells of it
	protection []listed
	gaps       []inventory.Gap
}

// listed is a record and where it stands.
type listed struct {
	record
	origin inventory.Origin
}

// together is the device that a group is of.
func (s *split) together(g regroup.Group) *inventory.Inventory {
	f := found{origin: s.origin(g.Rows[0].Mark)}
	var r record
	for _, row := range g.Rows {
		switch row.Text[0] {
		case rowDevice:
			r.take(row.Text)
			f.see(&r)
			f.described = f.described || s.files[row.Mark>>lineBits].form == device
		case rowProtection:
			l := listed{origin: s.origin(row.Mark)}
			l.take(row.Text)
			f.protection = append(f.protection, l)
		case rowApp:
			if f.apps == 0 {
				r.take(row.Text)
				f.device[fPlatform] = cmp.Or(f.device[fPlatform], r[fPlatform])
			}
			f.apps++
		}
	}
	return f.inventory(func(l *apps) { s.listed(l, g) })
}

// listed adds the apps of a group.
func (s *split) listed(l *apps, g regroup.Group) {
	rows := make([]string, len(g.Rows))
	for i, row := range g.Rows {
		rows[i] = row.Text
	}
	var r record
	for i, told := range find(&s.listings, l.platform, rows) {
		if rows[i][0] != rowApp {
			continue
		}
		if told == nil {
			r.take(rows[i])
			told = listingOf(l.platform, &r)
			keep(&s.listings, l.platform, rows[i], told)
		}
		l.add(told, s.origin(g.Rows[i].Mark))
	}
}

// see takes what a row tells of the device. Of several last check-ins the last one counts.
func (f *found) see(r *record) {
	if last, before := moment(r[fLastSync]), moment(f.device[fLastSync]); last != nil && (before == nil || last.After(*before)) {
		f.device[fLastSync] = r[fLastSync]
	}
	f.device.fill(r, firstOfDevice, endOfDevice)
}

// deviceAlone is the device that an element of a list is, with its apps.
func (f *file) deviceAlone(raw []byte, line int) *inventory.Inventory {
	origin := inventory.Origin{Scanner: ID, Path: f.name, Line: line}
	d := found{origin: origin, described: true}
	var list jsonpart.Value
	var strange tally.Tally
	odd := func(what string) { strange.Add(fmt.Sprintf("line %d: %s", line, what)) }
	if err := d.device.object(raw, f.names, func(which field, v jsonpart.Value) {
		if which == fDetectedApps {
			list = v
		}
	}, odd); err != nil {
		d.damaged(f.name, line, err)
	}
	d.device[fID] = cmp.Or(d.device[fID], d.device[fAnyID])
	var rows []jsonpart.Value
	if err := list.Items(func(v jsonpart.Value) bool { rows = append(rows, v); return true }); err != nil {
		d.damaged(f.name, line, err)
	}
	var first record
	if d.apps = len(rows); d.apps > 0 && first.object(rows[0], f.names, nil, func(string) {}) == nil {
		d.device[fPlatform] = cmp.Or(d.device[fPlatform], first[fPlatform])
	}
	inv := d.inventory(func(l *apps) {
		for i, told := range find(&f.listings, l.platform, rows) {
			if told == nil {
				told = d.read(f, l.platform, rows[i], line, odd)
			}
			l.add(told, origin)
		}
	})
	if strange.Count > 0 {
		inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: ID, Device: inv.Devices[0].ID, Subject: f.name, Kind: inventory.GapMalformed, Count: strange.Count, Samples: texts(strange.Samples), Detail: jsonpart.OddFields, Next: jsonpart.OddNext})
	}
	return inv
}

// read reads the row of an app. What it tells is remembered where there is nothing to be said of the row.
func (d *found) read(f *file, p inventory.Platform, row jsonpart.Value, line int, odd func(string)) *listing {
	var r record
	oddities := 0
	if err := r.object(row, f.names, nil, func(what string) { oddities++; odd(what) }); err != nil {
		d.damaged(f.name, line, err)
		return nil
	}
	r[fAppName] = r[fDisplayName]
	told := listingOf(p, &r)
	if oddities == 0 {
		keep(&f.listings, p, row, told)
	}
	return told
}

func (f *found) damaged(file string, line int, err error) {
	f.gaps = append(f.gaps, inventory.Gap{Scanner: ID, Subject: file, Kind: inventory.GapMalformed, Count: 1, Samples: []string{fmt.Sprintf("line %d: %v", line, err)},
		Detail: "Entries of the export are damaged: what they list is missing.", Next: "Export it once more."})
}

// inventory is what is known of the device, with the apps that list adds.
func (f *found) inventory(list func(*apps)) *inventory.Inventory {
	inv := inventory.New()
	p := f.platform()
	d := f.describe(p)
	apps := newApps(d.ID, p, min(f.apps, maxApps))
	list(apps)
	inv.Apps = apps.identified()
	for _, l := range f.protection {
		inv.SecurityProducts = append(inv.SecurityProducts, defender(d.ID, &l))
		if at := moment(l.record[fReported]); at != nil && (d.LastSeen == nil || at.After(*d.LastSeen)) {
			d.LastSeen = at
		}
	}
	inv.Devices = []inventory.Device{d}
	inv.Gaps = append(append(f.gaps, apps.lost(maxApps)...), f.blind(&d)...)
	for i := range inv.Gaps {
		inv.Gaps[i].Device = d.ID
	}
	return inv
}

// platform is the system of the device, as its own row says or those of its apps do.
func (f *found) platform() inventory.Platform {
	for _, t := range []string{f.device[fOS], f.device[fPlatform]} {
		if p := platformOf(t); p != "" {
			return p
		}
	}
	switch v := f.device[fOSVersion]; {
	case strings.HasPrefix(v, "10.0."):
		return inventory.Windows
	case f.protection != nil: // Microsoft Defender's reports are of Windows alone
		return inventory.Windows
	}
	return ""
}

// platformOf is the platform that a text names, "" where it is none that is known.
func platformOf(text string) inventory.Platform {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, p := range platforms {
		if strings.HasPrefix(text, p.begin) {
			return p.platform
		}
	}
	return ""
}

var platforms = []struct {
	begin    string
	platform inventory.Platform
}{
	{"windows", inventory.Windows}, {"microsoft windows", inventory.Windows}, {"win", inventory.Windows}, {"ios", inventory.IOS}, {"ipados", inventory.IOS}, {"iphone", inventory.IOS}, {"ipad", inventory.IOS},
	{"mac", inventory.MacOS}, {"os x", inventory.MacOS}, {"android", inventory.Android}, {"aosp", inventory.Android},
	{"linux", inventory.Linux}, {"ubuntu", inventory.Linux}, {"red hat", inventory.Linux}, {"rhel", inventory.Linux},
}

// describe is the device. It is known by its serial number as in other scanners' inventories, else by its number in Intune, else by its
// name.
func (f *found) describe(p inventory.Platform) inventory.Device {
	r := &f.device
	d := inventory.Device{
		Platform: p, Name: inventory.Text(strings.TrimSpace(r[fName])), Manufacturer: inventory.Text(r[fMaker]), Model: inventory.Text(r[fModel]), Serial: inventory.Text(strings.TrimSpace(r[fSerial])),
		OSName: osName(p, r), OSVersion: inventory.Text(r[fOSVersion]), SecurityPatch: inventory.Text(r[fPatch]), Arch: processor(p, r[fProcessor]),
		LastSeen: moment(r[fLastSync]), Management: management(p, r), Origins: []inventory.Origin{f.origin},
	}
	id := strings.ToLower(strings.TrimSpace(r[fID]))
	udid := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(r[fUDID]), "-", ""))
	switch serial := inventory.UsableSerial(d.Serial); {
	case p == inventory.IOS && len(udid) >= 24:
		d.ID = deviceID(p, udid)
	case serial != "" && p == inventory.Android:
		d.ID = deviceID(p, serial)
	case serial != "" && p == inventory.IOS:
		d.ID = deviceID(p, "serial", strings.ToUpper(serial))
	case serial != "":
		d.ID = deviceID(p, "serial", serial)
	case id != "":
		d.ID = deviceID(p, "intune", id)
	default:
		d.ID = deviceID(p, "host-name", strings.ToLower(d.Name))
	}
	if id != "" {
		d.Properties = map[string]string{"intune.id": inventory.Text(id)}
	}
	return d
}

// osName is the name of the system. Intune writes the kind of enrolment with that of Android, and of iPhones and iPads one for both.
func osName(p inventory.Platform, r *record) string {
	text := strings.TrimSpace(r[fOS])
	switch p {
	case inventory.Android:
		return "Android"
	case inventory.IOS:
		name, _ := appledevice.OS(text, r[fModel], r[fOSVersion])
		return inventory.Text(name)
	case inventory.MacOS:
		return "macOS"
	}
	return inventory.Text(text)
}

// deviceID is [inventory.DeviceID], for devices of no known platform too.
func deviceID(p inventory.Platform, parts ...string) string {
	if p == "" {
		return inventory.FactID("device", parts...)
	}
	return inventory.DeviceID(p, parts...)
}

// processor is the architecture that Windows' number or Intune's word of it means.
func processor(p inventory.Platform, s string) string {
	switch strings.ToLower(s) {
	case "9", "x64":
		return "x86_64"
	case "12", "arm64":
		return "aarch64"
	case "0", "x86":
		if p == inventory.Windows {
			return "i686"
		}
	case "5", "arm", "arm32":
		return "arm"
	}
	return ""
}

// moment is a point in time. Reports of Intune write it in UTC without saying so.
func moment(s string) *time.Time {
	if s == "" {
		return nil
	}
	at, _ := records.Time(strings.TrimSpace(s))
	return at
}

// defender is what Microsoft Defender Antivirus reports of itself.
func defender(device string, l *listed) inventory.SecurityProduct {
	r := &l.record
	p := inventory.SecurityProduct{Device: device, Kind: "built-in", Name: "Microsoft Defender Antivirus", Identifier: "MSFT_MpComputerStatus", Service: "WinDefend", Vendor: "Microsoft",
		Version: inventory.Text(r[fProtectionVersion]), UpdatedAt: moment(r[fReported]), Origins: []inventory.Origin{l.origin}}
	live, engine, overdue := truth(r[fRealTime]), truth(r[fMalware]), truth(r[fOverdue])
	switch {
	case live == nil:
	case *live && (engine == nil || *engine):
		p.State = "on"
	default:
		p.State = "off"
	}
	switch {
	case overdue == nil:
	case *overdue:
		p.Definitions = "outdated"
	default:
		p.Definitions = "current"
	}
	p.ID = inventory.FactID("security", p.Device, p.Kind, strings.ToLower(p.Identifier), strings.ToLower(p.Name), p.Path, p.User)
	return p
}

// truth is a value that is true or false, nil where it is not told.
func truth(s string) *bool {
	yes := true
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1", "yes", "ja", "oui", "wahr", "vrai", "waar":
		return &yes
	case "false", "0", "no", "nein", "non", "nee", "falsch", "faux", "onwaar":
		yes = false
		return &yes
	}
	return nil
}
