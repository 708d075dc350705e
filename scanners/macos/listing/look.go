package listing

import (
	"bytes"
	"regexp"
	"strings"

	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/whose"
	"quaestor/scanners/source"
)

// The kinds of list, of each of which a Mac has one.
const (
	extensions = "systemextensionsctl list"
	kernel     = "kextstat"
	receipts   = "pkgutil --pkgs"
)

// maxLook is how many lines at the beginning of a file may stand before its table: the command, and what the tool says of itself.
const maxLook = 10

// look tells from the beginning of a file whether it is a list, and of which kind.
func look(head []byte) (whose.Seen, bool) {
	rest := lines.Decode(head)
	whole := len(head) < source.HeadBytes // else the last line may be cut
	var all []string
	for line := range bytes.Lines(rest) {
		if whole || bytes.HasSuffix(line, []byte("\n")) {
			all = append(all, strings.TrimRight(string(line), "\r\n"))
		}
	}
	for _, line := range all[:min(len(all), maxLook)] {
		if kind := header(line); kind != "" {
			return whose.Seen{Whole: []string{kind}}, true
		}
	}
	if isReceipts(all) {
		return whose.Seen{Whole: []string{receipts}}, true
	}
	return whose.Seen{}, false
}

var extensionCount = regexp.MustCompile(`^([0-9]{1,5}) extension\(s\)$`)

// header is the kind of list that a line begins, empty for any other line.
func header(line string) string {
	words := strings.Join(strings.Fields(line), " ")
	switch {
	case extensionCount.MatchString(words), strings.HasPrefix(words, "enabled active teamID bundleID (version)"):
		return extensions
	case strings.HasPrefix(words, "Index Refs Address Size Wired Name (Version)"):
		return kernel
	}
	return ""
}

// receiptShape is the name of a package, which may hold blanks and marks.
var receiptShape = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.+ ()-]{0,254}$`)

// isReceipts reports lines that are names of packages and nothing else. Every Mac has some of Apple's, whose beginning nothing else
// has.
func isReceipts(all []string) bool {
	apple := 0
	for _, line := range all {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "com.apple.pkg."):
			apple++
		case line != "" && (!receiptShape.MatchString(line) || !strings.Contains(line, ".")):
			return false
		}
	}
	return apple > 0
}
