package appdata

import (
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/hostroot/hosttest"
)

func open(t *testing.T, files map[string]string) *hostroot.Host {
	t.Helper()
	h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, files)))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func dirs(t *testing.T, h *hostroot.Host) []string {
	t.Helper()
	var out []string
	for _, b := range Bases(h, func(name string, err error) { t.Errorf("%s: %v", name, err) }) {
		out = append(out, b.User+" "+b.Dir)
	}
	return out
}

func TestBases(t *testing.T) {
	linux := open(t, map[string]string{
		"etc/os-release": "ID=x\n", "etc/passwd": "ann:x:1000:1000::/home/ann:/bin/bash\ntwin:x:1001:1::/home/ann:/bin/sh\ngone:x:1002:1::/home/gone:/bin/sh\n",
		"home/ann/.config/x": "", "home/ann/.var/app/org.example.App/config/x": "", "home/ann/snap/chromium/common/x": "", "home/ann/snap/tool/7/.config/y": "",
		"home/ann/snap/tool/current": hosttest.Link + "7", "home/ann/.local/share/x": "",
	})
	want := []string{"ann home/ann", "ann home/ann/.config", "ann home/ann/.local/share", "ann home/ann/.var/app/org.example.App", "ann home/ann/.var/app/org.example.App/config",
		"ann home/ann/snap/chromium/common", "ann home/ann/snap/chromium/common", "ann home/ann/snap/tool/current", "ann home/ann/snap/tool/current",
		"ann home/ann/snap/tool/current/.config"}
	if got := dirs(t, linux); !slices.Equal(got, want) {
		t.Errorf("Linux: %q", got)
	}
	windows := open(t, map[string]string{"Windows/System32/x": "", "Users/ann/APPDATA/local/Packages/X_1/LocalCache/Local/a": "", "Users/ann/APPDATA/Roaming/x": ""})
	if got := dirs(t, windows); !slices.Equal(got, []string{"ann Users/ann", "ann Users/ann/APPDATA/local", "ann Users/ann/APPDATA/Roaming", "ann Users/ann/APPDATA/local/Packages/X_1/LocalCache/Local"}) {
		t.Errorf("Windows: %q", got)
	}
	mac := open(t, map[string]string{"System/Library/CoreServices/SystemVersion.plist": "", "Users/ann/Library/Application Support/x": "",
		"Users/ann/Library/Containers/org.example/Data/Library/Application Support/x": ""})
	if got := dirs(t, mac); !slices.Equal(got, []string{"ann Users/ann", "ann Users/ann/Library/Application Support",
		"ann Users/ann/Library/Containers/org.example/Data/Library/Application Support"}) {
		t.Errorf("macOS: %q", got)
	}
}

func TestFind(t *testing.T) {
	h := open(t, map[string]string{"b/one/mark": "", "b/two/deep/mark": "", "b/two/deep/inner/mark": "", "b/a/b/c/mark": "", "b/Temp/mark": "", "b/loop": hosttest.Link + "/b", "b/file": ""})
	is := func(_ string, names map[string]bool) bool { return names["mark"] }
	got := Find(h, Base{Dir: "b"}, 2, is, func(name string, err error) { t.Errorf("%s: %v", name, err) })
	if want := []string{"b/loop/one", "b/one", "b/two/deep"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	home := Find(open(t, map[string]string{"h/.x/mark": "", "h/y/mark": "", "h/.config/x/mark": ""}), Base{Dir: "h", Kind: Home}, 2, is, nil)
	if want := []string{"h/.x"}; !slices.Equal(home, want) {
		t.Errorf("%q", home)
	}
}

func TestTooManyFolders(t *testing.T) {
	many := []string{"b " + ErrMany.Error()}
	for limits, want := range map[[2]int][]string{{3, 100}: many, {4, 5}: many, {4, 6}: nil} {
		var told []string
		f := find{h: open(t, map[string]string{"b/1/x": "", "b/2/x": "", "b/3/x": ""}), is: func(string, map[string]bool) bool { return false }, left: limits[0], names: limits[1],
			problem: func(name string, err error) { told = append(told, name+" "+err.Error()) }}
		if f.below(Base{Dir: "b"}, 2); !slices.Equal(told, want) {
			t.Errorf("%d: %q", limits, told)
		}
	}
}

func TestRead(t *testing.T) {
	h := open(t, map[string]string{"a": "12345", "dir/x": ""})
	if b, err := Read(h, "a", 5); string(b) != "12345" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := Read(h, "a", 4); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Errorf("too large: %v", err)
	}
	if _, err := Read(h, "dir", 4); err == nil {
		t.Error("a folder was read")
	}
	if len(Folders(h, "nowhere", func(string, error) { t.Error("what is not there is no problem") })) != 0 {
		t.Error("folders of nothing")
	}
}
