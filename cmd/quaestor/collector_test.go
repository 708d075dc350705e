package main

import "testing"

func TestGrowth(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, rarely}, {1 << 20, rarely}, {20 << 20, rarely}, {25 << 20, 300}, {50 << 20, usually}, {60 << 20, usually}, {10 << 30, usually}} {
		if got := growth(c.live); got != c.want {
			t.Errorf("growth(%d) = %d, want %d", c.live, got, c.want)
		}
	}
}
