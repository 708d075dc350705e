// Package squashfs reads small files out of a squashfs 4.0 file system, as AppImages and snaps are: it follows a path,
// lists a folder and reads a file, within limits and in memory that does not depend on what the file system claims of itself.
//
// What the package cannot see: file systems that are compressed with xz, lzo, lzma or lz4, links, owners and attributes.
package squashfs

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

const (
	metaBlock = 8192
	maxBlock  = 1 << 20 // of data; the format allows no more
	maxDir    = 4 << 20 // bytes of one folder
	maxPath   = 16      // folders

	compGzip, compZstd = 1, 6

	dirType, fileType       = 1, 2
	extDirType, extFileType = 8, 9

	noFragment = 0xffffffff
	stored     = 1 << 24 // in the size of a block: it is not compressed
)

// What can be wrong; errors wrap these.
var (
	ErrFormat      = errors.New("it is no squashfs of version 4, or it is damaged")
	ErrCompression = errors.New("it is compressed in a way that is not read here")
	ErrNotExist    = errors.New("it has no such file")
	ErrLimit       = errors.New("the file is larger than is read here")
)

// FS is a file system in a part of a file.
type FS struct {
	r         io.ReaderAt
	size      int64
	comp      uint16
	block     uint32
	root      uint64
	inodes    int64
	dirs      int64
	frags     int64
	fragments uint32
}

// Open reads the description of the file system in the first size bytes of r.
func Open(r io.ReaderAt, size int64) (*FS, error) {
	head := make([]byte, 96)
	if _, err := r.ReadAt(head, 0); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	le := binary.LittleEndian
	f := &FS{r: r, size: size, comp: le.Uint16(head[20:]), block: le.Uint32(head[12:]), fragments: le.Uint32(head[16:]), root: le.Uint64(head[32:]),
		inodes: int64(le.Uint64(head[64:])), dirs: int64(le.Uint64(head[72:])), frags: int64(le.Uint64(head[80:]))}
	switch {
	case string(head[:4]) != "hsqs" || le.Uint16(head[28:]) != 4 || f.block < 4096 || f.block > maxBlock:
		return nil, ErrFormat
	case f.comp != compGzip && f.comp != compZstd:
		return nil, fmt.Errorf("%w (%s)", ErrCompression, compressions[f.comp])
	}
	return f, nil
}

var compressions = map[uint16]string{2: "lzma", 3: "lzo", 4: "xz", 5: "lz4"}

// Entry is a file or folder in a folder.
type Entry struct {
	Name string
	Dir  bool
	File bool // a regular file
	ref  uint64
}

// List lists a folder; "" is the root folder.
func (f *FS) List(folder string) ([]Entry, error) {
	ref := f.root
	parts := strings.FieldsFunc(folder, func(r rune) bool { return r == '/' })
	if len(parts) > maxPath {
		return nil, ErrNotExist
	}
	for _, part := range parts {
		entries, err := f.dir(ref)
		if err != nil {
			return nil, err
		}
		if ref, err = find(entries, part); err != nil {
			return nil, err
		}
	}
	return f.dir(ref)
}

func find(entries []Entry, name string) (uint64, error) {
	for _, e := range entries {
		if e.Name == name {
			return e.ref, nil
		}
	}
	return 0, ErrNotExist
}

// ReadFile reads a file that List named, of at most limit bytes.
func (f *FS) ReadFile(e Entry, limit int64) ([]byte, error) {
	m := f.meta(f.inodes, e.ref)
	kind, err := m.header()
	if err != nil {
		return nil, err
	}
	var start, size uint64
	var fragment, offset uint32
	switch kind {
	case fileType:
		b := m.take(16)
		start, fragment, offset, size = u32(b, 0), uint32(u32(b, 4)), uint32(u32(b, 8)), u32(b, 12)
	case extFileType:
		b := m.take(40)
		start, size, fragment, offset = u64(b, 0), u64(b, 8), uint32(u32(b, 28)), uint32(u32(b, 32))
	default:
		return nil, fmt.Errorf("%w: %q is no file", ErrNotExist, e.Name)
	}
	if m.err != nil {
		return nil, m.err
	}
	if size > uint64(limit) {
		return nil, ErrLimit
	}
	return f.content(m, int64(start), int64(size), fragment, offset)
}

// content reads the blocks of a file, of which m holds the sizes, and its end, which may lie in a block with the ends of others.
func (f *FS) content(m *meta, at, size int64, fragment, offset uint32) ([]byte, error) {
	out := make([]byte, 0, size)
	for left := size; left > 0; left = size - int64(len(out)) {
		want := min(left, int64(f.block))
		if want < int64(f.block) && fragment != noFragment {
			tail, err := f.fragment(fragment)
			if err != nil {
				return nil, err
			}
			if int64(offset)+want > int64(len(tail)) {
				return nil, ErrFormat
			}
			return append(out, tail[offset:int64(offset)+want]...), nil
		}
		n := uint32(u32(m.take(4), 0))
		if m.err != nil {
			return nil, m.err
		}
		if n == 0 { // a hole
			out = append(out, make([]byte, want)...)
			continue
		}
		b, err := f.data(at, n)
		if err != nil {
			return nil, err
		}
		if int64(len(b)) < want {
			return nil, ErrFormat
		}
		out = append(out, b[:want]...)
		at += int64(n &^ stored)
	}
	return out, nil
}

// data reads one block of data.
func (f *FS) data(at int64, n uint32) ([]byte, error) {
	b, err := f.at(at, int64(n&^stored))
	if err != nil || n&stored != 0 {
		return b, err
	}
	return f.unpack(b, int64(f.block))
}

// fragment reads a block that holds the ends of several files.
func (f *FS) fragment(i uint32) ([]byte, error) {
	if i >= f.fragments {
		return nil, ErrFormat
	}
	where, err := f.at(f.frags+int64(i/512)*8, 8)
	if err != nil {
		return nil, err
	}
	m := f.meta(int64(u64(where, 0)), uint64(i%512)*16)
	b := m.take(16)
	if m.err != nil {
		return nil, m.err
	}
	return f.data(int64(u64(b, 0)), uint32(u32(b, 8)))
}

// dir reads the entries of a folder.
func (f *FS) dir(ref uint64) ([]Entry, error) {
	m := f.meta(f.inodes, ref)
	kind, err := m.header()
	if err != nil {
		return nil, err
	}
	var start, size, offset uint64
	switch kind {
	case dirType:
		b := m.take(16)
		start, size, offset = u32(b, 0), u16(b, 8), u16(b, 10)
	case extDirType:
		b := m.take(24)
		size, start, offset = u32(b, 4), u32(b, 8), u16(b, 18)
	default:
		return nil, ErrNotExist
	}
	if m.err != nil || size > maxDir {
		return nil, errors.Join(m.err, ErrFormat)
	}
	if size <= 3 { // the size counts "." and "..", which are not written
		return nil, nil
	}
	return f.entries(f.meta(f.dirs, start<<16|offset), int64(size)-3)
}

func (f *FS) entries(m *meta, left int64) (out []Entry, err error) {
	for left >= 12 {
		head := m.take(12)
		left -= 12
		count, start := u32(head, 0)+1, u32(head, 4)
		for ; count > 0 && left > 8; count-- {
			e := m.take(8)
			name := m.take(int(u16(e, 6)) + 1)
			if m.err != nil {
				return out, m.err
			}
			left -= 8 + int64(len(name))
			kind := u16(e, 4)
			out = append(out, Entry{Name: string(name), Dir: kind == dirType, File: kind == fileType, ref: start<<16 | u16(e, 0)})
		}
		if m.err != nil {
			return out, m.err
		}
	}
	return out, nil
}

// at reads exactly n bytes.
func (f *FS) at(off, n int64) ([]byte, error) {
	if off < 0 || n < 0 || n > maxBlock || off > f.size || n > f.size-off {
		return nil, ErrFormat
	}
	b := make([]byte, n)
	if _, err := f.r.ReadAt(b, off); err != nil {
		return nil, err
	}
	return b, nil
}

// unpack undoes the compression of a block, which is of at most limit bytes then.
func (f *FS) unpack(b []byte, limit int64) ([]byte, error) {
	var z io.Reader
	if f.comp == compGzip {
		r, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
		z = r
	} else {
		r, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(8<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
		defer r.Close()
		z = r
	}
	var out bytes.Buffer
	if _, err := io.Copy(&out, io.LimitReader(z, limit)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return out.Bytes(), nil
}

func u16(b []byte, at int) uint64 {
	if len(b) < at+2 {
		return 0
	}
	return uint64(binary.LittleEndian.Uint16(b[at:]))
}

func u32(b []byte, at int) uint64 {
	if len(b) < at+4 {
		return 0
	}
	return uint64(binary.LittleEndian.Uint32(b[at:]))
}

func u64(b []byte, at int) uint64 {
	if len(b) < at+8 {
		return 0
	}
	return binary.LittleEndian.Uint64(b[at:])
}
