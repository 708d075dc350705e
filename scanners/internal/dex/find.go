package dex

// targets are the apis that one file refers to.
type targets struct {
	methods, fields, texts map[uint32]uint16 // index in the table of the file, to the api
	arguments              map[uint32]int    // methods whose first string parameter is shown, to its place among the words handed over
	low                    [1024]uint64      // a bitmap of the lower 16 bits of all these indexes
}

// find looks which apis a file refers to: one pass over the tables.
func (f *file) find() *targets {
	v := vocab()
	t := &targets{methods: map[uint32]uint16{}, fields: map[uint32]uint16{}, texts: map[uint32]uint16{}, arguments: map[uint32]int{}}
	words := f.words(v)
	if len(words) == 0 {
		return t
	}
	known := newBitmap(len(f.strings) / stringSize)
	for s, w := range words {
		known.set(s)
		if a, ok := v.texts[w]; ok {
			t.add(t.texts, s, a)
		}
	}
	types := f.knownTypes(words, known)
	find := func(table []byte, size int, wanted map[pair]uint16, out map[uint32]uint16) {
		for i, p := uint32(0), 0; p < len(table); i, p = i+1, p+size {
			name := u32(table, p+4)
			if !known.has(name) {
				continue
			}
			class := types[uint32(u16(table, p))]
			if a, ok := wanted[pair{class, words[name]}]; ok && class != 0 {
				t.add(out, i, a)
			} else if a, ok := wanted[pair{0, words[name]}]; ok && f.shorty(table, p) == apis()[a].shorty {
				t.add(out, i, a)
			}
		}
	}
	find(f.methods, methodSize, v.methods, t.methods)
	for i, a := range t.methods {
		if at, ok := f.firstString(i); ok && apis()[a].argument {
			t.arguments[i] = at
		}
	}
	find(f.fields, fieldSize, v.fields, t.fields)
	return t
}

func (t *targets) add(to map[uint32]uint16, index uint32, a uint16) {
	to[index] = a
	t.low[uint16(index)>>6] |= 1 << (index & 63)
}

// words finds the strings of the vocabulary in the table of strings. On the way it adds up how long the strings claim
// to be.
func (f *file) words(v *vocabulary) map[uint32]uint16 {
	found := map[uint32]uint16{}
	area := f.area
	for i, p := uint32(0), 0; p < len(f.strings); i, p = i+1, p+stringSize {
		at := u32(f.strings, p)
		if int64(at) >= int64(len(area)-1) {
			f.outside++
			continue
		}
		off := int(at)
		n := int(area[off])
		if n > longest {
			units, _ := uleb(area, off)
			f.units += int64(units)
			continue
		}
		f.units += int64(n)
		if v.prefixes[area[off+1]][n>>6]&(1<<(n&63)) == 0 || off+1+n >= len(area) || area[off+1+n] != 0 {
			continue
		}
		if w, ok := v.words[string(area[off+1:off+1+n])]; ok {
			found[i] = w
		}
	}
	return found
}

// knownTypes finds the types whose descriptors are words.
func (f *file) knownTypes(words map[uint32]uint16, known bitmap) map[uint32]uint16 {
	types := map[uint32]uint16{}
	for i, p := uint32(0), 0; p < len(f.types); i, p = i+1, p+typeSize {
		if s := u32(f.types, p); known.has(s) {
			types[i] = words[s]
		}
	}
	return types
}

// shorty returns the short prototype of the method whose entry stands at p.
func (f *file) shorty(methods []byte, p int) string {
	proto := int(u16(methods, p+2)) * protoSize
	if proto >= len(f.protos) {
		return ""
	}
	return string(f.text(u32(f.protos, proto), 64))
}

// firstString returns at which word the first parameter of a method stands that is a string.
func (f *file) firstString(method uint32) (int, bool) {
	const most = 255 // words that a call hands over
	proto := int(u16(f.methods, int(method)*methodSize+2)) * protoSize
	if proto >= len(f.protos) {
		return 0, false
	}
	list := int64(u32(f.protos, proto+8))
	if list == 0 || list+4 > int64(len(f.area)) {
		return 0, false
	}
	types := f.area[list+4:]
	for n, at := min(u32(f.area, int(list)), most, uint32(len(types)/2)), 0; n > 0; n, types = n-1, types[2:] {
		switch d := f.typeText(uint32(u16(types, 0))); {
		case string(d) == "Ljava/lang/String;":
			return at, true
		case string(d) == "J", string(d) == "D":
			at++
		}
		at++
	}
	return 0, false
}
