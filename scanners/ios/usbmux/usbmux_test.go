package usbmux

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/codesigntest"
	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/lockdown"
	"quaestor/scanners/internal/lockdown/lockdowntest"
	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

var keys = sync.OnceValues(func() (*lockdowntest.Keys, error) { return lockdowntest.NewKeys(rand.Reader) })

const udid = "00008110-001A2B3C4D5E601E"

// plug starts a simulated usbmuxd with phones, and returns a scanner that asks it.
func plug(t testing.TB, phones ...*lockdowntest.Phone) (Scanner, *lockdowntest.Mux) {
	t.Helper()
	k, err := keys()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	sim := lockdowntest.Start(l, k, phones...)
	t.Cleanup(sim.Close)
	return Scanner{mux: &lockdown.Mux{Addr: "UNIX:" + l.Addr().String()}, roots: codesign.Roots{codesigntest.Root().Fingerprint(): true}}, sim
}

func scan(t testing.TB, ctx context.Context, s Scanner, udid string) (*inventory.Inventory, error) {
	t.Helper()
	src, err := source.OpenContext(ctx, source.Target{Kind: source.KindIPhone, Path: udid}, source.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if !s.Recognise(src) {
		t.Fatal("not recognised")
	}
	inv, err := s.Scan(ctx, src)
	if inv != nil {
		inv.Sort()
	}
	return inv, err
}

func TestDevices(t *testing.T) {
	states := map[State]func(*lockdowntest.Phone){
		StateReady: func(*lockdowntest.Phone) {}, StateUntrusted: func(p *lockdowntest.Phone) { p.Untrusted = true },
		StateUnpaired: func(p *lockdowntest.Phone) { p.Unpaired = true }, StateWiFi: func(p *lockdowntest.Phone) { p.Network = true },
		StateLocked: func(p *lockdowntest.Phone) { p.Locked = true },
	}
	var phones []*lockdowntest.Phone
	want := map[string]State{}
	for state, change := range states {
		p := lockdowntest.Example()
		p.UDID = strings.Repeat("0", 8) + "-000000000000000" + string(rune('0'+len(phones)))
		change(p)
		phones, want[p.UDID] = append(phones, p), state
	}
	s, _ := plug(t, phones...)
	list, err := s.devices(t.Context())
	if err != nil || len(list) != len(phones) {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, d := range list {
		if d.State != want[d.UDID] || (d.State == StateReady) != (d.Next == "") || (d.State == StateReady || d.State == StateLocked) != (d.Serial != "") {
			t.Errorf("%+v, want %q", d, want[d.UDID])
		}
		if d.State != StateWiFi && (d.Name != "Ada's iPhone" || d.Model != "iPhone14,5" || d.System != "iOS" || d.Version != "17.4.1") {
			t.Errorf("%+v", d)
		}
	}
	names, gaps, err := s.Attached(t.Context())
	if err != nil || len(names) != 1 || want[names[0]] != StateReady || len(gaps) != len(phones)-1 {
		t.Errorf("%v, %+v, %v", names, gaps, err)
	}
}

func TestNoMux(t *testing.T) {
	s := Scanner{mux: &lockdown.Mux{Addr: filepath.Join(t.TempDir(), "none")}}
	if _, err := s.devices(t.Context()); !Absent(err) {
		t.Error(err)
	}
	_, _, err := s.Attached(t.Context())
	var hint interface{ Next() string }
	if !errors.As(err, &hint) || !strings.Contains(hint.Next(), "plug the phone in") {
		t.Errorf("%v", err)
	}
}

func TestScan(t *testing.T) {
	s, sim := plug(t, lockdowntest.Example())
	inv, err := scan(t, t.Context(), s, strings.ToLower(udid))
	if err != nil {
		t.Fatal(err)
	}
	scantest.Golden(t, inv, "testdata/phone.json")
	for _, asked := range sim.Asked() {
		for _, private := range []string{"IMEI", "PhoneNumber", "Mobile", "Address", "<nil>/<nil>"} {
			if strings.Contains(asked, private) && !strings.HasPrefix(asked, "com.apple.") {
				t.Errorf("asked for %s", asked)
			}
		}
	}
}

// TestUnplugged pulls the cable at 100 points of a scan: no hang, and either an error that says what to do or a gap.
func TestUnplugged(t *testing.T) {
	whole, seed := 0, uint32(1)
	for range 100 {
		seed = seed*1664525 + 1013904223
		p := lockdowntest.Example()
		p.Apps, p.Batch, p.Provisioning = lockdowntest.Apps(60), 10, nil
		s, sim := plug(t, p)
		sim.Break(lockdowntest.Cut, int(seed>>8)%140_000)
		inv, err := scan(t, t.Context(), s, udid)
		sim.Close()
		if err == nil && len(inv.Gaps) == 0 {
			whole++
			continue
		}
		var hint interface{ Next() string }
		if err != nil && (!errors.As(err, &hint) || hint.Next() == "") {
			t.Errorf("an error without a next step: %v", err)
		}
		if err == nil && !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return g.Next != "" }) {
			t.Errorf("no gap says what to do: %+v", inv.Gaps)
		}
		if inv != nil && len(inv.Devices) != 1 {
			t.Errorf("%d devices", len(inv.Devices))
		}
	}
	if whole > 60 || whole == 0 {
		t.Errorf("%d of 100 scans were whole: the points are badly chosen", whole)
	}
}

func TestHang(t *testing.T) {
	for _, after := range []int{100, 4000, 15_000} {
		s, sim := plug(t, lockdowntest.Example())
		s.mux.Patience = 50 * time.Millisecond
		sim.Break(lockdowntest.Hang, after)
		var hint interface{ Next() string }
		if _, err := scan(t, t.Context(), s, udid); !errors.As(err, &hint) {
			t.Errorf("after %d bytes: %v", after, err)
		}
		s.mux.Patience = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if _, err := scan(t, ctx, s, udid); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %d bytes: %v", after, err)
		}
		cancel()
	}
}

// TestSilentMux: a usbmuxd that runs and says nothing is the fault of this computer, and is given up soon.
func TestSilentMux(t *testing.T) {
	s, sim := plug(t, lockdowntest.Example())
	s.mux.Patience = 50 * time.Millisecond
	sim.Break(lockdowntest.Hang, 0)
	_, err := s.devices(t.Context())
	var hint interface{ Next() string }
	if !errors.Is(err, lockdown.ErrMuxSilent) || !strings.Contains(err.Error(), "usbmuxd of this computer") || !errors.As(err, &hint) || !strings.Contains(hint.Next(), "estart") {
		t.Errorf("%v", err)
	}
	if _, err := scan(t, t.Context(), s, udid); !errors.Is(err, lockdown.ErrMuxSilent) {
		t.Errorf("%v", err)
	}
}

// TestStuckPhone: a phone that takes no connection is listed as silent, after as long as one phone may take with all it is asked.
func TestStuckPhone(t *testing.T) {
	s, sim := plug(t, lockdowntest.Example())
	s.mux.Patience = 300 * time.Millisecond
	list, err := s.mux.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, after := range []int{0, 500, 4000} {
		sim.Break(lockdowntest.Hang, after)
		d := Scanner{mux: s.mux, roots: s.roots}.device(t.Context(), list[0])
		if d.State != StateUnknown || !strings.Contains(d.Detail, "does not answer") {
			t.Errorf("after %d bytes: %+v", after, d)
		}
	}
}

func TestLocked(t *testing.T) {
	p := lockdowntest.Example()
	p.Locked = true
	s, _ := plug(t, p)
	inv, err := scan(t, t.Context(), s, udid)
	if err == nil || !strings.Contains(err.Error(), "locked") || inv == nil || inv.Devices[0].Model != "iPhone14,5" {
		t.Errorf("%+v, %v", inv, err)
	}
}

func TestWithoutServices(t *testing.T) {
	p := lockdowntest.Example()
	p.Without, p.Apps = []string{lockdown.ProfilesService, lockdown.ProvisioningService}, lockdowntest.Apps(3)
	s, _ := plug(t, p)
	inv, err := scan(t, t.Context(), s, udid)
	if err != nil || len(inv.Apps) == 0 || len(inv.Gaps) != 2 {
		t.Errorf("%+v, %v", inv.Gaps, err)
	}
	p.Without = []string{lockdown.AppsService}
	if _, err = scan(t, t.Context(), s, udid); err == nil {
		t.Error("no error without the list of apps")
	}
}

// TestOneDevice: a phone is one device, however a computer writes its identifier, and the one that a backup names.
func TestOneDevice(t *testing.T) {
	id := ""
	for _, written := range []string{udid, strings.ToLower(udid), strings.ReplaceAll(udid, "-", "")} {
		p := lockdowntest.Example()
		p.UDID = written
		s, _ := plug(t, p)
		inv, err := scan(t, t.Context(), s, udid)
		if err != nil {
			t.Fatal(err)
		}
		if id == "" {
			f := iosfacts.New("ios/backup")
			f.UDID = udid
			id = f.Inventory("", "backup", "hash").Devices[0].ID
		}
		if inv.Devices[0].ID != id {
			t.Errorf("%s is %s, want %s", written, inv.Devices[0].ID, id)
		}
	}
}

func TestManyApps(t *testing.T) {
	for _, binary := range []bool{false, true} {
		p := lockdowntest.Example()
		p.Apps, p.Binary = lockdowntest.Apps(400), binary
		s, _ := plug(t, p)
		inv, err := scan(t, t.Context(), s, udid)
		if err != nil || len(inv.Apps) != 400 || inv.Apps[399].Identifier != "com.example.app399" || !inv.Apps[2].System || inv.Apps[3].System {
			t.Errorf("%d apps, %v", len(inv.Apps), err)
		}
	}
}

// TestGarbled sends wrong bytes from 40 points of a scan on: an error or a gap, never a hang.
func TestGarbled(t *testing.T) {
	for i := range 40 {
		p := lockdowntest.Example()
		p.Apps, p.Provisioning, p.Plain = lockdowntest.Apps(10), nil, i%2 == 0
		s, sim := plug(t, p)
		s.mux.Patience = 200 * time.Millisecond
		sim.Break(lockdowntest.Garble, i*700)
		inv, err := scan(t, t.Context(), s, udid)
		if err == nil && !p.Plain && len(inv.Gaps) == 0 && i < 20 {
			t.Errorf("%d: nothing was noticed", i)
		}
		sim.Close()
	}
}

// TestStranger tells of a phone that does not hold the key of the pairing.
func TestStranger(t *testing.T) {
	p := lockdowntest.Example()
	p.Stranger = true
	s, _ := plug(t, p)
	inv, err := scan(t, t.Context(), s, udid)
	if err != nil || !slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool { return strings.Contains(g.Detail, "did not show the key") }) {
		t.Errorf("%v, %+v", err, inv.Gaps)
	}
}

// BenchmarkScan reads a phone with 400 apps, keys and all.
func BenchmarkScan(b *testing.B) {
	p := lockdowntest.Example()
	p.Apps = lockdowntest.Apps(400)
	s, _ := plug(b, p)
	for b.Loop() {
		if inv, err := scan(b, b.Context(), s, udid); err != nil || len(inv.Apps) != 400 {
			b.Fatal(err)
		}
	}
}
