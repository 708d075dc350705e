package elffile

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// file is an ELF file while it is parsed.
type file struct {
	data  []byte
	order binary.ByteOrder
	wide  bool // 64 bits

	machine              uint16
	phoff, shoff         int64
	phentsize, shentsize int64
	phnum, shnum, names  int64

	loads     []load
	loaded    []Region
	notes     []Region
	constants []Region // by section headers
	dyn       Region
	dynsym    Region // by section headers
	arch      uint64 // Tag_CPU_arch of ARM's attributes, plus one
	tables    tables
	faults    []string
}

// load is a segment that the linker maps.
type load struct{ vaddr, offset, size int64 }

const (
	maxSegments = 1024
	maxSections = 65536

	maxNotes      = 16 // segments and sections
	maxNote       = 64 << 10
	maxAttributes = 4096
)

func (f *file) fault(format string, args ...any) {
	if len(f.faults) < 8 {
		f.faults = append(f.faults, fmt.Sprintf(format, args...))
	}
}

// header reads the first bytes.
func header(data []byte) (*file, error) {
	if !Is(data) {
		return nil, ErrNotELF
	}
	f := &file{data: data, order: binary.LittleEndian}
	if len(data) < 52 {
		return nil, fmt.Errorf("its header breaks off after %d bytes", len(data))
	}
	switch data[5] {
	case 1:
	case 2:
		f.order = binary.BigEndian
	default:
		return nil, fmt.Errorf("byte order %d is neither of the two", data[5])
	}
	switch data[4] {
	case 1:
	case 2:
		f.wide = true
	default:
		return nil, fmt.Errorf("class %d is neither of 32 nor of 64 bits", data[4])
	}
	if f.wide && len(data) < 64 {
		return nil, fmt.Errorf("its header breaks off after %d bytes", len(data))
	}
	f.machine = f.order.Uint16(data[18:])
	at := 28
	if f.wide {
		at = 32
	}
	f.phoff, at = f.word(data[at:]), at+f.wordSize()
	f.shoff, at = f.word(data[at:]), at+f.wordSize()
	counts := [5]int64{}
	for i := range counts {
		counts[i] = int64(f.order.Uint16(data[at+6+2*i:]))
	}
	f.phentsize, f.phnum, f.shentsize, f.shnum, f.names = counts[0], counts[1], counts[2], counts[3], counts[4]
	return f, nil
}

func (f *file) u32(b []byte) uint32 { return f.order.Uint32(b) }

func (f *file) wordSize() int {
	if f.wide {
		return 8
	}
	return 4
}

// word reads an address or size. One that no file can have becomes a number that no check lets through.
func (f *file) word(b []byte) int64 {
	if !f.wide {
		return int64(f.order.Uint32(b))
	}
	return int64(min(f.order.Uint64(b), math.MaxInt64/4))
}

// slice is the part of the file that begins at off, as far as the file goes.
func (f *file) slice(off, size int64) []byte {
	if off < 0 || size <= 0 || off >= int64(len(f.data)) {
		return nil
	}
	return f.data[off:min(off+size, int64(len(f.data)))]
}

// text is the string at i of a table, cut at maxName.
func text(table []byte, i int64) string {
	if i < 0 || i >= int64(len(table)) {
		return ""
	}
	b := table[i:min(i+maxName, int64(len(table)))]
	for n, c := range b {
		if c == 0 {
			return string(b[:n])
		}
	}
	return string(b)
}

// at is the place in the file of an address in memory, and how many bytes the file has from there on.
func (f *file) at(vaddr int64) (Region, bool) {
	for _, l := range f.loads {
		if vaddr >= l.vaddr && vaddr-l.vaddr < l.size {
			return Region{l.offset + vaddr - l.vaddr, l.size - (vaddr - l.vaddr)}, true
		}
	}
	return Region{}, false
}

// segments reads the program headers.
func (f *file) segments() {
	size := int64(32)
	if f.wide {
		size = 56
	}
	if f.phnum == 0 {
		return
	}
	if f.phentsize != size || f.phnum > maxSegments {
		f.fault("program headers of %d bytes, %d of them, cannot be", f.phentsize, f.phnum)
		return
	}
	table := f.slice(f.phoff, f.phnum*size)
	if int64(len(table)) < f.phnum*size {
		f.fault("its program headers break off")
	}
	for ; int64(len(table)) >= size; table = table[size:] {
		f.segment(table)
	}
}

func (f *file) segment(b []byte) {
	kind := f.u32(b)
	var offset, vaddr, size int64
	if f.wide {
		offset, vaddr, size = f.word(b[8:]), f.word(b[16:]), f.word(b[32:])
	} else {
		offset, vaddr, size = f.word(b[4:]), f.word(b[8:]), f.word(b[16:])
	}
	r := Region{offset, int64(len(f.slice(offset, size)))}
	switch kind {
	case 1: // PT_LOAD
		if r.Size < size {
			f.fault("a segment of %d bytes breaks off after %d", size, r.Size)
		}
		f.loads = append(f.loads, load{vaddr, offset, r.Size})
		f.loaded = append(f.loaded, r)
	case 2: // PT_DYNAMIC
		f.dyn = r
	case 4: // PT_NOTE
		f.note(r)
	}
}

func (f *file) note(r Region) {
	if len(f.notes) < maxNotes {
		f.notes = append(f.notes, Region{r.Offset, min(r.Size, maxNote)})
	}
}

// sections reads the section headers. Packed files have none, or false ones: what they say only adds.
func (f *file) sections() {
	size := int64(40)
	if f.wide {
		size = 64
	}
	if f.shnum == 0 || f.shentsize != size || f.shnum > maxSections {
		return
	}
	table := f.slice(f.shoff, f.shnum*size)
	var names []byte
	if at := f.names * size; at+size <= int64(len(table)) {
		_, _, offset, length := f.section(table[at:])
		names = f.slice(offset, length)
	}
	for ; int64(len(table)) >= size; table = table[size:] {
		kind, flags, offset, length := f.section(table)
		r := Region{offset, int64(len(f.slice(offset, length)))}
		switch kind {
		case 1: // SHT_PROGBITS
			if name := text(names, int64(f.u32(table))); holdsConstants(name, flags) {
				f.constants = append(f.constants, r)
			}
		case 7: // SHT_NOTE
			f.note(r)
		case 11: // SHT_DYNSYM
			f.dynsym = r
		case 0x70000003: // SHT_ARM_ATTRIBUTES
			f.arch = armArch(f.slice(offset, min(length, maxAttributes)))
		}
	}
}

func (f *file) section(b []byte) (kind uint32, flags uint64, offset, size int64) {
	if f.wide {
		return f.u32(b[4:]), f.order.Uint64(b[8:]), f.word(b[24:]), f.word(b[32:])
	}
	return f.u32(b[4:]), uint64(f.u32(b[8:])), f.word(b[16:]), f.word(b[20:])
}

// holdsConstants reports whether a section may hold text: it is loaded and not run, and no table of the linker or for
// exceptions. "payload" is where .NET's build puts the assemblies of an app.
func holdsConstants(name string, flags uint64) bool {
	const alloc, exec = 2, 4
	if name == "payload" {
		return true
	}
	if flags&alloc == 0 || flags&exec != 0 {
		return false
	}
	for _, p := range [...]string{".eh_frame", ".gcc_except_table", ".ARM.ex", ".got", ".plt", ".init_array", ".fini_array"} {
		if strings.HasPrefix(name, p) {
			return false
		}
	}
	return true
}

// abi is the processor in Android's words.
func (f *file) abi() string {
	switch f.machine {
	case 3:
		return "x86"
	case 8:
		if f.wide {
			return "mips64"
		}
		return "mips"
	case 40:
		if f.arch > 0 && f.arch-1 < 10 { // before ARM v7
			return "armeabi"
		}
		return "armeabi-v7a"
	case 62:
		return "x86_64"
	case 183:
		return "arm64-v8a"
	case 243:
		if f.wide {
			return "riscv64"
		}
		return "riscv32"
	}
	return "machine " + strconv.Itoa(int(f.machine))
}

// armArch reads which processor ARM's build attributes ask for, plus one; zero where they do not say.
func armArch(b []byte) uint64 {
	const head = 1 + 4 + len("aeabi\x00") + 1 + 4
	if len(b) < head || b[0] != 'A' || string(b[5:11]) != "aeabi\x00" || b[11] != 1 {
		return 0
	}
	for b = b[head:]; len(b) > 0; {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return 0
		}
		b = b[n:]
		if tag == 4 || tag == 5 || tag == 67 { // texts
			end := strings.IndexByte(string(b[:min(len(b), maxName)]), 0)
			if end < 0 {
				return 0
			}
			b = b[end+1:]
			continue
		}
		value, n := binary.Uvarint(b)
		if n <= 0 {
			return 0
		}
		if tag == 6 { // Tag_CPU_arch
			return value + 1
		}
		b = b[n:]
	}
	return 0
}
