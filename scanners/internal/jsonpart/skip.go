package jsonpart

import (
	"bytes"
	"fmt"
)

// space steps over white space and comments.
func space(b []byte, i int) int {
	for i < len(b) {
		switch c := b[i]; {
		case c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\v' || c == '\f':
			i++
		case c == '/' && i+1 < len(b) && (b[i+1] == '/' || b[i+1] == '*'):
			i = comment(b, i)
		default:
			return i
		}
	}
	return i
}

// comment steps over the comment that starts at i.
func comment(b []byte, i int) int {
	end, length := []byte("\n"), 1
	if b[i+1] == '*' {
		end, length = []byte("*/"), 2
	}
	n := bytes.Index(b[i+2:], end)
	if n < 0 {
		return len(b)
	}
	return i + 2 + n + length
}

// skip returns the end of the value that starts at i.
func skip(b []byte, i int) (int, error) {
	if i >= len(b) {
		return i, syntax(i)
	}
	switch b[i] {
	case '"':
		return text(b, i)
	case '{', '[':
		return nested(b, i)
	case '}', ']', ',', ':':
		return i, syntax(i)
	}
	start := i
	for i < len(b) && !bytes.ContainsRune([]byte(" \n\r\t\v\f,:]}[{\"/"), rune(b[i])) {
		i++
	}
	if i == start {
		return i, syntax(i)
	}
	return i, nil
}

// text returns the end of a string.
func text(b []byte, start int) (int, error) {
	for i := start + 1; ; {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return len(b), syntax(start)
		}
		slashes := 0
		for k := i + n - 1; k >= i && b[k] == '\\'; k-- {
			slashes++
		}
		if i += n + 1; slashes%2 == 0 {
			return i, nil
		}
	}
}

// maxDepth is how deep values may lie in each other, as in encoding/json. No program writes a document that deep, and most
// refuse to read one.
const maxDepth = 10_000

// errDeep comes with the end of a value that is nested too deep: what is beside it can be read.
var errDeep = fmt.Errorf("%w: values lie in each other more than %d deep", ErrSyntax, maxDepth)

// nested returns the end of an object or array. Only the number of brackets is counted here: whether they match is seen by
// whoever looks inside.
func nested(b []byte, start int) (int, error) {
	depth, deepest := 0, 0
	for i := start; i < len(b); i++ {
		switch b[i] {
		case '"':
			end, err := text(b, i)
			if err != nil {
				return end, err
			}
			i = end - 1
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			if depth--; depth > 0 {
				continue
			}
			if deepest > maxDepth {
				return i + 1, errDeep
			}
			return i + 1, nil
		case '/':
			if i+1 < len(b) && (b[i+1] == '/' || b[i+1] == '*') {
				i = comment(b, i) - 1
			}
		}
	}
	return len(b), syntax(start)
}
