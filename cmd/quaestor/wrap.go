package main

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"
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

// say writes a message to standard error. On a terminal no word is broken over its edge; elsewhere a message is one line,
// as those who search a log expect.
func say(env Env, message string) {
	text := "quaestor: " + message
	if f, tty := terminal(env.Stderr); tty {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			text = edged(text, w)
		}
	}
	fmt.Fprintln(env.Stderr, text)
}

// edged breaks lines that are wider than the screen by words; those that fit stay as they are.
func edged(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if runewidth.StringWidth(line) > width {
			indent := len(line) - len(strings.TrimLeft(line, " "))
			lines[i] = wrap(line, indent, width)
		}
	}
	return strings.Join(lines, "\n")
}
