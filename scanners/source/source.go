// Package source opens what a user points at — a file, a folder, an archive, this computer — read-only and
// within limits, and hands it to scanners as a [Source].
//
// All limits on foreign bytes that do not depend on a format live here: file size, unpacked size, number of
// entries, depth. A limit that is reached is an error of type [LimitError]; the scanner turns it into a Gap.
// A folder is opened through [os.Root]: links that lead out of it are refused, nothing outside is read, and
// nothing is ever written.
//
// What the package cannot see: what a file means. It looks at content only to tell an archive from a file.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
)

// HeadBytes is how much of a file [Source.Head] returns for recognition.
const HeadBytes = 64 << 10

// Source is one thing to scan. It is safe for concurrent use; Close it when done.
type Source struct {
	target Target
	name   string // as shown to a reader
	rel    string // path below the target, slash-separated; "." for the target itself
	dir    bool
	live   bool
	limits Limits

	root    *os.Root    // folders
	content io.ReaderAt // files
	closer  io.Closer   // what content came from
	size    int64

	headOnce sync.Once
	head     []byte
	headErr  error

	fsOnce sync.Once
	fsys   fs.FS
	fsErr  error
}

// Open opens a target. It reads nothing yet but the file's size.
func Open(t Target, limits Limits) (*Source, error) {
	if t.Live() {
		return openLive(t, limits)
	}
	info, err := os.Stat(t.Path)
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w; check the path", t.Path, reason(err))
	}
	if info.IsDir() {
		return openDir(t, limits)
	}
	return openFile(t, limits, t.Path, filepath.ToSlash(t.Path), ".")
}

func openLive(t Target, limits Limits) (*Source, error) {
	p := t.Path
	if p == "" {
		p = "/"
	}
	root, err := os.OpenRoot(p)
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w", p, reason(err))
	}
	return &Source{target: t, name: "host:" + p, rel: ".", dir: true, live: p == "/", limits: limits, root: root}, nil
}

func openDir(t Target, limits Limits) (*Source, error) {
	root, err := os.OpenRoot(t.Path)
	if err != nil {
		return nil, fmt.Errorf("cannot open folder %q: %w; check that you may read it", t.Path, reason(err))
	}
	return &Source{target: t, name: filepath.ToSlash(t.Path), rel: ".", dir: true, limits: limits, root: root}, nil
}

func openFile(t Target, limits Limits, osPath, name, rel string) (*Source, error) {
	info, err := os.Stat(osPath)
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w", osPath, reason(err))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is not a file or folder but %s; name a file", osPath, info.Mode().Type())
	}
	f, err := os.OpenFile(osPath, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w; check that you may read it", osPath, reason(err))
	}
	return &Source{target: t, name: name, rel: rel, limits: limits, content: f, closer: f, size: info.Size()}, nil
}

// FromFS makes a source of a file system, for tests and for scanners that unpack. Name is shown to readers.
func FromFS(name string, fsys fs.FS, limits Limits) *Source {
	s := &Source{target: Target{Path: name}, name: name, rel: ".", dir: true, limits: limits}
	s.fsOnce.Do(func() { s.fsys = fsys })
	return s
}

// Sub opens a file or folder below a folder, or a file inside an archive, as a source of its own. The parent
// must stay open for as long as the sub-source is used.
func (s *Source) Sub(rel string) (*Source, error) {
	if s.root == nil || !s.dir {
		return s.subArchive(rel)
	}
	info, err := s.root.Stat(filepath.FromSlash(rel))
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w", s.Join(rel), reason(err))
	}
	sub := &Source{target: s.target, name: s.Join(rel), rel: path.Join(s.rel, rel), limits: s.limits}
	switch {
	case info.IsDir():
		sub.dir = true
		sub.root, err = s.root.OpenRoot(filepath.FromSlash(rel))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%q is not a file or folder but %s", sub.name, info.Mode().Type())
	default:
		var f *os.File
		f, err = openRegular(s.root, rel, false)
		sub.content, sub.closer, sub.size = f, f, info.Size()
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w", sub.name, reason(err))
	}
	return sub, nil
}

// subArchive opens a file inside an archive. A stored entry is read in place; a compressed one is unpacked
// into memory, because an archive inside an archive needs random access and nothing is written to disk.
func (s *Source) subArchive(rel string) (*Source, error) {
	fsys, err := s.FS()
	if err != nil {
		return nil, err
	}
	sub := &Source{target: s.target, name: s.Join(rel), rel: path.Join(s.rel, rel), limits: s.limits}
	if z, ok := fsys.(*zipFS); ok {
		if in, size, ok := z.stored(rel, s.content); ok {
			sub.content, sub.size = in, size
			return sub, nil
		}
	}
	f, err := fsys.Open(rel)
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w", sub.name, reason(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("cannot open %q: not a regular file", sub.name)
	}
	b, err := readAll(f, sub.name, s.limits.MemberBytes)
	if err != nil {
		return nil, err
	}
	sub.content, sub.size = bytes.NewReader(b), int64(len(b))
	return sub, nil
}

// Close releases the file or folder.
func (s *Source) Close() error {
	var errs []error
	if s.closer != nil {
		errs = append(errs, s.closer.Close())
	}
	if s.root != nil {
		errs = append(errs, s.root.Close())
	}
	return errors.Join(errs...)
}

// Target is what the user named.
func (s *Source) Target() Target { return s.target }

// Name is the path as the user would find it, slash-separated.
func (s *Source) Name() string { return s.name }

// Base is the last element of the name: of the member, for a file inside an archive.
func (s *Source) Base() string {
	if s.rel != "." {
		return path.Base(s.rel)
	}
	return path.Base(s.name)
}

// Kind is the kind the user forced, or "".
func (s *Source) Kind() string { return s.target.Kind }

// IsDir reports whether the source is a folder (or a file system made with FromFS).
func (s *Source) IsDir() bool { return s.dir }

// Live reports whether the source is the running computer, not a copy.
func (s *Source) Live() bool { return s.live }

// Size is the size of a file in bytes, 0 for a folder.
func (s *Source) Size() int64 { return s.size }

// Limits are the limits that hold for this source.
func (s *Source) Limits() Limits { return s.limits }

// ReaderAt gives random access to a file source; nil for a folder.
func (s *Source) ReaderAt() io.ReaderAt {
	return s.content
}

// Head returns the first bytes of a file, at most [HeadBytes], for recognition by content. It is empty for a
// folder or an unreadable file.
func (s *Source) Head() []byte {
	s.headOnce.Do(func() {
		if s.content == nil {
			return
		}
		buf := make([]byte, min(int64(HeadBytes), max(s.size, 0)))
		n, err := s.content.ReadAt(buf, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			s.headErr = err
		}
		s.head = buf[:n]
	})
	return s.head
}

// IsZip reports whether a file starts or ends like a zip archive.
func (s *Source) IsZip() bool {
	if bytes.HasPrefix(s.Head(), []byte("PK\x03\x04")) || bytes.HasPrefix(s.Head(), []byte("PK\x05\x06")) {
		return true
	}
	if s.content == nil || s.size < 22 {
		return false
	}
	tail := make([]byte, min(s.size, 22+65535))
	n, _ := s.content.ReadAt(tail, s.size-int64(len(tail)))
	return bytes.Contains(tail[:n], []byte("PK\x05\x06"))
}

// FS is the content of a folder or of a zip archive, read-only and within the limits. Names that are not
// [fs.ValidPath] (absolute, "..", backslash) do not exist in it; [Source.BadNames] lists them.
func (s *Source) FS() (fs.FS, error) {
	s.fsOnce.Do(func() {
		switch {
		case s.root != nil && s.dir:
			s.fsys = dirFS{s.root}
		case s.content != nil:
			s.fsys, s.fsErr = openZip(s.content, s.size, s.limits)
		default:
			s.fsErr = fmt.Errorf("%q has no content", s.name)
		}
	})
	return s.fsys, s.fsErr
}

// BadNames lists archive entries that FS leaves out because their names lead outside, are malformed, or repeat
// the name of an earlier entry.
func (s *Source) BadNames() []string {
	if fsys, err := s.FS(); err == nil {
		if z, ok := fsys.(*zipFS); ok {
			return z.bad
		}
	}
	return nil
}

// Bytes reads a file source whole, within Limits.WholeBytes.
func (s *Source) Bytes() ([]byte, error) {
	if s.content == nil {
		return nil, fmt.Errorf("%q is a folder, not a file", s.name)
	}
	return readAll(s.reader(), s.name, s.limits.WholeBytes)
}

// Reader streams a file source within Limits.FileBytes; a longer file ends in a [LimitError].
func (s *Source) Reader() (io.Reader, error) {
	if s.content == nil {
		return nil, fmt.Errorf("%q is a folder, not a file", s.name)
	}
	return &limitReader{r: s.reader(), name: s.name, left: s.limits.FileBytes, limit: s.limits.FileBytes}, nil
}

// reader reads as much as the file had when it was opened. What is added later is not read; what is taken
// away is an error.
func (s *Source) reader() io.Reader {
	return &wholeReader{r: io.NewSectionReader(s.content, 0, s.size), name: s.name, left: s.size}
}

// ReadFile reads a file inside a folder or archive whole, within Limits.WholeBytes.
func (s *Source) ReadFile(name string) ([]byte, error) {
	f, err := s.OpenFile(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, s.Join(name), s.limits.WholeBytes)
}

// OpenFile streams a file inside a folder or archive, within Limits.FileBytes.
func (s *Source) OpenFile(name string) (io.ReadCloser, error) {
	fsys, err := s.FS()
	if err != nil {
		return nil, err
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read %q: %w", s.Join(name), reason(err))
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fmt.Errorf("cannot read %q: not a regular file", s.Join(name))
	}
	return struct {
		io.Reader
		io.Closer
	}{&limitReader{r: f, name: s.Join(name), left: s.limits.FileBytes, limit: s.limits.FileBytes}, f}, nil
}

// Join names a file inside the source for an Origin: "folder/file" or "archive.zip!file".
func (s *Source) Join(name string) string {
	if s.dir {
		return path.Join(s.name, name)
	}
	return s.name + "!" + name
}

// reason strips the operation and path that os errors repeat.
func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
