package adb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// drive is a phone with files.
type drive struct {
	fake
	files  map[string]string
	noSums bool
	mu     sync.Mutex
	pulled []string
	goneAt int // pulls after which the phone is gone in the middle of a file, 0 for never
	lie    string
	small  string // a file of which the phone says that it has one byte
}

func (d *drive) Run(ctx context.Context, argv ...string) (*client.Output, error) {
	var b strings.Builder
	switch {
	case argv[0] == "sha256sum" && !d.noSums, argv[0] == "toybox" && !d.noSums:
		for _, name := range argv[1:] {
			if text, ok := d.files[name]; ok {
				fmt.Fprintf(&b, "%s  %s\n", sumOf(text), name)
			}
		}
	case argv[0] == "stat" && !d.noSums:
		for _, name := range argv[3:] {
			if text, ok := d.files[name]; ok {
				size := len(text)
				if d.small == name {
					size = 1
				}
				fmt.Fprintf(&b, "%d %s\n", size, name)
			}
		}
	default:
		return d.fake.Run(ctx, argv...)
	}
	return &client.Output{Stdout: []byte(b.String())}, ctx.Err()
}

func (d *drive) RunTo(ctx context.Context, w io.Writer, argv ...string) (*client.Output, error) {
	return sent(w)(d.Run(ctx, argv...))
}

func (d *drive) Pull(ctx context.Context, path string, limit int64, w io.Writer) (int64, error) {
	d.mu.Lock()
	d.pulled = append(d.pulled, path)
	n := len(d.pulled)
	d.mu.Unlock()
	text, ok := d.files[path]
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case !ok:
		return 0, fmt.Errorf("%q: %w", path, fs.ErrNotExist)
	case int64(len(text)) > limit:
		return 0, client.ErrTooLong
	case d.goneAt > 0 && n >= d.goneAt:
		w.Write([]byte(text[:len(text)/2]))
		return int64(len(text) / 2), fmt.Errorf("x: %w", client.ErrGone)
	case d.lie == path:
		text = strings.ToUpper(text)
	}
	m, err := io.WriteString(w, text)
	return int64(m), err
}

func sumOf(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

// apps is a phone with n apps of a base and a split each, and what was found on it.
func apps(n int) (*drive, *inventory.Inventory) {
	d := &drive{fake: fake{answers: map[string]client.Output{}, fails: map[string]error{}}, files: map[string]string{}}
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "device", Platform: inventory.Android}}
	for i := range n {
		name := fmt.Sprintf("com.example.app%02d", i)
		dir := "/data/app/~~x==/" + name + "-y=="
		d.files[dir+"/base.apk"], d.files[dir+"/split_config.nl.apk"] = "base of "+name, "split of "+name
		d.says("pm path "+name, "package:"+dir+"/split_config.nl.apk\npackage:"+dir+"/base.apk\npackage:relative.apk\npackage:/data/../etc/x.apk\n")
		inv.Apps = append(inv.Apps, inventory.App{ID: name, Device: "device", Identifier: name, InstallerKnown: true, Users: []inventory.AppUser{{User: "0", Installed: true}}})
	}
	return d, inv
}

func fetch(ctx context.Context, t testing.TB, d *drive, inv *inventory.Inventory, dir string, max int64) []source.Target {
	t.Helper()
	st, err := openStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	f := &fetching{phone: d, store: st, name: "adb:x", serial: "x", device: "device", left: max, missing: map[string][]string{}, next: map[string]string{}}
	return f.run(ctx, inv, (&Options{Pull: PullAll}).chosen(inv))
}

// Every APK is fetched once, whole, under its hash; the app lists its base first; another run fetches nothing.
func TestFetch(t *testing.T) {
	for _, old := range []bool{false, true} {
		d, inv := apps(5)
		d.noSums = old
		dir := filepath.Join(t.TempDir(), "store")
		targets := fetch(t.Context(), t, d, inv, dir, 1<<20)
		if len(targets) != 10 || len(d.pulled) != 10 || len(inv.Gaps) != 0 || len(inv.Binaries) != 10 {
			t.Fatalf("old=%v: %d targets, %d pulled, gaps %+v", old, len(targets), len(d.pulled), inv.Gaps)
		}
		for _, x := range targets {
			path := strings.TrimPrefix(x.Shown, "adb:x!")
			b, err := os.ReadFile(x.Path)
			if err != nil || string(b) != d.files[path] || filepath.Base(x.Path) != sumOf(string(b))+".apk" || filepath.Dir(x.Path) != dir {
				t.Errorf("%+v: %q, %v", x, b, err)
			}
		}
		for _, a := range inv.Apps {
			if len(a.Binaries) != 2 || a.Binaries[0] != sumOf("base of "+a.Identifier) {
				t.Errorf("%s lists %v", a.Identifier, a.Binaries)
			}
		}
		if left := parts(t, dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		again, before := d, len(d.pulled)
		_, inv = apps(5)
		if targets = fetch(t.Context(), t, again, inv, dir, 1<<20); len(targets) != 10 || !old && len(d.pulled) != before {
			t.Errorf("old=%v: a second run fetched %d files for %d targets", old, len(d.pulled)-before, len(targets))
		}
	}
}

func parts(t testing.TB, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"+part))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A phone that is unplugged while files are fetched leaves whole files and a gap; the next run fetches the rest.
func TestUnpluggedWhileFetched(t *testing.T) {
	for at := 1; at <= 12; at++ {
		d, inv := apps(6)
		d.goneAt = at
		dir := t.TempDir()
		os.Chmod(dir, 0o700)
		first := fetch(t.Context(), t, d, inv, dir, 1<<20)
		if len(inv.Gaps) != 1 || !strings.Contains(inv.Gaps[0].Detail, "unplugged") || !strings.Contains(inv.Gaps[0].Next, "not fetched again") || inv.Gaps[0].Count == 0 {
			t.Errorf("at %d: %+v", at, inv.Gaps)
		}
		if left := parts(t, dir); len(left) > 0 {
			t.Errorf("at %d: left behind: %v", at, left)
		}
		whole := d.pulled[:at-1]
		d.goneAt = 0
		before := len(d.pulled)
		_, inv = apps(6)
		if all := fetch(t.Context(), t, d, inv, dir, 1<<20); len(all) != 12 || len(first) > len(whole) || len(inv.Gaps) > 0 {
			t.Errorf("at %d: %d, then %d targets; gaps %+v", at, len(first), len(all), inv.Gaps)
		}
		for _, p := range d.pulled[before:] {
			if slices.Contains(whole, p) {
				t.Errorf("at %d: %s is fetched again", at, p)
			}
		}
	}
}

// What may not be fetched, changes on the way or is not there is a gap of its own, and the rest is fetched.
func TestFetchProblems(t *testing.T) {
	base := func(n int) string { return fmt.Sprintf("/data/app/~~x==/com.example.app%02d-y==/base.apk", n) }
	for name, tt := range map[string]struct {
		change func(d *drive)
		max    int64
		kind   inventory.GapKind
		detail string
		left   int // targets
	}{
		"limit":          {func(d *drive) { d.files[base(1)] = strings.Repeat("x", 2000) }, 1000, inventory.GapLimit, "more than may be fetched", 5},
		"limit, unknown": {func(d *drive) { d.noSums = true; d.files[base(1)] = strings.Repeat("x", 2000) }, 1000, inventory.GapLimit, "more than may be fetched", 0},
		"changed":        {func(d *drive) { d.lie = base(2) }, 1 << 20, inventory.GapUnreadable, "is not what the phone hashed", 5},
		"not there":      {func(d *drive) { delete(d.files, base(0)) }, 1 << 20, inventory.GapUnreadable, "not exist", 4},
		"no path":        {func(d *drive) { d.says("pm path com.example.app00", "") }, 1 << 20, inventory.GapUnreadable, "where its APK is", 4},
	} {
		d, inv := apps(3)
		tt.change(d)
		targets := fetch(t.Context(), t, d, inv, filepath.Join(t.TempDir(), "s"), tt.max)
		if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != tt.kind || !strings.Contains(inv.Gaps[0].Detail, tt.detail) || inv.Gaps[0].Device == "" {
			t.Errorf("%s: %+v", name, inv.Gaps)
		}
		if tt.left > 0 && len(targets) != tt.left {
			t.Errorf("%s: %d targets", name, len(targets))
		}
	}
}

// A file in the store that does not hold what its name says, or is a link, is fetched again.
func TestForgedStore(t *testing.T) {
	d, inv := apps(1)
	dir := filepath.Join(t.TempDir(), "s")
	fetch(t.Context(), t, d, inv, dir, 1<<20)
	name := filepath.Join(dir, sumOf("base of com.example.app00")+".apk")
	outside := filepath.Join(t.TempDir(), "outside")
	os.WriteFile(outside, []byte("base of com.example.app00"), 0o600)
	for what, forge := range map[string]func() error{
		"content": func() error { return os.WriteFile(name, []byte("other"), 0o600) },
		"link":    func() error { return os.Symlink(outside, name) },
	} {
		os.Remove(name)
		if err := forge(); err != nil {
			t.Fatal(err)
		}
		before := len(d.pulled)
		_, inv = apps(1)
		fetch(t.Context(), t, d, inv, dir, 1<<20)
		info, err := os.Lstat(name)
		if len(d.pulled) != before+1 || err != nil || !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %d fetched, %v, %v", what, len(d.pulled)-before, info, err)
		}
	}
	if b, _ := os.ReadFile(outside); !bytes.Equal(b, []byte("base of com.example.app00")) {
		t.Error("a file outside was written")
	}
}

// The folder is for its owner alone, and one into which others write is not used.
func TestStoreFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	st, err := openStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
	old, now := filepath.Join(dir, "old"+part), filepath.Join(dir, "now"+part)
	os.WriteFile(old, nil, 0o600)
	os.WriteFile(now, nil, 0o600)
	os.Chtimes(old, time.Unix(1e9, 0), time.Unix(1e9, 0))
	if st.sweep(); len(parts(t, dir)) != 1 || parts(t, dir)[0] != now {
		t.Errorf("after sweeping: %v", parts(t, dir))
	}
	os.Chmod(dir, 0o777)
	if _, err := openStore(dir); err == nil || !strings.Contains(err.Error(), "others may write") {
		t.Errorf("%v", err)
	}
}

// An interrupt ends fetching at once; what is whole is kept and named.
func TestFetchInterrupted(t *testing.T) {
	d, inv := apps(4)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	targets := fetch(ctx, t, d, inv, filepath.Join(t.TempDir(), "s"), 1<<20)
	if len(targets) != 0 || len(inv.Gaps) != 1 || inv.Gaps[0].Count != 4 || !strings.Contains(inv.Gaps[0].Detail, "interrupted") {
		t.Errorf("%d targets, %+v", len(targets), inv.Gaps)
	}
}

// The marks by which the scanner itself names apps, and the reasons that are handed in.
func TestChosen(t *testing.T) {
	inv := inventory.New()
	app := func(name string, change func(a *inventory.App)) {
		a := inventory.App{ID: name, Identifier: name, InstallerKnown: true, Installer: "store"}
		change(&a)
		inv.Apps = append(inv.Apps, a)
	}
	app("store", func(a *inventory.App) { a.System, a.Installer = true, "" })
	app("plain", func(*inventory.App) {})
	app("debug", func(a *inventory.App) { a.Debuggable = true })
	app("sideloaded", func(a *inventory.App) { a.Installer = "" })
	app("other-store", func(a *inventory.App) { a.Installer = "plain" })
	app("by-file", func(a *inventory.App) { a.PackageSource = "local-file" })
	app("untold", func(a *inventory.App) { a.InstallerKnown, a.Installer = false, "" })
	app("listener", func(*inventory.App) {})
	app("overlay", func(a *inventory.App) {
		a.Permissions = []inventory.Permission{{Name: "android.permission.SYSTEM_ALERT_WINDOW", Granted: true, Flags: []string{"app-op"}}}
	})
	app("refused", func(a *inventory.App) {
		a.Permissions = []inventory.Permission{{Name: "android.permission.SYSTEM_ALERT_WINDOW", Flags: []string{"app-op"}}}
	})
	app("judged", func(a *inventory.App) { a.System = true })
	inv.SecurityProducts = []inventory.SecurityProduct{{App: "listener", Privileges: []string{"notification-listener"}}}
	o := Options{Pull: PullSuspicious, Choose: func(*inventory.Inventory) map[string]string { return map[string]string{"judged": "a finding"} }}
	var got []string
	for name := range o.chosen(inv) {
		got = append(got, name)
	}
	slices.Sort(got)
	if want := []string{"by-file", "debug", "judged", "listener", "other-store", "overlay", "sideloaded"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	o.Pull = PullAll
	if n := len(o.chosen(inv)); n != len(inv.Apps) {
		t.Errorf("%d of all", n)
	}
}

// A file that is longer than the phone said is no question of what may be fetched.
func TestSizeThatIsNone(t *testing.T) {
	d, inv := apps(2)
	for name := range d.files {
		if strings.Contains(name, "app00") && strings.HasSuffix(name, "base.apk") {
			d.small = name
		}
	}
	fetch(t.Context(), t, d, inv, t.TempDir(), 1<<20)
	told := gapLines(inv)
	if !strings.Contains(told, "unreadable") || !strings.Contains(told, "sent more than it said the file has") || strings.Contains(told, "more than may be fetched") {
		t.Error(told)
	}
}

// What this computer cannot write is one gap, whatever the file, and ends the fetching.
func TestFullDisk(t *testing.T) {
	s := &store{dir: "/apks"}
	for want, err := range map[string]error{
		"is full":            &fs.PathError{Op: "write", Path: "abc-1-0.part", Err: syscall.ENOSPC},
		"\"/apks\", is full": &os.LinkError{Op: "rename", Old: "abc-1-1.part", New: "abc.apk", Err: syscall.ENOSPC},
		"cannot write to":    &fs.PathError{Op: "open", Path: "abc-1-2.part", Err: fs.ErrPermission},
	} {
		err = s.unwritten(err)
		_, inv := apps(8)
		f := &fetching{name: "adb:x", missing: map[string][]string{}, next: map[string]string{}}
		ctx, cancel := context.WithCancelCause(t.Context())
		f.lacks(ctx, &inv.Apps[0], err)
		if !vain(err) {
			t.Errorf("%v: the next file is fetched all the same", err)
		}
		cancel(err)
		f.lacks(ctx, &inv.Apps[1], context.Canceled)
		gaps := f.gaps()
		if len(gaps) != 1 || gaps[0].Count != 2 || !strings.Contains(gaps[0].Detail, want) || strings.Contains(gaps[0].Detail, ".part") || !strings.Contains(gaps[0].Next, "--pull-dir") {
			t.Errorf("%+v", gaps)
		}
	}
}

// A file that cannot be written ends the fetching after what was under way.
func TestUnwritable(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an open folder cannot be taken away here")
	}
	d, inv := apps(30)
	dir := filepath.Join(t.TempDir(), "s")
	st, err := openStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	os.RemoveAll(dir) // nothing can be made in a folder that is gone
	f := &fetching{phone: d, store: st, name: "adb:x", serial: "x", device: "device", left: 1 << 20, missing: map[string][]string{}, next: map[string]string{}}
	targets := f.run(t.Context(), inv, (&Options{Pull: PullAll}).chosen(inv))
	if len(targets) != 0 || len(inv.Gaps) != 1 || inv.Gaps[0].Count != 30 || !strings.Contains(inv.Gaps[0].Next, "--pull-dir") || len(d.pulled) > 0 {
		t.Errorf("%d targets, %d pulled, %+v", len(targets), len(d.pulled), inv.Gaps)
	}
}

// The run says what lies in the folder, the same when all of it was there.
func TestFetchedIsTold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	for _, first := range []bool{true, false} {
		d, inv := apps(3)
		inv.Runs = []inventory.Run{{Scanner: id, Target: "adb:x"}}
		var told Fetched
		s := &scanner{Options{Dir: dir, Fetched: func(f Fetched) { told = f }}}
		st, err := openStore(dir)
		if err != nil {
			t.Fatal(err)
		}
		f := &fetching{phone: d, store: st, name: "adb:x", serial: "x", device: "device", left: 1 << 20, missing: map[string][]string{}, next: map[string]string{}}
		f.run(t.Context(), inv, (&Options{Pull: PullAll}).chosen(inv))
		s.tell(f, inv)
		st.close()
		if want := (Fetched{Serial: "x", Dir: dir, Files: 6, Bytes: 153, New: map[bool]int{true: 6}[first]}); told != want || inv.Runs[0].Detail != fmt.Sprintf("6 APKs of the phone, 153 bytes, in %q", dir) {
			t.Errorf("first=%v: %+v, %q", first, told, inv.Runs[0].Detail)
		}
	}
	for n, want := range map[int64]string{999: "999 bytes", 1500: "1 kB", 2_340_000: "2.3 MB", 3_210_000_000: "3.2 GB"} {
		if got := amount(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
