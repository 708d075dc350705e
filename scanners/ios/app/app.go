// Package app reads apps of the iPhone from files: an IPA, a folder NAME.app, an archive of such a folder, an unpacked
// IPA and an archive that Xcode makes (.xcarchive).
//
// The app becomes one Binary, named by the SHA-256 of the file, or, for a folder, of its main program; and one App without a
// device. Each entry is unpacked at most once, on all processors, and nothing is written to disk. The signature is
// checked as a phone checks it: the checksums of all code and of every file that it seals, the signature over them, and
// that its certificate leads to one of Apple's roots. README.md of scanners says what is read, with every limit.
//
// What the package cannot see: what the code does when it runs; code and texts under the store's encryption; whether the
// app is installed anywhere, and what its user allowed; whether a certificate or a profile was revoked; what lies in
// compiled layouts and pictures; archives inside the app.
package app

import (
	"context"

	"quaestor/scanners"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "ios/app"

// New returns the scanner.
func New() scanners.Scanner { return scanner{roots: codesign.Apple(), memory: newMemory(memoryBytes)} }

type scanner struct {
	roots  codesign.Roots
	memory *memory
}

// Info implements scanners.Scanner.
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID:        ID,
		Kind:      "ios",
		Title:     "iPhone apps in files",
		Platforms: []inventory.Platform{inventory.IOS},
		Reads: []string{
			"IPA, also unpacked",
			"folders NAME.app, of a phone or of the simulator, and archives of one",
			"archives that Xcode makes (.xcarchive)",
		},
		CannotSee: []string{
			"whether the app is installed on a device, and what its user allowed it",
			"what the app's code does when it runs: libraries, classes and texts are read, nothing is executed or decompiled",
			"code and texts of an app from the App Store, on which the store's encryption lies",
			"whether Apple revoked the certificate or the profile",
			"addresses that are not written out in the app; one that is written out need not be used",
		},
		Extensions: []string{".ipa"},
	}
}

// Scan implements scanners.Scanner.
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	c, err := open(src)
	if err != nil {
		return inv, err
	}
	r := &reading{scanner: s, ctx: ctx, src: src, c: c, inv: inv}
	return inv, r.read()
}
