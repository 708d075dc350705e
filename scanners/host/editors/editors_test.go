package editors

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
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

var (
	linux   = map[string]string{"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/bash\n"}
	mac     = map[string]string{"System/Library/CoreServices/SystemVersion.plist": ""}
	windows = map[string]string{"Windows/System32/x": ""}
)

func with(maps ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range maps {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

func apps(t *testing.T, files map[string]string) (map[string]inventory.App, *inventory.Inventory) {
	t.Helper()
	inv := hosttest.Scan(t, Scanner{}, files)
	return sorted(inv), inv
}

func sorted(inv *inventory.Inventory) map[string]inventory.App {
	inv.Sort()
	byID := map[string]inventory.App{}
	for _, a := range inv.Apps {
		byID[a.Identifier] = a
	}
	return byID
}

const entry = `{"identifier":{"id":"Maker.Tool","uuid":"x"},"version":"1.2.0","location":{"$mid":1,"path":"/home/ann/.vscode/extensions/maker.tool-1.2.0","scheme":"file"},
	"relativeLocation":"maker.tool-1.2.0","metadata":{"id":"x","publisherDisplayName":"The Maker","isPreReleaseVersion":true,"installedTimestamp":1795369162639,"source":"gallery"}}`

func tool(dir string) map[string]string {
	return map[string]string{dir + "/package.json": `{"name":"tool","publisher":"maker","version":"1.2.0","displayName":"%name%","homepage":"https://h.example","engines":{"vscode":"^1"}}`,
		dir + "/package.nls.json": `{"name":"A Tool","other":{"message":"x"}}`}
}

func TestCode(t *testing.T) {
	root := hosttest.Tree(t, with(linux, tool("home/ann/.vscode/extensions/maker.tool-1.2.0"), map[string]string{
		"home/ann/.vscode/extensions/extensions.json":              `[` + entry + `,{"identifier":{"id":"other.vsix"},"version":"3","metadata":{"source":"vsix"}},{"identifier":{"id":"off.one"},"relativeLocation":"../x"}]`,
		"home/ann/.vscode/extensions/left-over.y-1/package.json":   `{"name":"y","publisher":"left-over","engines":{"vscode":"1"}}`,
		"home/ann/.config/Code/User/globalStorage/":                "",
		"home/ann/.config/Code/User/profiles/1a2b/extensions.json": `[` + entry + `]`,
	}))
	db, err := sql.Open("sqlite", filepath.Join(root, "home/ann/.config/Code/User/globalStorage/state.vscdb"))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)", `INSERT INTO ItemTable VALUES ('history.recentlyOpenedPathsList', 'secret')`,
		`INSERT INTO ItemTable VALUES ('extensionsIdentifiers/disabled', '[{"id":"Other.VSIX","uuid":"x"}]')`} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	src := hosttest.Open(t, root)
	inv, err := Scanner{}.Scan(context.Background(), src)
	if err != nil || len(inv.Gaps) != 0 {
		t.Fatal(err, inv.Gaps)
	}
	got := sorted(inv)
	if b, _ := json.Marshal(inv); bytes.Contains(b, []byte("secret")) {
		t.Error("what was worked on is in the inventory")
	}
	a := got["maker.tool"]
	if a.Name != "A Tool" || a.Publisher != "The Maker" || a.Homepage != "https://h.example" || !slices.Equal(a.Flags, []string{"pre-release"}) || len(a.Installs) != 2 || len(got) != 3 {
		t.Fatalf("%+v", inv.Apps)
	}
	in := a.Installs[0]
	if in.InstalledAt == nil || in.InstalledAt.Unix() != 1795369162 {
		t.Errorf("installed at %v", in.InstalledAt)
	}
	in.InstalledAt = nil
	if diff := cmp.Diff(inventory.Install{Program: "vscode", User: "ann", Version: "1.2.0", State: "enabled", Source: "store", Path: "/home/ann/.vscode/extensions/maker.tool-1.2.0"}, in); diff != "" {
		t.Error(diff)
	}
	if a.Installs[1].Profile != "1a2b" || a.Installs[1].State != "" {
		t.Errorf("%+v", a.Installs[1])
	}
	if v := got["other.vsix"]; v.Installs[0].State != "" || v.Installs[0].Source != "sideloaded" || got["off.one"].Installs[0].Path != "" {
		t.Errorf("%+v", v)
	}
}

func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		system       map[string]string
		dir, program string
	}{
		{linux, "home/ann/.vscode-oss", "vscodium"}, {linux, "home/ann/.cursor", "cursor"}, {linux, "home/ann/.windsurf", "windsurf"}, {linux, "home/ann/.vscode-server", "vscode-server"},
		{linux, "home/ann/.local/share/code-server", "code-server"}, {linux, "home/ann/.var/app/com.visualstudio.code/data/vscode", "vscode"}, {linux, "home/ann/.unheard", "unheard"},
		{mac, "Users/ann/.vscode-insiders", "vscode-insiders"}, {windows, "Users/ann/.vscode", "vscode"},
	} {
		old, _ := apps(t, with(c.system, tool(c.dir+"/extensions/maker.tool-1.2.0"), tool(c.dir+"/extensions/maker.tool-1.1.0"),
			map[string]string{c.dir + "/extensions/.obsolete": `{"maker.tool-1.1.0":true}`}))
		list, _ := apps(t, with(c.system, map[string]string{c.dir + "/extensions/extensions.json": "[" + entry + "]"}))
		for _, got := range []map[string]inventory.App{old, list} {
			a := got["maker.tool"]
			if len(got) != 1 || len(a.Installs) != 1 || a.Installs[0].Program != c.program || a.Installs[0].User != "ann" {
				t.Errorf("%s: %+v", c.dir, got)
			}
		}
	}
}

// jar packs a plug-in's description.
func jar(t testing.TB, xml string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{"META-INF/plugin.xml": xml, "META-INF/MANIFEST.MF": "x"} {
		if xml == "" && name != "META-INF/MANIFEST.MF" {
			continue
		}
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

const pluginXML = `<?xml version="1.0"?><idea-plugin><id>org.example.tool</id><name>Tool</name><version>3.4</version><vendor email="x@example.org" url="https://v.example">Example</vendor>
	<extensions><id>not this</id></extensions></idea-plugin>`

func TestJetBrains(t *testing.T) {
	want := inventory.App{Name: "Tool", Version: "3.4", Publisher: "Example", Homepage: "https://v.example"}
	for _, c := range []struct {
		system                             map[string]string
		plugins, settings, program, folder string
	}{
		{linux, "home/ann/.local/share/JetBrains/IntelliJIdea2024.1", "home/ann/.config/JetBrains/IntelliJIdea2024.1", "idea", "IntelliJIdea2024.1"},
		{linux, "home/ann/.local/share/Google/AndroidStudio2023.3", "home/ann/.config/Google/AndroidStudio2023.3", "android-studio", "AndroidStudio2023.3"},
		{mac, "Users/ann/Library/Application Support/JetBrains/PyCharmCE2025.2/plugins", "Users/ann/Library/Application Support/JetBrains/PyCharmCE2025.2", "pycharm", "PyCharmCE2025.2"},
		{windows, "Users/ann/AppData/Roaming/JetBrains/WebStorm2026.1/plugins", "Users/ann/AppData/Roaming/JetBrains/WebStorm2026.1", "webstorm", "WebStorm2026.1"},
	} {
		got, inv := apps(t, with(c.system, map[string]string{c.plugins + "/tool/lib/a.jar": jar(t, ""), c.plugins + "/tool/lib/tool-3.4.jar": jar(t, pluginXML),
			c.plugins + "/named.jar": jar(t, "<idea-plugin><name>By Name</name></idea-plugin>"), c.plugins + "/none/lib/x.txt": "", c.plugins + "/other.txt": "",
			c.settings + "/disabled_plugins.txt": "By Name\r\nother\n"}))
		a := got["org.example.tool"]
		if len(got) != 2 || len(inv.Gaps) != 0 || a.Name != want.Name || a.Version != want.Version || a.Publisher != want.Publisher || a.Homepage != want.Homepage {
			t.Fatalf("%s: %+v, %+v", c.plugins, inv.Apps, inv.Gaps)
		}
		in := a.Installs[0]
		if in.Program != c.program || in.Profile != c.folder || in.State != "enabled" || in.User != "ann" {
			t.Errorf("%+v", in)
		}
		if n := got["By Name"]; n.Installs[0].State != "disabled" || !n.Disabled {
			t.Errorf("%+v", n)
		}
	}
}

func TestHostile(t *testing.T) {
	const ext, ide = "home/ann/.vscode/extensions/", "home/ann/.local/share/JetBrains/CLion2025.1/"
	many := map[string]string{}
	for i := range maxJars + 5 {
		many[fmt.Sprintf("%slarge/lib/%d.jar", ide, i)] = jar(t, "")
	}
	_, inv := apps(t, with(linux, many, map[string]string{ext + "extensions.json": `[{"identifier":{"id":"a.b"},"relativeLocation":"big"},{"identifier":{"id":"c.d"},"relativeLocation":"deep"},[],7`,
		ext + "big/package.json": strings.Repeat(" ", 5<<20), ext + "deep/package.json": strings.Repeat("[", 1<<20), "home/ann/.cursor/extensions/extensions.json": "{}",
		"home/ann/.kiro/extensions/extensions.json": "[]", "home/ann/.config/Kiro/User/globalStorage/state.vscdb": "no database",
		ide + "broken/lib/broken.jar": "PK\x03\x04", ide + "xml/lib/xml.jar": jar(t, "<idea-plugin><name>"), ide + "loop": hosttest.Link + "loop", ide + "self/lib": hosttest.Link + "."}))
	var kinds []string
	for _, g := range inv.Gaps {
		kinds = append(kinds, string(g.Kind)+" "+filepath.Base(g.Subject))
	}
	slices.Sort(kinds)
	want := []string{"limit large", "limit package.json", "malformed broken.jar", "malformed extensions.json", "malformed extensions.json", "malformed extensions.json", "malformed package.json", "malformed state.vscdb", "malformed xml.jar"}
	if !slices.Equal(kinds, want) {
		t.Errorf("gaps %q", kinds)
	}
}

func TestNothing(t *testing.T) {
	got, inv := apps(t, with(linux, map[string]string{"home/ann/.gnome/extensions/a.b-1/metadata.json": "{}", "home/ann/.local/share/JetBrains/Toolbox/x": "", "home/ann/extensions/extensions.json": "["}))
	if len(got)+len(inv.Gaps) != 0 {
		t.Errorf("%+v %+v", inv.Apps, inv.Gaps)
	}
}

func FuzzPlugin(f *testing.F) {
	f.Add([]byte(pluginXML))
	f.Add([]byte("<idea-plugin><name>x</name><id></id></idea-plugin>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := readPlugin(data)
		if err == nil && p.name != "" && p.id == "" {
			t.Errorf("%+v", p)
		}
		off := map[string]bool{}
		identifiers(data, off)
		for id := range off {
			if id == "" {
				t.Error("no identifier")
			}
		}
	})
}
