package profile

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/source"
)

var _ scanners.Diagnoser = Scanner{}

// Copies of a profile often lack most of its files: what is left names the extensions all the same.
func TestPartialProfiles(t *testing.T) {
	manifest := "Extensions/" + id + "/1_0/manifest.json"
	for _, c := range []struct {
		below    string
		files    map[string]string
		installs string
		gaps     string
	}{
		{"chr/Default", map[string]string{"Preferences": prefs("x")}, "chr/Default", "blind"},
		{"Google/Chrome/Profile 1", map[string]string{"Secure Preferences": prefs("x")}, "chrome/Profile 1", ""},
		{"Google/Chrome/Default", map[string]string{manifest: `{"name":"Mine","version":"1"}`}, "chrome/Default", "blind"},
		{"google-chrome", map[string]string{"Default/Preferences": prefs("x"), "Profile 7/" + manifest: `{"name":"Mine","version":"1"}`}, "chrome/Default chrome/Profile 7", "blind"},
		{"copied/User Data", map[string]string{"Default/Preferences": prefs("x")}, "copied/Default", "blind"},
		{"Mozilla/Firefox/Profiles/abc", map[string]string{"extensions.json": `{"schemaVersion":36,` + addonList[1:]}, "firefox/abc", ""},
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
		if err != nil || len(inv.Apps) == 0 {
			t.Errorf("%s: %v, %+v", c.below, err, inv)
			continue
		}
		var places, gaps []string
		for _, in := range inv.Apps[0].Installs {
			places = append(places, in.Program+"/"+in.Profile)
		}
		for _, g := range inv.Gaps {
			gaps = append(gaps, string(g.Kind))
		}
		if got := strings.Join(places, " "); got != c.installs || strings.Join(gaps, " ") != c.gaps {
			t.Errorf("%s: %q, want %q; %+v", c.below, got, c.installs, inv.Gaps)
		}
	}
}

// What lies in a folder of that kind and names no extension is a program's own.
func TestOtherFolders(t *testing.T) {
	for _, files := range []map[string]string{
		{"Default/Preferences": `{"window":{}}`}, {"Extensions/" + id + "/readme": ""}, {"Extensions/colours/1/manifest.json": "{}"}, {"Profile 1/x": ""},
		{"extensions.json": `[{"identifier":{"id":"a.b"}}]`}, {"Preferences": `{"extensions":{"settings":{"short":{}}}}`},
	} {
		if (Scanner{}).Recognise(hosttest.Open(t, hosttest.Tree(t, files))) {
			t.Errorf("%v is taken for a profile", files)
		}
	}
}

func TestDamaged(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"Preferences", `{"extensions":{"settings":{"` + id, "the settings of a browser's profile"},
		{"Secure Preferences", `{"a":`, "the settings of a browser's profile"},
		{"extensions.json", `{"schemaVersion":36,"addons":[{"id":`, "a browser's list of add-ons"},
		{"extensions.json", addonList, ""}, {"extensions.json", `[{"id":`, ""}, {"Preferences", `{"window":{}}`, ""}, {"Preferences", "", ""}, {"other.json", `{"a":`, ""},
	} {
		src, err := source.Open(source.Target{Path: filepath.Join(hosttest.Tree(t, map[string]string{c.name: c.content}), c.name)}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		if got := (Scanner{}).Damaged(src); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.name, c.content, got, c.want)
		}
	}
}
