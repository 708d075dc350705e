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
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"
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
	inside bool // a computer's root folder that was found in a file
	limits Limits
	ctx    context.Context // once it is done, archives are not read further

	parent   *Source // that it was opened from, nil for the target itself
	inParent string  // and its path in that

	root    *os.Root    // folders
	content io.ReaderAt // files
	file    *os.File    // what content came from, for a file on disk
	member  *member     // what content is, for a compressed file inside an archive
	size    int64
	changed time.Time                // of a file on disk, when it was opened
	reopen  func() (*os.File, error) // opens the file on disk once more
	parked  *parked                  // what content is, for a file that is open only while it is read

	headOnce sync.Once
	head     []byte
	headErr  error

	fsOnce sync.Once
	fsys   fs.FS
	fsErr  error
}

// Open opens a target. It reads nothing yet but the file's size.
func Open(t Target, limits Limits) (*Source, error) {
	return OpenContext(context.Background(), t, limits)
}

// OpenContext is Open for a source whose archives are not read any further once ctx is done.
func OpenContext(ctx context.Context, t Target, limits Limits) (*Source, error) {
	s, err := openTarget(t, limits)
	if err != nil {
		return nil, err
	}
	s.ctx = ctx
	return s, nil
}

func openTarget(t Target, limits Limits) (*Source, error) {
	switch {
	case t.Live() && !isFile(t.Path):
		return openLive(t, limits)
	case t.Attached():
		return &Source{target: t, name: t.String(), rel: ".", limits: limits}, nil
	}
	info, err := os.Stat(t.Path)
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w; check the path", t.Path, reason(err))
	}
	if info.IsDir() {
		return openDir(t, limits)
	}
	name := t.Shown
	if name == "" {
		name = filepath.ToSlash(t.Path)
	}
	return openFile(t, limits, t.Path, name, ".")
}

// isFile reports whether a computer is named by a file that holds its root folder.
func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func openLive(t Target, limits Limits) (*Source, error) {
	p := t.Path
	live := p == "" || p == "/" || p == liveRoot()
	if live {
		p = liveRoot()
	}
	root, err := os.OpenRoot(p)
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w", p, reason(err))
	}
	return &Source{target: t, name: "host:" + filepath.ToSlash(p), rel: ".", dir: true, live: live, limits: limits, root: root}, nil
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
	s := &Source{target: t, name: name, rel: rel, limits: limits}
	s.reopen = func() (*os.File, error) { return os.OpenFile(osPath, os.O_RDONLY|nonBlocking, 0) }
	return s, s.setFile(f)
}

// setFile makes f the content, of the size that it has now.
func (s *Source) setFile(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return fmt.Errorf("cannot open %q: %w", s.name, reason(err))
	}
	s.content, s.file, s.size, s.changed = f, f, info.Size(), info.ModTime()
	return nil
}

// FromFS makes a source of a file system, for tests and for scanners that unpack. Name is shown to readers.
func FromFS(name string, fsys fs.FS, limits Limits) *Source {
	s := &Source{target: Target{Path: name}, name: name, rel: ".", dir: true, limits: limits, ctx: context.Background()}
	s.fsOnce.Do(func() { s.fsys = fsys })
	return s
}

// Computer makes a source of the root folder of a computer that a scanner found in a file, such as an image of a
// container. Name is shown to readers.
func Computer(name string, fsys fs.FS, limits Limits) *Source {
	s := FromFS(name, fsys, limits)
	s.target.Kind, s.inside = KindHost, true
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
	sub := s.below(rel)
	switch {
	case info.IsDir():
		sub.dir = true
		sub.root, err = s.root.OpenRoot(filepath.FromSlash(rel))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%q is not a file or folder but %s", sub.name, info.Mode().Type())
	default:
		var f *os.File
		if f, err = openRegular(s.root, rel, false); err == nil {
			sub.reopen = func() (*os.File, error) { return openRegular(s.root, rel, false) }
			return sub, sub.setFile(f)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open %q: %w", sub.name, reason(err))
	}
	return sub, nil
}

func (s *Source) below(rel string) *Source {
	return &Source{target: s.target, name: s.Join(rel), rel: path.Join(s.rel, rel), parent: s, inParent: rel, limits: s.limits, ctx: s.ctx}
}

// subArchive opens a file inside an archive. A stored entry is read in place; a compressed one is streamed, or
// unpacked into memory by the first who needs random access.
func (s *Source) subArchive(rel string) (*Source, error) {
	fsys, err := s.FS()
	if err != nil {
		return nil, err
	}
	sub := s.below(rel)
	z, ok := fsys.(*zipFS)
	if !ok {
		return sub, sub.readFS(fsys, rel)
	}
	f := z.files[rel]
	if f == nil || !f.Mode().IsRegular() {
		return nil, fmt.Errorf("cannot open %q in the archive: %w", sub.name, fs.ErrNotExist)
	}
	if in, size, ok := z.stored(rel); ok {
		sub.content, sub.size = in, size
		return sub, nil
	}
	sub.member = &member{z: z, f: f, name: sub.name, limit: s.limits.MemberBytes, reserved: z.isReserved(rel), nested: s.holdsMemory()}
	sub.content, sub.size = sub.member, sub.member.size()
	return sub, nil
}

// readFS reads a file of a file system that was handed in.
func (s *Source) readFS(fsys fs.FS, rel string) error {
	f, err := fsys.Open(rel)
	if err != nil {
		return fmt.Errorf("cannot open %q: %w", s.name, reason(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("cannot open %q: not a regular file", s.name)
	}
	b, err := readAll(f, s.name, s.limits.MemberBytes)
	s.content, s.size = bytes.NewReader(b), int64(len(b))
	return err
}

// Reserve pays for reading a file inside an archive once, out of what the archive may unpack to, so that it
// does not depend on the order of reading which file is the one too many. It does nothing for a folder.
func (s *Source) Reserve(rel string) error {
	if z, ok := s.fsys.(*zipFS); ok {
		return z.reserve(rel, s.Join(rel))
	}
	return nil
}

// Again is the same source with everything that an archive may unpack to still to be had.
func (s *Source) Again() *Source {
	again := s.below("")
	again.name, again.rel, again.dir, again.live, again.inside = s.name, s.rel, s.dir, s.live, s.inside
	again.parent, again.inParent = s.parent, s.inParent
	again.root, again.content, again.file, again.member, again.size, again.changed = s.root, s.content, s.file, s.member, s.size, s.changed
	again.parked, again.reopen = s.parked, s.reopen
	if s.dir {
		again.fsOnce.Do(func() { again.fsys, again.fsErr = s.FS() })
	}
	return again
}

func (s *Source) holdsMemory() bool {
	if s.member == nil {
		return false
	}
	s.member.mu.Lock()
	defer s.member.mu.Unlock()
	return s.member.held > 0
}

// Keep makes ready for the source to stay open for long. A compressed archive inside an archive is unpacked, and
// its memory, of which the size is returned, counts no longer among what is unpacked at the same time: the
// caller has to count it.
func (s *Source) Keep() (int64, error) {
	if s.member == nil {
		return 0, nil
	}
	data, err := s.member.whole()
	s.member.release()
	return int64(len(data)), err
}

// Release gives back the memory that the source takes, although it stays open: the caller answers for it. It is
// for a scanner that was left behind, which must not keep others waiting.
func (s *Source) Release() {
	if s.member != nil {
		s.member.release()
	}
}

// Close releases the file or folder.
func (s *Source) Close() error {
	var errs []error
	if s.file != nil {
		errs = append(errs, s.file.Close())
	}
	if s.parked != nil {
		errs = append(errs, s.parked.close())
	}
	if s.member != nil {
		s.member.forget()
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

// OnDisk reports whether this is a folder of a disk, in which paths of the disk can be made.
func (s *Source) OnDisk() bool { return s.dir && s.root != nil }

// Live reports whether the source is the running computer, not a copy.
func (s *Source) Live() bool { return s.live }

// Inside reports whether the source is the root folder of a computer that was found in a file, such as an image of a container.
func (s *Source) Inside() bool { return s.inside }

// Attached reports whether the source is a phone that is plugged in.
func (s *Source) Attached() bool { return s.target.Attached() }

// Size is the size of a file in bytes, 0 for a folder.
func (s *Source) Size() int64 { return s.size }

// Limits are the limits that hold for this source.
func (s *Source) Limits() Limits { return s.limits }

// ReaderAt gives random access to a file source; nil for a folder.
func (s *Source) ReaderAt() io.ReaderAt {
	return s.content
}

// Head returns the first bytes of a file, at most [HeadBytes], for recognition by content. It is empty for a
// folder or an unreadable file. Of a zip archive it is only the mark at the start: what lies in an archive,
// perhaps uncompressed, is not the content of the file and must not be taken for it.
func (s *Source) Head() []byte {
	head := s.rawHead()
	if startsLikeZip(head) {
		return head[:4]
	}
	return head
}

func startsLikeZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

func (s *Source) rawHead() []byte {
	s.headOnce.Do(func() {
		if s.content == nil {
			return
		}
		buf := make([]byte, min(int64(HeadBytes), max(s.size, 0)))
		n, err := s.readHead(buf)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			s.headErr = err
		}
		s.head = buf[:n:n]
	})
	return s.head
}

func (s *Source) readHead(buf []byte) (int, error) {
	if s.member == nil {
		return s.content.ReadAt(buf, 0)
	}
	r, err := s.member.stream()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	return io.ReadFull(r, buf)
}

// Err tells why a file could not be read for recognition: why its head is empty, or why it was not unpacked.
func (s *Source) Err() error {
	if s.rawHead(); s.headErr != nil || s.member == nil {
		return s.headErr
	}
	s.member.mu.Lock()
	defer s.member.mu.Unlock()
	return s.member.err
}

// IsZip reports whether a file starts or ends like a zip archive. For a compressed file inside an archive only
// the start counts: its end is not known before all of it is unpacked.
func (s *Source) IsZip() bool {
	if startsLikeZip(s.rawHead()) {
		return true
	}
	if s.content == nil || s.member != nil || s.size < 22 {
		return false
	}
	tail := make([]byte, min(s.size, 22+65535))
	n, _ := s.content.ReadAt(tail, s.size-int64(len(tail)))
	return bytes.Contains(tail[:n], []byte("PK\x05\x06"))
}

// StartsLikeZip reports whether a file bears the mark of a zip archive at its start.
func (s *Source) StartsLikeZip() bool { return startsLikeZip(s.rawHead()) }

// FS is the content of a folder or of a zip archive, read-only and within the limits. Names that are not
// [fs.ValidPath] ("..", backslash) do not exist in it; [Source.BadNames] lists them. Absolute names lie below its root.
func (s *Source) FS() (fs.FS, error) {
	s.fsOnce.Do(func() {
		switch {
		case s.root != nil && s.dir:
			s.fsys = dirFS{s.root}
		case s.content != nil:
			z, err := openZip(s.ctx, s.content, s.size, s.limits)
			if s.fsErr = err; err == nil {
				s.fsys = z
			}
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
	r, err := s.reader()
	if err != nil {
		return nil, err
	}
	return readAll(r, s.name, s.limits.WholeBytes)
}

// Reader streams a file source within Limits.FileBytes; a longer file ends in a [LimitError].
func (s *Source) Reader() (io.Reader, error) { return s.within(s.limits.FileBytes) }

// Export is Reader within Limits.ExportBytes, for who holds no more of a file than an entry at a time.
func (s *Source) Export() (io.Reader, error) { return s.within(s.limits.ExportBytes) }

func (s *Source) within(limit int64) (io.Reader, error) {
	r, err := s.reader()
	if err != nil {
		return nil, err
	}
	return &limitReader{r: r, name: s.name, left: limit, limit: limit}, nil
}

// reader reads as much as the file had when it was opened. A file that has another size at the end is an error.
func (s *Source) reader() (io.Reader, error) {
	switch {
	case s.content == nil:
		return nil, fmt.Errorf("%q is a folder, not a file", s.name)
	case s.member != nil:
		return s.member.stream()
	}
	return &wholeReader{r: io.NewSectionReader(s.content, 0, s.size), name: s.name, left: s.size, after: s.Changed}, nil
}

// Changed says that a file on disk is not the one any more that was opened: somebody wrote to it meanwhile.
func (s *Source) Changed() error {
	switch {
	case s.parked != nil:
		return s.parked.changed()
	case s.file != nil:
		return s.same(s.file)
	}
	return nil
}

// same says that a file is not the one that was opened as the content of s.
func (s *Source) same(f *os.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return fmt.Errorf("%q cannot be looked at again: %w", s.name, reason(err))
	case info.Size() != s.size:
		return fmt.Errorf("%q had %d bytes and has %d: it changed while it was read; scan it again", s.name, s.size, info.Size())
	case !info.ModTime().Equal(s.changed):
		return fmt.Errorf("%q was written to while it was read; scan it again", s.name)
	}
	return nil
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
	}{&limitReader{r: s.steady(f, info), name: s.Join(name), left: s.limits.FileBytes, limit: s.limits.FileBytes}, f}, nil
}

// steady reads a file of a folder that must not change meanwhile. On a running computer files do, and those of
// the kernel have no size.
func (s *Source) steady(f fs.File, info fs.FileInfo) io.Reader {
	if s.live || s.root == nil || info.Size() == 0 {
		return f
	}
	name, size := s.Join(info.Name()), info.Size()
	return &wholeReader{r: f, name: name, left: size, after: func() error {
		if now, err := f.Stat(); err == nil && now.Size() != size {
			return fmt.Errorf("%q had %d bytes and has %d: it changed while it was read; scan it again", name, size, now.Size())
		}
		return nil
	}}
}

// Join names a file inside the source for an Origin: "folder/file" or "archive.zip!file"; "." is the source itself.
func (s *Source) Join(name string) string {
	if name == "." {
		return s.name
	}
	if s.dir && !s.inside {
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
