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
