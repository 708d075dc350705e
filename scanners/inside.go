package scanners

import (
	"context"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Inside runs the scanners that recognise a source which a scanner found in its own, such as the computer in an image of
// a container, one after another. Each leaves its own Run, and what it says may be missing is a Gap, as if the source had
// been named by the user.
func Inside(ctx context.Context, list []Scanner, src *source.Source) *inventory.Inventory {
	found := []*inventory.Inventory{inventory.New()}
	for _, s := range list {
		if !recognise(s, src) {
			continue
		}
		if inv, _ := runUnit(ctx, unit{parent: src, scanner: s}, Options{}); inv != nil {
			found = append(found, inv)
		}
	}
	return inventory.MergeAll(found)
}
