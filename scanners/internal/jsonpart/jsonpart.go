// Package jsonpart reads parts of large JSON documents without decoding the rest: it steps over what nobody asks for.
//
// Browsers keep megabytes of settings in one document, of which a few members matter. Keys are told apart by case, as
// browsers do, and every member of a name is handed out, so that the receiver decides which of two counts. Comments and
// a byte order mark are stepped over, because browsers accept them in manifests. Cost is linear in the bytes at each level
// that is looked at, and nothing is nested on the stack.
//
// What the package cannot see: whether what it stepped over is valid; only strings and brackets are followed there.
package jsonpart

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrSyntax is that a document does not parse; errors wrap it.
var ErrSyntax = errors.New("this is no JSON document, or it is damaged")

// Value is the text of one value inside a document, not copied.
type Value []byte

// Parse returns the value that a document is. Values that lie too deep in each other are told of by Fields and Items. The rest of the document is looked at only as it is read.
func Parse(data []byte) (Value, error) {
	i := space(data, len(data)-len(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	end, err := skip(data, i)
	if err != nil && !errors.Is(err, errDeep) {
		return nil, err
	}
	if rest := space(data, end); rest < len(data) {
		return nil, syntax(rest)
	}
	return Value(data[i:end]), nil
}

// Begin returns the value that a large document begins with, together with what follows it: damage is met only as it is
// read. It spares a look at all of the document.
func Begin(data []byte) Value {
	return Value(data[space(data, len(data)-len(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))):])
}

func syntax(at int) error { return fmt.Errorf("%w (at byte %d)", ErrSyntax, at) }

// IsObject reports whether the value is an object.
func (v Value) IsObject() bool { return len(v) > 0 && v[0] == '{' }

// IsArray reports whether the value is an array.
func (v Value) IsArray() bool { return len(v) > 0 && v[0] == '[' }

// Fields hands out the members of an object in their order, until yield returns false. Of any other value it hands out none.
// Where a member lies too deep, all are handed out before the error says so.
func (v Value) Fields(yield func(key string, value Value) bool) error {
	if !v.IsObject() {
		return nil
	}
	i := space(v, 1)
	var deep error
	for i < len(v) && v[i] != '}' {
		if v[i] != '"' {
			return syntax(i)
		}
		end, err := skip(v, i)
		if err != nil {
			return err
		}
		key, _ := v[i:end].Text()
		if i = space(v, end); i >= len(v) || v[i] != ':' {
			return syntax(i)
		}
		i = space(v, i+1)
		if end, err = skip(v, i); errors.Is(err, errDeep) {
			deep = err
		} else if err != nil {
			return err
		}
		if !yield(key, v[i:end]) {
			return nil
		}
		if i, err = comma(v, end, '}'); err != nil {
			return err
		}
	}
	return closed(v, i, deep)
}

// Items hands out the elements of an array in their order, until yield returns false. Of any other value it hands out none.
// Where an element lies too deep, all are handed out before the error says so.
func (v Value) Items(yield func(value Value) bool) error {
	if !v.IsArray() {
		return nil
	}
	i := space(v, 1)
	var deep error
	for i < len(v) && v[i] != ']' {
		end, err := skip(v, i)
		if errors.Is(err, errDeep) {
			deep = err
		} else if err != nil {
			return err
		}
		if !yield(v[i:end]) {
			return nil
		}
		if i, err = comma(v, end, ']'); err != nil {
			return err
		}
	}
	return closed(v, i, deep)
}

// closed tells a document that breaks off; before says what else was wrong with it.
func closed(v Value, i int, before error) error {
	if i >= len(v) {
		return syntax(len(v))
	}
	return before
}

// comma steps over what stands between two members, and over a comma too many at the end.
func comma(v Value, i int, last byte) (int, error) {
	i = space(v, i)
	switch {
	case i < len(v) && v[i] == ',':
		return space(v, i+1), nil
	case i < len(v) && v[i] == last:
		return i, nil
	}
	return i, syntax(i)
}

// Get is the value at a path of keys, nil when there is none. Of two members of one name the last counts.
func (v Value) Get(keys ...string) Value {
	for _, want := range keys {
		var found Value
		_ = v.Fields(func(key string, value Value) bool { // damage behind what was found is told by who reads all
			if key == want {
				found = value
			}
			return true
		})
		v = found
	}
	return v
}

// Text is a string decoded. Bytes that JSON does not allow in one are kept.
func (v Value) Text() (string, bool) {
	if len(v) < 2 || v[0] != '"' {
		return "", false
	}
	inner := v[1 : len(v)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return strings.ToValidUTF8(string(inner), "\uFFFD"), true
	}
	var s string
	if err := json.Unmarshal(v, &s); err != nil {
		return strings.ToValidUTF8(string(inner), "\uFFFD"), true
	}
	return s, true
}

// String is the text of a string, and "" of any other value.
func (v Value) String() string {
	s, _ := v.Text()
	return s
}

// Int is a whole number.
func (v Value) Int() (int64, bool) {
	n, err := strconv.ParseInt(string(v[:min(len(v), 32)]), 10, 64)
	return n, err == nil
}

// True reports whether the value is true.
func (v Value) True() bool { return string(v) == "true" }

// Texts are the strings among the elements of an array.
func (v Value) Texts() []string {
	var out []string
	_ = v.Items(func(item Value) bool { // as with Get
		if s, ok := item.Text(); ok {
			out = append(out, s)
		}
		return true
	})
	return out
}
