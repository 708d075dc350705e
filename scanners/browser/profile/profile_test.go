package profile

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Scanner = Scanner{}

var id = strings.Repeat("a", 32)

func prefs(componentPath string) string {
	return `{"extensions":{"settings":{"` + id + `":{"location":1,"path":"` + id + `/1_0"},"` + strings.Repeat("b", 32) + `":{"location":5,"path":"` + componentPath + `","manifest":{"name":"own"}}}}}`
}

const addonList = `{"addons":[{"id":"x@example","active":true,"location":"app-profile","path":"C:\\Users\\x"}]}`

func TestScan(t *testing.T) {
	manifest := map[string]string{"Extensions/" + id + "/1_0/manifest.json": `{"name":"Mine","version":"1"}`, "Preferences": prefs(`C:\\Program Files\\x`)}
	all := map[string]string{"Local State": "{}", "Default/Preferences": prefs("/usr/lib/x"), "Profile 1/Secure Preferences": prefs("/Applications/x")}
	firefox := map[string]string{"extensions.json": addonList, "prefs.js": ""}
	profiles := map[string]string{"profiles.ini": "[Profile0]\nPath=Profiles/p\n", "Profiles/p/extensions.json": addonList, "Profiles/p/prefs.js": ""}
	for _, c := range []struct {
		files    map[string]string
		below    string // what the folder lies in, and is called
		platform inventory.Platform
		apps     int
		installs string // programs and profiles of the first app
	}{
		{manifest, "Google/Chrome/User Data/Default", inventory.Windows, 2, "chrome/Default"},
		{manifest, "Opera Stable", inventory.Windows, 2, "opera/Opera Stable"},
		{all, "google-chrome", inventory.Linux, 2, "chrome/Default chrome/Profile 1"},
		{firefox, "Mozilla/Firefox/Profiles/abc.default", inventory.Windows, 1, "firefox/abc.default"},
		{profiles, ".thunderbird", "", 1, "thunderbird/p"},
	} {
		root := hosttest.Tree(t, under(c.below, c.files))
		src, err := source.Open(source.Target{Path: filepath.Join(root, filepath.FromSlash(c.below))}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		if !(Scanner{}).Recognise(src) {
			t.Errorf("%s: not recognised", c.below)
			continue
		}
		inv, err := Scanner{}.Scan(context.Background(), src)
		if err != nil || len(inv.Apps) != c.apps || inv.Devices[0].Platform != c.platform || len(inv.Gaps) != 0 {
			t.Errorf("%s: %v, %d apps on %q, %+v", c.below, err, len(inv.Apps), inv.Devices[0].Platform, inv.Gaps)
			continue
		}
		var places []string
		for _, in := range inv.Apps[0].Installs {
			places = append(places, in.Program+"/"+in.Profile)
		}
		if got := strings.Join(places, " "); got != c.installs {
			t.Errorf("%s: %q, want %q", c.below, got, c.installs)
		}
	}
}

func under(dir string, files map[string]string) map[string]string {
	out := map[string]string{}
	for name, content := range files {
		out[dir+"/"+name] = content
	}
	return out
}

func TestNotRecognised(t *testing.T) {
	for _, files := range []map[string]string{
		{"Preferences": `{"window":{}}`}, {"Local State": "{}", "sub/other": ""}, {"extensions.json": "[]"}, {"profiles.ini": ""}, {"Extensions/x": ""}, {"package.json": ""},
	} {
		src, err := source.Open(source.Target{Path: hosttest.Tree(t, files)}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		if (Scanner{}).Recognise(src) {
			t.Errorf("%v is taken for a profile", files)
		}
	}
	if (Scanner{}).Recognise(hosttest.Open(t, hosttest.Tree(t, map[string]string{"Local State": "", "Default/Preferences": ""}))) {
		t.Error("a computer is taken for a profile")
	}
}
