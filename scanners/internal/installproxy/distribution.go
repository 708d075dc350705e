package installproxy

import (
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
)

// Distribution is how an app came to the phone, by who signed it and which kind of profile lets it run; "" when that
// does not tell. An app that a profile lets run is from an enterprise if the profile holds for every device
// (UPPValidated), from development if it was signed for that, and else was made for devices that the profile names.
func Distribution(d map[string]any) string {
	signer, profile := plist.Text(d, "SignerIdentity"), plist.Bool(d, "ProfileValidated")
	switch {
	case system(d):
		return "system"
	case plist.Bool(d, "UPPValidated"):
		return "enterprise"
	case plist.Bool(d, "FreeProfileValidated"), profile && plist.Bool(d, "Entitlements", "get-task-allow"):
		return "development"
	case !profile && plist.Bool(d, "Entitlements", "beta-reports-active"):
		return "testflight"
	}
	if known := iosfacts.Distribution(signer); known != "" {
		return known
	}
	for _, prefix := range []string{"iPhone Distribution", "Apple Distribution", "iOS Distribution"} {
		if profile && strings.HasPrefix(signer, prefix) {
			return "ad-hoc"
		}
	}
	return ""
}
