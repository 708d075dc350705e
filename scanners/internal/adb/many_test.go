package adb_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"quaestor/scanners/internal/adb"
	"quaestor/scanners/internal/adb/adbsim"
)

// ask reads what a scan reads of a phone with many apps: the lists, the dump, and the hash of every APK, fifty a command.
func ask(ctx context.Context, p *adb.Phone) (sums int, err error) {
	for _, q := range []string{"getprop", "pm list users", "dumpsys package", "dumpsys device_policy", "settings list secure"} {
		if out, err := p.Run(ctx, strings.Fields(q)...); err != nil || out.Exit != 0 {
			return 0, errors.Join(err, errors.New(q))
		}
	}
	out, err := p.Run(ctx, "pm", "list", "packages", "-f", "-i", "-U", "--show-versioncode", "--user", "0")
	if err != nil {
		return 0, err
	}
	argv := []string{"sha256sum"}
	flush := func() error {
		out, err := p.Run(ctx, argv...)
		if err == nil {
			sums += bytes.Count(out.Stdout, []byte("\n"))
		}
		argv = argv[:1]
		return err
	}
	for line := range strings.Lines(string(out.Stdout)) {
		path, _, _ := strings.Cut(strings.TrimPrefix(line, "package:"), ".apk=")
		if argv = append(argv, path+".apk"); len(argv) > 50 {
			if err := flush(); err != nil {
				return sums, err
			}
		}
	}
	return sums, flush()
}

// TestThreeHundredApps reads the lists, dumps and hashes of a phone with many apps.
func TestThreeHundredApps(t *testing.T) {
	adbsim.Servers(t, func(t *testing.T, s *adbsim.Server) {
		p := load(t, "pixel-15")
		p.AddApps(300)
		listed := 0
		for _, a := range p.Apps {
			if a.Users[0].Installed {
				listed++
			}
		}
		if sums, err := ask(t.Context(), client(s).Open(s.Plug(t, p))); err != nil || sums != listed {
			t.Errorf("got %d hashes of %d, %v", sums, listed, err)
		}
	})
}

// BenchmarkThreeHundredApps is the time that the answers about 300 apps take, without reading anything out of them.
func BenchmarkThreeHundredApps(b *testing.B) {
	for name, start := range map[string]func(testing.TB) *adbsim.Server{"adb": adbsim.StartReal, "stand-in": adbsim.StartStandIn} {
		b.Run(name, func(b *testing.B) {
			s := start(b)
			p := load(b, "pixel-15")
			p.AddApps(300)
			phone := client(s).Open(s.Plug(b, p))
			p.Arm(adbsim.Faults{})
			for b.Loop() {
				if _, err := ask(b.Context(), phone); err != nil {
					b.Fatal(err)
				}
			}
			sent, _ := p.Sent()
			b.SetBytes(sent / int64(b.N))
		})
	}
}

// BenchmarkPull copies the APKs of 300 apps, of 12 kB each, one after the other.
func BenchmarkPull(b *testing.B) {
	for name, start := range map[string]func(testing.TB) *adbsim.Server{"adb": adbsim.StartReal, "stand-in": adbsim.StartStandIn} {
		b.Run(name, func(b *testing.B) {
			s := start(b)
			p := load(b, "pixel-15")
			p.AddApps(300)
			phone := client(s).Open(s.Plug(b, p))
			var sink counter
			for b.Loop() {
				for path, f := range p.Files {
					if f.Secret {
						continue
					}
					if _, err := phone.Pull(b.Context(), path, 1<<20, &sink); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.SetBytes(int64(sink) / int64(b.N))
		})
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
