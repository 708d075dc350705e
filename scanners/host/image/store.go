package image

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"quaestor/scanners/internal/rootfs"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const (
	maxDocument  = 4 << 20  // a manifest or configuration
	maxDocuments = 32 << 20 // all of them
	maxBlobs     = 20_000
)

// store is what an archive of images holds: documents in JSON, and layers.
type store struct {
	src       *source.Source
	rd        *rootfs.Reader
	documents map[string][]byte
	held      int64 // bytes of documents
	blobs     map[string]*blob
	alias     map[string]string // links, which old versions of docker make for layers that are the same
	open      []io.Closer
	gaps      []inventory.Gap
}

// blob is a layer that is read when it is needed, or was read when it went by.
type blob struct {
	at    func() (io.ReaderAt, int64, error)
	layer *rootfs.Layer
	err   error
}

func openStore(ctx context.Context, src *source.Source) (*store, error) {
	st := &store{src: src, documents: map[string][]byte{}, blobs: map[string]*blob{}, alias: map[string]string{}}
	if src.IsDir() {
		return st, st.folder(ctx)
	}
	st.rd = rootfs.NewReader(src.Name(), src.Size(), src.Limits())
	return st, st.archive(ctx)
}

func (st *store) close() {
	for _, c := range st.open {
		c.Close()
	}
}

// archive reads a tar of images. One that is not compressed is only gone through; of a compressed one every layer is
// read as it goes by, because only the manifest, which may come last, says which are needed.
func (st *store) archive(ctx context.Context) error {
	section := io.NewSectionReader(st.src.ReaderAt(), 0, st.src.Size())
	if rootfs.IsTar(st.src.Head()) {
		return st.entries(ctx, section, section)
	}
	plain, err := st.rd.Unpack(section)
	if err != nil {
		return err
	}
	return st.entries(ctx, plain, nil)
}

func (st *store) entries(ctx context.Context, r io.Reader, place *io.SectionReader) error {
	tr := tar.NewReader(r)
	for n := 0; ctx.Err() == nil; n++ {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && n == maxBlobs {
			err = &source.LimitError{Name: st.src.Name(), What: "files in an archive of images", Limit: maxBlobs}
		}
		if err != nil {
			return fmt.Errorf("%q was not read to its end: %w", st.src.Name(), err)
		}
		name := strings.TrimPrefix(path.Clean("/"+h.Name), "/")
		switch h.Typeflag {
		case tar.TypeSymlink, tar.TypeLink:
			st.alias[name] = linkTarget(name, h)
		case tar.TypeReg, tar.TypeGNUSparse:
			where := place
			if rootfs.Sparse(h) {
				where = nil
			}
			if err := st.entry(ctx, name, h.Size, tr, where); err != nil {
				return fmt.Errorf("%q was not read to its end: %w", st.src.Name(), err)
			}
		}
	}
	return ctx.Err()
}

func linkTarget(name string, h *tar.Header) string {
	if h.Typeflag == tar.TypeLink || path.IsAbs(h.Linkname) {
		return strings.TrimPrefix(path.Clean("/"+h.Linkname), "/")
	}
	return path.Join(path.Dir(name), h.Linkname)
}

// entry notes a document or a layer.
func (st *store) entry(ctx context.Context, name string, size int64, tr io.Reader, place *io.SectionReader) error {
	if place != nil {
		off, err := place.Seek(0, io.SeekCurrent)
		if err != nil || off > place.Size() || size > place.Size()-off {
			return errors.Join(io.ErrUnexpectedEOF, err)
		}
		in := io.NewSectionReader(place, off, size)
		return st.add(name, size, in, func() (io.ReaderAt, int64, error) { return in, size, nil })
	}
	head := make([]byte, min(size, 512))
	if _, err := io.ReadFull(tr, head); err != nil {
		return err
	}
	whole := io.MultiReader(bytes.NewReader(head), tr)
	if !rootfs.IsTar(head) && !rootfs.IsPacked(head) {
		return st.add(name, size, whole, nil)
	}
	b := new(blob)
	b.layer, b.err = st.rd.ReadStream(ctx, whole)
	st.blobs[name] = b
	return nil
}

// add notes a blob: a document is read, anything else is left where it is.
func (st *store) add(name string, size int64, r io.Reader, at func() (io.ReaderAt, int64, error)) error {
	if size <= maxDocument {
		data, err := io.ReadAll(io.LimitReader(r, size))
		if err != nil {
			return err
		}
		if first := bytes.TrimSpace(data); len(first) > 0 && (first[0] == '{' || first[0] == '[') && st.held+size <= maxDocuments {
			st.held += size
			st.documents[name] = data
			return nil
		}
	}
	if at != nil {
		st.blobs[name] = &blob{at: at}
	}
	return nil
}

// folder finds the blobs of an OCI layout in a folder.
func (st *store) folder(ctx context.Context) error {
	fsys, err := st.src.FS()
	if err != nil {
		return err
	}
	total, count := int64(0), 0
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if d.IsDir() || name != "index.json" && name != "manifest.json" && !strings.HasPrefix(name, "blobs/") || !d.Type().IsRegular() {
			return nil
		}
		if count++; count > maxBlobs {
			return &source.LimitError{Name: st.src.Name(), What: "files in an archive of images", Limit: maxBlobs}
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		total += info.Size()
		return st.file(fsys, name, info.Size())
	})
	st.rd = rootfs.NewReader(st.src.Name(), total, st.src.Limits())
	return err
}

func (st *store) file(fsys fs.FS, name string, size int64) error {
	f, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return st.add(name, size, f, func() (io.ReaderAt, int64, error) {
		f, err := fsys.Open(name)
		if err != nil {
			return nil, 0, err
		}
		st.open = append(st.open, f)
		at, ok := f.(io.ReaderAt)
		if !ok {
			return nil, 0, fmt.Errorf("%q cannot be read at any place", name)
		}
		return at, size, nil
	})
}

// layer reads a layer, once. It is never nil.
func (st *store) layer(ctx context.Context, name string) (*rootfs.Layer, error) {
	for range 8 { // links to links
		if to, ok := st.alias[name]; ok {
			name = to
		}
	}
	b := st.blobs[name]
	if b == nil {
		return new(rootfs.Layer), fmt.Errorf("%w %q", errNoLayer, name)
	}
	if b.layer == nil {
		b.layer = new(rootfs.Layer)
		at, size, err := b.at()
		if b.err = err; err == nil {
			b.layer, b.err = st.rd.Read(ctx, at, size)
		}
	}
	return b.layer, b.err
}
