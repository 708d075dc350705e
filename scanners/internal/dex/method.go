package dex

import (
	"quaestor/scanners/inventory"
)

// hit is a target that a method uses, with the string that a register held.
type hit struct {
	api uint16
	arg uint32
	has bool
}

// read goes through the instructions of the current method.
func (s *scan) read(code []byte) {
	var hits []hit
	held := map[uint8]uint32{} // constants in registers, as the instructions stand
	programs := false
	for p := 0; p+1 < len(code); p += width(code, p) {
		use, index := reference(code, p)
		var a uint16
		var ok bool
		switch use {
		case useNone:
			continue
		case useMethod:
			a, ok = s.t.methods[index]
		case useField:
			a, ok = s.t.fields[index]
		case useText:
			held[code[p+1]] = index
			a, ok = s.t.texts[index]
		}
		if !ok {
			continue
		}
		h := hit{api: a}
		if use == useMethod {
			programs = programs || vocab().programs[a]
			h.arg, h.has = argument(code, p, held)
		}
		hits = append(hits, h)
	}
	s.keep(hits, programs)
}

// argument returns the constant that the call at p hands over as its last argument, if it is one.
func argument(code []byte, p int, held map[uint8]uint32) (uint32, bool) {
	n := int(code[p+1] >> 4)
	if code[p] > 0x72 || n == 0 || n > 4 || p+6 > len(code) {
		return 0, false
	}
	v, ok := held[uint8(u16(code, p+4)>>(4*(n-1))&0xf)]
	return v, ok
}

// keep counts what a method uses. Strings that name programs count where it starts one.
func (s *scan) keep(hits []hit, programs bool) {
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
		if len(found.notes) < maxNotes {
			s.note(found, h, a)
		}
	}
}

// note keeps the place of a hit, if it is of another class than those that are kept.
func (s *scan) note(found *sites, h hit, a *api) {
	class := className(s.f.typeText(s.class))
	caller := dotted(class)
	for _, n := range found.notes {
		if n.class == caller {
			return
		}
	}
	item := caller + "." + s.methodName() + " → " + a.label(s.argumentText(h, a))
	found.notes = append(found.notes, note{api: h.api, class: caller, item: inventory.Text(item)})
}

func (s *scan) methodName() string {
	if p := int64(s.method) * methodSize; p+methodSize <= int64(len(s.f.methods)) {
		return dotted(s.f.text(u32(s.f.methods, int(p)+4), maxName))
	}
	return "?"
}

// argumentText shows the string handed over.
func (s *scan) argumentText(h hit, a *api) string {
	const most = 80
	if !a.argument || !h.has {
		return ""
	}
	return decode(s.f.text(h.arg, most))
}

// finish hands the places over. What the file refers to without an instruction that was found is noted without one,
// unless the file itself defines the class, which explains the entry.
func (s *scan) finish() {
	s.unused(s.t.methods, s.f.methods, methodSize)
	s.unused(s.t.fields, s.f.fields, fieldSize)
	s.unused(s.t.texts, nil, 0)
	for a := range uint16(len(apis())) {
		if found := s.found[a]; found != nil {
			found.notes[0].count = found.count
			s.c.notes = append(s.c.notes, found.notes...)
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
