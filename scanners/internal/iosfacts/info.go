package iosfacts

import (
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// SetModel states the kind of device by Apple's name for it, "iPhone14,5", and the name of its system that follows.
func (p *Phone) SetModel(productType string) {
	p.Device.Manufacturer = "Apple"
	Fill(&p.Device.Model, productType)
	switch {
	case strings.HasPrefix(productType, "iPad"):
		p.Device.OSName = "iPadOS"
	case strings.HasPrefix(productType, "AppleTV"):
		p.Device.OSName = "tvOS"
	case strings.HasPrefix(productType, "Watch"):
		p.Device.OSName = "watchOS"
	}
}

// AddInfo states what the Info.plist of an app says, in the form in which the phone, a listing or the app itself holds
// it: names, version, what it asks for and why, what it does in the background.
func AddInfo(a *inventory.App, info map[string]any) {
	for _, key := range []string{"CFBundleDisplayName", "CFBundleName", "CFBundleExecutable"} {
		Fill(&a.Name, plist.Text(info, key))
	}
	for _, key := range []string{"CFBundleShortVersionString", "CFBundleVersion"} {
		Fill(&a.Version, plist.Text(info, key))
	}
	for _, key := range slices.Sorted(maps.Keys(info)) {
		if purpose := plist.Text(info, key); IsUsageKey(key) {
			AddRequest(a, key, purpose)
		}
	}
	for _, mode := range plist.Texts(info, "UIBackgroundModes") {
		AddText(&a.Flags, "UIBackgroundModes:"+mode)
	}
	if plist.Bool(info, "UIFileSharingEnabled") {
		AddText(&a.Flags, "UIFileSharingEnabled")
	}
	if plist.Bool(info, "NSAppTransportSecurity", "NSAllowsArbitraryLoads") {
		AddText(&a.Flags, "NSAllowsArbitraryLoads")
	}
}

// IsUsageKey reports whether a key of Info.plist says why an app asks for something.
func IsUsageKey(key string) bool {
	return strings.HasSuffix(key, "UsageDescription") && len(key) <= 100 || key == "NSLocationTemporaryUsageDescriptionDictionary"
}

// AddRequest states that an app asks for something, by the key of Info.plist, and why it says it does.
func AddRequest(a *inventory.App, key, purpose string) {
	at := slices.IndexFunc(a.Permissions, func(p inventory.Permission) bool { return p.Name == key })
	if at < 0 {
		if len(a.Permissions) >= maxOfApp {
			return
		}
		a.Permissions = append(a.Permissions, inventory.Permission{Name: inventory.Text(key)})
		at = len(a.Permissions) - 1
	}
	a.Permissions[at].Requested = true
	Fill(&a.Permissions[at].Purpose, purpose)
}

// AddEntitlements states what the signature of an app claims and the listing of apps on a phone repeats: its team, and the
// containers that it shares.
func AddEntitlements(a *inventory.App, e map[string]any) {
	team := plist.Text(e, "com.apple.developer.team-identifier")
	if prefix, rest, ok := strings.Cut(plist.Text(e, "application-identifier"), "."); team == "" && ok && rest == a.Identifier && IsTeam(prefix) {
		team = prefix
	}
	if IsTeam(team) {
		Fill(&a.Team, team)
	}
	for _, g := range plist.Texts(e, "com.apple.security.application-groups") {
		AddText(&a.Groups, g)
	}
}

// IsTeam reports whether s is an identifier of an Apple developer team: ten capitals and digits.
func IsTeam(s string) bool {
	return len(s) == 10 && strings.IndexFunc(s, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) < 0
}

// Distribution is how an app came, by who signed it as the phone says: the common name of the certificate. It is empty for a
// name that does not tell; development and ad-hoc copies bear the same one.
func Distribution(signer string) string {
	switch {
	case signer == "Apple iPhone OS Application Signing":
		return "app-store"
	case signer == "TestFlight Beta Distribution":
		return "testflight"
	case strings.HasPrefix(signer, "iPhone Developer:"), strings.HasPrefix(signer, "Apple Development:"):
		return "development"
	}
	return ""
}
