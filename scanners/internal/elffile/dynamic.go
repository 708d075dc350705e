package elffile

import (
	"encoding/binary"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// tables are where the dynamic section says that the linker's tables lie.
type tables struct {
	strtab, strsz, symtab, hash, gnuHash int64
	soname                               int64
	needed                               []int64
}

const maxDynamic = 65536 // entries of the dynamic section

// dynamic reads what the file calls itself and which libraries it asks for, and notes where its symbols are.
func (f *file) dynamic(code *inventory.NativeCode) {
	t := tables{soname: -1}
	step := 2 * f.wordSize()
	table := f.slice(f.dyn.Offset, min(f.dyn.Size, int64(maxDynamic*step)))
	for ; len(table) >= step; table = table[step:] {
		tag, value := f.word(table), f.word(table[step/2:])
		if tag == 0 {
			break
		}
		switch tag {
		case 1:
			if len(t.needed) < MaxNeeded {
				t.needed = append(t.needed, value)
			} else {
				f.fault("asks for more than %d libraries", MaxNeeded)
			}
		case 4:
			t.hash = value
		case 5:
			t.strtab = value
		case 6:
			t.symtab = value
		case 10:
			t.strsz = value
		case 14:
			t.soname = value
		case 0x6ffffef5:
			t.gnuHash = value
		}
	}
	f.tables = t
	names := f.strings()
	code.SOName = inventory.Text(text(names, t.soname))
	for _, n := range t.needed {
		if s := text(names, n); s != "" {
			code.Needed = append(code.Needed, inventory.Text(s))
		}
	}
	slices.Sort(code.Needed)
	code.Needed = slices.Compact(code.Needed)
}

// strings is the table of the names of symbols and libraries.
func (f *file) strings() []byte {
	r, ok := f.at(f.tables.strtab)
	if !ok || f.tables.strtab == 0 {
		return nil
	}
	return f.slice(r.Offset, min(r.Size, f.tables.strsz))
}

// symbols counts what the file exports and reads the names of native methods.
func (f *file) symbols(code *inventory.NativeCode, detail *Detail) {
	size := int64(16)
	if f.wide {
		size = 24
	}
	r, ok := f.at(f.tables.symtab)
	if !ok || f.tables.symtab == 0 {
		return
	}
	table, names := f.slice(r.Offset, r.Size), f.strings()
	count := min(f.symbolCount(size), int64(len(table))/size)
	classes := map[string]bool{}
	for i := int64(1); i < count; i++ {
		f.symbol(table[i*size:], names, code, detail, classes)
	}
	for c := range classes {
		code.JNI = append(code.JNI, c)
	}
	slices.Sort(code.JNI)
}

func (f *file) symbol(b, names []byte, code *inventory.NativeCode, detail *Detail, classes map[string]bool) {
	info, section := b[12], f.order.Uint16(b[14:min(16, len(b))])
	if f.wide {
		info, section = b[4], f.order.Uint16(b[6:])
	}
	if bind := info >> 4; section == 0 || bind == 0 {
		return
	}
	code.Exports++
	at := int64(f.u32(b))
	if at >= int64(len(names)) || names[at] != 'J' {
		return
	}
	name := text(names, at)
	if name == "JNI_OnLoad" {
		detail.OnLoad = true
	}
	class, _, ok := Native(name)
	if !ok {
		return
	}
	detail.Methods++
	if len(classes) < MaxJNI {
		classes[class] = true
	} else if !classes[class] {
		f.fault("exports native methods of more than %d classes", MaxJNI)
	}
}

// symbolCount is how many symbols there are, which only the tables by which the linker finds them tell.
func (f *file) symbolCount(size int64) int64 {
	if f.tables.hash != 0 {
		if r, ok := f.at(f.tables.hash); ok && r.Size >= 8 {
			if n := int64(f.u32(f.slice(r.Offset+4, 4))); n > 0 {
				return n
			}
		}
	}
	if f.tables.gnuHash != 0 {
		if n := f.gnuCount(); n > 0 {
			return n
		}
	}
	return f.dynsym.Size / size
}

// gnuCount follows the last chain of a GNU hash table to its end.
func (f *file) gnuCount() int64 {
	r, ok := f.at(f.tables.gnuHash)
	if !ok || r.Size < 16 {
		return 0
	}
	b := f.slice(r.Offset, r.Size)
	if len(b) < 16 {
		return 0
	}
	buckets, first, bloom := int64(f.u32(b)), int64(f.u32(b[4:])), int64(f.u32(b[8:]))
	at := 16 + bloom*int64(f.wordSize())
	if at+4*buckets > int64(len(b)) {
		return 0
	}
	last := int64(0)
	for i := range buckets {
		last = max(last, int64(f.u32(b[at+4*i:])))
	}
	if last < first {
		return first
	}
	for chain := at + 4*buckets + 4*(last-first); chain >= 0 && chain+4 <= int64(len(b)); chain += 4 {
		last++
		if f.u32(b[chain:])&1 != 0 {
			return last
		}
	}
	return 0
}

// Native takes the name of an exported native method apart, as the Java Native Interface puts it together.
func Native(symbol string) (class, method string, ok bool) {
	rest, ok := strings.CutPrefix(symbol, "Java_")
	if !ok {
		return "", "", false
	}
	var b strings.Builder
	last := -1
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		if c != '_' {
			b.WriteByte(c)
			continue
		}
		next := byte(0)
		if i+1 < len(rest) {
			next = rest[i+1]
		}
		switch {
		case next == '1':
			b.WriteByte('_')
			i++
		case next == '0' && i+6 <= len(rest):
			r, good := unicode(rest[i+2 : i+6])
			if !good {
				return "", "", false
			}
			b.WriteRune(r)
			i += 5
		case next == '_' && (i+2 >= len(rest) || rest[i+2] < '0' || rest[i+2] > '2'):
			i = len(rest) // the types of its arguments
		default:
			last = b.Len()
			b.WriteByte('.')
		}
	}
	s := b.String()
	if last <= 0 || last == len(s)-1 {
		return "", "", false
	}
	return inventory.Text(s[:last]), inventory.Text(s[last+1:]), true
}

func unicode(digits string) (rune, bool) {
	var b [2]byte
	for i := range 4 {
		c := digits[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		default:
			return 0, false
		}
		b[i/2] = b[i/2]<<4 | c
	}
	r := rune(binary.BigEndian.Uint16(b[:]))
	return r, r >= 0x20 && (r < 0xd800 || r > 0xdfff)
}
