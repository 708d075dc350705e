package iosstate

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/internal/backuptest"
	"quaestor/scanners/internal/plist"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/inventory"
)

func open(t testing.TB, data []byte) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), bytes.NewReader(data), int64(len(data)), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func decode(t testing.TB, data []byte) any {
	t.Helper()
	v, err := plist.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

type dict = map[string]any

func TestTCC(t *testing.T) {
	all, problems, err := TCC(t.Context(), open(t, backuptest.TCC(t)))
	if err != nil || len(problems) != 0 || len(all) != 5 {
		t.Fatalf("%v %v %+v", err, problems, all)
	}
	for _, d := range all {
		if d.Path != strings.HasPrefix(d.Client, "/") || d.Permission.DecidedAt == nil || !d.Permission.GrantKnown {
			t.Errorf("%+v", d)
		}
	}
	insert := "INSERT INTO access VALUES (?, 'org.example', 0, ?, ?)"
	odd := backuptest.Database(t, backuptest.Statement{SQL: "CREATE TABLE access (service TEXT, client TEXT, client_type INTEGER, auth_value INTEGER, auth_reason INTEGER)"},
		backuptest.Statement{SQL: insert, Args: []any{"kTCCServiceA", 1, 6}}, backuptest.Statement{SQL: insert, Args: []any{"kTCCServiceB", 0, 99}},
		backuptest.Statement{SQL: insert, Args: []any{"", 2, 2}}, backuptest.Statement{SQL: insert, Args: []any{nil, "text", nil}})
	all, _, err = TCC(t.Context(), open(t, odd))
	if err != nil || len(all) != 2 || all[0].Permission.GrantKnown || fmt.Sprint(all[0].Permission.Flags) != "[mdm-policy]" || !all[1].Permission.GrantKnown || all[1].Permission.Granted || all[1].Permission.Flags != nil {
		t.Errorf("%v %+v", err, all)
	}
	if _, _, err := TCC(t.Context(), open(t, backuptest.Trust(t))); err == nil {
		t.Error("another database is read")
	}
}

func TestLocations(t *testing.T) {
	all := Locations(dict{
		"icom.example.a:": dict{"BundleId": "com.example.a", "Authorization": int64(4)}, "com.example.old": dict{"Authorization": int64(1)},
		"icom.example.c:": dict{"Authorization": int64(2)}, "idle": dict{"Authorization": int64(0)}, "not asked": dict{}, "x/y": dict{"Authorization": int64(4)}, "junk": "text",
	})
	var got []string
	for _, d := range all {
		got = append(got, fmt.Sprint(d.Client, " ", d.Permission.Granted, " ", d.Permission.Flags))
	}
	if want := "[com.example.old false [] com.example.a true [always] com.example.c true [when-in-use]]"; fmt.Sprint(got) != want {
		t.Errorf("got %v", got)
	}
	if Locations(nil) != nil || Locations("x") != nil {
		t.Error("nothing gives something")
	}
}

// Phones with iOS 16 and later count Wi-Fi elsewhere, so that the columns are not there.
func TestUsage(t *testing.T) {
	all, problems, err := Usage(t.Context(), open(t, backuptest.Usage(t)))
	if err != nil || len(problems) != 0 || len(all) != 4 || all[0].CellularIn != 253500 || all[2].Bundle != "com.zhiliaoapp.musically" || all[2].Process != "mDNSResponder" {
		t.Errorf("%v %v %+v", err, problems, all)
	}
	recent := backuptest.Database(t, backuptest.Statement{SQL: "CREATE TABLE ZPROCESS (Z_PK INTEGER PRIMARY KEY, ZBUNDLENAME VARCHAR, ZPROCNAME VARCHAR, ZFIRSTTIMESTAMP TIMESTAMP, ZTIMESTAMP TIMESTAMP)"},
		backuptest.Statement{SQL: "CREATE TABLE ZLIVEUSAGE (Z_PK INTEGER PRIMARY KEY, ZHASPROCESS INTEGER, ZTIMESTAMP TIMESTAMP, ZWWANIN FLOAT, ZWWANOUT FLOAT)"},
		backuptest.Statement{SQL: "INSERT INTO ZPROCESS VALUES (1, 'org.example', 'Example', NULL, 'text')"},
		backuptest.Statement{SQL: "INSERT INTO ZLIVEUSAGE VALUES (1, 1, 700000000.5, 7, -5), (2, 1, 690000000, 1e300, 3), (3, 99, 1, 1, 1)"})
	all, problems, err = Usage(t.Context(), open(t, recent))
	if err != nil || len(problems) != 0 || len(all) != 1 || all[0].CellularIn != 7 || all[0].CellularOut != 3 || all[0].WifiIn != 0 || all[0].First.Year() != 2022 || !all[0].Last.After(*all[0].First) {
		t.Errorf("%v %v %+v", err, problems, all)
	}
}

func TestTrusted(t *testing.T) {
	result := func(n int) dict { return dict{"kSecTrustSettingsResult": n} }
	for name, c := range map[string]struct {
		tset any
		want string
	}{
		"none": {nil, "yes"}, "empty": {backuptest.List(t, []any{}), "yes"}, "root": {backuptest.List(t, []any{result(1)}), "yes"}, "as root": {backuptest.List(t, []any{result(2)}), "yes"},
		"deny": {backuptest.List(t, []any{result(3)}), "no"}, "unspecified": {backuptest.List(t, []any{result(4)}), "no"}, "no result": {backuptest.List(t, []any{dict{}}), "yes"},
		"mail only":  {backuptest.List(t, []any{dict{"kSecTrustSettingsPolicy": []byte{1, 2}, "kSecTrustSettingsResult": 1}}), "no"},
		"web":        {backuptest.List(t, []any{dict{"kSecTrustSettingsPolicy": policySSLDER}}), "yes"},
		"web named":  {backuptest.List(t, []any{dict{"kSecTrustSettingsPolicy": policySSL, "kSecTrustSettingsResult": 1}}), "yes"},
		"web denied": {backuptest.List(t, []any{result(1), dict{"kSecTrustSettingsPolicy": policySSL, "kSecTrustSettingsResult": 3}}), "no"},
		"damaged":    {[]byte("noise"), ""}, "a dictionary": {backuptest.List(t, dict{}), ""},
		"XML": {`<plist version="1.0"><array/></plist>`, "yes"},
	} {
		if got := trusted(c.tset); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if c := Certificate([]byte("noise")); c.SHA256 == "" || c.Subject != "" {
		t.Errorf("%+v", c)
	}
}

func TestNetworks(t *testing.T) {
	all, err := Networks(decode(t, backuptest.Networks(t)))
	want := []inventory.VPN{{App: "org.example.vpn", Name: "Example VPN", Kind: "app", Server: "203.0.113.7"},
		{App: "org.example.filter", Name: "Parliament filter", Kind: "content-filter", Server: "filter.example.org", Profile: "org.example.parliament"}}
	if err != nil || !reflect.DeepEqual(all, want) {
		t.Errorf("%v %+v", err, all)
	}
	all, _ = Networks(dict{"a": dict{"$class": "NEConfiguration", "Name": "n", "AlwaysOnVPN": dict{"TunnelConfigurations": []any{dict{"Protocol": dict{"ServerAddress": "s"}}}},
		"DNSSettings": dict{"Settings": dict{"ServerAddresses": []any{"192.0.2.1"}}}, "VPN": dict{"Protocol": dict{"Type": int64(1)}}}, "b": dict{"$class": "Other", "VPN": dict{}}, "c": 5})
	var got []string
	for _, v := range all {
		got = append(got, fmt.Sprint(v.Kind, " ", v.Server, " ", v.AlwaysOn))
	}
	if want := []string{"ipsec  false", "always-on s true", "dns 192.0.2.1 false"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	if _, err := Networks(dict{"$archiver": "NSKeyedArchiver", "$top": dict{"root": plist.UID(99)}, "$objects": []any{"$null"}}); err == nil {
		t.Error("a broken archive is read")
	}
}

func TestProfile(t *testing.T) {
	der := backuptest.Authority(t, "Example")
	p, ok := ConfigurationProfile(dict{"PayloadType": "Configuration", "PayloadIdentifier": "id", "HasRemovalPasscode": true, "PayloadContent": []any{
		dict{"PayloadType": "com.apple.security.pem", "PayloadContent": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})},
		dict{"PayloadType": "com.apple.security.root"}, dict{"PayloadType": "com.apple.security.root", "PayloadContent": []byte{}},
		dict{"PayloadType": "com.apple.vpn.managed", "VPNType": "VPN", "VPNSubType": "org.example.vpn", "PayloadDisplayName": "Name", "VPN": dict{"RemoteAddress": "host"}},
		dict{"PayloadType": "com.apple.vpn.managed", "VPNType": "AlwaysOn"}, dict{"PayloadType": "com.apple.vpn.managed.applayer"},
		dict{"PayloadType": "com.apple.dnsSettings.managed", "DNSSettings": dict{"ServerURL": "https://dns.example.org/x"}},
		dict{"PayloadType": "com.apple.mdm", "ServerURL": "https://mdm.example.org:8443/a?serial=1"}, dict{}, "text"}})
	if !ok || !p.Fixed || len(p.Certificates) != 1 || p.Certificates[0].Subject != "CN=Example" || p.Certificates[0].Profile != "id" || p.Server != "mdm.example.org:8443" || len(p.Payloads) != 6 {
		t.Errorf("%+v", p)
	}
	var got []string
	for _, v := range p.VPNs {
		got = append(got, fmt.Sprint(v.Kind, " ", v.App, " ", v.Server, " ", v.AlwaysOn, " ", v.Profile))
	}
	if want := []string{"app org.example.vpn host false id", "always-on   true id", "per-app   false id", "dns  https://dns.example.org/x false id"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	for _, v := range []any{nil, "x", dict{}, dict{"PayloadType": "Other"}, dict{"PayloadType": "Configuration"}} {
		if _, ok := ConfigurationProfile(v); ok {
			t.Errorf("%v is a profile", v)
		}
	}
}

func TestStore(t *testing.T) {
	for name, c := range map[string]struct {
		v    any
		want StoreRecord
	}{
		"nothing":     {nil, StoreRecord{}},
		"old":         {dict{"playlistName": "App", "itemId": int64(7)}, StoreRecord{Name: "App", StoreID: "7", Distribution: "app-store"}},
		"beta":        {dict{"itemName": "App", "itemId": int64(7), "betaExternalVersionIdentifier": int64(5)}, StoreRecord{Name: "App", StoreID: "7", Distribution: "testflight"}},
		"marketplace": {dict{"itemName": "App", "itemId": int64(7), "distributorInfo": dict{"distributorID": "com.example.store"}}, StoreRecord{Name: "App", StoreID: "7", Distribution: "marketplace"}},
		"no store":    {dict{"itemName": "App", "sourceApp": "com.apple.dmd", "purchaseDate": "not a date"}, StoreRecord{Name: "App", Source: "com.apple.dmd"}},
	} {
		if got := Store(c.v); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	at := time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC)
	for _, v := range []any{at, "2024-03-01T10:00:00Z"} {
		if got := Store(dict{"purchaseDate": v}).Bought; got == nil || !got.Equal(at) {
			t.Errorf("%v: %v", v, got)
		}
	}
	a := inventory.App{Name: "Known"}
	Store(dict{"itemName": "Other", "artistName": "Seller", "sourceApp": "com.apple.AppStore"}).Apply(&a)
	if a.Name != "Known" || a.Publisher != "Seller" || !a.InstallerKnown || a.Installer != "com.apple.AppStore" {
		t.Errorf("%+v", a)
	}
}

func FuzzLists(f *testing.F) {
	f.Add(backuptest.Networks(f))
	f.Add(backuptest.Profile(f))
	f.Add(backuptest.List(f, dict{"icom.example:": dict{"Authorization": 2, "LocationTimeStopped": 1.5}, "itemId": 7, "purchaseDate": "2024-03-01T10:00:00Z"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := plist.Decode(data)
		if err != nil {
			return
		}
		Networks(v)
		Store(v)
		for _, d := range Locations(v) {
			if strings.Contains(d.Client, "/") {
				t.Fatalf("a path is a client: %q", d.Client)
			}
		}
		if p, _ := ConfigurationProfile(v); len(p.Payloads) > maxPayloads {
			t.Fatal("too many payloads")
		}
	})
}

func FuzzDatabases(f *testing.F) {
	f.Add(backuptest.TCC(f))
	f.Add(backuptest.OldTCC(f))
	f.Add(backuptest.Usage(f))
	f.Add(backuptest.Trust(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		db, err := sqlite.Open(t.Context(), bytes.NewReader(data), int64(len(data)), nil, 0)
		if err != nil {
			return
		}
		TCC(t.Context(), db)
		Trusts(t.Context(), db)
		uses, _, _ := Usage(t.Context(), db)
		for _, u := range uses {
			if u.CellularIn < 0 || u.CellularOut < 0 || u.WifiIn < 0 {
				t.Fatalf("%+v", u)
			}
		}
	})
}
