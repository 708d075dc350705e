// Package macho reads programs and libraries of Apple's systems: Mach-O of 32 and 64 bits in both byte orders, alone or
// several in one file (fat, also with 64-bit offsets). It tells the processor, the system it is built for, the libraries
// it asks for, where its signature and its constants lie, whether the store's encryption lies on it, and which classes
// and Swift modules it defines.
//
// No table is trusted to have the size it claims, nothing is allocated by a number in the file, and the work is linear
// in the bytes.
//
// What the package cannot see: any instruction; the symbols of Swift and C code; classes whose list is encrypted;
// what a program loads or unpacks while it runs.
package macho

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The limits of what is read and kept of one file.
const (
	MaxFile   = 512 << 20 // bytes that Read takes in
	MaxImages = 32        // programs in one fat file

	maxCommands  = 16 << 20 // bytes of load commands
	maxLibraries = 2000
	maxSections  = 20_000
	maxName      = 1024 // bytes of a path
)

// ErrNotMachO is for a file that does not begin as one.
var ErrNotMachO = errors.New("not a Mach-O file")

// File is a Mach-O file: one program, or several for different processors.
type File struct {
	Fat    bool
	Images []Image
	Faults []string // what contradicts itself or breaks off
}

// Image is one program or library for one processor.
type Image struct {
	Offset, Size int64  // in the file
	CPU          string // "arm64", "arm64e", "armv7", "x86_64", …
	Kind         string // "executable", "library", "bundle", "object", …
	UUID         string // lower-case hex
	Platform     string // "ios", "ios-simulator", "macos", …; empty when not told
	MinOS, SDK   string // versions
	ID           string // the name that a library gives itself
	IDVersion    string // and its version
	Libraries    []Library
	Rpaths       []string
	CryptID      uint32 // how the code is encrypted, zero for not at all
	Signature    Region // of the file; empty for none
	HasEntry     bool   // it says where to start
	Exports      int    // symbols that others may call, as its table of symbols counts them
	Sections     []Section

	data     []byte // the image
	order    binary.ByteOrder
	wide     bool
	segments []segment
	faults   []string
}

// Library is a library that an image asks for.
type Library struct {
	Path     string
	Version  string
	Weak     bool // it may be missing
	Reexport bool // it counts as a part of the image
}

// Section is a named part of an image.
type Section struct {
	Segment, Name string
	Region        // of the file
}

// Region is a range of bytes of the file.
type Region struct{ Offset, Size int64 }

type segment struct {
	name              string
	vmaddr            uint64
	fileoff, filesize int64
}

// Encrypted reports whether the store's encryption lies on the code.
func (m *Image) Encrypted() bool { return m.CryptID != 0 }

const (
	magic32    = 0xfeedface
	magic64    = 0xfeedfacf
	magicFat   = 0xcafebabe
	magicFat64 = 0xcafebabf
)

// Is reports whether content begins as a Mach-O file does. A fat file shares its first bytes with Java's class files, whose
// fifth to eighth byte are a version that no fat file has as its count.
func Is(content []byte) bool {
	if len(content) < 8 {
		return false
	}
	switch binary.BigEndian.Uint32(content) {
	case magic32, magic64, 0xcefaedfe, 0xcffaedfe:
		return true
	case magicFat, magicFat64:
		n := binary.BigEndian.Uint32(content[4:])
		return n > 0 && n <= MaxImages
	}
	return false
}

// Read reads the whole of a file and parses it.
func Read(r io.ReaderAt, size int64) (*File, error) {
	if size < 0 || size > MaxFile {
		return nil, fmt.Errorf("it has %d bytes, more than the %d that are read", size, int64(MaxFile))
	}
	data := make([]byte, size)
	if n, err := r.ReadAt(data, 0); int64(n) < size {
		return nil, fmt.Errorf("read %d of %d bytes: %w", n, size, err)
	}
	return Parse(data)
}

// Parse reads a file that is in memory and must not be changed while the result is in use. What could be read of a file
// that breaks off or contradicts itself comes with Faults.
func Parse(data []byte) (*File, error) {
	return parse(data, int64(len(data)))
}

// Head reads what the first bytes of a large file of a size say. Of a fat file, only images whose beginning is among
// them are told.
func Head(data []byte, size int64) (*File, error) {
	return parse(data, size)
}

func parse(data []byte, size int64) (*File, error) {
	if !Is(data) {
		return nil, ErrNotMachO
	}
	f := &File{}
	switch magic := binary.BigEndian.Uint32(data); magic {
	case magicFat, magicFat64:
		f.Fat = true
		f.fat(data, size, magic == magicFat64)
	default:
		f.image(data, size, Region{0, size})
	}
	if len(f.Images) == 0 {
		return nil, fmt.Errorf("no program in it can be read: %v", f.Faults)
	}
	return f, nil
}

// fat reads the table of a fat file.
func (f *File) fat(data []byte, size int64, wide bool) {
	entry := 20
	if wide {
		entry = 32
	}
	n := int(binary.BigEndian.Uint32(data[4:])) // at most MaxImages, see Is
	table := data[8:]
	for range n {
		if len(table) < entry {
			f.fault("its list of programs breaks off")
			return
		}
		var r Region
		if wide {
			r = Region{word(binary.BigEndian.Uint64(table[8:])), word(binary.BigEndian.Uint64(table[16:]))}
		} else {
			r = Region{int64(binary.BigEndian.Uint32(table[8:])), int64(binary.BigEndian.Uint32(table[12:]))}
		}
		f.image(data, size, r)
		table = table[entry:]
	}
}

// image reads the image in a region.
func (f *File) image(data []byte, size int64, r Region) {
	if r.Offset < 0 || r.Size <= 0 || r.Offset >= size {
		f.fault("a program lies outside of the file")
		return
	}
	if r.Size > size-r.Offset {
		f.fault("a program of %d bytes breaks off after %d", r.Size, size-r.Offset)
		r.Size = size - r.Offset
	}
	if r.Offset >= int64(len(data)) {
		f.fault("the beginning of a program was not read")
		return
	}
	m := Image{Offset: r.Offset, Size: r.Size, data: data[r.Offset:min(r.Offset+r.Size, int64(len(data)))]}
	if err := m.parse(); err != nil {
		f.fault("%v", err)
		return
	}
	f.Faults = append(f.Faults, m.faults...)
	f.Images = append(f.Images, m)
}

func (f *File) fault(format string, args ...any) {
	if len(f.Faults) < maxFaults {
		f.Faults = append(f.Faults, fmt.Sprintf(format, args...))
	}
}

const maxFaults = 8

// Main is the image that counts for what a file is: the one for the newest processor of Apple's phones that there is,
// else the first.
func (f *File) Main() *Image {
	for _, cpu := range [...]string{"arm64", "arm64e", "armv7s", "armv7", "arm64_32"} {
		for i := range f.Images {
			if f.Images[i].CPU == cpu {
				return &f.Images[i]
			}
		}
	}
	return &f.Images[0]
}

// word is a size or an offset of 64 bits. One that no file can have becomes a number that no check lets through.
func word(n uint64) int64 { return int64(min(n, 1<<61)) }
