package paths_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/ios/paths"
	"quaestor/scanners/source"
)

// phone are the paths of a made phone: Votes from the store, whose program was loaded in the container of
// org.example.votes; two apps made with the same framework, of which one is told by its extension; Unknown, of which
// there is no more than its folder; Inhouse, which came without the store; data of an app that is not there; and parts
// of the system.
var phone = []string{
	"/private/var/containers/Bundle/Application/" + uuid('B', 1) + "/iTunesMetadata.plist",
	"/private/var/containers/Bundle/Application/" + uuid('B', 1) + "/Votes.app/Info.plist",
	"/private/var/containers/Bundle/Application/" + uuid('B', 1) + "/Votes.app/SC_Info/VotesMain.sinf",
	"/private/var/containers/Bundle/Application/" + uuid('B', 1) + "/Votes.app/PlugIns/VotesShare.appex/Info.plist",
	"/private/var/containers/Bundle/Application/" + uuid('B', 1) + "/Votes.app/PlugIns/VotesShare.appex/VotesShare",
	"/private/var/containers/Bundle/Application/" + uuid('B', 1) + "/Votes.app/Watch/VotesWatch.app/Info.plist",
	"/private/var/containers/Bundle/Application/" + uuid('B', 1) + "/Votes.app/Assets/a, b.png",
	"/private/var/containers/Bundle/Application/" + uuid('B', 2) + "/Runner.app/PlugIns/org.example.one.widget.appex/Info.plist",
	"/private/var/containers/Bundle/Application/" + uuid('B', 3) + "/Runner.app/Info.plist",
	"/private/var/containers/Bundle/Application/" + uuid('B', 4) + "/Unknown.app/Info.plist",
	"/private/var/containers/Bundle/Application/" + uuid('B', 5) + "/Inhouse.app/embedded.mobileprovision",
	"/private/var/containers/Bundle/Application/" + uuid('B', 6) + "/Bridge.app/Info.plist",
	"/private/var/containers/Bundle/Application/" + uuid('B', 7) + "/Passbook.app/embedded.mobileprovision",
	"/private/var/containers/Bundle/Application/" + uuid('B', 7) + "/iTunesMetadata.plist",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 1) + "/Library/SplashBoard/Snapshots/org.example.votes - {DEFAULT GROUP}/x.ktx",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 1) + "/Library/Caches/com.apple.dyld/VotesMain.dyld4",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 1) + "/Library/Preferences/com.other.sdk.plist",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 1) + "/Documents/copy/containers/Bundle/Application/" + uuid('C', 9) + "/Fake.app/Info.plist",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 2) + "/Library/Saved Application State/org.example.one.savedState/x",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 2) + "/Library/Caches/com.apple.dyld/Runner.dyld4",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 3) + "/Library/Saved Application State/org.example.two.savedState/x",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 3) + "/Library/Caches/com.apple.dyld/Runner.dyld4",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 4) + "/Library/HTTPStorages/org.example.gone/httpstorages.sqlite",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 4) + "/Library/Preferences/org.example.gone.plist",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 5) + "/Library/Preferences/org.example.unsure.plist",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 6) + "/Library/SplashBoard/Snapshots/org.example.left - {DEFAULT GROUP}/x.ktx",
	"/private/var/mobile/Containers/Data/Application/" + uuid('A', 6) + "/Library/SplashBoard/Snapshots/org.example.right - {DEFAULT GROUP}/x.ktx",
	"/private/var/mobile/Containers/Data/PluginKitPlugin/" + uuid('E', 1) + "/Library/Caches/com.apple.dyld/VotesShare.dyld4",
	"/private/var/mobile/Containers/Data/PluginKitPlugin/" + uuid('E', 1) + "/Library/Preferences/org.example.votes.share.plist",
	"/private/var/mobile/Containers/Data/PluginKitPlugin/" + uuid('E', 1) + "/Library/HTTPStorages/org.example.votes.share/x",
	"/private/var/mobile/Containers/Shared/AppGroup/" + uuid('F', 1) + "/Library/Preferences/group.org.example.votes.shared.plist",
	"/private/var/containers/Shared/SystemGroup/systemgroup.com.apple.configurationprofiles/Library/ConfigurationProfiles/profile-0123.stub",
	"/private/var/staged_system_apps/Weather.app/Info.plist",
	"/Applications/SpecialService.app/Info.plist",
	"/private/var/mobile/Library/Safari/Bookmarks.db",
}

func lines(list []string) string { return strings.Join(list, "\n") + "\n" }

func csv(list []string) string {
	var b strings.Builder
	b.WriteString("No,Full path,Size\n")
	for i, p := range list {
		fmt.Fprintf(&b, "%d,\"%s\",%d\n", i, p, i*7)
	}
	return b.String()
}

func listing(list []string) string {
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintf(&b, "%s:\ntotal 8\n-rw-r--r--  1 mobile  mobile  4711 Apr  3 2024 %s\n\n", filepath.ToSlash(filepath.Dir(p)), filepath.Base(p))
	}
	return b.String()
}

func wide(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func gzipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

func zipped(t testing.TB, list []string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range list {
		if _, err := z.Create("image/filesystem1" + p); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarred(t testing.TB, list []string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, p := range list {
		if err := w.WriteHeader(&tar.Header{Name: "." + p, Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// tarOf is an archive of one file.
func tarOf(t testing.TB, name, content string) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func file(t testing.TB, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// What the phone shows, in whatever form its names come.
func TestForms(t *testing.T) {
	tree := t.TempDir()
	for _, p := range phone {
		name := filepath.Join(tree, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, path := range map[string]string{
		"plain":       file(t, lines(phone)),
		"crlf":        file(t, strings.ReplaceAll(lines(phone), "\n", "\r\n")),
		"csv":         file(t, csv(phone)),
		"tabs":        file(t, strings.ReplaceAll(strings.ReplaceAll(csv(phone), `"`, ""), ",", "\t")),
		"utf-16":      file(t, wide(csv(phone))),
		"gzip":        file(t, gzipped(lines(phone))),
		"image":       file(t, "Path;Size\n"+strings.ReplaceAll(strings.ReplaceAll(lines(phone), "/private", "phone.E01/Partition 2/private"), "\n", ";1\n")),
		"backslashes": file(t, strings.ReplaceAll(lines(phone), "/", `\`)),
		"find -ls":    file(t, "-rw-r--r--  1 mobile  mobile  4711 Apr  3 2024 "+strings.Join(phone, "\n-rw-r--r--  1 mobile  mobile  4711 Apr  3 2024 ")+"\n"),
		"ls -lR":      file(t, listing(phone)),
		"zip":         file(t, zipped(t, phone)),
		"tar":         file(t, tarred(t, phone)),
		"folder":      tree,
	} {
		t.Run(name, func(t *testing.T) { checkPhone(t, scantest.Scan(t, paths.New(), path)) })
	}
}

func checkPhone(t *testing.T, inv *inventory.Inventory) {
	t.Helper()
	var got []string
	for _, a := range inv.Apps {
		text := fmt.Sprintf("%s %s", a.IdentifierKind, a.Identifier)
		if a.Presence != "" {
			text += " " + string(a.Presence)
		}
		if a.System {
			text += " system"
		}
		for _, tr := range a.Traces {
			text += " " + tr.Kind
		}
		got = append(got, text)
	}
	slices.Sort(got)
	want := []string{
		"ios-bundle com.apple.Bridge system", "ios-bundle com.apple.weather system",
		"ios-bundle org.example.gone trace data-left used", "ios-bundle org.example.one used", "ios-bundle org.example.two trace data-left used", "ios-bundle org.example.votes used",
		"name Inhouse", "name Passbook", "name Runner", "name SpecialService system", "name Unknown",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n %s\nwant\n %s", strings.Join(got, "\n "), strings.Join(want, "\n "))
	}
	for id, want := range map[string]string{"org.example.votes": "program-cache", "org.example.one": "program-cache", "com.apple.weather": "folder-name", "org.example.gone": "data-container"} {
		if got := scantest.App(t, inv, id).Concluded; got != want {
			t.Errorf("%s is concluded from %q, want %q", id, got, want)
		}
	}
	a := scantest.App(t, inv, "org.example.votes")
	if a.Name != "Votes" || a.Distribution != "app-store" || len(a.Paths) != 1 || !strings.HasSuffix(strings.ReplaceAll(a.Paths[0], `\`, "/"), "/Votes.app") || fmt.Sprint(a.Groups) != "[group.org.example.votes.shared]" {
		t.Errorf("%+v", a)
	}
	if ext := fmt.Sprint(a.Extensions); ext != "[{ VotesWatch  Watch/VotesWatch.app} {org.example.votes.share VotesShare  PlugIns/VotesShare.appex}]" {
		t.Errorf("extensions %s", ext)
	}
	if len(inv.Profiles) != 1 || inv.Profiles[0].Identifier != "profile-0123.stub" {
		t.Errorf("%+v", inv.Profiles)
	}
	if b := scantest.App(t, inv, "Passbook"); b.Distribution != "" {
		t.Errorf("from the store, with a profile: %q", b.Distribution)
	}
	blind := scantest.Gaps(inv, inventory.GapBlind)
	if len(blind) != 6 || len(blind) != len(inv.Gaps) {
		t.Errorf("%+v", inv.Gaps)
	}
}

// Where the files are there, an app says itself what it is, and its name need not be guessed from.
func TestInfo(t *testing.T) {
	info := func(id string) string {
		return `<?xml version="1.0"?><plist version="1.0"><dict><key>CFBundleIdentifier</key><string>` + id + `</string><key>CFBundleShortVersionString</key><string>2.1</string></dict></plist>`
	}
	content := map[string]string{
		"/private/var/containers/Bundle/Application/" + uuid('B', 3) + "/Runner.app/Info.plist":                         info("org.example.two"),
		"/private/var/containers/Bundle/Application/" + uuid('B', 4) + "/Unknown.app/Info.plist":                        info("not valid"),
		"/private/var/containers/Bundle/Application/" + uuid('B', 1) + "/Votes.app/PlugIns/VotesShare.appex/Info.plist": info("org.example.votes.share"),
	}
	tree := t.TempDir()
	var z, absolute, w bytes.Buffer
	zw, aw, tw := zip.NewWriter(&z), zip.NewWriter(&absolute), tar.NewWriter(&w)
	for _, p := range phone {
		name := filepath.Join(tree, filepath.FromSlash(p))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(content[p]), 0o600)); err != nil {
			t.Fatal(err)
		}
		f, err := zw.Create(p[1:])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, content[p])
		if f, err = aw.Create(p); err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, content[p])
		if err := tw.WriteHeader(&tar.Header{Name: "." + p, Mode: 0o600, Size: int64(len(content[p]))}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(tw, content[p])
	}
	zw.Close()
	aw.Close()
	tw.Close()
	for name, path := range map[string]string{"folder": tree, "zip": file(t, z.String()), "absolute zip": file(t, absolute.String()), "tar": file(t, w.String())} {
		inv := scantest.Scan(t, paths.New(), path)
		a := scantest.App(t, inv, "org.example.two")
		if a.Concluded != "" {
			t.Errorf("%s: stated, and told as concluded from %q", name, a.Concluded)
		}
		if a.Presence != "" || a.Version != "2.1" || a.Name != "Runner" || len(scantest.Gaps(inv, inventory.GapMalformed)) != 1 {
			t.Errorf("%s: %+v %+v", name, a, scantest.Gaps(inv, inventory.GapMalformed))
		}
		if b := scantest.App(t, inv, "org.example.one"); b.Presence != "" {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// An archive with more entries than can be opened is read by its names, and this is said.
func TestInfoNotOpened(t *testing.T) {
	limits := source.DefaultLimits
	limits.Entries = 5
	src, err := source.Open(source.Target{Path: file(t, zipped(t, phone))}, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	inv, err := paths.New().Scan(context.Background(), src)
	gaps := scantest.Gaps(inv, inventory.GapLimit)
	if err != nil || len(gaps) != 1 || gaps[0].Count != 6 || !strings.Contains(gaps[0].Detail, "limit of 5 for entries") {
		t.Errorf("%v %+v", err, gaps)
	}
}

// A line is what leads back to the list.
func TestOrigins(t *testing.T) {
	inv := scantest.Scan(t, paths.New(), file(t, lines(phone)))
	a := scantest.App(t, inv, "org.example.votes")
	if len(a.Origins) != 2 || a.Origins[0].Line != 2 || a.Origins[1].Line != 15 || len(a.Origins[0].SHA256) != 64 {
		t.Errorf("%+v", a.Origins)
	}
}

func TestRecogniseNeedsAPhone(t *testing.T) {
	for name, content := range map[string]string{
		"a computer":   "/usr/bin/env\n/etc/passwd\n/home/member/mail\n/var/lib/dpkg/status\n",
		"a Mac":        "/Applications/Safari.app/Contents/Info.plist\n/private/var/db/x\n/Users/m/Library/Caches/x\n/System/Library/CoreServices/Finder.app/Contents/x\n",
		"prose":        "The phone keeps its apps in /private/var/mobile/Containers.\nThat is all.\nNothing more.\n",
		"two lines":    "/private/var/mobile/a/b\n/private/var/mobile/c/d\n",
		"addresses":    "https://example.org/private/var/mobile/a\nhttps://example.org/var/mobile/b\nhttps://example.org/var/mobile/c\n",
		"empty":        "",
		"zip of other": zipped(t, []string{"/a/b", "/c/d"}),
		"tar of other": tarred(t, []string{"/a/b", "/c/d"}),
		"tar of logs":  tarOf(t, "logs/ps.txt", lines(phone)),
		"binary":       strings.Repeat("\x00\x01/private/var/mobile/x\n", 20),
	} {
		if paths.New().Recognise(scantest.Open(t, file(t, content))) {
			t.Errorf("%s is recognised", name)
		}
	}
	if paths.New().Recognise(scantest.Open(t, t.TempDir())) {
		t.Error("an empty folder is recognised")
	}
	forced, err := source.Open(source.Target{Kind: "ios", Path: file(t, "a/b/c\nd/e/f\ng/h/i\n")}, source.DefaultLimits)
	if err != nil || !paths.New().Recognise(forced) {
		t.Error("a list that is said to be of an iPhone is not recognised", err)
	}
	forced.Close()
}

// system is the beginning of a list in the order of the file system: the system's own apps, and among them nothing that
// bears a phone's name.
func system(apps int, inside ...string) []string {
	list := []string{"/.file", "/.mount"}
	for i := range apps {
		for _, file := range inside {
			list = append(list, fmt.Sprintf("/Applications/Service%d.app/%s", i, file))
		}
	}
	return list
}

// The list of a whole phone begins with its system: the first container may stand far behind what is looked at.
func TestRecogniseSystemFirst(t *testing.T) {
	var languages []string
	for i := range 30 {
		languages = append(languages, fmt.Sprintf("l%d.lproj/InfoPlist.strings", i))
	}
	apps := append(system(60, append(languages, "Info.plist", "PlugIns/Share.appex/Info.plist")...), phone...)
	var frameworks []string
	for i := range 1200 {
		frameworks = append(frameworks, fmt.Sprintf("/System/Library/PrivateFrameworks/Part%d.framework/Info.plist", i))
	}
	frameworks = append(frameworks, phone...)
	inImage := strings.ReplaceAll(lines(apps), "\n/", "\nfilesystem1/")
	for name, list := range map[string]string{
		"apps": lines(apps), "csv": csv(apps), "frameworks": lines(frameworks), "image": inImage, "gzip": gzipped(lines(apps)), "ls -lR": listing(apps),
		"utf-16": wide(csv(apps)), "backslashes": strings.ReplaceAll(lines(apps), "/", `\`),
	} {
		if scantest.App(t, scantest.Scan(t, paths.New(), file(t, list)), "org.example.votes").Name != "Votes" {
			t.Errorf("%s: not read", name)
		}
	}
	for name, list := range map[string][]string{
		"a Mac":             system(100, "Contents/Info.plist", "Contents/Resources/en.lproj/x.strings"),
		"phone apps on it":  append(system(100, "Contents/Info.plist"), "/Applications/A.app/Wrapper/A.app/Info.plist", "/Applications/B.app/Wrapper/B.app/Info.plist", "/Applications/C.app/Wrapper/C.app/Info.plist"),
		"one flat, others":  append(system(5, "Info.plist"), "/Applications/Safari.app/Contents/Info.plist"),
		"two flat":          append(system(2, "Info.plist"), "/usr/bin/env"),
		"no flat bundles":   system(100, "Resources/Info.plist", "bin/run"),
		"a Mac's framework": {"/System/Library/Frameworks/A.framework/Versions/A/Info.plist", "/System/Library/Frameworks/B.framework/Versions/A/Info.plist", "/System/Library/Frameworks/C.framework/Info.plist"},
		"a simulator":       {"/Library/x/RuntimeRoot/Applications/A.app/Info.plist", "/Library/x/RuntimeRoot/Applications/B.app/Info.plist", "/Library/x/RuntimeRoot/Applications/C.app/Info.plist"},
		"builds":            {"/b/1/Applications/A.app/Info.plist", "/b/2/Applications/B.app/Info.plist", "/b/3/Applications/C.app/Info.plist"},
		"names alike":       {"/x/MyApplications/A.app/Info.plist", "/x/MyApplications/B.app/Info.plist", "/x/MyApplications/C.app/Info.plist"},
		"Linux":             {"/usr/share/applications/a.desktop", "/usr/share/applications/b.desktop", "/var/lib/dpkg/info/a.list"},
	} {
		for form, content := range map[string]string{"plain": lines(list), "csv": csv(list), "zip": zipped(t, list), "tar": tarred(t, list)} {
			if paths.New().Recognise(scantest.Open(t, file(t, content))) {
				t.Errorf("%s as %s is recognised", name, form)
			}
		}
	}
	for form, content := range map[string]string{"zip": zipped(t, append(system(3, "Info.plist"), phone...)), "tar": tarred(t, append(system(3, "Info.plist"), phone...))} {
		if !paths.New().Recognise(scantest.Open(t, file(t, content))) {
			t.Errorf("%s is not recognised", form)
		}
	}
}

// halves are the paths of programs from the store and of containers that nothing but their names link.
func halves(programs, ids []string) []string {
	var list []string
	for i, p := range programs {
		at := "/private/var/containers/Bundle/Application/" + uuid('B', i) + "/"
		list = append(list, at+"iTunesMetadata.plist", at+p+".app/Info.plist")
	}
	for i, id := range ids {
		list = append(list, "/private/var/mobile/Containers/Data/Application/"+uuid('A', i)+"/Library/SplashBoard/Snapshots/"+id+"/x.ktx")
	}
	return list
}

// Where one program and one container are left whose names say the same, they are joined, and it is said that nothing
// else links them. Where more than one fits, none is.
func TestFits(t *testing.T) {
	inv := scantest.Scan(t, paths.New(), file(t, lines(halves(
		[]string{"Talk", "WorldCalendar", "WorldSearch", "Blocks", "Crowd", "token", "TockTock", "Twin", "Bad", "Photos"},
		[]string{"org.example.talk - {DEFAULT GROUP}", "com.world.calendar", "com.world.WorldSearch", "com.blocks.blocksmobile", "com.crowd.iphone-app", "sceneID_com.token-default",
			"com.other.musically", "org.a.twin", "org.b.twin", "com.apple.photos"}))))
	var got []string
	for _, a := range inv.Apps {
		got = append(got, a.Identifier+" "+a.Name+" "+string(a.Presence))
	}
	slices.Sort(got)
	want := []string{"Bad Bad ", "Photos Photos ", "TockTock TockTock ", "Twin Twin ", "com.apple.photos  trace", "com.blocks.blocksmobile Blocks ", "com.crowd.iphone-app Crowd ", "com.other.musically  trace",
		"com.token token ", "com.world.WorldSearch WorldSearch ", "com.world.calendar WorldCalendar ", "org.a.twin  trace", "org.b.twin  trace", "org.example.talk Talk "}
	if !slices.Equal(got, want) {
		t.Errorf("got\n %s\nwant\n %s", strings.Join(got, "\n "), strings.Join(want, "\n "))
	}
	var joined, twice int
	for _, g := range scantest.Gaps(inv, inventory.GapBlind) {
		switch {
		case strings.Contains(g.Detail, "low confidence"):
			joined = g.Count
		case strings.Contains(g.Detail, "told twice"):
			twice = g.Count
		}
	}
	if joined != 6 || twice != 3 {
		t.Errorf("joined %d, twice %d: %+v", joined, twice, inv.Gaps)
	}
}

// A developer's own program may bear any name: it is not taken for the app that left the data.
func TestFitsNoDeveloper(t *testing.T) {
	list := append(halves([]string{"Talk"}, []string{"org.example.talk"}), "/private/var/containers/Bundle/Application/"+uuid('B', 0)+"/Talk.app/embedded.mobileprovision")
	if a := scantest.App(t, scantest.Scan(t, paths.New(), file(t, lines(list))), "org.example.talk"); a.Presence != inventory.PresenceTrace {
		t.Errorf("%+v", a)
	}
}

// The system names what it keeps of a scene after the app and the scene; some identifiers have no dot.
func TestScenes(t *testing.T) {
	list := halves(nil, []string{"sceneID_org.example.a-4AAC7F9F-C8E8-4F93-8210-2784179C6200", "sceneID:org.example.b-c-default", "sceneID_org.example.odd", "oldapp - {DEFAULT GROUP}", "folder"})
	inv := scantest.Scan(t, paths.New(), file(t, lines(list)))
	var got []string
	for _, a := range inv.Apps {
		got = append(got, a.Identifier)
	}
	if slices.Sort(got); fmt.Sprint(got) != "[oldapp org.example.a org.example.b-c]" {
		t.Errorf("%q", got)
	}
}

// A list that ends early is told so, and what stands before it is kept.
func TestLimits(t *testing.T) {
	limits := source.DefaultLimits
	limits.FileBytes = 1500
	for name, content := range map[string]string{"plain": lines(phone), "gzip": gzipped(lines(phone))} {
		src, err := source.Open(source.Target{Path: file(t, content)}, limits)
		if err != nil {
			t.Fatal(err)
		}
		inv, err := paths.New().Scan(context.Background(), src)
		if err != nil || len(inv.Apps) == 0 || len(scantest.Gaps(inv, inventory.GapLimit)) != 1 {
			t.Errorf("%s: %d apps, %v, %+v", name, len(inv.Apps), err, inv.Gaps)
		}
		src.Close()
	}
}

func TestDamage(t *testing.T) {
	packed, archive := gzipped(lines(phone)), tarred(t, phone)
	for name, content := range map[string]string{"gzip": packed[:len(packed)-20], "tar": archive[:len(archive)/2+100], "tar between entries": archive[:4*512]} {
		inv, err := paths.New().Scan(context.Background(), scantest.Open(t, file(t, content)))
		if err == nil || len(inv.Apps) == 0 {
			t.Errorf("%s: %v, %d apps", name, err, len(inv.Apps))
		}
	}
	whole := []byte(zipped(t, phone))
	whole[bytes.LastIndex(whole, []byte("PK\x01\x02"))] = 'x'
	if inv, err := paths.New().Scan(context.Background(), scantest.Open(t, file(t, string(whole)))); err == nil || len(inv.Apps) == 0 {
		t.Errorf("zip: %v, %d apps", err, len(inv.Apps))
	}
	if _, err := paths.New().Scan(context.Background(), scantest.Open(t, file(t, "/private/var/mobile/a/b\n/c/d/e\n/f/g/h\n"))); err == nil {
		t.Error("a list without apps is no error")
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := paths.New().Scan(ctx, scantest.Open(t, file(t, string(bigList(10_000))))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzList(f *testing.F) {
	for _, s := range []string{lines(phone), csv(phone), listing(phone), wide(lines(phone[:5])), strings.ReplaceAll(lines(phone), "/", `\`), gzipped(lines(phone)), "\"a/b\"\",\"c/d\n", "a/b/c:\n:\n/\n"} {
		f.Add([]byte(s))
	}
	f.Add([]byte(zipped(f, phone[:6])))
	f.Add([]byte(tarred(f, phone[:6])))
	f.Fuzz(func(t *testing.T, data []byte) {
		src, err := source.Open(source.Target{Kind: "ios", Path: file(t, string(data))}, source.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer src.Close()
		paths.New().Recognise(src)
		inv, err := paths.New().Scan(context.Background(), src)
		if err == nil && len(inv.Apps) == 0 {
			t.Error("nothing found, and no error")
		}
	})
}
