package rpmdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Package is what one header says.
type Package struct {
	Name, Version, Release, Arch string
	Epoch                        uint32
	HasEpoch                     bool
	Vendor, Packager, URL        string
	Summary                      string
	SourceRPM                    string
	Licence                      string    // as stated
	Installed                    time.Time // zero when not told
	Files                        []string  // paths of the files that Handler.WantFile asked for
}

// EVR is the version as rpm writes it: [epoch:]version-release.
func (p *Package) EVR() string {
	evr := p.Version
	if p.Release != "" {
		evr += "-" + p.Release
	}
	if p.HasEpoch {
		return fmt.Sprintf("%d:%s", p.Epoch, evr)
	}
	return evr
}

// Limits of a header, those of rpm itself.
const (
	maxTags   = 0xffff
	maxString = 4096
)

// absent is what some versions of rpm write in place of a value that there is none of.
const absent = "(none)"

// The tags read here and the types that hold a text or a number.
const (
	tagName, tagVersion, tagRelease, tagEpoch = 1000, 1001, 1002, 1003
	tagSummary, tagInstallTime                = 1004, 1008
	tagVendor, tagPackager, tagURL            = 1011, 1015, 1020
	tagLicence                                = 1014
	tagArch, tagSourceRPM                     = 1022, 1044

	typeInt32, typeString, typeI18N = 4, 6, 9
)

// Header reads the header of a package in a file, without the mark before it.
func Header(b []byte) (*Package, error) { return parseHeader(b, nil) }

// parseHeader reads a header as it is stored in the database: a count of tags, a length of data, the index
// and the data, all numbers big-endian.
func parseHeader(b []byte, want func(base []byte) bool) (*Package, error) {
	if len(b) < 8 {
		return nil, errors.New("the header is cut short")
	}
	tags, length := be32(b), be32(b[4:])
	if tags < 1 || tags > maxTags || 8+16*tags+length > int64(len(b)) {
		return nil, fmt.Errorf("the header claims %d tags and %d bytes, and has %d bytes", tags, length, len(b))
	}
	index, data := b[8:8+16*tags], b[8+16*tags:8+16*tags+length]
	p := new(Package)
	var list files
	for ; len(index) > 0; index = index[16:] {
		if off := be32(index[8:]); off < length {
			p.set(be32(index), be32(index[4:]), data[off:])
			list.set(be32(index), be32(index[12:]), data[off:])
		}
	}
	if want != nil {
		p.Files = list.paths(want)
	}
	if p.Name == "" || p.Version == "" {
		return nil, fmt.Errorf("the header of package %q has no name or no version", p.Name)
	}
	return p, nil
}

func (p *Package) set(tag, kind int64, data []byte) {
	switch kind {
	case typeInt32:
		if len(data) >= 4 {
			p.setNumber(tag, binary.BigEndian.Uint32(data))
		}
	case typeString, typeI18N:
		text, _, ok := bytes.Cut(data[:min(len(data), maxString)], []byte{0})
		if dst := p.text(tag); dst != nil && ok && string(text) != absent {
			*dst = string(text)
		}
	}
}

func (p *Package) setNumber(tag int64, n uint32) {
	switch tag {
	case tagEpoch:
		p.Epoch, p.HasEpoch = n, true
	case tagInstallTime:
		p.Installed = time.Unix(int64(n), 0).UTC()
	}
}

func (p *Package) text(tag int64) *string {
	switch tag {
	case tagName:
		return &p.Name
	case tagVersion:
		return &p.Version
	case tagRelease:
		return &p.Release
	case tagSummary:
		return &p.Summary
	case tagVendor:
		return &p.Vendor
	case tagPackager:
		return &p.Packager
	case tagURL:
		return &p.URL
	case tagArch:
		return &p.Arch
	case tagSourceRPM:
		return &p.SourceRPM
	case tagLicence:
		return &p.Licence
	}
	return nil
}
