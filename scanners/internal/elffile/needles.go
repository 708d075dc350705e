package elffile

import (
	"encoding/binary"
	"math"
)

// needles finds many short texts in one pass. It looks at every fourth place of a text alone: three bytes there tell
// that a needle may lie around them, since of each the three bytes at four places in a row are known.
type needles struct {
	may   [1 << 10]uint64   // by the hash of three bytes: some needle has them
	first [1 << 16]uint16   // by the same hash: where its spots begin
	spots []spot            // those of one hash behind one another, each list ended by one of no needle
	list  []string          // a digit stands where # does
	wide  map[uint32][]spot // while it is built
}

// spot is a place in a needle.
type spot struct {
	needle int // or none
	at     int
}

const (
	stride = 4
	gram   = 3
	none   = -1
)

func hash(b uint32) uint32 { return (b << 8) * 0x9E3779B1 >> 16 }

// newNeedles takes needles of at least stride+gram-1 bytes.
func newNeedles(list []string) *needles {
	n := &needles{list: list, wide: map[uint32][]spot{}}
	for i, s := range list {
		from := rarest(s)
		for at := from; at < from+stride; at++ {
			n.expand(s[at:at+gram], func(b uint32) { n.wide[hash(b)] = append(n.wide[hash(b)], spot{i, at}) })
		}
	}
	n.spots = []spot{{none, 0}}
	for h, spots := range n.wide {
		n.may[h>>6] |= 1 << (h & 63)
		n.first[h] = uint16(len(n.spots))
		n.spots = append(append(n.spots, spots...), spot{none, 0})
	}
	n.wide = nil
	return n
}

// expand names all that three bytes of a needle stand for.
func (n *needles) expand(s string, yield func(uint32)) {
	for i := range gram {
		if s[i] == '#' {
			for d := byte('0'); d <= '9'; d++ {
				n.expand(s[:i]+string(d)+s[i+1:], yield)
			}
			return
		}
	}
	yield(uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16)
}

// rarest is where the places in a row begin that native code has least often.
func rarest(s string) (best int) {
	least := math.Inf(1)
	for from := 0; from+stride+gram-1 <= len(s); from++ {
		sum := 0.0
		for at := from; at < from+stride; at++ {
			sum += often(s[at]) * often(s[at+1]) * often(s[at+2])
		}
		if sum < least {
			best, least = from, sum
		}
	}
	return best
}

// often is roughly how often constants have a byte.
func often(c byte) float64 {
	switch {
	case c == '#':
		return 8
	case c == 'e' || c == 't' || c == 'a' || c == 'i' || c == 'n' || c == 'o' || c == 'r' || c == 's' || c == ' ' || c == 0:
		return 6
	case c >= 'a' && c <= 'z' || c == '_':
		return 3
	}
	return 1
}

// each names every needle in a text and where it begins, in the order of the places that gave them away.
func (n *needles) each(text []byte, yield func(needle, at int)) {
	i := 0
	for ; i+8 <= len(text); i += 2 * stride {
		w := binary.LittleEndian.Uint64(text[i:])
		a, b := hash(uint32(w)&0xffffff), hash(uint32(w>>32)&0xffffff)
		if n.may[a>>6]>>(a&63)&1 != 0 {
			n.check(text, i, a, yield)
		}
		if n.may[b>>6]>>(b&63)&1 != 0 {
			n.check(text, i+stride, b, yield)
		}
	}
	for ; i+gram <= len(text); i += stride {
		h := hash(uint32(text[i]) | uint32(text[i+1])<<8 | uint32(text[i+2])<<16)
		n.check(text, i, h, yield)
	}
}

func (n *needles) check(text []byte, i int, h uint32, yield func(needle, at int)) {
	for k := n.first[h]; n.spots[k].needle != none; k++ {
		if s := n.spots[k]; i >= s.at && has(text[i-s.at:], n.list[s.needle]) {
			yield(s.needle, i-s.at)
		}
	}
}

// has reports whether a text begins with a needle.
func has(text []byte, needle string) bool {
	if len(text) < len(needle) {
		return false
	}
	for i := range len(needle) {
		if c := needle[i]; c != text[i] && (c != '#' || text[i] < '0' || text[i] > '9') {
			return false
		}
	}
	return true
}
