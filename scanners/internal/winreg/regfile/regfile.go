// Package regfile reads exports of the registry (.reg), as the Registry Editor and `reg export` write them, into a
// registry in memory: those of today ("Windows Registry Editor Version 5.00", mostly UTF-16) and those of old
// ("REGEDIT4", in the code page of the computer).
//
// What the package cannot see: which code page an old export is in, where its bytes are neither ASCII nor UTF-8 (the
// likeliest is taken, and they are counted); when keys were written; whether a file is an export or a list of changes that
// somebody made, which only deletions betray.
package regfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"quaestor/scanners/internal/codepage"
	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/winreg"
	"quaestor/scanners/inventory"
)

// Limits of one file, of what is kept. A whole export of a computer's HKLM has about 700,000 keys, most of which nobody
// asks for.
const (
	MaxKeys  = 300_000
	MaxBytes = 64 << 20 // of names and data
	maxBelow = 20_000   // subkeys of one key, and values of one
	maxValue = 1 << 20  // bytes of one value
	maxDepth = 512      // as Windows has it
	maxLines = 5        // that are named as malformed
	maxBegin = 4 << 20  // bytes of a file, which tell its code page

	keyCost, valueCost = 128, 64 // bytes that keeping takes besides
)

// CurrentUser is the account below HKU that HKEY_CURRENT_USER becomes: an export does not name whose it is.
const CurrentUser = inventory.UnnamedUser

const header5, header4 = "Windows Registry Editor Version 5.00", "REGEDIT4"

// Stats says how a file was read.
type Stats struct {
	Old       bool   // in the form of REGEDIT4
	First     string // the first key, in the roots of winreg: an export has all others below it
	Keys      int    // keys that were read
	Values    int    // values that were kept
	Crowded   int    // keys and values beyond the limit of one key
	Elsewhere int    // keys below roots that are not read
	Deleted   int    // keys and values that the file deletes, which an export never does
	Malformed int    // lines that could not be read
	Lines     []int  // numbers of the first of them
	Guessed   int    // texts of an unknown code page
	Page      string // that they were read in
	Cut       int    // lines or values that were too long
	Broken    bool   // the file ends in the middle of a value
}

// Looks reports whether a file begins as an export does.
func Looks(head []byte) bool {
	text := strings.TrimLeft(strings.TrimPrefix(string(lines.Decode(head[:min(len(head), 256)])), "\ufeff"), " \t\r\n")
	return isHeader(text)
}

// FirstKey is the first key that the beginning of a file names, as it stands there.
func FirstKey(head []byte) string {
	for line := range strings.Lines(string(lines.Decode(head))) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			return line[1 : len(line)-1]
		}
	}
	return ""
}

func isHeader(line string) bool {
	rest, ok := strings.CutPrefix(line, header5)
	if !ok {
		rest, ok = strings.CutPrefix(line, header4)
	}
	return ok && (rest == "" || strings.ContainsAny(rest[:1], " \t\r\n"))
}

// ErrLimit is that a file has more than is read; what was read stays.
var ErrLimit = errors.New("the export has more keys or values than are read")

// Read adds what a file holds to a registry: of a key that is not wanted neither the key nor its values. Without wanted
// all are.
func Read(ctx context.Context, r io.Reader, into *winreg.Recorded, wanted func(path string) bool) (Stats, error) {
	if wanted == nil {
		wanted = func(string) bool { return true }
	}
	begin, err := io.ReadAll(io.LimitReader(r, maxBegin))
	if err != nil {
		return Stats{}, err
	}
	p := &parser{ctx: ctx, lines: lines.New(io.MultiReader(bytes.NewReader(begin), r)), reg: into, wanted: wanted}
	if !ascii(begin) {
		p.page = codepage.Guess(begin)
	}
	line, ok := p.next()
	for ok && strings.TrimSpace(line) == "" {
		line, ok = p.next()
	}
	if p.err != nil {
		return p.stats, p.err
	}
	if !isHeader(strings.TrimSpace(line)) {
		return p.stats, fmt.Errorf("the file does not begin as an export of the registry: %q", cut(line))
	}
	p.stats.Old = strings.HasPrefix(strings.TrimSpace(line), header4)
	for p.err == nil {
		if line, ok = p.next(); !ok {
			break
		}
		p.line(line)
	}
	p.stats.Cut += p.lines.Cut()
	return p.stats, errors.Join(p.err, p.lines.Err())
}

func cut(s string) string { return s[:min(len(s), 80)] }

type parser struct {
	ctx    context.Context
	lines  *lines.Reader
	reg    *winreg.Recorded
	wanted func(path string) bool
	stats  Stats
	page   codepage.Page
	path   string // of the key that values belong to; "" where they belong to none that is read
	kept   int    // keys
	values int    // of the key, at most
	used   int
	err    error
}

// next is the next line as text.
func (p *parser) next() (string, bool) {
	if p.lines.Number()%256 == 0 && p.ctx.Err() != nil {
		p.err = p.ctx.Err()
		return "", false
	}
	if !p.lines.Next() {
		return "", false
	}
	return p.text(bytes.TrimPrefix(p.lines.Bytes(), []byte("\ufeff"))), true
}

// text reads bytes that are in a code page where they are not UTF-8.
func (p *parser) text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	p.stats.Guessed++
	if p.page.Name == "" { // nothing told before this
		p.page = codepage.Guess(b)
	}
	p.stats.Page = p.page.Name
	return string(p.page.Decode(b))
}

func ascii(b []byte) bool {
	return !bytes.ContainsFunc(b, func(r rune) bool { return r >= utf8.RuneSelf })
}

func (p *parser) malformed() {
	if p.stats.Malformed++; len(p.stats.Lines) < maxLines {
		p.stats.Lines = append(p.stats.Lines, p.lines.Number())
	}
}

func (p *parser) line(line string) {
	line = strings.TrimLeft(line, " \t")
	switch {
	case line == "", line[0] == ';', line[0] == '#', isHeader(strings.TrimSpace(line)):
	case line[0] == '[':
		p.key(line)
	case line[0] == '"', line[0] == '@':
		p.value(line)
	default:
		p.malformed()
	}
}

// key reads [PATH] and [-PATH]. A name may itself hold brackets.
func (p *parser) key(line string) {
	p.path = ""
	end := strings.LastIndexByte(line, ']')
	if end < 0 || strings.Count(line[:end], `\`) > maxDepth {
		p.malformed()
		return
	}
	path, deleted := strings.CutPrefix(line[1:end], "-")
	path, known := rooted(path)
	switch {
	case deleted:
		p.stats.Deleted++
		p.reg.Delete(path)
	case !known:
		p.stats.Elsewhere++
	default:
		if p.stats.Keys++; p.stats.Keys == 1 {
			p.stats.First = path
		}
		if p.wanted(path) {
			p.keep(path)
		}
	}
}

// keep makes a key, as far as there is room.
func (p *parser) keep(path string) {
	above := path[:max(0, strings.LastIndexByte(path, '\\'))]
	switch {
	case p.reg.Subkeys(above) >= maxBelow && !p.reg.Has(path):
		p.stats.Crowded++
	case p.kept == MaxKeys || !p.afford(len(path)+keyCost):
		p.err = ErrLimit
	default:
		p.kept++
		p.path, p.values = path, 0
		p.set()
	}
}

// rooted writes a path with the roots of [winreg].
func rooted(path string) (string, bool) {
	root, rest, _ := strings.Cut(path, `\`)
	switch strings.ToUpper(root) {
	case "HKEY_LOCAL_MACHINE", "HKLM":
		return winreg.Join(winreg.LocalMachine, rest), true
	case "HKEY_USERS", "HKU":
		return winreg.Join(winreg.Users, rest), true
	case "HKEY_CURRENT_USER", "HKCU":
		return winreg.Join(winreg.Users, CurrentUser, rest), true
	case "HKEY_CLASSES_ROOT", "HKCR":
		if first, _, _ := strings.Cut(rest, `\`); strings.EqualFold(first, "Local Settings") { // only accounts have these
			return winreg.Join(winreg.Users, CurrentUser, `Software\Classes`, rest), true
		}
		return winreg.Join(winreg.LocalMachine, `SOFTWARE\Classes`, rest), true
	}
	return path, false
}

func (p *parser) set(values ...winreg.Value) {
	if err := p.reg.Set(p.path, values...); err != nil {
		p.malformed()
	}
}

// afford counts what is kept.
func (p *parser) afford(n int) bool {
	p.used += n
	return p.used <= MaxBytes
}
