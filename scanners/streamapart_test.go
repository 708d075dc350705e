package scanners

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

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

// TestEachSystems: that devices of several systems are not joined is said, and of one system is not.
func TestEachSystems(t *testing.T) {
	dir := t.TempDir()
	rosterFile(t, dir, "a", 0, 30)
	one := Options{Scanners: []Scanner{roster{}, register{}}, Limits: source.DefaultLimits, Together: 5}
	says := func() bool {
		rest, _, _ := Each(t.Context(), []source.Target{{Path: dir}}, one, func(*inventory.Inventory) int { return 0 }, func(int) error { return nil })
		return slices.ContainsFunc(rest.Gaps, func(g inventory.Gap) bool {
			return g.Kind == inventory.GapSkipped && strings.Contains(g.Detail, fmt.Sprintf("more than %d devices", 5))
		})
	}
	if says() {
		t.Error("said of one system")
	}
	write(t, filepath.Join(dir, "other"), "REGISTER\nanother\n")
	if !says() {
		t.Error("not said of two systems")
	}
}
