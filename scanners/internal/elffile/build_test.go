package elffile

import (
	"bytes"
	"encoding/binary"
)

// library is an ELF file to be made for a test.
type library struct {
	order    binary.ByteOrder
	wide     bool
	machine  uint16
	soname   string
	needed   []string
	exports  []string
	imports  []string
	buildID  string
	rodata   string
	gnuHash  bool // symbols are counted by the GNU table, else by the old one
	sections bool // with section headers
}

// build lays the file out: headers, one loaded segment that is the whole file at address 0x10000, the tables.
func (l library) build() []byte {
	const base = 0x10000
	w := &writer{order: l.order, wide: l.wide}
	header, ph := 52, 32
	if l.wide {
		header, ph = 64, 56
	}
	w.Write(make([]byte, header+3*ph))

	names, offsets := l.names()
	strtab := w.Len()
	w.Write(names)
	w.align()
	symtab := w.Len()
	w.symbol(0, 0, 0)
	for _, s := range l.imports {
		w.symbol(offsets[s], 1<<4|2, 0)
	}
	for _, s := range l.exports {
		w.symbol(offsets[s], 1<<4|2, 1)
	}
	count := 1 + len(l.imports) + len(l.exports)
	w.align()
	hash := w.Len()
	if l.gnuHash {
		w.gnu(1+len(l.imports), count)
	} else {
		w.u32(1, count, 0)
		w.Write(make([]byte, 4*count))
	}
	w.align()
	note := w.Len()
	w.u32(4, len(l.buildID), 3)
	w.WriteString("GNU\x00" + l.buildID)
	w.align()
	rodata := w.Len()
	w.WriteString(l.rodata)
	w.align()
	dynamic := w.Len()
	for _, n := range l.needed {
		w.word(1, offsets[n])
	}
	tag := 4
	if l.gnuHash {
		tag = 0x6ffffef5
	}
	w.word(14, offsets[l.soname], 5, base+strtab, 10, len(names), 6, base+symtab, tag, base+hash, 0, 0)
	dynamicEnd := w.Len()
	sections := 0
	if l.sections {
		sections = w.Len()
		w.sections(rodata, len(l.rodata))
	}
	out := w.Bytes()
	l.header(out, sections)
	l.segment(out[header:], 1, 0, base, len(out))
	l.segment(out[header+ph:], 2, dynamic, base+dynamic, dynamicEnd-dynamic)
	l.segment(out[header+2*ph:], 4, note, base+note, 16+len(l.buildID))
	return out
}

func (l library) names() ([]byte, map[string]int) {
	table, at := []byte{0}, map[string]int{"": 0}
	for _, list := range [][]string{{l.soname}, l.needed, l.imports, l.exports} {
		for _, s := range list {
			at[s] = len(table)
			table = append(append(table, s...), 0)
		}
	}
	return table, at
}

func (l library) header(out []byte, sections int) {
	class, order, size, shsize := byte(1), byte(1), 52, 40
	if l.wide {
		class, size, shsize = 2, 64, 64
	}
	if l.order == binary.ByteOrder(binary.BigEndian) {
		order = 2
	}
	w := &writer{order: l.order, wide: l.wide}
	w.Write([]byte{0x7f, 'E', 'L', 'F', class, order, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	w.u16(3, int(l.machine))
	w.u32(1)
	w.word(0, size, sections)
	w.u32(0)
	ph, shnum := 32, 0
	if l.wide {
		ph = 56
	}
	if sections > 0 {
		shnum = 3
	}
	w.u16(size, ph, 3, shsize, shnum, 2)
	copy(out, w.Bytes())
}

func (l library) segment(out []byte, kind, offset, vaddr, size int) {
	w := &writer{order: l.order, wide: l.wide}
	w.u32(kind)
	if l.wide {
		w.u32(4)
		w.word(offset, vaddr, vaddr, size, size, 8)
	} else {
		w.word(offset, vaddr, vaddr, size, size)
		w.u32(4, 4)
	}
	copy(out, w.Bytes())
}

type writer struct {
	bytes.Buffer
	order binary.ByteOrder
	wide  bool
}

func (w *writer) u16(v ...int) {
	for _, n := range v {
		var b [2]byte
		w.order.PutUint16(b[:], uint16(n))
		w.Write(b[:])
	}
}

func (w *writer) u32(v ...int) {
	for _, n := range v {
		var b [4]byte
		w.order.PutUint32(b[:], uint32(n))
		w.Write(b[:])
	}
}

func (w *writer) word(v ...int) {
	for _, n := range v {
		if w.wide {
			var b [8]byte
			w.order.PutUint64(b[:], uint64(n))
			w.Write(b[:])
		} else {
			w.u32(n)
		}
	}
}

func (w *writer) align() {
	for w.Len()%8 != 0 {
		w.WriteByte(0)
	}
}

func (w *writer) symbol(name int, info byte, section int) {
	w.u32(name)
	if w.wide {
		w.Write([]byte{info, 0})
		w.u16(section)
		w.word(0, 0)
		return
	}
	w.u32(0, 0)
	w.Write([]byte{info, 0})
	w.u16(section)
}

// gnu writes a GNU hash table of one bucket for the symbols from first up to count.
func (w *writer) gnu(first, count int) {
	w.u32(1, first, 1, 0)
	w.word(0)
	w.u32(first)
	for i := first; i < count; i++ {
		end := 0
		if i == count-1 {
			end = 1
		}
		w.u32(2*i | end)
	}
}

// sections writes three section headers: none, .rodata, and the names, which lie behind them.
func (w *writer) sections(rodata, size int) {
	each := 40
	if w.wide {
		each = 64
	}
	names := w.Len() + 3*each
	for _, s := range [][4]int{{}, {1, 1, rodata, size}, {9, 3, names, 19}} {
		w.u32(s[0], s[1])
		w.word(2*min(s[0], 1), 0, s[2], s[3])
		w.u32(0, 0)
		w.word(1, 0)
	}
	w.WriteString("\x00.rodata\x00.shstrtab\x00")
}
