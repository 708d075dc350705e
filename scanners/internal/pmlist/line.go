package pmlist

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"quaestor/scanners/internal/lines"
)

// lineKind is what a line of a listing is.
type lineKind int

const (
	noiseLine lineKind = iota // blank, a prompt, a pager
	entryLine
	errorLine
	commandLine
	missedLine // it names a package, in no form that is read
	unknownLine
)

const mark = "package:"

// classify tells what a line is. Of a package line the text begins with the mark: what grep, a numbering, a
// quotation or a terminal put before it is taken away.
func classify(raw []byte) (lineKind, string) {
	line := bytes.TrimSpace(lines.Plain(raw))
	switch text := string(line); {
	case len(line) == 0:
		return noiseLine, ""
	case strings.HasPrefix(text, mark):
		return entryLine, text
	case isError(line):
		return errorLine, text
	default:
		if _, ok := parseCommand(text); ok {
			return commandLine, text
		}
		if at := strings.Index(text, mark); at > 0 && prefix().MatchString(text[:at]) {
			return entryLine, text[at:]
		}
		if strings.Contains(strings.ToLower(text), mark) {
			return missedLine, text
		}
		if isNoise(line) {
			return noiseLine, text
		}
		return unknownLine, text
	}
}

// prefix is what may stand before a package: a line number, a bullet, a quotation mark, the remains of a pager,
// the name of the file that grep found the line in. Words of a sentence are none of these.
var prefix = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("^\\s*(?:(?:\\d{1,9}[:.)-]?|[>*•\"'`|+-]|-- ?[Mm]ore ?--)\\s*)*(?:" + file + ":(?:\\d{1,9}:)?)?$")
})

const file = `(?:(?:[A-Za-z]:)?(?:[^\s:"'=]+|[^:"'=]+\.[A-Za-z]{2,4})|\(standard input\))`

// split takes the packages of a line apart: a shell's echo puts them all on one line.
func split(text string) []string {
	var out []string
	for {
		rest := strings.TrimPrefix(text, mark)
		end := next(rest)
		out = append(out, strings.TrimRight(rest[:end], " \t,;|\"'`"))
		if end == len(rest) {
			return out
		}
		text = rest[end:]
	}
}

// next is where the next package begins in s, or its length.
func next(s string) int {
	for at := 0; ; {
		i := strings.Index(s[at:], mark)
		if i < 0 {
			return len(s)
		}
		if at += i; at == 0 || strings.IndexByte(" \t,;|\"'`", s[at-1]) >= 0 {
			return at
		}
		at += len(mark)
	}
}
