package records

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// member is the name of a member in JSON, wherever it stands.
var member = regexp.MustCompile(`"([A-Za-z_$][A-Za-z0-9_ .$-]{0,63})"\s*:`)

// Begun is the record that a text begins like, with empty values: the columns of a head of CSV, or the members of JSON. It tells what a
// damaged table was meant to be, also where the head has more columns than are read, or no row can be.
func Begun(head []byte) (Record, Form) {
	r := New(0)
	start := bytes.TrimLeft(head, "\ufeff \t\r\n")
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		for _, m := range member.FindAllSubmatch(start, MaxColumns) {
			r.Set(string(m[1]), "")
		}
		return r, JSON
	}
	line, _, _ := bytes.Cut(start, []byte("\n"))
	if class, rest, ok := bytes.Cut(start, []byte("\n")); ok && bytes.HasPrefix(class, []byte(typeLine)) {
		r.Class = className(string(bytes.TrimRight(class, "\r")))
		line, _, _ = bytes.Cut(rest, []byte("\n"))
	}
	text := strings.TrimRight(string(line), "\r")
	delim := delimiterOf(text)
	if delim == 0 {
		return r, None
	}
	names, _ := split(text, delim)
	for _, n := range names[:len(names)-1] {
		if !columnName(n) {
			return r, None
		}
		r.Set(n, "")
	}
	if last := names[len(names)-1]; columnName(last) { // it may be cut off
		r.Set(last, "")
	}
	return r, CSV
}

// Whole reports whether JSON can be read to its end.
func Whole(text []byte) bool {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	for d.More() {
		var v json.RawMessage
		if d.Decode(&v) != nil {
			return false
		}
	}
	return true
}
