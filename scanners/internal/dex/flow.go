package dex

// body is the code of one method.
type body struct {
	code      []byte
	registers int // of the method
	ins       int // of them the last ones, in which its arguments come
	tries     int
	behind    []byte // the file behind the code: what is tried, and who handles it
}

// flow follows string constants from the instructions that load them to the calls that they are handed to. Where
// several ways through the code meet, a register is known only if a constant is the one thing that the whole method
// writes to it; code that devices take reads no register that was not written.
type flow struct {
	code  []byte
	meets bitmap            // code units to which more than the instruction before them leads
	sole  map[uint16]uint32 // registers that are written once in the method, with the string
	held  map[uint16]uint32 // registers as the instructions stand, with their string
	room  int               // bytes of tables that may still be read: no two switches of valid code share one
}

// follow prepares the flow of a method: nil if it cannot be told where its code leads. cost is how many bytes of
// handlers were read.
func follow(b body) (fl *flow, cost int) {
	fl = &flow{code: b.code, meets: newBitmap(len(b.code) / 2), sole: map[uint16]uint32{}, held: map[uint16]uint32{}, room: len(b.code)}
	if cost = fl.handlers(b); cost < 0 {
		return nil, len(b.behind)
	}
	var writes [1 << 8]uint8 // strings are loaded into registers below 256 alone
	for r := max(b.registers-b.ins, 0); r < min(b.registers, len(writes)); r++ {
		writes[r] = 1
	}
	for p := 0; p+1 < len(b.code); p += width(b.code, p) {
		if effects[b.code[p]]&kindMask == unknown {
			return nil, cost
		}
		fl.jumps(p)
		first, n := written(b.code, p)
		for r := int(first); r < min(int(first)+n, len(writes)); r++ {
			writes[r] = min(writes[r], 1) + 1
		}
		if s, ok := loaded(b.code, p); ok {
			fl.sole[first] = s
		}
	}
	for r := range fl.sole {
		if writes[r] != 1 {
			delete(fl.sole, r)
		}
	}
	if fl.room < 0 {
		return nil, cost
	}
	return fl, cost
}

// step takes the instruction at p into account.
func (fl *flow) step(p int) {
	if fl.meets.has(uint32(p / 2)) {
		clear(fl.held)
	}
	s, known := loaded(fl.code, p)
	if from, ok := copied(fl.code, p); ok {
		s, known = fl.value(from)
	}
	first, n := written(fl.code, p)
	for r := range n {
		delete(fl.held, first+uint16(r))
	}
	if known && n == 1 {
		fl.held[first] = s
	}
}

// value returns the string that a register holds, if it is known.
func (fl *flow) value(register uint16) (uint32, bool) {
	if s, ok := fl.held[register]; ok {
		return s, true
	}
	s, ok := fl.sole[register]
	return s, ok
}

// meet notes that the code unit that stands so far from the one at p is reached from elsewhere.
func (fl *flow) meet(p int, units int32) {
	if at := int64(p/2) + int64(units); at >= 0 && at < int64(len(fl.code)/2) {
		fl.meets.set(uint32(at))
	}
}

// jumps notes where the instruction at p may lead besides to the next one. What follows one that does not lead there
// is reached from elsewhere.
func (fl *flow) jumps(p int) {
	code := fl.code
	switch op := code[p]; {
	case op >= 0x0e && op <= 0x11, op == 0x27:
		fl.meet(p, 1)
	case op == 0x28:
		fl.meet(p, int32(int8(code[p+1])))
		fl.meet(p, 1)
	case p+4 > len(code):
	case op >= 0x32 && op <= 0x3d:
		fl.meet(p, int32(int16(u16(code, p+2))))
	case op == 0x29:
		fl.meet(p, int32(int16(u16(code, p+2))))
		fl.meet(p, 2)
	case p+6 > len(code):
	case op == 0x2a:
		fl.meet(p, int32(u32(code, p+2)))
		fl.meet(p, 3)
	case op == 0x2b, op == 0x2c:
		if table := int64(p) + 2*int64(int32(u32(code, p+2))); table >= 0 && table+4 <= int64(len(code)) {
			fl.cases(p, int(table))
		}
	}
}

// cases notes where the switch at p leads.
func (fl *flow) cases(p, table int) {
	code := fl.code
	n, at := int(u16(code, table+2)), table+8 // packed: behind the first key
	if code[p] == 0x2c {
		at = table + 4 + 4*n // sparse: behind the keys
	}
	for fl.room -= 4 * n; fl.room >= 0 && n > 0 && at+4 <= len(code); n, at = n-1, at+4 {
		fl.meet(p, int32(u32(code, at)))
	}
}

// handlers notes where exceptions lead, and returns how many bytes say so; -1 where they break off.
func (fl *flow) handlers(b body) int {
	if b.tries == 0 {
		return 0
	}
	list := b.behind
	start := len(b.code)%4 + 8*b.tries
	n, p := uleb(list, start)
	for ; n > 0 && p >= 0; n-- {
		var types int32
		types, p = sleb(list, p)
		all := types <= 0
		for types = max(types, -types); types > 0 && p >= 0; types-- {
			_, p = uleb(list, p)
			p = fl.handler(list, p)
		}
		if all {
			p = fl.handler(list, p)
		}
	}
	return max(p-start, -1)
}

func (fl *flow) handler(list []byte, p int) int {
	at, p := uleb(list, p)
	if p >= 0 {
		fl.meet(0, int32(min(at, 1<<30)))
	}
	return p
}
