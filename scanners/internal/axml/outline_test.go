package axml

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
)

// made builds documents chunk by chunk.
type made struct{ b []byte }

func (m *made) chunk(kind, header uint16, size int, body ...uint32) *made {
	m.b = binary.LittleEndian.AppendUint16(m.b, kind)
	m.b = binary.LittleEndian.AppendUint16(m.b, header)
	m.b = binary.LittleEndian.AppendUint32(m.b, uint32(size))
	for _, v := range body {
		m.b = binary.LittleEndian.AppendUint32(m.b, v)
	}
	return m
}

func (m *made) start(name uint32) *made {
	return m.chunk(chunkTag, 16, 36, 1, none, none, name, 20<<16|20, 0, 0)
}

func (m *made) end(name uint32) *made {
	return m.chunk(chunkEndTag, 16, 24, 1, none, none, name)
}

// document puts a header and the strings "a" to "d" in front.
func document(body func(m *made)) []byte {
	m := new(made)
	text := "\x01\x01a\x00\x01\x01b\x00\x01\x01c\x00\x01\x01d\x00"
	m.chunk(chunkStrings, poolHeader, poolHeader+16+len(text), 4, 0, utf8Flag, poolHeader+16, 0, 0, 4, 8, 12)
	m.b = append(m.b, text...)
	body(m)
	whole := new(made).chunk(3, 8, 8+len(m.b)).b
	return append(whole, m.b...)
}

// TestStructure: whatever ends reading early, or is not read, is told; the elements before it are read.
func TestStructure(t *testing.T) {
	const a, b, c = 0, 1, 2
	whole := func(m *made) { m.start(a).start(b).end(b).end(a) }
	for name, tt := range map[string]struct {
		data []byte
		want string // elements
		err  string
	}{
		"whole":             {document(whole), "a b", ""},
		"unknown chunk":     {document(func(m *made) { m.start(a).chunk(0x0277, 16, 16, 0, 0).start(b).end(b).end(a) }), "a b", ""},
		"unknown, short":    {document(func(m *made) { m.start(a).chunk(0x0277, 8, 8).start(b).end(b).end(a) }), "a b", "Android refuses"},
		"odd size":          {append(document(func(m *made) { m.start(a).start(b).end(b).end(a).chunk(0x0277, 16, 17, 0, 0) }), 0), "a b", "Android does not read on"},
		"size 0":            {document(func(m *made) { m.start(a).chunk(0x0277, 8, 0).start(b).end(b).end(a) }), "a", "Android refuses"},
		"size 0 of a tag":   {document(func(m *made) { m.start(a).chunk(chunkTag, 16, 0).start(b).end(b).end(a) }), "a", "Android refuses"},
		"size below header": {document(func(m *made) { m.start(a).chunk(0x0277, 16, 12, 0).start(b).end(b).end(a) }), "a", "Android refuses"},
		"header of 0":       {document(func(m *made) { m.start(a).chunk(0x0277, 0, 8).start(b).end(b).end(a) }), "a", "Android refuses"},
		"chunk too long":    {document(func(m *made) { m.start(a).chunk(0x0277, 8, 1000).start(b).end(b).end(a) }), "a", "only "},
		"after the end":     {document(func(m *made) { whole(m); m.chunk(0x0277, 8, 0) }), "a b", "does not read on"},
		"second root":       {document(func(m *made) { whole(m); m.start(c).end(c) }), "a b", "another element"},
		"no end":            {document(func(m *made) { m.start(a).start(b).end(b) }), "a b", "may be cut"},
		"end alone":         {document(func(m *made) { m.end(a).start(b).end(b) }), "b", "did not begin"},
		"one end too many":  {document(func(m *made) { whole(m); m.end(a) }), "a b", "did not begin"},
		"half a header":     {document(func(m *made) { whole(m); m.b = append(m.b, 0, 0, 0, 0) }), "a b", "are no chunk"},
		"bytes after":       {append(document(whole), 1, 2, 3, 4), "a b", "after the end of the document"},
		"elements after":    {append(document(whole), new(made).start(c).end(c).b...), "a b", "after the end of the document"},
		"cut between":       {document(whole)[:len(document(whole))-24], "a b", "are there"},
	} {
		t.Run(name, func(t *testing.T) {
			var names []string
			_, err := Parse(context.Background(), slices.Clone(tt.data), func(e *Element) error {
				names = append(names, e.Name)
				return nil
			})
			if got := strings.Join(names, " "); got != tt.want {
				t.Errorf("elements %q, want %q", got, tt.want)
			}
			var structure *StructureError
			switch {
			case tt.err == "" && err != nil:
				t.Errorf("err %v", err)
			case tt.err != "" && (!errors.As(err, &structure) || !strings.Contains(err.Error(), tt.err)):
				t.Errorf("err %v, want one with %q", err, tt.err)
			}
		})
	}
}
