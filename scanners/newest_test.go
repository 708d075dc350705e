package scanners

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quaestor/scanners/inventory"
)

// readAt is what a scanner found on one device on a day; an app with a "?" is only a trace.
func readAt(day string, apps ...string) reading {
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "phone", Platform: inventory.IOS, OSVersion: day, Model: "iPhone of " + day}}
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		inv.Devices[0].CollectedAt = &t
	}
	for _, name := range apps {
		id, trace := strings.CutSuffix(name, "?")
		a := inventory.App{ID: id, Device: "phone", Platform: inventory.IOS, IdentifierKind: inventory.IOSBundle, Identifier: id, Version: day}
		if trace {
			a.Presence, a.Traces = inventory.PresenceTrace, []inventory.Trace{{Kind: inventory.TraceBackup}}
		}
		inv.Apps = append(inv.Apps, a)
	}
	return reading{scanner: "ios/backup", source: "backup of " + day, inv: inv}
}

// settled is what holds of several readings: each app with its version and its traces.
func settled(readings ...reading) (*inventory.Inventory, string) {
	settle(readings)
	var list []*inventory.Inventory
	for _, r := range readings {
		list = append(list, r.inv)
	}
	inv := inventory.MergeAll(list)
	inv.Sort()
	var out []string
	for _, a := range inv.Apps {
		text := a.Identifier + " " + a.Version
		for _, t := range a.Traces {
			text += " " + t.Kind
			if t.Last != nil {
				text += " " + t.Last.Format(time.DateOnly)
			}
		}
		out = append(out, text)
	}
	return inv, strings.Join(out, ", ")
}

// TestNewestDecides: what an older reading lists and the newest does not is a trace, in whichever order they were named.
func TestNewestDecides(t *testing.T) {
	for _, c := range []struct {
		name     string
		readings []reading
		want     string
	}{
		{"removed since", []reading{readAt("2026-06-01", "a", "b"), readAt("2026-11-20", "b")}, "a 2026-06-01 listed-before 2026-06-01, b 2026-11-20"},
		{"the newer first", []reading{readAt("2026-11-20", "b"), readAt("2026-06-01", "a", "b")}, "a 2026-06-01 listed-before 2026-06-01, b 2026-11-20"},
		{"three", []reading{readAt("2026-01-01", "a", "c"), readAt("2026-06-01", "a"), readAt("2026-11-20", "b")},
			"a 2026-06-01 listed-before 2026-01-01 listed-before 2026-06-01, b 2026-11-20, c 2026-01-01 listed-before 2026-01-01"},
		{"a trace in the newer", []reading{readAt("2026-06-01", "a"), readAt("2026-11-20", "a?", "b")}, "a 2026-11-20 in-backup listed-before 2026-06-01, b 2026-11-20"},
		{"a trace in the older", []reading{readAt("2026-06-01", "a?", "b"), readAt("2026-11-20", "b")}, "a 2026-06-01 in-backup, b 2026-11-20"},
		{"the newer lists nothing", []reading{readAt("2026-06-01", "a"), readAt("2026-11-20", "b?")}, "a 2026-06-01, b 2026-11-20 in-backup"},
		{"no day", []reading{readAt("", "a"), readAt("2026-11-20", "b")}, "a , b 2026-11-20"},
		{"one moment", []reading{readAt("2026-11-20", "a"), readAt("2026-11-20", "b")}, "a 2026-11-20, b 2026-11-20"},
	} {
		if _, got := settled(c.readings...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestNewestOfOneScanner: another scanner sees other things, and a reading that is not whole proves nothing by its silence.
func TestNewestOfOneScanner(t *testing.T) {
	other := readAt("2026-11-20", "b")
	other.scanner = "ios/listing"
	if _, got := settled(readAt("2026-06-01", "a"), other); got != "a 2026-06-01, b 2026-11-20" {
		t.Errorf("two scanners: %s", got)
	}
	cut := readAt("2026-11-20", "b")
	cut.inv.Gaps = []inventory.Gap{{Kind: inventory.GapMalformed}}
	if _, got := settled(readAt("2026-06-01", "a"), cut); got != "a 2026-06-01, b 2026-11-20" {
		t.Errorf("not whole: %s", got)
	}
}

// TestNewestDevice: system, date and settings are those of the newest, which says what was set aside.
func TestNewestDevice(t *testing.T) {
	old, newer := readAt("2026-06-01", "a"), readAt("2026-11-20", "b")
	newer.inv.Devices[0].Model = ""
	old.inv.Profiles = []inventory.Profile{{ID: "gone", Device: "phone", Name: "Old MDM"}}
	inv, _ := settled(old, newer)
	d := inv.Devices[0]
	if len(inv.Devices) != 1 || d.OSVersion != "2026-11-20" || d.CollectedAt.Format(time.DateOnly) != "2026-11-20" || d.Model != "iPhone of 2026-06-01" || len(inv.Profiles) > 0 {
		t.Errorf("%+v, %d profiles", d, len(inv.Profiles))
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].Kind != inventory.GapSkipped || inv.Gaps[0].Count != 2 || !slices.Equal(inv.Gaps[0].Samples, []string{"a", "Old MDM"}) || inv.Gaps[0].Subject != "backup of 2026-06-01" {
		t.Errorf("%+v", inv.Gaps)
	}
}
