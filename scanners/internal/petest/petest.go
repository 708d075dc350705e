// Package petest builds programs of Windows for tests, with a version resource, and signs them.
//
// What the package cannot see: what compilers write beyond headers, one section of code and one of resources; its programs
// do not run.
package petest

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// Program says what to build.
type Program struct {
	Machine uint16 // 0x8664 where it is 0
	Small   bool   // in the form for 32 bits
	DLL     bool
	Native  bool
	Strings [][2]string // of the version resource, in their order; without any there is none
	Numbers [4]uint16   // version of file and product as numbers
	Code    []byte
}

const (
	headers = 0x200
	align   = 0x200
	first   = 0x1000 // address of the first section
)

var le = binary.LittleEndian

// Bytes is the program as a file.
func (p Program) Bytes() []byte {
	code := pad(append([]byte("\xc3"), p.Code...), align)
	resources := first + uint32(len(code)+0xfff)&^0xfff
	var rsrc []byte
	if len(p.Strings) > 0 {
		rsrc = pad(p.resource(resources), align)
	}
	out := pad(append(p.header(resources, len(rsrc)), sections(code, rsrc, resources)...), headers)
	return append(append(out, code...), rsrc...)
}

// header writes the headers up to the table of sections.
func (p Program) header(resources uint32, size int) []byte {
	var b bytes.Buffer
	dos := make([]byte, 0x80)
	copy(dos, "MZ")
	le.PutUint32(dos[0x3c:], 0x80)
	b.Write(dos)
	b.WriteString("PE\x00\x00")
	machine, magic, length := p.Machine, uint16(0x20b), 112
	if machine == 0 {
		machine = 0x8664
	}
	if p.Small {
		magic, length = 0x10b, 96
	}
	count, flags, subsystem := uint16(1), uint16(2), uint16(3)
	if size > 0 {
		count = 2
	}
	if p.DLL {
		flags |= 0x2000
	}
	if p.Native {
		subsystem = 1
	}
	for _, v := range []any{machine, count, uint32(0), uint32(0), uint32(0), uint16(length + 16*8), flags} {
		binary.Write(&b, le, v) // never fails on a buffer
	}
	optional := make([]byte, length+16*8)
	le.PutUint16(optional, magic)
	le.PutUint32(optional[32:], 0x1000) // of sections in memory
	le.PutUint32(optional[36:], align)
	le.PutUint32(optional[60:], headers)
	le.PutUint32(optional[64:], 0x1234) // checksum
	le.PutUint16(optional[68:], subsystem)
	le.PutUint32(optional[length-4:], 16)
	if size > 0 {
		le.PutUint32(optional[length+2*8:], resources)
		le.PutUint32(optional[length+2*8+4:], uint32(size))
	}
	b.Write(optional)
	return b.Bytes()
}

func sections(code, rsrc []byte, resources uint32) []byte {
	out := section(".text", first, headers, len(code))
	if len(rsrc) > 0 {
		out = append(out, section(".rsrc", resources, headers+len(code), len(rsrc))...)
	}
	return out
}

func section(name string, address uint32, offset, size int) []byte {
	b := make([]byte, 40)
	copy(b, name)
	for i, v := range []uint32{uint32(size), address, uint32(size), uint32(offset)} {
		le.PutUint32(b[8+4*i:], v)
	}
	return b
}

// resource writes the tree of types, names and languages with the version as its one leaf.
func (p Program) resource(address uint32) []byte {
	version := p.version()
	level := func(id, to uint32) []byte {
		b := make([]byte, 24)
		le.PutUint16(b[14:], 1)
		le.PutUint32(b[16:], id)
		le.PutUint32(b[20:], to)
		return b
	}
	out := append(level(16, 24|1<<31), append(level(1, 48|1<<31), level(0x409, 72)...)...)
	leaf := make([]byte, 16)
	le.PutUint32(leaf, address+88)
	le.PutUint32(leaf[4:], uint32(len(version)))
	return append(append(out, leaf...), version...)
}

func (p Program) version() []byte {
	var list []byte
	for _, s := range p.Strings {
		value := wide(s[1] + "\x00")
		list = append(pad(list, 4), block(s[0], 1, len(value)/2, value)...)
	}
	table := block("040904b0", 1, 0, list)
	info := block("StringFileInfo", 1, 0, table)
	fixed := make([]byte, 52)
	le.PutUint32(fixed, 0xfeef04bd)
	for i, at := range []int{10, 8, 14, 12} {
		le.PutUint16(fixed[at:], p.Numbers[i])
		le.PutUint16(fixed[at+8:], p.Numbers[i])
	}
	return block("VS_VERSION_INFO", 0, len(fixed), append(pad(fixed, 4), info...))
}

// block is one element of a version resource; body is its value and what is below it.
func block(key string, kind uint16, value int, body []byte) []byte {
	b := make([]byte, 6)
	le.PutUint16(b[2:], uint16(value))
	le.PutUint16(b[4:], kind)
	b = append(pad(append(b, wide(key+"\x00")...), 4), body...)
	le.PutUint16(b, uint16(len(b)))
	return b
}

func wide(s string) (out []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		out = le.AppendUint16(out, u)
	}
	return out
}

func pad(b []byte, to int) []byte { return append(b, make([]byte, (to-len(b)%to)%to)...) }
