package main

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// wrap breaks text by words to lines of at most width columns, each indented.
func wrap(text string, indent, width int) string {
	pad := strings.Repeat(" ", indent)
	var b strings.Builder
	line := pad
	for _, word := range strings.Fields(text) {
		switch {
		case line == pad:
			line += word
		case runewidth.StringWidth(line)+1+runewidth.StringWidth(word) > width:
			b.WriteString(line + "\n")
			line = pad + word
		default:
			line += " " + word
		}
	}
	b.WriteString(line)
	return b.String()
}
