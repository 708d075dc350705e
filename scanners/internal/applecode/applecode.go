// Package applecode tells the facts of one program of Apple's systems without reading more of it than is asked for: for
// which processors it is, what it claims, and who signed it.
//
// A signature is called valid when the signature over the code directory holds and leads to Apple, the directory is over the
// claimed rights, and the checksums of all code of all its processors are right. Where the code is larger than may be read, that
// last step is left out, and the signature is not called valid but stays unknown.
//
// What the package cannot see: what the code does; the files beside a program, for which [Code.Beside] has to be asked;
// whether a certificate was revoked, and whether Apple notarised the program and took that back.
package applecode

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/codesign"
	"quaestor/scanners/internal/macho"
	"quaestor/scanners/inventory"
)

const (
	headBytes = 128 << 10 // of each processor's part, in which its load commands lie
	fatBytes  = 4 << 10   // of a file, in which the table of its parts lies
)

// Options say what to trust and how much to read.
type Options struct {
	Roots    codesign.Roots
	MaxBytes int64 // of a program of which the code is checked; beyond it only what it claims is read
}

// Code is what one program says.
type Code struct {
	Size      int64
	SHA256    string   // of the whole file; empty where it was too large to be read
	CPUs      []string // "arm64", "x86_64"
	Platform  string   // "macos", "ios", …
	MinOS     string
	Libraries []string

	Identifier   string
	Team         string // proven where State is valid, else as the program claims
	Entitlements map[string]any
	Hardened     bool // it asks for the hardened runtime
	AdHoc        bool // it has checksums and nobody's signature
	Store        bool // the App Store signed it
	State        inventory.SignatureState
	Problem      error // why State is not valid
	Unread       bool  // the code was too large for its checksums to be compared
	Signer       *inventory.Signer
	CommonName   string // of the certificate: "Developer ID Application: Maker (TEAM)"

	directories []*codesign.Directory
}

// part is the program for one processor.
type part struct {
	image     macho.Image
	at, size  int64 // in the file
	signature *codesign.Signature
	err       error
}

// Read reads a program. The error says that it is none.
func Read(r io.ReaderAt, size int64, o Options) (*Code, error) {
	parts, err := split(r, size)
	if err != nil {
		return nil, err
	}
	c := &Code{Size: size}
	for i := range parts {
		c.CPUs = append(c.CPUs, parts[i].image.CPU)
	}
	m := main(parts)
	c.Platform, c.MinOS = m.image.Platform, m.image.MinOS
	for _, l := range m.image.Libraries {
		c.Libraries = append(c.Libraries, inventory.Text(l.Path))
	}
	for i := range parts {
		parts[i].read(r)
	}
	c.claims(m)
	c.Unread = size > o.MaxBytes
	if !c.Unread {
		if c.SHA256, err = sum(r, size); err != nil {
			return nil, err
		}
	}
	c.verify(parts, r, o.Roots)
	return c, nil
}

// main is the part that counts: the one for the newest processor.
func main(parts []part) *part {
	for _, cpu := range []string{"arm64", "arm64e", "x86_64h", "x86_64"} {
		for i := range parts {
			if parts[i].image.CPU == cpu {
				return &parts[i]
			}
		}
	}
	return &parts[0]
}

// split finds the parts of a file.
func split(r io.ReaderAt, size int64) ([]part, error) {
	head, err := readAt(r, 0, min(fatBytes, size))
	if err != nil {
		return nil, err
	}
	if !macho.Is(head) {
		return nil, macho.ErrNotMachO
	}
	regions := []macho.Region{{Offset: 0, Size: size}}
	if magic := binary.BigEndian.Uint32(head); magic&^1 == 0xcafebabe {
		if regions, err = table(head, magic&1 == 1); err != nil {
			return nil, err
		}
	}
	var out []part
	for _, region := range regions {
		if region.Offset < 0 || region.Size <= 0 || region.Offset > size || region.Size > size-region.Offset {
			return nil, errors.New("a part of it lies outside of the file")
		}
		head, err := readAt(r, region.Offset, min(headBytes, region.Size))
		if err != nil {
			return nil, err
		}
		f, err := macho.Head(head, region.Size)
		if err != nil {
			continue
		}
		out = append(out, part{image: f.Images[0], at: region.Offset, size: region.Size})
	}
	if len(out) == 0 {
		return nil, errors.New("no program in it can be read")
	}
	return out, nil
}

// table reads the list of parts of a fat file, of which macho.Is has checked the count.
func table(head []byte, wide bool) ([]macho.Region, error) {
	entry := 20
	if wide {
		entry = 32
	}
	n := int(binary.BigEndian.Uint32(head[4:]))
	if 8+n*entry > len(head) {
		return nil, errors.New("its list of programs breaks off")
	}
	var out []macho.Region
	for i := range n {
		e := head[8+i*entry:]
		if wide {
			out = append(out, macho.Region{Offset: int64(min(binary.BigEndian.Uint64(e[8:]), 1<<61)), Size: int64(min(binary.BigEndian.Uint64(e[16:]), 1<<61))})
		} else {
			out = append(out, macho.Region{Offset: int64(binary.BigEndian.Uint32(e[8:])), Size: int64(binary.BigEndian.Uint32(e[12:]))})
		}
	}
	return out, nil
}

func readAt(r io.ReaderAt, at, n int64) ([]byte, error) {
	b := make([]byte, n)
	if got, err := r.ReadAt(b, at); int64(got) < n {
		return nil, fmt.Errorf("read %d of %d bytes: %w", got, n, err)
	}
	return b, nil
}

// read reads the signature of a part.
func (p *part) read(r io.ReaderAt) {
	region := p.image.Signature
	switch {
	case region.Size == 0:
		return
	case region.Size > codesign.MaxBytes:
		p.err = fmt.Errorf("its signature has %d bytes, more than are read", region.Size)
		return
	}
	data, err := readAt(r, p.at+region.Offset, region.Size)
	if err == nil {
		p.signature, err = codesign.Parse(data)
	}
	p.err = err
}

// claims takes what a program says of itself.
func (c *Code) claims(p *part) {
	if p.signature == nil {
		return
	}
	d := p.signature.Strongest()
	c.Identifier, c.Team, c.Hardened = inventory.Text(d.Identifier), inventory.Text(d.Team), d.Hardened()
	c.AdHoc = len(p.signature.CMS) == 0
	c.Entitlements, _ = p.signature.Entitlements()
}

// verify checks all parts. The first that does not hold counts.
func (c *Code) verify(parts []part, r io.ReaderAt, roots codesign.Roots) {
	for i := range parts {
		proof, state, err := parts[i].verify(r, c.Unread, roots)
		if proof != nil {
			s := Signer(proof.Leaf, false)
			c.Signer, c.Store, c.CommonName = &s, proof.Store && state == inventory.SignatureValid, inventory.Text(proof.Leaf.Subject.CommonName)
			c.directories = append(c.directories, proof.Directory)
		}
		if c.State, c.Problem = state, err; state != inventory.SignatureValid {
			return
		}
		c.Team = inventory.Text(proof.Team)
	}
	if c.Unread {
		c.State, c.Problem = inventory.SignatureUnknown, errors.New("the program is too large for all of its code to be compared with the signature")
		return
	}
	c.Signer.Verified = true
}

func (p *part) verify(r io.ReaderAt, unread bool, roots codesign.Roots) (*codesign.Proof, inventory.SignatureState, error) {
	switch {
	case p.err != nil:
		return nil, inventory.SignatureInvalid, p.err
	case p.signature == nil:
		return nil, inventory.SignatureUnsigned, nil
	}
	proof, err := p.signature.Verify(roots)
	switch {
	case errors.Is(err, codesign.ErrAdHoc):
		return nil, inventory.SignatureUnsigned, err
	case errors.Is(err, cms.ErrUnchecked):
		return proof, inventory.SignatureUnknown, err
	case err != nil:
		return proof, inventory.SignatureInvalid, err
	}
	if err = p.signature.Parts(proof.Directory); err == nil && !unread {
		code := p.image.Signature.Offset
		err = proof.Directory.PagesOf(bufio.NewReaderSize(io.NewSectionReader(r, p.at, code), 256<<10), code)
	}
	if err != nil {
		return proof, inventory.SignatureInvalid, err
	}
	return proof, inventory.SignatureValid, nil
}

// Beside checks that an Info.plist and the list of sealed files are those that were signed; nil stands for one that is not
// there. The files in that list are not looked at.
func (c *Code) Beside(info, resources []byte) {
	for _, d := range c.directories {
		err := cmp.Or(beside(d, codesign.SlotInfo, info, "Info.plist"), beside(d, codesign.SlotResources, resources, "list of sealed files"))
		if err != nil && c.State != inventory.SignatureUnsigned {
			c.State, c.Problem = inventory.SignatureInvalid, err
			c.Signer.Verified = false
			return
		}
	}
}

func beside(d *codesign.Directory, slot int, content []byte, what string) error {
	switch {
	case content == nil && d.Seals(slot):
		return fmt.Errorf("the %s that was signed is missing", what)
	case content != nil && d.Seals(slot) && !d.Holds(slot, content):
		return fmt.Errorf("another %s than this one was signed", what)
	case content != nil && slot == codesign.SlotInfo && !d.Seals(slot):
		return fmt.Errorf("the signature is not over the %s", what)
	}
	return nil
}

func sum(r io.ReaderAt, size int64) (string, error) {
	h := sha256.New()
	if n, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil || n != size {
		return "", fmt.Errorf("read %d of %d bytes: %w", n, size, cmp.Or(err, io.ErrUnexpectedEOF))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
