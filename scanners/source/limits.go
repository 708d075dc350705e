package source

import (
	"errors"
	"fmt"
	"io"
)

// Limits bound what is read from one source. The zero value is not useful; start from [DefaultLimits].
type Limits struct {
	WholeBytes  int64 // one file read whole into memory, after unpacking
	MemberBytes int64 // one compressed archive member that needs random access, and so is held in memory
	FileBytes   int64 // one file streamed, after unpacking
	ExportBytes int64 // one export of which no more than an entry is held; see Unpacked for a compressed one
	TotalBytes  int64 // everything unpacked from one archive, besides 32 times its own size
	Entries     int   // entries of a folder tree or archive
	Depth       int   // folders below the target
}

// DefaultLimits suit a workstation: a 600 MB dumpsys or bug report still fits, a bomb does not.
var DefaultLimits = Limits{
	WholeBytes:  64 << 20,
	MemberBytes: 192 << 20,
	FileBytes:   1 << 30,
	ExportBytes: 64 << 30,
	TotalBytes:  8 << 20,
	Entries:     200_000,
	Depth:       32,
}

// Total is how many bytes may be unpacked from an archive of a size.
func (l Limits) Total(archive int64) int64 { return l.TotalBytes + unpackRatio*archive }

// exportRatio is how many times its own size a compressed export may unpack to, besides Limits.FileBytes. Exports repeat themselves:
// indented JSON shrinks to a fiftieth; what was made to unpack without end, to a thousandth.
const exportRatio = 200

// Unpacked is how many bytes may be unpacked from a compressed export of a size.
func (l Limits) Unpacked(packed int64) int64 {
	if packed > (l.ExportBytes-l.FileBytes)/exportRatio {
		return l.ExportBytes
	}
	return l.FileBytes + exportRatio*packed
}

// WhatExport is the limit of [Limits.Unpacked] in a [LimitError].
const WhatExport = "size when unpacked"

// LimitError says which limit was reached and by what.
type LimitError struct {
	Name  string // file or archive concerned
	What  string // "size", "unpacked size", "entries", "depth", [WhatExport]
	Limit int64
	whole bool // a file was to be read at once: no part of it is used
}

// OfArchive reports whether the limit is one on all that is unpacked from an archive: what comes after it in the
// archive cannot be read either.
func (e *LimitError) OfArchive() bool { return e.What == whatUnpacked }

// Next is what the reader can do, "" where that depends on what the file is.
func (e *LimitError) Next() string {
	switch {
	case e.whole:
		return "Cut it into smaller files and scan these, or export less at a time."
	case e.What == WhatExport:
		return "If you trust the file, unpack it and scan what it holds."
	}
	return ""
}

func (e *LimitError) Error() string {
	if e.whole {
		return fmt.Sprintf("%q is larger than the limit of %d bytes for a file of its kind; nothing of it was read", e.Name, e.Limit)
	}
	return fmt.Sprintf("%q exceeds the limit of %d for %s; it was not read whole", e.Name, e.Limit, e.What)
}

// limitReader is io.LimitReader that fails loudly: a cut file must not look like a whole one.
type limitReader struct {
	r           io.Reader
	name        string
	left, limit int64
}

func (l *limitReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		var one [1]byte
		if n, err := l.r.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, &LimitError{Name: l.name, What: "size", Limit: l.limit}
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	return n, err
}

// wholeReader ends in an error when the file is another one at its end than at its beginning: a file that was
// cut or written to while it was read must not look like a whole one.
type wholeReader struct {
	r     io.Reader
	name  string
	left  int64
	after func() error // asked at the end
}

func (w *wholeReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.left -= int64(n); err != io.EOF {
		return n, err
	}
	if w.left > 0 {
		return n, fmt.Errorf("%q became shorter by %d bytes while it was read; scan it again", w.name, w.left)
	}
	if changed := w.after(); changed != nil {
		return n, changed
	}
	return n, io.EOF
}

func readAll(r io.Reader, name string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(&limitReader{r: r, name: name, left: limit, limit: limit})
	if e := (*LimitError)(nil); errors.As(err, &e) && e.What == "size" {
		return data, &LimitError{Name: e.Name, What: e.What, Limit: e.Limit, whole: true}
	}
	return data, err
}
