package paths

import (
	"bytes"
	"context"
	"io"

	"quaestor/scanners/internal/lines"
)

// readList hands every path of a text to f, with the number of its line.
func readList(ctx context.Context, in io.Reader, l layout, f *finder) (*lines.Reader, error) {
	r := lines.New(in)
	var t text
	for r.Next() {
		if r.Number()%4096 == 0 && ctx.Err() != nil {
			return r, ctx.Err()
		}
		if p := t.path(l.cell(r.Bytes())); p != nil {
			f.add(p, r.Number())
		}
	}
	return r, r.Err()
}

// text makes whole paths of the lines that tools print.
type text struct {
	dir   []byte // the folder whose content `ls -R` is listing
	whole []byte
}

// path is the path that a line states, with slashes; nil when it states none. It is valid until the next call.
func (t *text) path(line []byte) []byte {
	if len(line) == 0 {
		return nil
	}
	if isMode(line) {
		if line = listed(line); len(line) == 0 {
			return nil
		}
	}
	if bytes.IndexByte(line, '/') < 0 {
		if bytes.IndexByte(line, '\\') < 0 {
			return t.inside(line)
		}
		t.whole = append(t.whole[:0], line...)
		for i, c := range t.whole {
			if c == '\\' {
				t.whole[i] = '/'
			}
		}
		line = t.whole
	}
	if line[len(line)-1] == ':' {
		line = line[:len(line)-1]
		t.dir = append(t.dir[:0], line...)
	}
	return line
}

// inside is a name in the folder that was announced last.
func (t *text) inside(name []byte) []byte {
	if len(t.dir) == 0 {
		return nil
	}
	t.whole = append(append(append(t.whole[:0], t.dir...), '/'), name...)
	return t.whole
}

// isMode reports whether a line starts like those of `ls -l`.
func isMode(line []byte) bool {
	if len(line) < 12 || line[10] != ' ' && line[10] != '@' && line[10] != '+' || bytes.IndexByte([]byte("-dlcbps"), line[0]) < 0 {
		return false
	}
	for _, c := range line[1:10] {
		if bytes.IndexByte([]byte("rwxsStT-"), c) < 0 {
			return false
		}
	}
	return true
}

// listed is the name at the end of a line of `ls -l`, behind eight columns.
func listed(line []byte) []byte {
	for range 8 {
		at := bytes.IndexByte(line, ' ')
		if at < 0 {
			return nil
		}
		line = bytes.TrimLeft(line[at:], " ")
	}
	if name, _, ok := bytes.Cut(line, []byte(" -> ")); ok {
		return name
	}
	return line
}
