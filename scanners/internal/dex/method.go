package dex

import (
	"slices"

	"quaestor/scanners/inventory"
)

// maxArgument is how many bytes of an argument are shown.
const maxArgument = 80

// hit is a target that a method uses.
type hit struct {
	api    uint16
	at     int    // its instruction
	method uint32 // that is called
}

// read goes through the instructions of the current method.
func (s *scan) read(b body) {
	code := b.code
	var hits []hit
	programs := false
	for p := 0; p+1 < len(code); p += width(code, p) {
		use, index := reference(code, p)
		var a uint16
		var ok bool
		switch use {
		case useNone:
			continue
		case useMethod:
			if a, ok = s.t.methods[index]; ok {
				programs = programs || vocab().programs[a]
			}
		case useField:
			a, ok = s.t.fields[index]
		case useText:
			a, ok = s.t.texts[index]
		}
		if ok {
			hits = append(hits, hit{a, p, index})
		}
	}
	s.keep(b, hits, programs)
}

// keep counts what a method uses. Strings that name programs count where it starts one.
func (s *scan) keep(b body, hits []hit, programs bool) {
	if len(hits) == 0 {
		return
	}
	var arguments map[int]uint32
	platform := isPlatform(s.f.typeText(s.class))
	for _, h := range hits {
		a := &apis()[h.api]
		if a.kind == callText && !programs {
			continue
		}
		found := s.found[h.api]
		if found == nil {
			found = &sites{}
			s.found[h.api] = found
		}
		found.count++
		notes := &found.notes
		if platform {
			notes = &found.platform
		}
		if len(*notes) == maxNotes || s.noted(*notes) {
			continue
		}
		if arguments == nil && a.argument {
			arguments = s.arguments(b, hits)
		}
		n := s.note(h, a, arguments)
		n.platform = platform
		*notes = append(*notes, n)
	}
}

// noted reports whether a place in the current class is among the notes.
func (s *scan) noted(notes []note) bool {
	return slices.ContainsFunc(notes, func(n note) bool { return n.caller == s.class })
}

// note makes the note of a hit.
func (s *scan) note(h hit, a *api, arguments map[int]uint32) note {
	caller := dotted(className(s.f.typeText(s.class)))
	argument := ""
	if text, ok := arguments[h.at]; ok && a.argument {
		argument = decode(s.f.text(text, maxArgument))
	}
	item := caller + "." + s.methodName() + " → " + a.label(argument)
	return note{api: h.api, class: caller, caller: s.class, item: inventory.Text(item)}
}

// arguments returns the string constants that calls hand over, by the place of the call.
func (s *scan) arguments(b body, hits []hit) map[int]uint32 {
	out := map[int]uint32{}
	fl, cost := follow(b)
	s.c.codeRoom -= int64(cost)
	if fl == nil {
		return out
	}
	for p := 0; p+1 < len(b.code) && len(hits) > 0; p += width(b.code, p) {
		fl.step(p)
		if p != hits[0].at {
			continue
		}
		if at, ok := s.t.arguments[hits[0].method]; ok && uses[b.code[p]] == useMethod {
			if register, ok := handed(b.code, p, at); ok {
				if text, ok := fl.value(register); ok {
					out[p] = text
				}
			}
		}
		hits = hits[1:]
	}
	return out
}

func (s *scan) methodName() string {
	if p := int64(s.method) * methodSize; p+methodSize <= int64(len(s.f.methods)) {
		return dotted(s.f.text(u32(s.f.methods, int(p)+4), maxName))
	}
	return "?"
}

// finish hands the places over. What the file refers to without an instruction that was found is noted without one,
// unless the file itself defines the class, which explains the entry.
func (s *scan) finish() {
	s.unused(s.t.methods, s.f.methods, methodSize)
	s.unused(s.t.fields, s.f.fields, fieldSize)
	s.unused(s.t.texts, nil, 0)
	for a := range uint16(len(apis())) {
		if found := s.found[a]; found != nil {
			notes := append(found.notes, found.platform...)
			notes = notes[:min(len(notes), maxNotes)]
			notes[0].count = found.count
			s.c.notes = append(s.c.notes, notes...)
		}
	}
}

// unused notes the targets of one table of which no use was found.
func (s *scan) unused(targets map[uint32]uint16, table []byte, size int) {
	for index, a := range targets {
		if s.found[a] != nil || apis()[a].kind == callText {
			continue
		}
		if p := int(index) * size; size > 0 && s.defines(uint32(u16(table, p))) {
			continue
		}
		s.found[a] = &sites{count: 1, notes: []note{{api: a, item: "→ " + apis()[a].label("")}}}
	}
}

// defines reports whether the file defines the type.
func (s *scan) defines(class uint32) bool {
	if s.defined == nil {
		s.defined = newBitmap(len(s.f.types) / typeSize)
		for p := 0; p < len(s.f.classes); p += classSize {
			s.defined.set(u32(s.f.classes, p))
		}
	}
	return s.defined.has(class)
}
