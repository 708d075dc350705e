package safetext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Wrap breaks escaped text into lines of at most width columns, between words where it can. A word longer
// than a line, such as a path or a package name, is broken after a separator of its own, else anywhere. There
// is always at least one line.
func Wrap(s string, width int) []string {
	width = max(width, 2) // a wide character must fit
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(s) {
		w := Width(word)
		if used > 0 && used+1+w <= width {
			line, used = line+" "+word, used+1+w
			continue
		}
		if used > 0 {
			lines = append(lines, line)
		}
		for w > width {
			var head string
			head, word = split(word, width)
			head, word = backToSeparator(head, word)
			lines = append(lines, head)
			w -= Width(head)
		}
		line, used = word, w
	}
	return append(lines, line)
}

// split cuts s after at most width columns, never between a letter and its marks.
func split(s string, width int) (head, tail string) {
	used, end := 0, 0
	for end < len(s) {
		r, n := utf8.DecodeRuneInString(s[end:])
		w := Width(s[end : end+n])
		if used+w > width && !unicode.Is(unicode.Mn, r) {
			break
		}
		used, end = used+w, end+n
	}
	return s[:end], s[end:]
}

// backToSeparator moves the cut back behind the last separator in the second half of head.
func backToSeparator(head, tail string) (string, string) {
	at := strings.LastIndexAny(head, "./-_:,;!?&=⟩")
	if at < 0 {
		return head, tail
	}
	_, n := utf8.DecodeRuneInString(head[at:])
	if at <= len(head)/2 || at+n == len(head) {
		return head, tail
	}
	return head[:at+n], head[at+n:] + tail
}
