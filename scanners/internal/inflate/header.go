package inflate

// codeLengths is what a block's header is read into.
type codeLengths struct {
	pre     preTable
	lengths [litSymbols + distSymbols]uint8
	sorted  [litSymbols]uint16
}

// preOrder is the order in which the lengths of the code for lengths are stored.
var preOrder = [preSymbols]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// readTables reads the codes that a block brings and builds its tables.
func (d *decoder) readTables() error {
	if !d.need(14) {
		return ErrTruncated
	}
	lits, dists, pres := int(d.take(5))+257, int(d.take(5))+1, int(d.take(4))+4
	if lits > 286 || dists > 30 {
		return ErrCorrupt
	}
	var preLengths [preSymbols]uint8
	for _, symbol := range preOrder[:pres] {
		if !d.need(3) {
			return ErrTruncated
		}
		preLengths[symbol] = uint8(d.take(3))
	}
	s := symbols()
	if !build(d.pre[:], preRoot, preLengths[:], s.pre[:], &d.sorted) {
		return ErrCorrupt
	}
	if err := d.readLengths(lits + dists); err != nil {
		return err
	}
	if !build(d.lit[:], litRoot, d.lengths[:lits], s.lit[:], &d.sorted) ||
		!build(d.dist[:], distRoot, d.lengths[lits:lits+dists], s.dist[:], &d.sorted) {
		return ErrCorrupt
	}
	return nil
}

// readLengths reads the lengths of count codes.
func (d *decoder) readLengths(count int) error {
	for i := 0; i < count; {
		if d.bits < 14 {
			d.fill()
		}
		entry := d.pre[d.buf&(1<<preRoot-1)]
		if entry&special != 0 {
			return ErrCorrupt
		}
		symbol := uint8(entry >> value)
		width := uint(entry & moveOn)
		if symbol < 16 {
			if d.bits < width {
				return ErrTruncated
			}
			d.take(width)
			d.lengths[i] = symbol
			i++
			continue
		}
		repeat := repeats[symbol-16]
		if d.bits < width+repeat.extra {
			return ErrTruncated
		}
		d.take(width)
		times := repeat.base + int(d.take(repeat.extra))
		if times > count-i {
			return ErrCorrupt
		}
		length := uint8(0)
		if symbol == 16 {
			if i == 0 {
				return ErrCorrupt
			}
			length = d.lengths[i-1]
		}
		for end := i + times; i < end; i++ {
			d.lengths[i] = length
		}
	}
	return nil
}

// repeats are the symbols that stand for several equal lengths.
var repeats = [3]struct {
	base  int
	extra uint
}{{3, 2}, {3, 3}, {11, 7}}
