package macho

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// The load commands that are read.
const (
	lcSegment        = 0x1
	lcDysymtab       = 0xb
	lcUnixThread     = 0x5
	lcLoadDylib      = 0xc
	lcIDDylib        = 0xd
	lcLoadWeak       = 0x80000018
	lcSegment64      = 0x19
	lcUUID           = 0x1b
	lcRpath          = 0x8000001c
	lcCodeSignature  = 0x1d
	lcReexport       = 0x8000001f
	lcLazyLoad       = 0x20
	lcEncryption     = 0x21
	lcUpward         = 0x80000023
	lcVersionMacOS   = 0x24
	lcVersionIOS     = 0x25
	lcMain           = 0x80000028
	lcEncryption64   = 0x2c
	lcVersionTVOS    = 0x2f
	lcVersionWatchOS = 0x30
	lcBuildVersion   = 0x32
)

// parse reads the header and the load commands.
func (m *Image) parse() error {
	if len(m.data) < 28 {
		return errors.New("a program breaks off in its header")
	}
	switch binary.LittleEndian.Uint32(m.data) {
	case magic32:
		m.order = binary.LittleEndian
	case magic64:
		m.order, m.wide = binary.LittleEndian, true
	case 0xcefaedfe:
		m.order = binary.BigEndian
	case 0xcffaedfe:
		m.order, m.wide = binary.BigEndian, true
	default:
		return errors.New("a part of a fat file is no program")
	}
	u32 := m.order.Uint32
	m.CPU = cpu(u32(m.data[4:]), u32(m.data[8:]))
	m.Kind = kind(u32(m.data[12:]))
	head, n, size := 28, int(u32(m.data[16:])), int64(u32(m.data[20:]))
	if m.wide {
		head = 32
	}
	if len(m.data) < head {
		return errors.New("a program breaks off in its header")
	}
	commands := m.data[head:]
	switch {
	case size > maxCommands:
		m.fault("load commands of %d bytes are more than the %d that are read", size, maxCommands)
		size = maxCommands
	case size > int64(len(commands)):
		m.fault("its load commands break off")
	}
	m.commands(commands[:min(size, int64(len(commands)))], n)
	return nil
}

func (m *Image) commands(rest []byte, n int) {
	for range n {
		if len(rest) < 8 {
			m.fault("its load commands are fewer than it says")
			return
		}
		what, size := m.order.Uint32(rest), int64(m.order.Uint32(rest[4:]))
		if size < 8 || size > int64(len(rest)) {
			m.fault("a load command of %d bytes cannot be", size)
			return
		}
		m.command(what, rest[:size])
		rest = rest[size:]
	}
}

// command reads one load command, which has at least eight bytes.
func (m *Image) command(what uint32, c []byte) {
	u32 := func(at int) uint32 {
		if at+4 > len(c) {
			return 0
		}
		return m.order.Uint32(c[at:])
	}
	switch what {
	case lcSegment, lcSegment64:
		m.segment(c, what == lcSegment64)
	case lcUUID:
		if len(c) >= 24 {
			m.UUID = hex.EncodeToString(c[8:24])
		}
	case lcIDDylib:
		m.ID, m.IDVersion = m.text(c, u32(8)), dotted(u32(16))
	case lcLoadDylib, lcLoadWeak, lcReexport, lcLazyLoad, lcUpward:
		m.library(Library{Path: m.text(c, u32(8)), Version: dotted(u32(16)), Weak: what == lcLoadWeak, Reexport: what == lcReexport})
	case lcRpath:
		if p := m.text(c, u32(8)); p != "" && len(m.Rpaths) < maxLibraries {
			m.Rpaths = append(m.Rpaths, p)
		}
	case lcCodeSignature:
		m.signature(int64(u32(8)), int64(u32(12)))
	case lcEncryption, lcEncryption64:
		m.CryptID = max(m.CryptID, u32(16))
	case lcMain, lcUnixThread:
		m.HasEntry = true
	case lcDysymtab:
		m.Exports = int(min(u32(20), 1<<24))
	case lcBuildVersion:
		m.Platform, m.MinOS, m.SDK = platform(u32(8)), dotted(u32(12)), dotted(u32(16))
	case lcVersionMacOS, lcVersionIOS, lcVersionTVOS, lcVersionWatchOS:
		if m.Platform == "" {
			m.Platform, m.MinOS, m.SDK = m.oldPlatform(what), dotted(u32(8)), dotted(u32(12))
		}
	}
}

func (m *Image) library(l Library) {
	switch {
	case l.Path == "":
	case len(m.Libraries) >= maxLibraries:
		m.fault("it asks for more than %d libraries", maxLibraries)
	default:
		m.Libraries = append(m.Libraries, l)
	}
}

func (m *Image) signature(offset, size int64) {
	if size <= 0 {
		return
	}
	if offset > m.Size || size > m.Size-offset {
		m.fault("its signature reaches beyond its end")
		return
	}
	m.Signature = Region{m.Offset + offset, size}
}

// segment reads a segment and its sections.
func (m *Image) segment(c []byte, wide bool) {
	head, entry := 56, 68
	if wide {
		head, entry = 72, 80
	}
	if len(c) < head {
		m.fault("a segment breaks off")
		return
	}
	u32, u64 := m.order.Uint32, m.order.Uint64
	s := segment{name: text(c[8:24])}
	var n uint32
	if wide {
		s.vmaddr, s.fileoff, s.filesize = u64(c[24:]), word(u64(c[40:])), word(u64(c[48:]))
		n = u32(c[64:])
	} else {
		s.vmaddr, s.fileoff, s.filesize = uint64(u32(c[24:])), int64(u32(c[32:])), int64(u32(c[36:]))
		n = u32(c[48:])
	}
	if s.fileoff > m.Size || s.filesize > m.Size-s.fileoff {
		m.fault("segment %q reaches beyond the end", s.name)
		s.filesize = max(0, m.Size-min(s.fileoff, m.Size))
	}
	if len(m.segments) < maxSegments {
		m.segments = append(m.segments, s)
	} else {
		m.fault("it has more than %d segments", maxSegments)
	}
	for c = c[head:]; n > 0 && len(c) >= entry; n, c = n-1, c[entry:] {
		m.section(c, wide)
	}
	if n > 0 {
		m.fault("the sections of segment %q break off", s.name)
	}
}

// maxSegments are far more than any file has; each pointer is looked up in all of them.
const maxSegments = 64

func (m *Image) section(c []byte, wide bool) {
	s := Section{Name: text(c[:16]), Segment: text(c[16:32])}
	var flags uint32
	if wide {
		s.Size, s.Offset, flags = word(m.order.Uint64(c[40:])), int64(m.order.Uint32(c[48:])), m.order.Uint32(c[64:])
	} else {
		s.Size, s.Offset, flags = int64(m.order.Uint32(c[36:])), int64(m.order.Uint32(c[40:])), m.order.Uint32(c[56:])
	}
	switch flags & 0xff {
	case 1, 12, 18: // filled with zeros: they have no bytes in the file
		return
	}
	if s.Size == 0 {
		return
	}
	if s.Offset > m.Size || s.Size > m.Size-s.Offset {
		m.fault("section %q reaches beyond the end", s.Name)
		return
	}
	s.Offset += m.Offset
	if len(m.Sections) >= maxSections {
		m.fault("it has more than %d sections", maxSections)
		return
	}
	m.Sections = append(m.Sections, s)
}

func (m *Image) fault(format string, args ...any) {
	if len(m.faults) < maxFaults {
		m.faults = append(m.faults, fmt.Sprintf(format, args...))
	}
}

// text is the string at an offset of a load command.
func (m *Image) text(c []byte, at uint32) string {
	if int64(at) < 8 || int64(at) >= int64(len(c)) {
		return ""
	}
	return text(c[at:min(int(at)+maxName, len(c))])
}

// text is a string up to its NUL.
func text(b []byte) string {
	if n := bytes.IndexByte(b, 0); n >= 0 {
		b = b[:n]
	}
	return string(b)
}

// Strings are the parts of the file that hold text, in the order of the file and without overlap: constants of C, of
// Objective-C and of Swift, and data that is neither code nor a table of the linker. Of an encrypted image it is only
// what lies outside of the code's segment.
func (m *Image) Strings() []Region {
	var list []Region
	for _, s := range m.Sections {
		if !holdsText(s.Segment, s.Name) || m.Encrypted() && s.Segment == "__TEXT" {
			continue
		}
		list = append(list, s.Region)
	}
	slices.SortFunc(list, func(a, b Region) int { return int(min(max(a.Offset-b.Offset, -1), 1)) })
	var out []Region
	end := int64(0)
	for _, r := range list {
		if from, to := max(r.Offset, end), r.Offset+r.Size; to > from {
			out = append(out, Region{from, to - from})
			end = to
		}
	}
	return out
}

// holdsText reports the sections that may hold text: those that compilers put constants in, and those with names of
// other tools, as Go, Rust and Flutter have.
func holdsText(segment, name string) bool {
	switch name {
	case "__text", "__stubs", "__stub_helper", "__unwind_info", "__eh_frame", "__got", "__la_symbol_ptr", "__nl_symbol_ptr", "__auth_got",
		"__auth_stubs", "__auth_ptr", "__objc_selrefs", "__objc_classrefs", "__objc_superrefs", "__objc_classlist", "__objc_catlist", "__objc_protolist",
		"__objc_protorefs", "__objc_ivar", "__objc_imageinfo", "__objc_methtype", "__objc_methname", "__objc_methlist", "__objc_const", "__objc_data",
		"__objc_stubs", "__cfstring", "__mod_init_func", "__mod_term_func", "__init_offsets", "__gcc_except_tab", "__thread_vars", "__thread_ptrs",
		"__literal4", "__literal8", "__literal16", "__gopclntab", "__gosymtab", "__typelink", "__itablink":
		return false
	}
	return segment != "__DWARF" && segment != "__LLVM" && segment != "__LINKEDIT"
}
