package dextest

import (
	"crypto/sha1"
	"encoding/binary"
	"hash/adler32"
	"unicode/utf16"
)

const (
	headerSize          = 0x70
	containerHeaderSize = 0x78
)

// writer writes one file behind what out already holds; offsets count from the start of out.
type writer struct {
	t     *tables
	out   []byte
	start int // of the header
	data  int // of the data
	items []item
}

// item is an entry of the map list.
type item struct{ kind, n, off int }

var le = binary.LittleEndian

func (w *writer) u16(v int)           { w.out = le.AppendUint16(w.out, uint16(v)) }
func (w *writer) u32(v int)           { w.out = le.AppendUint32(w.out, uint32(v)) }
func (w *writer) put32(at int, v int) { le.PutUint32(w.out[at:], uint32(v)) }

func (w *writer) uleb(v int) { w.out = binary.AppendUvarint(w.out, uint64(v)) }

func (w *writer) align(n int) {
	for len(w.out)%n != 0 {
		w.out = append(w.out, 0)
	}
}

// item notes that n things of a kind follow.
func (w *writer) item(kind, n int) {
	if n > 0 {
		w.items = append(w.items, item{kind, n, len(w.out)})
	}
}

// Bytes writes the file.
func (f File) Bytes() []byte {
	out := write(nil, f)
	seal(out, 0)
	return out
}

// Container writes several files as one container of version 041.
func Container(files ...File) []byte {
	var out []byte
	var starts []int
	for _, f := range files {
		f.Version = "041"
		starts = append(starts, len(out))
		out = write(out, f)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	for i, start := range starts {
		end := len(out)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		le.PutUint32(out[start+0x20:], uint32(end-start))
		le.PutUint32(out[start+0x70:], uint32(len(out)))
		le.PutUint32(out[start+0x74:], uint32(start))
		Seal(out[start:end])
	}
	return out
}

func write(out []byte, f File) []byte {
	w := &writer{t: newTables(f), out: out, start: len(out)}
	size := headerSize
	if f.Version == "" {
		f.Version = "035"
	}
	if f.Version >= "041" {
		size = containerHeaderSize
	}
	w.out = append(w.out, make([]byte, size)...)
	copy(w.out[w.start:], "dex\n"+f.Version+"\x00")
	w.put32(w.start+0x24, size)
	w.put32(w.start+0x28, 0x12345678)
	w.item(0, 1)
	w.items[0].off = w.start
	w.reserve(f)
	w.data = len(w.out)
	w.strings()
	w.parameters()
	w.classes(f)
	w.mapList()
	w.put32(w.start+0x68, len(w.out)-w.data)
	w.put32(w.start+0x6c, w.data)
	w.put32(w.start+0x20, len(w.out)-w.start)
	return w.out
}

func seal(out []byte, start int) { Seal(out[start:]) }

// Seal writes the signature and the checksum of a file that was changed.
func Seal(file []byte) {
	sum := sha1.Sum(file[32:])
	copy(file[12:], sum[:])
	le.PutUint32(file[8:], adler32.Checksum(file[12:]))
}

// reserve makes room for the tables, fills what is known, and enters them in the header.
func (w *writer) reserve(f File) {
	t := w.t
	for _, s := range []struct{ kind, at, n, size int }{
		{1, 0x38, len(t.stringList), 4}, {2, 0x40, len(t.typeList), 4}, {3, 0x48, len(t.protoList), 12},
		{4, 0x50, len(t.fieldList), 8}, {5, 0x58, len(t.methodList), 8}, {6, 0x60, len(f.Classes), 32},
	} {
		w.put32(w.start+s.at, s.n)
		if s.n > 0 {
			w.put32(w.start+s.at+4, len(w.out))
		}
		w.item(s.kind, s.n)
		switch s.kind {
		case 2:
			for _, d := range t.typeList {
				w.u32(t.strings[d])
			}
		case 4:
			for _, f := range t.fieldList {
				w.u16(t.types[f.class])
				w.u16(t.types[f.kind])
				w.u32(t.strings[f.name])
			}
		case 5:
			for _, m := range t.methodList {
				w.u16(t.types[m.class])
				w.u16(t.protos[m.proto])
				w.u32(t.strings[m.name])
			}
		default:
			w.out = append(w.out, make([]byte, s.n*s.size)...)
		}
	}
}

// table returns the offset of a table whose offset stands in the header.
func (w *writer) table(at int) int { return int(le.Uint32(w.out[w.start+at:])) }

func (w *writer) strings() {
	w.item(0x2002, len(w.t.stringList))
	for i, s := range w.t.stringList {
		w.put32(w.table(0x3c)+4*i, len(w.out))
		units := utf16.Encode([]rune(s))
		w.uleb(len(units))
		for _, u := range units {
			w.unit(u)
		}
		w.out = append(w.out, 0)
	}
}

// unit writes one UTF-16 code unit in MUTF-8.
func (w *writer) unit(u uint16) {
	switch {
	case u != 0 && u < 0x80:
		w.out = append(w.out, byte(u))
	case u < 0x800:
		w.out = append(w.out, 0xc0|byte(u>>6), 0x80|byte(u&0x3f))
	default:
		w.out = append(w.out, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
	}
}

// parameters writes the prototypes and their lists of types.
func (w *writer) parameters() {
	w.align(4)
	lists := map[string]int{}
	n, at := 0, len(w.out)
	for i, p := range w.t.protoList {
		result, parameters := prototype(p)
		entry := w.table(0x4c) + 12*i
		w.put32(entry, w.t.strings[shorty(p)])
		w.put32(entry+4, w.t.types[result])
		if len(parameters) == 0 {
			continue
		}
		key := p[:len(p)-len(result)]
		if _, ok := lists[key]; !ok {
			w.align(4)
			lists[key] = len(w.out)
			n++
			w.u32(len(parameters))
			for _, t := range parameters {
				w.u16(w.t.types[t])
			}
		}
		w.put32(entry+8, lists[key])
	}
	if n > 0 {
		w.items = append(w.items, item{0x1001, n, at})
	}
}

func (w *writer) mapList() {
	w.align(4)
	w.put32(w.start+0x34, len(w.out))
	w.item(0x1000, 1)
	w.u32(len(w.items))
	for _, m := range w.items {
		w.u16(m.kind)
		w.u16(0)
		w.u32(m.n)
		w.u32(m.off)
	}
}
