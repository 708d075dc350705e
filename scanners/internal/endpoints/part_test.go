package endpoints

import (
	"strings"
	"testing"
)

// TestCut: a part ends where a constant ends, also one of two bytes a character.
func TestCut(t *testing.T) {
	wide := "h\x00t\x00t\x00p\x00:\x00/\x00/\x00a\x00.\x00o\x00r\x00g\x00"
	for name, tt := range map[string]struct {
		text string
		want int
	}{
		"lines":             {"one\ntwo\nhttps://exam", 8},
		"constants":         {"one\x00two\x00https://exam", 8},
		"quotes":            {`{"a":"b","c":"https://exam`, 14},
		"wide":              {"abc\x00\x00\x00" + wide, 6},
		"wide and narrow":   {"some\x00" + wide, 5},
		"no end":            {strings.Repeat("a", 50), 50},
		"short":             {"a\n", 2},
		"nothing":           {"", 0},
		"a line before NUL": {"one\nabc\x00https://exam", 8},
	} {
		if got := Cut([]byte(tt.text)); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}
