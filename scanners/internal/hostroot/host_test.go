package hostroot

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const machineID = "0123456789abcdef0123456789abcdef"

// elf is the start of a program for a processor, as file(1) would see it.
func elf(machine byte) string {
	head := make([]byte, 64)
	copy(head, "\x7fELF\x02\x01")
	head[18] = machine
	return string(head)
}

func open(t *testing.T, files map[string]string) *Host {
	t.Helper()
	h, err := Open(hosttest.Open(t, hosttest.Tree(t, files)))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func debian() map[string]string {
	return map[string]string{
		"usr/lib/os-release": "NAME=\"Debian GNU/Linux\"\nVERSION_ID='12'\nID=debian\nVERSION_CODENAME=bookworm\n",
		"etc/os-release":     hosttest.Link + "../usr/lib/os-release",
		"etc/hostname":       "desk-17\n",
		"etc/machine-id":     machineID + "\n",
		"usr/bin/env":        elf(183),
		"etc/passwd":         "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000:Ann,,,:/home/ann:/bin/bash\nwww:x:1001:33::/var/www:/usr/sbin/nologin\nnobody:x:65534:65534::/:/bin/sh\nbroken\nlow:x:33:33::/:/bin/sh\n",
		"home/ann/":          "",
		"home/ldap.user/":    "",
	}
}

func TestDevice(t *testing.T) {
	h := open(t, debian())
	d := h.Device("test")
	if len(d.Origins) != 1 || !strings.HasSuffix(d.Origins[0].Path, "/etc/os-release") || d.Origins[0].Scanner != "test" {
		t.Errorf("origins %+v", d.Origins)
	}
	d.Origins = nil
	want := inventory.Device{ID: d.ID, Platform: inventory.Linux, Name: "desk-17", OSName: "Debian GNU/Linux", OSVersion: "12", Arch: "aarch64",
		Properties: map[string]string{"os-release.ID": "debian", "os-release.VERSION_CODENAME": "bookworm"}}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
}

func TestDeviceID(t *testing.T) {
	id := func(change func(map[string]string)) string {
		files := debian()
		change(files)
		return open(t, files).Device("test").ID
	}
	same := id(func(map[string]string) {})
	if got := id(func(f map[string]string) { f["etc/hostname"] = "renamed" }); got != same {
		t.Error("a new host name makes a new device although the machine id is the same")
	}
	if strings.Contains(same, machineID[:8]) {
		t.Errorf("the machine id shows in %q", same)
	}
	if got := id(func(f map[string]string) { f["etc/machine-id"] = strings.Repeat("ab", 16) }); got == same {
		t.Error("two machine ids make one device")
	}
	if a, b := id(func(f map[string]string) { f["etc/machine-id"] = "uninitialized\n" }), id(func(f map[string]string) { f["etc/machine-id"] = "uninitialized\n" }); a == b {
		t.Error("two folders without machine id make one device")
	}
}

func TestUsers(t *testing.T) {
	users, err := open(t, debian()).Users()
	want := []User{{UID: "0", Name: "root", Home: "root"}, {UID: "1000", Name: "ann", Home: "home/ann"}, {Name: "ldap.user", Home: "home/ldap.user"}}
	if diff := cmp.Diff(want, users); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if _, err := open(t, map[string]string{"etc/": ""}).Users(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no passwd: err %v", err)
	}
}

func TestLinks(t *testing.T) {
	h := open(t, map[string]string{
		"real/file":   "content",
		"etc/abs":     hosttest.Link + "/real/file",
		"etc/absdir":  hosttest.Link + "/real",
		"etc/rel":     hosttest.Link + "../real/file",
		"etc/two":     hosttest.Link + "/etc/absdir/../etc/abs",
		"etc/loop":    hosttest.Link + "/etc/loop",
		"etc/outside": hosttest.Link + "../../../../../../../../real/file",
		"etc/gone":    hosttest.Link + "/nowhere",
	})
	for _, name := range []string{"real/file", "etc/abs", "etc/absdir/file", "etc/rel", "etc/two", "etc/outside"} {
		if got, err := h.ReadFile(name); string(got) != "content" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if !h.Exists(name) {
			t.Errorf("%s does not exist", name)
		}
	}
	for _, name := range []string{"etc/loop", "etc/gone", "etc/nothing"} {
		if got, err := h.ReadFile(name); err == nil {
			t.Errorf("%s: %q, want an error", name, got)
		}
		if h.Exists(name) {
			t.Errorf("%s exists", name)
		}
	}
	if entries, err := h.ReadDir("etc/absdir"); len(entries) != 1 || err != nil {
		t.Errorf("folder behind a link: %v, %v", entries, err)
	}
}

func TestReadDirLimit(t *testing.T) {
	limits := source.DefaultLimits
	limits.Entries = 2
	src, err := source.Open(source.Target{Kind: source.KindHost, Path: hosttest.Tree(t, map[string]string{"a": "", "b": "", "c": ""})}, limits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	h, err := Open(src)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := h.ReadDir(".")
	var limit *source.LimitError
	if len(entries) != 2 || !errors.As(err, &limit) {
		t.Errorf("%d entries, %v", len(entries), err)
	}
	if g := h.Gap("test", ".", err); g.Kind != inventory.GapLimit {
		t.Errorf("gap %+v", g)
	}
}

func TestPlatform(t *testing.T) {
	for file, want := range map[string]inventory.Platform{
		"etc/os-release":   inventory.Linux,
		"Windows/System32": inventory.Windows,
		"System/Library/CoreServices/SystemVersion.plist": inventory.MacOS,
		"other": inventory.Linux,
	} {
		if got := open(t, map[string]string{file: ""}).Platform(); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

func TestOpenRefusesWhatIsNoHost(t *testing.T) {
	src, err := source.Open(source.Target{Path: t.TempDir()}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if _, err := Open(src); err == nil || IsHost(src) {
		t.Error("a plain folder was taken for a computer")
	}
}

func TestParseOSRelease(t *testing.T) {
	got := ParseOSRelease([]byte("# c\nNAME=Plain\n A=1 \nQ=\"a \\\"b\\\" \\$c\"\nS='it \\s'\nlower=x\n=y\nnothing\nE=\n\xff=1\n"))
	want := map[string]string{"NAME": "Plain", "A": "1", "Q": `a "b" $c`, "S": `it \s`, "E": ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzParseOSRelease(f *testing.F) {
	f.Add([]byte("NAME=\"Debian GNU/Linux\"\nVERSION_ID='12'\nID=debian\n"))
	f.Add([]byte("A=\\\nB='\nC=\"\\\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for key, value := range ParseOSRelease(data) {
			if !isReleaseKey(key) || strings.Contains(value, "\n") || len(value) > len(data) {
				t.Errorf("%q = %q", key, value)
			}
		}
	})
}

func TestAbsentBehindLink(t *testing.T) {
	h := open(t, map[string]string{"real/file": "content", "etc/absdir": hosttest.Link + "/real"})
	if _, err := h.ReadFile("etc/absdir/nothing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("err %v, want that it does not exist", err)
	}
	f, size, err := h.OpenAt("etc/absdir/file")
	if err != nil || size != 7 {
		t.Fatalf("%d bytes, %v", size, err)
	}
	defer f.Close()
	b := make([]byte, 4)
	if _, err := f.ReadAt(b, 3); string(b) != "tent" {
		t.Errorf("%q, %v", b, err)
	}
	if _, _, err := h.OpenAt("real"); err == nil {
		t.Error("a folder was opened as a file")
	}
}

func TestUsersOfOtherSystems(t *testing.T) {
	for marker, want := range map[string][]string{
		"System/Library/CoreServices/SystemVersion.plist": {"anna", "Ömer"},
		"Windows/System32/ntdll.dll":                      {"anna", "Ömer"},
	} {
		h, err := Open(hosttest.Open(t, hosttest.Tree(t, map[string]string{marker: "", "Users/anna/": "", "Users/Ömer/": "", "Users/Public/": "",
			"Users/Shared/": "", "Users/.localized": "", "Users/desktop.ini": "", "Users/Default/": "", "home/root/": "", "etc/passwd": "root:x:0:0::/root:/bin/sh\n"})))
		if err != nil {
			t.Fatal(err)
		}
		users, err := h.Users()
		var got []string
		for _, u := range users {
			got = append(got, u.ID())
			if u.Home != "Users/"+u.Name {
				t.Errorf("home of %q is %q", u.Name, u.Home)
			}
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q (%v), want %q", marker, got, err, want)
		}
	}
}

// TestMoreRights: whoever is root already is not told to become it.
func TestMoreRights(t *testing.T) {
	for _, tt := range []struct {
		uid    int
		system string
		want   string
	}{{1000, "linux", "as root"}, {501, "darwin", "as root"}, {0, "linux", "container"}, {0, "darwin", "Full Disk Access"}, {-1, "windows", "administrator"}} {
		got := moreRights(tt.uid, tt.system)
		if !strings.Contains(got, tt.want) || tt.uid == 0 && strings.Contains(got, "as root") {
			t.Errorf("%d on %s: %q", tt.uid, tt.system, got)
		}
	}
}
