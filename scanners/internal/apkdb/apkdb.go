// Package apkdb reads the database of apk, the package manager of Alpine Linux and its kin: one text file with a
// stanza for each package, in which each line is a letter, a colon and a value.
//
// What the package cannot see: which repository a package came from, and whether its files were changed.
package apkdb

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Paths are the places of the database below a computer's root folder: that of apk 2, and that of apk 3 on computers
// whose folders lie below usr.
var Paths = []string{"lib/apk/db/installed", "usr/lib/apk/db/installed"}

// Limits on one database. Real ones stay an order of magnitude below each.
const (
	maxLine     = 1 << 20 // bytes; a longer line is skipped and reported
	maxValue    = 4096    // bytes kept of a field
	maxPackages = 50_000
)

// ErrTooMany ends the reading of a file that lists more packages than any computer has.
var ErrTooMany = fmt.Errorf("the file lists more than %d packages; the rest was not read", maxPackages)

// Package is one stanza.
type Package struct {
	Name, Version, Arch  string
	Maintainer, Homepage string
	Origin               string   // what it was built from
	Licence              string   // as stated, mostly an SPDX expression
	Line                 int      // of the first field, 1-based
	Files                []string // those that Handler.WantFile asked for, below the root folder
	folder               string
	begun                bool
}

// Handler receives what is in a database, in the order of the file.
type Handler struct {
	Package func(*Package) error // an error ends the reading
	Problem func(line int, what string)
	// WantFile chooses by name the files that are listed in a package; nil chooses none. It must not keep the name.
	WantFile func(base []byte) bool
}

// Read reads a database. Stanzas that do not parse go to h.Problem; the error is that of r or of h.
func Read(r io.Reader, h Handler) error {
	p := parser{h: h}
	br := bufio.NewReaderSize(r, 64<<10)
	for {
		line, long, err := readLine(br, p.buf[:0])
		p.buf = line
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		end := err != nil
		if !end || len(line) > 0 {
			p.line++
			if err := p.take(bytes.TrimRight(line, "\r\n"), long); err != nil {
				return err
			}
		}
		if end && len(line) > 0 { // apk ends every line: the file was cut off, and what came after is not known
			h.Problem(p.line, "the file ends in the middle of a line")
		}
		if end {
			return p.finish()
		}
	}
}

// readLine appends one line to buf; of a line over maxLine only the beginning.
func readLine(br *bufio.Reader, buf []byte) (line []byte, long bool, err error) {
	for {
		part, err := br.ReadSlice('\n')
		if len(buf)+len(part) <= maxLine {
			buf = append(buf, part...)
		} else {
			long = true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return buf, long, err
		}
	}
}

type parser struct {
	h     Handler
	buf   []byte
	line  int
	count int
	cur   Package
}

func (p *parser) take(line []byte, long bool) error {
	switch {
	case long:
		p.h.Problem(p.line, "the line is longer than a mebibyte")
		return nil
	case len(line) == 0:
		return p.finish()
	case len(line) < 2 || line[1] != ':':
		p.h.Problem(p.line, fmt.Sprintf("%q is not a field", line[:min(len(line), 60)]))
		return nil
	}
	if !p.cur.begun {
		p.cur = Package{Line: p.line, begun: true}
	}
	p.field(line[0], line[2:])
	return nil
}

func (p *parser) field(letter byte, value []byte) {
	switch letter {
	case 'F':
		p.cur.folder = string(value[:min(len(value), maxValue)])
		return
	case 'R':
		p.file(value)
		return
	}
	if dst := p.cur.text(letter); dst != nil && *dst == "" {
		*dst = string(value[:min(len(value), maxValue)])
	}
}

func (p *parser) file(name []byte) {
	if p.h.WantFile == nil || len(name) > maxValue || !p.h.WantFile(name) {
		return
	}
	path := string(name)
	if p.cur.folder != "" {
		path = p.cur.folder + "/" + path
	}
	p.cur.Files = append(p.cur.Files, path)
}

func (p *Package) text(letter byte) *string {
	switch letter {
	case 'P':
		return &p.Name
	case 'V':
		return &p.Version
	case 'A':
		return &p.Arch
	case 'm':
		return &p.Maintainer
	case 'U':
		return &p.Homepage
	case 'o':
		return &p.Origin
	case 'L':
		return &p.Licence
	}
	return nil
}

// finish ends a stanza.
func (p *parser) finish() error {
	cur := p.cur
	p.cur = Package{}
	switch {
	case !cur.begun:
		return nil
	case cur.Name == "" || cur.Version == "":
		p.h.Problem(cur.Line, fmt.Sprintf("the entry of package %q lacks its name or version", cur.Name))
		return nil
	}
	if p.count++; p.count > maxPackages {
		return ErrTooMany
	}
	return p.h.Package(&cur)
}
