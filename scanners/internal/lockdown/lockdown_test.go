package lockdown_test

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"quaestor/scanners/internal/lockdown"
	"quaestor/scanners/internal/lockdown/lockdowntest"
)

const udid = "00008110-001A2B3C4D5E601E"

var keys = sync.OnceValues(func() (*lockdowntest.Keys, error) { return lockdowntest.NewKeys(rand.Reader) })

// start plugs phones in, at a unix socket or over TCP.
func start(t *testing.T, network string, phones ...*lockdowntest.Phone) (*lockdown.Mux, *lockdowntest.Mux) {
	t.Helper()
	k, err := keys()
	if err != nil {
		t.Fatal(err)
	}
	at := "127.0.0.1:0"
	if network == "unix" {
		at = filepath.Join(t.TempDir(), "usbmuxd")
	}
	l, err := net.Listen(network, at)
	if err != nil {
		t.Fatal(err)
	}
	m := lockdowntest.Start(l, k, phones...)
	t.Cleanup(m.Close)
	addr := l.Addr().String()
	if network == "unix" {
		addr = "UNIX:" + addr
	}
	return &lockdown.Mux{Addr: addr}, m
}

func phone() *lockdowntest.Phone {
	return &lockdowntest.Phone{UDID: udid, Apps: lockdowntest.Apps(50), Values: map[string]any{"DeviceName": "Ada's iPhone", "SerialNumber": "F17XYZ",
		"com.apple.security.mac.amfi/DeveloperModeStatus": true}}
}

// session opens a session with the only phone.
func session(t *testing.T, m *lockdown.Mux) (*lockdown.Phone, error) {
	t.Helper()
	list, err := m.List(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%d phones, %v", len(list), err)
	}
	p, err := m.Open(t.Context(), list[0])
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { p.Close() })
	r, err := m.Record(t.Context(), list[0].UDID)
	if err != nil {
		return p, err
	}
	return p, p.Start(t.Context(), r)
}

func TestRead(t *testing.T) {
	for name, change := range map[string]func(*lockdowntest.Phone){
		"XML": func(*lockdowntest.Phone) {}, "binary": func(p *lockdowntest.Phone) { p.Binary = true }, "no TLS": func(p *lockdowntest.Phone) { p.Plain = true },
	} {
		for _, network := range []string{"unix", "tcp"} {
			p := phone()
			change(p)
			m, _ := start(t, network, p)
			s, err := session(t, m)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, network, err)
			}
			if v, err := s.Value(t.Context(), "", "DeviceName"); v != "Ada's iPhone" || err != nil {
				t.Errorf("%s, %s: name %v, %v", name, network, v, err)
			}
			if v, err := s.Value(t.Context(), "com.apple.security.mac.amfi", "DeveloperModeStatus"); v != true || err != nil {
				t.Errorf("%s, %s: %v, %v", name, network, v, err)
			}
			if v, err := s.Value(t.Context(), "", "NoSuchValue"); v != nil || err != nil {
				t.Errorf("%s, %s: a missing value is %v, %v", name, network, v, err)
			}
			n := 0
			if err := s.Apps(t.Context(), nil, func(map[string]any) { n++ }); err != nil || n != 50 {
				t.Errorf("%s, %s: %d apps, %v", name, network, n, err)
			}
			if s.Proved() != (name != "no TLS") {
				t.Errorf("%s, %s: proved %t", name, network, s.Proved())
			}
		}
	}
}

func TestStanding(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*lockdowntest.Phone)
		want   error
	}{
		"unpaired":  {func(p *lockdowntest.Phone) { p.Unpaired = true }, lockdown.ErrNoRecord},
		"untrusted": {func(p *lockdowntest.Phone) { p.Untrusted = true }, lockdown.ErrUntrusted},
		"pending":   {refuse("StartSession", "PairingDialogResponsePending"), lockdown.ErrUntrusted},
		"protected": {refuse("StartSession", "PasswordProtected"), lockdown.ErrLocked},
		"managed":   {refuse("StartSession", "MCProtected"), lockdown.ErrForbidden},
	} {
		p := phone()
		tt.change(p)
		m, _ := start(t, "unix", p)
		if _, err := session(t, m); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	p := phone()
	p.Locked = true
	m, _ := start(t, "unix", p)
	s, err := session(t, m)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Apps(t.Context(), nil, func(map[string]any) {}); !errors.Is(err, lockdown.ErrLocked) {
		t.Errorf("a locked phone: %v", err)
	}
	if err := (&lockdown.Mux{Addr: filepath.Join(t.TempDir(), "none")}); true {
		if _, e := err.List(t.Context()); !errors.Is(e, lockdown.ErrNoMux) {
			t.Errorf("without usbmuxd: %v", e)
		}
	}
}

// refuse makes the phone answer a request with an error.
func refuse(asked, code string) func(*lockdowntest.Phone) {
	return func(p *lockdowntest.Phone) {
		p.Change = func(a string, answer map[string]any) map[string]any {
			if a == asked {
				return map[string]any{"Request": a, "Error": code}
			}
			return answer
		}
	}
}

func TestStranger(t *testing.T) {
	p := phone()
	p.Stranger = true
	m, _ := start(t, "unix", p)
	s, err := session(t, m)
	if err != nil || s.Proved() {
		t.Errorf("a phone with another key: %v, proved %t", err, s.Proved())
	}
}

// TestWrongAnswers gives answers that no phone gives: each has to end in an error that says so, soon.
func TestWrongAnswers(t *testing.T) {
	frame := func(size uint32, body string) []byte {
		return append(binary.BigEndian.AppendUint32(nil, size), body...)
	}
	deep := "<plist>" + strings.Repeat("<array>", 5000) + strings.Repeat("</array>", 5000) + "</plist>"
	for name, tt := range map[string]struct {
		asked string
		raw   []byte
		want  string
	}{
		"giant length": {"Browse", frame(1<<31, ""), "more than is read"},
		"no list":      {"Browse", frame(5, "hello"), "does not parse"},
		"a text":       {"Browse", frame(32, "<plist><string>a</string></plist>"[:32]), "parse"},
		"an array":     {"Browse", frame(24, "<plist><array/></plist>\n"), "not a dictionary"},
		"empty":        {"Browse", frame(0, ""), "does not parse"},
		"deep":         {"Browse", frame(uint32(len(deep)), deep), "parse"},
		"no port":      {"StartService", frame(23, "<plist><dict/></plist>\n"), "at port 0"},
	} {
		p := phone()
		p.Change = func(asked string, answer map[string]any) map[string]any {
			if asked == tt.asked {
				return map[string]any{lockdowntest.Raw: tt.raw}
			}
			return answer
		}
		m, _ := start(t, "unix", p)
		s, err := session(t, m)
		if err != nil {
			t.Fatal(err)
		}
		if err = s.Apps(t.Context(), nil, func(map[string]any) {}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEndless answers with piece after piece of a list that never ends.
func TestEndless(t *testing.T) {
	p := phone()
	p.Apps = lockdowntest.Apps(30_000)
	p.Batch = 1000
	m, _ := start(t, "unix", p)
	s, err := session(t, m)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := s.Apps(t.Context(), nil, func(map[string]any) { n++ }); !errors.Is(err, lockdown.ErrLimit) || n != 20_000 {
		t.Errorf("%d apps, %v", n, err)
	}
}

// TestHang ends with the context, or when an answer takes too long, and leaves nothing behind.
func TestHang(t *testing.T) {
	for _, after := range []int{0, 5, 300, 3000, 5000} {
		m, sim := start(t, "unix", phone())
		sim.Break(lockdowntest.Hang, after)
		m.Patience = 50 * time.Millisecond
		if err := read(t.Context(), m); !errors.Is(err, lockdown.ErrSilent) {
			t.Errorf("after %d bytes: %v", after, err)
		}
		m.Patience = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if err := read(ctx, m); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %d bytes, until the context ends: %v", after, err)
		}
		cancel()
	}
}

// read reads the only phone.
func read(ctx context.Context, m *lockdown.Mux) error {
	list, err := m.List(ctx)
	if err != nil {
		return err
	}
	p, err := m.Open(ctx, list[0])
	if err != nil {
		return err
	}
	defer p.Close()
	r, err := m.Record(ctx, list[0].UDID)
	if err != nil {
		return err
	}
	if err := p.Start(ctx, r); err != nil {
		return err
	}
	return p.Apps(ctx, nil, func(map[string]any) {})
}

func TestListing(t *testing.T) {
	m, _ := start(t, "unix", &lockdowntest.Phone{UDID: udid, Network: true}, &lockdowntest.Phone{UDID: udid}, &lockdowntest.Phone{UDID: "../../etc"},
		&lockdowntest.Phone{UDID: "11112222333344445555666677778888AAAABBBB", Network: true})
	list, err := m.List(t.Context())
	if err != nil || len(list) != 2 || list[0].UDID != udid || list[0].Network || !list[1].Network {
		t.Errorf("%+v, %v", list, err)
	}
}
