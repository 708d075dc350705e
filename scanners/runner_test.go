package scanners

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// fake is a scanner of files that begin with its mark.
type fake struct {
	id, kind, mark string
	scan           func(ctx context.Context, src *source.Source) (*inventory.Inventory, error)
}

func (f fake) Info() Info {
	return Info{ID: f.id, Kind: f.kind, Title: f.id, Reads: []string{f.mark}, Extensions: []string{"." + f.mark}}
}

func (f fake) Recognise(src *source.Source) bool {
	return !src.IsDir() && bytes.HasPrefix(src.Head(), []byte(f.mark))
}

func (f fake) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	if f.scan != nil {
		return f.scan(ctx, src)
	}
	inv := inventory.New()
	inv.Apps = append(inv.Apps, inventory.App{ID: inventory.AppID("", inventory.NameOnly, src.Name()), Identifier: src.Base(), Name: string(src.Head())})
	return inv, nil
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(content))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func runOn(t *testing.T, o Options, targets ...source.Target) *inventory.Inventory {
	t.Helper()
	o.Limits = source.DefaultLimits
	return Run(context.Background(), targets, o)
}

func identifiers(inv *inventory.Inventory) []string {
	var out []string
	for _, a := range inv.Apps {
		out = append(out, a.Identifier)
	}
	slices.Sort(out)
	return out
}

func gapKinds(inv *inventory.Inventory) []inventory.GapKind {
	var out []inventory.GapKind
	for _, g := range inv.Gaps {
		out = append(out, g.Kind)
	}
	slices.Sort(out)
	return out
}

func TestWalk(t *testing.T) {
	one, two := fake{id: "one", kind: "one", mark: "ONE"}, fake{id: "two", kind: "two", mark: "TWO"}
	tests := []struct {
		name   string
		files  map[string]string
		kind   string
		target string
		want   []string
		gaps   []inventory.GapKind
	}{
		{"a file", map[string]string{"a": "ONE"}, "", "a", []string{"a"}, nil},
		{"a folder of both kinds", map[string]string{"a": "ONE", "sub/deep/b": "TWO"}, "", ".", []string{"a", "b"}, nil},
		{"a forced kind leaves the other", map[string]string{"a": "ONE", "b": "TWO"}, "one", ".", []string{"a"}, []inventory.GapKind{inventory.GapSkipped}},
		{"another file is passed over and said", map[string]string{"a": "ONE", "readme.txt": "hello"}, "", ".", []string{"a"}, []inventory.GapKind{inventory.GapSkipped}},
		{"an unknown file alone", map[string]string{"a": "hello"}, "", "a", nil, []inventory.GapKind{inventory.GapUnsupported}},
		{"an empty folder", map[string]string{"x/y": "hello"}, "", "x", nil, []inventory.GapKind{inventory.GapEmpty, inventory.GapSkipped}},
		{"an archive is entered", map[string]string{"a.zip": "zip"}, "", "a.zip", []string{"in", "in2"}, nil},
		{"an archive in a folder is entered", map[string]string{"d/a.zip": "zip"}, "", "d", []string{"in", "in2"}, nil},
		{"no such kind in it", map[string]string{"a": "ONE"}, "two", "a", nil, []inventory.GapKind{inventory.GapUnsupported}},
		{"an empty file", map[string]string{"a": ""}, "", "a", nil, []inventory.GapKind{inventory.GapUnsupported}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, content := range test.files {
				if content == "zip" {
					content = zipOf(t, map[string]string{"in": "ONE", "deep/in2": "TWO"})
				}
				write(t, filepath.Join(dir, name), content)
			}
			inv := runOn(t, Options{Scanners: []Scanner{one, two}}, source.Target{Kind: test.kind, Path: filepath.Join(dir, test.target)})
			if got := identifiers(inv); !slices.Equal(got, test.want) {
				t.Errorf("found %v, want %v", got, test.want)
			}
			if got := gapKinds(inv); !slices.Equal(got, test.gaps) {
				t.Errorf("gaps %v, want %v: %+v", got, test.gaps, inv.Gaps)
			}
		})
	}
}

func TestDamaged(t *testing.T) {
	s := fake{id: "one", kind: "one", mark: "one"}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "good"), "one")
	write(t, filepath.Join(dir, "cut.ONE"), "on")
	inv := runOn(t, Options{Scanners: []Scanner{s}}, source.Target{Path: dir})
	if got := gapKinds(inv); !slices.Equal(got, []inventory.GapKind{inventory.GapMalformed}) {
		t.Errorf("a file that bears the ending of a kind and is not of it: gaps %+v", inv.Gaps)
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	s := fake{id: "one", kind: "one", mark: "one"}
	outside := write(t, filepath.Join(t.TempDir(), "secret"), "one")
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "one")
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	inv := runOn(t, Options{Scanners: []Scanner{s}}, source.Target{Path: dir})
	if got := identifiers(inv); !slices.Equal(got, []string{"a"}) {
		t.Errorf("found %v", got)
	}
	if got := gapKinds(inv); !slices.Equal(got, []inventory.GapKind{inventory.GapSkipped}) {
		t.Errorf("the link is not told: %+v", inv.Gaps)
	}
}

func TestFailures(t *testing.T) {
	tests := []struct {
		name string
		scan func(context.Context, *source.Source) (*inventory.Inventory, error)
		kind inventory.GapKind
		text string
	}{
		{"error", func(context.Context, *source.Source) (*inventory.Inventory, error) { return nil, errors.New("no luck") }, inventory.GapFailed, "No luck."},
		{"panic", func(context.Context, *source.Source) (*inventory.Inventory, error) { panic("boom") }, inventory.GapFailed, "panicked"},
		{"limit", func(context.Context, *source.Source) (*inventory.Inventory, error) {
			return nil, &source.LimitError{Name: "x", What: "size", Limit: 7}
		}, inventory.GapLimit, "limit of 7"},
		{"slow but obedient", func(ctx context.Context, _ *source.Source) (*inventory.Inventory, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, inventory.GapFailed, "out of time"},
		{"nothing at all", func(context.Context, *source.Source) (*inventory.Inventory, error) { return nil, nil }, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bad := fake{id: "bad", kind: "bad", mark: "BAD", scan: test.scan}
			good := fake{id: "good", kind: "good", mark: "GOOD"}
			dir := t.TempDir()
			write(t, filepath.Join(dir, "b"), "BAD")
			write(t, filepath.Join(dir, "g"), "GOOD")
			inv := runOn(t, Options{Scanners: []Scanner{bad, good}, Timeout: 200 * time.Millisecond}, source.Target{Path: dir})
			if got := identifiers(inv); !slices.Equal(got, []string{"g"}) {
				t.Errorf("the good scanner found %v", got)
			}
			if test.kind == "" {
				if len(inv.Gaps) > 0 {
					t.Errorf("gaps %+v", inv.Gaps)
				}
				return
			}
			if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != test.kind || !strings.Contains(inv.Gaps[0].Detail, test.text) || inv.Gaps[0].Scanner != "bad" || inv.Gaps[0].Next == "" {
				t.Errorf("gaps %+v", inv.Gaps)
			}
			at := slices.IndexFunc(inv.Runs, func(r inventory.Run) bool { return r.Scanner == "bad" })
			if at < 0 || inv.Runs[at].Status != inventory.RunFailed {
				t.Errorf("runs %+v", inv.Runs)
			}
		})
	}
}

// TestHang: a scanner that never comes back is left behind; the others' facts are kept.
func TestHang(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	hang := fake{id: "hang", kind: "hang", mark: "HANG", scan: func(context.Context, *source.Source) (*inventory.Inventory, error) {
		<-release
		return nil, nil
	}}
	good := fake{id: "good", kind: "good", mark: "GOOD"}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "HANG")
	write(t, filepath.Join(dir, "b"), "GOOD")
	inv := runOn(t, Options{Scanners: []Scanner{hang, good}, Timeout: 10 * time.Millisecond}, source.Target{Path: dir})
	if got := identifiers(inv); !slices.Equal(got, []string{"b"}) {
		t.Errorf("found %v", got)
	}
	if got := gapKinds(inv); !slices.Equal(got, []inventory.GapKind{inventory.GapFailed}) {
		t.Errorf("gaps %+v", inv.Gaps)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "one")
	inv := Run(ctx, []source.Target{{Path: dir}}, Options{Scanners: []Scanner{fake{id: "one", kind: "one", mark: "one"}}, Limits: source.DefaultLimits})
	if len(inv.Apps) != 0 || len(inv.Gaps) != 1 || !strings.Contains(inv.Gaps[0].Next, "again") {
		t.Errorf("apps %v, gaps %+v", inv.Apps, inv.Gaps)
	}
}

func TestPartialRun(t *testing.T) {
	s := fake{id: "one", kind: "one", mark: "one", scan: func(context.Context, *source.Source) (*inventory.Inventory, error) {
		inv := inventory.New()
		inv.Apps = []inventory.App{{ID: "x"}}
		inv.Gaps = []inventory.Gap{{Subject: "table", Kind: inventory.GapMalformed}}
		return inv, nil
	}}
	inv := runOn(t, Options{Scanners: []Scanner{s}}, source.Target{Path: write(t, filepath.Join(t.TempDir(), "a"), "one")})
	if len(inv.Runs) != 1 || inv.Runs[0].Status != inventory.RunPartial || inv.Runs[0].Facts != 1 || inv.Gaps[0].Scanner != "one" {
		t.Errorf("runs %+v, gaps %+v", inv.Runs, inv.Gaps)
	}
}

// TestAdopt: an APK in an acquisition is the device's app, not a second one.
func TestAdopt(t *testing.T) {
	inv := &inventory.Inventory{
		Apps: []inventory.App{
			{ID: "a", Device: "phone", Identifier: "org.example", Binaries: []string{"sha1"}},
			{ID: "b", Identifier: "org.example", Binaries: []string{"sha1"}},
			{ID: "c", Identifier: "org.other", Binaries: []string{"sha2"}},
		},
	}
	adopt(inv)
	if got := identifiers(inv); !slices.Equal(got, []string{"org.example", "org.other"}) {
		t.Errorf("kept %v", got)
	}
}

func TestProgressCounts(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"a", "b", "c"} {
		write(t, filepath.Join(dir, n), "one")
	}
	var seen []Progress
	runOn(t, Options{Scanners: []Scanner{fake{id: "one", kind: "one", mark: "one"}}, Progress: func(p Progress) { seen = append(seen, p) }}, source.Target{Path: dir})
	if len(seen) != 3 || seen[2].Done != 3 || seen[2].Total != 3 {
		t.Errorf("progress %+v", seen)
	}
}

func TestDepthLimit(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "1/2/3/4/a"), "one")
	limits := source.DefaultLimits
	limits.Depth = 3
	inv := Run(context.Background(), []source.Target{{Path: dir}}, Options{Scanners: []Scanner{fake{id: "one", kind: "one", mark: "one"}}, Limits: limits})
	if !slices.Contains(gapKinds(inv), inventory.GapLimit) || len(inv.Apps) != 0 {
		t.Errorf("apps %v, gaps %+v", inv.Apps, inv.Gaps)
	}
}

// blindFake says what it cannot see.
type blindFake struct{ fake }

func (b blindFake) Info() Info {
	i := b.fake.Info()
	i.CannotSee = []string{"the dark side"}
	return i
}

// TestBlind: what a source can never show is said once, and not for a source that could not be read.
func TestBlind(t *testing.T) {
	good := blindFake{fake{id: "good", kind: "good", mark: "GOOD"}}
	bad := blindFake{fake{id: "bad", kind: "bad", mark: "BAD", scan: func(context.Context, *source.Source) (*inventory.Inventory, error) { return nil, errors.New("no") }}}
	dir := t.TempDir()
	for _, n := range []string{"a", "b"} {
		write(t, filepath.Join(dir, n), "GOOD")
	}
	write(t, filepath.Join(dir, "c"), "BAD")
	inv := runOn(t, Options{Scanners: []Scanner{good, bad}}, source.Target{Path: dir})
	var blind []inventory.Gap
	for _, g := range inv.Gaps {
		if g.Kind == inventory.GapBlind {
			blind = append(blind, g)
		}
	}
	if len(blind) != 1 || blind[0].Scanner != "good" || blind[0].Detail != "The dark side." || !strings.HasPrefix(blind[0].Subject, "2 sources") {
		t.Errorf("blind gaps %+v", blind)
	}
}

// liveFake is a scanner of a running computer.
type liveFake struct{ fake }

func (liveFake) Recognise(src *source.Source) bool { return src.IsDir() }

// TestCollected: a running computer is collected at the moment of the run, a copy is not.
func TestCollected(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	s := liveFake{fake{id: "host/x", kind: source.KindHost, scan: func(context.Context, *source.Source) (*inventory.Inventory, error) {
		inv := inventory.New()
		inv.Devices = []inventory.Device{{ID: "d"}}
		return inv, nil
	}}}
	live := runOn(t, Options{Scanners: []Scanner{s}, Now: now}, source.Target{Kind: source.KindHost, Path: "/"})
	if len(live.Devices) != 1 || live.Devices[0].CollectedAt == nil || !live.Devices[0].CollectedAt.Equal(now) {
		t.Errorf("a running computer: %+v", live.Devices)
	}
	copied := runOn(t, Options{Scanners: []Scanner{s}, Now: now}, source.Target{Kind: source.KindHost, Path: t.TempDir()})
	if len(copied.Devices) != 1 || copied.Devices[0].CollectedAt != nil {
		t.Errorf("a copy: %+v", copied.Devices)
	}
}
