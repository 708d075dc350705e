// Package dpkg reads the database of Debian's package manager: the status file and the lists of the files
// that packages own.
//
// What the package cannot see: where a package was downloaded from, and files that were put on the computer
// without dpkg.
package dpkg

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits on one status file. Real ones stay an order of magnitude below each.
const (
	maxLine     = 1 << 20 // bytes; a longer line is skipped and reported
	maxValue    = 4096    // bytes kept of a field
	maxPackages = 50_000  // no computer has as many installed; Debian has some 70,000 in all
)

// Package is one stanza of a status file.
type Package struct {
	Name, Version, Arch  string
	Maintainer, Homepage string
	Source               string // source package, with its version where that differs
	Section              string
	MultiArch            string
	Essential            bool
	// Want, Flag and State are the three words of the Status field, for example "install", "ok" and
	// "installed"; all are empty in the status.d folder of images without dpkg.
	Want, Flag, State string
	Line              int // of the first field, 1-based
}

// OnDisk reports whether at least a part of the package's files is on the computer: it is installed, or
// its installation stopped half-way.
func (p *Package) OnDisk() bool {
	switch p.State {
	case "not-installed", "config-files":
		return false
	}
	return true
}

// Problem is a part of a status file that does not parse.
type Problem struct {
	Line int
	What string
}

func (p Problem) String() string { return fmt.Sprintf("line %d: %s", p.Line, p.What) }

// ErrTooMany ends the reading of a file that lists more packages than any computer has.
var ErrTooMany = fmt.Errorf("the file lists more than %d packages; the rest was not read", maxPackages)

// Handler receives what is in a status file, in the order of the file.
type Handler struct {
	Package func(*Package) error // an error ends the reading
	Problem func(Problem)
}

// Read reads a status file. Stanzas that do not parse go to h.Problem; the error is that of r or of h.
func Read(r io.Reader, h Handler) error {
	p := parser{h: h}
	br := bufio.NewReaderSize(r, 64<<10)
	for {
		line, long, err := readLine(br)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		end := err != nil
		if !end || len(line) > 0 {
			p.line++
			if err := p.take(line, long); err != nil {
				return err
			}
		}
		if end {
			return p.finish()
		}
	}
}

// readLine returns one line without its end; of a line over maxLine only the beginning.
func readLine(br *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := br.ReadSlice('\n')
		if len(line)+len(part) <= maxLine {
			line = append(line, part...)
		} else {
			long = true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimRight(line, "\r\n"), long, err
		}
	}
}

type parser struct {
	h     Handler
	line  int
	count int
	cur   *Package
	seen  uint // bits of the fields of cur that were met, by index in fields
	bad   bool // a problem of cur was reported already
}

func (p *parser) take(line []byte, long bool) error {
	switch {
	case long:
		p.problem("the line is longer than a mebibyte")
		return nil
	case len(bytes.TrimSpace(line)) == 0 && (len(line) == 0 || line[0] != ' '):
		return p.finish()
	case line[0] == ' ' || line[0] == '\t':
		if p.cur == nil {
			p.problem("a continuation without a field")
		}
		return nil // none of the fields kept here has more than one line
	}
	if p.cur == nil {
		p.cur = &Package{Line: p.line}
	}
	name, value, ok := bytes.Cut(line, []byte{':'})
	if !ok || len(name) == 0 || bytes.ContainsAny(name, " \t") {
		p.problem(fmt.Sprintf("%q is not a field", cut(string(line), 60)))
		return nil
	}
	p.field(string(name), string(bytes.TrimSpace(value)))
	return nil
}

func (p *parser) field(name, value string) {
	i := fieldIndex(name)
	if i < 0 {
		return
	}
	if p.seen&(1<<i) != 0 {
		p.problem(fmt.Sprintf("a second field %q; the first is used", name))
		return
	}
	p.seen |= 1 << i
	fields[i].set(p.cur, cut(value, maxValue))
}

// finish ends a stanza.
func (p *parser) finish() error {
	cur, bad := p.cur, p.bad
	p.cur, p.seen, p.bad = nil, 0, false
	if cur == nil {
		return nil
	}
	if cur.Name == "" || cur.Version == "" && cur.OnDisk() {
		if !bad {
			p.h.Problem(Problem{Line: cur.Line, What: fmt.Sprintf("the entry of package %q lacks its name or version", cur.Name)})
		}
		return nil
	}
	if p.count++; p.count > maxPackages {
		return ErrTooMany
	}
	return p.h.Package(cur)
}

func (p *parser) problem(what string) {
	p.bad = true
	p.h.Problem(Problem{Line: p.line, What: what})
}

// fields are the ones kept, by name; dpkg compares names without regard to case.
var fields = []struct {
	name string
	set  func(p *Package, v string)
}{
	{"Package", func(p *Package, v string) { p.Name = v }},
	{"Version", func(p *Package, v string) { p.Version = v }},
	{"Architecture", func(p *Package, v string) { p.Arch = v }},
	{"Maintainer", func(p *Package, v string) { p.Maintainer = v }},
	{"Homepage", func(p *Package, v string) { p.Homepage = v }},
	{"Source", func(p *Package, v string) { p.Source = v }},
	{"Section", func(p *Package, v string) { p.Section = v }},
	{"Multi-Arch", func(p *Package, v string) { p.MultiArch = v }},
	{"Essential", func(p *Package, v string) { p.Essential = v == "yes" }},
	{"Status", setStatus},
}

func fieldIndex(name string) int {
	for i := range fields {
		if strings.EqualFold(fields[i].name, name) {
			return i
		}
	}
	return -1
}

func setStatus(p *Package, v string) {
	words := strings.Fields(v)
	if len(words) != 3 {
		p.State = v
		return
	}
	p.Want, p.Flag, p.State = words[0], words[1], words[2]
}

func cut(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}
