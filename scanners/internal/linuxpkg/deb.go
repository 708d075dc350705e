package linuxpkg

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"quaestor/scanners/internal/dpkg"
)

// The form of ar archives: a mark, then members, each after a header of 60 bytes, at even places.
const (
	arMark   = "!<arch>\n"
	arHeader = 60
	arMost   = 64 // members; a package has three, and perhaps a signature
)

// member is a file in an ar archive.
type member struct {
	name     string
	at, size int64
}

func members(r io.ReaderAt, size int64) (out []member, err error) {
	at := int64(len(arMark))
	for at+arHeader <= size && len(out) < arMost {
		h := make([]byte, arHeader)
		if _, err := r.ReadAt(h, at); err != nil {
			return out, err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(h[48:58])), 10, 63)
		if string(h[58:]) != "`\n" || err != nil || n < 0 || n > size-at-arHeader {
			return out, fmt.Errorf("%w: the archive has a member without an end", ErrFormat)
		}
		out = append(out, member{strings.TrimSuffix(strings.TrimSpace(string(h[:16])), "/"), at + arHeader, n})
		at += arHeader + n + n%2
	}
	return out, nil
}

func openDebian(r io.ReaderAt, size int64) (*File, error) {
	list, err := members(r, size)
	f := &File{}
	for _, m := range list {
		section := io.NewSectionReader(r, m.at, m.size)
		switch {
		case strings.HasPrefix(m.name, "control.tar") && f.Deb == nil:
			var cerr error
			if f.Deb, cerr = control(section); cerr != nil {
				return nil, cerr
			}
		case strings.HasPrefix(m.name, "data.tar") && f.data == nil:
			f.data = section
		}
	}
	switch {
	case f.Deb == nil && err != nil:
		return nil, err
	case f.Deb == nil:
		return nil, fmt.Errorf("%w: it has no description (control.tar)", ErrFormat)
	case f.data == nil:
		f.data = io.NewSectionReader(bytes.NewReader(nil), 0, 0)
		return f, fmt.Errorf("%w: it has no files (data.tar)", ErrFormat)
	}
	return f, nil
}

// control reads the description of a package.
func control(r io.Reader) (*dpkg.Package, error) {
	plain, err := unpack(r)
	if err != nil {
		return nil, err
	}
	tr := tar.NewReader(io.LimitReader(plain, maxControl))
	for {
		h, err := tr.Next()
		if err != nil {
			return nil, fmt.Errorf("%w: its description has no file control", ErrFormat)
		}
		if path.Clean("/"+h.Name) != "/control" {
			continue
		}
		var found *dpkg.Package
		first := errors.New("one is enough")
		err = dpkg.Read(tr, dpkg.Handler{Package: func(p *dpkg.Package) error { found = p; return first }, Problem: func(dpkg.Problem) {}})
		if err != nil && !errors.Is(err, first) {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
		if found == nil {
			return nil, fmt.Errorf("%w: its description names no package", ErrFormat)
		}
		return found, nil
	}
}
