package records

import (
	"strings"

	"golang.org/x/text/width"
)

// underlined reports whether a line underlines the names of columns: groups of dashes, as PowerShell writes them.
func underlined(line string) bool {
	groups := strings.Fields(line)
	if len(groups) < 2 {
		return false
	}
	for _, g := range groups {
		if strings.Trim(g, "-") != "" {
			return false
		}
	}
	return true
}

// maxWidth is the longest line of a table of fixed width.
const maxWidth = 64 << 10

func readFixed(text []byte, h Handler) error {
	s := newScanner(text)
	var names []string
	var starts []int
	header := ""
	for s.next() {
		line := strings.TrimRight(s.line, " \t\r")
		switch {
		case line == "":
			continue
		case len(line) > maxWidth:
			h.broken(s.num, line)
		case underlined(line):
			starts = words(line)
			names = Cut(Cells(header), starts)
		case underlined(s.peek()):
			header, names = line, nil
		case names == nil:
		default:
			r := New(s.num)
			for i, v := range Cut(Cells(line), starts) {
				r.Set(names[i], v)
			}
			if err := h.Record(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// words are the cells at which the words of a line begin.
func words(line string) []int {
	var starts []int
	before := ' '
	for i, r := range Cells(line) {
		if r != ' ' && before == ' ' {
			starts = append(starts, i)
		}
		before = r
	}
	return starts
}

// Wide stands in the second cell of a character that takes two.
const Wide = -1

// Cells is a line by the cells of a screen. East Asian characters take two of them, combining ones none of their own.
func Cells(line string) []rune {
	out := make([]rune, 0, len(line))
	for _, r := range line {
		out = append(out, r)
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			out = append(out, Wide)
		}
	}
	return out
}

// Cut cuts a line into as many values as there are starts of columns. A value that begins before its column, as numbers do that stand at
// its right edge, is not cut apart.
func Cut(line []rune, starts []int) []string {
	out := make([]string, len(starts))
	begin := 0
	for i := range starts {
		end := len(line)
		if i+1 < len(starts) {
			end = min(edge(line, starts[i+1], begin), len(line))
		}
		out[i] = text(cells(line[min(begin, end):end]))
		begin = end
	}
	return out
}

// edge is the nearest place at or before a cell at which a word begins or nothing stands.
func edge(line []rune, at, least int) int {
	if at >= len(line) {
		return at
	}
	for at > least && line[at-1] != ' ' {
		at--
	}
	return at
}

func cells(line []rune) string {
	var b strings.Builder
	for _, r := range line {
		if r != Wide {
			b.WriteRune(r)
		}
	}
	return b.String()
}
