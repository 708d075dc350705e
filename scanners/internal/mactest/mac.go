package mactest

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/codesigntest"
)

// UUID is that of the hardware of the Mac.
const UUID = "11111111-2222-3333-4444-555555555555"

// Serial is its serial number.
const Serial = "C02EXAMPLE01"

// Mac is the root folder of a Mac with one user, anna: apps of several kinds, and software with special rights.
func Mac(t testing.TB) map[string]string {
	t.Helper()
	files := map[string]string{
		"System/Library/CoreServices/SystemVersion.plist": List(t, Dict{"ProductName": "macOS", "ProductVersion": "14.5", "ProductBuildVersion": "23F79"}),
		"Library/Preferences/SystemConfiguration/preferences.plist": List(t, Dict{"Model": "Mac14,2", "System": Dict{"System": Dict{"ComputerName": "Anna's Mac"}},
			"NetworkServices": Dict{"A": Dict{"UserDefinedName": "Office", "Interface": Dict{"Type": "PPP", "SubType": "L2TP"}, "PPP": Dict{"CommRemoteAddress": "vpn.example.org", "AuthName": "anna@example.org"}},
				"B": Dict{"UserDefinedName": "Wi-Fi", "Interface": Dict{"Type": "Ethernet"}}}}),
		"Users/anna/Library/Preferences/ByHost/com.apple.loginwindow." + UUID + ".plist":                 List(t, Dict{}),
		"Users/anna/Library/Preferences/ByHost/com.apple.old.99999999-2222-3333-4444-555555555555.plist": List(t, Dict{}),
		"Users/anna/Library/Preferences/ByHost/com.apple.x." + UUID + ".plist":                           List(t, Dict{}),
		"Users/Shared/": "",
	}
	apps(t, files)
	special(t, files)
	settings(t, files)
	receipts(t, files)
	managed(t, files)
	safari(t, files)
	return files
}

func apps(t testing.TB, files map[string]string) {
	filter := Program{Entitlements: Dict{"com.apple.security.app-sandbox": true, "com.apple.security.application-groups": []any{Team + ".org.example"}}, Flags: 0x10000, Fat: true}
	Bundle(t, files, "Applications/Filter.app", "org.example.filter", Dict{"CFBundleName": "Filter", "CFBundleDisplayName": "Example Filter", "CFBundleShortVersionString": "3.1", "CFBundleVersion": "310",
		"LSMinimumSystemVersion": "12.0", "NSCameraUsageDescription": "To look.", "NSHumanReadableCopyright": "Copyright © 2014-2026 Example Corp. All rights reserved."}, filter)
	files["Applications/Filter.app/Contents/CodeResources"] = "ticket"
	files["Applications/Filter.app/Contents/PlugIns/Share.appex/Contents/Info.plist"] = List(t, Dict{"CFBundleIdentifier": "org.example.filter.share", "CFBundleName": "Share",
		"NSExtension": Dict{"NSExtensionPointIdentifier": "com.apple.share-services"}})
	files["Applications/Filter.app/Contents/Library/LaunchServices/org.example.filter.helper"] = "x"
	store := codesigntest.MacStore()
	Bundle(t, files, "Applications/Utilities/Notes.app", "org.example.notes", Dict{"CFBundleName": "Notes", "CFBundleShortVersionString": "1.0"}, Program{Key: &store})
	files["Applications/Utilities/Notes.app/Contents/_MASReceipt/receipt"] = "receipt"
	Bundle(t, files, "Users/anna/Applications/Own.app", "org.example.own", Dict{"CFBundleVersion": "7"}, Program{AdHoc: true})
	Bundle(t, files, "Applications/Changed.app", "org.example.changed", Dict{"CFBundleName": "Changed"}, Program{})
	files["Applications/Changed.app/Contents/Info.plist"] = List(t, Dict{"CFBundleIdentifier": "org.example.changed", "CFBundleExecutable": "Main", "CFBundleName": "Other"})
	files["Applications/Broken.app/Contents/MacOS/x"] = "x"
	phone := List(t, Dict{"CFBundleIdentifier": "org.example.phone", "CFBundleExecutable": "Phone", "CFBundleShortVersionString": "9"})
	files["Applications/Phone.app/Wrapper/Phone.app/Info.plist"] = phone
	files["Applications/Phone.app/Wrapper/Phone.app/Phone"] = Program{Identifier: "org.example.phone", Info: phone}.Bytes(t)
	files["System/Applications/Mail.app/Contents/Info.plist"] = List(t, Dict{"CFBundleIdentifier": "com.apple.mail", "CFBundleName": "Mail", "CFBundleShortVersionString": "16.0"})
}

func special(t testing.TB, files map[string]string) {
	es := Dict{"com.apple.developer.endpoint-security.client": true, "com.apple.developer.networking.networkextension": []any{"content-filter-provider-systemextension"}}
	staged := "Library/SystemExtensions/8D1C/org.example.filter.agent.systemextension"
	Bundle(t, files, staged, "org.example.filter.agent", Dict{"CFBundleDisplayName": "Filter Agent", "NetworkExtension": Dict{"NEProviderClasses": Dict{"com.apple.networkextension.filter-data": "X"}}}, Program{Entitlements: es})
	files["Library/SystemExtensions/db.plist"] = List(t, Dict{"extensions": []any{
		Dict{"identifier": "org.example.filter.agent", "teamID": Team, "state": "activated_enabled", "bundleVersion": Dict{"CFBundleShortVersionString": "3.1", "CFBundleVersion": "310"},
			"categories": []any{"com.apple.system_extension.endpoint_security", "com.apple.system_extension.network_extension"}, "container": Dict{"bundlePath": "/Applications/Filter.app"},
			"originPath": "/Applications/Filter.app/Contents/Library/SystemExtensions/org.example.filter.agent.systemextension", "stagedBundleURL": Dict{"relative": "file:///" + staged + "/"}},
		Dict{"identifier": "org.example.waiting", "teamID": Team, "state": "activated_waiting_for_user", "bundleVersion": Dict{"CFBundleVersion": "1"}},
		Dict{"identifier": "org.example.gone", "teamID": Team, "state": "terminated_waiting_to_uninstall_on_reboot"}},
		"extensionPolicies": []any{Dict{"allowedTeamIDs": []any{Team}}}})
	Bundle(t, files, "Library/Extensions/Old.kext", "org.example.kext", Dict{"CFBundleName": "Old", "CFBundleVersion": "2.0"}, Program{})
	files["private/var/db/SystemPolicyConfiguration/KextPolicy"] = string(backuptest.Database(t,
		backuptest.Statement{SQL: "CREATE TABLE kext_policy (team_id TEXT, bundle_id TEXT, allowed BOOLEAN, developer_name TEXT, flags INTEGER, PRIMARY KEY (team_id, bundle_id))"},
		backuptest.Statement{SQL: "CREATE TABLE kext_policy_mdm (team_id TEXT, bundle_id TEXT, allowed BOOLEAN, payload_uuid TEXT, PRIMARY KEY (team_id, bundle_id))"},
		backuptest.Statement{SQL: "INSERT INTO kext_policy VALUES ('TEAM123456', 'org.example.removed.kext', 1, 'Example Corp', 1), ('TEAM123456', 'org.example.refused.kext', 0, 'Example Corp', 0), ('TEAM123456', 'org.example.kext', 1, 'Example Corp', 0)"}))
	files["Library/LaunchDaemons/org.example.daemon.plist"] = List(t, Dict{"Label": "org.example.daemon", "ProgramArguments": []any{"/Library/Example/daemon", "--token", "secret"}, "RunAtLoad": true})
	files["Library/Example/daemon"] = Program{Identifier: "org.example.daemon", Entitlements: es}.Bytes(t)
	files["Library/LaunchDaemons/org.example.off.plist"] = List(t, Dict{"Label": "org.example.off", "Program": "/usr/local/off", "UserName": "_off"})
	files["private/var/db/com.apple.xpc.launchd/disabled.plist"] = List(t, Dict{"org.example.off": true, "org.example.daemon": false})
	files["Users/anna/Library/LaunchAgents/org.example.agent.plist"] = List(t, Dict{"Label": "org.example.agent", "Program": "/Users/anna/bin/agent", "KeepAlive": Dict{"SuccessfulExit": false}})
	files["System/Library/LaunchDaemons/com.apple.x.plist"] = "not read"
	files["Library/PrivilegedHelperTools/org.example.helper"] = Program{Identifier: "org.example.helper"}.Bytes(t)
	files["private/var/db/com.apple.backgroundtaskmanagement/BackgroundItems-v8.btm"] = "an older one"
	files["private/var/db/com.apple.backgroundtaskmanagement/BackgroundItems-v13.btm"] = backgroundItems(t)
	Bundle(t, files, "Library/Input Methods/Pinyin.app", "org.example.pinyin", Dict{"CFBundleName": "Pinyin", "CFBundleShortVersionString": "5"}, Program{})
	files["Users/anna/Library/Preferences/com.apple.HIToolbox.plist"] = List(t, Dict{"AppleEnabledInputSources": []any{Dict{"Bundle ID": "org.example.pinyin"}, Dict{"Bundle ID": "com.apple.PressAndHold"}}})
	Bundle(t, files, "Library/Security/SecurityAgentPlugins/Login.bundle", "org.example.login", Dict{"CFBundleName": "Login"}, Program{})
}

// backgroundItems is a keyed archive with a login item, an agent in an app, a job of launchd and a maker.
func backgroundItems(t testing.TB) string {
	ref := backuptest.Ref
	record := func(name, identifier string, kind, disposition int, url, executable uint64) Dict {
		d := Dict{"$class": ref(2), "type": kind, "disposition": disposition, "name": name, "identifier": identifier, "developerName": "Example Corp", "teamIdentifier": Team}
		if url > 0 {
			d["url"] = ref(url)
		}
		if executable > 0 {
			d["executablePath"] = ref(executable)
		}
		return d
	}
	return List(t, Dict{"$version": 100000, "$archiver": "NSKeyedArchiver", "$top": Dict{"version": 13, "store": ref(1)}, "$objects": []any{"$null",
		Dict{"$class": ref(3), "itemsByUserIdentifier": ref(4)}, backuptest.Class("ItemRecord"), backuptest.Class("Storage"),
		Dict{"$class": ref(5), "NS.keys": []any{ref(6)}, "NS.objects": []any{ref(7)}}, backuptest.Class("NSDictionary"), "FFFFEEEE-DDDD-CCCC-BBBB-AAAA00000000",
		Dict{"$class": ref(8), "NS.objects": []any{ref(9), ref(10), ref(11), ref(12)}}, backuptest.Class("NSArray"),
		record("Filter", "4.org.example.filter", 0x4, 0xb, 13, 0), record("agent", "8.org.example.filter.agent", 0x8, 0x1, 0, 15),
		record("daemon", "16.org.example.daemon", 0x10010, 0xb, 0, 0), record("Example Corp", "Example Corp", 0x20, 0xb, 0, 0),
		Dict{"$class": ref(14), "NS.base": ref(0), "NS.relative": ref(16)}, backuptest.Class("NSURL"), "/Applications/Filter.app/Contents/MacOS/Main", "file:///Applications/Filter.app/"}})
}

func settings(t testing.TB, files map[string]string) {
	files["Library/Application Support/com.apple.TCC/TCC.db"] = TCC(t, Decision{"kTCCServiceSystemPolicyAllFiles", "org.example.filter", false, 2}, Decision{"kTCCServiceAccessibility", "/Library/Example/daemon", true, 2},
		Decision{"kTCCServiceScreenCapture", "org.example.notes", false, 0}, Decision{"kTCCServiceAccessibility", "com.apple.Terminal", false, 2})
	files["Users/anna/Library/Application Support/com.apple.TCC/TCC.db"] = TCC(t, Decision{"kTCCServiceCamera", "org.example.filter", false, 2}, Decision{"kTCCServiceMicrophone", "org.example.gone", false, 2},
		Decision{"kTCCServiceMicrophone", "org.example.filter.share", false, 2}, Decision{"kTCCServiceCamera", "/Applications/Utilities/Notes.app/Contents/MacOS/Main", true, 2})
	files["Library/Application Support/com.apple.TCC/MDMOverrides.plist"] = List(t, Dict{
		"org.example.filter": Dict{"kTCCServiceScreenCapture": Dict{"Authorization": "AllowStandardUserToSetSystemService", "CodeRequirement": "x", "IdentifierType": "bundleID"},
			"kTCCServiceCamera": Dict{"Allowed": false, "IdentifierType": "bundleID"}, "kTCCServiceSystemPolicySysAdminFiles": Dict{"Authorization": "Allow", "IdentifierType": "bundleID"},
			"kTCCServiceAppleEvents": Dict{"com.apple.finder": Dict{"Allowed": true}, "com.apple.systemevents": Dict{"Allowed": false}}},
		"org.example.never":       Dict{"kTCCServiceSystemPolicyAllFiles": Dict{"Authorization": "Allow", "IdentifierType": "bundleID"}},
		"org.example.kext":        Dict{"kTCCServiceDeveloperTool": Dict{"Authorization": "Allow", "IdentifierType": "bundleID"}},
		"/Library/Example/daemon": Dict{"kTCCServiceSystemPolicyAllFiles": Dict{"Allowed": true, "IdentifierType": "path"}}})
	files["private/var/folders/zz/zyxvpxvq6csfxvn_n00000sm00006d/C/cache_encryptedA.db"] = string(backuptest.Database(t, backuptest.Statement{SQL: "CREATE TABLE TableInfo (TableName TEXT, SerialNumber TEXT)"},
		backuptest.Statement{SQL: "INSERT INTO TableInfo VALUES ('CellLocation', '" + Serial + "')"}))
	files["Library/Preferences/com.apple.networkextension.plist"] = string(backuptest.Networks(t))
	files["Library/Apple/System/Library/CoreServices/XProtect.bundle/Contents/Info.plist"] = List(t, Dict{"CFBundleShortVersionString": "2194"})
	files["private/var/db/SystemPolicy-prefs.plist"] = List(t, Dict{"enabled": "no"})
	files["Library/Preferences/com.apple.alf.plist"] = List(t, Dict{"globalstate": 1, "version": "1.6", "firewallunload": 0})
	added, unused := backuptest.Authority(t, "Example Inspection CA"), backuptest.Authority(t, "Example Unused")
	files["Library/Keychains/System.keychain"] = Keychain(added, unused)
	missing := strings.Repeat("AB", 20)
	files["Library/Security/Trust Settings/Admin.plist"] = List(t, Dict{"trustVersion": 1, "trustList": Dict{fingerprint(added): Dict{"modDate": time.Unix(1700000000, 0).UTC()},
		missing: Dict{"trustSettings": []any{Dict{"kSecTrustSettingsResult": 3}}}, "kSecTrustRecordDefaultRootCert": Dict{}}})
}

func fingerprint(der []byte) string {
	sum := sha1.Sum(der)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// receipts are of a package with an app that is there, one with an app that is gone, one with a tool, one without a list, and one
// of macOS.
func receipts(t testing.TB, files map[string]string) {
	at := time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC)
	add := func(id, prefix string, paths ...string) {
		files["private/var/db/receipts/"+id+".plist"] = List(t, Dict{"PackageIdentifier": id, "PackageVersion": "1.2", "InstallDate": at, "InstallPrefixPath": prefix, "PackageFileName": id + "-1.2.pkg"})
		if paths != nil {
			files["private/var/db/receipts/"+id+".bom"] = BOM(paths...)
		}
	}
	add("org.example.filter.pkg", "Applications", "./Filter.app", "./Filter.app/Contents", "./Filter.app/Contents/Info.plist")
	add("org.example.removed.pkg", "/", "./Applications", "./Applications/Removed.app", "./Applications/Removed.app/Contents")
	add("org.example.tool.pkg", "/", "./usr", "./usr/local", "./usr/local/bin", "./usr/local/bin/tool", "./usr/local/bin/other")
	add("org.example.script.pkg", "/")
	add("com.apple.pkg.XProtectPlistConfigData", "/")
	files["usr/local/bin/tool"] = "#!/bin/sh\n"
	install := func(name, version string, days int, ids ...any) any {
		return Dict{"date": at.AddDate(0, 0, days), "displayName": name, "displayVersion": version, "packageIdentifiers": ids, "processName": "installer"}
	}
	files["Library/Receipts/InstallHistory.plist"] = List(t, []any{install("Tool", "1.0", -30, "org.example.tool.pkg"), install("Tool", "1.2", 0, "org.example.tool.pkg"),
		install("Notes", "1.0", 1, "org.example.notes"), install("Bundle", "", 2, "org.example.one", "org.example.two"), install("XProtect", "5", 3, "com.apple.pkg.XProtectPlistConfigData")})
}

// managed are a profile in the store, and settings that the management imposes.
func managed(t testing.TB, files map[string]string) {
	files["private/var/db/ConfigurationProfiles/Store/ConfigProfiles.binary"] = ProfileList(t)
	files["private/var/db/ConfigurationProfiles/Settings/.cloudConfigRecordFound"] = ""
	files["private/var/db/ConfigurationProfiles/Store/other"] = "not a list"
	files["Library/Managed Preferences/com.google.Chrome.plist"] = List(t, Dict{"ExtensionInstallForcelist": []any{"x"}})
	files["Library/Managed Preferences/anna/complete.plist"] = List(t, Dict{})
	files["Library/Managed Preferences/anna/com.apple.dock.plist"] = List(t, Dict{})
}

// safari are extensions of Safari: one for the web with a manifest, one of the older kind, and one of which the app is gone.
func safari(t testing.TB, files map[string]string) {
	part := func(dir, id, point string, more Dict) {
		d := Dict{"NSExtensionPointIdentifier": point}
		for k, v := range more {
			d[k] = v
		}
		Bundle(t, files, dir, id, Dict{"CFBundleDisplayName": id[strings.LastIndexByte(id, '.')+1:], "CFBundleShortVersionString": "2.0", "NSExtension": d}, Program{})
	}
	part("Applications/Filter.app/Contents/PlugIns/Web.appex", "org.example.filter.web", "com.apple.Safari.web-extension", nil)
	files["Applications/Filter.app/Contents/PlugIns/Web.appex/Contents/Resources/manifest.json"] = `{"manifest_version": 3, "name": "Web", "version": "2.0", "permissions": ["storage", "nativeMessaging"],
		"optional_permissions": ["history"], "host_permissions": ["*://*/*"]}`
	part("Applications/Filter.app/Contents/PlugIns/Old.appex", "org.example.filter.old", "com.apple.Safari.extension",
		Dict{"SFSafariWebsiteAccess": Dict{"Level": "Some", "Allowed Domains": []any{"*.example.org"}}})
	added := time.Date(2025, 5, 1, 8, 0, 0, 0, time.UTC)
	dir := "Users/anna/Library/Containers/com.apple.Safari/Data/Library/Safari/"
	files[dir+"WebExtensions/Extensions.plist"] = List(t, Dict{"org.example.filter.web (" + Team + ")": Dict{"Enabled": true, "AddedDate": added, "AllowInPrivateBrowsing": true,
		"AccessibleOrigins": []any{"*://*/*"}, "GrantedPermissions": Dict{"storage": added}, "RevokedPermissions": Dict{"history": added},
		"GrantedPermissionOrigins": Dict{"*://*.example.org/*": added, "*://intranet.example/*": added}, "RevokedPermissionOrigins": Dict{"*://intranet.example/*": added}}})
	files[dir+"AppExtensions/Extensions.plist"] = List(t, Dict{"org.example.filter.old (" + Team + ")": Dict{"Enabled": false, "WebsiteAccess": Dict{"Level": "All", "Has Injected Content": true}},
		"org.example.away.blocker (UNSIGNED)": Dict{"Enabled": true}, "no identifier": Dict{}, "org.example.odd (TEAM)": "no dictionary"})
	files[dir+"Profiles/"+Profile+"/WebExtensions/Extensions.plist"] = List(t, Dict{"org.example.filter.web (" + Team + ")": Dict{"Enabled": false}})
}

// Profile is the second profile of Safari.
const Profile = "AAAAAAAA-0000-4000-8000-000000000001"

// ProfileList is the list of profiles that macOS and its tool write.
func ProfileList(t testing.TB) string {
	return List(t, Dict{"_computerlevel": []any{
		Dict{"ProfileIdentifier": "org.example.mdm", "ProfileDisplayName": "Management", "ProfileOrganization": "Parliament of Example", "ProfileDescription": "For members", "ProfileType": "Configuration",
			"ProfileRemovalDisallowed": "true", "ProfileInstallDate": "2023-03-31 01:14:38 +0000", "ProfileVerificationState": "verified", "ProfileItems": []any{
				Dict{"PayloadType": "com.apple.mdm", "PayloadIdentifier": "a", "PayloadContent": Dict{"ServerURL": "https://mdm.example.org/server?serial=1", "AccessRights": 8191}},
				Dict{"PayloadType": "com.apple.security.root", "PayloadIdentifier": "b", "PayloadContent": Dict{"PayloadContent": backuptest.Authority(t, "Example Inspection CA")}},
				Dict{"PayloadType": "com.apple.vpn.managed", "PayloadIdentifier": "c", "PayloadContent": Dict{"UserDefinedName": "Office", "VPNType": "IKEv2", "IKEv2": Dict{"RemoteAddress": "vpn.example.org"}}}}}},
		"anna": []any{Dict{"ProfileIdentifier": "org.example.mail", "ProfileDisplayName": "Mail", "ProfileItems": []any{Dict{"PayloadType": "com.apple.mail.managed"}}}}})
}
