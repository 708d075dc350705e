package installproxy

import (
	"strings"

	"quaestor/scanners/internal/plist"
)

// The ways in which apps come, as in inventory.App.
const (
	fromStore       = "app-store"
	fromTestFlight  = "testflight"
	fromEnterprise  = "enterprise"
	fromDevelopment = "development"
	fromAdHoc       = "ad-hoc"
	fromSystem      = "system"
)

// Team is the developer team that entitlements name.
func Team(entitlements map[string]any) string {
	team := plist.Text(entitlements, "com.apple.developer.team-identifier")
	if team == "" {
		team, _, _ = strings.Cut(plist.Text(entitlements, "application-identifier"), ".")
	}
	if len(team) != 10 || strings.Trim(team, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return ""
	}
	return team
}

// Distribution is how an app came to the phone, by who signed it and which kind of profile lets it run; "" when that
// does not tell. An app that a profile lets run is from an enterprise if the profile holds for every device
// (UPPValidated), from development if it was signed for that, and else was made for devices that the profile names.
func Distribution(d map[string]any) string {
	signer := plist.Text(d, "SignerIdentity")
	switch {
	case system(d):
		return fromSystem
	case plist.Bool(d, "UPPValidated"):
		return fromEnterprise
	case plist.Bool(d, "FreeProfileValidated"), plist.Bool(d, "ProfileValidated") && plist.Bool(d, "Entitlements", "get-task-allow"):
		return fromDevelopment
	case strings.HasPrefix(signer, "TestFlight"), plist.Bool(d, "Entitlements", "beta-reports-active") && !plist.Bool(d, "ProfileValidated"):
		return fromTestFlight
	case signer == "Apple iPhone OS Application Signing":
		return fromStore
	case hasPrefix(signer, "iPhone Developer", "Apple Development", "iOS Development"):
		return fromDevelopment
	case plist.Bool(d, "ProfileValidated") && hasPrefix(signer, "iPhone Distribution", "Apple Distribution", "iOS Distribution"):
		return fromAdHoc
	}
	return ""
}

func hasPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
