package dex

// effect says which register an instruction writes, by opcode.
type effect uint8

const (
	writesNone effect = iota
	writesLow         // the register in the four low bits of the second byte
	writesByte        // the one in the second byte
	writesUnit        // the one in the second code unit
	unknown           // the format does not define the opcode
	kindMask   = 7
	writesPair = 8 // and the register behind it
)

var effects = func() (e [256]effect) {
	set := func(effect effect, ranges ...[2]int) {
		for _, r := range ranges {
			for op := r[0]; op <= r[1]; op++ {
				e[op] = effect
			}
		}
	}
	set(unknown, [2]int{0x3e, 0x43}, [2]int{0x73, 0x73}, [2]int{0x79, 0x7a}, [2]int{0xe3, 0xf9})
	set(writesLow, [2]int{0x01, 0x01}, [2]int{0x04, 0x04}, [2]int{0x07, 0x07}, [2]int{0x12, 0x12}, [2]int{0x20, 0x21}, [2]int{0x23, 0x23},
		[2]int{0x52, 0x58}, [2]int{0x7b, 0x8f}, [2]int{0xb0, 0xd7})
	set(writesByte, [2]int{0x02, 0x02}, [2]int{0x05, 0x05}, [2]int{0x08, 0x08}, [2]int{0x0a, 0x0d}, [2]int{0x13, 0x1c}, [2]int{0x22, 0x22},
		[2]int{0x2d, 0x31}, [2]int{0x44, 0x4a}, [2]int{0x60, 0x66}, [2]int{0x90, 0xaf}, [2]int{0xd8, 0xe2}, [2]int{0xfe, 0xff})
	set(writesUnit, [2]int{0x03, 0x03}, [2]int{0x06, 0x06}, [2]int{0x09, 0x09})
	for _, r := range [...][2]int{{0x04, 0x06}, {0x0b, 0x0b}, {0x16, 0x19}, {0x45, 0x45}, {0x53, 0x53}, {0x61, 0x61}, {0x7d, 0x7e}, {0x80, 0x81},
		{0x83, 0x83}, {0x86, 0x86}, {0x88, 0x89}, {0x8b, 0x8b}, {0x9b, 0xa5}, {0xab, 0xaf}, {0xbb, 0xc5}, {0xcb, 0xcf}} {
		for op := r[0]; op <= r[1]; op++ {
			e[op] |= writesPair
		}
	}
	return e
}()

// written returns the registers that the instruction at p writes: n of them from first on.
func written(code []byte, p int) (first uint16, n int) {
	e := effects[code[p]]
	n = 1
	if e&writesPair != 0 {
		n = 2
	}
	switch e & kindMask {
	case writesLow:
		return uint16(code[p+1] & 0xf), n
	case writesByte:
		return uint16(code[p+1]), n
	case writesUnit:
		if p+4 <= len(code) {
			return u16(code, p+2), n
		}
	}
	return 0, 0
}

// copied returns the register that the instruction at p copies an object from, if it does.
func copied(code []byte, p int) (uint16, bool) {
	switch op := code[p]; {
	case op == 0x07:
		return uint16(code[p+1] >> 4), true
	case op == 0x08 && p+4 <= len(code):
		return u16(code, p+2), true
	case op == 0x09 && p+6 <= len(code):
		return u16(code, p+4), true
	}
	return 0, false
}

// loaded returns the string that the instruction at p loads, if it does.
func loaded(code []byte, p int) (uint32, bool) {
	if op := code[p]; op != opConstString && op != opConstJumbo {
		return 0, false
	}
	use, index := reference(code, p)
	return index, use == useText
}

// handed returns the register that the call at p hands over as argument word number at, behind the object that the
// method is called on.
func handed(code []byte, p, at int) (uint16, bool) {
	op := code[p]
	if p+6 > len(code) {
		return 0, false
	}
	if op != 0x71 && op != 0x77 {
		at++
	}
	first := u16(code, p+4)
	switch {
	case op >= 0x74 && op <= 0x78:
		return first + uint16(at), at < int(code[p+1])
	case op < 0x6e || op > 0x72 || at >= int(code[p+1]>>4):
		return 0, false
	case at == 4:
		return uint16(code[p+1] & 0xf), true
	}
	return first >> (4 * at) & 0xf, true
}
