package scanners

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// roster is a scanner of files whose first line is ROSTER and whose other lines name a device each.
type roster struct {
	part  func(name string) // called by each part
	after error             // what Split returns
	hang  chan struct{}     // Split waits for it at the end
}

func (roster) Info() Info {
	return Info{ID: "test/roster", Kind: "roster", Title: "rosters", CannotSee: []string{"what is asleep"}}
}

func (roster) Recognise(src *source.Source) bool {
	return !src.IsDir() && strings.HasPrefix(string(src.Head()), "ROSTER\n")
}

func (s roster) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return Whole(ctx, s, src)
}

func (s roster) Split(ctx context.Context, srcs []*source.Source, emit func(Part) error) (*inventory.Inventory, error) {
	rest := inventory.New()
	rest.Gaps = append(rest.Gaps, inventory.Gap{Subject: "order", Kind: inventory.GapUnknownLines, Detail: fmt.Sprintf("%d files.", len(srcs))})
	for _, src := range srcs {
		text, err := src.Bytes()
		if err != nil {
			return rest, err
		}
		for name := range strings.FieldsSeq(strings.TrimPrefix(string(text), "ROSTER\n")) {
			if err := emit(func() *inventory.Inventory { return s.device(src.Name(), name) }); err != nil {
				return rest, err
			}
		}
	}
	if s.hang != nil {
		<-s.hang
	}
	return rest, s.after
}

func (s roster) device(path, name string) *inventory.Inventory {
	if s.part != nil {
		s.part(name)
	}
	inv := inventory.New()
	id := inventory.DeviceID(inventory.Android, "test", name)
	inv.Devices = []inventory.Device{{ID: id, Platform: inventory.Android, Name: name, Origins: []inventory.Origin{{Scanner: "test/roster", Path: path}}}}
	for _, app := range []string{"zeta", "alpha"} {
		inv.Apps = append(inv.Apps, inventory.App{ID: inventory.AppID(id, inventory.AndroidPackage, app), Device: id, Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: app})
	}
	inv.Gaps = []inventory.Gap{{Device: id, Subject: name, Kind: inventory.GapBlind, Detail: "Half of it."}}
	return inv
}

func rosterFile(t *testing.T, dir, file string, from, to int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("ROSTER\n")
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "device%04d\n", i)
	}
	return write(t, filepath.Join(dir, file), b.String())
}

// streamed gives the devices that were handed on, in their order, and the rest.
func streamed(t *testing.T, ctx context.Context, s roster, o Options, yield func(n int) error, paths ...string) (handed []string, rest *inventory.Inventory, n int, err error) {
	t.Helper()
	o.Scanners, o.Limits = append(o.Scanners, s), source.DefaultLimits
	var targets []source.Target
	for _, p := range paths {
		targets = append(targets, source.Target{Path: p})
	}
	rest, n, err = Each(ctx, targets, o, func(inv *inventory.Inventory) *inventory.Inventory { return inv }, func(inv *inventory.Inventory) error {
		for _, d := range inv.Devices {
			handed = append(handed, d.Name)
		}
		if !slices.IsSortedFunc(inv.Apps, func(x, y inventory.App) int { return strings.Compare(x.Identifier, y.Identifier) }) || inv.Gaps[len(inv.Gaps)-1].Scanner != "test/roster" {
			t.Errorf("not as a run leaves it: %+v", inv)
		}
		if yield != nil {
			return yield(len(handed))
		}
		return nil
	})
	return handed, rest, n, err
}

func TestEachInOrder(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 30)
	rosterFile(t, dir, "b", 30, 200)
	slow := roster{part: func(name string) {
		if strings.HasSuffix(name, "7") { // what is ready later keeps its place
			time.Sleep(time.Millisecond)
		}
	}}
	handed, rest, n, err := streamed(t, t.Context(), slow, Options{Together: 50, Workers: 8}, nil, dir)
	if err != nil || n != 200 || len(handed) != 200 || !slices.IsSorted(handed) {
		t.Errorf("%d handed on, error %v: %v", n, err, handed)
	}
	if len(rest.Devices)+len(rest.Apps) != 0 || len(rest.Runs) != 2 || rest.Runs[0].Facts != 60 || rest.Runs[1].Facts != 340 {
		t.Errorf("rest %+v", rest)
	}
	want := []inventory.Gap{
		{Scanner: "test/roster", Subject: `2 sources of kind "roster"`, Kind: inventory.GapBlind, Detail: "What is asleep.", Count: 200},
		{Scanner: "test/roster", Subject: "order", Kind: inventory.GapUnknownLines, Detail: "2 files."},
	}
	if d := cmp.Diff(want, rest.Gaps); d != "" {
		t.Error(d)
	}
}

// TestEachKeepsFew: few devices are told as Run tells them.
func TestEachKeepsFew(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 20)
	rosterFile(t, dir, "b", 10, 40) // of ten devices both tell
	handed, rest, n, err := streamed(t, t.Context(), roster{}, Options{Together: 50}, nil, dir)
	whole := Run(t.Context(), []source.Target{{Path: dir}}, Options{Scanners: []Scanner{roster{}}, Limits: source.DefaultLimits})
	if n != 0 || handed != nil || err != nil || len(rest.Devices) != 40 {
		t.Errorf("%d handed on, error %v, %d devices", n, err, len(rest.Devices))
	}
	if d := cmp.Diff(whole, rest); d != "" {
		t.Error(d)
	}
}

// TestFewAndMany: what is told of a device does not depend on how many there are.
func TestFewAndMany(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 40)
	write(t, filepath.Join(dir, "other"), "ONE")
	o := Options{Scanners: []Scanner{fake{id: "one", kind: "one", mark: "ONE"}}, Limits: source.DefaultLimits}
	few := Run(t.Context(), []source.Target{{Path: dir}}, Options{Scanners: append(o.Scanners, roster{}), Limits: o.Limits})
	many := inventory.New()
	o.Together, o.Scanners = 5, append(o.Scanners, roster{})
	rest, n, err := Each(t.Context(), []source.Target{{Path: dir}}, o, func(inv *inventory.Inventory) *inventory.Inventory { return inv },
		func(inv *inventory.Inventory) error { many.Merge(inv); return nil })
	if n != 40 || err != nil || len(rest.Apps) != 1 {
		t.Fatalf("%d handed on, error %v, %d apps in the rest", n, err, len(rest.Apps))
	}
	many.Merge(rest)
	many.Sort()
	if d := cmp.Diff(few, many); d != "" {
		t.Error(d)
	}
}

func TestEachTwice(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 20)
	rosterFile(t, dir, "b", 18, 30)
	_, rest, n, _ := streamed(t, t.Context(), roster{}, Options{Together: 5}, nil, dir)
	at := slices.IndexFunc(rest.Gaps, func(g inventory.Gap) bool { return g.Scanner == apartID })
	if n != 32 || at < 0 || rest.Gaps[at].Count != 2 || !slices.Equal(rest.Gaps[at].Samples, []string{"device0018", "device0019"}) {
		t.Errorf("%d handed on, gaps %+v", n, rest.Gaps)
	}
}

func TestEachPanic(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 60)
	for _, together := range []int{5, 100} {
		s := roster{part: func(name string) {
			if strings.HasSuffix(name, "3") {
				panic("upside down")
			}
		}}
		handed, rest, _, err := streamed(t, t.Context(), s, Options{Together: together}, nil, dir)
		at := slices.IndexFunc(rest.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapFailed })
		if len(handed)+len(rest.Devices) != 54 || err != nil || at < 0 || rest.Gaps[at].Count != 6 || rest.Gaps[at].Samples[0] != "upside down" || rest.Runs[0].Status != inventory.RunPartial {
			t.Errorf("%d devices, error %v, rest %+v", len(handed), err, rest)
		}
	}
}

func TestEachErrors(t *testing.T) {
	dir := t.TempDir()
	a, b := rosterFile(t, dir, "a", 0, 30), rosterFile(t, dir, "b", 30, 30)
	broken := errors.New("the page is torn")
	_, rest, n, err := streamed(t, t.Context(), roster{after: broken}, Options{Together: 5}, nil, a, b)
	if n != 30 || err != nil || rest.Runs[0].Status != inventory.RunSucceeded || rest.Runs[1].Status != inventory.RunFailed || rest.Runs[1].Detail != "the page is torn" {
		t.Errorf("%d handed on, error %v, runs %+v", n, err, rest.Runs)
	}
	full := errors.New("the disk is full")
	_, _, n, err = streamed(t, t.Context(), roster{}, Options{Together: 5}, func(n int) error {
		if n == 12 {
			return full
		}
		return nil
	}, a)
	if !errors.Is(err, full) || n != 12 {
		t.Errorf("%d handed on, error %v", n, err)
	}
}

// TestEachInterrupted ends a run at every device.
func TestEachInterrupted(t *testing.T) {
	file := rosterFile(t, t.TempDir(), "a", 0, 40)
	for _, together := range []int{8, 100} {
		for at := range 42 {
			ctx, cancel := context.WithCancel(t.Context())
			var read atomic.Int64
			s := roster{part: func(string) {
				if read.Add(1) > int64(at) {
					cancel()
				}
			}}
			if at == 0 {
				cancel()
			}
			handed, rest, n, err := streamed(t, ctx, s, Options{Together: together}, nil, file)
			all := append(handed, identifiersOf(rest)...)
			if err != nil || n != len(handed) || len(all) < min(at, 40) || !slices.IsSorted(all) {
				t.Errorf("interrupted at %d of %d: %v, %d told: %v", at, together, err, len(all), all)
			}
			said := slices.ContainsFunc(rest.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapFailed })
			if len(all) < 40 && !said {
				t.Errorf("interrupted at %d: %d devices, and nothing is said: %+v", at, len(all), rest.Gaps)
			}
			cancel()
		}
	}
}

func identifiersOf(inv *inventory.Inventory) (names []string) {
	for _, d := range inv.Devices {
		names = append(names, d.Name)
	}
	slices.Sort(names)
	return names
}

func TestEachTimeout(t *testing.T) {
	file := rosterFile(t, t.TempDir(), "a", 0, 20)
	hang := make(chan struct{})
	defer close(hang)
	_, rest, n, err := streamed(t, t.Context(), roster{hang: hang}, Options{Together: 5, Timeout: time.Second}, nil, file)
	if n != 20 || err != nil || rest.Runs[0].Status != inventory.RunFailed || !strings.Contains(rest.Runs[0].Detail, "out of time") {
		t.Errorf("%d handed on, error %v, runs %+v", n, err, rest.Runs)
	}
	// A reader who takes his time is no scanner that hangs.
	_, rest, n, _ = streamed(t, t.Context(), roster{}, Options{Together: 5, Timeout: time.Second}, func(n int) error {
		if n == 10 {
			time.Sleep(1500 * time.Millisecond)
		}
		return nil
	}, file)
	if n != 20 || rest.Runs[0].Status != inventory.RunSucceeded {
		t.Errorf("%d handed on, runs %+v", n, rest.Runs)
	}
}

// TestEachHoldsFew: what is read and not yet taken does not grow with the export.
func TestEachHoldsFew(t *testing.T) {
	file := rosterFile(t, t.TempDir(), "a", 0, 500)
	var read atomic.Int64
	s := roster{part: func(string) { read.Add(1) }}
	const workers = 3
	_, _, n, err := streamed(t, t.Context(), s, Options{Together: 5, Workers: workers}, func(n int) error {
		if ahead := int(read.Load()) - n; n > 6 && ahead > workers*aheadOf+workers+1 {
			t.Errorf("at device %d, %d more were read", n, ahead)
		}
		return nil
	}, file)
	if n != 500 || err != nil {
		t.Errorf("%d handed on, error %v", n, err)
	}
}

// TestEachManyFiles: a device in each of very many files, of which few are open at a time.
func TestEachManyFiles(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for i := range 300 {
		paths = append(paths, rosterFile(t, dir, fmt.Sprintf("%04d", i), i, i+1))
	}
	for name, targets := range map[string][]string{"folder": {dir}, "files": paths} {
		handed, rest, n, err := streamed(t, t.Context(), roster{}, Options{Together: 50}, nil, targets...)
		if n != 300 || err != nil || !slices.IsSorted(handed) || len(rest.Runs) != 300 || rest.Runs[299].Facts != 2 || len(rest.Gaps) != 2 {
			t.Errorf("%s: %d handed on, error %v, %d runs, gaps %+v", name, n, err, len(rest.Runs), rest.Gaps)
		}
	}
}
