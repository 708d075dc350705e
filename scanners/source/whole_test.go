package source

import (
	"errors"
	"strings"
	"testing"
)

// What is too large to be read at once is not said to be read in part, and the reader is told what to do.
func TestTooLargeAtOnce(t *testing.T) {
	lim := DefaultLimits
	lim.WholeBytes = 5
	s := open(t, write(t, t.TempDir(), "over", "123456"), lim)
	_, err := s.Bytes()
	var limit *LimitError
	if !errors.As(err, &limit) || !strings.Contains(err.Error(), "nothing of it was read") || !strings.Contains(limit.Next(), "smaller files") {
		t.Errorf("%v", err)
	}
	if other := (&LimitError{Name: "a", What: "entries", Limit: 1}); other.Next() != "" || strings.Contains(other.Error(), "nothing") {
		t.Errorf("%v", other)
	}
}
