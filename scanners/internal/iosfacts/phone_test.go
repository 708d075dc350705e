package iosfacts

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/inventory"
)

func TestBundleIDs(t *testing.T) {
	for _, id := range []string{"com.zhiliaoapp.musically", "imgurmobile", "ph.telegra.Telegraph", "com.example.a_b-c", "org.日本.app", "9gag"} {
		if !ValidBundleID(id) {
			t.Errorf("%q is refused", id)
		}
	}
	for _, id := range []string{"", ".com.example", "com example", "com/example", "a\x00b", "com.example\n", "..", "\u202ecom", "a\xff", strings.Repeat("a", 256), "<b>"} {
		if ValidBundleID(id) {
			t.Errorf("%q is taken", id)
		}
	}
	p := New("test")
	first := p.App("org.example")
	if p.App("not valid") != nil || p.App("org.example") != first || p.Apps() != 1 || p.Known("org.other") != nil {
		t.Error("App")
	}
	if inv := p.Inventory("phone", "f", "h"); len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed || inv.Gaps[0].Device != inv.Devices[0].ID {
		t.Errorf("%+v", inv.Gaps)
	}
}

// TestDevice: a device is one by its UDID in whatever case, else by its serial number, else by the file.
func TestDevice(t *testing.T) {
	id := func(udid, serial, file, hash string) string {
		p := New("test")
		p.UDID, p.Device.Serial = udid, serial
		return p.Inventory("x", file, hash).Devices[0].ID
	}
	if id("00008030-001a", "A", "f", "1") != id("00008030001A", "", "g", "2") || id("", "ser", "f", "1") != id("", "SER", "g", "2") || id("", "", "./f", "1") != id("", "", "f", "1") {
		t.Error("one device is two")
	}
	if id("u", "", "f", "1") == id("v", "", "f", "1") || id("", "", "f", "1") == id("", "", "g", "1") || id("", "", "f", "1") == id("", "", "f", "2") || id("x", "", "f", "1") == id("", "x", "f", "1") {
		t.Error("two devices are one")
	}
}

func TestPresence(t *testing.T) {
	p := New("test")
	first, later := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, id := range []string{"org.listed", "org.traced", "org.both"} {
		a := p.App(id)
		p.From(a, "f", 0)
		p.From(a, "f", 0)
		if id != "org.listed" {
			p.Trace(a, inventory.Trace{Kind: inventory.TraceUsed, First: &later, Last: &first})
			p.Trace(a, inventory.Trace{Kind: inventory.TraceUsed, First: &first, Last: &later})
			p.Trace(a, inventory.Trace{Kind: inventory.TraceBought})
		}
		if id == "org.both" {
			p.Installed(a)
		}
	}
	p.Hashed("f", "abc")
	inv := p.Inventory("x", "f", "h")
	var got []string
	for _, a := range inv.Apps {
		got = append(got, fmt.Sprintf("%q %d", a.Presence, len(a.Traces)))
		if len(a.Origins) != 1 || a.Origins[0].SHA256 != "abc" || a.Device != inv.Devices[0].ID {
			t.Errorf("%+v", a)
		}
	}
	if want := `["" 0 "trace" 2 "" 2]`; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if tr := inv.Apps[1].Traces[0]; !tr.First.Equal(first) || !tr.Last.Equal(later) {
		t.Errorf("%+v", tr)
	}
}

func TestInfo(t *testing.T) {
	a := &inventory.App{Identifier: "org.example.votes"}
	AddInfo(a, map[string]any{"CFBundleDisplayName": "Votes", "CFBundleName": "votes", "CFBundleShortVersionString": "2.1", "CFBundleVersion": "7",
		"NSCameraUsageDescription": "to scan", "NSContactsUsageDescription": int64(1), "UIBackgroundModes": []any{"location", "voip"}, "NSAppTransportSecurity": map[string]any{"NSAllowsArbitraryLoads": true}})
	AddEntitlements(a, map[string]any{"application-identifier": "ABCDE12345.org.example.votes", "com.apple.security.application-groups": []any{"group.votes", "group.votes", int64(3)}})
	got := fmt.Sprint(a.Name, " ", a.Version, " ", a.Team, " ", a.Groups, " ", a.Flags, " ", a.Permissions[0].Name, " ", a.Permissions[0].Purpose, " ", len(a.Permissions))
	if want := "Votes 2.1 ABCDE12345 [group.votes] [UIBackgroundModes:location UIBackgroundModes:voip NSAllowsArbitraryLoads] NSCameraUsageDescription to scan 2"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	b := &inventory.App{Identifier: "org.example.votes"}
	if AddEntitlements(b, map[string]any{"application-identifier": "ABCDE12345.org.another"}); b.Team != "" {
		t.Errorf("the team of another app: %q", b.Team)
	}
	for signer, want := range map[string]string{"Apple iPhone OS Application Signing": "app-store", "TestFlight Beta Distribution": "testflight", "Apple Development: Jane (X)": "development", "iPhone Distribution: Acme": "", "": ""} {
		if got := Distribution(signer); got != want {
			t.Errorf("%q: %q", signer, got)
		}
	}
}

func TestTime(t *testing.T) {
	for v, want := range map[any]string{743203499.6: "2024-07-20T21:24:59Z", int64(741347648): "2024-06-29T09:54:08Z", 0.0: "", -5.0: "", 1e300: "", "text": "", nil: ""} {
		got := ""
		if at := Time(v); at != nil {
			got = at.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	if Valid(time.Time{}) != nil || Valid(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)) != nil {
		t.Error("Valid")
	}
}

// TestMany: the number of apps ends somewhere, and it is said.
func TestMany(t *testing.T) {
	p := New("test")
	for i := range MaxApps + 3 {
		p.App(fmt.Sprintf("org.example.a%d", i))
	}
	inv := p.Inventory("x", "f", "h")
	if len(inv.Apps) != MaxApps || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapLimit || inv.Gaps[0].Count != 3 {
		t.Errorf("%d apps, %+v", len(inv.Apps), inv.Gaps)
	}
}
