package inflate

// careful decodes the rest of a block one symbol at a time, looking at the end of both buffers for each.
func (d *decoder) careful(lit *litTable, dist *distTable) error {
	for {
		d.fill()
		entry := lit[d.buf&(1<<litRoot-1)]
		if entry&subtable != 0 {
			entry = afterRoot(lit[d.subIndex(entry, litRoot)&(uint64(len(lit))-1)], litRoot)
		}
		switch {
		case entry&literal != 0:
			if d.bits < uint(entry&moveOn) {
				return ErrTruncated
			}
			if d.out == len(d.dst) {
				return ErrTooLong
			}
			d.take(uint(entry & moveOn))
			d.dst[d.out] = byte(entry >> value)
			d.out++
			continue
		case entry&special != 0:
			if entry&^(moveOn|codeMask<<codeShift) != endOfBlock {
				return ErrCorrupt
			}
			if d.bits < uint(entry&moveOn) {
				return ErrTruncated
			}
			d.take(uint(entry & moveOn))
			return nil
		}
		if err := d.match(entry, dist); err != nil {
			return err
		}
	}
}

// subIndex is where the subtable of an entry has the entry for the bits behind the root.
func (d *decoder) subIndex(entry uint32, root uint) uint64 {
	width := entry >> codeShift & codeMask
	return uint64(entry>>value&valueMask) + d.buf>>(root&63)&(1<<width-1)
}

// afterRoot makes an entry of a subtable one that counts the bits of the root too.
func afterRoot(entry, root uint32) uint32 {
	return entry + root + root<<codeShift
}

// match decodes the rest of a match and copies it. entry is that of the length.
func (d *decoder) match(entry uint32, dist *distTable) error {
	length, ok := d.extra(entry)
	if !ok {
		return ErrTruncated
	}
	d.fill()
	entry = dist[d.buf&(1<<distRoot-1)]
	if entry&subtable != 0 {
		entry = afterRoot(dist[d.subIndex(entry, distRoot)&(uint64(len(dist))-1)], distRoot)
	}
	if entry&special != 0 {
		return ErrCorrupt
	}
	distance, ok := d.extra(entry)
	switch {
	case !ok:
		return ErrTruncated
	case distance > d.out:
		return ErrCorrupt
	}
	cut := length > len(d.dst)-d.out
	if cut {
		length = len(d.dst) - d.out
	}
	copyMatch(d.dst[:d.out+length], d.out, distance)
	d.out += length
	if cut {
		return ErrTooLong
	}
	return nil
}

// copyMatch fills dst from out on with what lies distance bytes before. What is there already repeats itself
// with that distance, so more and more of it can be copied at once.
func copyMatch(dst []byte, out, distance int) {
	for from := out - distance; out < len(dst); {
		out += copy(dst[out:], dst[from:out])
	}
}

// extra takes the code of an entry with its extra bits and returns the value that they make.
func (d *decoder) extra(entry uint32) (int, bool) {
	width := uint(entry & moveOn)
	if d.bits < width {
		return 0, false
	}
	code := uint(entry >> codeShift & codeMask)
	return int(entry>>value) + int(d.take(width)>>(code&63)), true
}
