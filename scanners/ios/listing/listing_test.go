package listing

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// TestGolden: the forms whose every fact is told here; what the phone itself says of an app is described elsewhere.
func TestGolden(t *testing.T) {
	for _, pattern := range []string{"testdata/*.txt", "testdata/devicectl-apps.json", "testdata/cfgutil-installedApps.json"} {
		scantest.GoldenFiles(t, New(), pattern, 1)
	}
}

// told is what matters of the apps, one a line.
func told(inv *inventory.Inventory) (list []string) {
	for _, a := range inv.Apps {
		list = append(list, fmt.Sprintf("%s %q %s", a.Identifier, a.Name, a.Version))
	}
	slices.Sort(list)
	return list
}

// TestForms: each form gives its apps, installed and not traces.
func TestForms(t *testing.T) {
	for file, want := range map[string][]string{
		"ideviceinstaller-list.txt":  {`com.zhiliaoapp.musically "TikTok" 35.7.0`, `imgurmobile "Imgur" 2024.08.02`, `org.example.nameless "" 1.0`, `org.example.votes "Votes, \"Minutes\" & More" 2.1`},
		"ideviceinstaller-1.0.txt":   {`com.zhiliaoapp.musically "TikTok" 35.7.0`, `org.example.plain "Plain Name" `, `org.example.votes "Votes of the House" 2.1`},
		"ideviceinstaller-xml.plist": {`com.zhiliaoapp.musically "TikTok" 35.7.0`, `org.example.votes "Votes" 7`},
		"pymobiledevice3-apps.json":  {`com.apple.mobilesafari "Safari" 17.6`, `org.example.votes "Votes" 2.1`},
		"devicectl-apps.json":        {`com.apple.mobilesafari "Safari" 17.2`, `org.example.votes "Votes" 2.1`},
		"cfgutil-installedApps.json": {`com.zhiliaoapp.musically "TikTok" 35.7.0`, `org.example.votes "Votes" 2.1`},
		"go-ios-apps.json":           {`org.example.votes "Votes" 2.1`},
	} {
		inv := scantest.Scan(t, New(), filepath.Join("testdata", file))
		if got := told(inv); !slices.Equal(got, want) {
			t.Errorf("%s: %q", file, got)
		}
		for _, a := range inv.Apps {
			if a.Presence != inventory.PresenceInstalled || len(a.Origins) != 1 || a.Origins[0].SHA256 == "" {
				t.Errorf("%s: %+v", file, a)
			}
		}
		if g := scantest.Gaps(inv, inventory.GapMalformed); len(g) > 0 {
			t.Errorf("%s: %+v", file, g)
		}
		if g := scantest.Gaps(inv, inventory.GapBlind); (len(g) == 0) != (file == "pymobiledevice3-apps.json") {
			t.Errorf("%s: what the list leaves out: %+v", file, g)
		}
	}
}

func TestFacts(t *testing.T) {
	inv := scantest.Scan(t, New(), "testdata/ideviceinstaller-xml.plist")
	tiktok, votes := scantest.App(t, inv, "com.zhiliaoapp.musically"), scantest.App(t, inv, "org.example.votes")
	if tiktok.Team != "V7VK7S22V2" || tiktok.Distribution != "app-store" || tiktok.Publisher != "TikTok Ltd." || tiktok.StoreID != "835599320" || tiktok.Genre != "Entertainment" ||
		len(tiktok.Permissions) != 3 || tiktok.Permissions[0].Purpose != "This lets you film videos." || !slices.Equal(tiktok.Groups, []string{"group.com.zhiliaoapp.musically"}) || len(tiktok.Paths) != 1 {
		t.Errorf("%+v", tiktok)
	}
	if votes.Distribution != "development" {
		t.Errorf("%+v", votes)
	}
	text, err := json.Marshal(inv)
	if err != nil || bytes.Contains(text, []byte("parliament.example")) || bytes.Contains(text, []byte("1234567890")) {
		t.Errorf("who bought or signed it is nobody's business: %v %s", err, text)
	}
	inv = scantest.Scan(t, New(), "testdata/pymobiledevice3-apps.json")
	votes = scantest.App(t, inv, "org.example.votes")
	if len(votes.Extensions) != 1 || votes.Extensions[0].Point != "com.apple.keyboard-service" || votes.Extensions[0].File != "PlugIns/Keyboard.appex" || votes.Distribution != "testflight" || !slices.Contains(votes.Flags, "UIFileSharingEnabled") {
		t.Errorf("%+v", votes)
	}
	if !scantest.App(t, inv, "com.apple.mobilesafari").System {
		t.Error("Safari is part of the system")
	}
	inv = scantest.Scan(t, New(), "testdata/devicectl-apps.json")
	if votes = scantest.App(t, inv, "org.example.votes"); !strings.HasSuffix(votes.Paths[0], "/Votes App.app") || !slices.Equal(votes.Flags, []string{"IsAppClip", "builtByDeveloper"}) {
		t.Errorf("%+v", votes)
	}
	inv = scantest.Scan(t, New(), "testdata/cfgutil-installedApps.json")
	if len(inv.Devices) != 2 || inv.Devices[0].ID == inv.Devices[1].ID {
		t.Errorf("two phones in one file: %+v", inv.Devices)
	}
}

// file writes a file for the length of a test and opens it.
func file(t testing.TB, data string) *source.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return scantest.Open(t, path)
}

const array = `<?xml version="1.0"?><plist version="1.0"><array><dict><key>CFBundleIdentifier</key><string>org.example.a</string></dict></array></plist>`

// TestNotRecognised: what resembles a list and is none, or is one of another kind.
func TestNotRecognised(t *testing.T) {
	mdm, err := os.ReadFile("../../../../shared/corpus/dumps/shapes/apple-mdm-InstalledApplicationList.plist")
	if err != nil {
		t.Log("the corpus of foreign files is missing: ", err)
	}
	for name, text := range map[string]string{
		"answer to an MDM":   string(mdm),
		"Info.plist":         `<?xml version="1.0"?><plist><dict><key>CFBundleIdentifier</key><string>a.b</string><key>ApplicationType</key><string>User</string></dict></plist>`,
		"archived apps":      `<?xml version="1.0"?><plist><dict><key>org.example</key><dict><key>CFBundleIdentifier</key><string>a.b</string></dict></dict></plist>`,
		"other array":        `<?xml version="1.0"?><plist><array><dict><key>Name</key><string>CFBundleIdentifier</string></dict></array></plist>`,
		"one app in JSON":    `{"CFBundleIdentifier": "org.example", "ApplicationType": "User"}`,
		"other JSON":         `[{"bundleIdentifier": "org.example"}]`,
		"strings in JSON":    `["CFBundleIdentifier"]`,
		"settings in JSON":   `{"a": 1, "CFBundleIdentifier": {"ApplicationType": ""}}`,
		"prose":              "The key CFBundleIdentifier, as Apple says, names an app.\n",
		"source":             "let names = [\"CFBundleIdentifier\", \"CFBundleVersion\"]\n",
		"no head":            "com.example, \"1\", \"A\"\n",
		"counted other apps": "Total: 3 apps\nare on sale\n",
		"Android":            "package:com.example\n",
		"empty":              "",
	} {
		if New().Recognise(file(t, text)) {
			t.Errorf("%s is recognised", name)
		}
	}
}

func TestRecognised(t *testing.T) {
	wide := func(s string) string {
		b := []byte("\xff\xfe")
		for i := range len(s) {
			b = append(b, s[i], 0)
		}
		return string(b)
	}
	const csv = "CFBundleIdentifier, CFBundleVersion, CFBundleDisplayName\r\norg.example.a, \"1\", \"A\"\r\n"
	for name, text := range map[string]string{
		"array": array, "wide XML": wide(array), "XML after a warning": "WARNING: x\n" + array, "wide XML after a prompt": wide("PS> x\r\n" + array),
		"lines": csv, "wide lines": wide(csv), "marked lines": "\xef\xbb\xbf" + csv, "one column": "CFBundleIdentifier\norg.example.a\n", "in another order": "CFBundleDisplayName, CFBundleIdentifier\n\"A\", org.example.a\n",
		"wide JSON": wide(`[{"CFBundleIdentifier": "org.example.a"}]`), "the phone's answer": `<?xml version="1.0"?><plist><dict><key>LookupResult</key><dict><key>org.example.a</key><dict><key>ApplicationType</key><string>User</string><key>CFBundleIdentifier</key><string>org.example.a</string></dict></dict></dict></plist>`,
		"typographic quotes": "CFBundleIdentifier, CFBundleVersion, CFBundleDisplayName\norg.example.a, “1”, «A»\n",
	} {
		src := file(t, text)
		inv, err := New().Scan(context.Background(), src)
		if !New().Recognise(src) || err != nil || len(inv.Apps) != 1 || inv.Apps[0].Identifier != "org.example.a" {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if a := inv.Apps[0]; strings.ContainsAny(a.Name+a.Version, `"“«`) {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// TestDamage: a list that breaks off keeps what was read where its form allows it, and is no whole list.
func TestDamage(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		apps int
		err  bool
		gaps int
	}{
		"JSON cut":        {`[{"CFBundleIdentifier": "org.example.a"}, {"CFBundleIdentifier": "org.exa`, 1, true, 0},
		"XML cut":         {array[:len(array)-30], 0, true, 0},
		"no app":          {`[{"CFBundleIdentifier": ""}]`, 0, true, 1},
		"bad identifier":  {`[{"CFBundleIdentifier": "org.example.a"}, {"CFBundleIdentifier": "a b"}]`, 1, false, 1},
		"a huge entry":    {`[{"CFBundleIdentifier": "org.example.a"}, {"CFBundleIdentifier": "org.example.b", "x": "` + strings.Repeat("x", maxEntry) + `"}]`, 1, false, 1},
		"other entries":   {`[{"CFBundleIdentifier": "org.example.a"}, 5, null, "x"]`, 1, false, 1},
		"bad notes":       {strings.Replace(array, "</dict>", "<key>iTunesMetadata</key><data>AAAA</data></dict>", 1), 1, false, 1},
		"a line too many": {"CFBundleIdentifier, CFBundleVersion\norg.example.a, \"1\"\nERROR: the phone went away\n", 1, false, 1},
		"only a head":     {"CFBundleIdentifier, CFBundleVersion, CFBundleDisplayName\n", 0, true, 0},
	} {
		inv, err := New().Scan(context.Background(), file(t, tt.text))
		if (err != nil) != tt.err || len(inv.Apps) != tt.apps || len(scantest.Gaps(inv, inventory.GapMalformed)) != tt.gaps {
			t.Errorf("%s: %v, %d apps, %+v", name, err, len(inv.Apps), inv.Gaps)
		}
	}
}

func TestFields(t *testing.T) {
	for line, want := range map[string][]string{
		`a, "1", "A"`:        {"a", "1", "A"},
		`a, "1, 2", "A, B"`:  {"a", "1, 2", "A, B"},
		`a, "1", "A "B" C"`:  {"a", "1", `A "B" C`},
		`a, "1", "A \"B\""`:  {"a", "1", `A "B"`},
		`a, , "A"`:           {"a", "", "A"},
		`a`:                  {"a"},
		`a, 1, A`:            {"a", "1", "A"},
		`"a", "1", "„B“"`:    {"a", "1", "„B“"},
		`a, "1", `:           {"a", "1", ""},
		`a, "unclosed, "A"`:  {"a", `"unclosed`, "A"},
		`a, "1", "A", extra`: {"a", "1", `"A", extra`},
	} {
		if got := fields(line, 3); !slices.Equal(got, want) {
			t.Errorf("%s: %q", line, got)
		}
	}
}

// FuzzScan: no panic, and nothing but apps with valid identifiers.
func FuzzScan(f *testing.F) {
	files, err := filepath.Glob("testdata/*[a-z0].*")
	if err != nil || len(files) < 7 {
		f.Fatal(files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	path := filepath.Join(f.TempDir(), "list")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		known := New().Recognise(src)
		inv, err := New().Scan(context.Background(), src)
		if err == nil && !known {
			t.Error("read and not recognised")
		}
		for _, a := range inv.Apps {
			if a.Identifier == "" || a.Device == "" || len(a.Origins) == 0 {
				t.Errorf("%+v", a)
			}
		}
	})
}

// BenchmarkScan reads a list of 400 apps in XML and in JSON.
func BenchmarkScan(b *testing.B) {
	data, err := os.ReadFile("testdata/ideviceinstaller-xml.plist")
	if err != nil {
		b.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(data), "<array>")
	at := strings.LastIndex(rest, "</array>")
	one, tail := rest[:at], rest[at:]
	apps, entries := "", []string{}
	for i := range 200 {
		apps += strings.NewReplacer("musically", fmt.Sprint("m", i), "votes", fmt.Sprint("v", i)).Replace(one)
		entries = append(entries, fmt.Sprintf(`{"CFBundleIdentifier":"org.example.a%d","ApplicationType":"User","NSCameraUsageDescription":"why"}`, i))
	}
	for name, text := range map[string]string{"xml": head + "<array>" + apps + tail, "json": "[" + strings.Join(entries, ",") + "]"} {
		src := file(b, text)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if inv, err := New().Scan(context.Background(), src); err != nil || len(inv.Apps) < 200 {
					b.Fatal(err)
				}
			}
		})
	}
}
