package records

import (
	"bytes"
	"errors"
	"strings"

	"quaestor/scanners/internal/tally"
)

// Form is how a table is written.
type Form string

// The forms.
const (
	None  Form = ""
	JSON  Form = "json"
	CSV   Form = "csv"
	List  Form = "list"
	Fixed Form = "table"
)

// ErrStop ends the reading without an error.
var ErrStop = errors.New("stop")

// Handler takes what is read.
type Handler struct {
	Record func(Record) error
	// Group tells which members of an object at the top of JSON are lists of records; nil, or none named, makes the object one
	// record.
	Group func(members []string) []string
	// Broken is told of every row that does not fit the columns; may be nil.
	Broken func(line int, row string)
}

func (h Handler) broken(line int, row string) {
	if h.Broken != nil {
		h.Broken(line, tally.Short(row))
	}
}

// Read reads a text in UTF-8, of the form that it has. A text in none of the forms yields nothing and [None].
func Read(text []byte, h Handler) (Form, error) {
	form := Look(text)
	var err error
	switch form {
	case JSON:
		err = readJSON(text, h)
	case CSV:
		err = readCSV(text, h)
	case List:
		err = readList(text, h)
	case Fixed:
		err = readFixed(text, h)
	}
	if errors.Is(err, ErrStop) {
		err = nil
	}
	return form, err
}

// maxNoise is how many lines may stand before a table: a prompt, a warning, a progress bar.
const maxNoise = 40

// Look tells from the beginning of a text which form it has.
func Look(head []byte) Form {
	start := bytes.TrimLeft(head, " \t\r\n")
	if len(start) == 0 {
		return None
	}
	if start[0] == '{' || start[0] == '[' {
		if jsonBegins(start) {
			return JSON
		}
	}
	s := newScanner(head)
	for i := 0; i < maxNoise && s.next(); i++ {
		line := s.line
		switch {
		case strings.TrimSpace(line) == "":
			continue
		case csvHeader(line) != nil && csvFollows(s):
			return CSV
		case listLine(line) && listFollows(s):
			return List
		case underlined(s.peek()) && strings.TrimSpace(line) != "":
			return Fixed
		}
	}
	return None
}

// jsonBegins tells JSON from a line of text that begins with a bracket.
func jsonBegins(start []byte) bool {
	rest := bytes.TrimLeft(start[1:], " \t\r\n")
	if len(rest) == 0 {
		return false
	}
	if start[0] == '[' {
		return rest[0] == '{' || rest[0] == ']' || rest[0] == '['
	}
	return rest[0] == '"' || rest[0] == '}'
}

// scanner yields the lines of a text without their ends.
type scanner struct {
	rest []byte
	line string
	num  int
}

func newScanner(text []byte) *scanner { return &scanner{rest: text} }

func (s *scanner) next() bool {
	if len(s.rest) == 0 {
		return false
	}
	line, rest, _ := bytes.Cut(s.rest, []byte("\n"))
	s.line, s.rest = string(bytes.TrimRight(line, "\r")), rest
	s.num++
	return true
}

// peek is the next line that is not empty.
func (s *scanner) peek() string {
	rest := s.rest
	for range maxNoise {
		line, after, more := bytes.Cut(rest, []byte("\n"))
		if t := bytes.TrimRight(line, "\r \t"); len(t) > 0 || !more {
			return string(t)
		}
		rest = after
	}
	return ""
}
