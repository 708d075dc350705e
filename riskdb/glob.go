package riskdb

import (
	"strings"

	"quaestor/scanners/inventory"
)

// glob reports whether text fits a pattern in which a star stands for any text, of any length. Case counts.
func glob(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, last)
}

func anyGlob(patterns []string, text string) bool {
	for _, p := range patterns {
		if glob(p, text) {
			return true
		}
	}
	return false
}

// deviceIs reports whether one of the patterns names the device, by its ID, serial number or name.
func deviceIs(d *inventory.Device, patterns []string) bool {
	return d != nil && (anyGlob(patterns, d.ID) || d.Serial != "" && anyGlob(patterns, d.Serial) || d.Name != "" && anyGlob(patterns, d.Name))
}
