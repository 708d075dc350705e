package androidfacts

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

// wide is ASCII text in UTF-16, without a mark.
func wide(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

// A dump of packages that may not be whole has to say so, and one that cannot be whole is incomplete.
func TestWholeDump(t *testing.T) {
	const before, after = "Database versions:\n  x\n\nActivity Resolver Table:\n\n", "\nQueries:\n  x\n\nShared users:\n\nPackage Changes:\n  x\n"
	const user = "    User 0: ceDataInode=1 installed=true\n"
	a, b, platform := block("com.a", user), block("com.b", user), block("android", user)
	for name, tt := range map[string]struct {
		text               string
		incomplete, isPart bool
	}{
		"whole":                       {before + "Packages:\n" + a + b + after, false, false},
		"one package left":            {before + "Packages:\n" + a, true, false},
		"cut in a block":              {before + "Packages:\n" + a + "  Package [com.b] (2):\n    userId=1\n", true, false},
		"cut in a line":               {before + "Packages:\n" + a + b[:len(b)-9], true, false},
		"cut before the packages":     {before, true, false},
		"cut in later sections":       {before + "Packages:\n" + a + b + after[:len(after)-2], true, false},
		"a prompt after the cut":      {before + "Packages:\n" + a + b + "a54x:/ $ exit\n", true, false},
		"a rule after the cut":        {before + "Packages:\n" + a + b + "-------------\n", true, false},
		"words after the cut":         {before + "Packages:\n" + a + b + "My notes:\n", true, false},
		"a first line not understood": {before + "Packages:\n  Package [com.b] (not hex):\n    userId=1\n" + a + after, true, false},
		"a second one, cut":           {before + "Packages:\n" + a + after + "\nPackages:\n" + b, true, false},
		"packages only":               {"Packages:\n" + platform + a, false, true},
		"packages only, cut":          {"Packages:\n" + platform + a + b[:len(b)-9], true, true},
		"packages only, a part":       {"Packages:\n" + a + b, true, false},
		"one, no more known":          {"Packages:\n" + a, true, false},
		"one, asked for":              {"Activity Resolver Table:\n  x\nPackages:\n" + a + "\nQueries:\n  x\nDexopt state:\n  x\n", false, true},
		"one, asked for, cut":         {"Activity Resolver Table:\n  x\nPackages:\n" + a + "\nQueries:\n  x\n", true, false},
		"a line not understood":       {before + "Packages:\n" + a + "  Package [com.b] (not hex):\n" + b[strings.Index(b, "\n")+1:] + after, true, false},
		"numbered lines":              {before + "Packages:\n" + a + "12:" + b + after, true, false},
		"a deep line":                 {before + "Packages:\n" + a + "      runtime permissions:\n        " + strings.TrimLeft(b, " ") + after, true, false},
	} {
		inv := dumped(t, tt.text, "package")
		incomplete := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Kind.Incomplete() })
		part := slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
			return g.Kind == inventory.GapBlind && strings.Contains(g.Detail, "The dump ") && !strings.Contains(g.Detail, "requested permissions")
		})
		if incomplete != tt.incomplete || part != tt.isPart {
			t.Errorf("%s: %+v", name, inv.Gaps)
		}
	}
	glued := dumped(t, "\xff\xfe"+wide(before+"Packages:\n"+a+b+after)+a+after, "package")
	if !slices.ContainsFunc(glued.Gaps, func(g inventory.Gap) bool {
		return g.Kind == inventory.GapMalformed && strings.Contains(g.Detail, "encoding")
	}) {
		t.Errorf("a dump in another encoding after this one: %+v", glued.Gaps)
	}
	inv := dumped(t, "Activity Resolver Table:\nPackages:\n"+a+"Dexopt state:\n", "package")
	if at := slices.IndexFunc(inv.Gaps, func(g inventory.Gap) bool { return strings.Contains(g.Detail, `"com.a"`) }); at < 0 {
		t.Errorf("the package that was asked for is not named: %+v", inv.Gaps)
	}
}

// Colours and marks that stand before a line of a dump are no part of it.
func TestDressedDump(t *testing.T) {
	const user = "    User 0: installed=true\n"
	text := "\x1b[0mDatabase versions:\nPackages:\n  \x1b[1mPackage [com.a] (1):\x1b[0m\n    versionName=\x1b[31mx\n    pkgFlags=[ ]\n" + user + "\ufeff" + block("com.b", user) + "Package Changes:\n"
	inv := dumped(t, text, "package")
	if len(inv.Apps) != 2 || inv.Apps[0].Version != "\x1b[31mx" && inv.Apps[1].Version != "\x1b[31mx" || gap(inv, inventory.GapMalformed) || gap(inv, inventory.GapUnknownLines) {
		t.Errorf("%+v %+v", inv.Apps, inv.Gaps)
	}
}

// A dump of all services that stops inside one that is not read lacks those after it.
func TestCutInOtherService(t *testing.T) {
	text := "DUMP OF SERVICE package:\nDatabase versions:\nPackages:\n" + block("com.a", "    User 0: installed=true\n") + "Package Changes:\n" +
		"--------- 0.1s was the duration of dumpsys package, ending at: x\nDUMP OF SERVICE power:\n  x\n"
	if inv := dumped(t, text, ""); !gap(inv, inventory.GapMalformed) {
		t.Errorf("%+v", inv.Gaps)
	}
	if inv := dumped(t, text+"--------- 0.1s was the duration of dumpsys power, ending at: x\n", ""); gap(inv, inventory.GapMalformed) {
		t.Errorf("%+v", inv.Gaps)
	}
}

// A tool that takes the last line end away has not cut the dump.
func TestDumpWithoutLastLineEnd(t *testing.T) {
	text := "Currently running services:\n  package\n  power\nDUMP OF SERVICE package:\nDatabase versions:\nPackages:\n" + block("com.a", "    User 0: installed=true\n") + "Package Changes:\n"
	mark := "--------- 0.1s was the duration of dumpsys package, ending at: 2024-01-01"
	for tail, broken := range map[string]bool{
		mark: false, mark + "\nDUMP OF SERVICE power:\n  x\n--------- 0.1s was the duration of dumpsys power, ending at: 2024-01-01": false,
		mark[:40]: true, mark[:strings.Index(mark, "age, ending")]: true, mark + "\nDUMP OF SERVICE power:\n  x": true, "": true,
		"\nDUMP OF SERVICE power:\n  x": false, // old versions mark no end
	} {
		if inv := dumped(t, strings.TrimSpace(text+tail), ""); gap(inv, inventory.GapMalformed) != broken {
			t.Errorf("%q: %+v", tail, inv.Gaps)
		}
	}
	text = strings.Replace(text, "  power\n", "  user\n", 1) + mark + "\n"
	if inv := dumped(t, text, ""); !gap(inv, inventory.GapMalformed) {
		t.Errorf("a service that was running and is not there: %+v", inv.Gaps)
	}
}
