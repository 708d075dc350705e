// Package chromium finds the extensions of Chromium and of browsers made from it, in every profile of every account of a
// computer, what other programs tell the browser to install, and the policies of administrators.
//
// What the package cannot see: web apps, what an extension keeps for itself, and policies that a directory service or a cloud
// console hands out.
package chromium

import (
	"context"

	"quaestor/scanners"
	"quaestor/scanners/internal/addons"
	"quaestor/scanners/internal/chromium"
	"quaestor/scanners/internal/hostroot"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "browser/chromium"

// Scanner reads the profiles of browsers on a computer.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: source.KindHost, Title: "extensions of Chromium and browsers made from it",
		Reads: []string{"profiles of Chrome, Chromium, Edge, Brave, Vivaldi, Opera, Yandex, Whale, Arc and any other browser made from Chromium, of every account",
			"external extensions", "policies in files of Linux and managed preferences of macOS"},
		CannotSee: []string{
			"web apps that were added to the desktop, and what a browser extension keeps for itself",
			"browser profiles in folders that the browser was told to use instead of its own",
			"browser policies that a directory service or a cloud console hands out and that are in no file",
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
	chromium.Computer(ctx, c)
	c.Finish(ctx)
	return inv, ctx.Err()
}
