package adb_test

import (
	"errors"
	"strings"
	"testing"

	"quaestor/scanners/internal/adb"
	"quaestor/scanners/internal/adb/adbsim"
)

// TestUnauthorized meets a phone whose owner does not answer its question.
func TestUnauthorized(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		p := load(t, "samsung-11")
		p.Auth = adbsim.Refusing
		serial := s.Plug(t, p)
		devices, err := client(s).Devices(t.Context())
		if err != nil || len(devices) != 1 || devices[0].State != adb.StateUnauthorized || devices[0].Serial != serial {
			t.Errorf("got %+v, %v", devices, err)
		}
		_, err = client(s).Open(serial).Run(t.Context(), "getprop")
		if !errors.Is(err, adb.ErrUnauthorized) || !strings.Contains(adb.Next(err), "Allow USB debugging") {
			t.Errorf("got %v", err)
		}
		if got := p.Commands(); len(got) > 0 {
			t.Errorf("it was given %q all the same", got)
		}
	})
}

// TestKeyIsAllowed meets a phone whose owner allows the computer, and which knows it the next time by its signature.
func TestKeyIsAllowed(t *testing.T) {
	s := adbsim.StartReal(t)
	p := load(t, "samsung-11")
	p.Auth = adbsim.Asking
	serial := s.Plug(t, p)
	for range 2 {
		if out, err := client(s).Open(serial).Run(t.Context(), "getprop", "ro.product.model"); err != nil || string(out.Stdout) != "SM-A525F\n" {
			t.Fatalf("got %+v, %v", out, err)
		}
		s.Replug(t, p, serial, adbsim.Faults{})
	}
	if p.Knows() != 1 {
		t.Errorf("the owner was asked %d times", p.Knows())
	}
}

func TestDevices(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		if devices, err := client(s).Devices(t.Context()); err != nil || len(devices) != 0 {
			t.Fatalf("without a phone: %+v, %v", devices, err)
		}
		want := map[string]string{}
		for _, name := range adbsim.Records() {
			p := load(t, name)
			want[s.Plug(t, p)] = strings.NewReplacer("-", "_", " ", "_").Replace(p.Props["ro.product.model"])
		}
		devices, err := client(s).Devices(t.Context())
		if err != nil || len(devices) != len(want) {
			t.Fatalf("got %+v, %v", devices, err)
		}
		for _, d := range devices {
			if d.State != adb.StateDevice || d.Model != want[d.Serial] || d.Transport == "" {
				t.Errorf("got %+v, want model %q", d, want[d.Serial])
			}
		}
	})
}

func TestNoServer(t *testing.T) {
	s := &adb.Server{Addr: "127.0.0.1:1"}
	_, err := s.Devices(t.Context())
	if !errors.Is(err, adb.ErrNoServer) || !strings.Contains(err.Error(), "platform-tools") {
		t.Errorf("got %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if err := s.Start(t.Context()); !errors.Is(err, adb.ErrNoServer) || !strings.Contains(err.Error(), "no adb on the PATH") {
		t.Errorf("got %v", err)
	}
}

// TestFeatures asks what a phone can: one without the newer shell has none.
func TestFeatures(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		for name, want := range map[string]bool{"huawei-6": false, "xiaomi-7": true} {
			p := load(t, name)
			f, err := client(s).Open(s.Plug(t, p)).Features(t.Context())
			if err != nil || f["shell_v2"] != want || f["stat_v2"] {
				t.Errorf("%s: %v, %v", name, f, err)
			}
		}
	})
}

// TestQuoting hands a phone arguments that a shell would take for more than words.
func TestQuoting(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		for _, name := range []string{"huawei-6", "xiaomi-7"} {
			p := load(t, name)
			phone := client(s).Open(s.Plug(t, p))
			for _, evil := range []string{"a; reboot", "$(reboot)", "`reboot`", "a'b", `a\'; reboot #`, "a\nreboot", "'", "&& reboot", "*", "-rf /"} {
				if _, err := phone.Run(t.Context(), "stat", evil); err != nil {
					t.Errorf("%s: %q: %v", name, evil, err)
				}
				got := p.Commands()
				if len(got) == 0 || got[len(got)-1] != "stat "+evil {
					t.Errorf("%s: the phone was given %q for %q", name, got, evil)
				}
			}
			if n := len(p.Commands()); n != 10 {
				t.Errorf("%s: %d commands of 10", name, n)
			}
		}
	})
}
