package intune

import (
	"fmt"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/tally"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// file is one file of a run, and what was met in it.
type file struct {
	src      *source.Source
	name     string
	number   int
	text     *textstream.Text
	names    names
	form     form
	direct   bool // its devices are handed on as they are read
	rows     int
	nameless tally.Tally
	odd      tally.Tally // members
	broken   tally.Tally
	listings listings // of its devices, where they are handed on as they are read
}

// lineBits is how many bits of a mark are the line.
const lineBits = 40

// mark says where a row is: in which file and line.
func (f *file) mark(line int) int64 { return int64(f.number)<<lineBits | int64(line) }

// origin is where a mark says that a row is.
func (s *split) origin(mark int64) inventory.Origin {
	return inventory.Origin{Scanner: ID, Path: s.files[mark>>lineBits].name, Line: lineOf(mark)}
}

// broke counts a row or element that cannot be read.
func (f *file) broke(line int, why string) { f.broken.Add(fmt.Sprintf("line %d: %s", line, why)) }

// What rows or entries do not name.
const (
	noDevice = "names no device"
	noApp    = "names no app"
)

// unnamed counts a row or entry that does not name what it is of.
func (f *file) unnamed(mark int64, why string) {
	f.nameless.Add(fmt.Sprintf("line %d %s", lineOf(mark), why))
}

// oddIn counts odd members of the element that begins in a line.
func (f *file) oddIn(line int) func(string) {
	return func(what string) { f.odd.Add(fmt.Sprintf("line %d: %s", line, what)) }
}

// lineOf is the line of a mark.
func lineOf(mark int64) int { return int(mark & (1<<lineBits - 1)) }

// ended makes a limit that was reached, or a file that breaks off, a part of what is told of the file where something was read.
func (f *file) ended(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%q: %w", f.name, err)
}

// rest is what belongs to no device: what was not read of the files.
func (s *split) rest() *inventory.Inventory {
	inv := inventory.New()
	for _, f := range s.files {
		f.told(inv)
	}
	inv.Gaps = append(inv.Gaps, s.pages.Gaps(ID)...)
	return inv
}

func (f *file) told(inv *inventory.Inventory) {
	gap := func(kind inventory.GapKind, count int, samples []string, detail, next string) {
		if count > 0 {
			inv.Gaps = append(inv.Gaps, inventory.Gap{Scanner: ID, Subject: f.name, Kind: kind, Count: count, Samples: samples, Detail: detail, Next: next})
		}
	}
	gap(inventory.GapMalformed, f.broken.Count, texts(f.broken.Samples), "Rows or entries of the export are damaged: what they list is missing.", "Export it once more.")
	gap(inventory.GapMalformed, f.nameless.Count, texts(f.nameless.Samples), "Rows or entries name no device, or no app, and are not listed.", "Look at these lines, and export the columns DeviceId, DeviceName and ApplicationName too.")
	gap(inventory.GapMalformed, f.odd.Count, texts(f.odd.Samples), jsonpart.OddFields, jsonpart.OddNext)
	if f.text != nil {
		gap(inventory.GapUnknownLines, f.text.Replaced(), nil, "Characters are damaged; they are shown as U+FFFD.", "Export it once more, as UTF-8.")
		if page := f.text.Guessed(); page != "" {
			gap(inventory.GapUnknownLines, 1, nil, "The export does not say which code page it is in; it was read as "+page+". Letters beyond English may be others.", "Save it as UTF-8.")
		}
	}
	if f.rows == 0 && f.broken.Count == 0 && f.text != nil {
		gap(inventory.GapEmpty, 1, nil, "The export lists nothing.", "Check the filter of the export, and the rights of who made it.")
	}
}

func texts(samples []string) []string {
	var out []string
	for _, s := range samples {
		out = append(out, inventory.Text(s))
	}
	return out
}
