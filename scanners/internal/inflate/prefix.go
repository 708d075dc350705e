package inflate

// Prefix unpacks the beginning of the DEFLATE stream at the start of src, as far as dst and src reach, and returns
// how many bytes it wrote. It is for telling formats apart: it builds no tables for quick decoding, because these
// cost more than a few bytes are worth, and says nothing of why it stopped.
func Prefix(dst, src []byte) int {
	p := prefix{dst: dst, src: src}
	for p.block() {
	}
	return p.out
}

// prefix is a decoder that goes code by code.
type prefix struct {
	dst, src []byte
	out, in  int
	buf      uint32
	bits     uint
	ended    bool // src does not reach further
	last     bool // the block is the last
	lengths  [286 + 32]uint8
	lit      prefixCode
	dist     prefixCode
}

// prefixCode is a canonical code: how many codes there are of each length, and the symbols in the order of their codes.
type prefixCode struct {
	count   [16]uint16
	symbols [288]uint16
}

// take reads n bits, at most 16.
func (p *prefix) take(n uint) int {
	for p.bits < n {
		if p.in >= len(p.src) {
			p.ended = true
			return 0
		}
		p.buf |= uint32(p.src[p.in]) << p.bits
		p.in++
		p.bits += 8
	}
	v := p.buf & (1<<n - 1)
	p.buf >>= n
	p.bits -= n
	return int(v)
}

// block decodes one block and tells whether another follows.
func (p *prefix) block() bool {
	if p.last || p.ended || p.out >= len(p.dst) {
		return false
	}
	p.last = p.take(1) == 1
	switch kind := p.take(2); {
	case p.ended:
		return false
	case kind == 0:
		return p.stored()
	case kind == 1:
		p.fixed()
	case kind != 2 || !p.dynamic():
		return false
	}
	return p.codes()
}

func (p *prefix) stored() bool {
	p.buf, p.bits = 0, 0 // less than a byte
	if len(p.src)-p.in < 4 {
		return false
	}
	size := int(p.src[p.in]) | int(p.src[p.in+1])<<8
	p.in += 4
	n := copy(p.dst[p.out:], p.src[p.in:min(p.in+size, len(p.src))])
	p.in += n
	p.out += n
	return n == size
}

func (p *prefix) fixed() {
	l := p.lengths[:288]
	for i := range l {
		switch {
		case i < 144:
			l[i] = 8
		case i < 256:
			l[i] = 9
		case i < 280:
			l[i] = 7
		default:
			l[i] = 8
		}
	}
	p.lit.make(l)
	for i := range 30 {
		l[i] = 5
	}
	p.dist.make(l[:30])
}

// lengthOrder is the order in which the lengths of the codes for lengths are written.
var lengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// dynamic reads the codes of a block. It reports false when they cannot be read.
func (p *prefix) dynamic() bool {
	nlit, ndist, ncode := p.take(5)+257, p.take(5)+1, p.take(4)+4
	if nlit > 286 {
		return false
	}
	clear(p.lengths[:19])
	for _, i := range lengthOrder[:ncode] {
		p.lengths[i] = uint8(p.take(3))
	}
	p.lit.make(p.lengths[:19])
	for i := 0; i < nlit+ndist; {
		symbol := p.symbol(&p.lit)
		repeat, length := 1, uint8(0)
		switch {
		case symbol < 0:
			return false
		case symbol < 16:
			length = uint8(symbol)
		case symbol == 16 && i == 0:
			return false
		case symbol == 16:
			length, repeat = p.lengths[i-1], 3+p.take(2)
		case symbol == 17:
			repeat = 3 + p.take(3)
		default:
			repeat = 11 + p.take(7)
		}
		if i+repeat > nlit+ndist || p.ended {
			return false
		}
		for range repeat {
			p.lengths[i] = length
			i++
		}
	}
	p.dist.make(p.lengths[nlit : nlit+ndist])
	p.lit.make(p.lengths[:nlit])
	return true
}

// make makes a code of the lengths of its symbols.
func (c *prefixCode) make(lengths []uint8) {
	c.count = [16]uint16{}
	for _, l := range lengths {
		c.count[l]++
	}
	c.count[0] = 0
	var at [16]uint16
	for l := 1; l < 15; l++ {
		at[l+1] = at[l] + c.count[l]
	}
	for symbol, l := range lengths {
		if l != 0 {
			c.symbols[at[l]] = uint16(symbol)
			at[l]++
		}
	}
}

// symbol decodes one symbol, -1 when there is none.
func (p *prefix) symbol(c *prefixCode) int {
	code, first, index := 0, 0, 0
	for l := 1; l <= 15; l++ {
		code |= p.take(1)
		if p.ended {
			return -1
		}
		count := int(c.count[l])
		if code-count < first {
			return int(c.symbols[index+code-first])
		}
		index += count
		first = (first + count) << 1
		code <<= 1
	}
	return -1
}

var (
	prefixLengths = [29]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	prefixMore    = [29]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
)

// codes decodes the symbols of a block and reports whether it came to the end of it.
func (p *prefix) codes() bool {
	for p.out < len(p.dst) {
		symbol := p.symbol(&p.lit)
		switch {
		case symbol < 0 || symbol > 285:
			return false
		case symbol < 256:
			p.dst[p.out] = byte(symbol)
			p.out++
			continue
		case symbol == 256:
			return true
		}
		length := int(prefixLengths[symbol-257]) + p.take(uint(prefixMore[symbol-257]))
		d := p.symbol(&p.dist)
		if d < 0 || d > 29 {
			return false
		}
		distance := d + 1
		if d >= 4 {
			more := uint(d/2 - 1)
			distance = 1 + (2+d&1)<<more + p.take(more)
		}
		if p.ended || distance > p.out {
			return false
		}
		for range min(length, len(p.dst)-p.out) {
			p.dst[p.out] = p.dst[p.out-distance]
			p.out++
		}
	}
	return false
}
