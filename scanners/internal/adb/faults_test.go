package adb_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/internal/adb"
	"quaestor/scanners/internal/adb/adbsim"
)

// reading is what a caller of the client does with a phone, and keeps what it has when the phone goes away.
type reading struct {
	answers map[string]string
	files   map[string][sha256.Size]byte
}

func newReading() *reading {
	return &reading{answers: map[string]string{}, files: map[string][sha256.Size]byte{}}
}

// goOn asks for what is missing.
func (r *reading) goOn(ctx context.Context, p *adb.Phone) error {
	for _, q := range []string{"getprop", "pm list packages -f", "dumpsys package", "settings list secure"} {
		if r.answers[q] != "" {
			continue
		}
		out, err := p.Run(ctx, strings.Fields(q)...)
		if err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
		r.answers[q] = string(out.Stdout)
	}
	for line := range strings.Lines(r.answers["pm list packages -f"]) {
		path, _, _ := strings.Cut(strings.TrimPrefix(line, "package:"), ".apk=")
		if err := r.pull(ctx, p, path+".apk"); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func (r *reading) pull(ctx context.Context, p *adb.Phone, path string) error {
	if _, done := r.files[path]; done {
		return nil
	}
	info, err := p.Stat(ctx, path)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	n, err := p.Pull(ctx, path, 1<<20, &b)
	if err != nil {
		return err
	}
	if n != info.Size {
		return fmt.Errorf("%d bytes of %d", n, info.Size)
	}
	r.files[path] = sha256.Sum256(b.Bytes())
	return nil
}

func (r *reading) same(other *reading) bool {
	if len(r.answers) != len(other.answers) || len(r.files) != len(other.files) {
		return false
	}
	for k, v := range r.answers {
		if other.answers[k] != v {
			return false
		}
	}
	for k, v := range r.files {
		if other.files[k] != v {
			return false
		}
	}
	return true
}

// TestUnplugged pulls the cable at a hundred random places, in the middle of a packet or before one. It must end in an error that
// says so, and a second try that keeps what it has must complete the first.
func TestUnplugged(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		for _, name := range []string{"pixel-15", "huawei-6"} {
			t.Run(name, func(t *testing.T) { unplug(t, s, name, 50) })
		}
	})
}

func unplug(t *testing.T, s *adbsim.Server, name string, times int) {
	p := load(t, name)
	serial := s.Plug(t, p)
	p.Arm(adbsim.Faults{})
	whole := newReading()
	if err := whole.goOn(t.Context(), client(s).Open(serial)); err != nil {
		t.Fatal(err)
	}
	total, packets := p.Sent()
	random := rand.New(rand.NewPCG(5, 15))
	pulled := 0
	for i := range times {
		at := adbsim.Faults{CutAfter: 1 + random.Int64N(total)}
		if i%2 == 1 {
			at = adbsim.Faults{CutAtPacket: 1 + random.IntN(packets)}
		}
		s.Replug(t, p, serial, at)
		r := newReading()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		err := r.goOn(ctx, client(s).Open(serial))
		cancel()
		if err != nil {
			pulled++
			if !errors.Is(err, adb.ErrGone) || adb.Next(err) == "" {
				t.Errorf("%d: unplugged at %+v of %d bytes: %v; next: %q", i, at, total, err, adb.Next(err))
			}
		}
		s.Replug(t, p, serial, adbsim.Faults{})
		if err := r.goOn(t.Context(), client(s).Open(serial)); err != nil || !r.same(whole) {
			t.Errorf("%d: unplugged at %+v of %d bytes, and the second try: %v", i, at, total, err)
		}
	}
	if pulled < times*9/10 {
		t.Errorf("the cable was pulled %d times of %d", pulled, times)
	}
}

// TestLies meets a phone that announces more than it sends.
func TestLies(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		p := load(t, "samsung-11")
		serial := s.Plug(t, p)
		for _, lie := range []string{"shell", "sync", "stat", "wire"} {
			t.Run(lie, func(t *testing.T) {
				if lie == "wire" && !s.Real {
					t.Skip("the stand-in has no wire")
				}
				s.Replug(t, p, serial, adbsim.Faults{Lie: lie})
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				err := newReading().goOn(ctx, client(s).Open(serial))
				switch {
				case lie != "wire" && !errors.Is(err, adb.ErrProtocol):
					t.Errorf("got %v, want ErrProtocol", err)
				case lie == "wire" && (err == nil || ctx.Err() != nil):
					t.Errorf("got %v, want an error before the time is up", err) // which one is up to adb's server
				}
			})
		}
	})
}

// TestHangs meets a phone that says nothing any more, which must end after the idle limit.
func TestHangs(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		p := load(t, "samsung-11")
		serial := s.Plug(t, p)
		s.Replug(t, p, serial, adbsim.Faults{HangAfter: 3000})
		impatient := &adb.Server{Addr: s.Addr, Idle: 300 * time.Millisecond}
		err := newReading().goOn(t.Context(), impatient.Open(serial))
		if !errors.Is(err, adb.ErrSilent) || !strings.Contains(err.Error(), "unlock the phone") {
			t.Errorf("got %v, want ErrSilent", err)
		}
	})
}

// TestSlow meets a phone that takes its time before each packet, which is no error.
func TestSlow(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		p := load(t, "huawei-6")
		serial := s.Plug(t, p)
		s.Replug(t, p, serial, adbsim.Faults{Delay: 2 * time.Millisecond})
		if err := newReading().goOn(t.Context(), client(s).Open(serial)); err != nil {
			t.Error(err)
		}
	})
}

// TestEndlessAnswer meets a command that never ends: the answer is cut where it says, and a file's at its limit.
func TestEndlessAnswer(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		p := load(t, "samsung-11")
		block := bytes.Repeat([]byte("all work and no play\n"), 3000)
		p.Handle("getprop", adbsim.Answer{Stream: func(w io.Writer) int {
			for {
				if _, err := w.Write(block); err != nil {
					return 1
				}
			}
		}})
		phone := client(s).Open(s.Plug(t, p))
		out, err := phone.Run(t.Context(), "getprop")
		if err != nil || !out.Cut || out.Exit != -1 || len(out.Stdout) != 64<<20 {
			t.Fatalf("got %d bytes, cut %t, exit %d, %v", len(out.Stdout), out.Cut, out.Exit, err)
		}
		if out, err = phone.Run(t.Context(), "pm", "list", "users"); err != nil || out.Exit != 0 {
			t.Errorf("afterwards: %v %+v", err, out)
		}
		if _, err := phone.Pull(t.Context(), "/system/priv-app/Phonesky/Phonesky.apk", 1000, io.Discard); !errors.Is(err, adb.ErrTooLong) {
			t.Errorf("a file over the limit: %v", err)
		}
	})
}
