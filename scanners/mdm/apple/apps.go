package apple

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// maxFacts is the most apps of one device, and the most profiles and certificates.
const maxFacts = iosfacts.MaxApps

// appKey tells the apps of a device apart.
type appKey struct {
	kind       inventory.IdentifierKind
	identifier string
}

// app is the app of a bundle identifier, or of a name where it has none; nil where it has neither or there are too many. The list that
// comes first is the newest.
func (x *device) app(s *said, bundle, name string) (a *inventory.App, known bool) {
	key := appKey{inventory.IOSBundle, bundle}
	if x.d.Platform == inventory.MacOS {
		key.kind = inventory.MacBundle
	}
	if !iosfacts.ValidBundleID(bundle) {
		if key = (appKey{inventory.NameOnly, inventory.Text(name)}); name == "" {
			x.broken.Add("an app without a name whose identifier is " + strconv.Quote(bundle))
			return nil, false
		}
	}
	if at, ok := x.apps[key]; ok {
		return &x.inv.Apps[at], true
	}
	if len(x.inv.Apps) >= maxFacts {
		x.dropped.Add(key.identifier)
		return nil, false
	}
	x.apps[key] = len(x.inv.Apps)
	x.inv.Apps = append(x.inv.Apps, inventory.App{ID: inventory.AppID(x.d.ID, key.kind, key.identifier), Device: x.d.ID, Platform: x.d.Platform, IdentifierKind: key.kind, Identifier: key.identifier, Origins: []inventory.Origin{s.origin}})
	return &x.inv.Apps[len(x.inv.Apps)-1], false
}

// flags of an app that a device tells, as Apple names them.
var flags = []string{"AdHocCodeSigned", "AppStoreVendable", "BetaApp", "DeviceBasedVPP", "DownloadCancelled", "DownloadFailed", "DownloadPaused", "DownloadWaiting", "HasUpdateAvailable", "Installing", "IsAppClip"}

// managedFlag marks an app that the management installed or took over.
const managedFlag = "managed"

// installed reads a list of installed apps. One that is being downloaded is told as installed: it may be an update of an app that is
// there, and will be there soon if it is not.
func (x *device) installed(s *said, list any, older bool) {
	x.sure = true
	for _, e := range plist.List(list) {
		d := plist.Dict(e)
		if d == nil {
			x.broken.Add("an entry of InstalledApplicationList that is no dictionary")
			continue
		}
		a, known := x.app(s, plist.Text(d, "Identifier"), plist.Text(d, "Name"))
		switch {
		case a == nil:
		case older:
			x.before(a, known, s)
			describe(a, d)
		case known && s.at.IsZero() && a.Version != "" && a.Version != version(d):
			x.contradicts.Add(a.Identifier + ": " + a.Version + " and " + version(d))
		default:
			a.NotInstalled, a.Presence = false, inventory.PresenceInstalled
			describe(a, d)
		}
	}
}

// before notes that an older list has an app. Where no newer one has it, that is a trace of it.
func (x *device) before(a *inventory.App, known bool, s *said) {
	if known && a.Presence == inventory.PresenceInstalled && len(a.Traces) == 0 {
		return
	}
	at := s.at
	a.Presence = inventory.PresenceTrace
	if len(a.Traces) == 0 {
		a.Traces = []inventory.Trace{{Kind: inventory.TraceListed, Last: &at}}
	}
	a.Traces[0].First = &at // lists come from the newest to the oldest
}

func version(d map[string]any) string {
	return inventory.Text(cmp.Or(strings.TrimSpace(plist.Text(d, "ShortVersion")), strings.TrimSpace(plist.Text(d, "Version"))))
}

// describe states what a device says of an app.
func describe(a *inventory.App, d map[string]any) {
	iosfacts.Fill(&a.Name, plist.Text(d, "Name"))
	iosfacts.Fill(&a.Version, version(d))
	for _, f := range flags {
		if plist.Bool(d, f) {
			iosfacts.AddText(&a.Flags, f)
		}
	}
	if plist.Bool(d, "IsManaged") || plist.Text(d, "Source") == "Declarative Device Management" {
		iosfacts.AddText(&a.Flags, managedFlag)
	}
	if validated, told := d["IsValidated"].(bool); told && !validated {
		iosfacts.AddText(&a.Flags, "NotValidated")
	}
	from := plist.Text(d, "DistributorIdentifier")
	if from != "" {
		a.Installer, a.InstallerKnown = inventory.Text(from), true
	}
	if a.Distribution == "" {
		a.Distribution = distribution(d, from)
	}
}

// distribution is how an app came, as far as the device tells.
func distribution(d map[string]any, from string) string {
	switch {
	case plist.Bool(d, "BetaApp"), from == "com.apple.TestFlight":
		return "testflight"
	case plist.Bool(d, "AdHocCodeSigned"):
		return "ad-hoc"
	case from != "" && from != "com.apple.AppStore":
		return "marketplace"
	case from != "", plist.Bool(d, "AppStoreVendable"), plist.Bool(d, "DeviceBasedVPP"):
		return "app-store"
	}
	return ""
}

// here are the states of a managed app in which it is on the device; in others it is not yet there, or no longer.
var here = map[string]bool{"Managed": true, "UserInstalledApp": true, "PromptingForUpdate": true, "PromptingForUpdateLogin": true, "PromptingForManagement": true, "ValidatingUpdate": true,
	"Updating": true, "UpdateRejected": true, "ManagementRejected": true, "Unknown": true}

// unmanaged are those of apps that are on the device, and that the management does not have.
var unmanaged = map[string]bool{"UserInstalledApp": true, "PromptingForManagement": true, "ManagementRejected": true, "Unknown": true}

// managed reads a list of apps that the management installed, or wanted to.
func (x *device) managed(s *said, list any, older bool) {
	apps := plist.Dict(list)
	for _, bundle := range slices.Sorted(maps.Keys(apps)) {
		if !older {
			state := plist.Text(apps, bundle, "Status")
			x.stated(s, bundle, "", state, here[state], !unmanaged[state])
		}
	}
}

// stated states an app with the state that the management has of it. One that is not there is told as not installed, until a list of
// installed apps says otherwise.
func (x *device) stated(s *said, bundle, name, state string, there, managed bool) *inventory.App {
	a, known := x.app(s, bundle, name)
	if a == nil {
		return nil
	}
	if !known {
		a.NotInstalled = !there
	} else if there {
		a.NotInstalled, a.Presence = false, inventory.PresenceInstalled
	}
	iosfacts.Fill(&a.Name, name)
	if managed {
		iosfacts.AddText(&a.Flags, managedFlag)
	}
	if state != "" {
		iosfacts.AddText(&a.Flags, "Status:"+state)
	}
	return a
}

// failed tells of commands that the device did not carry out. One that it carried out later, or that came before a list of its apps,
// is none of them.
func (x *device) failed() {
	done := map[string]bool{}
	var apps time.Time
	for _, s := range x.answers {
		if status := plist.Text(s.v, "Status"); status == "Acknowledged" {
			done[plist.Text(s.v, "CommandUUID")] = true
		}
		if plist.Get(s.v, "InstalledApplicationList") != nil && s.at.After(apps) {
			apps = s.at
		}
	}
	told := map[string]bool{}
	g := inventory.Gap{Kind: inventory.GapFailed, Detail: "The device did not carry out commands of its management: what it would have answered is not known.", Next: "Ask it again when it is unlocked and online."}
	for _, s := range x.answers {
		status, command := plist.Text(s.v, "Status"), plist.Text(s.v, "CommandUUID")
		switch status {
		case "Error", "CommandFormatError", "NotNow":
		default:
			continue
		}
		if done[command] || told[command] || !s.at.IsZero() && s.at.Before(apps) {
			continue
		}
		told[command] = true
		if g.Count++; len(g.Samples) < 5 {
			g.Samples = append(g.Samples, status+reason(s.v))
		}
	}
	if g.Count > 0 {
		x.gap(g)
	}
}

// reason is why a command failed.
func reason(v any) string {
	for _, e := range plist.List(v, "ErrorChain") {
		return ": " + plist.Text(e, "ErrorDomain") + " " + strconv.FormatInt(plist.Int(e, "ErrorCode"), 10) + " " + cmp.Or(plist.Text(e, "USEnglishDescription"), plist.Text(e, "LocalizedDescription"))
	}
	return ""
}
