package longjson

import (
	"bytes"
	"io"
)

// Amend has every element of a list shown to change before it is written, for what came to be known after it was added. The change must
// depend on nothing else than what was given to [Lists.Later].
func (l *Lists) Amend(list string, change func(element []byte) ([]byte, error)) {
	if l.late == nil {
		l.late = map[string]func([]byte) ([]byte, error){}
	}
	l.late[list] = change
}

// Later makes what will be amended a part of what the document is known by.
func (l *Lists) Later(list string, v any) { l.sign(list+" later", v) }

// amender is shown the text of a list, and writes it line by line.
type amender struct {
	w     io.Writer
	amend func([]byte) ([]byte, error)
	rest  []byte // the beginning of a line
}

// Write implements io.Writer.
func (a *amender) Write(p []byte) (int, error) {
	n := len(p)
	for {
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			a.rest = append(a.rest, p...)
			return n, nil
		}
		if err := a.line(append(a.rest, p[:end]...)); err != nil {
			return 0, err
		}
		a.rest, p = append(a.rest[:0], '\n'), p[end+1:]
	}
}

// line writes a line: the break before it, blanks, an element and perhaps a comma.
func (a *amender) line(line []byte) error {
	element := bytes.TrimSuffix(bytes.TrimLeft(line, "\n "), []byte(","))
	if len(element) == 0 {
		_, err := a.w.Write(line)
		return err
	}
	at := bytes.Index(line, element)
	changed, err := a.amend(element)
	if err != nil {
		return err
	}
	for _, part := range [][]byte{line[:at], changed, line[at+len(element):]} {
		if _, err := a.w.Write(part); err != nil {
			return err
		}
	}
	return nil
}
