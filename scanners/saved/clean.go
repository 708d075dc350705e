package saved

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// maxUnknownNames is how many names of unknown fields a gap lists.
const maxUnknownNames = 20

// capReader ends in an error, not in silence, when there is more than it may read.
type capReader struct {
	r    io.Reader
	left int64
}

var errTooLarge = fmt.Errorf("more than %d MiB of JSON; split the file", maxBytes>>20)

func (c *capReader) Read(p []byte) (int, error) {
	if c.left <= 0 {
		if n, err := c.r.Read(make([]byte, 1)); n == 0 {
			return 0, err
		}
		return 0, errTooLarge
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// skipBOM passes over the mark that some editors put before UTF-8.
func skipBOM(r io.Reader) io.Reader {
	br := bufio.NewReader(r)
	if b, err := br.Peek(3); err == nil && bytes.Equal(b, []byte("\xef\xbb\xbf")) {
		_, _ = br.Discard(3)
	}
	return br
}

// What a part of a JSON text takes in memory at most, besides its own length: an object becomes a struct, and
// a member or an element may be an empty text.
const (
	objectBytes = 200
	memberBytes = 24
)

// measure tells how deep a valid JSON value nests, and about how many bytes it takes in memory. An empty
// object of two bytes can become a hundred times as many.
func measure(raw []byte) (depth int, weight int64) {
	weight = int64(len(raw))
	now, inString := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == ',':
			weight += memberBytes
		case c == '{' || c == '[':
			weight += objectBytes
			now++
			depth = max(depth, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return depth, weight
}

// cleanText passes every text of a fact through inventory.Text: the file may not come from Quaestor.
func cleanText(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(inventory.Text(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				cleanText(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			cleanText(v.Index(i))
		}
	case reflect.Map:
		cleanMap(v)
	case reflect.Pointer:
		if !v.IsNil() {
			cleanText(v.Elem())
		}
	}
}

func cleanMap(v reflect.Value) {
	m, ok := v.Addr().Interface().(*map[string]string)
	if !ok || *m == nil {
		return
	}
	clean := make(map[string]string, len(*m))
	for _, k := range slices.Sorted(maps.Keys(*m)) {
		clean[inventory.Text(k)] = inventory.Text((*m)[k])
	}
	*m = clean
}

// hasKey reports whether a fact has what tells it from others. Gaps and runs need none.
func hasKey(v reflect.Value) bool {
	for _, name := range []string{"ID", "SHA256"} {
		if f := v.FieldByName(name); f.IsValid() {
			return f.String() != ""
		}
	}
	return true
}

// unknown collects the names of fields that this version does not know.
type unknown struct {
	seen  map[string]bool
	count int
}

func (u *unknown) add(name string) {
	u.count++
	if u.seen == nil {
		u.seen = make(map[string]bool)
	}
	if len(u.seen) < maxUnknownNames {
		u.seen[inventory.Text(name)] = true
	}
}

func (u *unknown) names() []string { return slices.Sorted(maps.Keys(u.seen)) }

// find walks a value of which t is the type, and adds the members that t does not have.
func (u *unknown) find(raw json.RawMessage, t reflect.Type, path string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return
	}
	switch t.Kind() {
	case reflect.Slice:
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil {
			for _, e := range list {
				u.find(e, t.Elem(), path)
			}
		}
	case reflect.Struct:
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) == nil {
			u.members(members, t, path)
		}
	}
}

func (u *unknown) members(members map[string]json.RawMessage, t reflect.Type, path string) {
	for _, key := range slices.Sorted(maps.Keys(members)) {
		i := slices.IndexFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
			return strings.EqualFold(jsonName(f), key)
		})
		if i < 0 {
			u.add(path + "." + key)
			continue
		}
		u.find(members[key], reflect.VisibleFields(t)[i].Type, path+"."+key)
	}
}
