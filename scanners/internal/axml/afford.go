package axml

// Limits on what such a reader is given.
const (
	maxAfford  = 1 << 28 // nodes × longest string: an upper bound of what it expands that copies a string at each use
	maxStrings = 100_000 // decoded at once, used or not
)

// Affordable reports whether a reader without limits of its own can be let at a document: one that goes from chunk to
// chunk and copies every string as often as it is used. The error is a [LimitError], or says that the bytes are no
// binary XML.
func Affordable(data []byte) error {
	if len(data) > MaxBytes {
		return &LimitError{"bytes of binary XML", MaxBytes}
	}
	a := afford{data: data}
	for pos := 0; pos+chunkHeader <= len(data); {
		if pos == 0 { // the chunk of the document holds all others
			pos = max(chunkHeader, int(u16(data, 2)))
			continue
		}
		size := int64(u32(data, pos+4))
		if size < chunkHeader {
			break
		}
		end := int(min(int64(pos)+size, int64(len(data))))
		if err := a.chunk(pos, end); err != nil {
			return err
		}
		pos = end
	}
	return nil
}

type afford struct {
	data    []byte
	nodes   int
	longest int // upper bound of the bytes of one string
}

func (a *afford) chunk(pos, end int) error {
	switch u16(a.data, pos) {
	case chunkStrings:
		return a.pool(pos, end)
	case chunkTag:
		return a.spend(1 + (end-pos)/attributeSize)
	}
	return a.spend(1)
}

func (a *afford) spend(nodes int) error {
	if a.nodes += nodes; a.nodes > maxNodes {
		return &LimitError{"elements and attributes", maxNodes}
	}
	if int64(a.nodes)*int64(a.longest) > maxAfford {
		return &LimitError{"bytes of expanded strings", maxAfford}
	}
	return nil
}

// pool measures a string pool: how many strings, and how long the longest can be.
func (a *afford) pool(pos, end int) error {
	if pos+poolHeader > end {
		return nil
	}
	count := int64(u32(a.data, pos+8))
	if count > maxStrings {
		return &LimitError{"strings", maxStrings}
	}
	narrow := u32(a.data, pos+16)&utf8Flag != 0
	start := int64(pos) + int64(u32(a.data, pos+20))
	for i := int64(0); i < count; i++ {
		at := int64(pos) + poolHeader + 4*i
		if at+4 > int64(end) {
			break
		}
		a.longest = max(a.longest, a.stringBytes(start+int64(u32(a.data, int(at))), int64(end), narrow))
	}
	return a.spend(0)
}

// stringBytes is an upper bound of the bytes that the string at a position takes in UTF-8.
func (a *afford) stringBytes(at, end int64, narrow bool) int {
	if at < 0 || at+4 > end {
		return 0
	}
	if narrow {
		_, b := length8(a.data[at:end])
		n, b := length8(b)
		return min(n, len(b))
	}
	n := int64(u16(a.data, int(at)))
	if n&0x8000 != 0 {
		n = (n&0x7fff)<<16 | int64(u16(a.data, int(at)+2))
	}
	return int(min(n*3, (end-at)*3/2))
}
