package scantest

import (
	"path/filepath"
	"strings"
	"testing"

	"quaestor/scanners/inventory"
)

func sample() *inventory.Inventory {
	inv := inventory.New()
	inv.Apps = []inventory.App{{ID: "a", Identifier: "org.example.a"}, {ID: "b", Identifier: "org.example.b"}}
	inv.Gaps = []inventory.Gap{{Kind: inventory.GapBlind, Subject: "one"}, {Kind: inventory.GapSkipped, Subject: "two"}, {Kind: inventory.GapBlind, Subject: "three"}}
	return inv
}

// TestCompare: a golden file that is not there is an error, one that was just written agrees, and whatever
// changes afterwards is a difference.
func TestCompare(t *testing.T) {
	golden := filepath.Join(t.TempDir(), "sample.golden.json")
	if _, err := compare(sample(), golden, false); err == nil || !strings.Contains(err.Error(), "-update") {
		t.Errorf("without a golden file: %v", err)
	}
	if diff, err := compare(sample(), golden, true); err != nil || diff != "" {
		t.Errorf("just written: %v\n%s", err, diff)
	}
	if diff, err := compare(sample(), golden, false); err != nil || diff != "" {
		t.Errorf("unchanged: %v\n%s", err, diff)
	}
	changed := sample()
	changed.Apps[1].Version = "2"
	if diff, err := compare(changed, golden, false); err != nil || diff == "" {
		t.Errorf("a changed app is no difference (%v)", err)
	}
}

func TestSelectors(t *testing.T) {
	inv := sample()
	if a := App(t, inv, "org.example.b"); a != &inv.Apps[1] {
		t.Errorf("found %+v", a)
	}
	if gaps := Gaps(inv, inventory.GapBlind); len(gaps) != 2 || gaps[0].Subject != "one" || gaps[1].Subject != "three" {
		t.Errorf("gaps %+v", gaps)
	}
}
