// Package installer reads packages from which Windows installs programs, handed in as files: installer packages (.msi) and packaged
// apps (.msix, .appx and bundles of them): what would be installed, who made it and who signed it.
//
// Every file becomes a Binary, named by its SHA-256, and an App without a device.
//
// What the package cannot see: what a package installs beside the program that it names, and whether its signature holds.
package installer

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/appxmanifest"
	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/msi"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "windows/installer"

// Scanner reads a package.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "windows", Title: "packages from which Windows installs",
		Platforms: []inventory.Platform{inventory.Windows}, Extensions: []string{".msi", ".msix", ".appx", ".msixbundle", ".appxbundle"},
		Reads: []string{"installer packages (.msi): name, maker, version, product code, signature", "packaged apps and bundles (.msix, .appx): name, publisher, version, capabilities, signature"},
		CannotSee: []string{
			"what a package installs beside the program that it names",
			"whether the signature of a package holds",
		},
	}
}

// The manifests in packaged apps, and the signature.
const (
	appManifest    = "AppxManifest.xml"
	bundleManifest = "AppxMetadata/AppxBundleManifest.xml"
	appSignature   = "AppxSignature.p7x"
)

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	switch {
	case src.IsDir():
		return false
	case msi.Looks(src.Head()):
		return src.ReaderAt() != nil && msi.Is(src.ReaderAt(), src.Size())
	case !src.StartsLikeZip() || !src.IsZip():
		return false
	}
	_, err := manifest(src)
	return err == nil
}

// manifest reads the manifest of a package, or of a bundle.
func manifest(src *source.Source) (appxmanifest.Manifest, error) {
	data, err := src.ReadFile(appManifest)
	if err == nil {
		return appxmanifest.Parse(data)
	}
	data, err = src.ReadFile(bundleManifest)
	if err != nil {
		return appxmanifest.Manifest{}, err
	}
	return appxmanifest.ParseBundle(data)
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	sum, err := digest(ctx, src)
	if err != nil {
		return inv, err
	}
	r := &reading{src: src, inv: inv, sum: sum}
	r.binary = inventory.Binary{SHA256: sum, Size: src.Size(), FileNames: []string{inventory.Text(src.Base())}, Origins: r.origin()}
	if msi.Looks(src.Head()) {
		err = r.msi()
	} else {
		err = r.appx()
	}
	inv.Binaries = append(inv.Binaries, r.binary)
	return inv, errors.Join(err, ctx.Err())
}

// digest reads the file once, and stops soon after ctx is done.
func digest(ctx context.Context, src *source.Source) (string, error) {
	in, err := src.Reader()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		switch _, err := io.CopyN(h, in, 4<<20); {
		case errors.Is(err, io.EOF):
			return hex.EncodeToString(h.Sum(nil)), nil
		case err != nil:
			return "", err
		}
	}
}

type reading struct {
	src    *source.Source
	inv    *inventory.Inventory
	sum    string
	binary inventory.Binary
}

func (r *reading) origin() []inventory.Origin {
	return []inventory.Origin{{Scanner: ID, Path: inventory.Text(r.src.Name()), SHA256: r.sum}}
}

func (r *reading) gap(kind inventory.GapKind, detail, next string) {
	r.inv.Gaps = append(r.inv.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(r.src.Name()), Kind: kind, Detail: inventory.Text(detail), Next: next})
}

func (r *reading) msi() error {
	r.binary.Format = "msi"
	p, err := msi.Read(r.src.ReaderAt(), r.src.Size())
	if err != nil {
		return fmt.Errorf("cannot read %q: %w; get a fresh copy", r.src.Name(), err)
	}
	of := func(name string) string { return inventory.Text(strings.TrimSpace(p.Properties[name])) }
	a := inventory.App{IdentifierKind: inventory.MSIProductCode, Identifier: strings.ToUpper(of("ProductCode")), Name: of("ProductName"), Version: of("ProductVersion"),
		Publisher: of("Manufacturer"), Homepage: of("ARPURLINFOABOUT")}
	if a.Identifier == "" {
		a.IdentifierKind, a.Identifier = inventory.NameOnly, cmp.Or(a.Name, inventory.Text(r.src.Base()))
	}
	r.signature(p.Signature, "msi")
	r.app(a)
	return nil
}

func (r *reading) appx() error {
	r.binary.Format = "msix"
	m, err := manifest(r.src)
	if err != nil {
		return fmt.Errorf("cannot read %q: %w; get a fresh copy", r.src.Name(), err)
	}
	publisher := appxmanifest.PublisherID(m.Publisher)
	a := inventory.App{IdentifierKind: inventory.MSIXFamily, Identifier: inventory.Text(m.Name), Name: inventory.Text(cmp.Or(m.DisplayName, m.Name)), Version: inventory.Text(m.Version),
		Publisher: inventory.Text(cmp.Or(m.Maker, m.Publisher)), Flags: []string{"publisher-id:" + publisher}}
	if m.Arch != "neutral" {
		a.Arch = inventory.Text(m.Arch)
	}
	for _, want := range m.Capabilities {
		p := inventory.Permission{Name: inventory.Text(want.Name), Requested: true}
		switch {
		case want.Restricted:
			p.Flags = []string{"restricted"}
		case want.Device:
			p.Flags = []string{"device"}
		}
		a.Permissions = append(a.Permissions, p)
	}
	data, err := r.src.ReadFile(appSignature)
	if err != nil || !bytes.HasPrefix(data, []byte("PKCX")) {
		data = nil
	}
	r.signature(bytes.TrimPrefix(data, []byte("PKCX")), "msix")
	r.app(a)
	return nil
}

// app adds what would be installed.
func (r *reading) app(a inventory.App) {
	a.Platform, a.Binaries, a.Origins, a.Signers = inventory.Windows, []string{r.sum}, r.origin(), r.binary.Signers
	a.ID = inventory.AppID("", a.IdentifierKind, strings.ToLower(a.Identifier), a.Version, r.sum)
	r.binary.Label, r.binary.Version = a.Name, a.Version
	r.inv.Apps = append(r.inv.Apps, a)
}

var oidIndirect = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 1, 4}

// signature tells whom the signature names. It is over more than the bytes of the file, so it is not checked.
func (r *reading) signature(data []byte, scheme string) {
	if len(data) == 0 {
		r.gap(inventory.GapBlind, "The package bears no signature.", "Ask whoever gave it where it comes from.")
		return
	}
	signed, err := cms.ParseAs(data, oidIndirect)
	if err != nil || signed.Signer() == nil {
		r.binary.Signed, r.binary.SignatureError = inventory.SignatureInvalid, "the signature cannot be read"
		return
	}
	r.binary.Signers = []inventory.Signer{signer(signed.Signer(), scheme)}
	r.gap(inventory.GapUnknownLines, "The signature of the package is not checked here; whoever it names is not proved.", "Check it on Windows: Get-AuthenticodeSignature.")
}

func signer(cert *x509.Certificate, scheme string) inventory.Signer {
	long, short := sha256.Sum256(cert.Raw), sha1.Sum(cert.Raw)
	from, to := cert.NotBefore.UTC(), cert.NotAfter.UTC()
	return inventory.Signer{SHA256: hex.EncodeToString(long[:]), SHA1: hex.EncodeToString(short[:]), Subject: inventory.Text(cert.Subject.String()), Scheme: scheme, NotBefore: &from, NotAfter: &to}
}
