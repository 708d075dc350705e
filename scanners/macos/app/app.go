// Package app reads apps for the Mac from files: a folder NAME.app, or a zip archive of one as makers hand them out.
//
// The app becomes one Binary, named by the SHA-256 of its main program, and one App without a device. The signature is checked
// for the main program: all of its code, the claimed rights, Info.plist and the list of sealed files. README.md of scanners says
// what is read.
//
// What the package cannot see: whether the other files are those that were sealed; disk images and installer packages; code in
// other forms than programs and libraries, such as the scripts of Electron; whether the app is installed anywhere.
package app

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/macbundle"
	"quaestor/scanners/internal/machost"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's ID.
const ID = "macos/app"

// New returns the scanner.
func New() scanners.Scanner { return scanner{roots: codesign.Apple()} }

type scanner struct{ roots codesign.Roots }

// Info implements scanners.Scanner.
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: machost.Kind, Platforms: []inventory.Platform{inventory.MacOS}, Title: "Mac apps in files",
		Reads: []string{"folders NAME.app of the Mac, and zip archives of one"},
		CannotSee: []string{
			"whether the app is installed on a Mac, and what its user allowed it",
			"whether the files beside its main program are those that its maker sealed, and whether Apple took a certificate or a notarisation back",
			"what the app's code does when it runs; scripts and texts in its resources",
			"disk images and installer packages",
		},
	}
}

// Recognise implements scanners.Scanner.
func (scanner) Recognise(src *source.Source) bool {
	if src.Live() || !src.IsDir() && !src.StartsLikeZip() {
		return false
	}
	_, ok := locate(src)
	return ok
}

// locate is the folder of the first app in a source: the source itself, or at the top of an archive, also one folder further
// down.
func locate(src *source.Source) (dir string, ok bool) {
	fsys, err := src.FS()
	if err != nil {
		return "", false
	}
	if src.IsDir() {
		return ".", isApp(fsys, ".")
	}
	top, _ := fs.ReadDir(fsys, ".")
	for _, e := range top[:min(len(top), 100)] {
		if !e.IsDir() || e.Name() == "__MACOSX" {
			continue
		}
		if isApp(fsys, e.Name()) {
			return e.Name(), true
		}
		below, _ := fs.ReadDir(fsys, e.Name())
		for _, b := range below[:min(len(below), 100)] {
			if name := path.Join(e.Name(), b.Name()); path.Ext(name) == ".app" && isApp(fsys, name) {
				return name, true
			}
		}
	}
	return "", false
}

// isApp reports whether a folder holds what macOS asks of an app. An app of the iPhone has no Contents.
func isApp(fsys fs.FS, dir string) bool {
	info, err := fs.Stat(fsys, path.Join(dir, "Contents/Info.plist"))
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	programs, err := fs.Stat(fsys, path.Join(dir, "Contents/MacOS"))
	return err == nil && programs.IsDir()
}

// Scan implements scanners.Scanner.
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	dir, ok := locate(src)
	if !ok {
		return inv, fmt.Errorf("%q holds no app for the Mac", src.Name())
	}
	t := &tree{ctx: ctx, src: src, inv: inv, roots: s.roots}
	b := macbundle.Read(t, dir, false)
	if b == nil {
		return inv, fmt.Errorf("%q: its Info.plist does not say what it is called (CFBundleIdentifier)", src.Name())
	}
	if b.Binary == nil {
		return inv, fmt.Errorf("%q: its main program cannot be read, so that there is nothing to know it by", src.Name())
	}
	a, bin := b.App, b.Binary
	if dir == "." {
		a.Name, bin.Label = named(a.Name, src), named(bin.Label, src)
	}
	bin.FileNames = []string{inventory.Text(src.Base())}
	bin.Origins = []inventory.Origin{{Scanner: ID, Path: inventory.Text(src.Name()), SHA256: bin.SHA256}}
	t.libraries(bin, dir, b.File)
	a.ID, a.Origins = inventory.AppID("", a.IdentifierKind, a.Identifier, bin.SHA256), slices.Clone(bin.Origins)
	if b.Cut {
		t.gap(dir, inventory.GapLimit, "The app has more parts than are told.", "Look at it by hand.")
	}
	inv.Apps, inv.Binaries = []inventory.App{a}, []inventory.Binary{*bin}
	return inv, ctx.Err()
}

// named is the name of an app that does not say it: that of its folder.
func named(name string, src *source.Source) string {
	if name != "" && name != "." {
		return name
	}
	return inventory.Text(strings.TrimSuffix(src.Base(), path.Ext(src.Base())))
}
