// Package listing reads what tools of macOS print, kept as text: `systemextensionsctl list`, `kextstat` and `kmutil showloaded`, and
// `pkgutil --pkgs`. Several of them may follow each other in one file.
//
// None of them names the Mac: lists in one folder are taken for those of one.
//
// What the package cannot see: who signed what is listed, whether what a receipt is of is still there, and columns that were cut
// off.
package listing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"quaestor/scanners"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/internal/whose"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "macos/listing"

// The most rows of each kind that are kept.
const (
	maxExtensions = 5000
	maxReceipts   = 50_000
)

// Scanner reads the lists.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: machost.Kind, Platforms: []inventory.Platform{inventory.MacOS}, Title: "what tools of a Mac print",
		Reads: []string{"systemextensionsctl list", "kextstat, kmutil showloaded", "pkgutil --pkgs"},
		CannotSee: []string{
			"which Mac a list is of: the lists of one folder are then taken for one Mac's",
			"who signed a kernel extension, and whether one that is called com.apple is Apple's",
			"whether what a package brought to a Mac is still there: pkgutil lists receipts",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return false
	}
	_, ok := look(src.Head())
	return ok
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	seen, ok := look(src.Head())
	if !ok {
		return nil, fmt.Errorf("%q is no list that a tool of macOS prints", src.Name())
	}
	r, err := src.Reader()
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	rest := io.TeeReader(r, hash)
	who := whose.Of(src, seen, look)
	origin := inventory.Origin{Scanner: ID, Path: inventory.Text(src.Name())}
	l := &list{inv: inventory.New(), src: src, origin: origin, known: map[string]bool{}, only: seen.Whole[0] == receipts}
	l.device = who.Device(inventory.MacOS, origin).ID
	if err = l.read(ctx, lines.New(rest)); err == nil {
		_, err = io.Copy(io.Discard, rest)
	}
	origin.SHA256 = hex.EncodeToString(hash.Sum(nil))
	l.inv.Devices = []inventory.Device{who.Device(inventory.MacOS, origin)}
	l.inv.Devices[0].OSName = "macOS"
	if g, ok := who.Gap(); ok {
		g.Device, g.Next = l.device, "Keep the lists of each Mac in a folder of its own."
		l.inv.Gaps = append(l.inv.Gaps, g)
	}
	l.limits()
	if err != nil {
		return l.inv, fmt.Errorf("the list %q cannot be read to its end: %w; make it again", src.Base(), err)
	}
	return l.inv, nil
}
