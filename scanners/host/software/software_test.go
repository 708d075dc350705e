package software

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"quaestor/scanners"
	"quaestor/scanners/internal/asar/asartest"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var _ scanners.Scanner = Scanner{}

const (
	apkDB    = "P:py3-six\nV:1.16.0-r9\nA:x86_64\nF:usr/lib/python3.12/site-packages/six-1.16.0.dist-info\nR:METADATA\nF:opt/owned/node_modules/ws\nR:package.json\n\n"
	metadata = "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n"
)

func pkg(name, version string) string { return fmt.Sprintf(`{"name":%q,"version":%q}`, name, version) }

// told are the components, one a line with the app that each is of.
func told(inv *inventory.Inventory) (out []string) {
	names := map[string]string{"": "the computer"}
	for _, a := range inv.Apps {
		names[a.ID] = a.Identifier
	}
	for _, c := range inv.Components {
		name, ok := names[c.App]
		if !ok {
			name = "another scanner's"
		}
		out = append(out, c.PURL+" of "+name)
	}
	slices.Sort(out)
	return out
}

// TestImage: in an image packages are read in every folder, and those that the distribution packed are its own affair.
func TestImage(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"etc/os-release": "ID=alpine\nVERSION_ID=3.20.3\n", "lib/apk/db/installed": apkDB,
		"usr/lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA": metadata, "app/node_modules/lodash/package.json": pkg("lodash", "4.17.20"),
		"opt/owned/node_modules/ws/package.json": pkg("ws", "7.4.5"),
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	src := source.Computer("image.tar", files, source.DefaultLimits)
	if !(Scanner{}).Recognise(src) {
		t.Fatal("not recognised")
	}
	inv, err := Scanner{}.Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(inv), []string{"pkg:npm/lodash@4.17.20 of the computer", "pkg:npm/ws@7.4.5 of another scanner's"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for _, c := range inv.Components {
		if c.Name == "ws" && c.App != inventory.AppID(inv.Devices[0].ID, inventory.AlpinePackage, "py3-six") || c.Device != inv.Devices[0].ID {
			t.Errorf("%+v", c)
		}
	}
	if g := scantest.Gaps(inv, inventory.GapSkipped); len(g) != 1 || g[0].Count != 1 || !strings.Contains(g[0].Samples[0], "six") {
		t.Errorf("%+v", inv.Gaps)
	}
}

// TestDeep: on a computer the folders of programs are looked into where that is asked for.
func TestDeep(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"Linux", map[string]string{
			"etc/os-release": "ID=debian\nVERSION_ID=12\n", "usr/": "",
			"opt/ballot/resources/app.asar":                      string(asartest.Make(map[string]string{"package.json": `{"name":"ballot","productName":"Ballot Box","version":"3.1.0"}`, "node_modules/ws/package.json": pkg("ws", "7.4.5")})),
			"usr/share/code/resources/app/package.json":          pkg("code", "1.80.0"),
			"usr/share/other/package.json":                       pkg("other", "1.0.0"),
			"home/ann/project/node_modules/private/package.json": pkg("private", "1.0.0"),
			"usr/local/lib/node_modules/tool/package.json":       pkg("tool", "2.0.0"),
			"var/lib/dpkg/status":                                "Package: code\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.80.0\n",
			"var/lib/dpkg/info/code.list":                        "/usr/share/code/resources/app/package.json\n",
		}, []string{"pkg:npm/ballot@3.1.0 of Ballot Box", "pkg:npm/code@1.80.0 of another scanner's", "pkg:npm/tool@2.0.0 of the computer", "pkg:npm/ws@7.4.5 of Ballot Box"}},
		{"macOS", map[string]string{
			"System/Library/CoreServices/SystemVersion.plist":                                                          `<plist version="1.0"><dict><key>ProductVersion</key><string>14.5</string></dict></plist>`,
			"Applications/Ballot.app/Contents/Info.plist":                                                              `<plist version="1.0"><dict><key>CFBundleIdentifier</key><string>org.example.ballot</string></dict></plist>`,
			"Applications/Ballot.app/Contents/Resources/app.asar":                                                      string(asartest.Make(map[string]string{"package.json": pkg("ballot", "3.1.0")})),
			"Applications/Ballot.app/Contents/Frameworks/Electron Framework.framework/Versions/A/Resources/Info.plist": `<plist version="1.0"><dict><key>CFBundleVersion</key><string>28.1.0</string></dict></plist>`,
		}, []string{"pkg:npm/ballot@3.1.0 of another scanner's", "pkg:npm/electron@28.1.0 of another scanner's"}},
		{"Windows", map[string]string{
			"WINDOWS/System32/": "", "Program Files/Ballot/lib/a.deps.json": "", "Program Files/Ballot/package.json": pkg("ballot", "1.0.0"),
			"Users/ann/AppData/Local/Programs/vote/resources/app.asar": string(asartest.Make(map[string]string{"package.json": pkg("vote", "2.0.0")})),
		}, []string{"pkg:npm/ballot@1.0.0 of ballot", "pkg:npm/vote@2.0.0 of vote"}},
	} {
		src := hosttest.Open(t, hosttest.Tree(t, tt.files))
		if (Scanner{}).Recognise(src) || !(Scanner{Deep: true}).Recognise(src) {
			t.Error(tt.name, "is looked into without being asked, or not although it is")
		}
		inv, err := Scanner{Deep: true}.Scan(context.Background(), src)
		if got := told(inv); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v\n got %q\nwant %q", tt.name, err, got, tt.want)
		}
	}
}

// TestBundle: what lies in an app of a Mac is of the app that the scanner of apps tells.
func TestBundle(t *testing.T) {
	inv, err := Scanner{Deep: true}.Scan(context.Background(), hosttest.Open(t, hosttest.Tree(t, map[string]string{
		"System/Library/CoreServices/SystemVersion.plist":    `<plist version="1.0"><dict><key>ProductVersion</key><string>14.5</string></dict></plist>`,
		"Applications/B.app/Contents/Info.plist":             `<plist version="1.0"><dict><key>CFBundleIdentifier</key><string>org.example.ballot</string></dict></plist>`,
		"Applications/B.app/Contents/Resources/package.json": pkg("ballot", "3.1.0"),
	})))
	if err != nil || len(inv.Components) != 1 || inv.Components[0].App != inventory.AppID(inv.Devices[0].ID, inventory.MacBundle, "org.example.ballot") || len(inv.Apps) != 0 {
		t.Errorf("%v, %+v", err, inv)
	}
}
