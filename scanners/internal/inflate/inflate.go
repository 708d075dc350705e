// Package inflate unpacks raw DEFLATE data (RFC 1951) from one buffer into another.
//
// It is for archives whose directory says how large a file is: input and output are whole buffers, so
// that the decoder needs no window, no state between calls and no copy of what it wrote. It accepts
// exactly the streams that compress/flate accepts. What it cannot see: whether the bytes are the right
// ones (a stream has no checksum), and what follows the end of the stream.
package inflate

import (
	"errors"
	"sync"
)

// The errors of Decompress.
var (
	// ErrCorrupt says that the data is no DEFLATE stream from some bit on.
	ErrCorrupt = errors.New("the compressed data is corrupt")
	// ErrTruncated says that the data ends before the stream does.
	ErrTruncated = errors.New("the compressed data is cut off")
	// ErrTooLong says that the stream holds more than the output has room for.
	ErrTooLong = errors.New("the compressed data unpacks to more than its directory says")
)

// Decompress unpacks the DEFLATE stream at the start of src into dst and returns how many bytes it wrote.
// A stream that is shorter than dst is no error; a stream that is longer gives ErrTooLong and fills dst. With any
// error, what was written before it is right. The bytes of dst behind what was written may be changed.
func Decompress(dst, src []byte) (n int, err error) {
	d := decoders.Get().(*decoder)
	d.dst, d.src = dst, src
	d.out, d.in, d.buf, d.bits = 0, 0, 0, 0
	err = d.run()
	n = d.out
	d.dst, d.src = nil, nil
	decoders.Put(d)
	return n, err
}

// decoders keeps decoders between calls, for their tables.
var decoders = sync.Pool{New: func() any { return new(decoder) }}

// decoder is what is known while a stream is read.
type decoder struct {
	dst, src []byte
	out, in  int    // how much of each is done; in counts the bytes that are in buf
	buf      uint64 // the next bits, the first one lowest; the bits from the count on are zero
	bits     uint   // how many there are

	lit  litTable
	dist distTable
	codeLengths
}

// run reads the blocks of the stream.
func (d *decoder) run() error {
	for {
		if !d.need(3) {
			return ErrTruncated
		}
		final, kind := d.take(1) == 1, d.take(2)
		var err error
		switch kind {
		case 0:
			err = d.stored()
		case 1:
			fixed := fixedTables()
			err = d.block(&fixed.lit, &fixed.dist)
		case 2:
			if err = d.readTables(); err == nil {
				err = d.block(&d.lit, &d.dist)
			}
		default:
			err = ErrCorrupt
		}
		if err != nil || final {
			return err
		}
	}
}

// stored copies a block that is not compressed.
func (d *decoder) stored() error {
	d.in -= int(d.bits >> 3) // give whole bytes back; the rest of the current one is padding
	d.buf, d.bits = 0, 0
	if len(d.src)-d.in < 4 {
		return ErrTruncated
	}
	head := d.src[d.in:][:4]
	size := int(head[0]) | int(head[1])<<8
	if int(head[2])|int(head[3])<<8 != size^0xffff {
		return ErrCorrupt
	}
	d.in += 4
	n := copy(d.dst[d.out:], d.src[d.in:min(d.in+size, len(d.src))])
	d.in += n
	d.out += n
	switch {
	case n == size:
		return nil
	case d.in == len(d.src):
		return ErrTruncated
	default:
		return ErrTooLong
	}
}

// block decodes a compressed block: quickly where input and output have room to spare, and with care where
// they end.
func (d *decoder) block(lit *litTable, dist *distTable) error {
	done, err := d.fast(lit, dist)
	if done || err != nil {
		return err
	}
	return d.careful(lit, dist)
}
