package axml

import (
	"encoding/binary"
	"fmt"
)

// prepareExpansion limits nodes × longest string, an upper bound of what apkparser expands.
const prepareExpansion = 1 << 28

// Prepare makes a document fit for apkparser, which others use for one of their own: it checks that data is
// affordable to parse, and rewrites attributes that carry two different strings. Android takes the typed value of every attribute that has a resource id, apkparser the raw
// one: a manifest can show a harmless name to tools and another to Android. Afterwards both are what
// Android reads. It returns how many attributes were rewritten.
func Prepare(data []byte) (mismatches int, err error) {
	w := walker{data: data}
	err = w.walk()
	return w.mismatches, err
}

// walk visits the chunks as apkparser does: one after another, until one is none.
func (w *walker) walk() error {
	if len(w.data) > MaxBytes {
		return &LimitError{"bytes of binary XML", MaxBytes}
	}
	if len(w.data) < chunkHeader {
		return fmt.Errorf("binary XML cannot be parsed: only %d bytes", len(w.data))
	}
	said := int64(u32(w.data, 4))
	last := int(min(said, int64(len(w.data))))
	pos := int(u16(w.data, 2))
	for pos+chunkHeader <= last {
		size := int64(u32(w.data, pos+4))
		if !w.outline.header(int64(pos), int64(u16(w.data, pos+2)), size, int64(last-pos)) {
			break
		}
		end := int(min(int64(pos)+size, int64(last)))
		if err := w.chunk(pos, end); err != nil {
			return err
		}
		pos = end
	}
	w.outline.finish(int64(pos), said, int64(len(w.data)))
	return nil
}

type walker struct {
	data       []byte
	ids        []byte // resource id of each attribute name
	nodes      int
	longest    int // upper bound of the bytes of one string
	mismatches int
	outline    outline
}

func (w *walker) chunk(pos, end int) error {
	switch u16(w.data, pos) {
	case chunkStrings:
		return w.pool(pos, end)
	case chunkIDs:
		w.ids = append(w.ids, w.data[min(pos+chunkHeader, end):end]...)
	case chunkText:
		return w.spend(1)
	case chunkTag:
		w.outline.element(pos, true)
		return w.tag(pos, end)
	case chunkEndTag:
		w.outline.element(pos, false)
	}
	return nil
}

// spend counts nodes and refuses documents whose strings, used once per node, would take too long.
func (w *walker) spend(nodes int) error {
	w.nodes += nodes
	if w.nodes > maxNodes {
		return &LimitError{"elements and attributes", maxNodes}
	}
	if int64(w.nodes)*int64(w.longest) > prepareExpansion {
		return &LimitError{"bytes of expanded strings", prepareExpansion}
	}
	return nil
}

// pool measures a string pool: how many strings, and how long the longest can be.
func (w *walker) pool(pos, end int) error {
	if pos+poolHeader > end {
		return nil
	}
	count := int64(u32(w.data, pos+8))
	if count > maxStrings {
		return &LimitError{"strings", maxStrings}
	}
	utf8 := u32(w.data, pos+16)&utf8Flag != 0
	start := int64(pos) + int64(u32(w.data, pos+20))
	for i := int64(0); i < count; i++ {
		at := int64(pos) + poolHeader + 4*i
		if at+4 > int64(end) {
			break
		}
		w.longest = max(w.longest, w.stringBytes(start+int64(u32(w.data, int(at))), int64(end), utf8))
	}
	return w.spend(0)
}

// stringBytes is an upper bound of the bytes that the string at a position takes in UTF-8.
func (w *walker) stringBytes(at, end int64, utf8 bool) int {
	if at < 0 || at+4 > end {
		return 0
	}
	if utf8 {
		b := w.data[at:end]
		if b[0]&0x80 != 0 {
			b = b[2:]
		} else {
			b = b[1:]
		}
		n := int(b[0])
		if n&0x80 != 0 {
			n = (n&0x7f)<<8 | int(b[1])
		}
		return min(n, len(b))
	}
	n := int64(u16(w.data, int(at)))
	if n&0x8000 != 0 {
		n = (n&0x7fff)<<16 | int64(u16(w.data, int(at)+2))
	}
	return int(min(n*3, (end-at)*3/2))
}

// tag counts a start tag's attributes and makes their raw strings agree with their typed ones.
func (w *walker) tag(pos, end int) error {
	body := pos + int(u16(w.data, pos+2))
	if body+20 > end {
		return w.spend(1)
	}
	start, size, count := int(u16(w.data, body+8)), int(u16(w.data, body+10)), int(u16(w.data, body+12))
	if err := w.spend(1 + min(count, (end-body)/attributeSize)); err != nil {
		return err
	}
	size = max(size, attributeSize)
	for i, at := 0, body+start; i < count && at+attributeSize <= end; i, at = i+1, at+size {
		raw, typed := u32(w.data, at+8), u32(w.data, at+16)
		if w.data[at+15] == typeString && raw != typed && w.hasID(u32(w.data, at+4)) {
			binary.LittleEndian.PutUint32(w.data[at+8:], typed)
			w.mismatches++
		}
	}
	return nil
}

func (w *walker) hasID(name uint32) bool {
	i := int64(name) * 4
	return i+4 <= int64(len(w.ids)) && u32(w.ids, int(i)) != 0
}
