// Package checkin says of a device without a time of its last report why there is none: the export says that it never reported, or writes
// a time that cannot be read. Neither device is one that was looked at.
//
// What the package cannot see: whether an export that has no such time at all belongs to a device that reports.
package checkin

import (
	"fmt"
	"strings"

	"quaestor/scanners/inventory"
)

// Never is a text for a device that never reported, which comes before all times.
const Never = "0001-01-01T00:00:00Z"

// IsNever reports whether what stands in the place of a time means that there was none.
func IsNever(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	switch text {
	case "", "0", "null", "never", "nie", "jamais", "nooit":
		return true
	}
	for _, begin := range []string{"0001-01-01", "1601-01-01", "1970-01-01"} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return false
}

// Gap says what a text in the place of a time means that is none.
func Gap(scanner, device, subject, text string) inventory.Gap {
	g := inventory.Gap{Scanner: scanner, Device: device, Subject: subject}
	if IsNever(text) {
		g.Kind, g.Detail, g.Next = inventory.GapStaleDevice, "The device never reported to its management, as the export says.", "Let it report and export again, or take it out of the management."
		return g
	}
	g.Kind, g.Detail, g.Next = inventory.GapMalformed, "When the device last reported cannot be read, so that it may be long ago.", "Export the time with the year first, such as 2026-11-02T10:00:00Z."
	if text = strings.TrimSpace(text); len(text) > 60 {
		text = text[:60]
	}
	g.Count, g.Samples = 1, []string{inventory.Text(fmt.Sprintf("%q", text))}
	return g
}
