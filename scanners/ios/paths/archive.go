package paths

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"quaestor/scanners/source"
)

// Limits on a file system that is read by its names.
const (
	maxEntries    = 5_000_000
	directoryEnd  = 22 + 65535 // bytes at the end of a zip in which its end record is
	directoryHead = 46         // bytes of an entry before its name
	zip64End      = 56
	lookBytes     = 64 << 10 // of a directory that are looked at to recognise it
)

// directory is where in a zip archive the list of its entries lies. Whole file systems have more entries than a list
// in memory may have: only the names are read, one after another.
type directory struct {
	at, size int64
}

var errNoZip = errors.New("the end of a zip archive is missing")

func findDirectory(r io.ReaderAt, size int64) (directory, error) {
	tail := make([]byte, min(size, directoryEnd))
	base := size - int64(len(tail))
	if n, err := r.ReadAt(tail, base); n < len(tail) {
		return directory{}, fmt.Errorf("the end of the archive cannot be read: %w", err)
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || at+22 > len(tail) {
		return directory{}, errNoZip
	}
	d := directory{size: int64(binary.LittleEndian.Uint32(tail[at+12:])), at: int64(binary.LittleEndian.Uint32(tail[at+16:]))}
	end := base + int64(at)
	if at >= 20 && bytes.HasPrefix(tail[at-20:], []byte("PK\x06\x07")) {
		record := make([]byte, zip64End)
		where := int64(binary.LittleEndian.Uint64(tail[at-20+8:]))
		if where < 0 || where > size-zip64End {
			return directory{}, errNoZip
		}
		if n, _ := r.ReadAt(record, where); n < len(record) || !bytes.HasPrefix(record, []byte("PK\x06\x06")) {
			return directory{}, errNoZip
		}
		d.size, d.at, end = int64(binary.LittleEndian.Uint64(record[40:])), int64(binary.LittleEndian.Uint64(record[48:])), where
	}
	if d.at < 0 || d.size < 0 || d.at > size || d.size > size-d.at || d.at+d.size > end {
		return directory{}, errNoZip
	}
	return d, nil
}

// names hands the name of every entry to f until it says no.
func (d directory) names(r io.ReaderAt, f func(name []byte) bool) error {
	in := bufio.NewReaderSize(io.NewSectionReader(r, d.at, d.size), 256<<10)
	var head [directoryHead]byte
	name := make([]byte, 0, 256)
	for {
		if _, err := io.ReadFull(in, head[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("the list of entries breaks off: %w", err)
		}
		if !bytes.HasPrefix(head[:], []byte("PK\x01\x02")) {
			return errors.New("the list of entries is damaged")
		}
		n := int(binary.LittleEndian.Uint16(head[28:]))
		name = append(name[:0], make([]byte, n)...)
		if _, err := io.ReadFull(in, name); err != nil {
			return fmt.Errorf("the list of entries breaks off: %w", err)
		}
		if !f(name) {
			return nil
		}
		rest := int(binary.LittleEndian.Uint16(head[30:])) + int(binary.LittleEndian.Uint16(head[32:]))
		if _, err := in.Discard(rest); err != nil {
			return fmt.Errorf("the list of entries breaks off: %w", err)
		}
	}
}

// holdsPhone reports whether the names at the beginning, in the middle and at the end of the directory are those of a
// phone's file system.
func (d directory) holdsPhone(r io.ReaderAt) bool {
	roots, seen := map[string]*root{}, 0
	directory{at: d.at, size: min(d.size, lookBytes)}.names(r, func(name []byte) bool { // an error is only the end of what is looked at
		addSystem(roots, trimRoot(name))
		seen++
		return seen < lookBytes/directoryHead
	})
	if anyPhone(roots) {
		return true
	}
	buf := make([]byte, min(d.size, lookBytes))
	for _, at := range []int64{0, d.size / 2, d.size - int64(len(buf))} {
		n, _ := r.ReadAt(buf[:min(int64(len(buf)), d.size-at)], d.at+at)
		if hasContainer(buf[:n]) {
			return true
		}
	}
	return false
}

// hasContainer reports whether a text holds the path of a container.
func hasContainer(text []byte) bool {
	for {
		at := bytes.Index(text, inContainers)
		if at < 0 {
			return false
		}
		text = text[at+len(inContainers):]
		for _, in := range [][]byte{bundlesIn, dataIn, pluginsIn, groupsIn} {
			if rest, ok := bytes.CutPrefix(text, in); ok {
				if _, _, ok := cutUUID(rest[:min(uuidLen, len(rest))]); ok {
					return true
				}
			}
		}
	}
}

// readZip takes the names of the entries of a zip archive.
func readZip(ctx context.Context, src *source.Source, f *finder) error {
	d, err := findDirectory(src.ReaderAt(), src.Size())
	if err != nil {
		return err
	}
	n := 0
	err = d.names(src.ReaderAt(), func(name []byte) bool {
		if n++; n > maxEntries || n%4096 == 0 && ctx.Err() != nil {
			return false
		}
		f.add(trimRoot(name), 0)
		return true
	})
	return entries(ctx, src, n, err)
}

// trimRoot is the name of an entry as it is found in an unpacked archive: many tools write absolute names.
func trimRoot(name []byte) []byte { return bytes.TrimLeft(name, "/") }

// readTar takes the names of the entries of a tar archive, and skips the content of all but what apps say of themselves.
func readTar(ctx context.Context, src *source.Source, f *finder) error {
	r := tar.NewReader(io.NewSectionReader(src.ReaderAt(), 0, src.Size()))
	n := 0
	for ; n <= maxEntries && ctx.Err() == nil; n++ {
		h, err := r.Next()
		if err != nil {
			if err == io.EOF {
				err = endOfTar(src)
			}
			return entries(ctx, src, n, err)
		}
		f.add([]byte(path.Clean(h.Name)), 0)
		if isInfo(h.Name) && h.Size <= maxInfo {
			f.addInfo(path.Dir(path.Clean(h.Name)), r)
		}
	}
	return entries(ctx, src, n, nil)
}

// endOfTar says whether an archive has the empty block that stands at the end of each.
func endOfTar(src *source.Source) error {
	last := make([]byte, 512)
	if n, _ := src.ReaderAt().ReadAt(last, max(src.Size()-512, 0)); n < 512 || len(bytes.Trim(last, "\x00")) > 0 {
		return errors.New("the archive breaks off; get a fresh copy")
	}
	return nil
}

// entries says why the names of a file system are not all there.
func entries(ctx context.Context, src *source.Source, n int, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case n > maxEntries:
		return &source.LimitError{Name: src.Name(), What: "entries", Limit: maxEntries}
	}
	return err
}

// readTree takes the names of the files in a folder. What cannot be listed is returned by name.
func readTree(ctx context.Context, fsys fs.FS, src *source.Source, f *finder) (closed []string, err error) {
	n := 0
	err = fs.WalkDir(fsys, ".", func(name string, _ fs.DirEntry, err error) error {
		if n++; n > maxEntries {
			return &source.LimitError{Name: src.Name(), What: "entries", Limit: maxEntries}
		}
		if err != nil {
			closed = append(closed, name)
			return nil
		}
		f.add([]byte(name), 0)
		return ctx.Err()
	})
	return closed, err
}
