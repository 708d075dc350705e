package dumpsys

import "strings"

// The sections of the package service that are read.
const (
	inVersions = "Database versions:"
	inPackages = "Packages:"
	inHidden   = "Hidden system packages:"
	inShared   = "Shared users:"
	inApex     = "Active APEX packages:"
)

// skipped are the sections that are known and left out on purpose: they repeat what the manifest says, or
// describe the platform and not the apps. A heading may go on after what stands here.
var skipped = []string{
	"Known Packages:", "Verifiers:", "Domain Verifier:", "No Domain Verifier available!",
	"Intent Filter Verifier:", "No Intent Filter Verifier available!", "Libraries:", "Features:",
	"Activity Resolver Table:", "Receiver Resolver Table:", "Service Resolver Table:", "Provider Resolver Table:",
	"Preferred Activities", "Persistent Preferred Activities", "Domain verification status:", "App verification status:", "App linkages for user", "App Links",
	"Permissions:", "Permission Trees:", "AppOp Permissions:", "AppOp Permission ", "Registered ContentProviders:", "ContentProvider Authorities:",
	"Key Set Manager:", "Renamed packages:", "Queries:", "Package Changes:", "Frozen packages:", "Loaded volumes:",
	"Service permissions:", "Dexopt state:", "Compiler stats:", "Settings parse messages:", "Package warning messages:",
	"Active install sessions:", "Active install Logging info:", "Finalized install sessions:", "Historical install sessions:", "Legacy install sessions:",
	"Gentle update", "BackgroundDexOptService", "APEX session state:", "Inactive APEX packages:", "Factory APEX packages:",
	"Default permission", "Permission groups:", "Instant apps:", "Forced", "mHidden", "Snapshot statistics", "Protected broadcast actions:", "Per UID read timeouts:",
	"Client PIDs:", "Service host process PID:", "Threads in use:", "----", "Unable to find package:", "Couldn't ",
	"Currently running services:",
}

// wholeOnly are sections that a dump of one package, `dumpsys package NAME`, leaves out.
var wholeOnly = []string{
	inVersions, "Known Packages:", "Verifiers:", "Domain Verifier:", "No Domain Verifier available!",
	"Intent Filter Verifier:", "No Intent Filter Verifier available!", "Libraries:", "Features:",
	"Package Changes:", "Frozen packages:", "Loaded volumes:", "Service permissions:", "Settings parse messages:", "Package warning messages:",
	"Active install sessions:", "Per UID read timeouts:", "Snapshot statistics:", "Protected broadcast actions:",
}

// messages are sections whose own lines are not indented.
var messages = []string{"Settings parse messages:", "Package warning messages:"}

func isHeading(text string) bool {
	switch text {
	case inVersions, inPackages, inHidden, inShared, inApex:
		return true
	}
	return hasPrefix(text, skipped)
}

func hasPrefix(text string, prefixes []string) bool {
	for _, s := range prefixes {
		if strings.HasPrefix(text, s) {
			return true
		}
	}
	return false
}
