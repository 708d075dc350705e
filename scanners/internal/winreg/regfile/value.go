package regfile

import (
	"strconv"
	"strings"

	"quaestor/scanners/internal/winreg"
)

// value reads NAME=DATA, where NAME is @ or a quoted text, and DATA is a quoted text, dword:…, hex:…, hex(N):… or -.
func (p *parser) value(line string) {
	name, rest := "", line[1:]
	if line[0] == '"' {
		var ok bool
		if name, rest, ok = p.quoted(line); !ok {
			p.malformed()
			return
		}
	}
	data, ok := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "=")
	if !ok {
		p.malformed()
		return
	}
	v, ok := p.data(strings.TrimLeft(data, " \t"))
	switch {
	case !ok:
		p.malformed()
	case p.path == "":
	case v == nil:
		p.stats.Deleted++
		p.reg.DeleteValue(p.path, name)
	case p.values == maxBelow:
		p.stats.Crowded++
	case !p.afford(len(name) + len(v.Data) + valueCost):
		p.err = ErrLimit
	default:
		v.Name = name
		p.values++
		p.stats.Values++
		p.set(*v)
	}
}

// data reads what is behind the equals sign; nil and true for a deletion.
func (p *parser) data(s string) (*winreg.Value, bool) {
	kind, rest, _ := strings.Cut(s, ":")
	switch kind = strings.ToLower(kind); {
	case strings.HasPrefix(s, `"`):
		text, rest, ok := p.quoted(s)
		v := winreg.String("", text)
		return &v, ok && isEnd(rest)
	case strings.HasPrefix(s, "-"):
		return nil, isEnd(s[1:])
	case kind == "dword":
		digits, _, _ := strings.Cut(rest, ";")
		n, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 32)
		v := winreg.Number("", uint32(n))
		return &v, err == nil
	case kind == "hex":
		return p.hex(winreg.TypeBinary, rest)
	case strings.HasPrefix(kind, "hex(") && strings.HasSuffix(kind, ")"):
		n, err := strconv.ParseUint(kind[4:len(kind)-1], 16, 32)
		if err != nil {
			return nil, false
		}
		return p.hex(uint32(n), rest)
	}
	return nil, false
}

// isEnd reports whether nothing but a remark is left of a line.
func isEnd(rest string) bool {
	rest = strings.TrimLeft(rest, " \t")
	return rest == "" || rest[0] == ';'
}

// quoted reads a quoted text at the beginning of s. Line ends within it stand in the file as they are.
func (p *parser) quoted(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for s = s[1:]; ; {
		for i := 0; i < len(s); i++ {
			switch {
			case s[i] == '"':
				return b.String(), s[i+1:], true
			case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '"'):
				i++
			}
			b.WriteByte(s[i])
		}
		b.WriteString("\r\n")
		next, more := p.next()
		if !more || b.Len() > maxValue {
			p.stats.Broken = p.stats.Broken || !more
			return "", "", false
		}
		s = next
	}
}

// hex reads bytes, separated by commas, over as many lines as end in a backslash.
func (p *parser) hex(kind uint32, s string) (*winreg.Value, bool) {
	v := &winreg.Value{Type: kind}
	for {
		s, _, _ = strings.Cut(s, ";")
		part, more := strings.CutSuffix(strings.TrimRight(s, " \t"), `\`)
		var ok bool
		if v.Data, ok = appendHex(v.Data, part); !ok || len(v.Data) > maxValue {
			p.skip(more)
			return nil, false
		}
		if !more {
			p.widen(v)
			return v, true
		}
		if s, ok = p.next(); !ok {
			p.stats.Broken = true
			return nil, false
		}
	}
}

// skip passes over the rest of a value that is not read.
func (p *parser) skip(more bool) {
	for more {
		line, ok := p.next()
		more = ok && strings.HasSuffix(strings.TrimRight(line, " \t"), `\`)
	}
}

func appendHex(to []byte, s string) ([]byte, bool) {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue // behind the last comma of a line
		}
		n, err := strconv.ParseUint(part, 16, 8)
		if err != nil {
			return to, false
		}
		to = append(to, byte(n))
	}
	return to, true
}

// widen turns the texts of an old export, which are in its code page, into UTF-16.
func (p *parser) widen(v *winreg.Value) {
	if !p.stats.Old {
		return
	}
	switch v.Type {
	case winreg.TypeString, winreg.TypeExpand, winreg.TypeLink, winreg.TypeList:
		v.Data = winreg.EncodeUTF16(p.text(v.Data))
	}
}
