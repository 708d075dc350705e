package apkfile

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"quaestor/scanners/inventory"
)

// layout goes once through the file in the order in which entries lie in it. It compares local headers with
// the directory, and finds what overlaps and what belongs to no entry.
func (f *File) layout() {
	f.once.Do(func() {
		l := newLayout(f)
		for _, e := range l.entries {
			l.entry(e)
		}
		l.finish()
		f.laid.Store(true)
	})
}

// inOrder lists all entries, the hidden ones too, in the order in which they lie in the file.
func (f *File) inOrder() []*Entry {
	list := make([]*Entry, 0, len(f.Entries)+len(f.Hidden))
	for i := range f.Entries {
		list = append(list, &f.Entries[i])
	}
	for i := range f.Hidden {
		list = append(list, &f.Hidden[i])
	}
	before := func(a, b *Entry) int { return cmp.Compare(a.header, b.header) }
	if !slices.IsSortedFunc(list, before) {
		slices.SortStableFunc(list, before)
	}
	return list
}

// layoutPass is the state of that pass.
type layoutPass struct {
	f       *File
	w       window
	at      int64    // everything before is accounted for
	max     int64    // entries have to end here: the signing block, or the directory
	entries []*Entry // in the order in which they lie in the file, with the hidden ones
	last    *Entry
	unknown gaps

	missing, names, methods, sizes, descriptors, encrypted, overlaps, outside note
}

func newLayout(f *File) *layoutPass {
	f.dataAt = make([]int64, len(f.Entries))
	l := &layoutPass{f: f, w: window{f: f}, entries: f.inOrder()}
	l.missing = newNote(inventory.MarkHeaders, "entries without a local header")
	l.names = newNote(inventory.MarkHeaders, "entries with another name in the local header")
	l.methods = newNote(inventory.MarkHeaders, "entries with another compression method in the local header")
	l.sizes = newNote(inventory.MarkHeaders, "entries with other sizes or another checksum in the local header")
	l.descriptors = newNote(inventory.MarkHeaders, "entries whose data descriptor disagrees with the directory")
	l.encrypted = newNote(inventory.MarkEncrypted, "entries marked encrypted in the local header only")
	l.overlaps = newNote(inventory.MarkOverlap, "entries that share bytes with another")
	l.outside = newNote(inventory.MarkOverlap, "entries that reach into the signing block, the directory or beyond the file")
	l.max = f.blockStart()
	if len(l.entries) > 0 && !f.Recovered {
		l.lead(l.entries[0].header)
	}
	return l
}

// lead accounts for what is in front of the first entry.
func (l *layoutPass) lead(first int64) {
	first = min(max(first, 0), l.max)
	if at := skipPadding(&l.w, 0, first); at < first {
		l.f.remark(inventory.MarkLeadingData, "data before the archive: %d bytes", first)
		l.f.span(at, first)
	}
	l.at = first
}

// entry looks at the next entry and at what lies before it.
func (l *layoutPass) entry(e *Entry) {
	if e.index >= 0 {
		l.f.dataAt[e.index] = -1
	}
	h, ok := parseLocal(l.w.get(e.header, localSize))
	if !ok {
		l.missing.add(e)
		return
	}
	data := h.data(e.header)
	if e.index >= 0 {
		l.f.dataAt[e.index] = data
	}
	if l.f.Recovered {
		return
	}
	if e.header > l.at {
		l.unknown.add(l, e.header)
	}
	if e.header < l.at {
		l.overlaps.add(e)
		if l.last != nil {
			l.overlaps.add(l.last)
			l.last = nil
		}
	} else {
		l.last = e
	}
	l.compare(e, h)
	end := data + e.length()
	if end > l.max {
		l.outside.add(e)
		end = l.max
	}
	end += l.descriptor(e, h, end)
	l.at = max(l.at, end)
}

// compare holds a local header against the directory, as Android does when it opens the entry; the method in
// the local header is what other tools go by. A name of another length is not even read.
func (l *layoutPass) compare(e *Entry, h local) {
	if int64(len(e.Name)) != h.nameSize || string(l.w.get(e.header+localSize, h.nameSize)) != e.Name {
		l.names.add(e)
	}
	if h.method != e.Method {
		l.methods.add(e)
	}
	if h.flags&flagEncrypted != 0 && e.Flags&flagEncrypted == 0 {
		l.encrypted.add(e)
	}
	wide := h.compressed == 0xffffffff || h.size == 0xffffffff
	none := h.compressed == 0 && h.size == 0 && h.descriptor()
	same := h.compressed == e.CompressedSize && h.size == e.Size && h.crc == e.CRC32
	if !same && !none && !wide {
		l.sizes.add(e)
	}
}

var descriptorMagic = []byte("PK\x07\x08")

// descriptor is the length of the data descriptor behind an entry.
func (l *layoutPass) descriptor(e *Entry, h local, at int64) int64 {
	if !h.descriptor() {
		return 0
	}
	var n int64
	if b := l.w.get(at, 4); b != nil && string(b) == string(descriptorMagic) {
		n = 4
	}
	if b := l.w.get(at+n, 12); b != nil && e.describedBy(b, 4) {
		return n + 12
	}
	if b := l.w.get(at+n, 20); b != nil && e.describedBy(b, 8) {
		return n + 20
	}
	l.descriptors.add(e)
	if n > 0 {
		n += 12
	}
	return n
}

// describedBy compares a data descriptor, whose sizes have so many bytes, with the directory.
func (e *Entry) describedBy(b []byte, width int) bool {
	if binary.LittleEndian.Uint32(b) != e.CRC32 {
		return false
	}
	if width == 4 {
		return uint64(binary.LittleEndian.Uint32(b[4:])) == uint64(e.CompressedSize) && uint64(binary.LittleEndian.Uint32(b[8:])) == uint64(e.Size)
	}
	return binary.LittleEndian.Uint64(b[4:]) == uint64(e.CompressedSize) && binary.LittleEndian.Uint64(b[12:]) == uint64(e.Size)
}

// finish looks at what follows the last entry, and notes everything.
func (l *layoutPass) finish() {
	f := l.f
	if !f.Recovered {
		if l.at < l.max {
			l.unknown.add(l, l.max)
		}
		l.at = f.dirEnd
		if l.at < f.endAt {
			l.unknown.add(l, f.endAt)
		}
		f.span(f.tailAt, f.size)
	}
	for _, n := range []note{l.missing, l.names, l.methods, l.sizes, l.descriptors, l.encrypted, l.overlaps, l.outside} {
		f.note(n)
	}
	if l.unknown.bytes > 0 {
		f.note(note{code: inventory.MarkHiddenData, n: l.unknown.places, places: l.unknown.after,
			what: fmt.Sprintf("places between entries with data of no entry, %d bytes in all", l.unknown.bytes)})
	}
	f.note(l.unknown.stale)
}

// blockMagic ends an APK signing block.
const blockMagic = "APK Sig Block 42"

// blockStart is where the APK signing block before the directory begins, else where the directory does.
func (f *File) blockStart() int64 {
	const footer = 24
	var b [footer]byte
	if f.readAt(b[:], f.dirStart-footer) != nil || string(b[8:]) != blockMagic {
		return f.dirStart
	}
	size := binary.LittleEndian.Uint64(b[:])
	if size < footer || size > uint64(f.dirStart-8) {
		return f.dirStart
	}
	return f.dirStart - 8 - int64(size)
}
