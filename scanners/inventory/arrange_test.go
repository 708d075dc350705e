package inventory

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestArrange: every order of a few things, and shuffled longer lists, are brought about as a copy would have them.
func TestArrange(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 60 {
		for range 50 {
			s, at := make([]int, n), r.Perm(n)
			for i := range s {
				s[i] = 100 + i
			}
			want := make([]int, n)
			for i, from := range at {
				want[i] = s[from]
			}
			order := slices.Clone(at)
			if arrange(s, at); !slices.Equal(s, want) {
				t.Fatalf("%v: %v, want %v", order, s, want)
			}
		}
	}
}
