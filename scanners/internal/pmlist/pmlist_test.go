package pmlist

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func read(t *testing.T, text string) ([]Entry, *Summary) {
	t.Helper()
	var got []Entry
	sum, err := Read(strings.NewReader(text), func(e *Entry) error { got = append(got, *e); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return got, sum
}

func TestEntries(t *testing.T) {
	for _, tt := range []struct {
		line string
		want Entry
	}{
		{"package:com.whatsapp", Entry{Package: "com.whatsapp"}},
		{"  package:com.whatsapp  ", Entry{Package: "com.whatsapp"}},
		{"package:android  installer=null uid:1000", Entry{Package: "android", InstallerKnown: true, UIDs: []int{1000}}},
		{"package:/data/app/~~Zx1-_A==/be.itsme.app-9Q==/base.apk=be.itsme.app",
			Entry{Package: "be.itsme.app", Path: "/data/app/~~Zx1-_A==/be.itsme.app-9Q==/base.apk"}},
		{"package:/mnt/expand/disk one/app/a=b/base.apk=com.a versionCode:12  installer=com.android.vending uid:10123,1010123",
			Entry{Package: "com.a", Path: "/mnt/expand/disk one/app/a=b/base.apk", VersionCode: 12, VersionKnown: true,
				Installer: "com.android.vending", InstallerKnown: true, UIDs: []int{10123, 1010123}}},
		{"package:com.android.adbd versionCode:351010000", Entry{Package: "com.android.adbd", VersionCode: 351010000, VersionKnown: true}},
		{"package:null=com.gone", Entry{Package: "com.gone"}},
		{"package:com.google.android.trichromelibrary_581418037", Entry{Package: "com.google.android.trichromelibrary_581418037"}},
	} {
		got, sum := read(t, tt.line)
		tt.want.Line = 1
		if diff := cmp.Diff([]Entry{tt.want}, got); diff != "" || sum.Unknown.Count+sum.Broken.Count+sum.Fields.Count > 0 {
			t.Errorf("%q: %s%+v", tt.line, diff, sum)
		}
	}
}

// Lines that are not entries must be counted by kind, never lost.
func TestOtherLines(t *testing.T) {
	for _, tt := range []struct {
		line                                               string
		entries, unknown, broken, errors, fields, commands int
	}{
		{line: "package:", broken: 1},
		{line: "package:/data/app/com.a-1/base.apk", broken: 1}, // pm path, no name
		{line: "package:com.a\x1b[31m", broken: 1},
		{line: "package:com.a b", broken: 1},
		{line: "com.a", unknown: 1},
		{line: "sdk:com.sdk:3", unknown: 1},
		{line: "package:com.a newField:7", entries: 1, fields: 1},
		{line: "package:com.a uid:many", entries: 1, fields: 1},
		{line: "Error: java.lang.SecurityException: Shell does not have permission to access user 150", errors: 1},
		{line: "Failure [not installed for 0]", errors: 1},
		{line: "cmd: Can't find service: package", errors: 1},
		{line: "Exception occurred while executing 'list':", errors: 1},
		{line: "\tat com.android.server.pm.Foo.bar(Foo.java:12)"},
		{line: "* daemon not running; starting now at tcp:5037"},
		{line: "a54x:/ $"},
		{line: "a54x:/ $ exit"},
		{line: "===="},
		{line: "$ adb shell pm list packages -3", commands: 1},
		{line: `C:\platform-tools>adb.exe shell "cmd package list packages -U --user 10"`, commands: 1},
		{line: "a54x:/ $ pm list packages -f", commands: 1},
		{line: "I used pm to list packages", unknown: 1},
	} {
		_, sum := read(t, tt.line+"\n")
		got := [...]int{sum.Entries, sum.Unknown.Count, sum.Broken.Count, sum.Errors.Count, sum.Fields.Count, sum.Commands}
		if want := [...]int{tt.entries, tt.unknown, tt.broken, tt.errors, tt.fields, tt.commands}; got != want {
			t.Errorf("%q: entries, unknown, broken, errors, fields, commands %v, want %v", tt.line, got, want)
		}
	}
}

func TestCommandTellsAboutWhatFollows(t *testing.T) {
	got, _ := read(t, "package:com.before\n$ adb shell pm list packages -3d --user 10\npackage:com.work\n# pm list packages -u\npackage:com.gone\n")
	want := []Command{{}, {Known: true, User: "10", ThirdParty: true, Disabled: true}, {Known: true, Uninstalled: true}}
	for i, w := range want {
		if got[i].Context != w {
			t.Errorf("%s: %+v, want %+v", got[i].Package, got[i].Context, w)
		}
	}
}

func TestLooks(t *testing.T) {
	for head, want := range map[string]bool{
		"package:com.a\npackage:com.b\n":                        true,
		"\xff\xfep\x00a\x00c\x00k\x00a\x00g\x00e\x00:\x00a\x00": true,
		"$ adb shell pm list packages\n\npackage:com.a\n":       true,
		"package: main\nimport x\n":                             false,
		"package: foo\nversion: 1\n":                            false,
		"":                                                      false,
		"Packages:\n  Package [com.a] (1):\n":                   false,
		"one\ntwo\nthree\npackage:a\n":                          false,
	} {
		if got := Looks([]byte(head)); got != want {
			t.Errorf("%q: %v", head, got)
		}
	}
}

func FuzzPMList(f *testing.F) {
	files, err := filepath.Glob("../../android/packages/testdata/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds in android/packages/testdata", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		sum, err := Read(strings.NewReader(text), func(e *Entry) error {
			n++
			if !ValidName(e.Package) || e.Line < 1 {
				t.Errorf("yielded %+v", e)
			}
			return nil
		})
		if err != nil || sum.Entries != n {
			t.Fatalf("%d entries, summary says %d, %v", n, sum.Entries, err)
		}
		Looks([]byte(text))
	})
}
