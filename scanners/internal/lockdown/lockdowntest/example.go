package lockdowntest

import (
	"time"

	"howett.net/plist"

	"quaestor/scanners/internal/codesigntest"
)

// Example is a phone with a little of everything: apps of each origin, profiles, supervision, and values that nobody
// has to know.
func Example() *Phone {
	p := &Phone{UDID: "00008110-001A2B3C4D5E601E", Values: map[string]any{
		"DeviceName": "Ada's iPhone", "DeviceClass": "iPhone", "ProductType": "iPhone14,5", "ProductVersion": "17.4.1", "BuildVersion": "21E236",
		"ProductName": "iPhone OS", "UniqueDeviceID": "00008110-001A2B3C4D5E601E", "SerialNumber": "F17XYZ0ABCDE", "CPUArchitecture": "arm64e",
		"HardwareModel": "D17AP", "RegionInfo": "B/A", "ActivationState": "Activated", "PasswordProtected": true,
		"com.apple.international/Locale": "en_GB", "com.apple.international/Language": "en",
		"com.apple.security.mac.amfi/DeveloperModeStatus": false, "com.apple.mobile.wireless_lockdown/EnableWifiConnections": true,
		"com.apple.mobile.backup/WillEncrypt": true, "com.apple.fmip/IsAssociated": true,
		"PhoneNumber": "+44 20 7946 0000", "InternationalMobileEquipmentIdentity": "350000000000000", "WiFiAddress": "02:00:00:00:00:02",
	}}
	p.Apps = append(Apps(3), exampleApps()...)
	p.Profiles = map[string]any{"OrderedIdentifiers": []any{"org.example.mdm", "com.example.vpn"},
		"ProfileManifest": map[string]any{"org.example.mdm": map[string]any{"Description": "Manages this phone", "IsActive": true},
			"com.example.vpn": map[string]any{"Description": "Free VPN", "IsActive": true}},
		"ProfileMetadata": map[string]any{
			"org.example.mdm": map[string]any{"PayloadDisplayName": "Example MDM", "PayloadOrganization": "Parliament of Example", "PayloadRemovalDisallowed": true,
				"PayloadUUID": "11111111-2222-4333-8444-555555555555", "PayloadVersion": 1,
				"PayloadContent": []any{map[string]any{"PayloadType": "com.apple.mdm"}, map[string]any{"PayloadType": "com.apple.security.root"}}},
			"com.example.vpn": map[string]any{"PayloadDisplayName": "Free VPN", "PayloadRemovalDisallowed": false, "PayloadUUID": "6", "PayloadVersion": 1},
		}}
	p.Cloud = map[string]any{"IsSupervised": true, "IsMDMUnremovable": 1, "OrganizationName": "Parliament of Example", "OrganizationEmail": "it@parliament.example",
		"OrganizationPhone": "+44 20 7946 0001", "ConfigurationURL": "https://mdm.parliament.example/enrol", "ConfigurationSource": 2}
	p.Provisioning = [][]byte{provisioning(true), provisioning(false), []byte("no profile")}
	return p
}

// exampleApps are apps that came in different ways.
func exampleApps() []map[string]any {
	app := func(id, name string, more map[string]any) map[string]any {
		a := map[string]any{"CFBundleIdentifier": id, "CFBundleDisplayName": name, "CFBundleShortVersionString": "2.0", "CFBundleVersion": "2",
			"ApplicationType": "User", "Path": "/private/var/containers/Bundle/Application/" + name + "/" + name + ".app"}
		for key, v := range more {
			a[key] = v
		}
		return a
	}
	metadata, err := plist.Marshal(map[string]any{"itemId": 835599320, "artistName": "TikTok Ltd.", "genre": "Entertainment", "itemName": "TikTok",
		"com.apple.iTunesStore.downloadInfo": map[string]any{"accountInfo": map[string]any{"AppleID": "ada@parliament.example"}}}, plist.BinaryFormat)
	if err != nil {
		panic(err) // of constants
	}
	return []map[string]any{
		app("com.zhiliaoapp.musically", "TikTok", map[string]any{"SignerIdentity": "Apple iPhone OS Application Signing", "iTunesMetadata": metadata,
			"NSMicrophoneUsageDescription": "To record videos", "NSUserTrackingUsageDescription": "For ads"}),
		app("com.example.beta", "Beta", map[string]any{"SignerIdentity": "TestFlight Beta Distribution", "Entitlements": map[string]any{"beta-reports-active": true}}),
		app("com.example.inhouse", "Inhouse", map[string]any{"SignerIdentity": "iPhone Distribution: Example Ltd", "ProfileValidated": true, "UPPValidated": true}),
		app("com.example.adhoc", "Adhoc", map[string]any{"SignerIdentity": "Apple Distribution: Example Ltd (ABCDE12345)", "ProfileValidated": true}),
		app("com.example.dev", "Dev", map[string]any{"SignerIdentity": "Apple Development: Ada (ABCDE12345)", "ProfileValidated": true,
			"Entitlements": map[string]any{"get-task-allow": true, "application-identifier": "ABCDE12345.com.example.dev"}}),
		app("com.example.tunnel", "Tunnel", map[string]any{"SignerIdentity": "Apple iPhone OS Application Signing", "Entitlements": map[string]any{
			"com.apple.developer.networking.networkextension": []any{"packet-tunnel-provider"}, "com.apple.developer.team-identifier": "ZZZZZ99999"}}),
		app("com.apple.hidden", "Hidden", map[string]any{"ApplicationType": "Hidden"}),
		{"CFBundleDisplayName": "Nameless"},
	}
}

// provisioning is a provisioning profile, signed by a root that tests make up.
func provisioning(enterprise bool) []byte {
	v := map[string]any{"UUID": "aaaaaaaa-0000-4000-8000-000000000001", "Name": "Inhouse", "TeamName": "Example Ltd", "TeamIdentifier": []any{"ABCDE12345"},
		"ProvisionsAllDevices": true, "ExpirationDate": time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC), "Entitlements": map[string]any{"application-identifier": "ABCDE12345.*"}}
	if !enterprise {
		v["UUID"], v["Name"] = "aaaaaaaa-0000-4000-8000-000000000002", "Dev"
		delete(v, "ProvisionsAllDevices")
		v["ProvisionedDevices"] = []any{"00008110-001A2B3C4D5E601E"}
		v["Entitlements"] = map[string]any{"application-identifier": "ABCDE12345.com.example.dev", "get-task-allow": true}
	}
	body, err := plist.Marshal(v, plist.XMLFormat)
	if err != nil {
		panic(err) // of constants
	}
	return codesigntest.Signed(body, true, codesigntest.Profiles())
}
