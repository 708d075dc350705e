// Package firefox finds the add-ons of Firefox and of programs made from it, in every profile of every account of a computer,
// those that the system gives to everybody, the policies of administrators, and certificate authorities that were added.
//
// What the package cannot see: certificates that are trusted for a single web site, and sites that an add-on was shut out of.
package firefox

import (
	"context"

	"quaestor/scanners"
	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/firefox"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "browser/firefox"

// Scanner reads the profiles of Firefox and its kin on a computer.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "add-ons of Firefox, Thunderbird and programs made from them, and certificate authorities added to them",
		Reads: []string{"profiles of Firefox, Thunderbird, LibreWolf, Waterfox, Tor Browser and any other program made from Firefox, of every account (extensions.json, cert9.db)",
			"add-ons for everybody", "policies.json, and managed preferences of macOS"},
		CannotSee: []string{
			"certificates that Firefox trusts for a single web site, and its use of the system's own authorities",
			"Firefox profiles in folders that profiles.ini does not name and that lie outside of Firefox's own",
		},
		Platforms: scanners.Computers(), Live: scanners.Computers(),
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool { return hostroot.IsHost(src) }

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	h, err := hostroot.Open(src)
	if err != nil {
		return nil, err
	}
	inv := inventory.New()
	inv.Devices = []inventory.Device{h.Device(ID)}
	c := addons.New(h, ID, inv)
	firefox.Computer(ctx, c)
	c.Finish(ctx)
	return inv, ctx.Err()
}
