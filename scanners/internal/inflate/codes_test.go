package inflate

import (
	"slices"
	"testing"
)

// bitWriter writes streams bit by bit, for what no compressor writes.
type bitWriter struct {
	out  []byte
	bits int
}

// put adds the lowest count bits of v, the lowest first.
func (w *bitWriter) put(v uint, count int) {
	for range count {
		if w.bits%8 == 0 {
			w.out = append(w.out, 0)
		}
		w.out[w.bits/8] |= byte(v&1) << (w.bits % 8)
		w.bits++
		v >>= 1
	}
}

// header starts a block that brings its own codes, whose lengths are written one by one with a code for lengths
// that has four bits for each of the lengths 0 to 15.
func (w *bitWriter) header(lits, dists []int) {
	w.put(1, 1)
	w.put(2, 2)
	w.put(uint(len(lits)-257), 5)
	w.put(uint(len(dists)-1), 5)
	w.put(15, 4)
	for _, symbol := range preOrder {
		if symbol < 16 {
			w.put(4, 3)
		} else {
			w.put(0, 3)
		}
	}
	for _, n := range slices.Concat(lits, dists) {
		w.code(uint(n), 4)
	}
}

// code adds a code of a table, the highest bit first.
func (w *bitWriter) code(code uint, length int) {
	for i := length - 1; i >= 0; i-- {
		w.put(code>>i, 1)
	}
}

type oddCode struct {
	name   string
	stream []byte
	fails  bool
}

// oddCodes are streams whose codes are unusual or wrong.
func oddCodes() []oddCode {
	lengths := func(size int, of map[int]int) []int {
		out := make([]int, size)
		for symbol, n := range of {
			out[symbol] = n
		}
		return out
	}
	make := func(name string, fails bool, lits, dists []int, body func(*bitWriter)) oddCode {
		var w bitWriter
		w.header(lits, dists)
		body(&w)
		w.put(0, 16)
		return oddCode{name, w.out, fails}
	}
	aEndMatch := lengths(258, map[int]int{'a': 1, 256: 2, 257: 2})
	deep := map[int]int{256: 15, 255: 15}
	for i := 1; i < 15; i++ {
		deep[i] = i
	}
	match := func(w *bitWriter) { // "a", then a match, then the end
		w.code(0, 1)
		w.code(3, 2)
		w.code(0, 1)
		w.code(2, 2)
	}
	return []oddCode{
		make("one distance", false, aEndMatch, []int{1}, match),
		make("one distance, the other code used", true, aEndMatch, []int{1}, func(w *bitWriter) {
			w.code(0, 1)
			w.code(3, 2)
			w.code(1, 1)
			w.code(2, 2)
		}),
		make("no distance, none used", false, aEndMatch, []int{0}, func(w *bitWriter) {
			w.code(0, 1)
			w.code(2, 2)
		}),
		make("no distance, one used", true, aEndMatch, []int{0}, match),
		make("one distance of two bits", true, aEndMatch, []int{2}, match),
		make("too many distances", true, aEndMatch, []int{1, 1, 1}, match),
		make("incomplete literals", true, lengths(258, map[int]int{'a': 2, 256: 2, 257: 2}), []int{1}, match),
		make("too many literals", true, lengths(258, map[int]int{'a': 1, 'b': 1, 256: 2, 257: 2}), []int{1}, match),
		make("only the end", false, lengths(257, map[int]int{256: 1}), []int{1}, func(w *bitWriter) { w.code(0, 1) }),
		make("no end", true, lengths(257, map[int]int{'a': 1, 'b': 1}), []int{1}, func(w *bitWriter) { w.put(0, 900) }),
		make("no literals at all", true, lengths(257, nil), []int{1}, func(w *bitWriter) { w.put(0, 100) }),
		make("long codes", false, lengths(257, deep), []int{1, 1}, func(w *bitWriter) {
			for n := 1; n < 15; n++ {
				for range 5 {
					w.code(1<<n-2, n)
				}
			}
			w.code(1<<15-2, 15)
			w.code(1<<15-1, 15)
		}),
		make("a match before the start", true, aEndMatch, []int{0, 1}, match),
		make("31 distances", true, aEndMatch, lengths(31, map[int]int{0: 1}), match),
		make("287 literals", true, lengths(287, map[int]int{'a': 1, 256: 1}), []int{1}, match),
	}
}

func TestOddCodes(t *testing.T) {
	for _, odd := range oddCodes() {
		t.Run(odd.name, func(t *testing.T) {
			for _, padding := range []int{0, 100} { // the careful loop and the fast one
				src := append(slices.Clone(odd.stream), make([]byte, padding)...)
				compare(t, src, 1000)
				if _, err := Decompress(make([]byte, 1000), src); (err != nil) != odd.fails {
					t.Errorf("error %v", err)
				}
			}
		})
	}
}

// The fixed codes have symbols that stand for nothing.
func TestFixedCodesWithoutMeaning(t *testing.T) {
	for _, padding := range []int{0, 100} {
		for _, symbol := range []uint{286, 287} {
			var w bitWriter
			w.put(3, 3)
			w.code(0xc0+symbol-280, 8)
			compare(t, append(w.out, make([]byte, padding)...), 100)
		}
		for _, symbol := range []uint{30, 31} {
			var w bitWriter
			w.put(3, 3)
			w.code(0x30+'a', 8)
			w.code(1, 7) // three bytes
			w.code(symbol, 5)
			compare(t, append(w.out, make([]byte, padding)...), 100)
		}
	}
}
