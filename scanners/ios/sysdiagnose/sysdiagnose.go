// Package sysdiagnose reads the diagnostics that an iPhone makes of itself: sysdiagnose_….tar.gz, or the folder that was
// unpacked from it. Of the hundreds of files in it those are read that tell of the device, its apps, its profiles and
// its networks.
//
// What the package cannot see: a list of the installed apps, which a sysdiagnose does not hold. Logs tell which apps were
// installed and removed as far back as they reach, and the list of processes which were running; the unified log
// (system_logs.logarchive) is not read.
package sysdiagnose

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/gunzip"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const id = "ios/sysdiagnose"

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: id, Kind: "ios", Title: "sysdiagnose archive of an iPhone",
		Platforms: []inventory.Platform{inventory.IOS},
		Reads:     []string{"sysdiagnose_….tar.gz, the folder or a zip of it, iOS 12 and later: installation logs, processes, profiles, networks, decisions, databases of the App Store"},
		CannotSee: []string{
			"A list of the installed apps: logs tell of those that were installed, removed or running, as far back as they reach.",
			"What the unified log (system_logs.logarchive) and crash reports say.",
			"The apps themselves: signatures, permissions, content.",
		},
	}
}

// Unpacks implements [scanners.Unpacker]: tar, beside gzip.
func (scanner) Unpacks(format string) bool { return format == "tar" }

// prefix begins the name of the folder in an archive.
const prefix = "sysdiagnose_"

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool {
	if src.IsDir() || src.StartsLikeZip() && src.IsZip() {
		_, ok := root(src)
		return ok
	}
	return namesSysdiagnose(gunzip.Head(src.Head()))
}

// namesSysdiagnose reports whether what begins with these bytes is a tar archive whose first entries are those of a
// sysdiagnose. What describes an entry may stand before it, in any of the forms that tar has for that, and so may
// folders that lead there.
func namesSysdiagnose(head []byte) bool {
	r := tar.NewReader(bytes.NewReader(head))
	for {
		h, err := r.Next()
		if err != nil { // head ends in the middle
			return false
		}
		parts := strings.Split(path.Clean(h.Name), "/")
		for _, part := range parts[:min(len(parts), 2)] { // deeper it is a file on a phone
			if strings.HasPrefix(strings.TrimPrefix(part, "._"), prefix) {
				return true
			}
		}
		if len(parts) > 1 && parts[len(parts)-1] == "remotectl_dumpstate.txt" {
			return true
		}
	}
}

// signs are files of which a sysdiagnose has several.
var signs = []string{"sysdiagnose.log", "remotectl_dumpstate.txt", "logs/SystemVersion/SystemVersion.plist", "logs/MobileInstallation", "logs/MCState", "swcutil_show.txt"}

// root is the folder in a folder or zip archive that holds the files of a sysdiagnose: itself, or the only one whose
// name says so.
func root(src *source.Source) (string, bool) {
	fsys, err := src.FS()
	if err != nil {
		return "", false
	}
	if holds(fsys, ".") {
		return ".", true
	}
	if src.IsDir() { // the folder inside is offered by itself
		return "", false
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil || len(entries) > 4 {
		return "", false
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), prefix) && holds(fsys, e.Name()) {
			return e.Name(), true
		}
	}
	return "", false
}

func holds(fsys fs.FS, dir string) bool {
	n := 0
	for _, s := range signs {
		if _, err := fs.Stat(fsys, path.Join(dir, s)); err == nil {
			n++
		}
	}
	return n >= 2
}

// Scan implements [scanners.Scanner].
func (scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	c := newCollector(ctx, src)
	err := c.collect()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var limit *source.LimitError
	if errors.As(err, &limit) {
		c.gap(inventory.Gap{Subject: src.Name(), Kind: inventory.GapLimit, Detail: limit.Error() + ".", Next: "Unpack the archive and scan the folder."})
		err = nil
	}
	if c.mac {
		return nil, fmt.Errorf("%q is the sysdiagnose of a Mac, which is not read here", src.Name())
	}
	if err == nil && c.files == 0 {
		err = fmt.Errorf("%q holds none of the files that tell of apps and profiles; make a new sysdiagnose", src.Name())
	}
	return c.inventory(), err
}
