package jsonform

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"quaestor/reports/safetext"
)

// Append appends v as [Encode] writes it on one line, with the newline.
//
// How a type is written is found out once; the values of it are then written straight to where they go, which for the thousands of
// lines of a fleet takes a third of the time. What only encoding/json knows how to write, it writes.
func Append(b []byte, v any) ([]byte, error) {
	if write := appenderOf(reflect.TypeOf(v)); write != nil {
		return append(write(b, reflect.ValueOf(v)), '\n'), nil
	}
	text, err := encoded(v, "", "")
	return append(b, text...), err
}

// encoded is v as encoding/json writes it, with the newline, and what is peculiar to reports.
func encoded(v any, prefix, indent string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, indent)
	if err := enc.Encode(withLists(reflect.ValueOf(v)).Interface()); err != nil {
		return nil, err
	}
	return escape(b.Bytes()), nil
}

// stands tells of each byte whether it is written as it is.
var stands = func() (table [256]bool) {
	for c := ' '; c <= '~'; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()

// standsAll reports whether eight bytes stand for themselves. It may say no of some that do.
func standsAll(s string) bool {
	_ = s[7]
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	const each, top = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^(each*'"'), w^(each*'\\')
	// The top bit of a byte is set where it was, where it is less than a space, DEL, a quotation mark or a backslash. A borrow from the
	// byte before may set it too.
	return (w|(w-each*' ')|(w+each)|(quote-each)|(slash-each))&top == 0
}

// AppendString appends a string as [Encode] writes it within a value.
func AppendString(b []byte, s string) []byte {
	begin, done := len(b), 0
	b = append(b, '"')
	for i := 0; ; {
		for i+8 <= len(s) && standsAll(s[i:i+8]) {
			i += 8
		}
		for i < len(s) && stands[s[i]] {
			i++
		}
		if i == len(s) {
			return append(append(b, s[done:]...), '"')
		}
		if c := s[i]; c == '"' || c == '\\' {
			b = append(append(b, s[done:i]...), '\\')
			done = i
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if n == 1 || !safetext.Shows(r) { // a control character, or no UTF-8, or nothing to be seen
			return appendOther(b[:begin], s)
		}
		i += n
	}
}

// appendOther appends a string that has to be written in another way than it stands.
func appendOther(b []byte, s string) []byte {
	text, _ := encoded(s, "", "") // no string fails
	return append(b, bytes.TrimSuffix(text, []byte("\n"))...)
}

// appender appends a value of one type.
type appender func(b []byte, v reflect.Value) []byte

// appenders are those of types that were met: nil where only encoding/json writes them.
var appenders sync.Map // of appender, by reflect.Type

func appenderOf(t reflect.Type) appender {
	if t == nil {
		return nil
	}
	if a, ok := appenders.Load(t); ok {
		return a.(appender)
	}
	a := newAppender(t, nil)
	appenders.Store(t, a)
	return a
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// newAppender makes the appender of a type that lies within others; nil where it writes itself, holds itself, or is of a kind that
// reports do not have.
func newAppender(t reflect.Type, within []reflect.Type) appender {
	for _, own := range []reflect.Type{marshaler, textMarshaler} {
		if t.Implements(own) || reflect.PointerTo(t).Implements(own) {
			return nil
		}
	}
	if slices.Contains(within, t) {
		return nil
	}
	within = append(within[:len(within):len(within)], t)
	switch t.Kind() {
	case reflect.String:
		return func(b []byte, v reflect.Value) []byte { return AppendString(b, v.String()) }
	case reflect.Bool:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendBool(b, v.Bool()) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendInt(b, v.Int(), 10) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendUint(b, v.Uint(), 10) }
	case reflect.Float64:
		return func(b []byte, v reflect.Value) []byte {
			text, err := json.Marshal(v.Float())
			if err != nil { // reports hold none that is no number
				text = []byte("0")
			}
			return append(b, text...)
		}
	case reflect.Pointer:
		return pointerAppender(t, within)
	case reflect.Slice:
		return sliceAppender(t, within)
	case reflect.Map:
		return mapAppender(t)
	case reflect.Struct:
		return structAppender(t, within)
	}
	return nil
}

func pointerAppender(t reflect.Type, within []reflect.Type) appender {
	of := newAppender(t.Elem(), within)
	if of == nil {
		return nil
	}
	return func(b []byte, v reflect.Value) []byte {
		if v.IsNil() {
			return append(b, "null"...)
		}
		return of(b, v.Elem())
	}
}

func sliceAppender(t reflect.Type, within []reflect.Type) appender {
	of := newAppender(t.Elem(), within)
	if of == nil || t.Elem().Kind() == reflect.Uint8 { // bytes are written in base64
		return nil
	}
	return func(b []byte, v reflect.Value) []byte {
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = of(b, v.Index(i))
		}
		return append(b, ']')
	}
}

// mapAppender is for maps of texts and numbers, in the order of their keys.
func mapAppender(t reflect.Type) appender {
	if t.Key().Kind() != reflect.String || !slices.Contains([]reflect.Kind{reflect.String, reflect.Bool, reflect.Int}, t.Elem().Kind()) {
		return nil
	}
	key, of := newAppender(t.Key(), nil), newAppender(t.Elem(), nil)
	if key == nil || of == nil {
		return nil
	}
	return func(b []byte, v reflect.Value) []byte {
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		b = append(b, '{')
		for i, k := range keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(AppendString(b, k.String()), ':')
			b = of(b, v.MapIndex(k))
		}
		return append(b, '}')
	}
}

// member is a field of a struct that is written.
type member struct {
	path      []int // where it is; more than one where it lies in embedded structs
	begin     string
	omitEmpty bool
	write     appender
}

func structAppender(t reflect.Type, within []reflect.Type) appender {
	members, ok := membersOf(t, nil, within)
	names := map[string]bool{}
	for _, m := range members {
		names[m.begin] = true
	}
	if !ok || len(names) < len(members) { // one field hides another
		return nil
	}
	return func(b []byte, v reflect.Value) []byte {
		b = append(b, '{')
		first := true
		for i := range members {
			m := &members[i]
			field := v
			for _, at := range m.path {
				field = field.Field(at)
			}
			if m.omitEmpty && empty(field) {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = m.write(append(b, m.begin...), field)
		}
		return append(b, '}')
	}
}

// membersOf lists what is written of a struct that is embedded in others. It reports whether all of it can be.
func membersOf(t reflect.Type, path []int, within []reflect.Type) (members []member, ok bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		at := append(path[:len(path):len(path)], i)
		switch {
		case tag == "-":
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			inner, ok := membersOf(f.Type, at, within)
			if !ok {
				return nil, false
			}
			members = append(members, inner...)
			continue
		case f.Anonymous:
			return nil, false
		case !f.IsExported():
			continue
		case options != "" && options != "omitempty" || !plain(name):
			return nil, false
		}
		write := newAppender(f.Type, within)
		if write == nil {
			return nil, false
		}
		if name == "" {
			name = f.Name
		}
		members = append(members, member{path: at, begin: `"` + name + `":`, omitEmpty: options == "omitempty", write: write})
	}
	return members, true
}

// plain reports whether a name in a tag stands for itself; "" stands for the field's.
func plain(name string) bool {
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

// empty reports whether omitempty leaves a value out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}
