// Package appimage reads the form of AppImages (https://docs.appimage.org/reference/architecture.html): a program in ELF form with a mark of
// its own, and behind it a file system.
//
// What the package cannot see: what is inside of the old form (type 1, an ISO 9660 image) and of those that are compressed with xz or lzo,
// and who made one: a signature inside of it is not checked.
package appimage

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"

	"quaestor/scanners/internal/squashfs"
)

// Limits.
const (
	HeadBytes   = 64        // that tell of one
	MaxEntry    = 256 << 10 // bytes of a desktop entry
	maxSections = 200
	maxNames    = 64 << 10 // of sections
	MaxUpdates  = 1024     // bytes that tell of updates
)

// Head is what the head of an AppImage says: a program in ELF form with a mark of its own in bytes that ELF leaves free.
type Head struct {
	Kind     int // 1 or 2
	Arch     string
	sections int64 // where the list of sections lies
	each     int64 // bytes of one
	count    int64
	names    int64 // section that holds the names
	wide     bool  // 64 bits
	End      int64 // of the program, where the file system begins
}

// ReadHead reads the head of a file, if it is one of an AppImage.
func ReadHead(r io.ReaderAt) (Head, bool) {
	b := make([]byte, HeadBytes)
	if _, err := r.ReadAt(b, 0); err != nil || string(b[:4]) != "\x7fELF" || string(b[8:10]) != "AI" || b[10] < 1 || b[10] > 2 || b[5] != 1 {
		return Head{}, false
	}
	le := binary.LittleEndian
	h := Head{Kind: int(b[10]), Arch: arches[le.Uint16(b[18:])], wide: b[4] == 2}
	if h.wide {
		h.sections = int64(le.Uint64(b[40:]) & (1<<62 - 1))
		h.each, h.count, h.names = int64(le.Uint16(b[58:])), int64(le.Uint16(b[60:])), int64(le.Uint16(b[62:]))
	} else {
		h.sections = int64(le.Uint32(b[32:]))
		h.each, h.count, h.names = int64(le.Uint16(b[46:])), int64(le.Uint16(b[48:])), int64(le.Uint16(b[50:]))
	}
	h.End = h.sections + h.each*h.count
	return h, true
}

var arches = map[uint16]string{3: "i686", 40: "armv7l", 62: "x86_64", 183: "aarch64"}

// section is where one lies in the file, and where its name lies among the names.
type section struct{ name, at, size int64 }

// Updates is where the AppImage says that it gets updates from: what stands in the section .upd_info.
func Updates(r io.ReaderAt, size int64, h Head) string {
	least := int64(40)
	if h.wide {
		least = 64
	}
	if h.each < least || h.each > 1024 || h.count > maxSections || h.names >= h.count || h.End > size {
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
		text, _, _ := bytes.Cut(readSection(r, size, s, MaxUpdates), []byte{0})
		return strings.TrimSpace(string(text))
	}
	return ""
}

func (h Head) section(table []byte, i int64) section {
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

// DesktopFile is the desktop entry in an AppImage.
type DesktopFile struct {
	Name string
	Text []byte
}

// Files are what lies in an AppImage, from the end of the program on.
func Files(r io.ReaderAt, from, size int64) (*squashfs.FS, error) {
	return squashfs.Open(io.NewSectionReader(r, from, size-from), size-from)
}

// Entry reads the desktop entry in the root folder, which is one, or where that is a link out of the folder for
// all entries.
func Entry(r io.ReaderAt, from, size int64) (DesktopFile, error) {
	f, err := Files(r, from, size)
	if err != nil {
		return DesktopFile{}, err
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
				text, err := f.ReadFile(e, MaxEntry)
				return DesktopFile{e.Name, text}, err
			}
		}
	}
	return DesktopFile{}, err
}
