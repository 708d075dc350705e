// Package pmlist reads what `pm list packages` (and `cmd package list packages`) prints on Android, in every
// mixture of its flags: -f, -i, -U, --show-versioncode, --user, --apex-only, -s, -3, -d, -e, -u, -a. Several
// outputs may follow each other, with shell prompts and command lines between them.
//
// A line never says which flags made it. What a line does not carry is not told, which is not the same as
// empty; a command line found in the same text tells more about the lines after it.
//
// What the package cannot see: whether lists without a command line were filtered, and what a package does.
package pmlist

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/lines"
	"quaestor/scanners/internal/tally"
)

// maxUsers is the most users of one line; phones have up to a dozen.
const maxUsers = 200

// Entry is one line of a listing.
type Entry struct {
	Package        string
	Path           string // the base APK; "" when not told
	Installer      string // "" when there is none or it is not told, see InstallerKnown
	InstallerKnown bool
	UIDs           []int // user × 100000 + app id, one for each user
	VersionCode    int64
	VersionKnown   bool
	Context        Command // the command line before it, the zero Command when there is none
	Line           int
}

// Command is what a `pm list packages` command line in the text tells about the lines after it.
type Command struct {
	Known       bool
	User        string // value of --user; "" when not given
	System      bool   // -s
	ThirdParty  bool   // -3
	Disabled    bool   // -d
	Enabled     bool   // -e
	Uninstalled bool   // -u or -a: lists packages that are not installed, too
	Apex        bool   // --apex-only
}

// Summary is what a reading came to beyond its entries.
type Summary struct {
	Entries  int
	Commands int
	Unknown  tally.Tally // lines of no known kind
	Broken   tally.Tally // package lines without a valid name: a package that is not in the entries
	Fields   tally.Tally // unknown key:value fields on package lines
	Errors   tally.Tally // error messages of the device, such as a user that may not be listed
	Cut      int         // lines longer than lines.MaxLine
}

// Read calls yield for every package line. It stops at the first error of yield or of r.
func Read(r io.Reader, yield func(*Entry) error) (*Summary, error) {
	sum := &Summary{}
	var context Command
	in := lines.New(r)
	for in.Next() {
		line := bytes.TrimSpace(in.Bytes())
		rest, isPackage := bytes.CutPrefix(line, []byte("package:"))
		switch {
		case len(line) == 0:
		case isPackage:
			e, ok := parseEntry(string(rest), &sum.Fields)
			if !ok {
				sum.Broken.Add(string(line))
				continue
			}
			e.Line, e.Context = in.Number(), context
			sum.Entries++
			if err := yield(e); err != nil {
				return sum, err
			}
		case isError(line):
			sum.Errors.Add(string(line))
		default:
			if c, ok := parseCommand(string(line)); ok {
				context = c
				sum.Commands++
			} else if !isNoise(line) {
				sum.Unknown.Add(string(line))
			}
		}
	}
	sum.Cut = in.Cut()
	return sum, in.Err()
}

// parseEntry reads what follows "package:". Fields stand at the end, so it works backwards: a path may hold
// anything, spaces and '=' included.
func parseEntry(s string, unknown *tally.Tally) (*Entry, bool) {
	e := &Entry{}
	head := strings.TrimSpace(s)
	for {
		at := strings.LastIndexAny(head, " \t")
		if at < 0 || !e.field(head[at+1:], unknown) {
			break
		}
		head = strings.TrimRight(head[:at], " \t")
	}
	e.Package = head
	if at := strings.LastIndexByte(head, '='); at >= 0 {
		e.Path, e.Package = head[:at], head[at+1:]
		if e.Path == "null" {
			e.Path = ""
		}
	}
	return e, ValidName(e.Package)
}

// field reads one key:value or key=value and reports whether s is one.
func (e *Entry) field(s string, unknown *tally.Tally) bool {
	at := strings.IndexAny(s, ":=")
	if at <= 0 || strings.ContainsAny(s[:at], "/.~") {
		return false
	}
	key, value := s[:at], s[at+1:]
	switch key {
	case "installer":
		e.InstallerKnown = true
		if value != "null" {
			e.Installer = value
		}
	case "uid":
		for part := range strings.SplitSeq(value, ",") {
			if len(e.UIDs) >= maxUsers {
				unknown.Add(s)
				break
			}
			if n, err := strconv.Atoi(part); err == nil && n >= 0 {
				e.UIDs = append(e.UIDs, n)
			} else {
				unknown.Add(s)
			}
		}
		slices.Sort(e.UIDs)
	case "versionCode":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			e.VersionCode, e.VersionKnown = n, true
		} else {
			unknown.Add(s)
		}
	default:
		unknown.Add(s)
	}
	return true
}

// ValidName reports whether s can be an Android package name: letters, digits, '_', '-' and dots. It is
// wider than what the platform installs today, and narrow enough to tell a name from a path or a message.
func ValidName(s string) bool {
	if s == "" || len(s) > 255 || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.') {
			return false
		}
	}
	return true
}

// Looks reports whether the first bytes of a file are such a listing: package lines that parse, and not more
// lines of other kinds.
func Looks(head []byte) bool {
	good, bad := 0, 0
	for line := range bytes.Lines(lines.Decode(head)) {
		line = bytes.TrimSpace(line)
		rest, isPackage := bytes.CutPrefix(line, []byte("package:"))
		if isPackage && len(rest) > 0 && rest[0] != ' ' {
			if _, ok := parseEntry(string(rest), &tally.Tally{}); ok {
				good++
			}
			continue // a broken name does not make it another format
		}
		if _, ok := parseCommand(string(line)); len(line) > 0 && !ok && !isNoise(line) && !isError(line) {
			bad++
		}
	}
	return good > 0 && good >= bad
}
