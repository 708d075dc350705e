package paths

import (
	"bytes"

	"quaestor/scanners/internal/lines"
)

// A list is text with one path a line: alone, or as one cell of a table whose other cells are sizes and times.
// layout says where in a line the path is. The zero layout is a path alone.
type layout struct {
	delim  byte // 0 for none
	column int
}

const (
	sampleLines = 400 // of the beginning that say how a list is laid out
	minLines    = 3   // fewer say nothing
	maxCells    = 64
)

// delimiters of tables, the least likely inside of a path first.
var delimiters = []byte{'\t', ';', '|', ','}

// look tells from the first bytes of a file how its lines are laid out, and whether most of them hold a path.
func look(head []byte) (layout, bool) {
	rows := sample(lines.Decode(head))
	if len(rows) < minLines {
		return layout{}, false
	}
	best, most := layout{}, 0
	for _, d := range delimiters {
		if l, hits := column(rows, d); hits > most {
			best, most = l, hits
		}
	}
	plain, headings := 0, 0
	for _, row := range rows {
		if isPath(unquote(row)) {
			plain++
			if row[len(row)-1] == ':' {
				headings++
			}
		}
	}
	if headings >= minLines && headings*20 >= len(rows) { // ls -R: names below their folder
		return layout{}, true
	}
	if plain > most+most/4 { // a table's lines look like paths too
		best, most = layout{}, plain
	}
	return best, most*10 >= len(rows)*7
}

// sample is the beginning of a text in lines, without empty ones and without the last, which may be cut.
func sample(text []byte) [][]byte {
	var rows [][]byte
	for len(rows) < sampleLines {
		line, rest, whole := bytes.Cut(text, []byte{'\n'})
		if !whole {
			if len(rows) < minLines && len(bytes.TrimSpace(line)) > 0 {
				rows = append(rows, bytes.TrimRight(line, "\r"))
			}
			return rows
		}
		if line = bytes.TrimRight(line, "\r"); len(line) > 0 {
			rows = append(rows, line)
		}
		text = rest
	}
	return rows
}

// column finds the column of a table that holds most paths. Lines of a table have the same number of cells.
func column(rows [][]byte, delim byte) (layout, int) {
	counts := map[int]int{}
	for _, row := range rows {
		counts[cells(row, delim)]++
	}
	width, lines := 0, 0
	for w, n := range counts {
		if n > lines || n == lines && w > width {
			width, lines = w, n
		}
	}
	if width < 2 || width > maxCells || lines*10 < len(rows)*8 {
		return layout{}, 0
	}
	best, most := layout{}, 0
	for c := range width {
		l, hits := layout{delim: delim, column: c}, 0
		for _, row := range rows {
			if isPath(l.cell(row)) {
				hits++
			}
		}
		if hits > most {
			best, most = l, hits
		}
	}
	return best, most
}

// cells counts the cells of a line.
func cells(row []byte, delim byte) int {
	n, quoted := 1, false
	for _, c := range row {
		switch {
		case c == '"':
			quoted = !quoted
		case c == delim && !quoted:
			n++
		}
	}
	return n
}

// cell is the part of a line that holds the path, without its quotes.
func (l layout) cell(line []byte) []byte {
	if l.delim == 0 {
		return unquote(line)
	}
	for range l.column {
		_, rest, ok := cutCell(line, l.delim)
		if !ok {
			return nil
		}
		line = rest
	}
	first, _, _ := cutCell(line, l.delim)
	return unquote(first)
}

// cutCell splits a line behind its first cell. A quote opens a cell only at its start.
func cutCell(line []byte, delim byte) (cell, rest []byte, more bool) {
	from := 0
	if len(line) > 0 && line[0] == '"' {
		for from = 1; from < len(line); from++ {
			if line[from] != '"' {
				continue
			}
			if from+1 < len(line) && line[from+1] == '"' { // a quote inside
				from++
				continue
			}
			break
		}
	}
	from = min(from, len(line))
	at := bytes.IndexByte(line[from:], delim)
	if at < 0 {
		return line, nil, false
	}
	return line[:from+at], line[from+at+1:], true
}

// unquote takes the quotes off a cell. Quotes inside stay doubled: no name that tells anything holds one.
func unquote(cell []byte) []byte {
	cell = bytes.TrimSpace(cell)
	if len(cell) >= 2 && cell[0] == '"' && cell[len(cell)-1] == '"' {
		return cell[1 : len(cell)-1]
	}
	return cell
}

// isPath reports whether a cell looks like a path of several folders, or like the heading of a folder.
func isPath(cell []byte) bool {
	if len(cell) > lines.MaxLine || bytes.Contains(cell, []byte("://")) && !bytes.HasPrefix(cell, []byte("image://")) {
		return false
	}
	n := bytes.Count(cell, []byte{'/'})
	if n == 0 {
		n = bytes.Count(cell, []byte{'\\'})
	}
	return n >= 2 || n == 1 && (cell[0] == '/' || cell[0] == '\\' || cell[0] == '.')
}
