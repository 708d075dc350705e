// Package pefile reads programs, libraries and drivers of Windows (Portable Executable): what they run on, what they say
// of themselves (the version resource), and where their signature lies.
//
// Only headers, the version resource and the table of signatures are read, within limits, so that a file costs the same
// however large it is. Tables that point outside of the file are an error, never a read.
//
// What the package cannot see: what the code does; imports, exports, and resources other than the version.
package pefile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	maxHeaders  = 1 << 16
	maxSections = 96 // as the loader has it
	directories = 16

	directoryResource = 2
	directorySecurity = 4

	characteristicDLL = 0x2000
	subsystemNative   = 1 // drivers, and the few programs that start before all others
)

// File is a program whose headers were read.
type File struct {
	Arch   string // as the inventory writes it: "x86_64", "i686", "aarch64", "armv7l"; or the number of the machine
	DLL    bool
	Native bool // for the kernel, or before the start of the system: a driver

	r        io.ReaderAt
	size     int64
	checksum int64       // where the header keeps its checksum
	security int64       // where the header keeps the place of the signatures
	tables   [][2]uint32 // address and size
	sections []section
}

type section struct{ address, virtual, offset, size uint32 }

// Looks reports whether a file begins as a program does.
func Looks(head []byte) bool {
	if len(head) < 0x40 || head[0] != 'M' || head[1] != 'Z' {
		return false
	}
	at := int64(binary.LittleEndian.Uint32(head[0x3c:]))
	return at < maxHeaders && (at+4 > int64(len(head)) || string(head[at:at+4]) == "PE\x00\x00")
}

// ErrFormat is that a file is no program, or not as the loader takes it.
var ErrFormat = errors.New("this is not a program of Windows as its loader reads it")

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

// Open reads the headers.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: size}
	dos, err := f.read(0, 0x40)
	if err != nil || dos[0] != 'M' || dos[1] != 'Z' {
		return nil, bad("it has no header of MS-DOS")
	}
	at := int64(binary.LittleEndian.Uint32(dos[0x3c:]))
	coff, err := f.read(at, 24)
	if err != nil || at > maxHeaders || string(coff[:4]) != "PE\x00\x00" {
		return nil, bad("it has no PE header")
	}
	f.Arch = arch(binary.LittleEndian.Uint16(coff[4:]))
	f.DLL = binary.LittleEndian.Uint16(coff[22:])&characteristicDLL != 0
	length := int64(binary.LittleEndian.Uint16(coff[20:]))
	if err := f.optional(at+24, length); err != nil {
		return nil, err
	}
	return f, f.readSections(at+24+length, int(binary.LittleEndian.Uint16(coff[6:])))
}

func arch(machine uint16) string {
	switch machine {
	case 0x14c:
		return "i686"
	case 0x8664:
		return "x86_64"
	case 0xaa64:
		return "aarch64"
	case 0x1c4, 0x1c0:
		return "armv7l"
	}
	return fmt.Sprintf("0x%04x", machine)
}

func (f *File) optional(at, length int64) error {
	b, err := f.read(at, length)
	if err != nil || length < 96 {
		return bad("its optional header breaks off")
	}
	first := 96
	switch binary.LittleEndian.Uint16(b) {
	case 0x10b:
	case 0x20b:
		first = 112
	default:
		return bad("its optional header is of another kind")
	}
	f.Native = binary.LittleEndian.Uint16(b[68:]) == subsystemNative
	f.checksum = at + 64
	if len(b) < first {
		return bad("its optional header breaks off")
	}
	count := min(int(binary.LittleEndian.Uint32(b[first-4:])), directories, (len(b)-first)/8)
	for i := range max(count, 0) {
		f.tables = append(f.tables, [2]uint32{binary.LittleEndian.Uint32(b[first+8*i:]), binary.LittleEndian.Uint32(b[first+8*i+4:])})
	}
	if len(f.tables) > directorySecurity {
		f.security = at + int64(first) + 8*directorySecurity
	}
	return nil
}

func (f *File) readSections(at int64, count int) error {
	if count > maxSections {
		return bad("it has %d sections, more than Windows loads", count)
	}
	b, err := f.read(at, int64(count)*40)
	if err != nil {
		return bad("its table of sections breaks off")
	}
	for ; len(b) >= 40; b = b[40:] {
		f.sections = append(f.sections, section{virtual: binary.LittleEndian.Uint32(b[8:]), address: binary.LittleEndian.Uint32(b[12:]),
			size: binary.LittleEndian.Uint32(b[16:]), offset: binary.LittleEndian.Uint32(b[20:])})
	}
	return nil
}

// read reads n bytes, all of which have to be there.
func (f *File) read(at, n int64) ([]byte, error) {
	if at < 0 || n < 0 || at > f.size || n > f.size-at {
		return nil, bad("%d bytes at %d lie outside of the file's %d", n, at, f.size)
	}
	b := make([]byte, n)
	if _, err := f.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

// table is the address and size of one of the tables that the header names.
func (f *File) table(i int) (address, size uint32) {
	if i >= len(f.tables) {
		return 0, 0
	}
	return f.tables[i][0], f.tables[i][1]
}

// mapped reads what lies at an address of memory, at most n bytes of it.
func (f *File) mapped(address uint32, n int64) ([]byte, error) {
	at := slices.IndexFunc(f.sections, func(s section) bool { return address >= s.address && address-s.address < max(s.size, s.virtual) })
	if at < 0 {
		return nil, bad("address %#x lies in no section", address)
	}
	s := f.sections[at]
	skip := address - s.address
	if skip >= s.size {
		return nil, bad("address %#x lies behind what the file has of its section", address)
	}
	offset := int64(s.offset) + int64(skip)
	return f.read(offset, min(n, int64(s.size-skip), f.size-offset))
}

// Signatures is where the table of signatures lies in the file; its size is 0 where there is none.
func (f *File) Signatures() (at, size int64) {
	address, n := f.table(directorySecurity) // the one table whose place is not an address of memory
	return int64(address), int64(n)
}

// Hashed writes what a signature is over: all of the file but its checksum, the place of the signatures, and the
// signatures.
func (f *File) Hashed(w io.Writer) error {
	at, n := f.Signatures()
	if f.security == 0 || n == 0 {
		at, n = f.size, 0
	}
	if at > f.size || n > f.size-at || at < f.security+8 || f.checksum+4 > f.security && f.security != 0 {
		return bad("its signatures do not lie behind its headers")
	}
	from := int64(0)
	for _, gap := range [][2]int64{{f.checksum, 4}, {f.security, 8}, {at, n}} {
		if gap[0] == 0 {
			continue // no room for signatures
		}
		if _, err := io.Copy(w, io.NewSectionReader(f.r, from, gap[0]-from)); err != nil {
			return err
		}
		from = gap[0] + gap[1]
	}
	_, err := io.Copy(w, io.NewSectionReader(f.r, from, f.size-from))
	return err
}

// SignatureTable reads the table of signatures, at most limit bytes of it.
func (f *File) SignatureTable(limit int64) ([]byte, error) {
	at, n := f.Signatures()
	if n == 0 {
		return nil, nil
	}
	if n > limit {
		return nil, fmt.Errorf("its signatures take %d bytes, more than the %d that are read", n, limit)
	}
	return f.read(at, n)
}

// Size is the size of the file.
func (f *File) Size() int64 { return f.size }
