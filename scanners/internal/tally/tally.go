// Package tally counts things that a parser met and did not understand, and keeps a few of them to show.
//
// What the package cannot see: why they were not understood.
package tally

import (
	"cmp"
	"maps"
	"slices"
	"unicode/utf8"
)

const (
	maxSamples = 5
	maxSample  = 120
	maxKeys    = 1000
)

// Tally is a count with the first few samples. The zero value is ready for use.
type Tally struct {
	Count   int
	Samples []string
}

// Add counts s, and keeps it as a sample while there are few and it is new.
func (t *Tally) Add(s string) {
	t.Count++
	if len(t.Samples) >= maxSamples {
		return
	}
	if s = Short(s); !slices.Contains(t.Samples, s) {
		t.Samples = append(t.Samples, s)
	}
}

// ByKey counts things by name, so that one unknown field on a thousand lines is one entry. The zero value is
// ready for use. At most a thousand names are told apart; the rest is counted together.
type ByKey struct {
	Count   int
	keys    map[string]int
	samples map[string]string
}

// Add counts one more of key; sample shows where it was met first.
func (b *ByKey) Add(key, sample string) {
	b.Count++
	if b.keys == nil {
		b.keys, b.samples = map[string]int{}, map[string]string{}
	}
	key = Short(key)
	if _, ok := b.keys[key]; !ok {
		if len(b.keys) >= maxKeys {
			return
		}
		b.samples[key] = Short(sample)
	}
	b.keys[key]++
}

// Keys is how many different names there were.
func (b *ByKey) Keys() int { return len(b.keys) }

// Samples shows the most frequent names first, a line of each.
func (b *ByKey) Samples() []string {
	keys := slices.SortedFunc(maps.Keys(b.keys), func(x, y string) int {
		return cmp.Or(cmp.Compare(b.keys[y], b.keys[x]), cmp.Compare(x, y))
	})
	var out []string
	for _, k := range keys[:min(len(keys), maxSamples)] {
		out = append(out, b.samples[k])
	}
	return out
}

// Short cuts s to what fits on a line.
func Short(s string) string {
	if len(s) <= maxSample {
		return s
	}
	cut := maxSample
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
