// Package codesign reads the signatures that Apple's systems put into programs: code directories with the checksums of
// each page of code, entitlements, and the signature of a developer or of the store over them; and the provisioning
// profiles by which an app may run.
//
// A signature is checked like a phone does it, as far as the file goes: the checksums of all pages, those of what lies
// beside the program, the signature over the code directory, and that its certificate leads to one of Apple's roots.
// Anything less is not called verified: everybody can write any team and any entitlement into a program.
//
// What the package cannot see: whether a certificate or a profile was revoked; whether the requirements that a
// signature states are met; signatures with SHA-1 certificates, which are not taken for proof.
package codesign

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The limits of what is read.
const (
	MaxBytes = 64 << 20
	maxBlobs = 64
	maxName  = 1024 // bytes of an identifier
)

const (
	magicSuper        = 0xfade0cc0
	magicDirectory    = 0xfade0c02
	magicEntitlements = 0xfade7171
	magicDER          = 0xfade7172
	magicWrapper      = 0xfade0b01

	slotDirectory    = 0
	slotRequirements = 2
	slotEntitlements = 5
	slotDER          = 7
	slotAlternate    = 0x1000 // and the next ones
	slotCMS          = 0x10000
)

// The slots of what lies beside a program.
const (
	SlotInfo      = 1 // Info.plist
	SlotResources = 3 // _CodeSignature/CodeResources
)

// Signature is what lies in a program.
type Signature struct {
	Directories []Directory // the first is what the signature is over; others have stronger checksums
	CMS         []byte      // empty: nobody signed it

	blobs map[uint32][]byte // by slot, with their headers
}

// Directory is a list of checksums, and what the program is called.
type Directory struct {
	Identifier string
	Team       string
	Flags      uint32
	Version    uint32
	Platform   byte // not zero: a part of the system
	ExecFlags  uint64

	raw      []byte
	hash     hashKind
	page     int64 // bytes; 0: all in one
	limit    int64 // bytes of code
	codes    int
	specials int
	hashesAt int
}

// The flags of a directory.
const (
	flagAdHoc    = 0x2
	flagHardened = 0x10000
)

// AdHoc reports whether the program says of itself that nobody signed it.
func (d *Directory) AdHoc() bool { return d.Flags&flagAdHoc != 0 }

// Hardened reports whether the program asks the Mac to shield it while it runs (the hardened runtime).
func (d *Directory) Hardened() bool { return d.Flags&flagHardened != 0 }

// Parse reads a signature.
func Parse(data []byte) (*Signature, error) {
	if len(data) < 12 || binary.BigEndian.Uint32(data) != magicSuper {
		return nil, errors.New("the signature is not one that Apple's systems know")
	}
	size, n := int64(binary.BigEndian.Uint32(data[4:])), binary.BigEndian.Uint32(data[8:])
	if size > int64(len(data)) || size > MaxBytes {
		return nil, fmt.Errorf("the signature says that it has %d bytes, and there are %d", size, len(data))
	}
	data = data[:size]
	if n > maxBlobs || 12+8*int64(n) > size {
		return nil, fmt.Errorf("the signature says that it has %d parts", n)
	}
	s := &Signature{blobs: map[uint32][]byte{}}
	for i := range int(n) {
		slot, at := binary.BigEndian.Uint32(data[12+8*i:]), int64(binary.BigEndian.Uint32(data[16+8*i:]))
		b, err := blob(data, at)
		if err != nil {
			return nil, fmt.Errorf("part %d of the signature: %w", slot, err)
		}
		if _, twice := s.blobs[slot]; twice {
			return nil, fmt.Errorf("part %d of the signature is there twice", slot)
		}
		s.blobs[slot] = b
	}
	return s, s.open()
}

// blob is a part at an offset, with its header.
func blob(data []byte, at int64) ([]byte, error) {
	if at < 12 || at > int64(len(data))-8 {
		return nil, errors.New("it lies outside")
	}
	size := int64(binary.BigEndian.Uint32(data[at+4:]))
	if size < 8 || size > int64(len(data))-at {
		return nil, fmt.Errorf("it says that it has %d bytes, and there are %d", size, int64(len(data))-at)
	}
	return data[at : at+size], nil
}

// open reads the directories.
func (s *Signature) open() error {
	for _, slot := range [...]uint32{slotDirectory, slotAlternate, slotAlternate + 1, slotAlternate + 2, slotAlternate + 3, slotAlternate + 4} {
		b := s.blobs[slot]
		if b == nil {
			if slot == slotDirectory {
				return errors.New("the signature has no code directory")
			}
			continue
		}
		d, err := directory(b)
		if err != nil {
			return err
		}
		s.Directories = append(s.Directories, d)
	}
	if b := s.blobs[slotCMS]; len(b) > 8 && binary.BigEndian.Uint32(b) == magicWrapper {
		s.CMS = b[8:]
	}
	return nil
}

// Entitlements are the rights that the program claims: those in the form that newer systems read, else those as a
// property list. They are nil where there are none.
func (s *Signature) Entitlements() (map[string]any, error) {
	if b := s.blobs[slotDER]; len(b) > 8 && binary.BigEndian.Uint32(b) == magicDER {
		if rights, err := decodeDER(b[8:]); err == nil {
			return rights, nil
		}
	}
	b := s.blobs[slotEntitlements]
	if len(b) <= 8 || binary.BigEndian.Uint32(b) != magicEntitlements {
		return nil, nil
	}
	return dictionary(b[8:])
}
