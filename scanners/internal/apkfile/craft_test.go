package apkfile

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"testing"
)

// item is one entry of a container that a test makes, and what is wrong with it. Zero values are right.
type item struct {
	name, data string
	method     uint16 // Deflate packs the data, any other leaves it
	flags      uint16
	descriptor int    // bytes of its data descriptor: 12, 16, 20 or 24
	before     string // bytes in front of the local header
	unlisted   bool   // not in the directory
	samePlace  bool   // at the local header of the item before
	central    func(record []byte)
	local      func(header []byte)
	behind     func(descriptor []byte)
	localName  string
	extra      string // extra field of the directory
}

// archive is a container that a test makes.
type archive struct {
	front   string // before the archive; offsets count it
	shift   string // before the archive; offsets leave it out
	items   []item
	block   string // between the last entry and the directory
	padding string // in the directory, after its last record
	gap     string // between the directory and the end record
	end     func(record []byte)
	zip64   bool // with ZIP64 end records that the end record refers to
	locator bool // with such records that it does not refer to
	comment string
	tail    string // after the archive
}

func le(width int, values ...uint64) []byte {
	var b []byte
	for _, v := range values {
		b = append(b, binary.LittleEndian.AppendUint64(nil, v)[:width]...)
	}
	return b
}

// sound is an archive of entries with nothing around them.
func sound(items ...item) archive { return archive{items: items} }

func packed(tb testing.TB, data string) string {
	tb.Helper()
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestCompression)
	if err == nil {
		_, err = w.Write([]byte(data))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return buf.String()
}

// bytes writes the archive.
func (a archive) bytes(tb testing.TB) []byte {
	tb.Helper()
	out := []byte(a.front)
	var dir []byte
	count, header := 0, 0
	for _, it := range a.items {
		if !it.samePlace {
			out = append(out, it.before...)
			header = len(out)
			out = append(out, it.localRecord(tb)...)
		}
		if !it.unlisted {
			dir = append(dir, it.centralRecord(tb, header)...)
			count++
		}
	}
	out = append(out, a.block...)
	start := len(out)
	dir = append(dir, a.padding...)
	out = append(out, dir...)
	out = append(out, a.gap...)
	out = append(out, a.endRecords(len(out), count, len(dir), start)...)
	return append(append([]byte(a.shift), out...), a.tail...)
}

func (it item) content(tb testing.TB) string {
	if it.method == Deflate {
		return packed(tb, it.data)
	}
	return it.data
}

func (it item) localRecord(tb testing.TB) []byte {
	content := it.content(tb)
	name := it.name
	if it.localName != "" {
		name = it.localName
	}
	flags, sizes := it.flags, le(4, uint64(crc32.ChecksumIEEE([]byte(it.data))), uint64(len(content)), uint64(len(it.data)))
	if it.descriptor > 0 {
		flags |= flagDescriptor
		sizes = le(4, 0, 0, 0)
	}
	h := bytes.Join([][]byte{localMagic, le(2, 20, uint64(flags), uint64(it.method), 0, 0), sizes, le(2, uint64(len(name)), 0)}, nil)
	if it.local != nil {
		it.local(h)
	}
	out := append(append(h, name...), content...)
	return append(out, it.descriptorRecord(len(content))...)
}

func (it item) descriptorRecord(compressed int) []byte {
	var d []byte
	if it.descriptor == 16 || it.descriptor == 24 {
		d = append(d, descriptorMagic...)
	}
	switch it.descriptor {
	case 12, 16:
		d = append(d, le(4, uint64(crc32.ChecksumIEEE([]byte(it.data))), uint64(compressed), uint64(len(it.data)))...)
	case 20, 24:
		d = append(append(d, le(4, uint64(crc32.ChecksumIEEE([]byte(it.data))))...), le(8, uint64(compressed), uint64(len(it.data)))...)
	}
	if it.behind != nil {
		it.behind(d)
	}
	return d
}

func (it item) centralRecord(tb testing.TB, header int) []byte {
	flags := it.flags
	if it.descriptor > 0 {
		flags |= flagDescriptor
	}
	h := bytes.Join([][]byte{
		centralMagic, le(2, 20, 20, uint64(flags), uint64(it.method), 0, 0),
		le(4, uint64(crc32.ChecksumIEEE([]byte(it.data))), uint64(len(it.content(tb))), uint64(len(it.data))),
		le(2, uint64(len(it.name)), uint64(len(it.extra)), 0, 0, 0), le(4, 0, uint64(header)),
	}, nil)
	if it.central != nil {
		it.central(h)
	}
	return append(append(h, it.name...), it.extra...)
}

func (a archive) endRecords(at, count, size, start int) []byte {
	var out []byte
	h := bytes.Join([][]byte{endMagic, le(2, 0, 0, uint64(count), uint64(count)), le(4, uint64(size), uint64(start)), le(2, uint64(len(a.comment)))}, nil)
	if a.zip64 || a.locator {
		out = bytes.Join([][]byte{end64Magic, le(8, 44), le(2, 45, 45), le(4, 0, 0), le(8, uint64(count), uint64(count), uint64(size), uint64(start))}, nil)
		out = append(out, bytes.Join([][]byte{locatorMagic, le(4, 0), le(8, uint64(at)), le(4, 1)}, nil)...)
	}
	if a.zip64 {
		copy(h[8:], bytes.Repeat([]byte{0xff}, 12))
	}
	if a.end != nil {
		a.end(h)
	}
	return append(append(out, h...), a.comment...)
}

// set writes a number into a record.
func set(at, width int, v uint64) func([]byte) {
	return func(record []byte) { copy(record[at:], le(width, v)) }
}

// both applies two changes.
func both(a, b func([]byte)) func([]byte) {
	return func(record []byte) { a(record); b(record) }
}
