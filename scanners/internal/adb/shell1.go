package adb

import (
	"bytes"
	"io"
)

// shell1 is a command in the old shell: one stream of bytes, with the marker and the exit code as its end.
type shell1 struct {
	c       *conn
	command string
	held    []byte // read and not handed out: it may be the marker, or half of a terminal's line end
	chunk   []byte
	crlf    bool // it runs in a terminal that makes two bytes of each line end
	known   bool // that it runs in none, or whether crlf holds
	err     error
}

func (s *shell1) Close() error   { return s.c.Close() }
func (s *shell1) stderr() []byte { return nil }
func (s *shell1) merged() bool   { return true }

func (s *shell1) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for s.err == nil && len(s.held) <= maxTail {
		s.fill()
	}
	ready := len(s.held)
	if s.err == nil {
		ready -= maxTail
	}
	if ready == 0 {
		return 0, s.err
	}
	n := copy(p, s.held[:ready])
	s.held = s.held[n:]
	return n, nil
}

// fill reads on. At the end the marker is taken off.
func (s *shell1) fill() {
	if s.chunk == nil {
		s.chunk = make([]byte, 32<<10)
	}
	n, err := s.c.Read(s.chunk)
	s.held = append(s.held, s.chunk[:n]...)
	if n > 0 {
		s.lineEnds()
	}
	switch err {
	case nil:
	case io.EOF:
		s.finish()
	default:
		s.err = err
	}
}

func (s *shell1) finish() {
	rest, code, ok := cutMarker(s.held)
	if !ok {
		s.err = s.c.ended()
		return
	}
	s.held, s.err = rest, exit(s.command, code, nil)
}

// lineEnds undoes what a terminal does to line ends, if the first line shows that there is one. A carriage return at
// the very end waits for what follows.
func (s *shell1) lineEnds() {
	if !s.known {
		i := bytes.IndexByte(s.held, '\n')
		if i < 0 {
			return
		}
		s.known, s.crlf = true, i > 0 && s.held[i-1] == '\r'
	}
	if s.crlf {
		s.held = bytes.ReplaceAll(s.held, []byte("\r\n"), []byte("\n"))
	}
}
