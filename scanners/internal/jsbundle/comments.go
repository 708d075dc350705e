package jsbundle

import (
	"bytes"

	"quaestor/scanners/internal/endpoints"
)

// addScript hands a script on with its comments told apart. Only what is surely a comment is one: what stands alone on
// its lines, and "/*!", which keeps a licence where comments are taken out. In a string, "/*" may be anything.
func addScript(name string, content []byte, to *endpoints.Collector) {
	code := 0
	for at, n := 0, 0; n < maxComments; n++ {
		from, end := comment(content, at)
		if from < 0 {
			break
		}
		to.Add(content[code:from], name)
		to.AddComment(content[from:end], name)
		code, at = end, end
	}
	to.Add(content[code:], name)
}

// comment finds the first comment from at on; from is -1 where there is none.
func comment(content []byte, at int) (from, end int) {
	for {
		slash := bytes.IndexByte(content[at:], '/')
		if slash < 0 || at+slash+2 >= len(content) {
			return -1, -1
		}
		from, at = at+slash, at+slash+1
		rest, size := content[from+2:], 0
		switch alone := lineBegins(content, from); {
		case content[at] == '/' && alone && bytes.IndexByte([]byte(" \t#/"), rest[0]) >= 0:
			size = bytes.IndexByte(rest, '\n')
			if size < 0 {
				size = len(rest)
			}
		case content[at] == '*' && (alone || rest[0] == '!'):
			if size = bytes.Index(rest, []byte("*/")); size < 0 {
				return -1, -1
			}
		default:
			continue
		}
		return from, from + 2 + size
	}
}

// lineBegins reports whether nothing but space stands before i in its line; of a long indent the end counts.
func lineBegins(content []byte, i int) bool {
	for n := 0; i > 0 && n < 200; i, n = i-1, n+1 {
		switch content[i-1] {
		case '\n', '\r':
			return true
		case ' ', '\t':
		default:
			return false
		}
	}
	return i == 0
}
