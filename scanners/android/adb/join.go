package adb

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// join ties the files to their apps by their hashes, the base first, and names those that are to be scanned. Splits without
// a base of which anything is known stay in the store for the next time.
func (f *fetching) join(inv *inventory.Inventory, files []*file, here []bool) []source.Target {
	named, listed := map[string]bool{}, map[string]bool{}
	var targets []source.Target
	for i, x := range files {
		if x.sum == "" || order(x.path) > 0 && len(x.app.Binaries) == 0 {
			continue
		}
		shown := f.name + "!" + x.path
		if !slices.Contains(x.app.Binaries, x.sum) {
			x.app.Binaries = append(x.app.Binaries, x.sum)
		}
		if !listed[x.sum] {
			inv.Binaries = append(inv.Binaries, x.binary(inventory.Origin{Scanner: id, Path: inventory.Text(shown)}))
		}
		if here[i] && !named[x.sum] {
			targets = append(targets, source.Target{Path: f.store.path(x.sum), Shown: shown})
			named[x.sum] = true
		}
		listed[x.sum] = true
	}
	return targets
}

// gaps states which apps were not fetched, once for each reason.
func (f *fetching) gaps() []inventory.Gap {
	var out []inventory.Gap
	for _, why := range slices.Sorted(maps.Keys(f.missing)) {
		apps := f.missing[why]
		slices.Sort(apps)
		apps = slices.Compact(apps) // an app is there once for each of its files
		g := inventory.Gap{Scanner: id, Device: f.device, Subject: f.name, Kind: inventory.GapUnreadable, Count: len(apps), Samples: apps[:min(len(apps), 5)],
			Detail: inventory.Text(fmt.Sprintf("Apps were not fetched, or not with all their files: %s.", why)),
			Next:   "Scan again: what was fetched is kept and is not fetched again."}
		switch next := f.next[why]; {
		case why == errLimit.Error():
			g.Kind, g.Next = inventory.GapLimit, "Fetch these apps by hand (adb pull) and scan the files."
		case why == errNoFile.Error():
			g.Next = "Unlock the phone and its profiles and scan again."
		case next != "":
			g.Next = next + " What was fetched is kept and is not fetched again."
		}
		out = append(out, g)
	}
	return out
}

// step reports how far it is.
func (f *fetching) step(doing string, total, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done += n
	if f.progress != nil {
		f.progress(Progress{Serial: f.serial, Doing: doing, Done: f.done, Total: total, Bytes: f.bytes})
	}
}

// counted counts what is written.
type counted struct {
	in *incoming
	f  *fetching
}

// Write implements io.Writer.
func (c *counted) Write(p []byte) (int, error) {
	c.f.mu.Lock()
	c.f.bytes += int64(len(p))
	c.f.mu.Unlock()
	return c.in.Write(p)
}

func hexSum(in *incoming) string { return hex.EncodeToString(in.sum.Sum(nil)) }
