package listing

import (
	"bytes"
	"regexp"
	"strings"

	"quaestor/scanners/inventory"
)

// program is a line that scripts write of the Uninstall keys.
var program = regexp.MustCompile(`^Name=(.*?), Version=(.*?), Publisher=(.*?)\s*$`)

// looksLines recognises such lines by the first two.
func looksLines(text []byte) bool {
	n := 0
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if !program.Match(line) {
			return false
		}
		if n++; n == 2 {
			return true
		}
	}
	return n > 0
}

func (l *list) lines(text []byte) error {
	c, n := l.computer(""), 0
	for raw := range bytes.Lines(text) {
		n++
		if err := l.ctx.Err(); err != nil {
			return err
		}
		line := strings.TrimSpace(string(raw))
		m := program.FindStringSubmatch(line)
		switch {
		case line == "":
		case m == nil && strings.HasPrefix(line, "Number of installed apps"):
		case m == nil:
			l.broken.Add(line)
		case kbName.MatchString(m[1]):
			l.updates.Add(m[1])
		default:
			c.app(inventory.App{IdentifierKind: inventory.NameOnly, Identifier: m[1], Name: m[1], Version: defined(m[2]), Publisher: defined(m[3])}, n)
		}
	}
	return nil
}

// defined is a text unless a script wrote that there is none.
func defined(s string) string {
	if s == "undefined" || s == "null" {
		return ""
	}
	return s
}

var (
	chocoHead   = regexp.MustCompile(`^Chocolatey v[0-9]`)
	chocoRow    = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]*)[ |]v?([0-9][A-Za-z0-9.+-]*)( \[.*\])?$`)
	chocoFooter = regexp.MustCompile(`^[0-9]+ packages installed\.`)
)

// looksChocolatey recognises `choco list` by its head, or by its rows and its last line.
func looksChocolatey(text []byte) bool {
	rows := 0
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0:
		case rows == 0 && chocoHead.Match(line):
			return true
		case chocoRow.Match(line):
			rows++
		default:
			return rows > 0 && chocoFooter.Match(line)
		}
	}
	return false
}

func (l *list) chocolatey(text []byte) error {
	c, n, over := l.computer(""), 0, false
	for raw := range bytes.Lines(text) {
		n++
		line := strings.TrimSpace(string(raw))
		m := chocoRow.FindStringSubmatch(line)
		switch {
		case line == "" || chocoHead.MatchString(line):
		case chocoFooter.MatchString(line):
			over = true // what follows is installed without Chocolatey, or a hint
		case over:
		case m == nil:
			l.broken.Add(line)
		default:
			c.app(inventory.App{IdentifierKind: inventory.Chocolatey, Identifier: strings.ToLower(m[1]), Name: m[1], Version: m[2]}, n)
		}
	}
	l.partial = "Chocolatey lists only what it installed itself: programs that came otherwise are missing."
	return l.ctx.Err()
}
