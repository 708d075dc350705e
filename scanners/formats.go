package scanners

import (
	"bytes"

	"quaestor/scanners/source"
)

// gzipFormat is opened by scanners that look into it for what is theirs, and by nobody else.
const gzipFormat = "gzip"

// formats are the archives and compressed files that nothing here opens, by the mark in their first bytes. What
// such a file holds must not be taken for the content of the file itself, and must not be passed over either.
var formats = []struct {
	name string
	at   int
	mark string
}{
	{"tar", 257, "ustar"},
	{gzipFormat, 0, "\x1f\x8b"},
	{"xz", 0, "\xfd7zXZ\x00"},
	{"7z", 0, "7z\xbc\xaf\x27\x1c"},
	{"bzip2", 4, "1AY&SY"},
	{"zstd", 0, "\x28\xb5\x2f\xfd"},
	{"rar", 0, "Rar!\x1a\x07"},
	{"lz4", 0, "\x04\x22\x4d\x18"},
	{"Android backup", 0, "ANDROID BACKUP\n"},
}

// archiveFormat names the format of an archive that is not opened here, "" for any other file.
func archiveFormat(src *source.Source) string {
	if src.IsDir() {
		return ""
	}
	head := src.Head()
	for _, f := range formats {
		if len(head) > f.at && bytes.HasPrefix(head[f.at:], []byte(f.mark)) {
			return f.name
		}
	}
	return ""
}

// opens reports whether a scanner may be asked about a file of a format.
func opens(s Scanner, format string) bool {
	if format == "" || format == gzipFormat {
		return true
	}
	u, ok := s.(Unpacker)
	return ok && u.Unpacks(format)
}

// addPacked notes a file that would have to be unpacked by others first.
func (w *walk) addPacked(format string, src *source.Source) {
	if w.packed == nil {
		w.packed = make(map[string][]string)
	}
	w.packed[format] = append(w.packed[format], src.Name())
}
