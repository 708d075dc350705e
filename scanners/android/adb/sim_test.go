package adb

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners"
	"quaestor/scanners/apk"
	client "quaestor/scanners/internal/adb"
	"quaestor/scanners/internal/adb/adbsim"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// scanSim asks a simulated phone through an adb server.
func scanSim(ctx context.Context, t testing.TB, server *client.Server, serial string) (*inventory.Inventory, error) {
	t.Helper()
	src, err := source.Open(source.Target{Kind: source.KindADB, Path: serial}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return (&scanner{Options{server: server}}).Scan(ctx, src)
}

// runSim runs a whole scan of a simulated phone, fetched APKs included.
func runSim(ctx context.Context, server *client.Server, serial string, o Options) *inventory.Inventory {
	o.server = server
	return scanners.Run(ctx, []source.Target{{Kind: source.KindADB, Path: serial}},
		scanners.Options{Scanners: []scanners.Scanner{New(o), apk.New()}, Limits: source.DefaultLimits})
}

// onlyReads are the beginnings of commands that change nothing on a phone.
var onlyReads = []string{"getprop", "dumpsys ", "settings list ", "pm list ", "pm path ", "ls ", "cat /data/misc/user/", "stat -c ", "sha256sum ", "toybox sha256sum ", "sync RCV2 ", "sync RECV "}

// Every recorded phone is read, of whatever version and maker: apps with users, the device, and nothing but questions.
func TestRecordedPhones(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		for _, name := range adbsim.Records() {
			p, err := adbsim.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			serial := s.Plug(t, p)
			inv, err := scanSim(t.Context(), t, &client.Server{Addr: s.Addr}, serial)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			d := inv.Devices[0]
			if len(inv.Apps) != len(p.Apps) || d.OSVersion == "" || d.Model == "" || d.Serial != p.Props["ro.serialno"] || len(d.Users) != len(p.Users) {
				t.Errorf("%s: %d of %d apps, %+v", name, len(inv.Apps), len(p.Apps), d)
			}
			for _, g := range inv.Gaps {
				if g.Kind.Incomplete() {
					t.Errorf("%s: %+v", name, g)
				}
			}
			for _, c := range p.Commands() {
				if !slices.ContainsFunc(onlyReads, func(prefix string) bool { return strings.HasPrefix(c, prefix) }) {
					t.Errorf("%s: %q is no question", name, c)
				}
			}
		}
	})
}

// For every user of a phone it is told which apps are theirs, also for one about which adb may not ask.
func TestUsersOfApps(t *testing.T) {
	s := adbsim.StartStandIn(t)
	for _, name := range adbsim.Records() {
		p, err := adbsim.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		inv, err := scanSim(t.Context(), t, &client.Server{Addr: s.Addr}, s.Plug(t, p))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range p.Apps {
			i := slices.IndexFunc(inv.Apps, func(a inventory.App) bool { return a.Identifier == want.Name })
			if i < 0 {
				t.Errorf("%s: no %s", name, want.Name)
				continue
			}
			for id, state := range want.Users {
				if !slices.ContainsFunc(inv.Apps[i].Users, func(u inventory.AppUser) bool {
					return u.User == itoa(id) && u.Installed == state.Installed && u.Hidden == state.Hidden
				}) {
					t.Errorf("%s: %s for user %d: %+v, want %+v", name, want.Name, id, inv.Apps[i].Users, state)
				}
			}
		}
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// withAPKs is a recorded phone with apps that have files.
func withAPKs(t testing.TB, n int) *adbsim.Phone {
	t.Helper()
	p, err := adbsim.Load("pixel-15")
	if err != nil {
		t.Fatal(err)
	}
	p.AddApps(n)
	return p
}

// Fetched APKs are read and joined to the app on the phone, which then knows what only the file says; readers see the place
// on the phone. Nothing is written to it, and a second scan fetches nothing.
func TestPullAndScan(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		p, dir := withAPKs(t, 3), filepath.Join(t.TempDir(), "apks")
		serial := s.Plug(t, p)
		server := &client.Server{Addr: s.Addr}
		inv := runSim(t.Context(), server, serial, Options{Pull: PullAll, Dir: dir})
		read := 0
		for _, b := range inv.Binaries {
			if b.Entries > 0 {
				read++
				if !slices.ContainsFunc(b.Origins, func(o inventory.Origin) bool { return strings.HasPrefix(o.Path, "adb:"+serial+"!/data/app/") }) {
					t.Errorf("origins of a fetched file: %+v", b.Origins)
				}
			}
		}
		joined := 0
		for _, a := range inv.Apps {
			if a.Device == "" {
				t.Errorf("%s belongs to no phone", a.Identifier)
			}
			if strings.HasPrefix(a.Identifier, "org.example.generated.") && len(a.Binaries) > 0 {
				joined++
			}
		}
		if read == 0 || joined != 3 {
			t.Errorf("%d files read, %d apps joined\n%s", read, joined, gapLines(inv))
		}
		for _, c := range p.Commands() {
			if !slices.ContainsFunc(onlyReads, func(prefix string) bool { return strings.HasPrefix(c, prefix) }) {
				t.Errorf("%q changes something", c)
			}
		}
		before := fetched(p)
		again := runSim(t.Context(), server, serial, Options{Pull: PullAll, Dir: dir})
		if now := fetched(p); before != len(inv.Binaries) || now != before || len(again.Binaries) != len(inv.Binaries) {
			t.Errorf("%d files were fetched, then %d; %d files, then %d", before, now-before, len(inv.Binaries), len(again.Binaries))
		}
		if files, _ := os.ReadDir(dir); len(files) == 0 || len(parts(t, dir)) > 0 {
			t.Errorf("in the folder: %v", files)
		}
	})
}

// fetched is how many files a phone has sent.
func fetched(p *adbsim.Phone) (n int) {
	for _, c := range p.Commands() {
		if strings.HasPrefix(c, "sync R") {
			n++
		}
	}
	return n
}

// A phone that is unplugged at any point leaves a clear error or a part of the facts with a gap, and never a hang; when
// it is plugged in again, a repeat goes on.
func TestUnplugged100Times(t *testing.T) { adbsim.Servers(t, unplugged100Times) }

func unplugged100Times(t *testing.T, s *adbsim.Server) {
	random := rand.New(rand.NewPCG(1, 2))
	server := &client.Server{Addr: s.Addr, Idle: 2 * time.Second}
	p, dir := withAPKs(t, 20), filepath.Join(t.TempDir(), "apks")
	serial := s.Plug(t, p)
	whole := runSim(t.Context(), server, serial, Options{Pull: PullAll, Dir: filepath.Join(t.TempDir(), "whole")})
	all, _ := p.Sent()
	if _, err := scanSim(t.Context(), t, server, serial); err != nil {
		t.Fatal(err)
	}
	asked, _ := p.Sent()
	asked -= all // what the phone sends when nothing is fetched
	partial, failed := 0, 0
	for i := range 100 {
		after := random.Int64N(all)
		if i%2 == 1 {
			after = random.Int64N(asked)
		}
		if i%10 == 0 {
			os.RemoveAll(dir)
		}
		s.Replug(t, p, serial, adbsim.Faults{CutAfter: 1 + after})
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		inv := runSim(ctx, server, serial, Options{Pull: PullAll, Dir: dir})
		if ctx.Err() != nil {
			t.Fatalf("run %d hangs", i)
		}
		cancel()
		switch told := gapLines(inv); {
		case len(inv.Apps) == len(whole.Apps) && len(inv.Gaps) == len(whole.Gaps): // the cut came after the end, as nothing was left to fetch
		case !strings.Contains(told, "unplugged") && !strings.Contains(told, "plugged in") && !strings.Contains(told, "not fetched") && !strings.Contains(told, "offline"):
			t.Errorf("run %d: nothing says that the phone was unplugged\n%s", i, told)
		case len(inv.Apps) == 0:
			failed++
		default:
			partial++
		}
		if left := parts(t, dir); len(left) > 0 {
			t.Errorf("run %d: left behind %v", i, left)
		}
	}
	if partial < 20 || failed == 0 {
		t.Errorf("%d runs with a part of the facts, %d with an error", partial, failed)
	}
	s.Replug(t, p, serial, adbsim.Faults{})
	if inv := runSim(t.Context(), server, serial, Options{Pull: PullAll, Dir: dir}); len(inv.Apps) != len(whole.Apps) || len(inv.Binaries) != len(whole.Binaries) {
		t.Errorf("the repeat has %d apps of %d, %d files of %d", len(inv.Apps), len(whole.Apps), len(inv.Binaries), len(whole.Binaries))
	}
}

// What stands in the way of phones that are listed is said, with what to do; those that are ready are named.
func TestAttached(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		ready, refusing := withAPKs(t, 0), withAPKs(t, 0)
		refusing.Serial, refusing.Auth = "OTHER123", adbsim.Refusing
		serial := s.Plug(t, ready)
		other := s.Plug(t, refusing)
		sc := &scanner{Options{server: &client.Server{Addr: s.Addr}}}
		names, gaps, err := sc.Attached(t.Context())
		if err != nil || !slices.Equal(names, []string{serial}) || len(gaps) != 1 || !strings.Contains(gaps[0].Subject, other) || !strings.Contains(gaps[0].Next, "Allow USB debugging") {
			t.Errorf("%v %+v %v", names, gaps, err)
		}
		devices, err := Devices(t.Context(), sc.server())
		if err != nil || len(devices) != 2 || devices[0].OS != "Android 15" && devices[1].OS != "Android 15" {
			t.Errorf("%+v %v", devices, err)
		}
	})
}

// BenchmarkPhone scans a phone with 300 apps through adb's own server.
func BenchmarkPhone(b *testing.B) {
	s := adbsim.StartReal(b)
	p := withAPKs(b, 0)
	p.AddApps(300 - len(p.Apps))
	serial := s.Plug(b, p)
	for b.Loop() {
		inv, err := scanSim(b.Context(), b, &client.Server{Addr: s.Addr}, serial)
		if err != nil || len(inv.Apps) != 300 {
			b.Fatalf("%d apps, %v", len(inv.Apps), err)
		}
	}
}
