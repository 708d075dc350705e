package linuxpkg

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"quaestor/scanners/internal/rpmdb"
)

// The form of RPM packages: a lead, a header with signatures that ends at a multiple of eight, the header, and the files.
const (
	rpmLead   = 96
	rpmIntro  = 16 // mark, count of tags, length of data
	rpmHeader = "\x8e\xad\xe8\x01"
)

func openRPM(r io.ReaderAt, size int64) (*File, error) {
	_, end, err := header(r, size, rpmLead, false)
	if err != nil {
		return nil, err
	}
	text, end, err := header(r, size, (end+7)/8*8, true)
	if err != nil {
		return nil, err
	}
	p, err := rpmdb.Header(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return &File{RPM: p, data: io.NewSectionReader(r, end, size-end), cpio: true}, nil
}

// header finds where a header ends, and reads it if it is wanted, without its mark.
func header(r io.ReaderAt, size, at int64, wanted bool) (text []byte, end int64, err error) {
	intro := make([]byte, rpmIntro)
	if _, err := r.ReadAt(intro, at); err != nil || string(intro[:4]) != rpmHeader {
		return nil, 0, fmt.Errorf("%w: there is no header where it should be", ErrFormat)
	}
	n := 16*int64(binary.BigEndian.Uint32(intro[8:])) + int64(binary.BigEndian.Uint32(intro[12:]))
	if n > maxHeader || n > size-at-rpmIntro {
		return nil, 0, fmt.Errorf("%w: a header claims %d bytes", ErrFormat, n)
	}
	end = at + rpmIntro + n
	if wanted {
		text = make([]byte, 8+n)
		_, err = r.ReadAt(text, at+8)
	}
	return text, end, err
}

// The form of cpio archives that RPM writes: "newc", a header of 110 bytes in hexadecimal digits, a name and a content, each
// ending at a multiple of four.
const (
	cpioHeader  = 110
	cpioMaxName = 4096
	cpioEnd     = "TRAILER!!!"
	cpioType    = 0o170000
	cpioFile    = 0o100000
	cpioFolder  = 0o040000
	cpioLink    = 0o120000
)

// errStripped is of packages with files of more than 4 GiB, whose archive has numbers in the place of names.
var errStripped = errors.New("its archive has no names, as those with files of more than 4 GiB")

// toTar copies a cpio archive as a tar archive.
func toTar(r io.Reader, w io.Writer) error {
	tw := tar.NewWriter(w)
	for {
		name, mode, size, err := cpioNext(r)
		if err != nil {
			return err
		}
		if name == cpioEnd {
			return tw.Close()
		}
		h := &tar.Header{Name: name, Mode: int64(mode & 0o777), Typeflag: tar.TypeReg, Size: size, Format: tar.FormatPAX}
		switch mode & cpioType {
		case cpioFile:
		case cpioFolder:
			h.Typeflag, h.Size = tar.TypeDir, 0
		case cpioLink:
			target := make([]byte, min(size, cpioMaxName))
			if _, err := io.ReadFull(r, target); err != nil {
				return err
			}
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, string(bytes.TrimRight(target, "\x00")), 0
			if err := skip(r, size-int64(len(target))+pad(size)); err != nil {
				return err
			}
			size = 0
		default:
			h = nil // a device or a pipe
		}
		if h != nil {
			if err := tw.WriteHeader(h); err != nil {
				return err
			}
		}
		if h != nil && h.Typeflag == tar.TypeReg {
			if _, err := io.CopyN(tw, r, size); err != nil {
				return err
			}
			size = pad(size)
		} else {
			size += pad(size)
		}
		if err := skip(r, size); err != nil {
			return err
		}
	}
}

// cpioNext reads a header and a name.
func cpioNext(r io.Reader) (name string, mode, size int64, err error) {
	h := make([]byte, cpioHeader)
	if _, err := io.ReadFull(r, h); err != nil {
		return "", 0, 0, err
	}
	if string(h[:6]) == "07070X" {
		return "", 0, 0, errStripped
	}
	if string(h[:6]) != "070701" && string(h[:6]) != "070702" {
		return "", 0, 0, errors.New("its archive has an entry without a header")
	}
	field := func(i int) int64 {
		n, e := strconv.ParseUint(string(h[6+8*i:14+8*i]), 16, 32)
		err = errors.Join(err, e)
		return int64(n)
	}
	mode, size = field(1), field(6)
	length := field(11)
	if err != nil || length < 1 || length > cpioMaxName {
		return "", 0, 0, errors.New("its archive has an entry with an impossible header")
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return "", 0, 0, err
	}
	return string(bytes.TrimRight(text, "\x00")), mode, size, skip(r, pad(cpioHeader+length))
}

func pad(n int64) int64 { return (4 - n%4) % 4 }

func skip(r io.Reader, n int64) error {
	_, err := io.CopyN(io.Discard, r, n)
	return err
}
