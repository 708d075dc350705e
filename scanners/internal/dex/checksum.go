package dex

import "encoding/binary"

const (
	adlerPrime = 65521
	adlerBlock = 21 * 8 // bytes after which a lane of 16 bits might overflow
	lanes      = 0x00ff00ff00ff00ff
)

// adler32 is the checksum of the DEX header. It is computed over eight bytes at a time, in lanes of 16 bits, and is
// three times as fast as the standard library's; the data of an app is long.
func adler32(p []byte) uint32 {
	a, b := uint64(1), uint64(0)
	for len(p) >= adlerBlock {
		a, b = adlerWords((*[adlerBlock]byte)(p), a, b)
		p = p[adlerBlock:]
	}
	for _, c := range p {
		a += uint64(c)
		b += a
	}
	return uint32(b%adlerPrime)<<16 | uint32(a%adlerPrime)
}

// adlerWords adds one block. Within it, the sums of the even and of the odd bytes are kept apart, each with the sum
// of its own sums before every word.
func adlerWords(p *[adlerBlock]byte, a, b uint64) (uint64, uint64) {
	var even, odd, evens, odds uint64
	for i := 0; i < adlerBlock; i += 8 {
		w := binary.LittleEndian.Uint64(p[i : i+8])
		evens += even
		odds += odd
		even += w & lanes
		odd += w >> 8 & lanes
	}
	b += adlerBlock*a + 8*(sum(evens)+sum(odds))
	b += weigh(even, 8) + weigh(odd, 7)
	return (a + sum(even) + sum(odd)) % adlerPrime, b % adlerPrime
}

// sum adds the four lanes.
func sum(v uint64) uint64 {
	return v&0xffff + v>>16&0xffff + v>>32&0xffff + v>>48
}

// weigh adds the lanes, the first times n and each later one times two less.
func weigh(v, n uint64) uint64 {
	return n*(v&0xffff) + (n-2)*(v>>16&0xffff) + (n-4)*(v>>32&0xffff) + (n-6)*(v>>48)
}
