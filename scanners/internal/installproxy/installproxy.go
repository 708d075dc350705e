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

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// Limits on one app.
const (
	maxPermissions = 200
	maxGroups      = 200
	maxFlags       = 100
)

// Identifier is the bundle identifier of an app, "" where there is none that could be one.
func Identifier(d map[string]any) string {
	id := plist.Text(d, "CFBundleIdentifier")
	if len(id) > 255 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") != "" {
		return ""
	}
	return id
}

// Describe adds to a what d says of it, where nothing is known yet. It reports whether a list was cut short.
func Describe(a *inventory.App, d map[string]any) (cut bool) {
	fill(&a.Name, plist.Text(d, "CFBundleDisplayName"), plist.Text(d, "CFBundleName"))
	fill(&a.Version, plist.Text(d, "CFBundleShortVersionString"), plist.Text(d, "CFBundleVersion"))
	if a.VersionCode == 0 {
		a.VersionCode, _ = strconv.ParseInt(plist.Text(d, "CFBundleVersion"), 10, 64)
	}
	if path := plist.Text(d, "Path"); path != "" && !slices.Contains(a.Paths, inventory.Text(path)) {
		a.Paths = append(a.Paths, inventory.Text(path))
	}
	a.System = a.System || system(d)
	a.Debuggable = a.Debuggable || plist.Bool(d, "Entitlements", "get-task-allow")
	fill(&a.Team, Team(plist.Dict(d, "Entitlements")))
	if signer := signedBy(d); signer != "" && len(a.Signers) == 0 {
		a.Signers = []inventory.Signer{{Subject: inventory.Text(signer)}}
	}
	fill(&a.Distribution, Distribution(d))
	permissions, groups, modes := describePermissions(a, d), describeGroups(a, d), describeFlags(a, d)
	return permissions || groups || modes
}

// fill sets a text that is still empty to the first of those that is not.
func fill(field *string, texts ...string) {
	for _, s := range texts {
		if *field == "" {
			*field = inventory.Text(s)
		}
	}
}

// signedBy is the name in the signer's certificate, without the mail address that stands there for some people.
func signedBy(d map[string]any) string {
	signer := plist.Text(d, "SignerIdentity")
	if strings.Contains(signer, "@") {
		signer, _, _ = strings.Cut(signer, ":")
	}
	return signer
}

func system(d map[string]any) bool {
	switch plist.Text(d, "ApplicationType") {
	case "System", "Internal", "Hidden":
		return true
	}
	return false
}

// describePermissions reads what the app says it wants data and sensors for.
func describePermissions(a *inventory.App, d map[string]any) (cut bool) {
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if !strings.HasSuffix(key, "UsageDescription") || slices.ContainsFunc(a.Permissions, func(p inventory.Permission) bool { return p.Name == inventory.Text(key) }) {
			continue
		}
		if len(a.Permissions) == maxPermissions {
			return true
		}
		a.Permissions = append(a.Permissions, inventory.Permission{Name: inventory.Text(key), Requested: true, Purpose: inventory.Text(plist.Text(d, key))})
	}
	return false
}

// describeGroups reads the containers by which the app exchanges data with others of its maker.
func describeGroups(a *inventory.App, d map[string]any) (cut bool) {
	groups := slices.Collect(maps.Keys(plist.Dict(d, "GroupContainers")))
	groups = append(groups, plist.Texts(d, "Entitlements", "com.apple.security.application-groups")...)
	slices.Sort(groups)
	for _, g := range slices.Compact(groups) {
		if slices.Contains(a.Groups, inventory.Text(g)) {
			continue
		}
		if len(a.Groups) == maxGroups {
			return true
		}
		a.Groups = append(a.Groups, inventory.Text(g))
	}
	return false
}

// kinds of extensions of the network that an app may hold by its entitlements.
const networkExtension = "com.apple.developer.networking.networkextension"

// describeFlags reads what sets the app apart, in the platform's words: what it may do in the background, how it may
// stand between the phone and its network, and marks of the system.
func describeFlags(a *inventory.App, d map[string]any) (cut bool) {
	var flags []string
	for _, mode := range plist.Texts(d, "UIBackgroundModes") {
		flags = append(flags, "UIBackgroundModes="+mode)
	}
	for _, kind := range plist.Texts(d, "Entitlements", networkExtension) {
		flags = append(flags, networkExtension+"="+kind)
	}
	for _, key := range []string{"IsAppClip", "IsDemotedApp", "UIFileSharingEnabled", "IsPlaceholder"} {
		if plist.Bool(d, key) {
			flags = append(flags, key)
		}
	}
	if plist.Text(d, "ApplicationType") == "Hidden" {
		flags = append(flags, "Hidden")
	}
	for _, f := range flags {
		if slices.Contains(a.Flags, inventory.Text(f)) {
			continue
		}
		if len(a.Flags) == maxFlags {
			return true
		}
		a.Flags = append(a.Flags, inventory.Text(f))
	}
	return false
}
