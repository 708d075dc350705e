package table

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"quaestor/reports"
)

// phoneReport is a report on one phone that says who manages it and what its apps did.
func phoneReport() *reports.Report {
	d := reports.Device{ID: "d", Name: "phone", Platform: "android", Apps: 5, Traces: 3, HostCount: 12,
		UserList:    []reports.User{{ID: "0", Name: "Eva", Kind: "owner", State: "running"}, {ID: "10", Name: "Werk", Kind: "work-profile", State: "paused"}, {ID: "11", Kind: "private-space", State: "locked"}},
		Profiles:    []reports.Profile{{Kind: "profile-owner", User: "10", Organization: "Chamber"}, {Kind: "configuration-profile", Name: "Wi-Fi"}, {Kind: "configuration-profile", Name: "Box", Sets: []string{"adds a certificate authority"}, Fixed: true}},
		Authorities: []reports.Authority{{SHA256: "ab", Subject: "CN=x", Trusted: "no", User: "10"}}, VPNs: []reports.VPN{{App: "org.vpn", AlwaysOn: true}},
		Posture: []reports.Posture{{Check: "c", Title: "The bootloader is unlocked", Says: []string{"x is \"0\""}}}, Notes: []string{"USB debugging is on."},
		Sensors: []reports.Sensor{{What: "camera", Apps: []string{"a"}, Count: 3, Last: "2026-01-01T00:00:00Z"}}}
	for i := range 12 {
		d.Hosts = append(d.Hosts, reports.Host{Host: fmt.Sprintf("h%d.example.org", i), Owner: "O", By: "device", Apps: 1, Count: i})
	}
	return &reports.Report{Devices: []reports.Device{d}, Verdict: reports.Verdict{Apps: 5, Traces: 3, Devices: 1}}
}

func TestPhones(t *testing.T) {
	for _, tt := range []struct {
		details   bool
		has, lack []string
	}{
		{false, []string{"ABOUT phone", "by Chamber, a profile, for the work profile “Werk” (user 10)", "Box (configuration profile): adds a certificate authority; the user cannot remove it",
			"CN=x (not turned on, for the work profile “Werk” (user 10))", "org.vpn (by org.vpn, always on)", "The bootloader is unlocked", "camera", "h7.example.org", "and 4 more hosts, with --details", "O*",
			"+3 traces", "private space (user 11)"}, []string{"Wi-Fi", "h9.example.org", "USB debugging", "x is"}},
		{true, []string{"Wi-Fi", "h11.example.org", "USB debugging is on.", `x is "0"`}, []string{"more hosts"}},
	} {
		var b bytes.Buffer
		if err := (Writer{}).Write(&b, phoneReport(), reports.Options{Details: tt.details, Width: 140}); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		for _, s := range tt.has {
			if !strings.Contains(text, s) {
				t.Errorf("details %v: lacks %q:\n%s", tt.details, s, b.String())
			}
		}
		for _, s := range tt.lack {
			if strings.Contains(text, s) {
				t.Errorf("details %v: has %q", tt.details, s)
			}
		}
	}
}

// TestVisitedAreCounted: also where no host is named.
func TestVisitedAreCounted(t *testing.T) {
	for _, hosts := range []int{0, 12} {
		r := phoneReport()
		d := r.Devices[0]
		d.Hosts, d.VisitedCount = d.Hosts[:hosts], 14
		if hosts == 0 {
			d = reports.Device{ID: "d", Name: "phone", VisitedCount: 14}
		}
		r.Devices[0] = d
		var b bytes.Buffer
		if err := (Writer{}).Write(&b, r, reports.Options{Width: 140}); err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(strings.Fields(b.String()), " "); !strings.Contains(text, "Not named: 14 hosts that browsers contacted, or web pages that were opened in apps.") {
			t.Errorf("%d hosts:\n%s", hosts, b.String())
		}
	}
}

func TestTrafficText(t *testing.T) {
	for _, tt := range []struct {
		t    *reports.Traffic
		want string
	}{
		{nil, ""},
		{&reports.Traffic{}, ""},
		{&reports.Traffic{WifiIn: 5 << 20, WifiOut: 1000}, "sent 1 kB, received 5.0 MB"},
		{&reports.Traffic{CellularOut: 3 << 20, WifiOut: 1 << 20, CellularIn: 1, First: "2026-01-01T00:00:00Z", Last: "2026-02-01T00:00:00Z"},
			"sent 4.0 MB, received 1 kB (3.0 MB over the mobile network), from 2026-01-01 to 2026-02-01"},
	} {
		if got := trafficText(tt.t); got != tt.want {
			t.Errorf("got %q want %q", got, tt.want)
		}
	}
	if got := noted(reports.App{VisitedCount: 2, Traffic: &reports.Traffic{WifiIn: 1}}); got[1] != "contacted 2 hosts by web pages or as a browser, not named" || got[2] != "received 1 kB" {
		t.Errorf("%q", got)
	}
}

func TestUserLines(t *testing.T) {
	for _, tt := range []struct {
		user reports.User
		how  string
		want string
	}{
		{reports.User{ID: "0", Name: "Eva", Kind: "owner"}, "uninstall", "owner (user 0): uninstall"},
		{reports.User{ID: "10", Name: "Werk", Kind: "work-profile"}, "remove in the MDM", "work profile “Werk”|user 10: remove in the MDM"},
		{reports.User{ID: "12", Name: "Guest room", Kind: "secondary"}, "", "user “Guest room” (user 12)"},
		{reports.User{ID: "12"}, "", "user 12"},
		{reports.User{ID: "7", Kind: "something-new"}, "", "something new (user 7)"},
	} {
		if got := strings.Join(userLines(tt.user, tt.how), "|"); got != tt.want {
			t.Errorf("got %q want %q", got, tt.want)
		}
	}
}

// fleetOf is a report on so many devices of one name, each with the same app in the same place.
func fleetOf(serials ...string) *reports.Report {
	r := &reports.Report{}
	for i, serial := range serials {
		id := fmt.Sprintf("android-%d", i)
		r.Devices = append(r.Devices, reports.Device{ID: id, Name: "Pixel 8", Serial: serial, Platform: "android"})
		r.Gaps = append(r.Gaps, reports.Gap{Device: id, DeviceName: "Pixel 8", Subject: "user 150", Kind: "not-permitted", Detail: "adb may not ask."})
		owner, space := reports.User{ID: "0", Kind: "owner"}, reports.User{ID: "11", Kind: "private-space"}
		r.Findings = append(r.Findings, reports.Finding{ID: id, Rule: "ban", Title: "TikTok: banned", Severity: "critical", Action: "remove", Axis: "espionage", Confidence: "high",
			Params:  map[string]string{"product": "TikTok"},
			Subject: reports.Subject{Device: id, DeviceName: "Pixel 8", App: "app-" + id, Kind: "android-package", Identifier: "com.tiktok", Product: "tiktok", For: []reports.User{owner, space}},
			Removal: []reports.RemovalStep{{User: "0", Kind: "owner", Method: "uninstall"}, {User: "11", Kind: "private-space", Method: "by-hand"}}})
	}
	return r
}

func shortForm(t *testing.T, r *reports.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := (Writer{}).Write(&b, r, reports.Options{Width: 140}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestDevicesOfOneName counts devices by what they are, and tells those of one name apart wherever they are named.
func TestDevicesOfOneName(t *testing.T) {
	text := strings.Join(strings.Fields(shortForm(t, fleetOf("S1", "S2", "S3"))), " ")
	if !strings.Contains(text, "REMOVE TikTok, on 3 devices") {
		t.Errorf("not counted by device:\n%s", text)
	}
	for _, name := range []string{"Pixel 8 (S1)", "Pixel 8 (S2)", "Pixel 8 (S3)"} {
		if strings.Count(text, name) < 2 {
			t.Errorf("%s is not in the tables of devices and of findings:\n%s", name, text)
		}
	}
	for _, tt := range []struct{ serials, want []string }{
		{[]string{"S1", "S1"}, []string{"Pixel 8 (android-0)", "Pixel 8 (android-1)"}},
		{[]string{"", "S2"}, []string{"Pixel 8 (android-0)", "Pixel 8 (S2)"}},
		{[]string{"S1"}, []string{""}},
	} {
		r := fleetOf(tt.serials...)
		for i, d := range r.Devices {
			if got := apart(r.Devices)[d.ID]; got != tt.want[i] {
				t.Errorf("%q: got %q want %q", tt.serials, got, tt.want[i])
			}
		}
		if toldApart(r); r.Devices[0].Name != "Pixel 8" || r.Findings[0].Subject.DeviceName != "Pixel 8" {
			t.Error("the report itself was changed")
		}
	}
}

// TestPlacesOnSeveralDevices keeps who has an app, and how it is taken off, when it is on more than one device.
func TestPlacesOnSeveralDevices(t *testing.T) {
	r := fleetOf("S1", "S2", "S3")
	r.Findings[2].Subject.For = nil
	r.Findings[2].Removal = []reports.RemovalStep{{Method: "by-hand"}}
	r.Findings[2].Subject.DeviceName, r.Devices[2].Name = "Eva's iPhone", "Eva's iPhone"
	text := strings.Join(strings.Fields(shortForm(t, r)), " ")
	for _, want := range []string{"on Eva's iPhone: by hand", "on Pixel 8 (S1), Pixel 8 (S2):", "owner (user 0): uninstall", "private space", "user 11: by hand", "with which command: with --details"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
	text = strings.Join(strings.Fields(shortForm(t, fleetOf("S1", "S2", "S3", "S4", "S5"))), " ")
	if !strings.Contains(text, "and 2 more in a private space on 5") {
		t.Errorf("private spaces of many are not counted:\n%s", text)
	}
	one := &reports.Report{Devices: r.Devices[2:], Findings: r.Findings[2:]}
	if text = shortForm(t, one); !strings.Contains(text, "how: by hand") {
		t.Errorf("no way of removal for one phone:\n%s", text)
	}
}

// TestDoubtsOnce says each doubt once, however many findings share it.
func TestDoubtsOnce(t *testing.T) {
	finding := func(rule, caveat string) reports.Finding {
		return reports.Finding{Rule: rule, ID: rule, Title: rule, Severity: "high", Action: "review", Axis: "espionage", Confidence: "moderate", Caveat: caveat,
			Subject: reports.Subject{App: "a", Kind: "ios-bundle", Identifier: "com.tiktok"}}
	}
	r := &reports.Report{Findings: []reports.Finding{finding("ban", "It ran.  Look on the device first: Settings."), finding("owner", "It ran. Look on the device first: Settings. An opinion is on record."), finding("z", "It ran.")}}
	text := strings.Join(strings.Fields(shortForm(t, r)), " ")
	for _, once := range []string{"Uncertain It ran.", "It ran.", "Look on the device first: Settings.", "An opinion is on record."} {
		if strings.Count(text, once) != 1 {
			t.Errorf("%q is there %d times:\n%s", once, strings.Count(text, once), text)
		}
	}
}

// TestTraceForInformation keeps a trace from reading as an app that is installed, and its name from standing twice.
func TestTraceForInformation(t *testing.T) {
	f := reports.Finding{Rule: "stalkerware-indicator", ID: "f", Title: "Life360 can watch the device's user (a trace: recorded by the store)", Severity: "info", Action: "inform",
		Params:  map[string]string{"family": "Life360"},
		Subject: reports.Subject{App: "a", Kind: "ios-bundle", Identifier: "com.life360.safetymap", Name: "Life360: Find Friends & Family", Presence: "trace"}}
	text := strings.Join(strings.Fields(shortForm(t, &reports.Report{Findings: []reports.Finding{f}})), " ")
	if want := "Life360: Find Friends & Family (a trace: recorded by the store) can watch the device's user"; !strings.Contains(text, want) {
		t.Errorf("lacks %q:\n%s", want, text)
	}
	f.Subject.Presence, f.Title = "", "Life360 can watch the device's user"
	if text = shortForm(t, &reports.Report{Findings: []reports.Finding{f}}); strings.Contains(text, "trace") {
		t.Errorf("an installed app reads as a trace:\n%s", text)
	}
}

// TestWhoUsedSensors names the apps, those with findings first, as long as they are few.
func TestWhoUsedSensors(t *testing.T) {
	r := phoneReport()
	r.Devices[0].Sensors = []reports.Sensor{{What: "camera", Apps: []string{"a", "b"}}, {What: "contacts", Apps: []string{"a", "b", "c", "d", "e"}}, {What: "photos", Apps: []string{"a", "gone"}}}
	r.Apps = []reports.App{{ID: "a", Name: "Alpha"}, {ID: "b", Identifier: "org.beta", Findings: []string{"f"}}, {ID: "c", Name: "Gamma"}, {ID: "d", Name: "Delta"}, {ID: "e", Name: "Epsilon"}}
	text := strings.Join(strings.Fields(shortForm(t, r)), " ")
	for _, want := range []string{"camera org.beta, Alpha 0", "contacts org.beta, Alpha, Gamma and 2 more 0", "photos 2 apps 0"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
}
