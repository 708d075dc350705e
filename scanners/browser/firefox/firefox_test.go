package firefox

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

const top = "home/ann/.mozilla/firefox/"

// list writes extensions.json.
func list(addons ...string) string {
	return `{"schemaVersion":37,"addons":[` + strings.Join(addons, ",") + `]}`
}

func tree(maps ...map[string]string) map[string]string {
	all := map[string]string{"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/bash\n"}
	for _, m := range maps {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

func profile(dir, extensions string) map[string]string {
	return map[string]string{dir + "/extensions.json": extensions, dir + "/prefs.js": "", dir + "/compatibility.ini": ""}
}

// xpi packs the files of an add-on.
func xpi(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func apps(t *testing.T, files map[string]string) (map[string]inventory.App, *inventory.Inventory) {
	t.Helper()
	inv := hosttest.Scan(t, Scanner{}, files)
	inv.Sort()
	byID := map[string]inventory.App{}
	for _, a := range inv.Apps {
		byID[a.Identifier] = a
	}
	return byID, inv
}

const full = `{"id":"x@example","version":"2.1","type":"extension","manifestVersion":2,"signedState":2,"location":"app-profile","active":true,"userDisabled":false,"appDisabled":false,
	"blocklistState":0,"defaultLocale":{"name":"In the default language","creator":"Somebody","homepageURL":"https://h.example"},"locales":[{"name":"Andere","locales":["de"]}],
	"installDate":1795369162639,"path":"/home/ann/.mozilla/firefox/p.default/extensions/x@example.xpi","sourceURI":"https://addons.mozilla.org/firefox/downloads/file/1/x.xpi?src=secret",
	"updateURL":null,"installTelemetryInfo":{"source":"amo","method":"amWebAPI"},"userPermissions":{"permissions":["tabs","storage"],"origins":["<all_urls>","https://a.example/*"]},
	"optionalPermissions":{"permissions":["history","bookmarks"],"origins":["https://b.example/*"]}}`

func TestAddon(t *testing.T) {
	got, inv := apps(t, tree(profile(top+"p.default", list(full)), map[string]string{top + "profiles.ini": "[Profile0]\nName=secret name\nIsRelative=1\nPath=p.default\n",
		top + "p.default/extension-preferences.json": `{"x@example":{"permissions":["internal:privateBrowsingAllowed","history"],"origins":["https://given.example/*"]}}`}))
	if len(inv.Gaps) != 0 || len(got) != 1 {
		t.Fatalf("%d apps, gaps %+v", len(got), inv.Gaps)
	}
	if b, _ := json.Marshal(inv); strings.Contains(string(b), "secret") {
		t.Error("the name of the profile, or where the add-on was got from, is in the inventory")
	}
	a := got["x@example"]
	if a.Name != "In the default language" || a.Publisher != "Somebody" || a.Homepage != "https://h.example" || a.Version != "2.1" || a.System || a.Disabled {
		t.Errorf("%+v", a)
	}
	if want := []string{"manifest-version:2", "signature:signed", "source-host:addons.mozilla.org"}; !slices.Equal(a.Flags, want) {
		t.Errorf("flags %q", a.Flags)
	}
	known := func(name string, granted bool, flags ...string) inventory.Permission {
		return inventory.Permission{Name: name, Requested: true, GrantKnown: true, Granted: granted, Flags: flags}
	}
	want := []inventory.Permission{known("bookmarks", false, "optional"), known("history", true, "optional"), known("storage", true), known("tabs", true)}
	if diff := cmp.Diff(want, a.Permissions); diff != "" {
		t.Error(diff)
	}
	in := a.Installs[0]
	if in.InstalledAt == nil || in.InstalledAt.Unix() != 1795369162 {
		t.Errorf("installed at %v", in.InstalledAt)
	}
	in.InstalledAt = nil
	if diff := cmp.Diff(inventory.Install{Program: "firefox", User: "ann", Profile: "p.default", Version: "2.1", State: "enabled", Source: "store", Private: true,
		Hosts: []string{"<all_urls>", "https://a.example/*", "https://given.example/*"}, OptionalHosts: []string{"https://b.example/*"},
		Path: "/home/ann/.mozilla/firefox/p.default/extensions/x@example.xpi"}, in); diff != "" {
		t.Error(diff)
	}
}

func TestStatesAndSources(t *testing.T) {
	for _, c := range []struct{ addon, state, source, because string }{
		{`"location":"app-builtin-addons","active":true`, "enabled", "built-in", ""},
		{`"location":"app-system-defaults","active":false`, "disabled", "built-in", ""},
		{`"location":"app-system-share","active":false,"userDisabled":true`, "disabled", "sideloaded", "userDisabled"},
		{`"location":"winreg-app-global","active":true`, "enabled", "sideloaded", ""},
		{`"location":"app-global","active":false,"blocklistState":2,"appDisabled":true`, "blocked", "sideloaded", "appDisabled blocklist:blocked"},
		{`"location":"app-temporary","active":true`, "enabled", "developer", ""},
		{`"location":"app-profile","active":true,"installTelemetryInfo":{"source":"enterprise-policy"}`, "enabled", "policy", ""},
		{`"location":"app-profile","active":true,"installTelemetryInfo":{"source":"distribution"}`, "enabled", "built-in", ""},
		{`"location":"app-profile","active":true,"installTelemetryInfo":{"source":"about:addons","method":"install-from-file"},"sourceURI":"file:///x"`, "enabled", "", ""},
		{`"location":"app-profile","active":true,"installTelemetryInfo":{"source":"file-url"},"sourceURI":"file:///x"`, "enabled", "sideloaded", ""},
		{`"location":"app-profile","active":true,"sourceURI":"https://other.example/x.xpi"`, "enabled", "sideloaded", ""},
		{`"location":"app-profile","foreignInstall":true`, "", "sideloaded", ""},
		{`"location":"app-profile","active":false,"softDisabled":true,"blocklistState":1`, "disabled", "", "blocklist:softblocked softDisabled"},
	} {
		got, _ := apps(t, tree(profile(top+"p", list(`{"id":"x","type":"theme",`+c.addon+`}`)), map[string]string{top + "profiles.ini": ""}))
		in := got["x"].Installs[0]
		if in.State != c.state || in.Source != c.source || strings.Join(in.DisabledBecause, " ") != c.because {
			t.Errorf("%s: %+v", c.addon, in)
		}
		if got["x"].System != (c.source == "built-in") || !slices.Contains(got["x"].Flags, "type:theme") {
			t.Errorf("%s: %+v", c.addon, got["x"])
		}
	}
}

func TestPlaces(t *testing.T) {
	linux := map[string]string{"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/bash\n"}
	mac := map[string]string{"System/Library/CoreServices/SystemVersion.plist": ""}
	windows := map[string]string{"Windows/System32/x": ""}
	for _, c := range []struct {
		system                map[string]string
		top, profile, program string
	}{
		{linux, "home/ann/.mozilla/firefox", "p", "firefox"},
		{linux, "home/ann/.config/mozilla/firefox", "p", "firefox"},
		{linux, "home/ann/.thunderbird", "p", "thunderbird"},
		{linux, "home/ann/.librewolf", "p", "librewolf"},
		{linux, "home/ann/snap/firefox/common/.mozilla/firefox", "p", "firefox"},
		{linux, "home/ann/.var/app/org.mozilla.firefox/.mozilla/firefox", "p", "firefox"},
		{linux, "home/ann/.local/share/torbrowser/tbb/x86_64/tor-browser/Browser/TorBrowser/Data/Browser", "profile.default", "tor-browser"},
		{mac, "Users/ann/Library/Application Support/Firefox", "Profiles/p", "firefox"},
		{mac, "Users/ann/Library/Application Support/TorBrowser-Data/Browser", "p", "tor-browser"},
		{windows, "Users/ann/AppData/Roaming/Mozilla/Firefox", "Profiles/p", "firefox"},
		{windows, "Users/ann/AppData/Local/Packages/Mozilla.Firefox_x/LocalCache/Roaming/Mozilla/Firefox", "Profiles/p", "firefox"},
		{windows, "Users/ann/AppData/Roaming/Moonchild Productions/Pale Moon", "Profiles/p", "palemoon"},
		{windows, "Users/ann/Desktop/Tor Browser/Browser/TorBrowser/Data/Browser", "profile.default", "tor-browser"},
	} {
		got, inv := apps(t, func() map[string]string {
			all := profile(c.top+"/"+c.profile, list(full))
			all[c.top+"/profiles.ini"] = "[Profile0]\r\nPath=" + strings.ReplaceAll(c.profile, "/", `\`) + "\r\n"
			for k, v := range c.system {
				all[k] = v
			}
			return all
		}())
		if len(got) != 1 || len(got["x@example"].Installs) != 1 {
			t.Errorf("%s: %d apps, gaps %+v", c.top, len(got), inv.Gaps)
			continue
		}
		if in := got["x@example"].Installs[0]; in.Program != c.program || in.User != "ann" || in.Profile != filepath.Base(c.profile) {
			t.Errorf("%s: %+v", c.top, in)
		}
	}
}

// TestStray: a profile that profiles.ini puts elsewhere, and one that it does not name.
func TestStray(t *testing.T) {
	got, _ := apps(t, tree(profile("srv/far", list(full)), profile(top+"unnamed", list(full)), map[string]string{
		top + "profiles.ini": "[Profile0]\nIsRelative=0\nPath=/srv/far\n[Profile1]\nPath=../../../../../../etc\n[Profile2]\nPath=gone\n"}))
	var profiles []string
	for _, in := range got["x@example"].Installs {
		profiles = append(profiles, in.Profile)
	}
	if !slices.Equal(profiles, []string{"far", "unnamed"}) {
		t.Errorf("%q", profiles)
	}
}

func TestSharedAndPolicies(t *testing.T) {
	pack := xpi(t, map[string]string{"manifest.json": `{"name":"__MSG_n__","default_locale":"en","version":"3","manifest_version":2,"permissions":["tabs","https://a.example/*"],
		"browser_specific_settings":{"gecko":{"id":"packed@example"}}}`, "_locales/en/messages.json": `{"n":{"message":"Packed"}}`})
	const dir = "usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/"
	got, inv := apps(t, tree(map[string]string{dir + "file.xpi": pack, dir + "folder@example/manifest.json": `{"name":"Folder","version":"1"}`, dir + "broken.xpi": "PK\x03\x04",
		dir + "empty/": "", "usr/lib/firefox/distribution/extensions/langpack-de@example.xpi": xpi(t, map[string]string{"manifest.json": `{"name":"Deutsch","langpack_id":"de"}`}),
		"etc/firefox/policies/policies.json": `{"policies":{"ExtensionSettings":{"*":{"installation_mode":"force_installed"},"forced@example":{"installation_mode":"force_installed",
			"install_url":"https://i.example/x.xpi"},"free@example":{"installation_mode":"allowed"}}}}`}))
	packed := got["packed@example"]
	if packed.Name != "Packed" || packed.Installs[0].Source != "sideloaded" || packed.Installs[0].Path != "/"+dir+"file.xpi" || len(packed.Permissions) != 1 || packed.Permissions[0].GrantKnown {
		t.Errorf("%+v", packed)
	}
	if l := got["langpack-de@example"]; !slices.Equal(l.Flags, []string{"type:language-pack"}) || !l.System {
		t.Errorf("%+v", l)
	}
	forced := got["forced@example"]
	if forced.Presence != inventory.PresenceTrace || forced.Installs[0].Source != "policy" || forced.Installs[0].UpdateURL != "https://i.example/x.xpi" {
		t.Errorf("%+v", forced)
	}
	if len(got) != 4 || got["folder@example"].Name != "Folder" || len(inv.SecurityProducts) != 1 {
		t.Errorf("%d apps, %+v", len(got), inv.SecurityProducts)
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed || !strings.HasSuffix(inv.Gaps[0].Subject, "broken.xpi") {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

// TestSpelling: a copied volume of Windows may spell folders otherwise than Windows was asked for.
func TestSpelling(t *testing.T) {
	_, inv := apps(t, map[string]string{"Windows/System32/x": "", "PROGRAM FILES/Mozilla Firefox/Distribution/policies.json": `{"policies":{}}`})
	if len(inv.SecurityProducts) != 1 || len(inv.Gaps) != 0 {
		t.Errorf("%+v %+v", inv.SecurityProducts, inv.Gaps)
	}
}

// TestOldList: before permissions were in the list, they are in the add-on alone.
func TestOldList(t *testing.T) {
	got, _ := apps(t, tree(profile(top+"p", list(`{"id":"old@example","type":"extension","location":"app-profile","active":true}`)), map[string]string{top + "profiles.ini": "",
		top + "p/extensions/old@example.xpi": xpi(t, map[string]string{"manifest.json": `{"name":"x","permissions":["tabs"]}`})}))
	if a := got["old@example"]; len(a.Permissions) != 1 || !a.Permissions[0].Granted {
		t.Errorf("%+v", a)
	}
}

func TestHostile(t *testing.T) {
	many := strings.Repeat(`{"id":"same","active":true,"type":"extension","location":"app-profile","userPermissions":{"permissions":[`+strings.Repeat(`"p",`, 3000)+`"q"],"origins":["`+
		strings.Repeat(`x"," `, 3)+`"]}},`, 20) + `{"id":7},[],{"id":"last"}`
	var hosts []string
	for i := range 2500 {
		hosts = append(hosts, fmt.Sprintf(`"https://%d.example/*"`, i))
	}
	_, inv := apps(t, tree(profile(top+"a", list(many)), profile(top+"b", strings.Repeat("[", 1<<20)), profile(top+"c", `{"schemaVersion":3}`), profile(top+"d", `{"addons":[{"id":"x"`),
		profile(top+"e", list(`{"id":"wide","userPermissions":{"origins":[`+strings.Join(hosts, ",")+`]}}`)), profile(top+"f", ""),
		map[string]string{top + "profiles.ini": "[Profile0]\nPath=\nPath=..\nPath=/\n", top + "loop": hosttest.Link + ".", top + "a/cert9.db": "no database", top + "b/cert9.db": "",
			top + "a/extensions/last.xpi": xpi(t, map[string]string{"manifest.json": strings.Repeat(" ", 5<<20)})}))
	var kinds []string
	for _, g := range inv.Gaps {
		kinds = append(kinds, string(g.Kind)+" "+filepath.Base(filepath.Dir(g.Subject)))
	}
	slices.Sort(kinds)
	if want := []string{"limit e", "malformed a", "malformed b", "malformed c", "malformed d", "malformed f", "unreadable a"}; !slices.Equal(kinds, want) {
		t.Errorf("gaps %q", kinds)
	}
}

// TestDamagedLists: what a list has in place of an add-on is told of, and the add-ons beside it are kept. A profile is told by
// profiles.ini alone.
func TestDamagedLists(t *testing.T) {
	for name, tt := range map[string]struct {
		extensions string
		kept       int
	}{
		"element": {list(`5`, full), 1}, "null": {`{"addons":null}`, 0}, "inside another": {list(`[` + full + `]`), 0}, "no list": {`{}`, 0}, "zeros": {"\x00\x00\x00", 0},
		"deep": {list(full[:len(full)-1]+`,"x":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)+`}`, `{"id":"y@example","type":"extension"}`), 2},
	} {
		_, inv := apps(t, tree(map[string]string{top + "profiles.ini": "[Profile0]\nPath=p\n", top + "p/extensions.json": tt.extensions}))
		if len(inv.Apps) != tt.kept || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed || !strings.HasSuffix(inv.Gaps[0].Subject, "p/extensions.json") {
			t.Errorf("%s: %d kept, gaps %+v", name, len(inv.Apps), inv.Gaps)
		}
	}
}

// TestMissingProfiles: a profile that lies outside of a copy is told of; one beside profiles.ini that is gone is not there.
func TestMissingProfiles(t *testing.T) {
	for name, tt := range map[string]struct {
		files map[string]string
		at    string
	}{
		"linked program": {map[string]string{"home/ann/.mozilla": hosttest.Link + "/run/user/1000/moz"}, "home/ann/.mozilla"},
		"linked below":   {map[string]string{"home/ann/.mozilla/firefox": hosttest.Link + "/run/user/1000/moz"}, "home/ann/.mozilla/firefox"},
		"linked profile": {map[string]string{top + "profiles.ini": "Path=p\n", top + "p": hosttest.Link + "/mnt/p"}, top + "p"},
		"elsewhere":      {map[string]string{top + "profiles.ini": "IsRelative=0\nPath=/data/p\n"}, "data/p"},
		"gone":           {map[string]string{top + "profiles.ini": "Path=p\n"}, ""},
		"other program":  {map[string]string{"home/ann/.other": hosttest.Link + "/run/other"}, ""},
	} {
		_, inv := apps(t, tree(tt.files))
		if tt.at == "" && len(inv.Gaps) > 0 || tt.at != "" && (len(inv.Gaps) != 1 || !strings.HasSuffix(inv.Gaps[0].Subject, "/"+tt.at) || inv.Gaps[0].Kind != inventory.GapUnreadable) {
			t.Errorf("%s: %+v", name, inv.Gaps)
		}
	}
}

func TestCertificates(t *testing.T) {
	files := tree(profile(top+"p", list()), profile(top+"q", list()), map[string]string{top + "profiles.ini": "Path=p\n"})
	root := hosttest.Tree(t, files)
	for _, p := range []string{"p", "q"} {
		db, err := sql.Open("sqlite", filepath.Join(root, filepath.FromSlash(top), p, "cert9.db"))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"CREATE TABLE nssPublic (id, a0, a11, a81, a82, a62c, ace536358)",
			"INSERT INTO nssPublic VALUES (1, x'00000001', x'3003', x'aa', x'01', null, null)", "INSERT INTO nssPublic VALUES (2, x'0000000b', null, x'aa', x'01', x'00000002', null)",
			"INSERT INTO nssPublic VALUES (3, x'00000001', x'3004', x'aa', x'02', null, null)", "INSERT INTO nssPublic VALUES (4, x'ce534353', null, x'aa', x'02', null, x'ce534351')"} {
			if _, err := db.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
		db.Close()
	}
	inv, err := Scanner{}.Scan(context.Background(), hosttest.Open(t, root))
	if err != nil || len(inv.Gaps) != 0 || len(inv.Certificates) != 1 {
		t.Fatal(err, inv.Gaps, inv.Certificates)
	}
	if c := inv.Certificates[0]; c.Store != "firefox" || c.User != "ann" || c.Trusted != "yes" || len(c.Origins) != 2 || len(c.SHA1) != 40 {
		t.Errorf("%+v", c)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Scanner{}).Scan(ctx, hosttest.Open(t, hosttest.Tree(t, tree()))); err == nil {
		t.Error("no error")
	}
}

// BenchmarkProfile reads a profile with 80 add-ons, of which each has its name in 60 languages.
func BenchmarkProfile(b *testing.B) {
	locales := strings.Repeat(`{"name":"a name","description":"`+strings.Repeat("words ", 30)+`","locales":["xx"]},`, 59) + `{"name":"x"}`
	var all []string
	for i := range 80 {
		all = append(all, strings.Replace(strings.Replace(full, "x@example", fmt.Sprintf("x%d@example", i), 1), `{"name":"Andere","locales":["de"]}`, locales, 1))
	}
	root := hosttest.Tree(b, tree(profile(top+"p", list(all...)), map[string]string{top + "profiles.ini": ""}))
	if info, err := os.Stat(filepath.Join(root, filepath.FromSlash(top), "p/extensions.json")); err != nil || info.Size() < 1<<20 {
		b.Fatal(err, info.Size())
	}
	src := hosttest.Open(b, root)
	for b.Loop() {
		inv, err := Scanner{}.Scan(context.Background(), src)
		if err != nil || len(inv.Apps) != 80 {
			b.Fatal(err, len(inv.Apps))
		}
	}
}
