package owners

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/internal/hostroot/hosttest"
	"quaestor/scanners/inventory"
)

func find(t *testing.T, files map[string]string, want ...string) *Index {
	t.Helper()
	h, err := hostroot.Open(hosttest.Open(t, hosttest.Tree(t, files)))
	if err != nil {
		t.Fatal(err)
	}
	return Find(context.Background(), h, "dev", func(base []byte) bool { return slices.Contains(want, string(base)) })
}

func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		path  string
		want  Owner
	}{
		"dpkg": {map[string]string{"var/lib/dpkg/info/vim.list": "/.\n/usr\n/usr/bin\n/usr/bin/tool", "var/lib/dpkg/info/vim.md5sums": "0  usr/bin/tool\n"},
			"/usr/bin/tool", Owner{inventory.AppID("dev", inventory.DebPackage, "vim"), inventory.DebPackage, "vim"}},
		"dpkg of an architecture": {map[string]string{"var/lib/dpkg/info/lib:amd64.list": "/lib/x/tool\n"},
			"usr/lib/x/tool", Owner{inventory.AppID("dev", inventory.DebPackage, "lib", "amd64"), inventory.DebPackage, "lib"}},
		"apk": {map[string]string{"lib/apk/db/installed": "P:busybox\nV:1\nF:bin\nR:tool\n"},
			"bin/tool", Owner{inventory.AppID("dev", inventory.AlpinePackage, "busybox"), inventory.AlpinePackage, "busybox"}},
		"pacman": {map[string]string{"var/lib/pacman/local/a-b-1-1/files": "%FILES%\nusr/\nusr/bin/tool\n\n%BACKUP%\nusr/bin/other/tool\tx\n"},
			"bin/tool", Owner{inventory.AppID("dev", inventory.ArchPackage, "a-b"), inventory.ArchPackage, "a-b"}},
	} {
		x := find(t, c.files, "tool")
		if o, ok := x.Of(c.path); !ok || o != c.want || len(x.Unread) > 0 {
			t.Errorf("%s: %+v, %v, unread %v", name, o, ok, x.Unread)
		}
		if x.Has("usr/bin/nothing") || x.Has("usr/bin/other/tool") {
			t.Errorf("%s: owns what it does not list", name)
		}
	}
}

// TestRPM asks a database that rpm itself wrote. Debian's rpm writes the form of SQLite alone.
func TestRPM(t *testing.T) {
	for _, tool := range []string{"rpmbuild", "rpm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	top := t.TempDir()
	spec := filepath.Join(top, "kit.spec")
	if err := os.WriteFile(spec, []byte("Name: kit\nVersion: 1\nRelease: 2\nSummary: kit\nLicense: MIT\nBuildArch: noarch\n%description\nkit\n"+
		"%install\nmkdir -p %{buildroot}/usr/bin\necho x > %{buildroot}/usr/bin/tool\n%files\n/usr/bin/tool\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, "rpmbuild", "--quiet", "-bb", "--define", "_topdir "+top, "--define", "_rpmdir "+top, "--define", "_tmppath "+top, spec)
	db := t.TempDir()
	run(t, "rpm", "--define", "_db_backend sqlite", "--dbpath", db, "-i", "--justdb", "--nodeps", filepath.Join(top, "noarch", "kit-1-2.noarch.rpm"))
	data, err := os.ReadFile(filepath.Join(db, "rpmdb.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	x := find(t, map[string]string{"usr/lib/sysimage/rpm/rpmdb.sqlite": string(data)}, "tool")
	want := Owner{inventory.AppID("dev", inventory.RPMPackage, "kit", "noarch"), inventory.RPMPackage, "kit"}
	if o, ok := x.Of("/usr/bin/tool"); !ok || o != want || len(x.Unread) > 0 {
		t.Errorf("%+v, %v, unread %v", o, ok, x.Unread)
	}
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
}

func TestLongLists(t *testing.T) {
	long := strings.Repeat("/usr/share/filler/some-name\n", 10_000) + "/" + strings.Repeat("x", 3*chunk) + "/tool\n/usr/bin/tool\n"
	x := find(t, map[string]string{"var/lib/dpkg/info/big.list": long}, "tool")
	if !x.Has("usr/bin/tool") {
		t.Error("what comes after a long line is lost")
	}
}

func TestUnread(t *testing.T) {
	x := find(t, map[string]string{"var/lib/dpkg/info/x.list/": "", "var/lib/rpm/Packages": "corrupt", "lib/apk/db/installed/": "", "var/lib/pacman/local": "file"}, "tool")
	var names []string
	for _, u := range x.Unread {
		names = append(names, u.Name)
	}
	if want := []string{"var/lib/dpkg/info/x.list", "var/lib/rpm/Packages", "lib/apk/db/installed", "var/lib/pacman/local"}; !slices.Equal(names, want) {
		t.Errorf("unread %q, want %q", names, want)
	}
}

func TestSpellings(t *testing.T) {
	for in, want := range map[string]string{"/usr/bin/a": "usr/bin/a bin/a", "lib64/x": "lib64/x usr/lib64/x", "opt/bin/a": "opt/bin/a", "usr/share/bin/a": "usr/share/bin/a", "": ""} {
		if got := strings.Join(Spellings(in), " "); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("/.\n/usr/bin/x\nlast"), uint16(7))
	f.Add(bytes.Repeat([]byte("longer than the buffer"), 9), uint16(3))
	f.Fuzz(func(t *testing.T, data []byte, size uint16) {
		l := lister{buf: make([]byte, int(size)+1)}
		total := 0
		if err := l.lines(bytes.NewReader(data), func(line []byte) { total += len(line) }); err != nil || total > len(data) {
			t.Errorf("%d bytes of lines in %d bytes, %v", total, len(data), err)
		}
	})
}
