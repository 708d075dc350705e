package reports

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// reportOn is the report of an inventory under the Belgian measures.
func reportOn(t *testing.T, inv *inventory.Inventory) *Report {
	t.Helper()
	db, err := riskdb.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := db.SelectPolicies("be")
	if err != nil {
		t.Fatal(err)
	}
	return New(Tool{}, db, inv, riskdb.Assess(db, p, inv, "2026-11-22"))
}

func at(day string) *time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return &t
}

func phoneInventory() *inventory.Inventory {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "d", Name: "phone", Platform: inventory.Android, Properties: map[string]string{"settings.global.adb_enabled": "1", "ro.debuggable": "1"},
		Users: []inventory.DeviceUser{{ID: "0", Kind: "owner"}, {ID: "10", Name: "Werk", Kind: "work-profile", State: "paused"}}}}
	inv.Profiles = []inventory.Profile{{ID: "p", Device: "d", User: "10", Kind: "profile-owner", Organization: "Chamber"}, {ID: "q", Device: "other", Kind: "device-owner"}}
	inv.Certificates = []inventory.Certificate{{ID: "c", Device: "d", SHA256: "ab", Subject: "CN=x", NotAfter: at("2030-01-01")}, {ID: "e", Device: "other", SHA256: "cd"}}
	inv.VPNs = []inventory.VPN{{ID: "v", Device: "d", App: "org.vpn", AlwaysOn: true}, {ID: "w", Device: "other"}}
	app := func(id, pkg string) inventory.App {
		return inventory.App{ID: id, Device: "d", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: pkg}
	}
	tiktok, trace, other := app("a1", "com.zhiliaoapp.musically"), app("a2", "com.example.gone"), app("a3", "com.example.here")
	tiktok.Users = []inventory.AppUser{{User: "0", Installed: true}, {User: "10", Installed: true}}
	trace.Presence, trace.Traces = inventory.PresenceTrace, []inventory.Trace{{Kind: inventory.TraceBought, Last: at("2024-01-01")}, {Kind: inventory.TraceUsed, Last: at("2023-01-01")}}
	trace.Accesses = []inventory.Access{{What: "camera", Count: 2, Last: at("2026-01-02")}}
	other.Accesses = []inventory.Access{{What: "camera", Count: 3, Last: at("2026-01-01")}, {What: "contacts"}}
	other.Connections = []inventory.Connection{{Host: "b.example.org", Owner: "B", Count: 9, Last: at("2026-01-01")}, {Host: "log.byteoversea.com", Owner: "somebody", Count: 1}, {Host: "c.example.org", Via: "x", Count: 99}}
	trace.Connections = []inventory.Connection{{Host: "b.example.org", Count: 1, Last: at("2026-02-01")}}
	inv.Apps = []inventory.App{tiktok, trace, other}
	return inv
}

func TestPhone(t *testing.T) {
	r := reportOn(t, phoneInventory())
	d := r.Devices[0]
	if d.Apps != 3 || d.Traces != 1 || r.Verdict.Traces != 1 || !strings.Contains(r.Verdict.Sentence, "2 apps and traces of 1 app") {
		t.Errorf("%d apps, %d traces: %q", d.Apps, d.Traces, r.Verdict.Sentence)
	}
	if len(d.UserList) != 2 || d.UserList[1] != (User{ID: "10", Name: "Werk", Kind: "work-profile", State: "paused"}) {
		t.Errorf("users %v", d.UserList)
	}
	if len(d.Profiles) != 1 || len(d.Authorities) != 1 || d.Authorities[0].Until != "2030-01-01" || len(d.VPNs) != 1 || !d.VPNs[0].AlwaysOn {
		t.Errorf("profiles %v, authorities %v, VPNs %v", d.Profiles, d.Authorities, d.VPNs)
	}
	if len(d.Posture) != 1 || d.Posture[0].Check != "system-for-development" || len(d.Notes) != 1 {
		t.Errorf("posture %v, notes %v", d.Posture, d.Notes)
	}
	var hosts []string
	for _, h := range d.Hosts {
		hosts = append(hosts, fmt.Sprint(h.Host, " ", h.Owner, " ", h.By, " ", h.Country, " ", h.Priority, " ", h.Web, " ", h.Apps, " ", h.Count, " ", h.Last))
	}
	want := []string{"log.byteoversea.com ByteDance risk-database CN true false 1 1 ", "b.example.org B device  false false 2 10 2026-02-01T00:00:00Z"}
	if !slices.Equal(hosts, want) || d.HostCount != 2 || d.VisitedCount != 1 {
		t.Errorf("hosts %q want %q", hosts, want)
	}
	if len(d.Sensors) != 2 || d.Sensors[0].What != "camera" || d.Sensors[0].Count != 5 || d.Sensors[0].Last != "2026-01-02T00:00:00Z" || len(d.Sensors[0].Apps) != 2 {
		t.Errorf("sensors %+v", d.Sensors)
	}
}

func TestAppsOfPhone(t *testing.T) {
	r := reportOn(t, phoneInventory())
	byID := map[string]App{}
	for _, a := range r.Apps {
		byID[a.ID] = a
	}
	trace := byID["a2"]
	if trace.Presence != "trace" || len(trace.Traces) != 2 || trace.Traces[0].Kind != inventory.TraceUsed || trace.Traces[0].Proves == "" || trace.Traces[1].Last != "2024-01-01T00:00:00Z" {
		t.Errorf("%+v", trace)
	}
	if here := byID["a3"]; here.Presence != "" || here.ContactCount != 2 || here.VisitedCount != 1 || here.Contacts[0].Host != "log.byteoversea.com" || here.Contacts[0].Apps != 0 || here.Accesses[0].What != "camera" {
		t.Errorf("%+v", here)
	}
	for _, f := range r.Findings {
		if f.Rule != riskdb.RuleBan {
			continue
		}
		if len(f.Subject.For) != 2 || len(f.Removal) != 2 || f.Removal[1].Method != "mdm" || f.Removal[1].Command != nil ||
			!slices.Equal(f.Removal[0].Command, []string{"adb", "shell", "pm", "uninstall", "--user", "0", "com.zhiliaoapp.musically"}) {
			t.Errorf("for %v, removal %+v", f.Subject.For, f.Removal)
		}
	}
}

// TestVisitedHosts: which sites a person opened is counted, and named where a finding is about it and nowhere else.
func TestVisitedHosts(t *testing.T) {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "d", Platform: inventory.IOS}}
	app := func(id, bundle string, hosts ...string) inventory.App {
		a := inventory.App{ID: id, Device: "d", Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: bundle}
		for _, h := range hosts {
			host, via, _ := strings.Cut(h, " ")
			a.Connections = append(a.Connections, inventory.Connection{Host: host, Via: via})
		}
		return a
	}
	inv.Apps = []inventory.App{
		app("safari", "com.apple.mobilesafari", "clinic.example.org", "www.tiktok.com", "shared.example.org"),
		app("chrome", "com.google.chrome.ios", "party.example.org", "clinic.example.org party.example.org"),
		app("firefox", "org.mozilla.ios.Firefox", "doctor.example.org"), app("unknown", "org.example.SurfBrowser", "lawyer.example.org"),
		app("bank", "org.example.bank", "api.example.org", "shared.example.org", "union.example.org strike.example.org"),
	}
	r := reportOn(t, inv)
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"clinic.example.org", "party.example.org", "union.example.org", "strike.example.org", "doctor.example.org", "lawyer.example.org"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("%s is named", secret)
		}
	}
	var got []string
	for _, h := range r.Devices[0].Hosts {
		got = append(got, fmt.Sprintf("%s %v %d", h.Host, h.Web, h.Apps))
	}
	if !slices.Equal(got, []string{"www.tiktok.com true 1", "api.example.org false 1", "shared.example.org false 1"}) {
		t.Errorf("named: %q", got)
	}
	counts := map[string]string{}
	for _, a := range r.Apps {
		counts[a.ID] = fmt.Sprint(a.ContactCount, a.VisitedCount)
	}
	if d := r.Devices[0]; d.HostCount != 3 || d.VisitedCount != 5 || counts["safari"] != "1 2" || counts["chrome"] != "0 2" || counts["bank"] != "2 1" {
		t.Errorf("%d hosts and %d not named; apps %v", d.HostCount, d.VisitedCount, counts)
	}
}

func TestTraffic(t *testing.T) {
	inv := phoneInventory()
	inv.Apps[0].Traffic = &inventory.Traffic{WifiIn: 1, WifiOut: 2, CellularIn: 3, CellularOut: 4, First: at("2026-01-01"), Last: at("2026-02-01")}
	for _, a := range reportOn(t, inv).Apps {
		if a.ID != "a1" {
			if a.Traffic != nil {
				t.Errorf("%s: %+v", a.ID, a.Traffic)
			}
			continue
		}
		if a.Traffic == nil || *a.Traffic != (Traffic{1, 2, 3, 4, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"}) {
			t.Errorf("%+v", a.Traffic)
		}
	}
}

// TestManyHosts: what is left out is counted.
func TestManyHosts(t *testing.T) {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "d", Platform: inventory.IOS}}
	app := inventory.App{ID: "a", Device: "d", Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: "org.example.app"}
	for i := range 1000 {
		app.Connections = append(app.Connections, inventory.Connection{Host: fmt.Sprintf("h%d.example.org", i)})
	}
	inv.Apps = []inventory.App{app}
	r := reportOn(t, inv)
	if d, a := r.Devices[0], r.Apps[0]; d.HostCount != 1000 || len(d.Hosts) != maxDeviceHosts || a.ContactCount != 1000 || len(a.Contacts) != maxAppHosts {
		t.Errorf("%d of %d and %d of %d", len(d.Hosts), d.HostCount, len(a.Contacts), a.ContactCount)
	}
}

// TestExpected: what is off is not told as on.
func TestExpected(t *testing.T) {
	for value, n := range map[string]int{"1": 1, "0": 0, "": 0} {
		d := &inventory.Device{Properties: map[string]string{"settings.global.adb_enabled": value}}
		if got := expected(d); len(got) != n {
			t.Errorf("%q: %v", value, got)
		}
	}
}

// TestTracesOfTheSystem counts apart what may be parts of the system, and says nothing of an installed app that is not so.
func TestTracesOfTheSystem(t *testing.T) {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "d", Platform: inventory.IOS}}
	add := func(id string, p inventory.Presence) {
		inv.Apps = append(inv.Apps, inventory.App{ID: id, Device: "d", Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: id, Presence: p,
			Traces: []inventory.Trace{{Kind: inventory.TraceUsed}}})
	}
	add("com.apple.mobilephone", inventory.PresenceTrace)
	add("org.example.here", inventory.PresenceInstalled)
	if r := reportOn(t, inv); !strings.Contains(r.Verdict.Sentence, "1 app and traces of 1 app of Apple's own") {
		t.Errorf("%q", r.Verdict.Sentence)
	}
	add("org.example.gone", inventory.PresenceTrace)
	r := reportOn(t, inv)
	if !strings.Contains(r.Verdict.Sentence, "traces of 2 apps (1 of Apple's own)") || r.Verdict.Apps != 3 || r.Verdict.Traces != 2 {
		t.Errorf("%q, %d apps, %d traces", r.Verdict.Sentence, r.Verdict.Apps, r.Verdict.Traces)
	}
	for _, a := range r.Apps {
		if want := a.ID == "org.example.gone"; strings.Contains(a.Traces[0].Proves, "deleted since") != want {
			t.Errorf("%s: %q", a.ID, a.Traces[0].Proves)
		}
	}
}
