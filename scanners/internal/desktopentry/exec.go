package desktopentry

import (
	"path"
	"strings"
)

// Program is the executable that an Exec line starts: its first word, past env(1) and the variables that
// are set for it. It is "" when the line has none.
func Program(exec string) string {
	words := Words(exec)
	if len(words) > 0 && path.Base(words[0]) == "env" {
		words = words[1:]
		for len(words) > 0 && (strings.Contains(words[0], "=") || strings.HasPrefix(words[0], "-")) {
			words = words[1:]
		}
	}
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// Words splits an Exec line at spaces; double quotes keep a word together, and in them a backslash protects
// the next character.
func Words(exec string) []string {
	var words []string
	var word strings.Builder
	quoted, begun := false, false
	for i := 0; i < len(exec); i++ {
		switch c := exec[i]; {
		case quoted && c == '\\' && i+1 < len(exec):
			i++
			word.WriteByte(exec[i])
		case c == '"':
			quoted, begun = !quoted, true
		case !quoted && (c == ' ' || c == '\t' || c == '\n'):
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
		default:
			word.WriteByte(c)
			begun = true
		}
	}
	if begun {
		words = append(words, word.String())
	}
	return words
}
