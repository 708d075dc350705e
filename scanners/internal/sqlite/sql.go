package sqlite

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// token is a piece of a statement: a word or number, a quoted name or text, or one character.
type token struct {
	text   string
	quoted bool
}

// word is an unquoted word in capitals.
func (t token) word() string {
	if t.quoted {
		return ""
	}
	return strings.ToUpper(t.text)
}

func isWord(c byte) bool {
	return c == '_' || c == '$' || c == '.' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// tokens cuts a statement into pieces and leaves comments out.
func tokens(s string) []token {
	var out []token
	for len(s) > 0 {
		switch c := s[0]; {
		case strings.HasPrefix(s, "--"):
			_, s, _ = strings.Cut(s, "\n")
		case strings.HasPrefix(s, "/*"):
			_, s, _ = strings.Cut(s[2:], "*/")
		case c == '"' || c == '`' || c == '\'':
			var t string
			t, s = quoted(s[1:], c)
			out = append(out, token{t, true})
		case c == '[':
			t, rest, _ := strings.Cut(s[1:], "]")
			out, s = append(out, token{t, true}), rest
		case isWord(c):
			n := 1
			for n < len(s) && isWord(s[n]) {
				n++
			}
			out, s = append(out, token{text: s[:n]}), s[n:]
		default:
			if c > ' ' {
				out = append(out, token{text: s[:1]})
			}
			s = s[1:]
		}
	}
	return out
}

// quoted is what stands before the closing quote, which is doubled where it is meant, and what stands after it.
func quoted(s string, quote byte) (string, string) {
	var b strings.Builder
	for {
		at := strings.IndexByte(s, quote)
		if at < 0 {
			b.WriteString(s)
			return b.String(), ""
		}
		b.WriteString(s[:at])
		if s = s[at+1:]; s == "" || s[0] != quote {
			return b.String(), s
		}
		b.WriteByte(quote)
		s = s[1:]
	}
}

// split cuts what stands between the bracket at the start and the one that closes it at its commas, and returns what
// follows.
func split(list []token) (items [][]token, rest []token) {
	depth, start := 0, 1
	for i, t := range list {
		if t.quoted {
			continue
		}
		switch t.text {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return append(items, list[start:i]), list[i+1:]
			}
		case ",":
			if depth == 1 {
				items = append(items, list[start:i])
				start = i + 1
			}
		}
	}
	return append(items, list[min(start, len(list)):]), nil
}

// literal is the constant at the start of a list of tokens, nil for NULL and for expressions.
func literal(list []token) any {
	sign := ""
	for len(list) > 0 && !list[0].quoted && (list[0].text == "-" || list[0].text == "+") {
		sign, list = list[0].text, list[1:]
	}
	if len(list) == 0 {
		return nil
	}
	t := list[0]
	switch word := t.word(); {
	case t.quoted:
		return t.text
	case word == "TRUE" || word == "FALSE":
		if word == "TRUE" {
			return int64(1)
		}
		return int64(0)
	case word == "X" && len(list) > 1 && list[1].quoted:
		if b, err := hex.DecodeString(list[1].text); err == nil {
			return b
		}
	case isDigit(t.text):
		if n, err := strconv.ParseInt(sign+t.text, 0, 64); err == nil {
			return n
		}
		if f, err := strconv.ParseFloat(sign+t.text, 64); err == nil {
			return f
		}
	}
	return nil
}

func isDigit(s string) bool { return s != "" && (s[0] >= '0' && s[0] <= '9' || s[0] == '.') }

// affinity is what a declared type makes of values, by the first of SQLite's rules that holds.
func affinity(kind string) string {
	for _, rule := range []struct{ part, is string }{
		{"INT", "INTEGER"}, {"CHAR", "TEXT"}, {"CLOB", "TEXT"}, {"TEXT", "TEXT"}, {"BLOB", "BLOB"}, {"REAL", "REAL"}, {"FLOA", "REAL"}, {"DOUB", "REAL"},
	} {
		if strings.Contains(kind, rule.part) {
			return rule.is
		}
	}
	if kind == "" {
		return "BLOB"
	}
	return "NUMERIC"
}

// convert is a constant as a column of some affinity would keep it.
func convert(affinity string, v any) any {
	switch v := v.(type) {
	case int64:
		switch affinity {
		case "TEXT":
			return strconv.FormatInt(v, 10)
		case "REAL":
			return float64(v)
		}
	case float64:
		if affinity == "TEXT" {
			return strconv.FormatFloat(v, 'g', -1, 64)
		}
	case string:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && affinity != "TEXT" && affinity != "BLOB" {
			return convert(affinity, n)
		}
	}
	return v
}
