// Package desktopentry reads key files as the freedesktop.org desktop entry specification defines them: the
// .desktop files of menus, and the metadata of flatpaks, which have the same form.
//
// What the package cannot see: whether the program that an entry names exists.
package desktopentry

import (
	"bytes"
	"fmt"
	"strings"
)

// Limits of one file. Real ones have a few hundred lines, most of them translations.
const (
	maxLines   = 20_000
	maxEntries = 10_000
	maxValue   = 8192 // bytes kept of a value
)

// File is the content of a key file by group. Of a key that occurs twice in a group the first is kept.
type File struct {
	groups map[string]map[string]string
	// Problems are lines that are neither group, entry nor comment, at most a few, each with its number.
	Problems []string
}

// MaxProblems is how many problems a File keeps.
const MaxProblems = 5

// Parse reads a key file. It never fails: what is no entry is a problem.
func Parse(data []byte) *File {
	f := &File{groups: make(map[string]map[string]string)}
	var group map[string]string
	entries, number := 0, 0
	for line := range bytes.Lines(data) {
		if number++; number > maxLines || entries > maxEntries {
			f.problem(number, "too many lines; the rest was not read")
			break
		}
		switch text := string(bytes.TrimSpace(line)); {
		case text == "" || text[0] == '#':
		case text[0] == '[':
			group = f.group(text, number)
		default:
			key, value, ok := strings.Cut(text, "=")
			if key = strings.TrimSpace(key); !ok || key == "" || group == nil {
				f.problem(number, "not an entry of a group")
				continue
			}
			if _, twice := group[key]; !twice {
				entries++
				group[key] = cut(strings.TrimSpace(value))
			}
		}
	}
	return f
}

func (f *File) group(text string, number int) map[string]string {
	name, ok := strings.CutSuffix(text[1:], "]")
	if !ok || strings.ContainsAny(name, "[]") {
		f.problem(number, "not the name of a group")
		return nil
	}
	if f.groups[name] == nil {
		f.groups[name] = make(map[string]string)
	}
	return f.groups[name]
}

func (f *File) problem(number int, what string) {
	if len(f.Problems) < MaxProblems {
		f.Problems = append(f.Problems, fmt.Sprintf("line %d: %s", number, what))
	}
}

func cut(s string) string {
	if len(s) > maxValue {
		return s[:maxValue]
	}
	return s
}

// Has reports whether the file has a group.
func (f *File) Has(group string) bool { return f.groups[group] != nil }

// Keys lists the keys of a group, in no order.
func (f *File) Keys(group string) []string {
	keys := make([]string, 0, len(f.groups[group]))
	for k := range f.groups[group] {
		keys = append(keys, k)
	}
	return keys
}

// String is the text of a key without a locale, "" when the group or key is not there.
func (f *File) String(group, key string) string { return unescape(f.groups[group][key]) }

// Bool reports whether a key is true.
func (f *File) Bool(group, key string) bool { return f.groups[group][key] == "true" }

// List splits a value at its semicolons.
func (f *File) List(group, key string) []string {
	var out []string
	for _, item := range strings.Split(f.groups[group][key], ";") {
		if item = unescape(strings.TrimSpace(item)); item != "" {
			out = append(out, item)
		}
	}
	return out
}

var escapes = map[byte]byte{'s': ' ', 'n': '\n', 't': '\t', 'r': '\r', '\\': '\\'}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if c, ok := escapes[s[i+1]]; ok {
				b.WriteByte(c)
				i++
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
