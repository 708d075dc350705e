// Package editors finds the extensions of code editors on a computer, for every account: of Visual Studio Code and editors made
// from it, and plug-ins of JetBrains' IDEs.
//
// What the package cannot see: extensions that came with an editor, those of other editors, and what an extension may do:
// these editors ask for no permissions.
package editors

import (
	"context"

	"quaestor/scanners"
	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/appdata"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "host/editors"

// Scanner reads the extensions of editors on a computer.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "extensions of code editors",
		Reads: []string{"extensions of Visual Studio Code, VSCodium, Cursor, Windsurf, code-server and other editors made from it, of every account",
			"plug-ins of IntelliJ IDEA, PyCharm, Android Studio and other IDEs of their family"},
		CannotSee: []string{"extensions that came with a code editor, those of other editors, and what an editor's extension may do: it asks for no permissions"},
		Platforms: scanners.Computers(), Live: scanners.Computers(),
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool { return hostroot.IsHost(src) }

// scan is the reading of one computer.
type scan struct {
	*addons.Collector
	ctx context.Context
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	inv.Devices = []inventory.Device{h.Device(ID)}
	s := &scan{addons.New(h, ID, inv), ctx}
	bases := appdata.Bases(h, s.Problem)
	for _, b := range bases {
		s.code(b, bases)
		s.jetBrains(b, bases)
	}
	s.Finish(ctx)
	return inv, ctx.Err()
}

// onDevice is how the device itself names a file, as far as that is known.
func (s *scan) onDevice(name string) string {
	if s.Platform != inventory.Windows {
		name = "/" + name
	}
	return inventory.Text(name)
}
