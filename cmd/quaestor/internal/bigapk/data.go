package bigapk

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// here is where the next byte of data goes in the file, after making it a multiple of align.
func (d *dexWriter) here(align uint32) uint32 {
	for (d.base+uint32(d.data.Len()))%align != 0 {
		d.data.WriteByte(0)
	}
	return d.base + uint32(d.data.Len())
}

func (d *dexWriter) uleb(v uint32) { d.data.Write(binary.AppendUvarint(nil, uint64(v))) }

// began notes a section of data that has just been written.
func (d *dexWriter) began(kind uint16, count int, at uint32) {
	if count > 0 {
		d.sections = append(d.sections, section{kind, uint32(count), at})
	}
}

// stringTable writes the strings and types.
func (d *dexWriter) stringTable(table *bytes.Buffer) {
	start := d.here(1)
	for _, s := range d.strings {
		put(table, d.here(1))
		d.uleb(uint32(len(s)))
		d.data.WriteString(s)
		d.data.WriteByte(0)
	}
	d.began(0x2002, len(d.strings), start)
	for _, t := range d.types {
		put(table, d.stringAt[t])
	}
}

// protoTable writes the types of methods, with the lists of what they take.
func (d *dexWriter) protoTable(table *bytes.Buffer) {
	start, lists := d.here(4), 0
	for _, i := range d.protoOrder {
		p, at := protos[i], uint32(0)
		if len(p.takes) > 0 {
			at = d.here(4)
			lists++
			put(&d.data, uint32(len(p.takes)))
			for _, t := range p.takes {
				put(&d.data, uint16(d.typeAt[t]))
			}
		}
		put(table, d.stringAt[p.shorty], d.typeAt[p.returns], at)
	}
	d.began(0x1001, lists, start)
}

// classTable writes the classes: their code, then what they consist of, then the table.
func (d *dexWriter) classTable(table *bytes.Buffer) {
	start, codes := d.here(4), 0
	codeAt := make([][]uint32, len(d.classes))
	for i, c := range d.classes {
		for _, m := range c.methods {
			codeAt[i] = append(codeAt[i], d.here(4))
			d.code(m)
			codes++
		}
	}
	d.began(0x2001, codes, start)
	start = d.here(1)
	at := map[string]uint32{}
	for i, c := range d.classes {
		at[c.descriptor] = d.here(1)
		d.classData(c, codeAt[i])
	}
	d.began(0x2000, len(d.classes), start)
	const none = ^uint32(0)
	for _, c := range d.classes {
		put(table, d.typeAt[c.descriptor], uint32(1), d.typeAt[object], uint32(0), none, uint32(0), at[c.descriptor], uint32(0))
	}
}

// classData lists the fields and methods of a class. Numbers are written as differences to the one before.
func (d *dexWriter) classData(c class, codeAt []uint32) {
	const public, private, constructor = 1, 2, 0x10000
	code := map[uint32]uint32{}
	var virtual []uint32
	for i, m := range c.methods[1:] {
		at := d.methodAt[member{c.descriptor, m.name, m.proto}]
		if _, twice := code[at]; !twice {
			virtual = append(virtual, at)
		}
		code[at] = codeAt[i+1]
	}
	slices.Sort(virtual)
	for _, n := range []int{0, len(c.fields), 1, len(virtual)} {
		d.uleb(uint32(n))
	}
	for i := range c.fields {
		d.uleb(difference(i, d.fieldFirst[c.descriptor]))
		d.uleb(private)
	}
	d.uleb(d.methodAt[member{class: c.descriptor, name: "<init>"}])
	d.uleb(public | constructor)
	d.uleb(codeAt[0])
	before := uint32(0)
	for _, at := range virtual {
		d.uleb(at - before)
		d.uleb(public)
		d.uleb(code[at])
		before = at
	}
}

// difference is what stands for the field at a place in a row of numbers that begins with first.
func difference(place int, first uint32) uint32 {
	if place == 0 {
		return first
	}
	return 1
}

// mapList writes the list of all sections, and returns where it is.
func (d *dexWriter) mapList() uint32 {
	at := d.here(4)
	d.sections = append(d.sections, section{0x1000, 1, at})
	n := uint32(0)
	for _, s := range d.sections {
		if s.count > 0 {
			n++
		}
	}
	put(&d.data, n)
	for _, s := range d.sections {
		if s.count > 0 {
			put(&d.data, s.kind, uint16(0), s.count, s.at)
		}
	}
	return at
}
