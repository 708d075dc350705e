package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// Circumstance is something about an app that is no finding by itself: ordinary apps have it too. It raises or lowers
// a finding about origin, ownership or special access, or stands beside it.
type Circumstance struct {
	Effect Effect
	Text   string // one line
}

// Effect is what a circumstance does to the severity of a finding.
type Effect string

// The effects.
const (
	Raises Effect = "raises"
	Lowers Effect = "lowers"
	Beside Effect = "beside" // told, without effect
)

// RuleOldTarget is the rule on apps whose permissions are granted without a question.
const RuleOldTarget = "old-target"

// askedAtRunTime is the API level from which an app has to be made for Android to ask for its permissions one by one.
const askedAtRunTime = 23

// lowestInstallable is, by the API level of a device, the lowest that an app has to be made for to be installed by hand.
var lowestInstallable = []struct{ device, target int }{{35, 24}, {34, 23}}

// target is the API level that an app was made for; 0 where nobody told.
func (f *facts) target() int {
	if f.app.TargetSDK == 0 && f.base != nil {
		return f.base.TargetSDK
	}
	return f.app.TargetSDK
}

// bypass says that an app is made for an Android that grants all permissions at once, and what it gets by that; empty
// otherwise.
func (a *assessor) bypass(f *facts) string {
	target := f.target()
	if f.app.Platform != inventory.Android || f.app.System || target == 0 || target >= askedAtRunTime {
		return ""
	}
	var gets []string
	for _, p := range f.permissions {
		known := a.db.Permission(p.Name)
		if known != nil && known.Level == "dangerous" && known.Weight >= minWeight && !refused(p) && !slices.Contains(gets, known.Category) {
			gets = append(gets, known.Category)
		}
	}
	if len(gets) == 0 {
		return ""
	}
	slices.Sort(gets)
	return fmt.Sprintf("It is made for API level %d, so that Android grants it what it asks for at the installation, without a question: %s.%s", target, strings.Join(gets, ", "), a.uninstallable(f, target))
}

// uninstallable says that the device would not take the app from a file any more.
func (a *assessor) uninstallable(f *facts, target int) string {
	d := a.device(f.app.Device)
	if d == nil {
		return ""
	}
	for _, l := range lowestInstallable {
		if d.SDK >= l.device {
			if target < l.target {
				return fmt.Sprintf(" Android of API level %d installs no such app by hand: it was there before an upgrade, or came over a cable.", d.SDK)
			}
			return ""
		}
	}
	return ""
}

// oldTarget reports such an app for information.
func (a *assessor) oldTarget(f *facts) {
	why := a.bypass(f)
	if why == "" || f.app.NotInstalled {
		return
	}
	a.add(f, Finding{Rule: RuleOldTarget, Axis: Security, Severity: Info, Action: Inform, Confidence: ConfidenceHigh,
		Title: a.label(f) + " gets its permissions without a question", Reason: why,
		Evidence: []Evidence{{Kind: ByPermission, Supports: true, Reliability: 'A', Credibility: 2, Origin: origin(f.app),
			Detail: fmt.Sprintf("Its manifest names API level %d as the one that it is made for.", f.target())}},
		Params: map[string]string{"package": f.app.Identifier, "target": fmt.Sprint(f.target())}})
}

// combined finds the combinations of permissions that an app holds, or merely asks for, and that few ordinary apps do.
func (a *assessor) combined(f *facts) (held, asked []string) {
	have := map[string]bool{} // whether it is granted
	for _, p := range f.permissions {
		have[p.Name] = have[p.Name] || p.Granted
	}
	if f.base != nil { // a service that the system may call counts as asked for
		for i := range f.base.Manifest {
			if p := f.base.Manifest[i].Permission; strings.HasPrefix(p, "android.permission.BIND_") {
				have[p] = have[p] || a.switchedOn(f, p)
			}
		}
	}
	for i := range a.db.Combinations {
		c := &a.db.Combinations[i]
		if c.Severity != string(Critical) && c.Severity != string(High) {
			continue
		}
		all, granted := true, true
		for _, name := range c.AllOf {
			g, ok := have[name]
			all, granted = all && ok, granted && g
		}
		switch text := fmt.Sprintf("%s (%s)", strings.ToLower(c.Note[:1])+c.Note[1:], c.ID); {
		case all && granted:
			held = append(held, text)
		case all:
			asked = append(asked, text)
		}
	}
	return held, asked
}

// switchedOn reports whether the device says that it has given an app the access that such a service needs.
func (a *assessor) switchedOn(f *facts, guard string) bool {
	privilege := map[string]string{"android.permission.BIND_ACCESSIBILITY_SERVICE": "accessibility",
		"android.permission.BIND_NOTIFICATION_LISTENER_SERVICE": "notification-listener", "android.permission.BIND_DEVICE_ADMIN": "device-admin",
		"android.permission.BIND_VPN_SERVICE": "vpn"}[guard]
	return privilege != "" && slices.ContainsFunc(a.held(f), func(r Reach) bool { return r.Category == privilege })
}

// aboutOrigin are the circumstances of an app that nobody vouches for, and the severity that they leave.
func (a *assessor) aboutOrigin(f *facts, severity Severity) (Severity, []Circumstance) {
	var out []Circumstance
	held, asked := a.combined(f)
	if len(held) > 0 {
		out = append(out, Circumstance{Raises, "Its permissions together, all granted: " + strings.Join(held, "; ") + "."})
	}
	if why := a.bypass(f); why != "" {
		out = append(out, Circumstance{Raises, why})
	}
	if len(out) > 0 && severity.Rank() < Medium.Rank() {
		severity = Medium
	}
	if f.genuine {
		out = append(out, Circumstance{Lowers, "It is signed with the publisher's own key, and the signature holds: whoever copied it to the device did not change it."})
		severity = severity.less()
	}
	if len(asked) > 0 {
		out = append(out, Circumstance{Beside, "It asks for permissions that together are: " + strings.Join(asked, "; ") + "."})
	}
	if from := packageSources[f.app.PackageSource]; from != "" {
		out = append(out, Circumstance{Beside, "The device says that " + from + "."})
	}
	return severity, append(out, beside(f)...)
}

var packageSources = map[string]string{"local-file": "it came from a file on the device", "downloaded-file": "it came from a file that was downloaded",
	"store": "whoever installed it called itself a store", "other": "it came from elsewhere than a store or a file"}

// beside are circumstances that tell how an app is built, and change nothing.
func beside(f *facts) []Circumstance {
	var out []Circumstance
	add := func(text string) { out = append(out, Circumstance{Beside, text}) }
	if f.app.Debuggable || f.base != nil && f.base.Debuggable {
		add("It is built for debugging, so that whoever connects a cable can read what it stores.")
	}
	if f.base == nil {
		return out
	}
	if f.base.TestOnly {
		add("It is marked as a build for tests, which only a cable or a tool installs.")
	}
	if n := f.base.NetworkSecurity; n != nil && slices.ContainsFunc(n.Rules, func(r inventory.NetworkRule) bool { return r.UserCAs && !r.DebugOnly }) {
		add("It trusts certificate authorities that were added to the phone, so that whoever added one can read its traffic.")
	}
	return out
}

// Expected is what apps of a product's category usually reach; nil where nothing is recorded.
func (db *DB) Expected(category string) *Expectation {
	for i := range db.Expectations {
		if db.Expectations[i].Category == category {
			return &db.Expectations[i]
		}
	}
	return nil
}

// byPurpose tells the access that an app's purpose explains from what it does not, and whether any of the latter that
// weighs is held.
func (a *assessor) byPurpose(f *facts, reach []Reach) (out []Circumstance, raised bool) {
	known := a.db.Expected(f.product.Category)
	if known == nil {
		return nil, true
	}
	var usual, beyond []string
	for _, r := range reach {
		if r.Weight < heavy || r.Granted != "yes" {
			continue
		}
		if slices.Contains(known.Access, r.Category) {
			usual = append(usual, r.words())
		} else {
			beyond = append(beyond, r.words())
		}
	}
	if len(beyond) > 0 {
		out = append(out, Circumstance{Raises, fmt.Sprintf("It %s what apps of its kind (%s) do not usually need: %s.", holding(f.standing != nil), plainWords(f.product.Category), strings.Join(beyond, ", "))})
	}
	if len(usual) > 0 {
		effect := Beside
		if len(beyond) == 0 {
			effect = Lowers
		}
		out = append(out, Circumstance{effect, fmt.Sprintf("Of what it %s, apps of its kind (%s) usually need: %s.", holding(f.standing != nil), plainWords(f.product.Category), strings.Join(usual, ", "))})
	}
	return out, len(beyond) > 0
}

// isItsPurpose reports whether all that an app holds are rights of the system that make it what it is, as an input method has
// what is typed: they are not withdrawn without giving up the app.
func (a *assessor) isItsPurpose(f *facts, reach []Reach) bool {
	known := a.db.Expected(f.product.Category)
	return known != nil && !slices.ContainsFunc(reach, func(r Reach) bool {
		return r.Granted != grantNo && (PrivilegeByName(r.Category) == nil || !slices.Contains(known.Access, r.Category))
	})
}

// heavy is the weight from which access that is held makes a finding about an owner weigh more.
const heavy = 4

func plainWords(id string) string { return strings.ReplaceAll(id, "-", " ") }
