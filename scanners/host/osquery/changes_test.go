package osquery

import (
	"fmt"
	"strings"
	"testing"

	"quaestor/scanners/internal/scantest"
	"quaestor/scanners/inventory"
)

// later makes a line one of a log that began earlier.
func later(line string) string { return strings.Replace(line, `"counter":0`, `"counter":7`, 1) }

// TestChanges: a log that begins later tells only what changed, and what went, also of a computer of which nothing else is told.
func TestChanges(t *testing.T) {
	whole := scantest.Scan(t, New(), write(t, program("a", 0, "One")+program("a", 0, "Two")))
	if whole.Devices[0].Changes != nil {
		t.Errorf("a whole log: %+v", whole.Devices[0].Changes)
	}
	one := scantest.App(t, whole, "One")
	for name, text := range map[string]string{
		"only what went":       later(removed(program("a", 5, "One"))),
		"and something came":   later(removed(program("a", 5, "One"))) + later(program("a", 6, "Three")),
		"it came and went":     later(program("a", 5, "One")) + later(removed(program("a", 6, "One"))),
		"it went, came, went":  later(removed(program("a", 4, "One"))) + later(program("a", 5, "One")) + later(removed(program("a", 6, "One"))),
		"of another, in batch": `{"name":"programs","hostIdentifier":"a","unixTime":5,"counter":7,"diffResults":{"added":"","removed":[{"name":"One","version":"1","identifying_number":"","install_location":"","uninstall_string":""}]}}` + "\n",
	} {
		inv := scantest.Scan(t, New(), write(t, text))
		if len(inv.Devices) != 1 || inv.Devices[0].ID != whole.Devices[0].ID || inv.Devices[0].Changes == nil {
			t.Errorf("%s: %+v", name, inv.Devices)
			continue
		}
		c := inv.Devices[0].Changes
		if len(c.Removed) != 1 || c.Removed[0].ID != one.ID || c.Removed[0].Exact != inventory.AppID(one.Device, one.IdentifierKind, "one", "", "1") {
			t.Errorf("%s: removed %+v, want %s", name, c.Removed, one.ID)
		}
		if got := fmt.Sprint(c.Kinds); got != "[msi-product-code msix-family name]" {
			t.Errorf("%s: kinds %s", name, got)
		}
		if len(inv.Apps) > 1 || len(inv.Apps) == 1 && inv.Apps[0].Name != "Three" {
			t.Errorf("%s: %+v", name, inv.Apps)
		}
	}
	back := scantest.Scan(t, New(), write(t, later(removed(program("a", 4, "One")))+later(program("a", 5, "One"))))
	if c := back.Devices[0].Changes; c == nil || len(c.Removed) > 0 || len(back.Apps) != 1 {
		t.Errorf("it is back: %+v %+v", c, back.Apps)
	}
}

// TestAllGone: a computer whose whole log ends without rows is there, with nothing.
func TestAllGone(t *testing.T) {
	inv := scantest.Scan(t, New(), write(t, program("a", 0, "One")+removed(program("a", 6, "One"))))
	if len(inv.Devices) != 1 || inv.Devices[0].Changes != nil || inv.Devices[0].Platform != inventory.Windows || len(inv.Apps) != 0 {
		t.Errorf("%+v %+v", inv.Devices, inv.Apps)
	}
}
