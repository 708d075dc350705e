package dex

// widths are the lengths of the instructions in code units of 16 bits, by opcode. Opcodes that the format does not
// define count one.
var widths = func() (w [256]uint8) {
	for _, r := range [...]struct {
		from, to int
		width    uint8
	}{
		{0x00, 0xff, 1},
		{0x02, 0x02, 2}, {0x05, 0x05, 2}, {0x08, 0x08, 2}, // moves with a 16-bit source
		{0x03, 0x03, 3}, {0x06, 0x06, 3}, {0x09, 0x09, 3},
		{0x13, 0x13, 2}, {0x14, 0x14, 3}, {0x15, 0x16, 2}, {0x17, 0x17, 3}, {0x18, 0x18, 5}, {0x19, 0x1a, 2}, {0x1b, 0x1b, 3}, {0x1c, 0x1c, 2}, // constants
		{0x1f, 0x20, 2}, {0x22, 0x23, 2}, {0x24, 0x26, 3}, {0x29, 0x29, 2}, {0x2a, 0x2c, 3},
		{0x2d, 0x3d, 2}, {0x44, 0x6d, 2}, // comparisons, branches, arrays, fields
		{0x6e, 0x72, 3}, {0x74, 0x78, 3}, // calls
		{0x90, 0xaf, 2}, {0xd0, 0xe2, 2}, // arithmetic
		{0xfa, 0xfb, 4}, {0xfc, 0xfd, 3}, {0xfe, 0xff, 2}, // polymorphic and custom calls, method handles
	} {
		for op := r.from; op <= r.to; op++ {
			w[op] = r.width
		}
	}
	return w
}()

const (
	opConstString = 0x1a
	opConstJumbo  = 0x1b
)

// use says by which table an instruction refers to something, by opcode.
type use uint8

const (
	useNone use = iota
	useMethod
	useField
	useText
	useJumbo
)

var uses = func() (u [256]use) {
	for op := 0x52; op <= 0x6d; op++ {
		u[op] = useField
	}
	for op := 0x6e; op <= 0x72; op++ {
		u[op] = useMethod
		u[op+6] = useMethod
	}
	u[0xfa], u[0xfb] = useMethod, useMethod
	u[opConstString], u[opConstJumbo] = useText, useJumbo
	return u
}()

// width returns the length in bytes of the instruction at p, tables of switches and arrays included. It is at least 2.
func width(code []byte, p int) int {
	op := code[p]
	if op != 0 || code[p+1] == 0 || p+8 > len(code) {
		return 2 * int(widths[op])
	}
	n := int64(u16(code, p+2))
	switch code[p+1] {
	case 1: // packed-switch: first key, targets
		n = 8 + 4*n
	case 2: // sparse-switch: keys, targets
		n = 4 + 8*n
	case 3: // fill-array-data: width of an element, their number
		n = 8 + (n*int64(u32(code, p+4))+1)&^1
	default:
		n = 2
	}
	return int(min(n, int64(len(code)-p+2)&^1))
}

// reference returns what the instruction at p refers to.
func reference(code []byte, p int) (use, uint32) {
	u := uses[code[p]]
	switch {
	case u == useNone || p+4 > len(code):
		return useNone, 0
	case u != useJumbo:
		return u, uint32(u16(code, p+2))
	case p+6 > len(code):
		return useNone, 0
	}
	return useText, u32(code, p+2)
}
