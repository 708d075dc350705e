package androidfacts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// File is a file that is being read: it is hashed on the way, and reading stops when the context is done.
type File struct {
	ctx context.Context
	r   io.Reader
	sum hash.Hash
}

// NewFile reads r under ctx.
func NewFile(ctx context.Context, r io.Reader) *File {
	return &File{ctx: ctx, r: r, sum: sha256.New()}
}

// Read implements io.Reader.
func (f *File) Read(b []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := f.r.Read(b)
	f.sum.Write(b[:n])
	return n, err
}

// Sum is the SHA-256 of what was read so far, in lower-case hex.
func (f *File) Sum() string { return hex.EncodeToString(f.sum.Sum(nil)) }

// ReadProblem records why reading a file ended early, and returns the error that is left for the caller: a
// limit is a gap and no error, for what was read before it stands.
func (p *Phone) ReadProblem(path string, err error) error {
	var limit *source.LimitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limit):
		p.Gap(inventory.Gap{Subject: path, Kind: inventory.GapLimit, Detail: inventory.Text(limit.Error()),
			Next: "Scan the rest apart, or raise the limit."})
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		p.Gap(inventory.Gap{Subject: path, Kind: inventory.GapUnreadable, Detail: inventory.Text("Reading stopped: " + err.Error() + "."),
			Next: "Copy the file again and scan the copy."})
		return err
	}
}
