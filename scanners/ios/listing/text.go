package listing

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/lines"
)

// Lines of ideviceinstaller. Today's list has a head with the names of its columns; that of 1.0 counted the apps and wrote "identifier -
// name version".
var (
	counted = regexp.MustCompile(`^Total: \d+ apps$`)
	dashed  = regexp.MustCompile(`^([A-Za-z0-9._-]+) - (.*)$`)
)

// columns are the names in the head of a list, nil when a line is not one.
func columns(line string) []string {
	names := strings.Split(strings.TrimSpace(line), ", ")
	if !slices.Contains(names, "CFBundleIdentifier") || len(names) > 100 || slices.ContainsFunc(names, func(s string) bool { return s == "" || strings.ContainsAny(s, " \"'{}<>:=()") }) {
		return nil
	}
	return names
}

// looksText reports whether lines are a list. One that begins in the middle is not recognised: it lost its head.
func looksText(head []byte) bool {
	if lines.Binary(head) {
		return false
	}
	text := lines.Decode(head)
	for line := range bytes.Lines(text[:min(len(text), maxNoise)]) {
		s := strings.TrimSpace(string(line))
		if names := columns(s); names != nil && (len(names) > 1 || strings.HasPrefix(strings.TrimSpace(string(text)), s)) {
			return true
		}
		if _, rest, ok := bytes.Cut(text, line); ok && counted.MatchString(s) {
			first, _, _ := bytes.Cut(rest, []byte("\n"))
			return dashed.Match(bytes.TrimSpace(first))
		}
	}
	return false
}

// text reads a list in lines. What stands before its head is what a shell or a warning left there.
func (l *list) text(data []byte) error {
	p := l.phone("")
	p.bare = true
	var names []string
	old := false
	n := 0
	for raw := range bytes.Lines(lines.Decode(data)) {
		n++
		if err := l.ctx.Err(); err != nil {
			return err
		}
		line := strings.TrimSpace(string(raw))
		switch found := columns(line); {
		case found != nil:
			names = found
		case counted.MatchString(line):
			old = true
		case names != nil && line != "":
			l.row(p, names, strings.TrimRight(string(raw), "\r\n"), n)
		case old && line != "":
			l.dashed(p, line, n)
		}
	}
	return nil
}

// row is one app, its columns between commas, all but the identifier in quotes.
func (l *list) row(p *phone, names []string, line string, n int) {
	values := fields(line, len(names))
	at := slices.Index(names, "CFBundleIdentifier")
	if len(values) <= at || !iosfacts.ValidBundleID(values[at]) {
		p.broken.Add(line)
		return
	}
	a := l.app(p, values[at], n)
	if a == nil {
		return
	}
	for _, name := range []string{"CFBundleDisplayName", "CFBundleName", "CFBundleShortVersionString", "CFBundleVersion", "Path", "ApplicationType"} {
		i := slices.Index(names, name)
		if i < 0 || i >= len(values) {
			continue
		}
		switch name {
		case "CFBundleDisplayName", "CFBundleName":
			iosfacts.Fill(&a.Name, values[i])
		case "CFBundleShortVersionString", "CFBundleVersion":
			iosfacts.Fill(&a.Version, values[i])
		case "Path":
			iosfacts.AddText(&a.Paths, values[i])
		case "ApplicationType":
			a.System = a.System || values[i] == "System"
		}
	}
}

// fields cuts a line into at most n values. A comma in quotes belongs to a value, and so does what follows the last
// one: names hold commas and quotes, and tools write them as they are.
func fields(line string, n int) []string {
	var out []string
	for len(out) < n-1 {
		value, rest, ok := cut(line)
		if !ok {
			break
		}
		out, line = append(out, value), rest
	}
	return append(out, unquote(line))
}

func cut(line string) (value, rest string, ok bool) {
	if strings.HasPrefix(line, `"`) {
		if value, rest, ok = strings.Cut(line, `", `); ok {
			return unquote(value + `"`), rest, true
		}
	}
	value, rest, ok = strings.Cut(line, ", ")
	return unquote(value), rest, ok
}

// quotes that tools, and those who mend their output by hand, put around a value.
var quotes = [][2]string{{`"`, `"`}, {"“", "”"}, {"„", "“"}, {"«", "»"}, {"'", "'"}}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	for _, q := range quotes {
		if len(s) >= len(q[0])+len(q[1]) && strings.HasPrefix(s, q[0]) && strings.HasSuffix(s, q[1]) {
			return strings.ReplaceAll(strings.TrimSpace(s[len(q[0]):len(s)-len(q[1])]), `\"`, `"`)
		}
	}
	return s
}

// dashed is one app in the old form, in which the version follows the name after a space.
func (l *list) dashed(p *phone, line string, n int) {
	m := dashed.FindStringSubmatch(line)
	if m == nil {
		p.broken.Add(line)
		return
	}
	a := l.app(p, m[1], n)
	if a == nil {
		return
	}
	name := m[2]
	if at := strings.LastIndexByte(name, ' '); at > 0 && strings.ContainsAny(name[at+1:], "0123456789") {
		iosfacts.Fill(&a.Version, name[at+1:])
		name = name[:at]
	}
	iosfacts.Fill(&a.Name, name)
}
