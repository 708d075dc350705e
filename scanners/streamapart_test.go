package scanners

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// TestEachUnique: no two devices that are handed on bear one ID, however many work on them, and what is told of each goes with it.
func TestEachUnique(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 20)
	rosterFile(t, dir, "b", 15, 30)
	rosterFile(t, dir, "c", 15, 17)
	var first []string
	for _, o := range []Options{{Together: 5, Workers: 1}, {Together: 5, Workers: 8}, {Together: 18, Workers: 8}} {
		o.Scanners, o.Limits = []Scanner{roster{}}, source.DefaultLimits
		var ids []string
		apps := map[string]bool{}
		told := 0
		_, n, err := Each(t.Context(), []source.Target{{Path: dir}}, o, func(inv *inventory.Inventory) string {
			for _, a := range inv.Apps {
				if a.Device != inv.Devices[0].ID {
					return "an app of another device"
				}
			}
			id := inv.Devices[0].ID
			if slices.ContainsFunc(inv.Gaps, func(g inventory.Gap) bool {
				return g.Scanner == apartID && g.Device == id && g.Kind == inventory.GapSkipped
			}) {
				id += " told"
			}
			for _, a := range inv.Apps {
				id += " " + a.ID
			}
			return id
		}, func(line string) error {
			f := strings.Fields(line)
			ids = append(ids, f[0])
			if f[1] == "told" {
				told++
				f = f[1:]
			}
			for _, a := range f[1:] {
				if apps[a] {
					t.Errorf("app %s twice", a)
				}
				apps[a] = true
			}
			return nil
		})
		if first == nil {
			first = slices.Clone(ids)
		}
		if !slices.Equal(first, ids) {
			t.Errorf("%+v: other IDs: %v", o.Workers, ids)
		}
		slices.Sort(ids)
		if n != 37 || err != nil || told != 7 || len(slices.Compact(ids)) != 37 {
			t.Errorf("%d handed on, %d told of, error %v: %v", n, told, err, ids)
		}
		for _, end := range []string{"-2", "-3"} {
			if !slices.ContainsFunc(ids, func(id string) bool { return strings.HasSuffix(id, end) }) {
				t.Errorf("no ID ends in %s: %v", end, ids)
			}
		}
	}
}

// TestEachWorkPanics: a device that cannot be judged is told of, and the others are judged.
func TestEachWorkPanics(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 60)
	o := Options{Scanners: []Scanner{roster{}}, Limits: source.DefaultLimits, Together: 20}
	rest, n, err := Each(t.Context(), []source.Target{{Path: dir}}, o, func(inv *inventory.Inventory) int {
		if strings.HasSuffix(inv.Devices[0].Name, "3") {
			panic("upside down")
		}
		return 1
	}, func(int) error { return nil })
	at := slices.IndexFunc(rest.Gaps, func(g inventory.Gap) bool { return g.Kind == inventory.GapFailed })
	if n != 54 || err != nil || at < 0 || rest.Gaps[at].Count != 6 || rest.Gaps[at].Samples[0] != "upside down" {
		t.Errorf("%d handed on, error %v, gaps %+v", n, err, rest.Gaps)
	}
}

// register is another system whose exports look like those of a roster.
type register struct{ roster }

func (register) Info() Info {
	info := roster{}.Info()
	info.ID = "test/register"
	return info
}

func (register) Recognise(src *source.Source) bool {
	return strings.HasPrefix(string(src.Head()), "REGISTER\n")
}

// TestEachSystems: what several systems tell of a device is joined, however many there are, and nothing is handed on twice.
func TestEachSystems(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 300)
	var b strings.Builder
	b.WriteString("REGISTER\n")
	for i := 200; i < 500; i++ {
		fmt.Fprintf(&b, "device%04d\n", i)
	}
	write(t, filepath.Join(dir, "b"), b.String())
	write(t, filepath.Join(dir, "c"), "ROSTER\ndevice0003 device0250 device0003 device0700")
	write(t, filepath.Join(dir, "d"), "SCANNED device0004 device0251 device0999")
	few, many := fewAndMany(t, []Scanner{roster{}, register{}, scannedOnes{}}, dir)
	if len(few.Devices) != 503 || len(few.Apps) != 1006 {
		t.Errorf("%d devices, %d apps", len(few.Devices), len(few.Apps))
	}
	if d := cmp.Diff(few, many); d != "" {
		t.Error(d)
	}
	if slices.ContainsFunc(many.Gaps, func(g inventory.Gap) bool { return g.Scanner == apartID }) {
		t.Errorf("something was not joined: %+v", many.Gaps)
	}
}

// TestEachAgain: devices that come up again in the exports of one system are joined, when what was handed on can be forgotten.
func TestEachAgain(t *testing.T) {
	for name, files := range map[string][]string{"in one file": {"ROSTER\n%s\ndevice0003 device0250"}, "in two": {"ROSTER\n%s", "ROSTER\ndevice0250 device0003"}} {
		dir := t.TempDir()
		var all []string
		for i := range 300 {
			all = append(all, fmt.Sprintf("device%04d", i))
		}
		for i, text := range files {
			write(t, filepath.Join(dir, fmt.Sprint(i)), strings.Replace(text, "%s", strings.Join(all, " "), 1))
		}
		few, many := fewAndMany(t, []Scanner{roster{}}, dir)
		if d := cmp.Diff(few, many); d != "" || len(few.Devices) != 300 {
			t.Errorf("%s: %d devices: %s", name, len(few.Devices), d)
		}
	}
}

// fewAndMany scans a folder once with all devices together, and once handing them on one by one.
func fewAndMany(t *testing.T, list []Scanner, dir string) (few, many *inventory.Inventory) {
	t.Helper()
	o := Options{Scanners: list, Limits: source.DefaultLimits, Workers: 4}
	few = Run(t.Context(), []source.Target{{Path: dir}}, o)
	var handed []*inventory.Inventory
	o.Together, o.Again = 3, func() error { handed = nil; return nil }
	rest, n, err := Each(t.Context(), []source.Target{{Path: dir}}, o, func(inv *inventory.Inventory) *inventory.Inventory { return inv },
		func(inv *inventory.Inventory) error { handed = append(handed, inv); return nil })
	seen := map[string]bool{}
	for _, inv := range append(slices.Clone(handed), rest) {
		for _, d := range inv.Devices {
			if seen[d.ID] {
				t.Errorf("%s is told of twice", d.Name)
			}
			seen[d.ID] = true
		}
	}
	if n != len(handed) || err != nil || n == 0 {
		t.Errorf("%d handed on, %d told, error %v", len(handed), n, err)
	}
	many = inventory.MergeAll(append(handed, rest))
	many.Sort()
	return few, many
}

// scannedOnes finds phones by themselves.
type scannedOnes struct{}

func (scannedOnes) Info() Info {
	return Info{ID: "test/scanned", Kind: "scanned", Title: "phones", Platforms: []inventory.Platform{inventory.Android}}
}

func (scannedOnes) Recognise(src *source.Source) bool {
	return !src.IsDir() && strings.HasPrefix(string(src.Head()), "SCANNED ")
}

func (scannedOnes) Scan(_ context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	for name := range strings.FieldsSeq(strings.TrimPrefix(string(src.Head()), "SCANNED ")) {
		inv.Merge(roster{}.device(src.Name(), name))
	}
	return inv, nil
}

// TestEachScanned: a device that another scanner found too is joined with what an export tells of it.
func TestEachScanned(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 20)
	write(t, filepath.Join(dir, "d"), "SCANNED device0004 device0999")
	few, many := fewAndMany(t, []Scanner{roster{}, scannedOnes{}}, dir)
	if d := cmp.Diff(few, many); d != "" || len(few.Devices) != 21 {
		t.Errorf("%d devices: %s", len(few.Devices), d)
	}
}
