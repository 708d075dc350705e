package adb

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
)

// Limits of the file transfer. The first two are adb's own.
const (
	maxSyncPath  = 1024
	maxSyncChunk = 64 << 10
	maxSyncFail  = 64 << 10
)

// FileInfo is what a phone says about a file.
type FileInfo struct {
	Mode    fs.FileMode
	Size    int64 // on phones before Android 8 the size modulo 4 GiB
	ModTime time.Time
}

// Stat looks at a path on the phone; of a symbolic link it tells about the link. A path that is not there, or that
// may not be seen, is an error that wraps fs.ErrNotExist or fs.ErrPermission where the phone tells which.
func (p *Phone) Stat(ctx context.Context, path string) (*FileInfo, error) {
	features, err := p.Features(ctx)
	if err != nil {
		return nil, err
	}
	id := "STAT"
	if features["stat_v2"] {
		id = "LST2"
	}
	c, err := p.sync(ctx, id, path)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if id == "LST2" {
		return c.stat2(path)
	}
	return c.stat1(path)
}

// sync opens the file transfer and sends one request.
func (p *Phone) sync(ctx context.Context, id, path string) (*conn, error) {
	if len(path) > maxSyncPath || strings.IndexByte(path, 0) >= 0 {
		return nil, fmt.Errorf("%w: adb cannot ask for a path of %d bytes (%s)", ErrTooLong, len(path), quote(path))
	}
	c, err := p.open(ctx, "sync:")
	if err != nil {
		return nil, err
	}
	b := binary.LittleEndian.AppendUint32([]byte(id), uint32(len(path)))
	b = append(b, path...)
	if id == "RCV2" {
		b = append(b, "RCV2\x00\x00\x00\x00"...) // flags: as it is, not compressed
	}
	if err := c.write(b); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *conn) stat1(path string) (*FileInfo, error) {
	var b [16]byte
	if err := c.begin(b[:]); err != nil {
		return nil, err
	}
	if string(b[:4]) != "STAT" {
		return nil, fail(ErrProtocol, c.who, fmt.Sprintf("%q in answer to STAT", b[:4]))
	}
	mode, size, mtime := u32(b[4:]), u32(b[8:]), u32(b[12:])
	if mode == 0 && size == 0 && mtime == 0 {
		return nil, fmt.Errorf("%q on the phone: %w, or adb may not see it", path, fs.ErrNotExist)
	}
	return &FileInfo{Mode: fileMode(mode), Size: int64(size), ModTime: time.Unix(int64(mtime), 0).UTC()}, nil
}

func (c *conn) stat2(path string) (*FileInfo, error) {
	var b [72]byte
	if err := c.begin(b[:]); err != nil {
		return nil, err
	}
	if string(b[:4]) != "LST2" {
		return nil, fail(ErrProtocol, c.who, fmt.Sprintf("%q in answer to LST2", b[:4]))
	}
	if errno := u32(b[4:]); errno != 0 {
		return nil, fmt.Errorf("%q on the phone: %w", path, errnoError(errno))
	}
	size := binary.LittleEndian.Uint64(b[40:])
	if size > 1<<62 {
		return nil, fail(ErrProtocol, c.who, fmt.Sprintf("a file of %d bytes", size))
	}
	mtime := int64(binary.LittleEndian.Uint64(b[56:]))
	return &FileInfo{Mode: fileMode(u32(b[24:])), Size: int64(size), ModTime: time.Unix(mtime, 0).UTC()}, nil
}

func u32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

// errnoError names the error numbers of Linux that a path can meet, whatever this computer's own numbers are.
func errnoError(n uint32) error {
	switch n {
	case 1, 13:
		return fs.ErrPermission
	case 2, 20:
		return fs.ErrNotExist
	}
	return fmt.Errorf("error number %d", n)
}

// fileMode turns the mode bits of Linux into those of Go.
func fileMode(m uint32) fs.FileMode {
	mode := fs.FileMode(m & 0o777)
	switch m & 0o170000 {
	case 0o040000:
		mode |= fs.ModeDir
	case 0o100000:
	case 0o120000:
		mode |= fs.ModeSymlink
	default:
		mode |= fs.ModeIrregular
	}
	return mode
}

// Pull copies a file of the phone to w and says how many bytes it wrote. It ends with ErrTooLong when the file has
// more than limit bytes. What was written before an error is the start of the file and no more: pull it again.
func (p *Phone) Pull(ctx context.Context, path string, limit int64, w io.Writer) (int64, error) {
	features, err := p.Features(ctx)
	if err != nil {
		return 0, err
	}
	id := "RECV"
	if features["sendrecv_v2"] {
		id = "RCV2"
	}
	c, err := p.sync(ctx, id, path)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	return c.receive(path, limit, w)
}

// receive reads the chunks of one file up to its end.
func (c *conn) receive(path string, limit int64, w io.Writer) (written int64, err error) {
	var head [8]byte
	chunk := make([]byte, maxSyncChunk)
	for {
		if err := c.begin(head[:]); err != nil {
			return written, err
		}
		size := u32(head[4:])
		switch id := string(head[:4]); id {
		case "DONE":
			return written, nil
		case "FAIL":
			return written, c.syncFail(path, size)
		case "DATA":
		default:
			return written, fail(ErrProtocol, c.who, fmt.Sprintf("%q where a part of a file should be", id))
		}
		if size > maxSyncChunk {
			return written, fail(ErrProtocol, c.who, fmt.Sprintf("a part of %d bytes; adb sends at most %d", size, maxSyncChunk))
		}
		if written+int64(size) > limit {
			return written, fmt.Errorf("%q on the phone: %w: more than %d bytes", path, ErrTooLong, limit)
		}
		if err := c.body(chunk[:size]); err != nil {
			return written, err
		}
		n, err := w.Write(chunk[:size])
		if written += int64(n); err != nil {
			return written, err
		}
	}
}

// syncFail is what the phone says in place of a file.
func (c *conn) syncFail(path string, size uint32) error {
	if size > maxSyncFail {
		return fail(ErrProtocol, c.who, fmt.Sprintf("a message of %d bytes", size))
	}
	b := make([]byte, size)
	if err := c.body(b); err != nil {
		return err
	}
	text := string(b)
	kind := ErrRefused
	switch {
	case strings.Contains(text, "No such file"):
		kind = fs.ErrNotExist
	case strings.Contains(text, "Permission denied"):
		kind = fs.ErrPermission
	}
	return &failure{kind: kind, text: fmt.Sprintf("%q on the phone: %s", path, quote(text))}
}
