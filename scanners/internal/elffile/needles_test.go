package elffile

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// Every needle is found wherever it lies, once.
func TestNeedles(t *testing.T) {
	n := newNeedles([]string{"OpenSSL #", "Lavc##", "expat_#", "20##-##-## ##"})
	want := map[string]int{"OpenSSL 1": 0, "Lavc58": 1, "expat_2": 2, "2021-06-18 18": 3}
	for text, needle := range want {
		for before := range 20 {
			for after := range 12 {
				var got []int
				n.each([]byte(string(bytes.Repeat([]byte{'x'}, before))+text+string(bytes.Repeat([]byte{'y'}, after))), func(needle, at int) { got = append(got, needle, at) })
				if !slices.Equal(got, []int{needle, before}) {
					t.Fatalf("%q after %d and before %d: %v", text, before, after, got)
				}
			}
		}
	}
	n.each([]byte("OpenSSL x Lavcxx expat_ 2021-06-18T18"), func(needle, at int) { t.Errorf("needle %d at %d", needle, at) })
}

// What is found is what is found by looking for one needle after another.
func FuzzNeedles(f *testing.F) {
	list := []string{"aabbab", "ababab", "#a#b#a", "bbbbbb", "aaaaaaa", "ba#aba"}
	n := newNeedles(list)
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		b := make([]byte, r.IntN(200))
		for i := range b {
			b[i] = "ab0"[r.IntN(3)]
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got, want []spot
		n.each(text, func(needle, at int) { got = append(got, spot{needle, at}) })
		for at := range text {
			for i, s := range list {
				if has(text[at:], s) {
					want = append(want, spot{i, at})
				}
			}
		}
		slices.SortFunc(got, func(a, b spot) int { return (a.at-b.at)*100 + a.needle - b.needle })
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	})
}
