// Package getprop reads the system properties that Android's getprop prints: [name]: [value], one a line, where
// a value may go on over several lines.
//
// What the package cannot see: which properties a vendor or a changed system set to mislead.
package getprop

import (
	"bytes"
	"io"
	"strings"

	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/tally"
)

const (
	maxProperties = 20_000 // phones have about a thousand
	maxValue      = 8 << 10
)

// Properties is what a reading came to.
type Properties struct {
	Values  map[string]string
	Unknown tally.Tally // lines that are no property
	Dropped int         // properties beyond the limit
	Open    bool        // the text ended inside a property
	Cut     int         // lines or values that were cut
}

// Parser takes lines one by one, so that a property section inside a larger dump can be read. The zero value
// is ready for use.
type Parser struct {
	Properties
	name  string // of a value that goes on
	value strings.Builder
}

// Read reads a whole output.
func Read(r io.Reader) (*Properties, error) {
	var p Parser
	in := lines.New(r)
	for in.Next() {
		p.Line(in.Bytes())
	}
	p.Close()
	p.Cut += in.Cut()
	p.Open = p.Open || in.Open() && !bytes.HasSuffix(in.Bytes(), []byte("]"))
	return &p.Properties, in.Err()
}

// Line takes the next line.
func (p *Parser) Line(line []byte) {
	name, value, ok := split(line)
	switch {
	case ok: // a new property ends a value that never got its bracket
		if p.name != "" {
			p.Unknown.Add("[" + p.name + "]: " + p.value.String())
		}
		p.name = ""
		p.begin(name, value)
	case p.name != "":
		p.more(line)
	case len(bytes.TrimSpace(line)) > 0:
		p.Unknown.Add(string(line))
	}
}

// split takes a line that starts a property apart; value is what follows the opening bracket.
func split(line []byte) (name, value []byte, ok bool) {
	line = bytes.TrimLeft(line, " \t")
	if len(line) == 0 || line[0] != '[' {
		return nil, nil, false
	}
	name, value, ok = bytes.Cut(line[1:], []byte("]: ["))
	return name, value, ok && len(name) > 0 && !bytes.ContainsAny(name, " \t[]")
}

func (p *Parser) begin(name, value []byte) {
	if v, done := bytes.CutSuffix(value, []byte("]")); done {
		p.set(string(name), string(v))
		return
	}
	p.name = string(name)
	p.value.Reset()
	p.value.Write(value)
}

func (p *Parser) more(line []byte) {
	if p.value.Len()+len(line) > maxValue {
		p.set(p.name, p.value.String())
		p.name = ""
		p.Cut++
		return
	}
	p.value.WriteByte('\n')
	if v, done := bytes.CutSuffix(line, []byte("]")); done {
		p.value.Write(v)
		p.set(p.name, p.value.String())
		p.name = ""
		return
	}
	p.value.Write(line)
}

func (p *Parser) set(name, value string) {
	if p.Values == nil {
		p.Values = map[string]string{}
	}
	if _, known := p.Values[name]; !known && len(p.Values) >= maxProperties {
		p.Dropped++
		return
	}
	p.Values[name] = value
}

// Close tells the parser that no line follows.
func (p *Parser) Close() {
	if p.name != "" {
		p.set(p.name, p.value.String())
		p.name, p.Open = "", true
	}
}

// Looks reports whether the first bytes of a file are properties.
func Looks(head []byte) bool {
	if lines.Binary(head) {
		return false
	}
	good, bad := 0, 0
	for line := range bytes.Lines(lines.Decode(head)) {
		if _, _, ok := split(line); ok {
			good++
		} else if len(bytes.TrimSpace(line)) > 0 {
			bad++
		}
	}
	return good > 2 && good > bad
}
