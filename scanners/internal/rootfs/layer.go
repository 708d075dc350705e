// Package rootfs reads the root folder of a computer out of tar archives: a single one, or the layers of a container
// image laid over each other, as a read-only file system. Nothing is written to disk.
//
// Of an archive that is not compressed only the names are held in memory, and files are read where they lie. Of a
// compressed one the files are held that tell what is installed and set up, within limits; opening any other is a
// [source.LimitError]. Files that are stored with holes (sparse files) are held too, filled up with zeros, from either.
//
// Devices, pipes and hard links to a file that the archive lacks have their names and cannot be opened, so that they are
// told from what is not there.
//
// What the package cannot see: owners, rights and extended attributes of files.
package rootfs

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"quaestor/scanners/source"
)

// Limits of all archives that a Reader reads.
const (
	maxEntries = 250_000 // of each of shares: large images have half of that in all
	maxName    = 4096
	maxNames   = 64 << 20 // bytes of all names and targets of links
	maxDepth   = 64
	maxNodes   = 600_000 // of one computer: entries, and the folders on the way to them

	maxWindow = 64 << 20 // of memory that unpacking zstd may take
)

// share is how much is held of files whose names begin in the same way.
type share struct {
	folders []string // or files
	file    int64    // the largest of them
	all     int64    // all together
}

// shares are in the order in which they are asked for. What tells what is installed is held before anything else can use up
// the memory for it, then what tells how programs are set up, and then the rest as far as that goes.
var shares = []share{
	{[]string{"etc/", "var/lib/", "lib/apk/", "usr/lib/apk/", "usr/lib/sysimage/", "Windows/System32/config/", "WINDOWS/system32/config/", "private/var/db/receipts/"}, 128 << 20, 160 << 20},
	{[]string{"usr/bin/env", "bin/busybox", "usr/lib/os-release", "usr/lib/systemd/", "lib/systemd/", "usr/lib/NetworkManager/", "usr/share/applications/", "usr/share/ibus/component/",
		"usr/share/fcitx/addon/", "usr/share/fcitx/inputmethod/", "usr/share/fcitx5/addon/", "usr/share/fcitx5/inputmethod/", "usr/share/webext/",
		"usr/share/chromium/", "usr/share/mozilla/", "usr/lib/mozilla/", "usr/lib64/mozilla/", "usr/lib/firefox", "System/Library/CoreServices/"}, 4 << 20, 64 << 20},
	{[]string{"usr/local/", "opt/", "home/", "root/", "snap/", "Users/", "Library/", "Applications/", "ProgramData/", "Program Files"}, 16 << 20, 96 << 20},
	{[]string{""}, 1 << 20, 32 << 20},
}

// Reader reads archives within common limits.
type Reader struct {
	name     string // shown in errors
	unpacked int64  // bytes that may still be unpacked
	limit    int64
	names    int      // bytes
	entries  [4]int   // of each of shares
	held     [4]int64 // bytes, of each of shares
}

// NewReader reads archives that take size bytes together. Name is shown in errors.
func NewReader(name string, size int64, limits source.Limits) *Reader {
	return &Reader{name: name, unpacked: limits.Total(size), limit: limits.Total(size)}
}

// Layer is the content of one archive, in its order.
type Layer struct {
	entries []entry
	// Bad counts names that lead outside or are malformed; they are left out.
	Bad int
	// Cut counts entries that were left out because there are more than is kept.
	Cut int
}

// Entries is how many files and folders the layer has.
func (l *Layer) Entries() int { return len(l.entries) }

type entry struct {
	name   string // clean, without leading slash
	kind   byte   // type flag of tar: tar.TypeReg, TypeDir, TypeSymlink, TypeLink
	target string
	time   int64 // in seconds since 1970
	body   *body
}

// body is the content of a file, shared by hard links.
type body struct {
	size int64
	at   io.ReaderAt // nil when it is not held
	off  int64
	err  error // why it is not
}

// ErrFormat is that a file is no archive that is read here.
var ErrFormat = errors.New("it is no tar archive, and none in gzip or zstd")

// Read reads the archive in the first size bytes of r. What was read before an error is returned with it.
func (rd *Reader) Read(ctx context.Context, r io.ReaderAt, size int64) (*Layer, error) {
	head := make([]byte, 512)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return &Layer{}, err
	}
	section := io.NewSectionReader(r, 0, size)
	if IsTar(head[:n]) {
		return rd.read(ctx, section, section)
	}
	return rd.ReadStream(ctx, section)
}

// IsTar reports whether the first 512 bytes of a file are the header of a tar archive.
func IsTar(head []byte) bool { return len(head) >= 263 && bytes.Equal(head[257:262], []byte("ustar")) }

// IsPacked reports whether the first bytes of a file are those of gzip or zstd.
func IsPacked(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}) || bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd})
}

// ReadStream reads an archive that can be read only once, from its beginning, compressed or not.
func (rd *Reader) ReadStream(ctx context.Context, r io.Reader) (*Layer, error) {
	plain, err := rd.Unpack(r)
	if err != nil {
		return &Layer{}, err
	}
	return rd.read(ctx, plain, nil)
}

// Unpack undoes compression by gzip or zstd, within the reader's limit. Anything else is read as it is.
func (rd *Reader) Unpack(r io.Reader) (io.Reader, error) {
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	whole := io.MultiReader(bytes.NewReader(head), r)
	switch {
	case !IsPacked(head):
		return &bounded{rd, whole}, nil
	case head[0] == 0x1f:
		z, err := gzip.NewReader(whole)
		if err != nil {
			return nil, fmt.Errorf("it does not unpack: %w", err)
		}
		return &bounded{rd, z}, nil
	}
	z, err := zstd.NewReader(whole, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("it does not unpack: %w", err)
	}
	return &bounded{rd, z}, nil
}

// bounded takes what it reads off what may be unpacked.
type bounded struct {
	rd *Reader
	r  io.Reader
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.rd.unpacked <= 0 {
		return 0, &source.LimitError{Name: b.rd.name, What: "unpacked size", Limit: b.rd.limit}
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.rd.unpacked)])
	b.rd.unpacked -= int64(n)
	return n, err
}

// read goes through an archive; place is where its files can be read later, nil when they have to be held.
func (rd *Reader) read(ctx context.Context, r io.Reader, place *io.SectionReader) (*Layer, error) {
	l := new(Layer)
	tr := tar.NewReader(r)
	for ctx.Err() == nil {
		h, err := tr.Next()
		switch {
		case errors.Is(err, io.EOF):
			return l, ended(r, place)
		case errors.Is(err, tar.ErrHeader) && len(l.entries)+l.Bad == 0:
			return l, ErrFormat
		case err != nil:
			return l, err
		}
		if err := rd.entry(l, h, tr, place); err != nil {
			return l, err
		}
	}
	return l, ctx.Err()
}

// ended reads what follows the end of a compressed archive: only there it is seen that some of it is missing. Other bytes
// behind the compressed ones are no damage.
func ended(r io.Reader, place *io.SectionReader) error {
	if place != nil {
		return nil
	}
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, gzip.ErrHeader) && !errors.Is(err, zstd.ErrMagicMismatch) {
		return err
	}
	return nil
}

func (rd *Reader) entry(l *Layer, h *tar.Header, tr *tar.Reader, place *io.SectionReader) error {
	name, ok := cleanName(h.Name)
	if !ok {
		l.Bad++
		return nil
	}
	if !rd.room(l, name, len(h.Name)+len(h.Linkname)) {
		return nil
	}
	e := entry{name: name, kind: h.Typeflag, time: h.ModTime.Unix()}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		e.kind = tar.TypeReg
		b, err := rd.content(name, h, tr, place)
		if e.body = b; err != nil {
			return err
		}
	case tar.TypeLink:
		if e.target, ok = cleanName(h.Linkname); !ok {
			l.Bad++
			return nil
		}
	case tar.TypeSymlink:
		if e.target = h.Linkname; len(e.target) > maxName {
			l.Bad++
			return nil
		}
	case tar.TypeDir, tar.TypeFifo, tar.TypeChar, tar.TypeBlock:
	default:
		return nil // forms of entries that are not known
	}
	l.entries = append(l.entries, e)
	return nil
}

// content notes where a file lies, or holds it.
func (rd *Reader) content(name string, h *tar.Header, tr *tar.Reader, place *io.SectionReader) (*body, error) {
	b := &body{size: h.Size}
	if place != nil && !Sparse(h) {
		off, err := place.Seek(0, io.SeekCurrent)
		if err == nil && (off > place.Size() || h.Size > place.Size()-off) {
			err = io.ErrUnexpectedEOF
		}
		if b.err = err; err == nil {
			b.at, b.off = place, off
		}
		return b, nil
	}
	i := shareOf(name)
	switch what := "what is held in memory of "; {
	case h.Size > shares[i].file:
		b.err = &source.LimitError{Name: name, What: what + "one file of an archive that is compressed or has holes", Limit: shares[i].file}
		return b, nil
	case h.Size > shares[i].all-rd.held[i]:
		b.err = &source.LimitError{Name: name, What: what + "an archive that is compressed or has holes", Limit: shares[i].all}
		return b, nil
	}
	data, err := hold(tr, h.Size)
	rd.held[i] += int64(len(data))
	if int64(len(data)) == h.Size {
		b.at = bytes.NewReader(data)
	} else if b.err = err; err == nil {
		b.err = io.ErrUnexpectedEOF
	}
	return b, err
}

// hold reads size bytes. Only as much memory as an ordinary file needs is taken because a header says so.
func hold(r io.Reader, size int64) ([]byte, error) {
	const ordinary = 64 << 10
	if size <= ordinary {
		data := make([]byte, size)
		n, err := io.ReadFull(r, data)
		return data[:n], err
	}
	var buf bytes.Buffer
	_, err := io.CopyN(&buf, r, size)
	return buf.Bytes(), err
}

// shareOf is the index of the share that a file belongs to.
func shareOf(name string) int {
	return slices.IndexFunc(shares, func(s share) bool {
		return slices.ContainsFunc(s.folders, func(f string) bool { return strings.HasPrefix(name, f) })
	})
}

// room reports whether one more name can be kept, and counts it. What tells what is installed has room of its own, so that it is
// kept however many other files come before it.
func (rd *Reader) room(l *Layer, name string, size int) bool {
	i := shareOf(name)
	if rd.entries[i] == maxEntries || rd.names+size > maxNames {
		l.Cut++
		return false
	}
	rd.entries[i]++
	rd.names += size
	return true
}

// Sparse reports whether an entry is stored with holes, so that it does not lie in the archive as it is.
func Sparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return h.Typeflag == tar.TypeGNUSparse
}

// cleanName is the path below the root folder that a name of an archive means; "." is the root folder itself. It is
// not ok for a name that leads outside.
func cleanName(name string) (string, bool) {
	if len(name) > maxName || strings.Contains(name, "\x00") {
		return "", false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", false
		}
	}
	name = strings.TrimLeft(path.Clean("/"+name), "/")
	if name == "" {
		name = "."
	}
	return name, fs.ValidPath(name) && strings.Count(name, "/") < maxDepth
}
