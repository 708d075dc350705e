package apksign

import (
	"archive/zip"
	"context"
	"io"
)

// reader is the file as apkverifier wants it. It fails once ctx is done, which ends a check early.
type reader struct {
	*io.SectionReader
	ctx context.Context
}

func newReader(ctx context.Context, r io.ReaderAt, size int64) *reader {
	return &reader{io.NewSectionReader(r, 0, size), ctx}
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.SectionReader.Read(p)
}

// ReadAt implements io.ReaderAt.
func (r *reader) ReadAt(p []byte, off int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.SectionReader.ReadAt(p, off)
}

// strict reports whether the standard library reads the directory too. apkverifier falls back to a slow
// search for local headers when it does not.
func (c *checker) strict() bool {
	_, err := zip.NewReader(newReader(c.ctx, c.r, c.size), c.size)
	return err == nil || err == zip.ErrInsecurePath
}
