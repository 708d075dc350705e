package riskdb

import (
	"testing"

	"quaestor/scanners/inventory"
)

// TestLifecycleOfIPads: one iPad is judged alike, however the system that lists it calls its system.
func TestLifecycleOfIPads(t *testing.T) {
	judge := func(name, version, model string) string {
		got := ""
		for _, l := range loaded.Lifecycle(&inventory.Device{ID: "d", Platform: inventory.IOS, Manufacturer: "Acme", OSName: name, OSVersion: version, Model: model}, "2026-11-22") {
			got += l.Product.ID + " " + string(l.State)
		}
		return got
	}
	for _, c := range []struct{ name, version, model string }{
		{"iPadOS", "14.8", "iPad13,1"}, {"iOS", "14.8", "iPad13,1"}, {"iOS-iPadOS", "14.8", "iPad Pro"}, {"iPadOS 14.8", "", ""}, {"", "14.8", "iPad"}, {"iOS/iPadOS", "14.8", "iPad"},
	} {
		if got := judge(c.name, c.version, c.model); got != "ipados ended" {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if got := judge("iPadOS", "10.3.3", "iPad4,1"); got != "ios ended" {
		t.Error("an iPad before iPadOS: ", got)
	}
	if got := judge("", "14.8", "AppleTV11,1"); got != "" {
		t.Error("an Apple TV is no iPhone: ", got)
	}
}
