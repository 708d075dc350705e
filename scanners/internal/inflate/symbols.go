package inflate

import "sync"

// endOfBlock is the entry that ends a block; special alone is a symbol that stands for nothing.
const endOfBlock = special | 1<<value

// symbolEntries says what the symbols stand for, in the form of table entries without a code.
type symbolEntries struct {
	lit  [litSymbols]uint32
	dist [distSymbols]uint32
	pre  [preSymbols]uint32
}

// symbols makes the entries once.
var symbols = sync.OnceValue(func() *symbolEntries {
	s := new(symbolEntries)
	for i := range 256 {
		s.lit[i] = literal | uint32(i)<<value
	}
	s.lit[256] = endOfBlock
	base := uint32(3)
	for i := 257; i < 285; i++ {
		extra := uint32(max(0, (i-261)/4))
		s.lit[i] = base<<value | extra
		base += 1 << extra
	}
	s.lit[285] = 258 << value
	s.lit[286], s.lit[287] = special, special
	base = 1
	for i := range 30 {
		extra := uint32(max(0, (i-2)/2))
		s.dist[i] = base<<value | extra
		base += 1 << extra
	}
	s.dist[30], s.dist[31] = special, special
	for i := range s.pre {
		s.pre[i] = uint32(i) << value
	}
	return s
})

// tables are those of one block.
type tables struct {
	lit  litTable
	dist distTable
}

// fixedTables makes the tables of the blocks that bring none.
var fixedTables = sync.OnceValue(func() *tables {
	var lengths [litSymbols]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	t, s := new(tables), symbols()
	var sorted [litSymbols]uint16
	build(t.lit[:], litRoot, lengths[:], s.lit[:], &sorted)
	for i := range distSymbols {
		lengths[i] = 5
	}
	build(t.dist[:], distRoot, lengths[:distSymbols], s.dist[:], &sorted)
	return t
})
