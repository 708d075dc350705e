package app

import (
	"bytes"
	"cmp"
	"strings"
	"unicode/utf16"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/inventory"
)

// labelsOf is the name of the app in the language of a folder, by what is written in it.
func labelsOf(dir string, table map[string]any) map[string]string {
	locale, ok := strings.CutSuffix(dir, ".lproj")
	label := cmp.Or(plist.Text(table, "CFBundleDisplayName"), plist.Text(table, "CFBundleName"))
	if !ok || label == "" {
		return nil
	}
	return map[string]string{inventory.Text(locale): inventory.Text(label)}
}

// allLabels are the names in all languages, from one table.
func allLabels(table map[string]any) map[string]string {
	out := map[string]string{}
	for locale := range table {
		for key, label := range labelsOf(locale+".lproj", plist.Dict(table, locale)) {
			out[key] = label
		}
	}
	return out
}

// table reads a table of texts: a property list, or lines of "key" = "value".
func (r *reading) table(content []byte, rel string, out *result) map[string]any {
	if plist.Looks(content) {
		return r.list(content, rel, out)
	}
	r.addresses.Add(content, rel)
	if len(content) > maxInfo {
		return nil
	}
	return textTable(narrow(content))
}

// narrow makes UTF-16 with a mark at its beginning UTF-8.
func narrow(b []byte) []byte {
	if len(b) < 2 || !(b[0] == 0xff && b[1] == 0xfe) && !(b[0] == 0xfe && b[1] == 0xff) {
		return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 2; i+1 < len(b); i += 2 {
		u := uint16(b[i]) | uint16(b[i+1])<<8
		if b[0] == 0xfe {
			u = u>>8 | u<<8
		}
		units = append(units, u)
	}
	return []byte(string(utf16.Decode(units)))
}

// textTable reads pairs of "key" = "value";, of which quotes may be missing around a plain key. Comments are passed over,
// and so is anything else.
func textTable(b []byte) map[string]any {
	out := map[string]any{}
	for len(b) > 0 {
		switch {
		case bytes.HasPrefix(b, []byte("/*")):
			_, b, _ = bytes.Cut(b[2:], []byte("*/"))
		case bytes.HasPrefix(b, []byte("//")):
			_, b, _ = bytes.Cut(b, []byte("\n"))
		default:
			key, rest, ok := word(b)
			if !ok && b[0] == '"' { // it never ends
				return out
			}
			if !ok {
				b = b[1:]
				continue
			}
			b = bytes.TrimLeft(rest, " \t\r\n")
			if !bytes.HasPrefix(b, []byte("=")) {
				continue
			}
			if value, rest, ok := word(bytes.TrimLeft(b[1:], " \t\r\n")); ok {
				if len(out) < maxValues {
					out[key] = value
				}
				b = rest
			} else {
				b = b[1:] // what follows is looked at anew
			}
		}
	}
	return out
}

// word is a text in quotes, or a plain one, at the beginning.
func word(b []byte) (text string, rest []byte, ok bool) {
	n := 0
	for n < len(b) && (b[n] >= 'a' && b[n] <= 'z' || b[n] >= 'A' && b[n] <= 'Z' || b[n] >= '0' && b[n] <= '9' || b[n] == '_' || b[n] == '.') {
		n++
	}
	if n > 0 {
		return string(b[:n]), b[n:], true
	}
	if len(b) == 0 || b[0] != '"' {
		return "", nil, false
	}
	var out []byte
	for i := 1; i < len(b); i++ {
		switch {
		case b[i] == '"':
			return string(out), b[i+1:], true
		case b[i] == '\\' && i+1 < len(b):
			i++
			out = append(out, b[i])
		default:
			out = append(out, b[i])
		}
	}
	return "", nil, false
}
