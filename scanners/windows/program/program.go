// Package program reads programs of Windows that are handed in as files: what they say of themselves, and who signed them.
//
// Every file becomes a Binary, named by its SHA-256. A program that can be started (.exe), such as an installer, is an App
// without a device too, under the product name that it states: anybody can state any name, so that is a weak mark, and the
// certificate is the strong one. The programs of a product are one App, wherever they lie, if they state the same maker and version
// and bear the same certificates: a folder of programs has as many Apps as products. A program that names neither a product nor a
// signer is an App where the user named the file itself or it is called an installer, else a Binary alone, as libraries and drivers are.
//
// What the package cannot see: what the code does; what an installer holds; installer packages (.msi) and packages (.msix),
// which are named and not read; signatures in catalogs of Windows; whether a certificate leads to a root that Windows trusts.
package program

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/authenticode"
	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/pefile"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "windows/program"

// Scanner reads a program.
type Scanner struct{}

// Info implements scanners.Scanner.
func (Scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "windows", Title: "programs of Windows in files",
		Platforms: []inventory.Platform{inventory.Windows}, Extensions: []string{".exe", ".dll", ".sys"},
		Reads: []string{"programs, libraries and drivers (.exe, .dll, .sys): maker, product, version, signatures"},
		CannotSee: []string{
			"what a program does, and what an installer holds",
			"what a program is that states neither a product nor a signer: in a folder it is listed as a file alone",
			"signatures that Windows keeps in its catalogs, whether a certificate leads to a root that Windows trusts, and whether it was revoked",
		},
	}
}

// Recognise implements scanners.Scanner.
func (Scanner) Recognise(src *source.Source) bool {
	return !src.IsDir() && pefile.Looks(src.Head()) && src.ReaderAt() != nil
}

// compound is how files begin that hold a file system, such as installer packages.
var compound = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// installer is the class of installer packages, in the root entry of the file system.
var installer = []byte("\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")

// Kin implements scanners.Relative.
func (Scanner) Kin(src *source.Source) string {
	if head := src.Head(); !src.IsDir() && bytes.HasPrefix(head, compound) && bytes.Contains(head, installer) {
		return "an installer package of Windows (.msi)"
	}
	return ""
}

// Scan implements scanners.Scanner.
func (Scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	inv := inventory.New()
	at := src.ReaderAt()
	if at == nil {
		return inv, fmt.Errorf("%q is not a file", src.Name())
	}
	f, err := pefile.Open(at, src.Size())
	if err != nil {
		return inv, fmt.Errorf("cannot read %q: %w", src.Name(), err)
	}
	sum, err := digest(ctx, src)
	if err != nil {
		return inv, err
	}
	r := &reading{src: src, file: f, inv: inv}
	b := r.binary(sum)
	version := r.version(&b)
	r.signatures(&b)
	if !f.DLL && !f.Native && (b.Label != "" || len(b.Signers) > 0 || named(src) || installs(src.Base())) {
		app := r.app(&b, version)
		inv.Apps = append(inv.Apps, app)
	}
	inv.Binaries = append(inv.Binaries, b)
	return inv, ctx.Err()
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
	src  *source.Source
	file *pefile.File
	inv  *inventory.Inventory
}

func (r *reading) origin(sum string) []inventory.Origin {
	return []inventory.Origin{{Scanner: ID, Path: inventory.Text(r.src.Name()), SHA256: sum}}
}

func (r *reading) gap(kind inventory.GapKind, detail, next string) {
	r.inv.Gaps = append(r.inv.Gaps, inventory.Gap{Scanner: ID, Subject: inventory.Text(r.src.Name()), Kind: kind, Detail: inventory.Text(detail), Next: next})
}

func (r *reading) binary(sum string) inventory.Binary {
	return inventory.Binary{SHA256: sum, Size: r.src.Size(), Format: "pe", FileNames: []string{inventory.Text(r.src.Base())}, ABIs: []string{r.file.Arch}, Origins: r.origin(sum)}
}

func (r *reading) version(b *inventory.Binary) pefile.Version {
	v, err := r.file.Version()
	if err != nil {
		r.gap(inventory.GapMalformed, "What the program says of itself cannot be read: "+err.Error()+".", "Look at the file by hand.")
	}
	b.Label, b.Version = inventory.Text(cmp.Or(v.Product, v.Description)), inventory.Text(cmp.Or(v.File, v.Version))
	return v
}

// signatures checks the signatures in the file. That there is none says nothing: a catalog may name it.
func (r *reading) signatures(b *inventory.Binary) {
	res, err := authenticode.Read(r.file)
	if err != nil {
		b.Signed, b.SignatureError = inventory.SignatureInvalid, inventory.Text(err.Error())
		return
	}
	unchecked := false
	for _, s := range res.Signatures {
		if c := s.Certificate; c != nil {
			b.Signers = append(b.Signers, s.Signer())
			if bytes.Equal(c.RawIssuer, c.RawSubject) {
				b.Oddities = append(b.Oddities, "the certificate of a signer was issued by its own holder and by no authority")
			}
		}
		switch {
		case s.Holds():
			b.Signed = inventory.SignatureValid
		case errors.Is(s.Err, cms.ErrUnchecked):
			unchecked = true
		case b.SignatureError == "":
			b.SignatureError = inventory.Text(s.Err.Error())
		}
	}
	switch {
	case len(res.Signatures) == 0:
		r.gap(inventory.GapBlind, "The file bears no signature; whether a catalog of Windows names it is not looked at.", "Check it on Windows: Get-AuthenticodeSignature.")
	case b.Signed == inventory.SignatureValid:
		b.SignatureError = ""
	case unchecked:
		r.gap(inventory.GapUnknownLines, "The signature is of a kind that is not checked here; whoever it names is not proved.", "Check it on Windows: Get-AuthenticodeSignature.")
	default:
		b.Signed = inventory.SignatureInvalid
	}
	if res.Unsigned > 0 {
		b.Oddities = append(b.Oddities, fmt.Sprintf("%d bytes that no signature covers stand behind or among the signatures", res.Unsigned))
	}
}

// named reports whether the user named the file itself, and not a folder or archive that it lies in.
func named(src *source.Source) bool {
	t := src.Target()
	return src.Name() == cmp.Or(t.Shown, filepath.ToSlash(t.Path))
}

// installs reports whether a file is called an installer, by the words at which Windows too takes it for one.
func installs(file string) bool {
	file = strings.ToLower(file)
	return slices.ContainsFunc([]string{"setup", "install", "update", "patch"}, func(word string) bool { return strings.Contains(file, word) })
}

// app is the program as somebody would install or start it. Programs that say the same of themselves and were signed by the same
// are one.
func (r *reading) app(b *inventory.Binary, v pefile.Version) inventory.App {
	name := cmp.Or(b.Label, inventory.Text(r.src.Base()))
	a := inventory.App{Platform: inventory.Windows, IdentifierKind: inventory.NameOnly, Identifier: name, Name: name,
		Version: inventory.Text(cmp.Or(v.Version, v.File)), Publisher: inventory.Text(v.Company), Arch: r.file.Arch, Binaries: []string{b.SHA256}, Origins: r.origin(b.SHA256)}
	key := []string{a.Version, a.Publisher, a.Arch, string(b.Signed)}
	for _, s := range b.Signers {
		key = append(key, s.SHA256)
	}
	if b.Label == "" {
		key = append(key, b.SHA256)
	}
	a.ID = inventory.AppID("", inventory.NameOnly, name, key...)
	return a
}
