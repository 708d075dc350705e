package mactest

import (
	"encoding/binary"
	"path"
)

// BOM is a bill of materials with paths, in two parts of the list. Folders above a path have to come before it.
func BOM(paths ...string) string {
	be := binary.BigEndian
	blocks := [][]byte{nil}
	block := func(b []byte) uint32 { blocks = append(blocks, b); return uint32(len(blocks) - 1) }
	ids := map[string]uint32{}
	var entries []byte
	var parts [][]byte
	for i, p := range append([]string{"."}, paths...) {
		id := uint32(i + 1)
		ids[path.Clean(p)] = id
		parent := uint32(0)
		if i > 0 {
			parent = ids[path.Dir(path.Clean(p))]
		}
		info := block(be.AppendUint32(be.AppendUint32(nil, id), 0))
		name := block(append(append(be.AppendUint32(nil, parent), path.Base(p)...), 0))
		entries = be.AppendUint32(be.AppendUint32(entries, info), name)
		if i == len(paths)/2 {
			parts, entries = append(parts, entries), nil
		}
	}
	parts = append(parts, entries)
	leaf := func(entries []byte, next uint32) uint32 {
		b := be.AppendUint16(be.AppendUint16(nil, 1), uint16(len(entries)/8))
		return block(append(be.AppendUint32(be.AppendUint32(b, next), 0), entries...))
	}
	second := leaf(parts[1], 0)
	first := leaf(parts[0], second)
	branch := be.AppendUint32(be.AppendUint32(be.AppendUint16(be.AppendUint16(nil, 0), 1), 0), 0)
	root := block(be.AppendUint32(be.AppendUint32(branch, first), 0))
	tree := be.AppendUint32(be.AppendUint32([]byte("tree"), 1), root)
	at := block(append(be.AppendUint32(be.AppendUint32(tree, 4096), uint32(len(paths)+1)), 0))
	return file(blocks, at)
}

// file writes the blocks, the list of them and the one name.
func file(blocks [][]byte, tree uint32) string {
	be := binary.BigEndian
	body := make([]byte, 512)
	index := be.AppendUint32(nil, uint32(len(blocks)))
	for _, b := range blocks {
		index = be.AppendUint32(be.AppendUint32(index, uint32(len(body))), uint32(len(b)))
		body = append(body, b...)
	}
	vars := append(be.AppendUint32(be.AppendUint32(nil, 1), tree), "\x05Paths"...)
	head := append([]byte("BOMStore"), 0, 0, 0, 1)
	for _, n := range []int{len(blocks), len(body), len(index), len(body) + len(index), len(vars)} {
		head = be.AppendUint32(head, uint32(n))
	}
	copy(body, head)
	return string(append(append(body, index...), vars...))
}
