// Package elffile reads native libraries and programs: ELF of 32 and 64 bits in both byte orders. It tells the
// processor, the names and libraries the file states, its build id, the classes whose native methods it exports, where
// its constants lie, and the versions that they state.
//
// Everything is found by the program headers, as Android's linker finds it, because packed libraries have no section
// headers or false ones. No table is trusted to have the size it claims, nothing is allocated by a number in the file,
// and the work is linear in the bytes.
//
// What the package cannot see: native methods that code registers while it runs ([Detail].OnLoad tells that it can),
// what a packer unpacks, and any instruction.
package elffile

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"quaestor/scanners/inventory"
)

// The limits of what is kept of one file.
const (
	MaxFile   = 512 << 20 // bytes that Read takes in
	MaxNeeded = 256
	MaxJNI    = 2000 // classes
	maxName   = 512  // bytes of a name in a table
)

// ErrNotELF is for a file that does not begin as one.
var ErrNotELF = errors.New("not an ELF file")

// Detail is what was found beside the facts of [inventory.NativeCode].
type Detail struct {
	OnLoad  bool     // it has JNI_OnLoad, where native methods are registered that have no symbol
	Methods int      // native methods that are exported by name
	Regions []Region // where its constants lie, in the order of the file, without overlap
}

// Region is a range of bytes of the file.
type Region struct{ Offset, Size int64 }

// Is reports whether content begins as an ELF file does.
func Is(content []byte) bool { return bytes.HasPrefix(content, []byte("\x7fELF")) }

// Read reads the whole of a file and parses it.
func Read(r io.ReaderAt, size int64, name string) (inventory.NativeCode, Detail, error) {
	if size < 0 || size > MaxFile {
		err := fmt.Errorf("%q has %d bytes, more than the %d that are read", name, size, MaxFile)
		return inventory.NativeCode{File: name, Size: size, Error: err.Error()}, Detail{}, err
	}
	data := make([]byte, size)
	if n, err := r.ReadAt(data, 0); int64(n) < size {
		err = fmt.Errorf("%q: read %d of %d bytes: %w", name, n, size, err)
		return inventory.NativeCode{File: name, Size: size, Error: err.Error()}, Detail{}, err
	}
	return Parse(data, name)
}

// Parse reads a file that is in memory. Where the file breaks off or contradicts itself, what could be read comes with
// an error that says what could not.
func Parse(data []byte, name string) (inventory.NativeCode, Detail, error) {
	code := inventory.NativeCode{File: name, Size: int64(len(data))}
	f, err := header(data)
	if err != nil {
		code.Error = err.Error()
		return code, Detail{}, fmt.Errorf("%q: %w", name, err)
	}
	f.segments()
	f.sections()
	code.ABI = f.abi()
	code.BuildID = f.buildID()
	detail := Detail{Regions: f.regions()}
	f.dynamic(&code)
	f.symbols(&code, &detail)
	if len(f.faults) > 0 {
		code.Error = f.faults[0]
		return code, detail, fmt.Errorf("%q: %s", name, code.Error)
	}
	return code, detail, nil
}

// Head reads what the first bytes of a large file say: the processor, and where constants may lie. These are the
// segments that are loaded and not run, or all that are loaded where a linker put constants beside the code.
func Head(data []byte, size int64, name string) (inventory.NativeCode, []Region, error) {
	code := inventory.NativeCode{File: name, Size: size}
	f, err := header(data)
	if err != nil {
		code.Error = err.Error()
		return code, nil, fmt.Errorf("%q: %w", name, err)
	}
	code.ABI = f.abi()
	all, still := f.loadedParts(size)
	if len(still) == 0 {
		still = all
	}
	if len(still) == 0 {
		still = []Region{{0, size}}
	}
	f.constants = still
	return code, f.regions(), nil
}

// loadedParts are the segments that are loaded, in a file of that size, and those of them that are neither run nor
// written to where there is one; then what is written to belongs to them too.
func (f *file) loadedParts(size int64) (all, still []Region) {
	const runs, writes = 1, 2
	entry, offset, length, flags := int64(32), 4, 16, 24
	if f.wide {
		entry, offset, length, flags = 56, 8, 32, 4
	}
	if f.phentsize != entry || f.phnum > maxSegments {
		return nil, nil
	}
	constants := false
	for table := f.slice(f.phoff, f.phnum*entry); int64(len(table)) >= entry; table = table[entry:] {
		at := f.word(table[offset:])
		if f.u32(table) != 1 || at >= size { // PT_LOAD
			continue
		}
		r := Region{at, min(f.word(table[length:]), size-at)}
		all = append(all, r)
		if how := f.u32(table[flags:]); how&runs == 0 {
			still = append(still, r)
			constants = constants || how&writes == 0
		}
	}
	if !constants {
		return all, nil
	}
	return all, still
}

// buildID is the id that the linker gave the file, from the notes of its segments and sections.
func (f *file) buildID() string {
	for _, r := range f.notes {
		note := f.slice(r.Offset, r.Size)
		for len(note) >= 12 {
			nameLen, descLen, kind := int64(f.u32(note)), int64(f.u32(note[4:])), f.u32(note[8:])
			descAt := 12 + (nameLen+3)&^3
			next := descAt + (descLen+3)&^3
			if descAt+descLen > int64(len(note)) {
				break
			}
			if kind == 3 && nameLen == 4 && string(note[12:16]) == "GNU\x00" && descLen > 0 && descLen <= 64 {
				return hex.EncodeToString(note[descAt : descAt+descLen])
			}
			note = note[min(next, int64(len(note))):]
		}
	}
	return ""
}

// regions are the parts that hold constants: by the section headers if there are any, else all that is loaded.
func (f *file) regions() []Region {
	list := f.constants
	if len(list) == 0 {
		list = f.loaded
	}
	slices.SortFunc(list, func(a, b Region) int { return int(min(max(a.Offset-b.Offset, -1), 1)) })
	var out []Region
	end := int64(0)
	for _, r := range list {
		from, to := max(r.Offset, end), r.Offset+r.Size
		if to > from {
			out = append(out, Region{from, to - from})
			end = to
		}
	}
	return out
}
