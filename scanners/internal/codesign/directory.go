package codesign

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
)

// hashKind is a kind of checksum.
type hashKind struct {
	new    func() hash.Hash
	size   int // bytes that are kept
	strong int // the higher the better
}

var hashKinds = map[byte]hashKind{
	1: {sha1.New, 20, 1}, 2: {sha256.New, 32, 3}, 3: {sha256.New, 20, 2}, 4: {sha512.New384, 48, 4},
}

func (h hashKind) sum(b []byte) []byte {
	w := h.new()
	w.Write(b)
	return w.Sum(nil)[:h.size]
}

// Weak reports checksums that can be forged.
func (d *Directory) Weak() bool { return d.hash.strong <= 1 }

// directory reads a code directory.
func directory(b []byte) (Directory, error) {
	d := Directory{raw: b}
	if len(b) < 44 || binary.BigEndian.Uint32(b) != magicDirectory {
		return d, errors.New("a code directory breaks off")
	}
	u32 := func(at int) int64 { return int64(binary.BigEndian.Uint32(b[at:])) }
	d.Version, d.Flags = uint32(u32(8)), uint32(u32(12))
	kind, ok := hashKinds[b[37]]
	if !ok || int(b[36]) != kind.size {
		return d, fmt.Errorf("checksums of kind %d with %d bytes are not known", b[37], b[36])
	}
	d.hash, d.Platform, d.limit = kind, b[38], u32(32)
	if b[39] > 30 {
		return d, fmt.Errorf("pages of 2^%d bytes cannot be", b[39])
	}
	if b[39] > 0 {
		d.page = 1 << b[39]
	}
	at, specials, codes := u32(16), u32(24), u32(28)
	if at-specials*int64(kind.size) < 44 || at+codes*int64(kind.size) > int64(len(b)) {
		return d, errors.New("the checksums lie outside of their code directory")
	}
	d.hashesAt, d.specials, d.codes = int(at), int(specials), int(codes)
	d.Identifier = text(b, u32(20))
	if d.Version >= 0x20100 && len(b) >= 48 && u32(44) != 0 {
		return d, errors.New("checksums of scattered pages are not read")
	}
	if d.Version >= 0x20200 && len(b) >= 52 {
		d.Team = text(b, u32(48))
	}
	if d.Version >= 0x20300 && len(b) >= 64 {
		if wide := binary.BigEndian.Uint64(b[56:]); wide != 0 {
			d.limit = int64(min(wide, 1<<61))
		}
	}
	if d.Version >= 0x20400 && len(b) >= 88 {
		d.ExecFlags = binary.BigEndian.Uint64(b[80:])
	}
	return d, nil
}

func text(b []byte, at int64) string {
	if at < 44 || at >= int64(len(b)) {
		return ""
	}
	b = b[at:min(at+maxName, int64(len(b)))]
	if n := bytes.IndexByte(b, 0); n >= 0 {
		return string(b[:n])
	}
	return ""
}

// Hash is the checksum of the directory itself, by which other signatures name the program: its first 20 bytes.
func (d *Directory) Hash() []byte { return d.hash.sum(d.raw)[:20] }

// Pages checks the checksums of the code, which is the image up to where its signature begins.
func (d *Directory) Pages(image []byte) error {
	return d.PagesOf(bytes.NewReader(image), int64(len(image)))
}

// PagesOf is Pages for an image of a size that is read piece by piece.
func (d *Directory) PagesOf(image io.Reader, size int64) error {
	if d.limit != size {
		return fmt.Errorf("the checksums are of %d bytes of code, and there are %d", d.limit, size)
	}
	page := d.page
	if page == 0 {
		page = max(1, d.limit)
	}
	if want := (d.limit + page - 1) / page; want != int64(d.codes) {
		return fmt.Errorf("there are checksums of %d pages of code, and not of %d", d.codes, want)
	}
	h := d.hash.new()
	var sum []byte
	for i := range d.codes {
		h.Reset()
		if n, err := io.CopyN(h, image, min(page, d.limit-int64(i)*page)); err != nil {
			return fmt.Errorf("page %d of %d of the code breaks off after %d bytes: %w", i+1, d.codes, n, err)
		}
		sum = h.Sum(sum[:0])
		if !bytes.Equal(sum[:d.hash.size], d.raw[d.hashesAt+i*d.hash.size:][:d.hash.size]) {
			return fmt.Errorf("page %d of %d of the code is not what was signed", i+1, d.codes)
		}
	}
	return nil
}

// special is the checksum in a slot, nil where there is none.
func (d *Directory) special(slot int) []byte {
	if slot > d.specials {
		return nil
	}
	at := d.hashesAt - slot*d.hash.size
	sum := d.raw[at : at+d.hash.size]
	if bytes.Count(sum, []byte{0}) == len(sum) {
		return nil
	}
	return sum
}

// Seals reports whether the directory has a checksum of what belongs in a slot.
func (d *Directory) Seals(slot int) bool { return d.special(slot) != nil }

// Holds reports whether content is what belongs in a slot.
func (d *Directory) Holds(slot int, content []byte) bool {
	sum := d.special(slot)
	return sum != nil && bytes.Equal(sum, d.hash.sum(content))
}
