// Package installproxy reads what an iPhone's installation_proxy says of an app: a dictionary of Info.plist's keys and of
// what the system added when it installed the app. Live phones give it, and tools that list apps write it to files.
//
// What the package cannot see: what of it is true. Name, purpose texts and background modes are the app's own words;
// path, type, signer and entitlements are the system's.
package installproxy

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// networkExtension is the entitlement of apps that may stand between the phone and its network.
const networkExtension = "com.apple.developer.networking.networkextension"

// Describe adds to an app what d says of it, where nothing is known yet.
func Describe(a *inventory.App, d map[string]any) {
	iosfacts.AddInfo(a, d)
	iosfacts.AddEntitlements(a, plist.Dict(d, "Entitlements"))
	if a.VersionCode == 0 {
		a.VersionCode, _ = strconv.ParseInt(plist.Text(d, "CFBundleVersion"), 10, 64)
	}
	iosfacts.AddText(&a.Paths, plist.Text(d, "Path"))
	for _, g := range slices.Sorted(maps.Keys(plist.Dict(d, "GroupContainers"))) {
		iosfacts.AddText(&a.Groups, g)
	}
	a.System = a.System || system(d)
	a.Debuggable = a.Debuggable || plist.Bool(d, "Entitlements", "get-task-allow")
	if signer := signedBy(d); signer != "" && len(a.Signers) == 0 {
		a.Signers = []inventory.Signer{{Subject: inventory.Text(signer)}}
	}
	iosfacts.Fill(&a.Distribution, Distribution(d))
	describeFlags(a, d)
}

// signedBy is the name in the signer's certificate, without the mail address that stands there for some people.
func signedBy(d map[string]any) string {
	signer := plist.Text(d, "SignerIdentity")
	if strings.Contains(signer, "@") {
		signer, _, _ = strings.Cut(signer, ":")
	}
	return signer
}

// system reports whether the phone counts the app among its own.
func system(d map[string]any) bool {
	switch plist.Text(d, "ApplicationType") {
	case "System", "Internal", "Hidden":
		return true
	}
	return false
}

// describeFlags reads what sets the app apart, in the platform's words: how it may stand between the phone and its
// network, and marks of the system.
func describeFlags(a *inventory.App, d map[string]any) {
	for _, kind := range plist.Texts(d, "Entitlements", networkExtension) {
		iosfacts.AddText(&a.Flags, "networkextension:"+kind)
	}
	for _, key := range []string{"IsAppClip", "IsDemotedApp", "IsPlaceholder"} {
		if plist.Bool(d, key) {
			iosfacts.AddText(&a.Flags, key)
		}
	}
	if plist.Text(d, "ApplicationType") == "Hidden" {
		iosfacts.AddText(&a.Flags, "Hidden")
	}
}
