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
		{line: "package:com.a\x1b[2J", broken: 1},               // what moves text cannot be undone
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
		{line: "\ufeffpackage:com.a", entries: 1},
		{line: "\x00package:com.a", entries: 1},
		{line: "\x1b[H\x1b[2J\x1b[32mpackage:com.a\x1b[0m", entries: 1},
		{line: "\x1b[01;31m\x1b[Kpackage:\x1b[m\x1b[Kcom.a", entries: 1},
		{line: "--More--\rpackage:com.a", entries: 1},
		{line: "--More--\r        \rpackage:com.a\r", entries: 1},
		{line: "--More--(12%)"},
		{line: "package:com.a\rpackage:com.b\rpackage:com.c\r", entries: 3},
		{line: "package:com.a package:com.b\tpackage:/data/x y/base.apk=com.c uid:10001", entries: 3},
		{line: "package:com.a;package:com.b, package:c d", entries: 2, broken: 1},
		{line: "12 package:com.a", entries: 1},
		{line: "  2\tpackage:com.a", entries: 1},
		{line: "12:package:com.a", entries: 1},
		{line: "phone1.txt:package:com.a", entries: 1},
		{line: `C:\dumps\my phone.txt:7:package:com.a`, entries: 1},
		{line: `"package:com.a"`, entries: 1},
		{line: "> package:com.a", entries: 1},
		{line: "package:com.a,", entries: 1},
		{line: "package:-rf", broken: 1}, // an option, where a command is given the name
		{line: "package:/data/app/x/base.apk=--user", broken: 1},
		{line: "Removed package:com.a", broken: 1}, // a sentence tells something else
		{line: "Removed: package:com.a", broken: 1},
		{line: "Package:com.a", broken: 1},
		{line: "<b>package:com.a</b>", broken: 1},
		{line: "import 'package:flutter/material.dart';", broken: 1},
		{line: "package:com.a isArchived=true stopped=true", entries: 1},
		{line: "Shell does not have permission to access user 150", errors: 1},
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
		"\x1b[32mpackage:com.a\x1b[0m\n":                        true,
		"a.txt:package:com.a\nb.txt:package:com.b\n":            true,
		"p\x00a\x00c\x00k\x00a\x00g\x00e\x00:\x00a\x00\n\x00":   true,
		"Package: dpkg\nStatus: installed\n":                    false,
		"Error: java.lang.SecurityException: Shell does not have permission to access user 150\n com.android.server.X\n":                true,
		"error: device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set\nTry 'adb kill-server'.\nThen look at the phone.\n": true,
		"error: device list\none\ntwo\nthree\nfour\n":                             false,
		"package:com.a\npackage:com.b\npackage:\npackage: \npackage:c/d\n":        true,
		"cmd: Can't find service: package\n":                                      true,
		"java.lang.SecurityException: no right\n\tat com.example.A.b(A.java:1)\n": false,
		"PK\x03\x04\x14\x00\x00\x00\x00\x00a.txtpackage:com.a\npackage:com.b\n":   false,
		tar("package:com.a\npackage:com.b\n"):                                     false,
		"\x1f\x8b\x08package:com.a\npackage:com.b\n":                              false,
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

// tar is a text as it stands in an archive of the oldest kind, which has no magic.
func tar(text string) string {
	return "phone.txt" + strings.Repeat("\x00", 91) + "0000644\x00" + strings.Repeat("\x00", 404) + text + strings.Repeat("\x00", 512)
}

// Files put together may differ in encoding. What cannot be read is counted.
func TestGluedEncodings(t *testing.T) {
	wide := func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			b.WriteByte(s[i])
			b.WriteByte(0)
		}
		return b.String()
	}
	a, b := "package:com.a\r\n", "package:com.example.second\r\n"
	for name, text := range map[string]string{
		"wide after narrow": a + "\xff\xfe" + wide(b), "wide after wide": "\xff\xfe" + wide(a) + "\xff\xfe" + wide(b), "no mark": wide(a) + wide(b),
	} {
		got, sum := read(t, text)
		if len(got) != 2 || got[1].Package != "com.example.second" || sum.Unknown.Count+sum.Broken.Count+sum.Glued != 0 {
			t.Errorf("%s: %+v %+v", name, got, sum)
		}
		if !Looks([]byte(text)) {
			t.Errorf("%s is not recognised", name)
		}
	}
	if got, sum := read(t, "\xff\xfe"+wide(a)+b); len(got) != 1 || sum.Glued != 1 {
		t.Errorf("narrow after wide: %+v %+v", got, sum)
	}
}

func TestOpenEnd(t *testing.T) {
	for text, want := range map[string]bool{"package:com.a\n": false, "package:com.a": true, "": false, "package:com.a\n\xff\xfep\x00\n\x00": false} {
		if _, sum := read(t, text); sum.Open != want {
			t.Errorf("%q: %v", text, sum.Open)
		}
	}
}
