package chromium

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

var _ scanners.Scanner = Scanner{}

// Identifiers in the form that Chromium makes.
var (
	idA = strings.Repeat("a", 32)
	idB = strings.Repeat("b", 32)
	idC = strings.Repeat("c", 32)
	idD = strings.Repeat("d", 32)
	idE = strings.Repeat("e", 32)
)

const manifest = `{"manifest_version":3,"name":"__MSG_appName__","version":"%s","default_locale":"en","permissions":["tabs","storage"],
	"optional_permissions":["history"],"host_permissions":["https://a.example/*"],"content_scripts":[{"matches":["<all_urls>"]}],"update_url":"https://clients2.google.com/service/update2/crx"}`

const messages = `{"APPNAME":{"message":"Named by the default language"}}`

// prefs writes the settings of a profile.
func prefs(settings ...string) string {
	return `{"account_info":[{"email":"someone@example.org"}],"extensions":{"settings":{` + strings.Join(settings, ",") + `}}}`
}

func files(dir, id, version string) map[string]string {
	folder := dir + "/Extensions/" + id + "/" + version + "_0/"
	return map[string]string{folder + "manifest.json": fmt.Sprintf(manifest, version), folder + "_locales/en/messages.json": messages}
}

func join(maps ...map[string]string) map[string]string {
	all := map[string]string{"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/bash\n"}
	for _, m := range maps {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// apps scans and returns the apps by identifier, and the gaps. It puts the inventory in order, as the runner does.
func apps(t *testing.T, tree map[string]string) (map[string]inventory.App, *inventory.Inventory) {
	t.Helper()
	inv := hosttest.Scan(t, Scanner{}, tree)
	inv.Sort()
	byID := map[string]inventory.App{}
	for _, a := range inv.Apps {
		byID[a.Identifier] = a
	}
	return byID, inv
}

func TestProfile(t *testing.T) {
	const dir = "home/ann/.config/google-chrome/Profile 1"
	got, inv := apps(t, join(files(dir, idA, "1.9"), files(dir, idA, "1.10"), files(dir, idB, "2.0"), files(dir, idD, "3"), files(dir, idD, "20"), map[string]string{
		"home/ann/.config/google-chrome/Local State": "{}",
		dir + "/Preferences":                         prefs(`"` + idB + `":{"path":"` + idB + `/2.0_0","location":1,"state":1,"creation_flags":9,"disable_reasons":1}`),
		dir + "/Secure Preferences": prefs(
			`"`+idA+`":{"path":"`+idA+`/1.10_0","location":1,"state":1,"from_webstore":true,"first_install_time":"13439843095953255","incognito":true,"newAllowFileAccess":true,
				"active_permissions":{"api":["tabs"],"explicit_host":["https://a.example/*","https://given.example/*"],"scriptable_host":["<all_urls>"]}}`,
			`"`+idB+`":{"disable_reasons":[1,8192],"blacklist_state":4}`,
			`"`+idC+`":{"ack_external":true,"state":2}`),
	}))
	if len(inv.Gaps) != 0 || len(got) != 3 {
		t.Fatalf("%d apps, gaps %+v", len(got), inv.Gaps)
	}
	a := got[idA]
	if a.Name != "Named by the default language" || a.Version != "1.10" || a.Disabled || a.System || a.Presence != "" {
		t.Errorf("%+v", a)
	}
	if !slices.Equal(a.Flags, []string{"file-access", "manifest-version:3"}) || slices.Contains(got[idB].Flags, "file-access") {
		t.Errorf("flags %q and %q", a.Flags, got[idB].Flags)
	}
	if b, _ := json.Marshal(inv); strings.Contains(string(b), "someone") {
		t.Error("the account that the profile is signed in to is in the inventory")
	}
	want := inventory.Install{Program: "chrome", User: "ann", Profile: "Profile 1", Version: "1.10", State: "enabled", Source: "store", Private: true,
		UpdateURL: "https://clients2.google.com/service/update2/crx", Hosts: []string{"<all_urls>", "https://a.example/*", "https://given.example/*"},
		Path: "/" + dir + "/Extensions/" + idA + "/1.10_0", InstalledAt: a.Installs[0].InstalledAt}
	if diff := cmp.Diff([]inventory.Install{want}, a.Installs); diff != "" {
		t.Error(diff)
	}
	if at := a.Installs[0].InstalledAt; at == nil || at.Format("2006-01-02T15:04:05.000000") != "2026-11-22T17:44:55.953255" {
		t.Errorf("installed at %v", at)
	}
	wantPermissions := []inventory.Permission{{Name: "history", Requested: true, GrantKnown: true, Flags: []string{"optional"}},
		{Name: "storage", Requested: true, GrantKnown: true}, {Name: "tabs", Requested: true, Granted: true, GrantKnown: true}}
	if diff := cmp.Diff(wantPermissions, a.Permissions); diff != "" {
		t.Error(diff)
	}
	b := got[idB].Installs[0]
	if b.State != "disabled" || !slices.Equal(b.DisabledBecause, []string{"blocklist:store-policy-violation", "external-extension", "user-action"}) || b.Source != "store" {
		t.Errorf("%+v", b)
	}
	if d := got[idD]; d.Presence != inventory.PresenceTrace || d.Version != "20" || d.Installs[0].State != "" {
		t.Errorf("files without a setting: %+v", d)
	}
}

func TestSources(t *testing.T) {
	const update = `"manifest":{"name":"x","version":"1","update_url":"%s"}`
	const chrome, edge = "https://clients2.google.com/service/update2/crx", "https://edge.microsoft.com/extensionwebstorebase/v1/crx"
	for _, c := range []struct{ folder, setting, update, program, source, state string }{
		{"chromium", `"location":1,"from_webstore":true`, chrome, "chromium", "store", "enabled"},
		{"microsoft-edge", `"location":1,"from_webstore":true`, chrome, "edge", "other-store", "enabled"},
		{"microsoft-edge", `"location":1`, edge, "edge", "store", "enabled"},
		{"google-chrome", `"location":1`, "https://own.example/x", "chrome", "sideloaded", "enabled"},
		{"BraveSoftware/Brave-Browser", `"location":6,"state":0`, chrome, "brave", "sideloaded", "disabled"},
		{"vivaldi", `"location":3,"was_installed_by_default":true`, "", "vivaldi", "built-in", "enabled"},
		{"opera", `"location":5`, "", "opera", "built-in", "enabled"},
		{"Somebody/Their Browser", `"location":4`, "", "Their Browser", "developer", "enabled"},
		{"chromium", `"location":8`, "", "chromium", "developer", "enabled"},
		{"chromium", `"location":7,"blacklist_state":1`, "", "chromium", "policy", "blocked"},
		{"chromium", `"location":9,"blacklist":true`, "", "chromium", "policy", "blocked"},
		{"chromium", `"location":99`, "", "chromium", "", "enabled"},
		{"chromium", `"state":1`, "", "chromium", "", "enabled"},
	} {
		dir := "home/ann/.config/" + c.folder
		got, inv := apps(t, join(map[string]string{dir + "/Local State": "", dir + "/Default/Preferences": prefs(`"` + idA + `":{` + c.setting + "," + fmt.Sprintf(update, c.update) + `}`)}))
		if len(got) != 1 || len(inv.Gaps) != 0 {
			t.Fatalf("%+v: %+v", c, inv.Gaps)
		}
		in := got[idA].Installs[0]
		if in.Program != c.program || in.Source != c.source || in.State != c.state || in.Profile != "Default" {
			t.Errorf("%+v: %+v", c, in)
		}
		if built := c.source == "built-in"; got[idA].System != built {
			t.Errorf("%+v: system %v", c, got[idA].System)
		}
	}
}

// TestSystems: where each system keeps profiles, and packages of programs that are shut off.
func TestSystems(t *testing.T) {
	linux := map[string]string{"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/bash\n"}
	mac := map[string]string{"System/Library/CoreServices/SystemVersion.plist": ""}
	windows := map[string]string{"WINDOWS/System32/x": "", "Windows/System32/x": ""}
	for _, c := range []struct {
		system                 map[string]string
		profile, program, name string
	}{
		{linux, "home/ann/snap/chromium/common/chromium/Default", "chromium", "Default"},
		{linux, "home/ann/.var/app/com.google.Chrome/config/google-chrome/Default", "chrome", "Default"},
		{linux, "home/ann/.config/yandex-browser-beta/Default", "yandex-beta", "Default"},
		{mac, "Users/ann/Library/Application Support/Google/Chrome/Profile 2", "chrome", "Profile 2"},
		{mac, "Users/ann/Library/Application Support/com.operasoftware.OperaGX", "opera-gx", "com.operasoftware.OperaGX"},
		{mac, "Users/ann/Library/Application Support/Arc/User Data/Default", "arc", "Default"},
		{windows, "Users/ann/AppData/Local/Google/Chrome SxS/User Data/Default", "chrome-canary", "Default"},
		{windows, "Users/ann/AppData/Local/Naver/Naver Whale/User Data/Default", "whale", "Default"},
		{windows, "Users/ann/AppData/Local/360ChromeX/Chrome/User Data/Default", "360chromex", "Default"},
		{windows, "Users/ann/AppData/Local/UCBrowser/User Data_i18n/Default", "uc", "Default"},
		{windows, "Users/ann/AppData/Roaming/Opera Software/Opera Stable", "opera", "Opera Stable"},
		{windows, "Users/ann/appdata/local/Packages/TheBrowserCompany.Arc_x/LocalCache/Local/Arc/User Data/Default", "arc", "Default"},
		{windows, "Users/ann/AppData/Local/New/Thing/User Data/Default", "Thing", "Default"},
	} {
		tree := map[string]string{c.profile + "/Preferences": prefs(`"` + idA + `":{"location":1,"manifest":{"name":"x","version":"1"}}`)}
		if c.name == "Default" {
			tree[c.profile[:strings.LastIndex(c.profile, "/")]+"/Local State"] = "{}"
		} else if strings.HasPrefix(c.name, "Profile") {
			tree[c.profile[:strings.LastIndex(c.profile, "/")]+"/Local State"] = "{}"
		}
		for k, v := range c.system {
			tree[k] = v
		}
		got, inv := apps(t, tree)
		if len(got) != 1 {
			t.Errorf("%s: not found, gaps %+v", c.profile, inv.Gaps)
			continue
		}
		if in := got[idA].Installs[0]; in.Program != c.program || in.Profile != c.name || in.User != "ann" {
			t.Errorf("%s: %+v", c.profile, in)
		}
	}
}

func TestToldFromOutside(t *testing.T) {
	got, inv := apps(t, join(map[string]string{
		"usr/share/chromium/extensions/" + idA + ".json":                 `{"external_crx":"/opt/x.crx","external_version":"1.0"}`,
		"usr/share/chromium/extensions/plain/manifest.json":              `{"name":"By its folder","version":"4","manifest_version":2,"permissions":["https://x.example/*","tabs"]}`,
		"usr/share/chromium/extensions/link":                             hosttest.Link + "../../webext/other",
		"usr/share/webext/other/manifest.json":                           `{"name":"By a link","version":"5"}`,
		"home/ann/.config/chromium/Local State":                          "{}",
		"home/ann/.config/chromium/External Extensions/" + idB + ".json": `{"external_update_url":"https://u.example"}`,
		"etc/opt/chrome/policies/managed/a.json": `{"ExtensionInstallForcelist":["` + idC + `;https://u.example/c"],
			"ExtensionSettings":{"*":{"installation_mode":"blocked"},"` + idD + `,` + idE + `":{"installation_mode":"force_installed","update_url":"https://u.example/d"}}}`,
		"etc/opt/chrome/policies/managed/broken.json": `{"x":`,
	}))
	for id, want := range map[string]inventory.Install{
		idA: {Program: "chromium", Version: "1.0", Source: "sideloaded", Path: "/opt/x.crx"},
		idB: {Program: "chromium", User: "ann", Source: "sideloaded", UpdateURL: "https://u.example"},
		idC: {Program: "chrome", Source: "policy", UpdateURL: "https://u.example/c"},
		idD: {Program: "chrome", Source: "policy", UpdateURL: "https://u.example/d"},
		idE: {Program: "chrome", Source: "policy", UpdateURL: "https://u.example/d"},
		// The hashes of /usr/share/chromium/extensions/plain and /usr/share/webext/other.
		"cbnhkdhnkpohkepkmjmdjlophldhpndm": {Program: "chromium", Version: "4", Source: "sideloaded", Hosts: []string{"https://x.example/*"}, Path: "/usr/share/chromium/extensions/plain"},
		"gkmkggbapmcdieokdjflfdempopkjkjn": {Program: "chromium", Version: "5", Source: "sideloaded", Path: "/usr/share/chromium/extensions/link"},
	} {
		if diff := cmp.Diff([]inventory.Install{want}, got[id].Installs); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	if got[idA].Presence != inventory.PresenceTrace || got[idC].Presence != inventory.PresenceTrace || got["cbnhkdhnkpohkepkmjmdjlophldhpndm"].Presence != "" {
		t.Error("an order to install is no proof, a folder that is loaded is")
	}
	if len(got) != 7 {
		t.Errorf("%d apps", len(got))
	}
	if len(inv.SecurityProducts) != 1 || inv.SecurityProducts[0].Kind != "browser-policy" || inv.SecurityProducts[0].Name != "chrome" {
		t.Errorf("policies %+v", inv.SecurityProducts)
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapMalformed || !strings.HasSuffix(inv.Gaps[0].Subject, "broken.json") {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestManagedPreferences(t *testing.T) {
	plist := `<?xml version="1.0"?><plist version="1.0"><dict><key>ExtensionInstallForcelist</key><array><string>` + idA + `;https://u.example</string></array>
		<key>ExtensionSettings</key><dict><key>` + idB + `</key><dict><key>installation_mode</key><string>force_installed</string></dict></dict></dict></plist>`
	got, inv := apps(t, map[string]string{"System/Library/CoreServices/SystemVersion.plist": "", "Library/Managed Preferences/com.google.Chrome.plist": plist,
		"Library/Managed Preferences/ann/com.microsoft.Edge.plist": plist, "Library/Managed Preferences/com.brave.Browser.plist": "bplist00"})
	if len(got[idA].Installs) != 2 || got[idA].Installs[1].Program != "edge" || got[idA].Installs[1].User != "ann" || len(got[idB].Installs) != 2 {
		t.Errorf("%+v", got)
	}
	if len(inv.SecurityProducts) != 2 || len(inv.Gaps) != 1 {
		t.Errorf("%d policies, gaps %+v", len(inv.SecurityProducts), inv.Gaps)
	}
}

// TestPaths: an unpacked extension lies anywhere; a path must not lead out of the profile or the computer.
func TestPaths(t *testing.T) {
	dir := "home/ann/.config/chromium/Default"
	got, _ := apps(t, join(map[string]string{"home/ann/.config/chromium/Local State": "", "home/ann/src/manifest.json": `{"name":"mine","version":"1"}`,
		"home/ann/.config/chromium/Default/manifest.json": `{"name":"outside","version":"1"}`,
		dir + "/Preferences": prefs(`"`+idA+`":{"location":4,"path":"/home/ann/src"}`, `"`+idB+`":{"location":1,"path":"../."}`, `"`+idC+`":{"location":4,"path":"C:\\x"}`,
			`"`+idD+`":{"location":4,"path":"/../../../../etc"}`, `"`+idE+`":{"location":4,"path":"\\\\server\\share"}`)}))
	if a := got[idA]; a.Name != "mine" || a.Installs[0].Path != "/home/ann/src" {
		t.Errorf("%+v", a)
	}
	for _, id := range []string{idB, idC, idD, idE} {
		if a := got[id]; a.Name != "" || len(a.Installs) != 1 {
			t.Errorf("%+v", a)
		}
	}
}

// TestNothingThere: a profile of which the settings or the extensions cannot be reached is told of.
func TestNothingThere(t *testing.T) {
	const config = "home/ann/.config/"
	const dir = config + "chromium/Default/"
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no bytes":         {map[string]string{dir + "Preferences": "", dir + "Extensions/": ""}, "malformed Preferences"},
		"zeros":            {map[string]string{dir + "Preferences": strings.Repeat("\x00", 5000), dir + "Extensions/": ""}, "malformed Preferences"},
		"deep":             {map[string]string{dir + "Preferences": strings.Repeat(`{"extensions":`, 20_000) + "1" + strings.Repeat("}", 20_000)}, "malformed Preferences"},
		"linked browser":   {map[string]string{config + "chromium": hosttest.Link + "/run/psd/chromium"}, "unreadable chromium"},
		"linked vendor's":  {map[string]string{config + "BraveSoftware/Brave-Browser": hosttest.Link + "/run/psd/brave"}, "unreadable Brave-Browser"},
		"linked profile":   {map[string]string{config + "chromium/Local State": "{}", config + "chromium/Default": hosttest.Link + "/run/x"}, "unreadable Default"},
		"linked folder":    {map[string]string{dir + "Preferences": "{}", dir + "Extensions": hosttest.Link + "/mnt/x"}, "unreadable Extensions"},
		"no browser":       {map[string]string{config + "other/Preferences": ""}, ""},
		"lock of a reader": {map[string]string{config + "chromium/Local State": "{}", config + "chromium/SingletonLock": hosttest.Link + "host-12"}, ""},
	} {
		_, inv := apps(t, join(tt.files))
		got := ""
		for _, g := range inv.Gaps {
			got += string(g.Kind) + " " + filepath.Base(g.Subject)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q: %+v", name, got, tt.want, inv.Gaps)
		}
	}
}

func TestHostile(t *testing.T) {
	const top = "home/ann/.config/chromium/"
	tree := join(map[string]string{top + "Local State": "", top + "Default/Preferences": prefs(`"` + idA + `":{"path":"` + idA + `/1_0","location":1}`),
		top + "Default/Extensions/" + idA + "/1_0/manifest.json":             strings.Repeat(" ", 5<<20),
		top + "Default/Extensions/" + idB + "/1_0/manifest.json":             strings.Repeat(`{"a":`, 1<<19),
		top + "Default/Extensions/" + idC + "/loop":                          hosttest.Link + "..",
		top + "Default/Extensions/" + idD:                                    hosttest.Link + idD,
		top + "Default/Extensions/" + idE + "/1_0/manifest.json":             `{"name":"__MSG_a__","version":"1","default_locale":"en"}`,
		top + "Default/Extensions/" + idE + "/1_0/_locales/en/messages.json": `{"a":{"message":"__MSG_a____MSG_a__"}}`,
		top + "Profile 1/Preferences":                                        "{", top + "Profile 2/Preferences": "\x00\x00\x00",
		top + "Profile 3/Preferences": strings.Repeat("[", 1<<20), top + "Profile 4/Preferences": `["extensions"]`,
	})
	for i := range 3000 {
		tree[fmt.Sprintf("%sDefault/Extensions/%s/%d_0/", top, strings.Repeat("f", 32), i)] = ""
	}
	got, inv := apps(t, tree)
	if a := got[idA]; len(a.Installs) != 1 || a.Name != "" {
		t.Errorf("%+v", a)
	}
	if e := got[idE]; e.Name != "__MSG_a____MSG_a__" {
		t.Errorf("%+v", e)
	}
	var kinds []string
	for _, g := range inv.Gaps {
		kinds = append(kinds, string(g.Kind)+" "+filepath.Base(g.Subject))
	}
	slices.Sort(kinds)
	if want := []string{"limit manifest.json", "malformed Preferences", "malformed Preferences", "malformed Preferences", "malformed manifest.json"}; !slices.Equal(kinds, want) {
		t.Errorf("gaps %q", kinds)
	}
}

func TestNoRight(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("needs an account that may not read everything")
	}
	root := hosttest.Tree(t, join(map[string]string{"home/ann/.config/x": ""}))
	if err := os.Chmod(filepath.Join(root, "home/ann"), 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(root, "home/ann"), 0o755)
	inv, err := Scanner{}.Scan(context.Background(), hosttest.Open(t, root))
	if err != nil || len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapNotPermitted {
		t.Errorf("%v, %+v", err, inv.Gaps)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Scanner{}).Scan(ctx, hosttest.Open(t, hosttest.Tree(t, join()))); err == nil {
		t.Error("no error")
	}
}

// BenchmarkProfile reads a profile with 80 extensions and three megabytes of settings.
func BenchmarkProfile(b *testing.B) {
	const dir = "home/ann/.config/chromium/Default"
	tree := join(map[string]string{"home/ann/.config/chromium/Local State": ""})
	var list []string
	long := strings.Repeat(`{"message":"a translation of some length"},"x":`, 600)
	for i := range 80 {
		id := strings.Repeat("a", 30) + string([]byte{'a' + byte(i/16), 'a' + byte(i%16)})
		for k, v := range files(dir, id, "1.0") {
			tree[k] = v
		}
		tree[dir+"/Extensions/"+id+"/1.0_0/_locales/en/messages.json"] = `{"x":` + long + `{},"appName":{"message":"Name"}}`
		list = append(list, `"`+id+`":{"path":"`+id+`/1.0_0","location":1,"from_webstore":true,"state":1,"manifest":`+fmt.Sprintf(manifest, "1.0")+`,"padding":"`+strings.Repeat("x", 20_000)+`"}`)
	}
	tree[dir+"/Preferences"] = `{"before":"` + strings.Repeat("y", 1<<20) + `",` + prefs(list...)[1:]
	src := hosttest.Open(b, hosttest.Tree(b, tree))
	for b.Loop() {
		inv, err := Scanner{}.Scan(context.Background(), src)
		if err != nil || len(inv.Apps) != 80 || inv.Apps[0].Name != "Name" {
			b.Fatal(err, len(inv.Apps))
		}
	}
}
