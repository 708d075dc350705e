package codesign

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"

	"quaestor/scanners/internal/cms"
	"quaestor/scanners/internal/plist"
)

// ErrAdHoc is for a program that has checksums and nobody's signature.
var ErrAdHoc = errors.New("it has checksums and nobody's signature (ad hoc)")

// ErrRoot is for a signature that holds, of somebody whom Apple does not know.
var ErrRoot = errors.New("the signature is of nobody whom Apple knows")

// Proof is who signed a code directory.
type Proof struct {
	Leaf      *x509.Certificate
	Directory *Directory // the one with the strongest checksums that the signature is over
	Store     bool       // the App Store signed, for the team that the directory names
	Team      string     // of the developer; empty where neither certificate nor directory names one
}

// Verify checks the signature over the code directories, and that it leads to one of the roots. With [ErrRoot] the
// proof is of a signature that holds and does not lead there.
func (s *Signature) Verify(roots Roots) (*Proof, error) {
	if len(s.CMS) == 0 {
		return nil, ErrAdHoc
	}
	signed, err := cms.Parse(s.CMS)
	if err != nil {
		return nil, err
	}
	first := &s.Directories[0]
	signer, err := signed.Verify(first.raw)
	if err != nil {
		return nil, err
	}
	p := &Proof{Leaf: signer.Certificate, Directory: first}
	for i := range s.Directories[1:] {
		if d := &s.Directories[i+1]; d.hash.strong > p.Directory.hash.strong && names(signer, d) {
			p.Directory = d
		}
	}
	if err := p.team(); err != nil {
		return nil, err
	}
	if !p.Store && !slices.Contains(p.Leaf.ExtKeyUsage, x509.ExtKeyUsageCodeSigning) {
		return p, fmt.Errorf("%w: its certificate is not for code", ErrRoot)
	}
	switch err := signer.Chain(roots.has, ofApple, x509.ExtKeyUsageCodeSigning); {
	case errors.Is(err, cms.ErrUnchecked):
		return p, fmt.Errorf("it is not known whether the signature leads to Apple: %w", err)
	case err != nil:
		return p, fmt.Errorf("%w: %w", ErrRoot, err)
	}
	return p, nil
}

// team finds the team, which the certificate of a developer and the directory have to name alike.
func (p *Proof) team() error {
	p.Store = isStore(p.Leaf)
	p.Team = p.Directory.Team
	if own := team(p.Leaf); !p.Store && own != "" {
		if p.Team != "" && p.Team != own {
			return fmt.Errorf("the code names team %q, and the certificate is of team %q", p.Team, own)
		}
		p.Team = own
	}
	return nil
}

// The attributes that name all directories of a program: a property list of their hashes, and their SHA-256.
var (
	oidHashes      = asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 9, 1}.String()
	oidDirectories = asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 9, 2}.String()
)

// names reports whether the signature is over a further directory too.
func names(signer *cms.Signer, d *Directory) bool {
	sum := sha256.Sum256(d.raw)
	for _, v := range signer.Attributes[oidDirectories] {
		var entry struct {
			Kind asn1.ObjectIdentifier
			Sum  []byte
		}
		if _, err := asn1.Unmarshal(v.FullBytes, &entry); err == nil && bytes.Equal(entry.Sum, sum[:]) {
			return true
		}
	}
	for _, v := range signer.Attributes[oidHashes] {
		list, err := dictionary(v.Bytes)
		if err != nil {
			continue
		}
		for _, h := range plist.List(list, "cdhashes") {
			if b, ok := h.([]byte); ok && bytes.Equal(b, d.Hash()) {
				return true
			}
		}
	}
	return false
}

// Strongest is the directory with the strongest checksums, whether or not a signature is over it.
func (s *Signature) Strongest() *Directory {
	best := &s.Directories[0]
	for i := range s.Directories {
		if s.Directories[i].hash.strong > best.hash.strong {
			best = &s.Directories[i]
		}
	}
	return best
}

// Parts checks that entitlements and requirements are those that a directory has checksums of.
func (s *Signature) Parts(d *Directory) error {
	for slot, what := range map[int]string{slotEntitlements: "entitlements", slotDER: "entitlements", slotRequirements: "requirements"} {
		b := s.blobs[uint32(slot)]
		if b == nil && !d.Seals(slot) {
			continue
		}
		if b == nil || !d.Holds(slot, b) {
			return fmt.Errorf("its %s are not those that were signed", what)
		}
	}
	return nil
}
