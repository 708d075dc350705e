package jsonstream

import (
	"errors"
	"fmt"

	"quaestor/scanners/internal/tally"
	"quaestor/scanners/inventory"
)

// Trouble gathers what could not be read of one file, and says so in gaps. The zero value is ready for use.
type Trouble struct {
	broken, large tally.Tally
	cut           string
}

// Add notes an element that cannot be read, err says why: it is the Err of the element, or what its decoder said.
func (t *Trouble) Add(e Element, err error) {
	told := fmt.Sprintf("line %d: %v", e.Line, err)
	switch {
	case errors.Is(err, ErrCut):
		t.cut = told
	case errors.Is(err, ErrTooLarge):
		t.large.Add(told)
	default:
		t.broken.Add(told)
	}
}

// Gaps says it of the file.
func (t *Trouble) Gaps(file string) []inventory.Gap {
	var out []inventory.Gap
	add := func(kind inventory.GapKind, count int, samples []string, detail, next string) {
		if count > 0 {
			out = append(out, inventory.Gap{Subject: inventory.Text(file), Kind: kind, Count: count, Samples: samples, Detail: detail, Next: next})
		}
	}
	add(inventory.GapMalformed, t.broken.Count, texts(t.broken.Samples), "Entries of the export are damaged or are none, and were not read; those around them were.", "Export again, or mend the lines that are named.")
	add(inventory.GapLimit, t.large.Count, texts(t.large.Samples), "Entries of the export are larger than any that is read.", "Export those devices by themselves, with fewer fields.")
	if t.cut != "" {
		add(inventory.GapMalformed, 1, []string{inventory.Text(t.cut)}, "The export is cut off: what comes before its end was read, and the rest of its devices is missing.", "Export again, and copy the whole file.")
	}
	return out
}

func texts(list []string) (out []string) {
	for _, s := range list {
		out = append(out, inventory.Text(s))
	}
	return out
}
