package inflate

import "math/bits"

// A table maps the next bits of the input to an entry. The first 1<<root entries are indexed by that many
// bits; an entry for a longer code leads to a subtable that the bits behind them index.
//
// An entry holds, from its lowest bit on:
//
//	 0-7   bits to move on by: those of the code and its extra bits, or of a subtable's index
//	 8-11  bits of the code alone (for a subtable: the bits of its index)
//	14     there is a subtable at the value
//	15     not a plain symbol: a subtable, the end of the block, or no code (then bits 0-7 are 0)
//	16-30  the value: literal, base of a length or distance, start of a subtable
//	31     a literal
const (
	literal   = 1 << 31
	special   = 1 << 15
	subtable  = 1 << 14
	moveOn    = 0xff
	codeShift = 8
	codeMask  = 0xf
	value     = 16
	valueMask = 0x7fff
)

const (
	litRoot  = 11
	distRoot = 8
	preRoot  = 7
	maxCode  = 15 // the longest code

	litSymbols  = 288
	distSymbols = 32
	preSymbols  = 19
)

// The sizes are powers of two, so that an index can be masked instead of checked. At most 2342 and 402 entries
// are in use: that is what the worst codes need.
type (
	litTable  [4096]uint32
	distTable [512]uint32
	preTable  [1 << preRoot]uint32
)

// build fills a table for symbols whose codes have these lengths; entries holds what each symbol stands for,
// without its code. It is false for lengths that make no code: like compress/flate it accepts a complete code, a
// single code of one bit, and no code at all.
func build(table []uint32, root uint, lengths []uint8, entries []uint32, sorted *[litSymbols]uint16) bool {
	var counts [maxCode + 1]int
	for _, n := range lengths {
		counts[n&maxCode]++
	}
	longest := uint(maxCode)
	for longest > 0 && counts[longest] == 0 {
		longest--
	}
	used := len(lengths) - counts[0]
	space := 0 // codes of the longest length that are taken
	for n := uint(1); n <= longest; n++ {
		space = space<<1 + counts[n]
	}
	switch {
	case longest == 0 || longest == 1 && space == 1:
		fillSparse(table[:1<<root], lengths, entries, used)
		return true
	case space != 1<<longest:
		return false
	}
	sortSymbols(sorted, lengths, &counts)
	fill(table, root, longest, sorted[:used], entries, &counts)
	return true
}

// fillSparse writes the table of a code that has one symbol or none.
func fillSparse(table []uint32, lengths []uint8, entries []uint32, used int) {
	for i := range table {
		table[i] = special
	}
	if used == 0 {
		return
	}
	for symbol, n := range lengths {
		if n == 1 {
			for i := 0; i < len(table); i += 2 {
				table[i] = withCode(entries[symbol], 1)
			}
		}
	}
}

// sortSymbols lists the symbols that have a code, the short ones first.
func sortSymbols(sorted *[litSymbols]uint16, lengths []uint8, counts *[maxCode + 1]int) {
	var next [maxCode + 1]int
	for n := 1; n < maxCode; n++ {
		next[n+1] = next[n] + counts[n]
	}
	for symbol, n := range lengths {
		if n != 0 {
			sorted[next[n&maxCode]] = uint16(symbol)
			next[n&maxCode]++
		}
	}
}

// fill writes the table of a complete code. Codes come in the order of their lengths, so the table is first
// written for the shortest one and doubled whenever they get longer.
func fill(table []uint32, root, longest uint, sorted []uint16, entries []uint32, counts *[maxCode + 1]int) {
	length := uint(1)
	for counts[length] == 0 {
		length++
	}
	code := uint(0) // with its first bit lowest, as it is read
	left := counts[length]
	size := 1 << min(length, root)
	sub := subtables{table: table, root: root, end: 1 << root, prefix: -1}
	for _, symbol := range sorted {
		for left == 0 {
			length++
			left = counts[length]
			if length <= root {
				copy(table[size:2*size], table[:size])
				size *= 2
			}
		}
		if length <= root {
			table[code] = withCode(entries[symbol], length)
		} else {
			sub.add(code, length, left, withCode(entries[symbol], length-root), counts)
		}
		left--
		code = nextCode(code, length)
	}
	for ; size < 1<<root; size *= 2 {
		copy(table[size:2*size], table[:size])
	}
}

// nextCode adds one to a code whose bits are in reverse.
func nextCode(code, length uint) uint {
	free := ^code & (1<<length - 1)
	if free == 0 {
		return 0 // it was the last
	}
	top := uint(1) << (bits.Len(free) - 1)
	return code&(top-1) | top
}

// subtables adds the codes that are longer than the index of the table.
type subtables struct {
	table  []uint32
	root   uint
	end    int  // of the part of the table that is in use
	prefix int  // the first bits of the codes of the current subtable
	start  int  // where it begins
	width  uint // how many bits index it
}

// add writes the entry of one code; left counts the codes of its length that are still to come, with itself.
func (s *subtables) add(code, length uint, left int, entry uint32, counts *[maxCode + 1]int) {
	if prefix := int(code & (1<<s.root - 1)); prefix != s.prefix {
		s.prefix, s.start, s.width = prefix, s.end, subtableWidth(length-s.root, s.root, left, counts)
		s.end += 1 << s.width
		s.table[prefix] = uint32(s.start)<<value | special | subtable | uint32(s.width)<<codeShift | uint32(s.root)
	}
	for i := code >> s.root; i < 1<<s.width; i += 1 << (length - s.root) {
		s.table[s.start+int(i)] = entry
	}
}

// subtableWidth finds how many bits index a subtable whose first code has length bits of its own: codes of one
// prefix follow each other, so it is full when their share adds up.
func subtableWidth(length, root uint, left int, counts *[maxCode + 1]int) uint {
	for space := left; space < 1<<length && length+root < maxCode; {
		length++
		space = space<<1 + counts[length+root]
	}
	return length
}

// withCode adds the length of the code to the entry of a symbol.
func withCode(entry uint32, length uint) uint32 {
	if entry == special { // a symbol that stands for nothing
		return entry
	}
	return entry + uint32(length)<<codeShift + uint32(length)
}
