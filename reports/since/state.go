package since

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"strings"
)

// The file of a state: a first line that names the format and its version, the form of the run, a record for each owner with
// its length in front, a length of 0, and the SHA-256 of all that. A record holds the owner, what looked at it, and the lines:
// their type, id and hash, and what they are about. Numbers are varints; ids that end in sixteen hexadecimal digits are packed.
const magic = "quaestor since 2\n"

// Output is where a state is written to.
type Output = io.Writer

// ErrDamaged is why a state is refused.
var ErrDamaged = errors.New("it is damaged, or no state of --since")

// State is what an earlier run said. Of it only where the record of each owner lies is in memory.
type State struct {
	form   string
	r      io.ReaderAt
	at     map[string][]span
	owners []string // in the order of the file
}

type span struct{ at, size int64 }

// most is the longest text and the largest record that is read.
const (
	mostText   = 1 << 16
	mostRecord = 1 << 30
)

// Read opens a state that r holds, and checks all of it. It is read from r until the comparison is closed.
func Read(r io.ReaderAt, size int64) (*State, error) {
	s := &State{r: r, at: map[string][]span{}}
	sum := sha256.New()
	in := &counting{r: bufio.NewReaderSize(io.TeeReader(io.NewSectionReader(r, 0, size-sha256.Size), sum), 64<<10)}
	head := make([]byte, len(magic))
	if size < int64(len(magic)+sha256.Size) {
		return nil, ErrDamaged
	}
	if _, err := io.ReadFull(in, head); err != nil || string(head) != magic {
		return nil, ErrDamaged
	}
	var err error
	if s.form, err = in.text(); err != nil {
		return nil, ErrDamaged
	}
	if err := s.index(in, size); err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, in.r); err != nil {
		return nil, err
	}
	want := make([]byte, sha256.Size)
	if _, err := r.ReadAt(want, size-sha256.Size); err != nil && err != io.EOF {
		return nil, err
	}
	if !bytes.Equal(sum.Sum(nil), want) {
		return nil, ErrDamaged
	}
	return s, nil
}

// index notes where the record of each owner lies.
func (s *State) index(in *counting, size int64) error {
	for {
		n, err := binary.ReadUvarint(in)
		if err != nil || n > mostRecord || in.n+int64(n) > size {
			return ErrDamaged
		}
		if n == 0 {
			return nil
		}
		at := in.n
		owner, err := in.text()
		if err != nil {
			return ErrDamaged
		}
		rest := at + int64(n) - in.n
		if rest < 0 {
			return ErrDamaged
		}
		if _, err := io.CopyN(io.Discard, in, rest); err != nil {
			return ErrDamaged
		}
		if s.at[owner] == nil {
			s.owners = append(s.owners, owner)
		}
		s.at[owner] = append(s.at[owner], span{at, int64(n)})
	}
}

// groups reads what the state holds of an owner.
func (s *State) groups(owner string) ([]group, error) {
	var out []group
	for _, at := range s.at[owner] {
		text := make([]byte, at.size)
		if _, err := s.r.ReadAt(text, at.at); err != nil && err != io.EOF {
			return nil, err
		}
		g, err := parse(text)
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

func parse(text []byte) (g group, err error) {
	in := &counting{r: bufio.NewReader(bytes.NewReader(text))}
	if g.owner, err = in.text(); err != nil {
		return g, ErrDamaged
	}
	n, err := binary.ReadUvarint(in)
	if err != nil || n > uint64(len(text))/8 {
		return g, ErrDamaged
	}
	for range n {
		var h [8]byte
		if _, err := io.ReadFull(in, h[:]); err != nil {
			return g, ErrDamaged
		}
		g.looked = append(g.looked, binary.LittleEndian.Uint64(h[:]))
	}
	n, err = binary.ReadUvarint(in)
	if err != nil || n > uint64(len(text))/uint64(len(Sum{})) {
		return g, ErrDamaged
	}
	for range n {
		l, err := in.line()
		if err != nil {
			return g, ErrDamaged
		}
		g.lines = append(g.lines, l)
	}
	return g, nil
}

// counting knows how much was read.
type counting struct {
	r *bufio.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counting) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

func (c *counting) text() (string, error) {
	n, err := binary.ReadUvarint(c)
	if err != nil || n > mostText {
		return "", ErrDamaged
	}
	text := make([]byte, n)
	_, err = io.ReadFull(c, text)
	return string(text), err
}

// line reads the type, the id and the hash of a line.
func (c *counting) line() (l Line, err error) {
	if l.Type, err = c.text(); err != nil {
		return l, err
	}
	before, err := c.text()
	if err != nil {
		return l, err
	}
	if before, packed := strings.CutSuffix(before, packedMark); packed {
		var b [8]byte
		_, err = io.ReadFull(c, b[:])
		l.ID = before + hex.EncodeToString(b[:])
	} else {
		l.ID = before
	}
	if err == nil {
		_, err = io.ReadFull(c, l.Sum[:])
	}
	for _, to := range []*uint64{&l.About.Kind, &l.About.Subject} {
		var b [aboutBytes]byte
		if err == nil {
			_, err = io.ReadFull(c, b[:])
			*to = binary.LittleEndian.Uint64(append(b[:], 0, 0, 0, 0))
		}
	}
	return l, err
}

// aboutBytes is how much is kept of each hash that says what a line is about.
const aboutBytes = 4

// packedMark ends the part of an id before eight bytes that follow.
const packedMark = "\x00"

// writer writes a state.
type writer struct {
	w   *bufio.Writer
	sum hash.Hash
	to  io.Writer
	buf []byte
}

func newWriter(to io.Writer, form string) (*writer, error) {
	sum := sha256.New()
	w := &writer{w: bufio.NewWriterSize(io.MultiWriter(to, sum), 64<<10), sum: sum, to: to}
	_, err := w.w.Write(appendText([]byte(magic), form))
	return w, err
}

// group writes a record.
func (w *writer) group(g group) error {
	b := appendText(w.buf[:0], g.owner)
	b = binary.AppendUvarint(b, uint64(len(g.looked)))
	for _, h := range g.looked {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	b = binary.AppendUvarint(b, uint64(len(g.lines)))
	for _, l := range g.lines {
		b = appendText(b, l.Type)
		b = append(appendID(b, l.ID), l.Sum[:]...)
		for _, n := range []uint64{l.About.Kind, l.About.Subject} {
			b = append(b, binary.LittleEndian.AppendUint64(nil, n)[:aboutBytes]...)
		}
	}
	w.buf = b
	if len(b) > min(mostRecord, math.MaxInt32) {
		return fmt.Errorf("one device has more lines than a state holds")
	}
	if _, err := w.w.Write(binary.AppendUvarint(nil, uint64(len(b)))); err != nil {
		return err
	}
	_, err := w.w.Write(b)
	return err
}

func (w *writer) close() error {
	if err := w.w.WriteByte(0); err != nil {
		return err
	}
	if err := w.w.Flush(); err != nil {
		return err
	}
	_, err := w.to.Write(w.sum.Sum(nil))
	return err
}

func appendText(b []byte, s string) []byte {
	s = s[:min(len(s), mostText)]
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

const hexDigits = 16

func appendID(b []byte, id string) []byte {
	if at := len(id) - hexDigits; at >= 0 && strings.ToLower(id[at:]) == id[at:] {
		if raw, err := hex.DecodeString(id[at:]); err == nil {
			return append(appendText(b, id[:at]+packedMark), raw...)
		}
	}
	return appendText(b, strings.TrimRight(id, packedMark))
}

// hashes are those of names, sorted.
func hashes(names []string) []uint64 {
	out := make([]uint64, len(names))
	for i, n := range names {
		sum := sha256.Sum256([]byte(n))
		out[i] = binary.LittleEndian.Uint64(sum[:])
	}
	return union(out, nil)
}
