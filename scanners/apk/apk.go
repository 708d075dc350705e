// Package apk reads Android packages from files: one APK, a set of a base and its splits in a folder, such a
// set in one archive (.apks, .xapk, .apkm), or an App Bundle (.aab).
//
// Every file becomes a Binary named by its SHA-256; those of one package become one App without a device.
// The content decides what a file is, never its name. Each entry of a container is unpacked at most once, on
// all processors, and handed to all who want it: the signature check, the readers of DEX, native code and
// texts. Entries that nobody wants are told by their first bytes, so that code in odd places and under other
// names is found; what lies there becomes a Binary of its own. Memory is bounded by a budget for all files
// that are scanned at once. README.md of scanners says what is read, with every limit.
//
// What the package cannot see: what the code does when it runs (classes, calls and strings are read, nothing
// is executed or decompiled), code that is encrypted, fetched or put together at run time, an archive that is
// appended to a compressed picture, whether an app is installed anywhere and which permissions a user granted,
// and labels taken from the framework's resources.
package apk

import (
	"context"

	"quaestor/scanners"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID and the kind of its targets.
const ID = "apk"

// New returns the scanner.
func New() scanners.Scanner { return scanner{newEnvironment()} }

type scanner struct{ env *environment }

// Info implements scanners.Scanner.
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID:        ID,
		Kind:      ID,
		Title:     "Android packages in files",
		Platforms: []inventory.Platform{inventory.Android},
		Reads: []string{
			"APK, also with a broken container",
			"base and split APKs in one folder",
			".apks, .xapk and .apkm archives, with expansion files",
			"App Bundles (.aab)",
			"expansion files (.obb) beside an APK or in Android/obb",
			"DEX files, and archives with classes.dex, that are no app; APK and these also in gzip and zstd",
			"APK, JAR, DEX and native code inside of these, under any name",
		},
		CannotSee: []string{
			"whether the app is installed on a device, for whom, and which permissions were granted",
			"what the app's code does when it runs: classes, calls and strings are read, nothing is executed or decompiled",
			"code that is encrypted, or that the app fetches or puts together while it runs",
			"addresses that are not written out in the app; one that is written out need not be used",
		},
		Extensions: []string{".apk", ".apks", ".xapk", ".apkm", ".aab"},
	}
}

// Inner implements scanners.Container: what lies beside the APKs of a set in a folder may be for another
// scanner.
func (scanner) Inner(src *source.Source) []string {
	if !src.IsDir() {
		return nil
	}
	fsys, err := src.FS()
	if err != nil {
		return nil
	}
	entries, err := readDir(fsys, src.Limits().Entries)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() || e.Type().IsRegular() && !isAPKName(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

// Scan implements scanners.Scanner.
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	set := &collection{inv: inv, env: s.env}
	if isLooseExpansion(src) {
		return inv, set.loose(ctx, src)
	}
	err := eachMember(ctx, src, inv, func(m *member) error { return set.add(ctx, m) })
	set.apps()
	if err != nil {
		return inv, err
	}
	return inv, set.err()
}
