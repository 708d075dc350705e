package hive

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
)

// Kinds of logs, as their header says.
const (
	oldLog   = 1
	olderLog = 2
	newLog   = 6 // Windows 8.1 and later
)

const (
	logHeader   = 512
	entryHeader = 40
	maxLog      = 256 << 20
	hashSeed    = 0x82ef4d887a4e55c5
)

// ErrOldLog is the error that a log has the form of Windows 8 and earlier, which is not read.
var ErrOldLog = errors.New("the log has the form of Windows 8 and earlier, which is not read")

// Log is a file .LOG1 or .LOG2 that lay beside a hive.
type Log struct {
	R    io.ReaderAt
	Size int64
}

// entry is a place in a log where a number of pages begins that were written together.
type entry struct {
	at, size int64
	sequence uint32
	bins     uint32 // size of all bins of the hive afterwards
	pages    int
}

// Recover applies the logs of a dirty hive and tells how many entries of them. A hive that is not dirty stays as it is. Afterwards
// Dirty is false, unless the logs have nothing that continues what the hive has.
func (h *Hive) Recover(logs ...Log) (applied int, err error) {
	if !h.Dirty {
		return 0, nil
	}
	var all [][]entry
	var files []Log
	for _, l := range logs {
		entries, lerr := l.entries(h.header)
		if err = errors.Join(err, lerr); len(entries) > 0 {
			all, files = append(all, entries), append(files, l)
		}
	}
	order := []int{0, 1}[:min(len(all), 2)]
	slices.SortFunc(order, func(a, b int) int { return int(int32(all[a][0].sequence - all[b][0].sequence)) })
	var next uint32
	for i, n := range order {
		if i > 0 && all[n][0].sequence != next {
			continue // the logs take turns; this one does not continue the first
		}
		for _, e := range all[n] {
			if aerr := h.apply(files[n], e); aerr != nil {
				return applied, errors.Join(err, aerr)
			}
			next = e.sequence + 1
			applied++
		}
	}
	h.Dirty = h.Dirty && applied == 0
	return applied, err
}

// entries finds the entries of a log that continue what the hive has, one after another. What stands behind the last
// one is left over from earlier rounds.
func (l Log) entries(hive header) ([]entry, error) {
	if l.Size < logHeader {
		return nil, nil // an empty log has nothing to tell
	}
	b := make([]byte, logHeader)
	if n, err := l.R.ReadAt(b, 0); n < len(b) {
		return nil, fmt.Errorf("cannot read the log of the hive: %w", err)
	}
	head, err := parseHeader(b)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the log of the hive: %w", err)
	case head.kind == oldLog || head.kind == olderLog:
		return nil, ErrOldLog
	case head.kind != newLog || !head.sumOK:
		return nil, malformed("its log has a header that is not whole")
	}
	var out []entry
	for at := int64(logHeader); at+entryHeader <= min(l.Size, maxLog); {
		e, ok := l.entry(at)
		if !ok || len(out) > 0 && e.sequence != out[len(out)-1].sequence+1 {
			break
		}
		if int32(e.sequence-hive.second) >= 0 || !hive.sumOK {
			out = append(out, e)
		}
		at += e.size
	}
	return out, nil
}

// entry reads the head of an entry and checks that all of it is there and is what was written.
func (l Log) entry(at int64) (entry, bool) {
	b := make([]byte, entryHeader)
	if n, _ := l.R.ReadAt(b, at); n < len(b) || string(b[:4]) != "HvLE" {
		return entry{}, false
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	e := entry{at: at, size: int64(u32(4)), sequence: u32(12), bins: u32(16), pages: int(u32(20))}
	if e.size < entryHeader || e.size%512 != 0 || at+e.size > l.Size || e.bins%binAlign != 0 || e.pages > int(e.size/8) {
		return entry{}, false
	}
	if marvin(hashSeed, b[:32]) != binary.LittleEndian.Uint64(b[32:]) {
		return entry{}, false
	}
	rest := make([]byte, e.size-entryHeader)
	if n, _ := l.R.ReadAt(rest, at+entryHeader); n < len(rest) {
		return entry{}, false
	}
	return e, marvin(hashSeed, rest) == binary.LittleEndian.Uint64(b[24:])
}

// apply lays the pages of an entry over the hive.
func (h *Hive) apply(l Log, e entry) error {
	b := make([]byte, e.size)
	if n, err := l.R.ReadAt(b, e.at); n < len(b) {
		return fmt.Errorf("cannot read the log of the hive: %w", err)
	}
	data := entryHeader + 8*e.pages
	for i := range e.pages {
		at := binary.LittleEndian.Uint32(b[entryHeader+8*i:])
		size := int64(binary.LittleEndian.Uint32(b[entryHeader+8*i+4:]))
		if at >= maxOffset || int64(data)+size > e.size || int64(at)+size > int64(e.bins) {
			return malformed("an entry of its log has a page that is not in it")
		}
		h.pages.lay(headerSize+int64(at), b[data:data+int(size):data+int(size)])
		data += int(size)
	}
	h.setSize(h.pages.size, int64(e.bins))
	return nil
}

// marvin is the hash Marvin32 in its form of 64 bits, by which entries of a log are checked.
func marvin(seed uint64, b []byte) uint64 {
	lo, hi := uint32(seed), uint32(seed>>32)
	mix := func(v uint32) {
		lo += v
		hi ^= lo
		lo = bits.RotateLeft32(lo, 20) + hi
		hi = bits.RotateLeft32(hi, 9) ^ lo
		lo = bits.RotateLeft32(lo, 27) + hi
		hi = bits.RotateLeft32(hi, 19)
	}
	for ; len(b) >= 4; b = b[4:] {
		mix(binary.LittleEndian.Uint32(b))
	}
	last := uint32(0x80)
	for i := len(b) - 1; i >= 0; i-- {
		last = last<<8 | uint32(b[i])
	}
	mix(last)
	mix(0)
	return uint64(hi)<<32 | uint64(lo)
}
