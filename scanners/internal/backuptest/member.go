package backuptest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"math/big"
	"testing"
	"time"

	_ "modernc.org/sqlite" // writes the databases
)

func execute(t testing.TB, name string, statements []Statement) {
	t.Helper()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := tx.Exec(s.SQL, s.Args...); err != nil {
			t.Fatalf("%s: %v", s.SQL, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// Member is a backup of a member's phone with everything in it that is read. Installed are WhatsApp, TikTok with a keyboard, and a
// VPN; a messenger that was removed left traces.
func Member(t testing.TB) *Backup {
	t.Helper()
	const configuration = "SysSharedContainerDomain-systemgroup.com.apple.configurationprofiles"
	return &Backup{
		Info: map[string]any{
			"Installed Applications": []any{"net.whatsapp.WhatsApp", "com.zhiliaoapp.musically", "org.example.vpn"},
			"Applications": map[string]any{
				"com.zhiliaoapp.musically": map[string]any{"PlaceholderIcon": []byte("PNG"), "iTunesMetadata": List(t, storeRecord())},
				"net.whatsapp.WhatsApp":    map[string]any{"ApplicationSINF": []byte("sinf")},
			},
		},
		Manifest: map[string]any{"Applications": map[string]any{
			"com.zhiliaoapp.musically": map[string]any{"CFBundleIdentifier": "com.zhiliaoapp.musically", "CFBundleVersion": "360100", "ContainerContentClass": "Data/Application"},
		}},
		Files: []File{
			{Domain: "AppDomain-com.zhiliaoapp.musically", Flags: 2},
			{Domain: "AppDomain-net.whatsapp.WhatsApp", Path: "Library/Preferences/net.whatsapp.WhatsApp.plist", Content: []byte("not to be opened")},
			{Domain: "AppDomain-org.example.gone", Flags: 2},
			{Domain: "AppDomain-com.apple.mobilemail", Flags: 2},
			{Domain: "AppDomainGroup-group.net.whatsapp.WhatsApp.shared", Flags: 2},
			{Domain: "AppDomainGroup-group.org.example.family", Flags: 2},
			{Domain: "AppDomainPlugin-com.zhiliaoapp.musically.keyboard", Flags: 2},
			{Domain: "AppDomainPlugin-com.apple.Maps.GeneralMapsWidget", Flags: 2},
			{Domain: "HomeDomain", Path: "Library/SMS/sms.db", Content: []byte("not to be opened")},
			{Domain: "HomeDomain", Path: "Library/TCC/TCC.db", Content: TCC(t)},
			{Domain: "WirelessDomain", Path: "Library/Databases/DataUsage.sqlite", Content: Usage(t)},
			{Domain: "KeychainDomain", Path: "TrustStore.sqlite3", Content: Trust(t)},
			{Domain: "SystemPreferencesDomain", Path: "com.apple.networkextension.plist", Content: Networks(t)},
			{Domain: "RootDomain", Path: "Library/Caches/locationd/clients.plist", Content: List(t, map[string]any{
				"icom.zhiliaoapp.musically:": map[string]any{"BundleId": "com.zhiliaoapp.musically", "Authorization": 2, "LocationTimeStopped": 785_000_000.5},
				"iorg.example.asked:":        map[string]any{"BundleId": "org.example.asked", "SupportedAuthorizationMask": 7},
			})},
			{Domain: "HomeDomain", Path: "Library/Preferences/.GlobalPreferences.plist", Content: List(t, map[string]any{
				"AppleLocale": "nl_BE", "AppleKeyboards": []any{"nl_BE@sw=AZERTY;hw=Automatic", "emoji@sw=Emoji", "com.zhiliaoapp.musically.keyboard"}})},
			{Domain: configuration, Path: "Library/ConfigurationProfiles/profile-5b2e.stub", Content: Profile(t)},
			{Domain: configuration, Path: "Library/ConfigurationProfiles/MDM.plist", Content: List(t, map[string]any{
				"ServerURL": "https://mdm.example.org/server?device=00008110", "AccessRights": 8191})},
			{Domain: configuration, Path: "Library/ConfigurationProfiles/CloudConfigurationDetails.plist", Content: List(t, map[string]any{
				"IsSupervised": true, "OrganizationName": "Parliament of Example", "OrganizationEmail": "it@example.org"})},
		},
	}
}

func storeRecord() map[string]any {
	return map[string]any{"itemName": "TikTok", "artistName": "TikTok Ltd.", "genre": "Entertainment", "itemId": 835599320, "bundleShortVersionString": "36.1.0",
		"softwareVersionBundleId": "com.zhiliaoapp.musically", "sourceApp": "com.apple.AppStore",
		"com.apple.iTunesStore.downloadInfo": map[string]any{"purchaseDate": "2024-03-01T10:00:00Z", "accountInfo": map[string]any{"AppleID": "member@example.org"}}}
}

// TCC is TCC.db as iOS 14 and later keep it.
func TCC(t testing.TB) []byte {
	insert := "INSERT INTO access (service, client, client_type, auth_value, auth_reason, auth_version, last_modified) VALUES (?, ?, ?, ?, ?, 1, ?)"
	return Database(t, Statement{SQL: `CREATE TABLE "access" (service TEXT NOT NULL, client TEXT NOT NULL, client_type INTEGER NOT NULL, auth_value INTEGER NOT NULL,
		auth_reason INTEGER NOT NULL, auth_version INTEGER NOT NULL, csreq BLOB, policy_id INTEGER, indirect_object_identifier_type INTEGER,
		indirect_object_identifier TEXT NOT NULL DEFAULT 'UNUSED', indirect_object_code_identity BLOB, flags INTEGER, last_modified INTEGER NOT NULL DEFAULT 0,
		PRIMARY KEY (service, client, client_type, indirect_object_identifier))`},
		Statement{insert, []any{"kTCCServiceMicrophone", "com.zhiliaoapp.musically", 0, 2, 2, 1710000000}},
		Statement{insert, []any{"kTCCServicePhotos", "com.zhiliaoapp.musically", 0, 3, 2, 1710000100}},
		Statement{insert, []any{"kTCCServiceAddressBook", "com.zhiliaoapp.musically", 0, 0, 2, 1710000200}},
		Statement{insert, []any{"kTCCServiceCamera", "org.example.removed", 0, 2, 2, 1690000000}},
		Statement{insert, []any{"kTCCServiceMotion", "/usr/libexec/locationd", 1, 2, 4, 1690000000}})
}

// OldTCC is TCC.db up to iOS 13.
func OldTCC(t testing.TB) []byte {
	return Database(t, Statement{SQL: "CREATE TABLE access (service TEXT NOT NULL, client TEXT NOT NULL, client_type INTEGER NOT NULL, allowed INTEGER NOT NULL, prompt_count INTEGER NOT NULL, csreq BLOB)"},
		Statement{"INSERT INTO access VALUES (?, ?, 0, ?, 1, NULL)", []any{"kTCCServiceMicrophone", "com.zhiliaoapp.musically", 1}},
		Statement{"INSERT INTO access VALUES (?, ?, 0, ?, 1, NULL)", []any{"kTCCServiceCamera", "com.zhiliaoapp.musically", 0}})
}

// Usage is DataUsage.sqlite.
func Usage(t testing.TB) []byte {
	process, live := "INSERT INTO ZPROCESS VALUES (?, 7, 1, ?, ?, ?, ?)", "INSERT INTO ZLIVEUSAGE VALUES (?, 5, 1, 0, 0, 0, ?, NULL, ?, 0, 0, ?, ?)"
	return Database(t,
		Statement{SQL: "CREATE TABLE ZPROCESS (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZFIRSTTIMESTAMP TIMESTAMP, ZTIMESTAMP TIMESTAMP, ZBUNDLENAME VARCHAR, ZPROCNAME VARCHAR)"},
		Statement{SQL: "CREATE TABLE ZLIVEUSAGE (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZKIND INTEGER, ZMETADATA INTEGER, ZTAG INTEGER, ZHASPROCESS INTEGER, ZBILLCYCLEEND TIMESTAMP, ZTIMESTAMP TIMESTAMP, ZWIFIIN FLOAT, ZWIFIOUT FLOAT, ZWWANIN FLOAT, ZWWANOUT FLOAT)"},
		Statement{process, []any{1, 731000000.5, 785000000.25, "com.zhiliaoapp.musically", "1FB47783-A2FE-47D9-B256-DF50EF44BBA4/com.zhiliaoapp.musically"}},
		Statement{process, []any{2, 700000000.0, 710000000.0, "org.example.removed", "Removed"}},
		Statement{process, []any{3, 731000000.0, 785000000.0, nil, "mDNSResponder/com.zhiliaoapp.musically"}},
		Statement{process, []any{4, 731000000.0, 785000000.0, nil, "CommCenter"}},
		Statement{live, []any{1, 1, 785000000.25, 253438.0, 1000.0}},
		Statement{live, []any{2, 1, 784000000.0, 62.0, 125.0}},
		Statement{live, []any{3, 2, 710000000.0, 5.0, 7.0}},
		Statement{live, []any{4, 3, 785000000.0, 100.0, 200.0}})
}

// Authority is a certificate that a profile brought.
func Authority(t testing.TB, name string) []byte {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(len(name))}, ed25519.SeedSize))
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: Made, NotAfter: Made.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(nil, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// Trust is TrustStore.sqlite3 with an authority that web sites may use and one that was installed only.
func Trust(t testing.TB) []byte {
	insert := "INSERT INTO tsettings (sha256, subj, tset, data) VALUES (?, ?, ?, ?)"
	return Database(t, Statement{SQL: "CREATE TABLE tsettings (sha256 BLOB NOT NULL DEFAULT '', subj BLOB NOT NULL DEFAULT '', tset BLOB, data BLOB, PRIMARY KEY (sha256))"},
		Statement{insert, []any{[]byte{1}, []byte{1}, List(t, []any{}), Authority(t, "Example Inspection CA")}},
		Statement{insert, []any{[]byte{2}, []byte{2}, List(t, []any{map[string]any{"kSecTrustSettingsResult": 3}}), Authority(t, "Example Mail CA")}})
}

// Networks is com.apple.networkextension.plist with a VPN of an app and a content filter of a profile.
func Networks(t testing.TB) []byte {
	return List(t, map[string]any{"$version": 100000, "$archiver": "NSKeyedArchiver",
		"$top": map[string]any{"Version": 1, "Generation": 7, "Index": Ref(1), "E2B1": Ref(2), "F3C2": Ref(6)},
		"$objects": []any{"$null",
			map[string]any{"$class": Ref(12), "NS.keys": []any{}, "NS.objects": []any{}},
			map[string]any{"$class": Ref(10), "Name": Ref(3), "Application": Ref(4), "Grade": 1, "VPN": Ref(5)},
			"Example VPN", "org.example.vpn",
			map[string]any{"$class": Ref(11), "Enabled": true, "OnDemandEnabled": true, "Protocol": Ref(13)},
			map[string]any{"$class": Ref(10), "Name": Ref(7), "ContentFilter": Ref(8), "ProfileInfo": Ref(15)},
			"Parliament filter",
			map[string]any{"$class": Ref(14), "Enabled": true, "Provider": Ref(17)},
			"unused",
			Class("NEConfiguration"), Class("NEVPN"), Class("NSDictionary"),
			map[string]any{"$class": Ref(18), "Type": 4, "ServerAddress": Ref(19), "NEProviderBundleIdentifier": Ref(20), "Username": Ref(21)},
			Class("NEContentFilter"),
			map[string]any{"$class": Ref(16), "ProfileIdentifier": Ref(22)},
			Class("NEProfileIngestionPayloadInfo"),
			map[string]any{"$class": Ref(23), "PluginType": Ref(24), "ServerAddress": Ref(25)},
			Class("NETunnelProviderProtocol"), "203.0.113.7", "org.example.vpn.tunnel", "member@example.org", "org.example.parliament",
			Class("NEFilterProviderConfiguration"), "org.example.filter", "filter.example.org",
		}})
}

// Profile is a configuration profile as iOS keeps it.
func Profile(t testing.TB) []byte {
	return List(t, map[string]any{"PayloadType": "Configuration", "PayloadIdentifier": "org.example.parliament", "PayloadUUID": "8D1C", "PayloadVersion": 1,
		"PayloadDisplayName": "Parliament of Example", "PayloadOrganization": "Parliament of Example", "PayloadDescription": "Settings for members",
		"PayloadRemovalDisallowed": true, "InstallDate": time.Date(2025, 9, 1, 7, 0, 0, 0, time.UTC),
		"PayloadContent": []any{
			map[string]any{"PayloadType": "com.apple.security.root", "PayloadIdentifier": "a", "PayloadContent": Authority(t, "Example Inspection CA")},
			map[string]any{"PayloadType": "com.apple.vpn.managed", "PayloadIdentifier": "b", "UserDefinedName": "Parliament", "VPNType": "IKEv2",
				"IKEv2": map[string]any{"RemoteAddress": "vpn.example.org"}},
			map[string]any{"PayloadType": "com.apple.mdm", "ServerURL": "https://mdm.example.org/server?device=00008110"},
		}})
}
