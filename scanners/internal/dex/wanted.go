package dex

import (
	"sync"

	"quaestor/scanners/inventory"
)

// kind says what an api is found by.
type kind uint8

const (
	call     kind = iota // an instruction that calls the method of the class
	callAny              // one that calls a method of that name and short prototype, of any class: own classes inherit it
	field                // one that reads a field of the class
	constant             // one that loads the string
	callText             // the string, in a method that starts programs
)

// api is something whose use in code is a mark.
type api struct {
	mark        string
	kind        kind
	class, name string // with slashes; for a constant, name is the string
	shorty      string // callAny: return type and parameters, one letter each
	argument    bool   // show the string handed over, where it is a constant
}

// damaged stands for a file that breaks its format; it is found by reading, not by code.
const damaged = 0

// apis are all of them. The order is that in which a mark's phrase names them.
var apis = sync.OnceValue(func() []api {
	out := []api{{mark: inventory.MarkDamagedCode}}
	for _, g := range calls {
		for _, name := range g.names {
			out = append(out, api{mark: g.mark, kind: call, class: g.class, name: name, argument: g.argument})
		}
	}
	for _, g := range inherited {
		out = append(out, api{mark: g.mark, kind: callAny, name: g.name, shorty: g.shorty})
	}
	for _, g := range fields {
		out = append(out, api{mark: g.mark, kind: field, class: g.class, name: g.name})
	}
	for _, g := range texts {
		for _, s := range g.texts {
			out = append(out, api{mark: g.mark, kind: g.kind, name: s})
		}
	}
	return out
})

// pair is a class and a name, as places in the vocabulary; class 0 is any.
type pair struct{ class, name uint16 }

// vocabulary is the apis in the form in which a file is searched for them.
type vocabulary struct {
	words    map[string]uint16 // every string that matters, from 1 on
	prefixes [256][2]uint64    // by first byte: the lengths of words that begin with it
	methods  map[pair]uint16   // api
	fields   map[pair]uint16
	texts    map[uint16]uint16
	programs map[uint16]bool // apis that start programs
}

// longest is the longest word of the vocabulary.
const longest = 127

var vocab = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{words: map[string]uint16{}, methods: map[pair]uint16{}, fields: map[pair]uint16{}, texts: map[uint16]uint16{}, programs: map[uint16]bool{}}
	for i, a := range apis() {
		if i != damaged {
			v.add(uint16(i), a)
		}
	}
	return v
})

// word adds a string and returns its number.
func (v *vocabulary) word(s string) uint16 {
	if n, ok := v.words[s]; ok {
		return n
	}
	n := uint16(len(v.words) + 1)
	v.words[s] = n
	v.prefixes[s[0]][len(s)>>6] |= 1 << (len(s) & 63)
	return n
}

// add enters one api.
func (v *vocabulary) add(i uint16, a api) {
	switch a.kind {
	case call:
		v.methods[pair{v.word("L" + a.class + ";"), v.word(a.name)}] = i
		v.programs[i] = a.mark == inventory.MarkExec
	case callAny:
		v.methods[pair{0, v.word(a.name)}] = i
	case field:
		v.fields[pair{v.word("L" + a.class + ";"), v.word(a.name)}] = i
	case constant, callText:
		v.texts[v.word(a.name)] = i
	}
}
