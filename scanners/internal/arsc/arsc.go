// Package arsc reads resources.arsc, the compiled resource table of an APK, as far as a manifest refers to
// it: strings, numbers and booleans, in each language.
//
// The table is walked in place: nothing is unpacked but the values asked for, so a hostile table costs no
// more memory than its own bytes. Plain, sparse, 16-bit and compact tables are read.
//
// What the package cannot see: values of the framework or of another package ("@android:string/ok"),
// bags such as plurals and styles, and which configuration a device would choose beyond language and region.
package arsc

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Limits on one table. The largest seen in the wild are about 40 MB with 9,000 type chunks.
const (
	MaxBytes      = 48 << 20
	maxTypeChunks = 65_536
	maxPackages   = 16
	maxReferences = 16
	maxValues     = 512     // met while looking up one resource
	maxWork       = 4 << 20 // type chunks looked at in the life of a table
)

// Chunk types and flags, from the published layout of ResourceTypes.h.
const (
	chunkStrings = 0x0001
	chunkTable   = 0x0002
	chunkPackage = 0x0200
	chunkType    = 0x0201
	chunkAlias   = 0x0206

	typeSparse   = 0x01
	typeOffset16 = 0x02

	entryComplex = 0x0001
	entryCompact = 0x0008

	packageHeader = 288

	noEntry   = 0xffffffff
	noEntry16 = 0xffff
)

// Data types of values.
const (
	TypeReference = 0x01
	typeDynamic   = 0x07 // a reference whose package is numbered anew on each device
	TypeString    = 0x03
	TypeDec       = 0x10
	TypeHex       = 0x11
	TypeBool      = 0x12
)

var errWork = errors.New("the resource table takes too long to search; it is larger than build tools make")

// Table is a parsed resource table. It keeps the bytes it was made from and is not safe for concurrent use.
type Table struct {
	strings pool
	types   map[uint16][]typeChunk // by package and type id
	aliases [][]byte               // pairs of a resource id and the one that took its place
	own     uint32                 // the first package
	chunks  int
	work    int
	found   int // values met in the present lookup
}

// typeChunk holds the entries of one type in one configuration.
type typeChunk struct {
	data    []byte // the chunk
	flags   byte
	count   int
	entries int // offset of the entries
	config  int // offset of the configuration
	index   int // offset of the index
}

// Parse reads the outline of a table.
func Parse(data []byte) (*Table, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("more than %d bytes", MaxBytes)
	}
	if len(data) < 12 {
		return nil, fmt.Errorf("only %d bytes, too short for a resource table", len(data))
	}
	t := &Table{types: make(map[uint16][]typeChunk)}
	packages := 0
	err := chunks(data, int(u16(data, 2)), func(kind uint16, c []byte) error {
		switch kind {
		case chunkStrings:
			if t.strings.data == nil {
				t.strings = newPool(c)
			}
		case chunkPackage:
			if packages++; packages > maxPackages {
				return fmt.Errorf("more than %d packages", maxPackages)
			}
			return t.addPackage(c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if claimed := u32(data, 8); packages == 0 && claimed > 0 {
		return nil, fmt.Errorf("the resource table claims %d packages and holds none", claimed)
	}
	return t, nil
}

// chunks calls visit for each chunk in data from an offset on.
func chunks(data []byte, from int, visit func(kind uint16, chunk []byte) error) error {
	for at := max(from, 8); at+8 <= len(data); {
		size := int64(u32(data, at+4))
		if size < 8 {
			return fmt.Errorf("resource chunk at %#x claims %d bytes", at, size)
		}
		end := int(min(int64(at)+size, int64(len(data))))
		if err := visit(u16(data, at), data[at:end]); err != nil {
			return err
		}
		at = end
	}
	return nil
}

func (t *Table) addPackage(c []byte) error {
	if len(c) < 12 {
		return errors.New("resource package is cut short")
	}
	id := u32(c, 8)
	if id > 0xff {
		return fmt.Errorf("resource package id %#x is out of range", id)
	}
	if t.own == 0 {
		t.own = id
	}
	offset := byte(0)
	if header := int(u16(c, 2)); header >= packageHeader && len(c) >= packageHeader {
		offset = byte(u32(c, packageHeader-4)) // types of a split are counted on from those of its base
	}
	return chunks(c, int(u16(c, 2)), func(kind uint16, c []byte) error {
		if kind == chunkAlias {
			t.aliases = append(t.aliases, c[min(max(int(u16(c, 2)), 12), len(c)):])
		}
		if kind != chunkType || len(c) < 24 {
			return nil
		}
		if t.chunks++; t.chunks > maxTypeChunks {
			return fmt.Errorf("more than %d type chunks", maxTypeChunks)
		}
		key := uint16(id)<<8 | uint16(c[8]+offset)
		t.types[key] = append(t.types[key], typeChunk{
			data: c, flags: c[9], count: int(u32(c, 12)), entries: int(u32(c, 16)), config: 20, index: int(u16(c, 2)),
		})
		return nil
	})
}

func u16(b []byte, at int) uint16 { return binary.LittleEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
