package plist

import (
	"math"
	"time"
)

// Get is the value at a path of keys below v, nil when there is none.
func Get(v any, path ...string) any {
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// Text is the string at a path, "" for a value of another kind.
func Text(v any, path ...string) string {
	s, _ := Get(v, path...).(string)
	return s
}

// List is the array at a path, nil for a value of another kind.
func List(v any, path ...string) []any {
	l, _ := Get(v, path...).([]any)
	return l
}

// Texts are the strings in the array at a path; what is no string is left out. One string alone counts as a list of it.
func Texts(v any, path ...string) []string {
	var out []string
	switch at := Get(v, path...).(type) {
	case string:
		return []string{at}
	case []any:
		for _, e := range at {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// Dict is the dictionary at a path, nil for a value of another kind. Reading from a nil dictionary finds nothing.
func Dict(v any, path ...string) map[string]any {
	m, _ := Get(v, path...).(map[string]any)
	return m
}

// Int is the integer at a path, 0 for a value of another kind or out of range.
func Int(v any, path ...string) int64 {
	switch n := Get(v, path...).(type) {
	case int64:
		return n
	case uint64:
		if n <= math.MaxInt64 {
			return int64(n)
		}
	case float64:
		if n == math.Trunc(n) && math.Abs(n) < 1<<62 {
			return int64(n)
		}
	}
	return 0
}

// Bool is the truth value at a path. A number counts as true unless it is 0; anything else is false.
func Bool(v any, path ...string) bool {
	switch b := Get(v, path...).(type) {
	case bool:
		return b
	case int64:
		return b != 0
	case uint64:
		return b != 0
	case float64: // as JSON has it
		return b != 0
	}
	return false
}

// Time is the date at a path, in UTC, nil for a value of another kind.
func Time(v any, path ...string) *time.Time {
	if t, ok := Get(v, path...).(time.Time); ok {
		return &t
	}
	return nil
}

// Bytes is the data at a path, nil for a value of another kind.
func Bytes(v any, path ...string) []byte {
	b, _ := Get(v, path...).([]byte)
	return b
}
