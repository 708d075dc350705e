package ndjson

import (
	"crypto/sha256"
	"hash"
	"sync"

	"quaestor/reports"
	"quaestor/reports/since"
)

// mostPrepared is how many lines of one device are put together ahead: what is put together is held until it is written.
const mostPrepared = 5_000

// Prepared are the lines of one device that have identifiers of their own, put together before it is their turn to be written.
type Prepared struct {
	text  []byte
	lines []prepared
	err   error
}

// prepared is one line: where it ends in the text, or, where the run is compared with an earlier one, what it is compared by. A
// line that is the same as before needs no text.
type prepared struct {
	end int
	sum since.Sum
}

// written are those that were written, to be used again.
var written sync.Pool // of *Prepared

// Prepare implements [reports.Preparer]. Lines whose identifiers depend on those of other devices are not prepared.
func (x Writer) Prepare(r *reports.Report) any {
	if len(r.Devices) != 1 || len(r.Findings)+len(r.Apps)+len(r.Files)+len(r.SecuritySoftware) > mostPrepared {
		return nil
	}
	p := &preparing{}
	if p.Prepared, _ = written.Get().(*Prepared); p.Prepared == nil {
		p.Prepared = &Prepared{}
	}
	if x.Since != nil {
		p.sums = sha256.New()
	}
	each(r, x.Since != nil, p.line)
	return p.Prepared
}

// preparing puts lines together.
type preparing struct {
	*Prepared
	sums    hash.Hash // where lines are compared
	scratch []byte
}

func (p *preparing) line(l line) {
	if p.err != nil {
		return
	}
	var one prepared
	if p.sums != nil {
		if l.stable == nil {
			l.stable = l.text
		}
		one.sum, p.err = sumOf(p.sums, &p.scratch, l.stable)
	} else {
		p.text, p.err = appendLine(p.text, l.text)
	}
	one.end = len(p.text)
	p.lines = append(p.lines, one)
}

// Prepared implements [reports.PreparedParts].
func (s *stream) Prepared(r *reports.Report, ready any) error {
	if p, ok := ready.(*Prepared); ok && p.err == nil {
		s.ready, s.nth, s.at = p, 0, 0
		defer func() {
			s.ready = nil
			*p = Prepared{text: p.text[:0], lines: p.lines[:0]}
			written.Put(p)
		}()
	}
	return s.Part(r)
}

// next is the next line that was prepared, if any were, and its text.
func (s *stream) next() (l prepared, text []byte, ok bool) {
	if s.ready == nil {
		return l, nil, false
	}
	p := s.ready
	l = p.lines[s.nth]
	text, s.at = p.text[s.at:l.end], l.end
	if s.nth++; s.nth == len(p.lines) {
		s.ready = nil
	}
	return l, text, true
}
