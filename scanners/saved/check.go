package saved

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// maxSamples is how many examples a gap names.
const maxSamples = 5

// flaws are what is wrong with an inventory that can be read nevertheless. A file that a program other than
// Quaestor wrote, or a person changed, often has them, and an app with such a flaw is not judged as it should be.
type flaws struct {
	counts  map[string]int
	samples map[string][]string
}

// What may be wrong.
const (
	flawNoList     = "The document holds no list of facts that is known here."
	flawCase       = "The document has lists under names in the wrong case; they were left out."
	flawNameless   = "The inventory has facts without an identifier; they were left out."
	flawIdentifier = "The inventory has apps without an identifier; what they are is not known."
	flawKind       = "The inventory has apps without a kind of identifier, or of a kind that is not known here; they cannot be recognised by it."
	flawSpace      = "The inventory has identifiers with spaces around them; the spaces were taken away."
	flawID         = "The inventory has apps whose ID is not that of their identifier and device: something was changed after it was written."
)

func (f *flaws) add(what, sample string) {
	if f.counts == nil {
		f.counts, f.samples = make(map[string]int), make(map[string][]string)
	}
	f.counts[what]++
	if sample != "" {
		f.samples[what] = append(f.samples[what], inventory.Text(sample))
	}
}

// gaps tells the flaws of a file.
func (f *flaws) gaps(name string) []inventory.Gap {
	var gaps []inventory.Gap
	for _, what := range slices.Sorted(maps.Keys(f.counts)) {
		all := slices.Compact(slices.Sorted(slices.Values(f.samples[what])))
		gaps = append(gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(name), Kind: inventory.GapMalformed, Detail: what,
			Next: "Write the inventory again from its source.", Count: f.counts[what], Samples: all[:min(len(all), maxSamples)]})
	}
	return gaps
}

// trim takes away the spaces around what an app goes by.
func (f *flaws) trim(a *inventory.App) {
	if trimmed := strings.TrimSpace(a.Identifier); trimmed != a.Identifier {
		f.add(flawSpace, fmt.Sprintf("%q", a.Identifier))
		a.Identifier = trimmed
	}
	if trimmed := strings.TrimSpace(string(a.IdentifierKind)); trimmed != string(a.IdentifierKind) {
		f.add(flawSpace, fmt.Sprintf("%q", a.IdentifierKind))
		a.IdentifierKind = inventory.IdentifierKind(trimmed)
	}
}

// app checks what an app goes by.
func (f *flaws) app(a *inventory.App) {
	if a.Identifier == "" {
		f.add(flawIdentifier, a.ID)
	}
	if !a.IdentifierKind.Known() {
		f.add(flawKind, fmt.Sprintf("%q of kind %q", a.Identifier, a.IdentifierKind))
	}
	if !consistent(a) {
		f.add(flawID, a.Identifier)
	}
}

// consistent compares the ID of an app from a phone with what it is made from. The IDs of other kinds are made
// from more than the app tells.
func consistent(a *inventory.App) bool {
	if a.IdentifierKind != inventory.AndroidPackage || !strings.HasPrefix(a.ID, "app-") || a.Identifier == "" || a.Device == "" {
		return true
	}
	return a.ID == inventory.AppID(a.Device, a.IdentifierKind, a.Identifier)
}

// missing says why an inventory cannot be all of what was found: it holds no facts, and no run says that there
// were none. Nothing is said of one that is whole.
func missing(inv *inventory.Inventory) string {
	facts := len(inv.Apps) + len(inv.Binaries) + len(inv.Components) + len(inv.SecurityProducts)
	if facts+len(inv.Profiles)+len(inv.Certificates)+len(inv.VPNs) > 0 {
		return ""
	}
	found := 0
	for _, r := range inv.Runs {
		found += max(0, r.Facts)
	}
	switch {
	case found > 0:
		return fmt.Sprintf("The inventory records that %d facts were found, and holds none of them.", found)
	case len(inv.Runs) == 0:
		return "The inventory holds no app, no other fact and no record of a scan: nothing shows that anything was looked at."
	}
	return ""
}
