package inflate

import "encoding/binary"

// What one turn of the fast loop may use at most: 16 bytes of input, and two literals and a match whose
// copy is rounded up to strides of output. A match that needs more is left to the careful loop.
const (
	inputRoom  = 16
	outputRoom = 8
)

// fast decodes a block while there is room to spare in both buffers. done says that the block ended; without an
// error and not done, the careful loop takes over.
//
// bits counts in its lowest byte only: subtracting a whole entry leaves rubbish above it. After a refill at least
// 56 bits are there, and the bits of buf behind them are either zero or those that the next refill adds.
func (d *decoder) fast(lit *litTable, dist *distTable) (done bool, err error) {
	dst, src := d.dst, d.src
	out, in, buf, bits := d.out, d.in, d.buf, uint64(d.bits)
	inEnd, outEnd := len(src)-inputRoom, len(dst)-outputRoom
	for in <= inEnd && out <= outEnd {
		buf |= binary.LittleEndian.Uint64(src[in:]) << (bits & 63)
		in += int((63 - bits&63) >> 3)
		bits |= 56

		entry := lit[buf&(1<<litRoot-1)]
		if entry&literal != 0 {
			buf >>= entry & 63
			bits -= uint64(entry)
			dst[out] = byte(entry >> value)
			out++
			entry = lit[buf&(1<<litRoot-1)]
			if entry&literal != 0 {
				buf >>= entry & 63
				bits -= uint64(entry)
				dst[out] = byte(entry >> value)
				out++
				entry = lit[buf&(1<<litRoot-1)]
				if entry&literal != 0 {
					buf >>= entry & 63
					bits -= uint64(entry)
					dst[out] = byte(entry >> value)
					out++
					continue
				}
			}
		}
		if entry&special != 0 {
			if entry&subtable == 0 {
				d.leave(out, in, buf>>(entry&63), bits-uint64(entry))
				if entry&moveOn == 0 {
					return false, ErrCorrupt
				}
				return true, nil
			}
			buf >>= litRoot
			bits -= litRoot
			entry = lit[(uint64(entry>>value&valueMask)+buf&(1<<(entry>>codeShift&codeMask)-1))&(uint64(len(lit))-1)]
			if entry&literal != 0 {
				buf >>= entry & 63
				bits -= uint64(entry)
				dst[out] = byte(entry >> value)
				out++
				continue
			}
			if entry&special != 0 {
				d.leave(out, in, buf>>(entry&63), bits-uint64(entry))
				return true, nil
			}
		}
		length := int(entry>>value) + int(buf&(1<<(entry&63)-1)>>(entry>>codeShift&codeMask))
		buf >>= entry & 63
		bits -= uint64(entry)

		if bits&moveOn < 28 {
			buf |= binary.LittleEndian.Uint64(src[in:]) << (bits & 63)
			in += int((63 - bits&63) >> 3)
			bits |= 56
		}
		entry = dist[buf&(1<<distRoot-1)]
		if entry&special != 0 {
			if entry&subtable == 0 {
				d.leave(out, in, buf, bits)
				return false, ErrCorrupt
			}
			buf >>= distRoot
			bits -= distRoot
			entry = dist[(uint64(entry>>value&valueMask)+buf&(1<<(entry>>codeShift&codeMask)-1))&(uint64(len(dist))-1)]
		}
		distance := int(entry>>value) + int(buf&(1<<(entry&63)-1)>>(entry>>codeShift&codeMask))
		buf >>= entry & 63
		bits -= uint64(entry)
		if distance > out {
			d.leave(out, in, buf, bits)
			return false, ErrCorrupt
		}
		end := out + length
		if end > outEnd {
			// to the end
			d.leave(out, in, buf, bits)
			cut := end > len(dst)
			end = min(end, len(dst))
			copyMatch(dst[:end], out, distance)
			d.out = end
			if cut {
				return false, ErrTooLong
			}
			return false, nil
		}
		from := out - distance
		if distance >= 8 {
			for {
				binary.LittleEndian.PutUint64(dst[out:], binary.LittleEndian.Uint64(dst[from:]))
				out += 8
				from += 8
				if out >= end {
					break
				}
			}
			out = end
		} else {
			copyMatch(dst[:end], out, distance)
			out = end
		}
	}
	d.leave(out, in, buf, bits)
	return false, nil
}

// leave stores where the fast loop stands, and gives back the whole bytes of input that it has not used.
func (d *decoder) leave(out, in int, buf, bits uint64) {
	bits &= moveOn
	d.out, d.in = out, in-int(bits>>3)
	d.bits = uint(bits & 7)
	d.buf = buf & (1<<d.bits - 1)
}
