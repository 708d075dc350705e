package main

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"quaestor/reports/safetext"
)

// printed is standard output. Everything that commands print goes through it: what a database, a policy or a bundle
// says cannot steer the reader's screen, and output that is lost is not taken for output that was written.
type printed struct {
	w    io.Writer
	rest []byte // of a character whose end has not come yet
	err  error  // the first
}

// Write writes text with what cannot be seen made visible. It is meant for text: see [exactly].
func (p *printed) Write(text []byte) (int, error) {
	all := append(p.rest, text...)
	end := len(all)
	for i := max(0, end-utf8.UTFMax+1); i < end; i++ {
		if utf8.RuneStart(all[i]) && !utf8.FullRune(all[i:]) {
			end = i
		}
	}
	p.rest = bytes.Clone(all[end:])
	if _, err := p.put(escapeLines(all[:end])); err != nil {
		return 0, err
	}
	return len(text), nil
}

// put writes bytes as they are. After an error nothing more is written, so that no hole is hidden.
func (p *printed) put(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.w.Write(b)
	p.err = err
	return n, err
}

// close writes what is left, and tells of output that was lost.
func (p *printed) close() error {
	if len(p.rest) > 0 {
		p.put([]byte(safetext.Escape(string(p.rest))))
	}
	if p.err == nil {
		return nil
	}
	return &exitError{code: ExitIncomplete, err: fmt.Errorf("the output could not be written: %w; nothing of it can be relied on", p.err)}
}

// escapeLines keeps the ends of lines, and tabs.
func escapeLines(text []byte) []byte {
	var out []byte
	for len(text) > 0 {
		i := bytes.IndexAny(text, "\n\t")
		if i < 0 {
			return append(out, safetext.Escape(string(text))...)
		}
		out = append(append(out, safetext.Escape(string(text[:i]))...), text[i])
		text = text[i+1:]
	}
	return out
}

// exact passes bytes on as they are.
type exact struct{ p *printed }

// Write writes bytes as they are.
func (e exact) Write(b []byte) (int, error) { return e.p.put(b) }

// exactly is standard output for what makes its own text safe, and for what has to stay the same byte for byte.
func exactly(w io.Writer) io.Writer {
	if p, ok := w.(*printed); ok {
		return exact{p}
	}
	return w
}
