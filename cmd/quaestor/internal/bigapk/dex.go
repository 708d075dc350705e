package bigapk

import (
	"bytes"
	"cmp"
	"crypto/sha1"
	"encoding/binary"
	"hash/adler32"
	"math/rand/v2"
	"slices"
)

// makeDex makes a DEX file of version 035 with the classes of some numbers.
func makeDex(random *rand.Rand, from, to int) []byte {
	p := write(random, from, to)
	d := &dexWriter{program: p, random: random}
	d.number()
	return d.bytes()
}

// dexWriter gives a program its form. The tables come first, in a fixed order, each sorted; the data that they
// point to is behind them.
type dexWriter struct {
	*program
	random *rand.Rand

	strings, types []string
	protoOrder     []int // of protos
	fields         []member
	methods        []member
	stringAt       map[string]uint32
	typeAt         map[string]uint32
	protoAt        []uint32
	constantAt     []uint32
	fieldFirst     map[string]uint32 // the number of the first field of a class; they follow each other
	methodAt       map[member]uint32
	data           bytes.Buffer
	base           uint32 // where data begins
	sections       []section
}

// member is a field or method.
type member struct {
	class, name string
	proto       int // of a method
}

// section is an entry of the map at the end of a DEX file.
type section struct {
	kind      uint16
	count, at uint32
}

// number sorts everything that has a number, and numbers it.
func (d *dexWriter) number() {
	names := map[string]bool{}
	types := map[string]bool{object: true, text: true}
	for _, s := range d.constants {
		names[s] = true
	}
	for _, p := range protos {
		names[p.shorty] = true
		for _, t := range append(slices.Clone(p.takes), p.returns) {
			types[t] = true
		}
	}
	d.methods = []member{{class: object, name: "<init>"}}
	for _, c := range d.classes {
		types[c.descriptor] = true
		for _, f := range c.fields {
			d.fields, names[f] = append(d.fields, member{class: c.descriptor, name: f}), true
		}
		for _, m := range c.methods {
			d.methods = append(d.methods, member{c.descriptor, m.name, m.proto})
		}
	}
	for _, m := range d.methods {
		names[m.name] = true
	}
	for t := range types {
		names[t] = true
		d.types = append(d.types, t)
	}
	for s := range names {
		d.strings = append(d.strings, s)
	}
	d.order()
}

// order sorts the tables as the format wants them: by the numbers of what they consist of.
func (d *dexWriter) order() {
	slices.Sort(d.strings) // ASCII, so bytes sort as UTF-16 does
	slices.Sort(d.types)
	d.stringAt, d.typeAt = positions(d.strings), positions(d.types)
	for i := range protos {
		d.protoOrder = append(d.protoOrder, i)
	}
	slices.SortFunc(d.protoOrder, func(a, b int) int {
		return cmp.Or(cmp.Compare(protos[a].returns, protos[b].returns), slices.Compare(protos[a].takes, protos[b].takes))
	})
	d.protoAt = make([]uint32, len(protos))
	for at, i := range d.protoOrder {
		d.protoAt[i] = uint32(at)
	}
	byNumber := func(a, b member) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.name, b.name), cmp.Compare(d.protoAt[a.proto], d.protoAt[b.proto]))
	}
	slices.SortFunc(d.fields, byNumber)
	slices.SortFunc(d.methods, byNumber)
	d.methods = slices.Compact(d.methods)
	d.methodAt, d.fieldFirst = positions(d.methods), map[string]uint32{}
	for at := len(d.fields) - 1; at >= 0; at-- {
		d.fieldFirst[d.fields[at].class] = uint32(at)
	}
	for _, s := range d.constants {
		d.constantAt = append(d.constantAt, d.stringAt[s])
	}
}

func positions[T comparable](list []T) map[T]uint32 {
	at := make(map[T]uint32, len(list))
	for i, v := range list {
		at[v] = uint32(i)
	}
	return at
}

const headerSize = 0x70

// bytes writes the file.
func (d *dexWriter) bytes() []byte {
	tables := []section{{0x0001, uint32(len(d.strings)), 4}, {0x0002, uint32(len(d.types)), 4}, {0x0003, uint32(len(protos)), 12},
		{0x0004, uint32(len(d.fields)), 8}, {0x0005, uint32(len(d.methods)), 8}, {0x0006, uint32(len(d.classes)), 32}}
	at := uint32(headerSize)
	d.sections = []section{{0, 1, 0}}
	for _, t := range tables {
		d.sections = append(d.sections, section{t.kind, t.count, at})
		at += t.count * t.at // at holds the size of one entry here
	}
	d.base = at
	var table bytes.Buffer
	d.stringTable(&table)
	d.protoTable(&table)
	for _, f := range d.fields {
		put(&table, uint16(d.typeAt[f.class]), uint16(d.typeAt[text]), d.stringAt[f.name])
	}
	for _, m := range d.methods {
		put(&table, uint16(d.typeAt[m.class]), uint16(d.protoAt[m.proto]), d.stringAt[m.name])
	}
	d.classTable(&table)
	mapAt := d.mapList()
	return d.header(table.Bytes(), mapAt)
}

// header joins the parts and writes the header with its sums.
func (d *dexWriter) header(table []byte, mapAt uint32) []byte {
	size := d.base + uint32(d.data.Len())
	var head bytes.Buffer
	head.WriteString("dex\n035\x00")
	head.Write(make([]byte, 4+sha1.Size))
	put(&head, size, uint32(headerSize), uint32(0x12345678), uint32(0), uint32(0), mapAt)
	for _, s := range d.sections[1:7] {
		if s.count == 0 {
			s.at = 0
		}
		put(&head, s.count, s.at)
	}
	put(&head, uint32(d.data.Len()), d.base)
	dex := slices.Concat(head.Bytes(), table, d.data.Bytes())
	sum := sha1.Sum(dex[32:])
	copy(dex[12:], sum[:])
	binary.LittleEndian.PutUint32(dex[8:], adler32.Checksum(dex[12:]))
	return dex
}

// put writes numbers, the lowest byte first.
func put(w *bytes.Buffer, values ...any) {
	for _, v := range values {
		switch v := v.(type) {
		case uint16:
			w.Write(binary.LittleEndian.AppendUint16(nil, v))
		case uint32:
			w.Write(binary.LittleEndian.AppendUint32(nil, v))
		}
	}
}
