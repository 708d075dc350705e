// Package machotest writes small Mach-O files for tests: an image with constants, classes of Objective-C, types of
// Swift, the libraries it asks for, room for a signature, and fat files of several.
//
// What the package cannot see: whether a system would run what it writes; it holds no code.
package machotest

import (
	"bytes"
	"encoding/binary"
)

// Image is what to write.
type Image struct {
	CPU, Sub   uint32 // 0: arm64
	Kind       uint32 // 0: executable
	Strings    []string
	Classes    []string            // of Objective-C
	Types      map[string][]string // of Swift, by module; written in the order of Modules
	Modules    []string
	Libraries  []string
	Rpaths     []string
	ID         string // of a library
	Version    uint32 // of a library
	CryptID    uint32
	UUID       byte // each of its bytes
	Signature  func(image []byte) []byte
	SignatureN int  // bytes that are kept for it; 0: 64 KiB
	Chained    bool // pointers as chained fix-ups have them
}

// Base is the address of the image in memory.
const Base = 0x100000000

const (
	textAt = 0x4000 // of the constants in the file
	dataAt = 0x8000
	linkAt = 0xc000
)

// writer lays out one segment.
type writer struct {
	bytes.Buffer
	at int // where it begins in the file
}

func (w *writer) here() int { return w.at + w.Len() }

func (w *writer) align() {
	for w.Len()%8 != 0 {
		w.WriteByte(0)
	}
}

// section notes where something that was written lies.
type section struct {
	segment, name string
	at, size      int
	flags         uint32
}

// Bytes writes the image.
func (m Image) Bytes() []byte {
	text, data := &writer{at: textAt}, &writer{at: dataAt}
	var sections []section
	add := func(segment, name string, flags uint32, w *writer, fill func()) {
		w.align()
		from := w.here()
		fill()
		if w.here() > from {
			sections = append(sections, section{segment, name, from, w.here() - from, flags})
		}
	}
	add("__TEXT", "__cstring", 2, text, func() {
		for _, s := range m.Strings {
			text.WriteString(s + "\x00")
		}
	})
	m.classes(add, text, data)
	m.types(add, text)
	return m.assemble(sections, text, data)
}

// pointer is a pointer to a place in the file.
func (m Image) pointer(at int) uint64 {
	if m.Chained {
		return uint64(at) | 1<<52 // counts from the beginning, with a link to the next one
	}
	return Base + uint64(at)
}

type adder func(segment, name string, flags uint32, w *writer, fill func())

// classes writes a list of classes: pointer, class, its read-only part, its name.
func (m Image) classes(add adder, text, data *writer) {
	var names, ros, classes []int
	add("__TEXT", "__objc_classname", 2, text, func() {
		for _, c := range m.Classes {
			names = append(names, text.here())
			text.WriteString(c + "\x00")
		}
	})
	le := binary.LittleEndian
	add("__DATA", "__objc_const", 0, data, func() {
		for _, name := range names {
			ros = append(ros, data.here())
			ro := make([]byte, 72)
			le.PutUint64(ro[24:], m.pointer(name))
			data.Write(ro)
		}
	})
	add("__DATA", "__objc_data", 0, data, func() {
		for _, ro := range ros {
			classes = append(classes, data.here())
			c := make([]byte, 40)
			le.PutUint64(c[32:], m.pointer(ro)|1) // the lowest bit is a flag
			data.Write(c)
		}
	})
	add("__DATA", "__objc_classlist", 0, data, func() {
		for _, c := range classes {
			data.Write(le.AppendUint64(nil, m.pointer(c)))
		}
	})
}

// types writes the descriptions of Swift's types, and the list that leads to them.
func (m Image) types(add adder, text *writer) {
	le := binary.LittleEndian
	relative := func(to int) { text.Write(le.AppendUint32(nil, uint32(int32(to-text.here())))) }
	var types []int
	add("__TEXT", "__const", 0, text, func() {
		for _, module := range m.Modules {
			name := text.here()
			text.WriteString(module + "\x00")
			for text.Len()%4 != 0 {
				text.WriteByte(0)
			}
			description := text.here()
			text.Write(le.AppendUint32(nil, 0))
			text.Write(le.AppendUint32(nil, 0))
			relative(name)
			for range m.Types[module] {
				types = append(types, text.here())
				text.Write(le.AppendUint32(nil, 17)) // a struct
				relative(description)
				relative(name)
			}
		}
	})
	add("__TEXT", "__swift5_types", 0, text, func() {
		for _, t := range types {
			relative(t)
		}
	})
}

// assemble writes header, commands and content, and signs it.
func (m Image) assemble(sections []section, text, data *writer) []byte {
	if text.here() > dataAt || data.here() > linkAt {
		panic("machotest: more than fits into the segments")
	}
	reserve := m.SignatureN
	if reserve == 0 {
		reserve = 64 << 10
	}
	if m.Signature == nil {
		reserve = 0
	}
	out := make([]byte, linkAt+reserve)
	copy(out[textAt:], text.Bytes())
	copy(out[dataAt:], data.Bytes())
	c := &commands{}
	c.segment("__TEXT", 0, dataAt, sections)
	c.segment("__DATA", dataAt, linkAt-dataAt, sections)
	c.segment("__LINKEDIT", linkAt, reserve, nil)
	m.others(c)
	if reserve > 0 {
		c.add(0x1d, linkAt, uint32(reserve))
	}
	head := binary.LittleEndian.AppendUint32(nil, 0xfeedfacf)
	cpu, sub, kind := m.CPU, m.Sub, m.Kind
	if cpu == 0 {
		cpu = 0x0100000c
	}
	if kind == 0 {
		kind = 2
	}
	for _, n := range []uint32{cpu, sub, kind, uint32(c.n), uint32(len(c.out)), 0, 0} {
		head = binary.LittleEndian.AppendUint32(head, n)
	}
	copy(out, append(head, c.out...))
	if m.Signature != nil {
		signature := m.Signature(out[:linkAt])
		if len(signature) > reserve {
			panic("machotest: the signature is larger than its room")
		}
		copy(out[linkAt:], signature)
	}
	return out
}

// others writes the commands beside the segments.
func (m Image) others(c *commands) {
	c.raw(0x1b, bytes.Repeat([]byte{m.UUID}, 16))
	c.add(0x32, 2, 15<<16, 17<<16|2<<8, 0) // iOS 15.0, SDK 17.2
	if m.CryptID != 0 {
		c.add(0x2c, 0x1000, 0x3000, m.CryptID, 0)
	}
	if m.ID != "" {
		c.library(0xd, m.ID, m.Version)
	}
	for _, l := range m.Libraries {
		c.library(0xc, l, 1<<16)
	}
	for _, r := range m.Rpaths {
		c.raw(0x8000001c, append([]byte{12, 0, 0, 0}, padded(r)...))
	}
	if m.Kind == 0 || m.Kind == 2 {
		c.add(0x80000028, 0x4000, 0, 0, 0)
	}
}

// commands gathers load commands.
type commands struct {
	out []byte
	n   int
}

func (c *commands) raw(what uint32, body []byte) {
	c.out = binary.LittleEndian.AppendUint32(c.out, what)
	c.out = binary.LittleEndian.AppendUint32(c.out, uint32(8+len(body)))
	c.out = append(c.out, body...)
	c.n++
}

func (c *commands) add(what uint32, fields ...uint32) {
	var body []byte
	for _, f := range fields {
		body = binary.LittleEndian.AppendUint32(body, f)
	}
	c.raw(what, body)
}

func (c *commands) library(what uint32, name string, version uint32) {
	var body []byte
	for _, f := range []uint32{24, 2, version, 1 << 16} {
		body = binary.LittleEndian.AppendUint32(body, f)
	}
	c.raw(what, append(body, padded(name)...))
}

func (c *commands) segment(name string, at, size int, all []section) {
	le := binary.LittleEndian
	body := fixed(name)
	for _, n := range []int{Base + at, size, at, size} {
		body = le.AppendUint64(body, uint64(n))
	}
	var list []byte
	n := 0
	for _, s := range all {
		if s.segment != name {
			continue
		}
		n++
		list = append(list, fixed(s.name)...)
		list = append(list, fixed(s.segment)...)
		list = le.AppendUint64(list, uint64(Base+s.at))
		list = le.AppendUint64(list, uint64(s.size))
		for _, f := range []uint32{uint32(s.at), 0, 0, 0, s.flags, 0, 0, 0} {
			list = le.AppendUint32(list, f)
		}
	}
	for _, f := range []uint32{7, 5, uint32(n), 0} {
		body = le.AppendUint32(body, f)
	}
	c.raw(0x19, append(body, list...))
}

func fixed(s string) []byte { return append([]byte(s), make([]byte, 16-len(s))...) }

func padded(s string) []byte {
	b := append([]byte(s), 0)
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	return b
}

// Fat puts images into one file, with offsets of 32 or of 64 bits.
func Fat(wide bool, images ...[]byte) []byte {
	be := binary.BigEndian
	magic := uint32(0xcafebabe)
	if wide {
		magic++
	}
	out := be.AppendUint32(nil, magic)
	out = be.AppendUint32(out, uint32(len(images)))
	at := 0x4000
	for _, m := range images {
		out = append(out, be.AppendUint32(be.AppendUint32(nil, binary.LittleEndian.Uint32(m[4:])), binary.LittleEndian.Uint32(m[8:]))...)
		if wide {
			out = be.AppendUint64(be.AppendUint64(out, uint64(at)), uint64(len(m)))
			out = be.AppendUint64(out, 14)
		} else {
			out = be.AppendUint32(be.AppendUint32(be.AppendUint32(out, uint32(at)), uint32(len(m))), 14)
		}
		at += (len(m) + 0x3fff) &^ 0x3fff
	}
	for _, m := range images {
		out = append(out, make([]byte, (len(out)+0x3fff)&^0x3fff-len(out))...)
		out = append(out, m...)
	}
	return out
}
