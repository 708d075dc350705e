package scanners

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// phones is a scanner of two phones that are plugged in, which fetches a file of each.
type phones struct {
	dir   string
	there []string
	gone  *int // files taken away
}

func (phones) Info() Info { return Info{ID: "test/phones", Kind: source.KindADB} }

func (phones) Recognise(src *source.Source) bool { return src.Attached() }

func (p phones) Attached(context.Context) ([]string, []inventory.Gap, error) {
	switch {
	case p.there == nil:
		return nil, nil, errors.New("no server")
	case slices.Contains(p.there, "locked"):
		return nil, []inventory.Gap{{Subject: "adb:locked", Kind: inventory.GapUnreadable, Detail: "The phone is locked."}}, nil
	}
	return p.there, nil, nil
}

func (phones) Scan(_ context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: src.Target().Path, Platform: inventory.Android}}
	return inv, nil
}

func (p phones) Follow(_ context.Context, src *source.Source, inv *inventory.Inventory) ([]source.Target, func(), error) {
	if inv.Devices[0].ID == "broken" {
		panic("unplugged")
	}
	name := filepath.Join(p.dir, inv.Devices[0].ID+".txt")
	err := os.WriteFile(name, []byte("listed"), 0o600)
	return []source.Target{{Path: name, Shown: src.Name() + "!/data/app/base.txt"}}, func() { *p.gone++; os.Remove(name) }, err
}

// listed reads what was fetched.
type listed struct{}

func (listed) Info() Info { return Info{ID: "test/listed", Kind: "listed"} }

func (listed) Recognise(src *source.Source) bool { return string(src.Head()) == "listed" }

func (listed) Scan(_ context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	inv.Apps = []inventory.App{{ID: src.Name(), Identifier: src.Name()}}
	return inv, nil
}

func TestAttached(t *testing.T) {
	for name, tt := range map[string]struct {
		there         []string
		target        string
		devices, apps int
		gap           string
	}{
		"one by name":  {[]string{"a", "b"}, "b", 1, 1, ""},
		"every one":    {[]string{"a", "b"}, "", 2, 2, ""},
		"none":         {[]string{}, "", 0, 0, "No such phone is plugged in"},
		"none usable":  {[]string{"locked"}, "", 0, 0, "locked"},
		"no server":    {nil, "", 0, 0, "No server"},
		"breaks later": {[]string{"broken"}, "", 1, 0, "panicked"},
	} {
		gone := 0
		s := phones{dir: t.TempDir(), there: tt.there, gone: &gone}
		inv := Run(t.Context(), []source.Target{{Kind: source.KindADB, Path: tt.target}}, Options{Scanners: []Scanner{s, listed{}}, Limits: source.DefaultLimits})
		if len(inv.Devices) != tt.devices || len(inv.Apps) != tt.apps || gone != tt.apps {
			t.Errorf("%s: %d devices, %d apps, %d taken away", name, len(inv.Devices), len(inv.Apps), gone)
		}
		for _, a := range inv.Apps {
			if !strings.HasPrefix(a.ID, "adb:") || !strings.HasSuffix(a.ID, "!/data/app/base.txt") {
				t.Errorf("%s: the fetched file is shown as %q", name, a.ID)
			}
		}
		if tt.gap == "" != (len(inv.Gaps) == 0) || tt.gap != "" && !strings.Contains(inv.Gaps[0].Detail, tt.gap) {
			t.Errorf("%s: gaps %+v", name, inv.Gaps)
		}
		if tt.gap == "locked" && (len(inv.Runs) != 1 || inv.Runs[0].Status != inventory.RunFailed || inv.Runs[0].Target != "adb:locked") {
			t.Errorf("%s: runs %+v", name, inv.Runs)
		}
		if tt.gap == "panicked" && (inv.Runs[0].Status != inventory.RunPartial || strings.Contains(inv.Gaps[0].Next, "fresh copy")) {
			t.Errorf("%s: %+v %+v", name, inv.Runs, inv.Gaps)
		}
		if left, _ := filepath.Glob(filepath.Join(s.dir, "*")); len(left) > 0 {
			t.Errorf("%s: left behind: %v", name, left)
		}
	}
}
