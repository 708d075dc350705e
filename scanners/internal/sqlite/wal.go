package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	logHead   = 32
	frameHead = 24
)

// log is a write-ahead log: which frame holds the last committed content of a page.
type log struct {
	r        io.ReaderAt
	pageSize int
	frames   map[int64]int64 // by page: where its content begins
	pages    int64           // of the database after the last commit
}

// summed is a checksum of SQLite: of words in an order of bytes that the log names.
type summed struct {
	order  binary.ByteOrder
	s0, s1 uint32
}

func (s *summed) add(p []byte) {
	s0, s1 := s.s0, s.s1
	if s.order == binary.LittleEndian {
		for ; len(p) >= 8; p = p[8:] {
			s0 += binary.LittleEndian.Uint32(p) + s1
			s1 += binary.LittleEndian.Uint32(p[4:]) + s0
		}
	} else {
		for ; len(p) >= 8; p = p[8:] {
			s0 += binary.BigEndian.Uint32(p) + s1
			s1 += binary.BigEndian.Uint32(p[4:]) + s0
		}
	}
	s.s0, s.s1 = s0, s1
}

// holds reports whether the sum is the one that is written in p.
func (s *summed) holds(p []byte) bool {
	return binary.BigEndian.Uint32(p) == s.s0 && binary.BigEndian.Uint32(p[4:]) == s.s1
}

// readLog reads a log up to its last commit. Frames of an earlier use of the file, which bear other salts, end it without a
// word; a frame of this use whose checksum is wrong ends it with a problem.
func readLog(ctx context.Context, r io.ReaderAt, size int64) (*log, error, error) {
	head := make([]byte, logHead)
	if size < logHead {
		return nil, errors.New("the log beside the database is cut short: it was not read"), nil
	}
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	sum := &summed{order: binary.LittleEndian}
	switch binary.BigEndian.Uint32(head) {
	case 0x377f0682:
	case 0x377f0683:
		sum.order = binary.BigEndian
	default:
		return nil, errors.New("the file beside the database is not its log: it was not read"), nil
	}
	l := &log{r: r, pageSize: int(binary.BigEndian.Uint32(head[8:])), frames: map[int64]int64{}}
	if sum.add(head[:24]); !sum.holds(head[24:]) || l.pageSize < 512 || l.pageSize > 65536 || l.pageSize&(l.pageSize-1) != 0 {
		return nil, errors.New("the head of the log beside the database is damaged: the log was not read"), nil
	}
	problem, err := l.read(ctx, head[16:24], sum, size)
	return l, problem, err
}

// read reads the frames.
func (l *log) read(ctx context.Context, salts []byte, sum *summed, size int64) (problem, err error) {
	open := map[int64]int64{} // of the change that is not committed yet
	buf := make([]byte, frameHead+l.pageSize)
	for n, at := int64(1), int64(logHead); at+frameHead <= size; n, at = n+1, at+int64(len(buf)) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		got, err := l.r.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if got < frameHead || !bytes.Equal(buf[8:16], salts) {
			return nil, nil
		}
		sum.add(buf[:8])
		sum.add(buf[frameHead:])
		if got < len(buf) || !sum.holds(buf[16:]) {
			return fmt.Errorf("the log beside the database is damaged from frame %d on: what was written later is missing", n), nil
		}
		open[int64(binary.BigEndian.Uint32(buf))] = at + frameHead
		if pages := int64(binary.BigEndian.Uint32(buf[4:])); pages > 0 {
			l.pages = pages
			for page, off := range open {
				l.frames[page] = off
			}
			clear(open)
		}
	}
	return nil, nil
}
