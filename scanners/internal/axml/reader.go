package axml

import (
	"bytes"
	"context"
	"fmt"
	"slices"
)

// Chunk types and sizes, from the published layout of ResourceTypes.h.
const (
	chunkStrings  = 0x0001
	chunkDocument = 0x0003
	chunkFirst    = 0x0100 // the first of those that make up the XML
	chunkNSStart  = 0x0100
	chunkNSEnd    = 0x0101
	chunkTag      = 0x0102
	chunkEndTag   = 0x0103
	chunkText     = 0x0104
	chunkLast     = 0x017f
	chunkIDs      = 0x0180
	chunkHeader   = 8
	nodeHeader    = 16
	attributeSize = 20
	tagSize       = 20
)

const none = 0xffffffff // no string

// reader goes over the chunks of one document.
type reader struct {
	ctx  context.Context
	data []byte
	h    Handler

	pool  pool
	pools int
	ids   []byte // resource id of each attribute name
	nodes int    // elements, texts and attributes met
	left  int    // bytes of strings that may still be handed over
	began bool   // the first chunk of the XML was met

	element    Element
	elements   int
	mismatches int
	unusual    []string
	outline    outline
}

// odd keeps a way in which the document differs from others.
func (r *reader) odd(what string) {
	if len(r.unusual) < 16 && !slices.Contains(r.unusual, what) {
		r.unusual = append(r.unusual, what)
	}
}

// read visits the chunks one after another, until one is none.
func (r *reader) read() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	r.left = maxExpansion
	if len(r.data) > MaxBytes {
		return &LimitError{"bytes of binary XML", MaxBytes}
	}
	if len(r.data) < chunkHeader {
		return fmt.Errorf("binary XML cannot be parsed: only %d bytes", len(r.data))
	}
	if bytes.HasPrefix(r.data, []byte("<?xml ")) || bytes.HasPrefix(r.data, []byte("<manif")) {
		return ErrPlainText
	}
	said := int64(u32(r.data, 4))
	last := int(min(said, int64(len(r.data))))
	pos := int(u16(r.data, 2))
	if kind := u16(r.data, 0); kind != chunkDocument {
		r.odd(fmt.Sprintf("the document has the type %#x", kind))
	}
	if pos != chunkHeader {
		r.odd(fmt.Sprintf("the document has a header of %d bytes", pos))
	}
	for pos+chunkHeader <= last {
		header, size := int64(u16(r.data, pos+2)), int64(u32(r.data, pos+4))
		if !r.outline.header(int64(pos), header, size, int64(last-pos)) {
			break
		}
		end := int(min(int64(pos)+size, int64(last)))
		if err := r.chunk(pos, end); err != nil {
			return err
		}
		pos = end
	}
	r.outline.finish(int64(pos), said, int64(len(r.data)))
	return nil
}

// chunk reads one chunk. Strings and resource ids count only before the XML; later Android skips them.
func (r *reader) chunk(pos, end int) error {
	kind := u16(r.data, pos)
	switch {
	case r.outline.closed:
		r.after(kind, pos)
		return nil
	case kind >= chunkFirst && kind <= chunkLast:
		r.began = true
		return r.node(kind, pos, end)
	case r.began:
		r.odd(fmt.Sprintf("a chunk of the type %#x lies between the elements", kind))
		if u16(r.data, pos+2) < nodeHeader {
			r.outline.wrong("a chunk of the type %#x with a header of %d bytes at offset %d; %s", kind, u16(r.data, pos+2), pos, refuses)
		}
		return r.spend(1)
	}
	switch kind {
	case chunkStrings:
		return r.strings(pos, end)
	case chunkIDs:
		if r.ids != nil {
			r.odd("resource ids are there twice")
		}
		r.ids = r.data[min(pos+int(u16(r.data, pos+2)), end):end]
	default:
		r.odd(fmt.Sprintf("a chunk of the unknown type %#x", kind))
		return r.spend(1)
	}
	return nil
}

// after looks at a chunk that lies behind the end of the first element.
func (r *reader) after(kind uint16, pos int) {
	switch kind {
	case chunkTag:
		r.outline.element(pos, true)
	case chunkEndTag:
		r.outline.element(pos, false)
	}
}

// strings takes a string pool; the last one before the XML holds.
func (r *reader) strings(pos, end int) error {
	if r.pools++; r.pools > 1 {
		r.odd("strings are there twice")
	}
	pool := newPool(r.data[pos:end])
	if pool.problem != "" {
		r.outline.wrong("the strings at offset %d cannot be read: %s; %s", pos, pool.problem, refuses)
	}
	r.pool = pool
	return r.spend(1)
}

// node reads one node of the XML.
func (r *reader) node(kind uint16, pos, end int) error {
	if err := r.spend(1); err != nil {
		return err
	}
	header := int(u16(r.data, pos+2))
	if header < nodeHeader {
		r.outline.wrong("a node with a header of %d bytes at offset %d; %s", header, pos, refuses)
	}
	if header != nodeHeader {
		r.odd(fmt.Sprintf("a node has a header of %d bytes", header))
	}
	body := pos + header
	switch kind {
	case chunkTag:
		return r.start(pos, body, end)
	case chunkEndTag:
		return r.end(pos)
	case chunkText:
		if r.h.Text == nil || body+4 > end {
			return nil
		}
		text, err := r.text(u32(r.data, body))
		if err != nil {
			return err
		}
		return r.h.Text(text)
	case chunkNSStart, chunkNSEnd:
		return nil
	}
	r.odd(fmt.Sprintf("a node of the unknown type %#x", kind))
	return nil
}

// end ends an element. Android counts and does not compare names.
func (r *reader) end(pos int) error {
	depth := r.outline.depth
	r.outline.element(pos, false)
	if r.h.End == nil || depth == 0 {
		return nil
	}
	return r.h.End(depth)
}

// spend counts nodes.
func (r *reader) spend(nodes int) error {
	r.nodes += nodes
	if r.nodes > maxNodes {
		return &LimitError{"elements and attributes", maxNodes}
	}
	if r.nodes&0xff == 0 {
		return r.ctx.Err()
	}
	return nil
}

// text returns a string to be handed over. Each use counts, as the receiver may copy it.
func (r *reader) text(i uint32) (string, error) {
	if i == none {
		return "", nil
	}
	s, odd := r.pool.get(i)
	if odd != "" {
		r.odd(odd)
	}
	if r.left -= len(s); r.left < 0 {
		return "", &LimitError{"bytes of expanded strings", maxExpansion}
	}
	return s, nil
}
