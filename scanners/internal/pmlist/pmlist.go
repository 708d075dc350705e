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
	Archived       bool    // its code was removed, and its icon and data were kept
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
	Broken   tally.Tally // lines that name a package in no form that is read: it is not in the entries
	Fields   tally.Tally // unknown key:value fields on package lines
	Errors   tally.Tally // error messages of the device, such as a user that may not be listed
	Cut      int         // lines longer than lines.MaxLine
	Glued    int         // lines in another encoding than the beginning
	Open     bool        // the last line has no end: it may have been cut short
}

// Read calls yield for every package line. It stops at the first error of yield or of r.
func Read(r io.Reader, yield func(*Entry) error) (*Summary, error) {
	l := &listing{yield: yield}
	in := lines.New(r)
	for in.Next() {
		l.number = in.Number()
		for part := range bytes.SplitSeq(in.Bytes(), []byte{'\r'}) { // what a pager or a progress line wrote over
			if err := l.line(part); err != nil {
				return &l.sum, err
			}
		}
	}
	l.sum.Cut, l.sum.Glued, l.sum.Open = in.Cut(), in.Glued(), in.Open()
	return &l.sum, in.Err()
}

// listing is a text that is being read.
type listing struct {
	sum     Summary
	context Command
	number  int
	yield   func(*Entry) error
}

func (l *listing) line(raw []byte) error {
	kind, text := classify(raw)
	switch kind {
	case entryLine:
		return l.entries(text)
	case errorLine:
		l.sum.Errors.Add(text)
	case commandLine:
		l.context, _ = parseCommand(text)
		l.sum.Commands++
	case missedLine:
		l.sum.Broken.Add(text)
	case unknownLine:
		l.sum.Unknown.Add(text)
	}
	return nil
}

// entries reads the packages of one line.
func (l *listing) entries(text string) error {
	for _, s := range split(text) {
		e, ok := parseEntry(s, &l.sum.Fields)
		if !ok {
			l.sum.Broken.Add(text)
			continue
		}
		e.Line, e.Context = l.number, l.context
		l.sum.Entries++
		if err := l.yield(e); err != nil {
			return err
		}
	}
	return nil
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
	case "isArchived", "archived":
		e.Archived = value == "true"
	case "stopped": // for which user is not told
	default:
		unknown.Add(s)
	}
	return true
}

// ValidName reports whether s can be an Android package name: letters, digits, '_', '-' and dots. It is
// wider than what the platform installs today, and narrow enough to tell a name from a path, a message or an option of a
// command.
func ValidName(s string) bool {
	if s == "" || len(s) > 255 || s[0] == '.' || s[0] == '-' || s[len(s)-1] == '.' {
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
// lines of other kinds; or the words with which a device refused to list.
func Looks(head []byte) bool {
	if lines.Binary(head) {
		return false
	}
	good, bad, refused := 0, 0, 0
	in := lines.New(bytes.NewReader(head))
	for in.Next() {
		for part := range bytes.SplitSeq(in.Bytes(), []byte{'\r'}) {
			switch kind, text := classify(part); {
			case kind == entryLine && foreign(text):
				bad++
			case kind == entryLine:
				good += parsed(text)
			case kind == errorLine && unanswered(text):
				refused++
			case kind == unknownLine:
				bad++
			}
		}
	}
	if good == 0 { // a message goes on over a few lines
		return refused > 0 && bad <= 3*refused
	}
	return good >= bad
}

// foreign reports whether a line may be of another format: "package: main" begins programs.
func foreign(text string) bool {
	rest := text[len(mark):]
	return rest == "" || rest[0] == ' '
}

// parsed is how many packages of a line can be read. A broken name does not make it another format.
func parsed(text string) int {
	n := 0
	for _, s := range split(text) {
		if _, ok := parseEntry(s, &tally.Tally{}); ok {
			n++
		}
	}
	return n
}
