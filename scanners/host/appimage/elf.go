package appimage

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"

	"quaestor/scanners/internal/squashfs"
)

const (
	headBytes   = 64
	maxSections = 200
	maxNames    = 64 << 10 // of sections
	maxUpdates  = 1024
)

// elfHead is what the head of an AppImage says: a program in ELF form with a mark of its own in bytes that ELF leaves free.
type elfHead struct {
	kind     int // 1 or 2
	arch     string
	sections int64 // where the list of sections lies
	each     int64 // bytes of one
	count    int64
	names    int64 // section that holds the names
	wide     bool  // 64 bits
	end      int64 // of the program, where the file system begins
}

func readHead(r io.ReaderAt) (elfHead, bool) {
	b := make([]byte, headBytes)
	if _, err := r.ReadAt(b, 0); err != nil || string(b[:4]) != "\x7fELF" || string(b[8:10]) != "AI" || b[10] < 1 || b[10] > 2 || b[5] != 1 {
		return elfHead{}, false
	}
	le := binary.LittleEndian
	h := elfHead{kind: int(b[10]), arch: arches[le.Uint16(b[18:])], wide: b[4] == 2}
	if h.wide {
		h.sections = int64(le.Uint64(b[40:]) & (1<<62 - 1))
		h.each, h.count, h.names = int64(le.Uint16(b[58:])), int64(le.Uint16(b[60:])), int64(le.Uint16(b[62:]))
	} else {
		h.sections = int64(le.Uint32(b[32:]))
		h.each, h.count, h.names = int64(le.Uint16(b[46:])), int64(le.Uint16(b[48:])), int64(le.Uint16(b[50:]))
	}
	h.end = h.sections + h.each*h.count
	return h, true
}

var arches = map[uint16]string{3: "i686", 40: "armv7l", 62: "x86_64", 183: "aarch64"}

// section is where one lies in the file, and where its name lies among the names.
type section struct{ name, at, size int64 }

// updates is where the AppImage says that it gets updates from: what stands in the section .upd_info.
func updates(r io.ReaderAt, size int64, h elfHead) string {
	least := int64(40)
	if h.wide {
		least = 64
	}
	if h.each < least || h.each > 1024 || h.count > maxSections || h.names >= h.count || h.end > size {
		return ""
	}
	table := make([]byte, h.each*h.count)
	if _, err := r.ReadAt(table, h.sections); err != nil {
		return ""
	}
	names := readSection(r, size, h.section(table, h.names), maxNames)
	for i := range h.count {
		s := h.section(table, i)
		if s.name >= int64(len(names)) || !bytes.HasPrefix(names[s.name:], []byte(".upd_info\x00")) {
			continue
		}
		text, _, _ := bytes.Cut(readSection(r, size, s, maxUpdates), []byte{0})
		return strings.TrimSpace(string(text))
	}
	return ""
}

func (h elfHead) section(table []byte, i int64) section {
	b := table[i*h.each:]
	le := binary.LittleEndian
	if h.wide {
		return section{int64(le.Uint32(b)), int64(le.Uint64(b[24:]) & (1<<62 - 1)), int64(le.Uint64(b[32:]) & (1<<62 - 1))}
	}
	return section{int64(le.Uint32(b)), int64(le.Uint32(b[16:])), int64(le.Uint32(b[20:]))}
}

func readSection(r io.ReaderAt, size int64, s section, most int64) []byte {
	n := min(s.size, most)
	if s.at > size || n > size-s.at {
		return nil
	}
	b := make([]byte, n)
	if _, err := r.ReadAt(b, s.at); err != nil {
		return nil
	}
	return b
}

// desktopFile is the desktop entry in an AppImage.
type desktopFile struct {
	name string
	text []byte
}

// entryInside reads the desktop entry in the root folder, which is one, or where that is a link out of the folder for
// all entries.
func entryInside(r io.ReaderAt, from, size int64) (desktopFile, error) {
	f, err := squashfs.Open(io.NewSectionReader(r, from, size-from), size-from)
	if err != nil {
		return desktopFile{}, err
	}
	err = squashfs.ErrNotExist
	for _, folder := range []string{"", "usr/share/applications"} {
		entries, lerr := f.List(folder)
		if lerr != nil {
			err = lerr
			continue
		}
		for _, e := range entries {
			if e.File && strings.HasSuffix(e.Name, ".desktop") {
				text, err := f.ReadFile(e, maxEntry)
				return desktopFile{e.Name, text}, err
			}
		}
	}
	return desktopFile{}, err
}
