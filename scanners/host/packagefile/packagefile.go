// Package packagefile reads packages of Linux in files, as they are downloaded before they are installed: .deb, .rpm and AppImages. Each is one
// app, by the name that the package manager would give it, and a component with its package URL; what lies in it is listed as
// the parts that it is made of.
//
// The parts of a package that a distribution made are not listed: the distribution mends them under its own version, so that advisories on
// the parts would accuse what is mended. Of which release of a distribution a package is, is told where its own version or release
// says so.
//
// What the package cannot see: whether a signature is good, what the scripts of a package do when it is installed, and packages of
// Debian that are compressed with lzma, as those of before 2012; and what is in AppImages of the old form (type 1) and in those that
// are compressed with xz or lzo.
package packagefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/linuxpkg"
	"quaestor/scanners/internal/ospurl"
	"quaestor/scanners/internal/rootfs"
	"quaestor/scanners/internal/software"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name, and Kind what may stand before a target.
const (
	ID   = "host/packagefile"
	Kind = "software"
)

type scanner struct{}

// New returns the scanner.
func New() scanners.Scanner { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: Kind, Title: "packages of Linux in files",
		Platforms: []inventory.Platform{inventory.Linux},
		Reads:     []string{"packages of Debian (.deb) and RPM (.rpm), and what lies in them", "AppImages of type 2, and what lies in them"},
		CannotSee: []string{
			"whether the signature of a package in a file is good",
			"what the scripts of a package do when it is installed",
		},
	}
}

// Recognise implements [scanners.Scanner]: of what the user named alone, because a package in a folder is not installed.
func (scanner) Recognise(src *source.Source) bool {
	return !src.IsDir() && src.IsTarget() && (linuxpkg.Kind(src.Head()) != "" || isAppImage(src.Head()))
}

// Scan implements [scanners.Scanner].
func (scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	r := &reading{ctx: ctx, src: src, inv: inventory.New()}
	if isAppImage(src.Head()) {
		return r.inv, r.appImage()
	}
	f, err := linuxpkg.Open(src.ReaderAt(), src.Size())
	if f == nil {
		return r.inv, fmt.Errorf("the package %q cannot be read: %w", src.Name(), err)
	}
	distro, licences := r.describe(f)
	a := &r.inv.Apps[0]
	if c, ok := distro.Component(a); ok {
		c.Licences, c.Basis = licences, "metadata"
		r.inv.Components = append(r.inv.Components, c)
	}
	if err != nil {
		r.gap(inventory.GapMalformed, fmt.Sprintf("The package is not whole: %v.", err), "Get a fresh copy and scan again.")
		return r.inv, nil
	}
	if distro.ID != "" {
		r.gap(inventory.GapBlind, "What lies in a package of a distribution is not listed: the distribution mends it under the version of the package.", "")
		return r.inv, nil
	}
	limit := min(src.Limits().MemberBytes, src.Limits().Total(src.Size()))
	data, err := f.Contents(limit)
	if err != nil {
		r.stopped(err)
	}
	return r.inv, r.parts(data)
}

// reading is a package that is being read.
type reading struct {
	ctx context.Context
	src *source.Source
	inv *inventory.Inventory
}

func (r *reading) gap(kind inventory.GapKind, detail, next string) {
	r.inv.Gaps = append(r.inv.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(r.src.Name()), Kind: kind, Detail: inventory.Text(detail), Next: next})
}

// stopped tells why not everything in a package was unpacked.
func (r *reading) stopped(err error) {
	const next = "Unpack it, and scan the folder as software: quaestor scan software:FOLDER."
	switch {
	case errors.Is(err, linuxpkg.ErrTooLarge):
		r.gap(inventory.GapLimit, "The package unpacks to more than is held: not everything in it was looked at.", next)
	case errors.Is(err, linuxpkg.ErrCompression):
		r.gap(inventory.GapUnknownLines, fmt.Sprintf("What lies in the package was not looked at: %v.", err), next)
	default:
		r.gap(inventory.GapMalformed, fmt.Sprintf("The package could not be unpacked to its end: %v.", err), "Get a fresh copy and scan again.")
	}
}

// parts lists what the files of the package, in a tar archive, are made of.
func (r *reading) parts(data []byte) error {
	if len(data) == 0 {
		return r.ctx.Err()
	}
	size := int64(len(data))
	rd := rootfs.NewReader(r.src.Name(), size, r.src.Limits())
	layer, err := rd.Read(r.ctx, bytes.NewReader(data), size)
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	if err != nil && len(r.inv.Gaps) == 0 {
		r.stopped(err)
	}
	if layer == nil || layer.Entries() == 0 {
		return nil
	}
	fsys, err := rootfs.Tree(r.src.Name(), layer)
	if err != nil {
		r.gap(inventory.GapLimit, "The package has more files than are looked at.", "Unpack it, and scan the folder as software: quaestor scan software:FOLDER.")
	}
	found, err := software.Read(r.ctx, source.FromFS(r.src.Name(), fsys, r.src.Limits()), software.Options{})
	if found == nil {
		return err
	}
	r.inv.Components = append(r.inv.Components, software.Components(found.Found, ID, r.src.Name()+"!", "", r.inv.Apps[0].ID)...)
	for _, g := range found.Gaps {
		g.Scanner, g.Subject = ID, inventory.Text(r.src.Name())
		r.inv.Gaps = append(r.inv.Gaps, g)
	}
	return err
}

// describe adds the app that a package is, and tells the distribution that made it, as far as the package says.
func (r *reading) describe(f *linuxpkg.File) (ospurl.Distro, []string) {
	a := inventory.App{Platform: inventory.Linux, Paths: []string{inventory.Text(r.src.Name())}, Origins: []inventory.Origin{{Scanner: ID, Path: inventory.Text(r.src.Name())}}}
	var distro ospurl.Distro
	var licences []string
	if p := f.Deb; p != nil {
		a.IdentifierKind, a.Identifier, a.Version, a.Arch = inventory.DebPackage, inventory.Text(p.Name), inventory.Text(p.Version), inventory.Text(p.Arch)
		a.Publisher, a.Homepage, a.SourcePackage = inventory.Text(p.Maintainer), inventory.Text(p.Homepage), inventory.Text(p.Source)
		distro = ofDebian(p.Version, p.Maintainer)
	} else {
		p := f.RPM
		a.IdentifierKind, a.Identifier, a.Version, a.Arch = inventory.RPMPackage, inventory.Text(p.Name), inventory.Text(p.EVR()), inventory.Text(p.Arch)
		a.Publisher, a.Homepage, a.SourcePackage = inventory.Text(p.Vendor), inventory.Text(p.URL), inventory.Text(p.SourceRPM)
		distro = ofRPM(p.Vendor, p.Release)
		if l := inventory.Text(strings.TrimSpace(p.Licence)); l != "" {
			licences = []string{l}
		}
	}
	a.ID = inventory.AppID("", a.IdentifierKind, a.Identifier, a.Version, a.Arch)
	r.inv.Apps = []inventory.App{a}
	return distro, licences
}
