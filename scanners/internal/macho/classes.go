package macho

import "strings"

// The limits on classes and types of one image.
const (
	MaxClasses   = 200_000
	maxClassName = 512
	maxParents   = 32 // contexts around a Swift type
)

// Names are what an image defines.
type Names struct {
	Classes []string       // of Objective-C, in the order of the file; Swift's as they are mangled
	Modules map[string]int // of Swift, with the number of their types
	Cut     bool           // there are more than are read
	Unread  int            // entries of its lists that lead nowhere
}

// Names reads the lists of classes and types. Of an encrypted image there is nothing to read.
func (m *Image) Names() Names {
	n := Names{Modules: map[string]int{}}
	if m.Encrypted() || int64(len(m.data)) < m.Size {
		return n
	}
	for _, s := range m.Sections {
		switch s.Name {
		case "__objc_classlist":
			m.classList(s, &n)
		case "__swift5_types", "__swift5_types2":
			m.typeList(s, &n)
		}
	}
	return n
}

// bytes are the bytes of the image at an offset in it, or nil.
func (m *Image) bytes(at, size int64) []byte {
	if at < 0 || size <= 0 || at > int64(len(m.data)) || size > int64(len(m.data))-at {
		return nil
	}
	return m.data[at : at+size]
}

// place is where in the image an address in memory lies, or -1.
func (m *Image) place(address uint64) int64 {
	for i := range m.segments {
		s := &m.segments[i]
		if address >= s.vmaddr && address-s.vmaddr < uint64(s.filesize) {
			return s.fileoff + int64(address-s.vmaddr)
		}
	}
	return -1
}

// base is the address of the image's beginning.
func (m *Image) base() uint64 {
	for i := range m.segments {
		if m.segments[i].name == "__TEXT" {
			return m.segments[i].vmaddr
		}
	}
	return 0
}

// pointer follows a pointer in the image. Where the linker chained its fix-ups through the pointers, their upper bits
// are not part of the address, and the lower ones may count from the image's beginning.
func (m *Image) pointer(at int64) int64 {
	if !m.wide {
		b := m.bytes(at, 4)
		if b == nil {
			return -1
		}
		return m.place(uint64(m.order.Uint32(b)))
	}
	b := m.bytes(at, 8)
	if b == nil {
		return -1
	}
	v := m.order.Uint64(b)
	if v == 0 {
		return -1
	}
	for _, address := range [...]uint64{v, v & (1<<36 - 1), v&(1<<36-1) + m.base(), v & (1<<43 - 1), v&(1<<32-1) + m.base()} {
		if p := m.place(address); p >= 0 {
			return p
		}
	}
	return -1
}

// classList reads the names of the classes that a list of pointers leads to.
func (m *Image) classList(s Section, n *Names) {
	step, data, name := int64(8), int64(32), int64(24)
	if !m.wide {
		step, data, name = 4, 16, 16
	}
	for at, end := s.Offset-m.Offset, s.Offset-m.Offset+s.Size; at+step <= end; at += step {
		if len(n.Classes) >= MaxClasses {
			n.Cut = true
			return
		}
		class := m.pointer(at)
		if class < 0 {
			n.Unread++
			continue
		}
		ro := m.pointer(class + data)
		if ro < 0 {
			n.Unread++
			continue
		}
		ro &^= 3 // the lowest bits of the pointer are flags
		text := m.name(m.pointer(ro + name))
		if text == "" {
			n.Unread++
			continue
		}
		n.Classes = append(n.Classes, text)
	}
}

// name is a name of printable characters at an offset, or nothing.
func (m *Image) name(at int64) string {
	if at < 0 || at >= int64(len(m.data)) {
		return ""
	}
	b := m.data[at:min(at+maxClassName, int64(len(m.data)))]
	for i, c := range b {
		switch {
		case c == 0:
			return string(b[:i])
		case c < '!' || c == 0x7f:
			return ""
		}
	}
	return ""
}

// typeList counts the modules of Swift's types: each entry leads to the description of a type, and from there over the
// contexts around it to its module.
func (m *Image) typeList(s Section, n *Names) {
	types := 0
	for at, end := s.Offset-m.Offset, s.Offset-m.Offset+s.Size; at+4 <= end; at += 4 {
		if types++; types > MaxClasses {
			n.Cut = true
			return
		}
		if module := m.module(m.relative(at, true)); module != "" {
			n.Modules[module]++
		} else {
			n.Unread++
		}
	}
}

// relative follows an offset that counts from its own place in memory. Where that may lead to a pointer to the thing
// in place of the thing, its lowest bit says that it does.
func (m *Image) relative(at int64, indirect bool) int64 {
	b := m.bytes(at, 4)
	address, ok := m.address(at)
	if b == nil || !ok {
		return -1
	}
	off := int64(int32(m.order.Uint32(b)))
	if off == 0 {
		return -1
	}
	if !indirect {
		return m.place(address + uint64(off))
	}
	p := m.place(address + uint64(off&^3))
	if p >= 0 && off&1 != 0 {
		return m.pointer(p)
	}
	return p
}

// address is the inverse of place.
func (m *Image) address(at int64) (uint64, bool) {
	for i := range m.segments {
		s := &m.segments[i]
		if at >= s.fileoff && at-s.fileoff < s.filesize {
			return s.vmaddr + uint64(at-s.fileoff), true
		}
	}
	return 0, false
}

// module is the name of the module around a description.
func (m *Image) module(at int64) string {
	for range maxParents {
		b := m.bytes(at, 12)
		if b == nil {
			return ""
		}
		if m.order.Uint32(b)&0x1f == 0 { // a module
			return m.name(m.relative(at+8, false))
		}
		at = m.relative(at+4, true)
	}
	return ""
}

// SwiftModule is the module of a class whose name is mangled, as Objective-C knows classes of Swift.
func SwiftModule(class string) (string, bool) {
	rest, ok := strings.CutPrefix(class, "_Tt")
	if !ok {
		return "", false
	}
	rest = strings.TrimLeft(rest, "CVOGPM")
	n := 0
	for rest != "" && rest[0] >= '0' && rest[0] <= '9' && n < maxClassName {
		n, rest = 10*n+int(rest[0]-'0'), rest[1:]
	}
	if n == 0 || n > len(rest) {
		return "", false
	}
	return rest[:n], true
}
