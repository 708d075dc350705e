package msi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
)

// Limits of one file system. Real packages have some hundred streams, and some megabytes of tables.
const (
	maxSectors = 1 << 20 // of tables of the file system itself
	maxStreams = 20_000
	maxStream  = 16 << 20 // bytes of a stream that is read
)

// Sectors of these numbers and above are marks: free, end of a chain, part of the tables.
const endOfChain = 0xFFFFFFFA

// ErrFormat is that a file is no file system of this kind, or a damaged one; errors wrap it.
var ErrFormat = errors.New("this is no compound file, or it is damaged")

func bad(what string) error { return fmt.Errorf("%w: %s", ErrFormat, what) }

var le = binary.LittleEndian

// entry is a stream or folder.
type entry struct {
	name  string
	kind  byte
	class [16]byte
	start uint32
	size  int64
}

// compound is a file system in a file: sectors in chains, and small streams in one stream of small sectors.
type compound struct {
	r       io.ReaderAt
	size    int64
	sector  int64
	small   int64
	cutoff  int64
	table   []uint32 // of the sector after each
	smalls  []uint32 // of the small sector after each
	entries []entry
	within  []byte // the stream of small sectors
}

func openCompound(r io.ReaderAt, size int64) (*compound, error) {
	head := make([]byte, 512)
	if n, _ := r.ReadAt(head, 0); n < len(head) || !Looks(head) {
		return nil, bad("its head")
	}
	c := &compound{r: r, size: size, sector: 1 << le.Uint16(head[30:]), small: 1 << le.Uint16(head[32:]), cutoff: int64(le.Uint32(head[56:]))}
	if c.sector != 512 && c.sector != 4096 || c.small != 64 {
		return nil, bad("the size of its sectors")
	}
	if err := c.readTable(head); err != nil {
		return nil, err
	}
	if err := c.readEntries(le.Uint32(head[48:])); err != nil {
		return nil, err
	}
	smalls, err := c.chain(le.Uint32(head[60:]), int64(le.Uint32(head[64:]))*c.sector)
	if err != nil {
		return nil, err
	}
	c.smalls = numbers(smalls)
	if len(c.entries) > 0 && c.entries[0].kind == 5 {
		c.within, err = c.chain(c.entries[0].start, min(c.entries[0].size, maxStream))
	}
	return c, err
}

func numbers(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = le.Uint32(b[4*i:])
	}
	return out
}

func (c *compound) read(n uint32) ([]byte, error) {
	b := make([]byte, c.sector)
	got, err := c.r.ReadAt(b, (int64(n)+1)*c.sector)
	if got == 0 {
		return nil, errors.Join(bad("a sector lies behind its end"), err)
	}
	return b, nil
}

// readTable reads the table of sectors: the first 109 sectors of it stand in the head, the others in sectors of their own.
func (c *compound) readTable(head []byte) error {
	places := numbers(head[76:512])
	next := le.Uint32(head[68:])
	most := c.size/c.sector/int64(c.sector/4) + 1 // sectors of a table that covers the whole file
	for n := int64(0); next < endOfChain; n++ {
		if n > most/int64(c.sector/4)+1 {
			return bad("its tables go in a circle")
		}
		b, err := c.read(next)
		if err != nil {
			return err
		}
		all := numbers(b)
		places, next = append(places, all[:len(all)-1]...), all[len(all)-1]
	}
	for _, at := range places {
		if at >= endOfChain {
			continue
		}
		if int64(len(c.table)) > most*c.sector/4 || len(c.table) > maxSectors*128 {
			return bad("its table has more sectors than the file")
		}
		b, err := c.read(at)
		if err != nil {
			return err
		}
		c.table = append(c.table, numbers(b)...)
	}
	return nil
}

// chain reads sectors one after the other, up to a size.
func (c *compound) chain(at uint32, size int64) ([]byte, error) {
	var out []byte
	for at < endOfChain && int64(len(out)) < size {
		if int64(at) >= int64(len(c.table)) {
			return nil, bad("a chain leads out of its table")
		}
		if int64(len(out)) > maxStream {
			return nil, bad("a stream is longer than what is read")
		}
		b, err := c.read(at)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
		at = c.table[at]
	}
	return out[:min(int64(len(out)), size)], nil
}

func (c *compound) readEntries(start uint32) error {
	all, err := c.chain(start, maxStreams*128)
	if err != nil {
		return err
	}
	for ; len(all) >= 128; all = all[128:] {
		length := int(le.Uint16(all[64:]))
		if all[66] == 0 || length < 2 || length > 64 {
			continue
		}
		units := make([]uint16, length/2-1)
		for i := range units {
			units[i] = le.Uint16(all[2*i:])
		}
		e := entry{name: string(utf16.Decode(units)), kind: all[66], start: le.Uint32(all[116:]), size: int64(le.Uint32(all[120:]))}
		copy(e.class[:], all[80:96])
		c.entries = append(c.entries, e)
	}
	return nil
}

// stream reads a stream by its name.
func (c *compound) stream(name string) ([]byte, error) {
	for _, e := range c.entries {
		if e.kind != 2 || e.name != name {
			continue
		}
		if e.size > maxStream {
			return nil, bad("a stream is longer than what is read")
		}
		if e.size >= c.cutoff {
			return c.chain(e.start, e.size)
		}
		return c.smallChain(e.start, e.size)
	}
	return nil, fmt.Errorf("%w: %q is missing", ErrFormat, name)
}

func (c *compound) smallChain(at uint32, size int64) ([]byte, error) {
	var out []byte
	for at < endOfChain && int64(len(out)) < size {
		from := int64(at) * c.small
		if int64(at) >= int64(len(c.smalls)) || from+c.small > int64(len(c.within)) {
			return nil, bad("a chain of small sectors leads out of its table")
		}
		out = append(out, c.within[from:from+c.small]...)
		at = c.smalls[at]
	}
	return out[:min(int64(len(out)), size)], nil
}
