package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Extension is that of bundle files.
const Extension = ".qdb"

// MaxSize is how large a bundle may be.
const MaxSize = 64 << 20

const (
	magic       = "\x89QDB\r\n\x1a\n"
	format      = 1
	maxRoots    = 64
	maxMetadata = 64 << 10 // of one piece of metadata
)

// ErrDamaged is wrapped by errors about a file that is no whole bundle: cut, changed, or something else.
var ErrDamaged = errors.New("damaged, or no bundle")

// ErrFuture is wrapped by errors about a bundle that a newer program has to read.
var ErrFuture = errors.New("made for a newer version of quaestor")

// container is the parts of a bundle, before anything is trusted.
type container struct {
	roots                        [][]byte
	timestamp, snapshot, targets []byte
	database                     []byte
}

// write puts the parts into a file.
func (c *container) write() []byte {
	out := append([]byte(magic), 0, 0, 0, format)
	out = binary.BigEndian.AppendUint32(out, uint32(len(c.roots)))
	for _, part := range append(append([][]byte{}, c.roots...), c.timestamp, c.snapshot, c.targets, c.database) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part)))
		out = append(out, part...)
	}
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}

// open finds the parts. They share memory with the file.
func open(file []byte) (*container, error) {
	if len(file) > MaxSize {
		return nil, fmt.Errorf("%w: it is larger than %d MB", ErrDamaged, MaxSize>>20)
	}
	if len(file) < len(magic)+8+sha256.Size || !bytes.HasPrefix(file, []byte(magic)) {
		return nil, fmt.Errorf("%w: it does not begin as a bundle", ErrDamaged)
	}
	body, digest := file[:len(file)-sha256.Size], file[len(file)-sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], digest) {
		return nil, fmt.Errorf("%w: its digest is wrong; fetch it again", ErrDamaged)
	}
	r := reader{rest: body[len(magic):]}
	if v := r.number(); v != format {
		return nil, fmt.Errorf("%w: container format %d, this program reads %d", ErrFuture, v, format)
	}
	c := &container{}
	n := r.number()
	if n < 1 || n > maxRoots {
		return nil, fmt.Errorf("%w: %d roots", ErrDamaged, n)
	}
	for range n {
		c.roots = append(c.roots, r.part(maxMetadata))
	}
	c.timestamp, c.snapshot, c.targets = r.part(maxMetadata), r.part(maxMetadata), r.part(maxMetadata)
	c.database = r.part(MaxSize)
	if r.bad || len(r.rest) > 0 {
		return nil, fmt.Errorf("%w: its parts do not fill it", ErrDamaged)
	}
	return c, nil
}

// reader takes parts from the front. After the first fault it gives nothing.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number() uint32 {
	if len(r.rest) < 4 {
		r.rest, r.bad = nil, true
		return 0
	}
	n := binary.BigEndian.Uint32(r.rest)
	r.rest = r.rest[4:]
	return n
}

func (r *reader) part(limit int) []byte {
	n := int64(r.number())
	if n == 0 || n > int64(limit) || n > int64(len(r.rest)) {
		r.rest, r.bad = nil, true
		return nil
	}
	part := r.rest[:n:n]
	r.rest = r.rest[n:]
	return part
}
