package source

import (
	"fmt"
	"io"
)

// Limits bound what is read from one source. The zero value is not useful; start from [DefaultLimits].
type Limits struct {
	WholeBytes  int64 // one file read whole into memory, after unpacking
	MemberBytes int64 // one archive member opened as a source of its own
	FileBytes   int64 // one file streamed, after unpacking
	TotalBytes  int64 // everything unpacked from one archive
	Entries     int   // entries of a folder tree or archive
	Depth       int   // folders below the target
}

// DefaultLimits suit a workstation: a 600 MB dumpsys or bug report still fits, a bomb does not.
var DefaultLimits = Limits{
	WholeBytes:  64 << 20,
	MemberBytes: 512 << 20,
	FileBytes:   1 << 30,
	TotalBytes:  4 << 30,
	Entries:     200_000,
	Depth:       32,
}

// LimitError says which limit was reached and by what.
type LimitError struct {
	Name  string // file or archive concerned
	What  string // "size", "unpacked size", "entries", "depth"
	Limit int64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%q exceeds the limit of %d for %s; the rest was not read", e.Name, e.Limit, e.What)
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

// wholeReader ends in an error when the file ends too soon: a file that was cut while it was read must not
// look like a whole one.
type wholeReader struct {
	r    io.Reader
	name string
	left int64
}

func (w *wholeReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.left -= int64(n); err == io.EOF && w.left > 0 {
		err = fmt.Errorf("%q became shorter by %d bytes while it was read; scan it again", w.name, w.left)
	}
	return n, err
}

func readAll(r io.Reader, name string, limit int64) ([]byte, error) {
	return io.ReadAll(&limitReader{r: r, name: name, left: limit, limit: limit})
}
