package adbsim

import (
	"encoding/binary"
	"io"
	"strconv"
	"strings"
)

// service finds what answers to a name of a service; nil when the phone has none.
func (p *Phone) service(name string) func(io.ReadWriter) {
	kind, line, _ := strings.Cut(name, ":")
	words := strings.Split(kind, ",")
	switch {
	case kind == "sync":
		return p.serveSync
	case kind == "exec" && !p.NoExec:
		return func(rw io.ReadWriter) { p.sh(line, rw, rw) }
	case kind == "shell":
		return func(rw io.ReadWriter) {
			w := terminal{rw}
			p.sh(line, w, w)
		}
	case words[0] == "shell" && p.Has("shell_v2") && has(words, "v2"):
		return func(rw io.ReadWriter) {
			code := p.sh(line, &shellOut{p, rw, 1}, &shellOut{p, rw, 2})
			_, _ = rw.Write([]byte{3, 1, 0, 0, 0, byte(code)})
		}
	case words[0] == "shell" && p.Has("shell_v2"):
		return func(rw io.ReadWriter) { p.sh(line, rw, rw) }
	}
	return nil
}

func has(words []string, w string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

// terminal makes of each line end the two bytes that a terminal makes.
type terminal struct{ w io.Writer }

func (t terminal) Write(b []byte) (int, error) {
	_, err := io.WriteString(t.w, strings.ReplaceAll(string(b), "\n", "\r\n"))
	return len(b), err
}

// shellOut packs one of the two outputs for the newer shell.
type shellOut struct {
	p  *Phone
	w  io.Writer
	id byte
}

func (s *shellOut) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		part := rest[:min(len(rest), 32<<10)]
		rest = rest[len(part):]
		size := uint32(len(part))
		if s.p.link.lie("shell") {
			size = 0xfffffff0
		}
		head := binary.LittleEndian.AppendUint32([]byte{s.id}, size)
		if _, err := s.w.Write(append(head, part...)); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// sh runs a line of commands. It knows quotes, "$?", and the operators ; && || and the redirections 2>/dev/null and
// 2>&1; for anything else it answers as for a mistake in syntax.
func (p *Phone) sh(line string, stdout, stderr io.Writer) (code int) {
	list, ok := parseLine(line)
	if !ok {
		_, _ = io.WriteString(stderr, "/system/bin/sh: syntax error: unexpected character\n")
		return 1
	}
	for _, c := range list {
		if c.after == "&&" && code != 0 || c.after == "||" && code == 0 {
			continue
		}
		code = p.run(c, code, stdout, stderr)
	}
	return code
}

func (p *Phone) run(c command, last int, stdout, stderr io.Writer) int {
	argv := make([]string, len(c.words))
	for i, w := range c.words {
		argv[i] = w.text
		if w.expand {
			argv[i] = strings.ReplaceAll(w.text, "$?", strconv.Itoa(last))
		}
	}
	if argv[0] == "echo" {
		_, _ = io.WriteString(stdout, strings.Join(argv[1:], " ")+"\n")
		return 0
	}
	p.note(strings.Join(argv, " "))
	a := p.look(argv)
	if !c.quiet && a.Stderr != "" {
		to := stderr
		if c.both {
			to = stdout
		}
		_, _ = io.WriteString(to, a.Stderr)
	}
	if a.Stream != nil {
		return a.Stream(stdout)
	}
	if _, err := io.WriteString(stdout, a.Stdout); err != nil {
		return 1
	}
	return a.Exit
}

type word struct {
	text   string
	expand bool // it has an unquoted $
}

type command struct {
	after       string // the operator before it
	words       []word
	quiet, both bool
}

// parseLine splits a line as the shell does.
func parseLine(line string) (list []command, ok bool) {
	cur := command{after: ";"}
	end := func(op string) bool {
		if len(cur.words) == 0 {
			return false
		}
		list = append(list, cur)
		cur = command{after: op}
		return true
	}
	for line = strings.TrimLeft(line, " "); line != ""; line = strings.TrimLeft(line, " ") {
		switch {
		case strings.HasPrefix(line, "2>/dev/null"):
			cur.quiet, line = true, line[len("2>/dev/null"):]
		case strings.HasPrefix(line, "2>&1"):
			cur.both, line = true, line[len("2>&1"):]
		case strings.HasPrefix(line, "&&"), strings.HasPrefix(line, "||"):
			if !end(line[:2]) {
				return nil, false
			}
			line = line[2:]
		case line[0] == ';':
			if !end(";") {
				return nil, false
			}
			line = line[1:]
		default:
			var w word
			if w, line, ok = parseWord(line); !ok {
				return nil, false
			}
			cur.words = append(cur.words, w)
		}
	}
	if len(cur.words) > 0 {
		list = append(list, cur)
	}
	return list, len(list) > 0
}

// parseWord takes one word off the line.
func parseWord(line string) (w word, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(line); {
		switch c := line[i]; c {
		case ' ', ';', '&', '|':
			w.text = b.String()
			return w, line[i:], i > 0
		case '\'', '"':
			end := strings.IndexByte(line[i+1:], c)
			if end < 0 || c == '"' && strings.ContainsAny(line[i+1:i+1+end], "$`\\") {
				return w, "", false
			}
			b.WriteString(line[i+1 : i+1+end])
			i += end + 2
		case '\\':
			if i+1 == len(line) {
				return w, "", false
			}
			b.WriteByte(line[i+1])
			i += 2
		case '$':
			w.expand = true
			b.WriteByte(c)
			i++
		case '>', '<', '`', '(', ')', '*', '\n':
			return w, "", false
		default:
			b.WriteByte(c)
			i++
		}
	}
	w.text = b.String()
	return w, "", true
}
