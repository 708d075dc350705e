package dex

import (
	"encoding/binary"
	"fmt"

	"quaestor/scanners/inventory"
)

const (
	headerSize          = 0x70
	containerHeaderSize = 0x78
	littleEndian        = 0x12345678
	maxFiles            = 1000 // headers in one container
)

// file is one DEX file. All tables are parts of the data, cut to whole entries that are really there.
type file struct {
	info inventory.CodeFile
	area []byte // what the offsets of strings, class data and code count from

	strings, types, protos, fields, methods, classes []byte

	compact bool
	used    bitmap // strings that are names
	units   int64  // length that all strings together claim
	outside int    // strings that lie outside of the file
}

// The sizes of the entries of each table.
const (
	stringSize = 4
	typeSize   = 4
	protoSize  = 12
	fieldSize  = 8
	methodSize = 8
	classSize  = 32
)

func u32(b []byte, off int) uint32 { return binary.LittleEndian.Uint32(b[off:]) }
func u16(b []byte, off int) uint16 { return binary.LittleEndian.Uint16(b[off:]) }

// open finds the DEX files in data: one, or those of a container.
func open(data []byte, c *collector) ([]*file, error) {
	var files []*file
	for start := 0; start < len(data); {
		if len(files) == maxFiles {
			c.gap("of the DEX files in %q only the first %d were read", c.name, maxFiles)
			break
		}
		if start > 0 && !IsDex(data[start:]) {
			c.damage("bytes that are no DEX file follow the last one")
			break
		}
		if len(data)-start < headerSize {
			c.damage("the header is cut off")
			c.files = append(c.files, inventory.CodeFile{File: c.name, Size: int64(len(data) - start), Error: "the header is cut off"})
			return files, fmt.Errorf("%q ends within the header of a DEX file; fetch the file again", c.name)
		}
		f, size := header(data, start, c)
		files = append(files, f)
		if size <= 0 {
			break
		}
		start += size
	}
	c.stringRoom *= int64(sharing(len(files)))
	return files, nil
}

// header reads the header at start and returns the file with the distance to the next one; 0 if there is none.
func header(data []byte, start int, c *collector) (*file, int) {
	h := data[start:]
	f := &file{compact: h[0] == 'c', info: inventory.CodeFile{File: c.name, Version: string(h[4:7]), Size: int64(len(h))}}
	next, base := 0, start
	size := int64(u32(h, 0x20))
	contained := f.info.Version >= "041" && !f.compact && len(h) >= containerHeaderSize && u32(h, 0x24) >= containerHeaderSize
	switch {
	case f.compact:
		f.info.Version = "cdex" + f.info.Version
	case contained:
		if size >= containerHeaderSize && size < int64(len(h)) {
			next, f.info.Size = int(size), size
		}
		f.checkContainer(data, h, start, size, c)
		base = tableBase(data, h, start)
	}
	f.check(h, size, contained, c)
	f.tables(data[base:], h, c)
	return f, next
}

// checkContainer compares what a header says of its container with where it stands.
func (f *file) checkContainer(data, h []byte, start int, size int64, c *collector) {
	if int64(u32(h, 0x70)) != int64(len(data)) {
		c.damage(fmt.Sprintf("container_size is %d in a container of %d bytes", u32(h, 0x70), len(data)))
	}
	if int64(u32(h, 0x74)) != int64(start) {
		c.damage("header_off does not say where the header stands")
	}
}

// tableBase finds from where the offsets of a container's file count. The format counts from the start of the
// container; writers that count from the header give themselves away by a table that would lie before its end.
func tableBase(data, h []byte, start int) int {
	for _, at := range []int{0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64} {
		if off := int64(u32(h, at)); off != 0 && off < int64(start)+containerHeaderSize && off+int64(start) < int64(len(data)) {
			return start
		}
	}
	return 0
}

// check notes what the header claims and is not so.
func (f *file) check(h []byte, size int64, contained bool, c *collector) {
	want := uint32(headerSize)
	if contained {
		want = containerHeaderSize
	}
	if got := u32(h, 0x24); got != want && !f.compact {
		c.damage(fmt.Sprintf("header_size is %#x and not %#x", got, want))
	}
	if u32(h, 0x28) != littleEndian {
		c.damage("the endian tag is not that of little-endian files")
	}
	switch {
	case size < headerSize || size > int64(len(h)):
		c.damage(fmt.Sprintf("file_size is %d in %d bytes", size, len(h)))
	case f.compact:
	case size < int64(len(h)) && !contained:
		c.damage(fmt.Sprintf("%d bytes follow the end that file_size gives", int64(len(h))-size))
		fallthrough
	default:
		if adler32(h[12:size]) != u32(h, 8) {
			c.damage("the checksum does not match")
		}
	}
}

// tables cuts the tables out of data.
func (f *file) tables(data, h []byte, c *collector) {
	f.area = data
	if f.compact {
		off, size := int64(u32(h, 0x6c)), int64(u32(h, 0x68))
		if off > int64(len(data)) {
			c.damage("the shared data lies outside of the file")
			off = int64(len(data))
		}
		f.area = data[off:min(int64(len(data)), off+size)]
	}
	cut := func(what string, at, entry int) []byte { return f.cut(data, h, what, at, entry, c) }
	f.strings = cut("string_ids", 0x38, stringSize)
	f.types = cut("type_ids", 0x40, typeSize)
	f.protos = cut("proto_ids", 0x48, protoSize)
	f.fields = cut("field_ids", 0x50, fieldSize)
	f.methods = cut("method_ids", 0x58, methodSize)
	f.classes = cut("class_defs", 0x60, classSize)
	f.info.Strings = len(f.strings) / stringSize
	f.info.Classes = len(f.classes) / classSize
	if len(f.types)/typeSize > 1<<16 {
		c.damage("type_ids has more entries than an index can reach")
	}
}

// cut takes one table whose count and offset stand in the header at a place.
func (f *file) cut(data, h []byte, what string, at, entry int, c *collector) []byte {
	n, off := int64(u32(h, at)), int64(u32(h, at+4))
	if n == 0 {
		return nil
	}
	if off < headerSize || off >= int64(len(data)) {
		c.damage(what + " lies outside of the file")
		f.info.Error = "a table lies outside of the file"
		return nil
	}
	if fit := (int64(len(data)) - off) / int64(entry); n > fit {
		c.damage(fmt.Sprintf("%s has %d entries, of which %d are in the file", what, n, fit))
		f.info.Error = "a table reaches beyond the end of the file"
		n = fit
	}
	if n*int64(entry) > c.tableRoom {
		c.damage("tables share bytes")
		f.info.Error = "a table shares bytes with another one"
		n = c.tableRoom / int64(entry)
	}
	c.tableRoom -= n * int64(entry)
	return data[off : off+n*int64(entry) : off+n*int64(entry)]
}
