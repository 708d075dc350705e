package jsonform

import (
	"bytes"
	"testing"
)

// TestStandsAll: every byte at every place, among others, is told as the table tells it.
func TestStandsAll(t *testing.T) {
	for at := range 8 {
		for c := range 256 {
			for _, among := range []byte{'a', ' ', '~', '!', '#', '[', ']'} {
				s := bytes.Repeat([]byte{among}, 8)
				s[at] = byte(c)
				if got := standsAll(string(s)); got && !stands[c] || !got && stands[c] && among == 'a' {
					t.Errorf("%q: %v", s, got)
				}
			}
		}
	}
}
