package adb_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/internal/adb"
	"quaestor/scanners/internal/adb/adbsim"
)

func load(t testing.TB, name string) *adbsim.Phone {
	t.Helper()
	p, err := adbsim.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func client(s *adbsim.Server) *adb.Server {
	return &adb.Server{Addr: s.Addr, Idle: 10 * time.Second}
}

// TestEveryRecordedPhone reads each recorded phone through the server.
func TestEveryRecordedPhone(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		for _, name := range adbsim.Records() {
			t.Run(name, func(t *testing.T) {
				p := load(t, name)
				serial := s.Plug(t, p)
				phone := client(s).Open(serial)
				out, err := phone.Run(t.Context(), "getprop")
				if err != nil || out.Exit != 0 || !strings.Contains(string(out.Stdout), p.Props["ro.build.fingerprint"]) {
					t.Fatalf("getprop: %v %+v", err, out)
				}
				out, err = phone.Run(t.Context(), "no such program", "it's; reboot")
				if err != nil || out.Exit != 127 || !strings.Contains(string(out.Stdout)+string(out.Stderr), "not found") {
					t.Errorf("an unknown program: %v %+v", err, out)
				}
				for path, f := range p.Files {
					if f.Secret || !strings.HasPrefix(path, "/data/app") {
						continue
					}
					info, err := phone.Stat(t.Context(), path)
					if err != nil {
						t.Fatal(err)
					}
					var b bytes.Buffer
					n, err := phone.Pull(t.Context(), path, 1<<20, &b)
					if err != nil || n != info.Size {
						t.Errorf("pull %s: %d bytes of %d, %v", path, n, info.Size, err)
					}
				}
			})
		}
	})
}
