// Package bom reads the paths in a bill of materials: the file beside the receipt of a package that names everything that the
// Installer of macOS put on the disk.
//
// Every block is visited at most once, so that the work is bounded by the size of the file.
//
// What the package cannot see: sizes, owners and checksums of the files, which it does not look at.
package bom

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// The limits of what is read.
const (
	MaxPaths = 500_000
	maxDepth = 128
	maxName  = 1024
	ratio    = 16 // bytes of paths for each byte of the file
)

// ErrFormat is for a file that is no bill of materials.
var ErrFormat = errors.New("it is no bill of materials")

// store is the file: numbered blocks.
type store struct {
	data  []byte
	index []byte // eight bytes for each block
}

// Paths are the paths in a bill of materials, below the folder of installation and without a leading slash or dot. What could be
// read of a damaged one comes with an error.
func Paths(data []byte) ([]string, error) {
	if len(data) < 32 || string(data[:8]) != "BOMStore" {
		return nil, ErrFormat
	}
	s := store{data: data}
	index := s.region(binary.BigEndian.Uint32(data[16:]), binary.BigEndian.Uint32(data[20:]))
	vars := s.region(binary.BigEndian.Uint32(data[24:]), binary.BigEndian.Uint32(data[28:]))
	if len(index) < 4 || len(vars) < 4 {
		return nil, fmt.Errorf("%w: its tables lie outside", ErrFormat)
	}
	n := min(int64(binary.BigEndian.Uint32(index)), int64(len(index)-4)/8)
	s.index = index[4 : 4+8*n]
	tree := s.block(variable(vars, "Paths"))
	if len(tree) < 12 || string(tree[:4]) != "tree" {
		return nil, fmt.Errorf("%w: it has no list of paths", ErrFormat)
	}
	return s.paths(binary.BigEndian.Uint32(tree[8:]))
}

func (s *store) region(at, size uint32) []byte {
	if int64(at) > int64(len(s.data)) || int64(size) > int64(len(s.data))-int64(at) {
		return nil
	}
	return s.data[at : int64(at)+int64(size)]
}

// block is the content of a block by its number.
func (s *store) block(n uint32) []byte {
	if int64(n) >= int64(len(s.index)/8) {
		return nil
	}
	e := s.index[8*int64(n):]
	return s.region(binary.BigEndian.Uint32(e), binary.BigEndian.Uint32(e[4:]))
}

// variable is the block that a name stands for.
func variable(vars []byte, name string) uint32 {
	n := binary.BigEndian.Uint32(vars)
	rest := vars[4:]
	for i := uint32(0); i < n && len(rest) >= 5; i++ {
		size := int(rest[4])
		if len(rest) < 5+size {
			break
		}
		if string(rest[5:5+size]) == name {
			return binary.BigEndian.Uint32(rest)
		}
		rest = rest[5+size:]
	}
	return 0
}

// file is one entry: its folder's number and its name.
type file struct {
	parent uint32
	name   string
}

// paths reads the leaves of the tree, which lead from one to the next.
func (s *store) paths(root uint32) ([]string, error) {
	node := s.block(root)
	for depth := 0; len(node) >= 20 && binary.BigEndian.Uint16(node) == 0; depth++ {
		if depth > maxDepth {
			return nil, fmt.Errorf("%w: its list of paths leads in circles", ErrFormat)
		}
		node = s.block(binary.BigEndian.Uint32(node[12:]))
	}
	files := map[uint32]file{}
	var order []uint32
	seen := map[uint32]bool{}
	bad := 0
	left := len(s.data) / 8 // entries of eight bytes; parts that overlap hold no more
	for len(node) >= 12 {
		count := int(binary.BigEndian.Uint16(node[2:]))
		for i := 0; i < count && 12+8*(i+1) <= len(node) && left > 0; i++ {
			left--
			info, name := s.block(binary.BigEndian.Uint32(node[12+8*i:])), s.block(binary.BigEndian.Uint32(node[16+8*i:]))
			if len(info) < 4 || len(name) < 5 {
				bad++
				continue
			}
			id := binary.BigEndian.Uint32(info)
			text, _, _ := bytes.Cut(name[4:], []byte{0})
			if _, twice := files[id]; !twice && len(text) <= maxName {
				files[id] = file{binary.BigEndian.Uint32(name), string(text)}
				order = append(order, id)
			}
		}
		next := binary.BigEndian.Uint32(node[4:])
		if next == 0 || seen[next] || left == 0 || len(order) >= MaxPaths {
			break
		}
		seen[next] = true
		node = s.block(next)
	}
	return assemble(files, order, bad, ratio*len(s.data))
}

// assemble puts the names together. Paths that are longer than any real one, and what grows beyond a number of bytes, are left
// out.
func assemble(files map[uint32]file, order []uint32, bad, left int) ([]string, error) {
	var out []string
	for _, id := range order {
		var parts []string
		size := 0
		for at, depth := id, 0; at != 0 && depth < maxDepth && size <= maxName; depth++ {
			f, ok := files[at]
			if !ok {
				break
			}
			parts = append(parts, f.name)
			size += len(f.name)
			at = f.parent
		}
		if left -= size + len(parts); size > maxName || left < 0 {
			bad++
			continue
		}
		for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
			parts[i], parts[j] = parts[j], parts[i]
		}
		if p := strings.TrimPrefix(strings.TrimPrefix(strings.Join(parts, "/"), "."), "/"); p != "" {
			out = append(out, p)
		}
	}
	if bad > 0 {
		return out, fmt.Errorf("%d of its entries cannot be read", bad)
	}
	return out, nil
}
