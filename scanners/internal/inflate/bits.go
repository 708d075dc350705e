package inflate

import "encoding/binary"

// need makes sure of count bits, at most 48, and is false where the input ends before.
func (d *decoder) need(count uint) bool {
	if d.bits < count {
		d.fill()
	}
	return d.bits >= count
}

// take returns the next bits and moves on; need has been asked for them.
func (d *decoder) take(count uint) uint {
	v := uint(d.buf & (1<<(count&63) - 1))
	d.buf >>= count & 63
	d.bits -= count
	return v
}

// fill reads whole bytes until there are at least 56 bits or the input ends.
func (d *decoder) fill() {
	if len(d.src)-d.in >= 8 {
		n := (63 - d.bits) >> 3
		d.buf |= binary.LittleEndian.Uint64(d.src[d.in:]) << (d.bits & 63)
		d.in += int(n)
		d.bits += n * 8
		d.buf &= 1<<(d.bits&63) - 1
		return
	}
	for d.bits < 56 && d.in < len(d.src) {
		d.buf |= uint64(d.src[d.in]) << (d.bits & 63)
		d.in++
		d.bits += 8
	}
}
