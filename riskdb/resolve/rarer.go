package resolve

import "strings"

// soundIndex finds names by how they sound in Latin letters. Most inventories never ask for it.
type soundIndex struct {
	names     map[string][]ref
	makers    map[string][]int32 // vendors
	companies [][]string         // by vendor, as Index.companies
}

func (ix *Index) bySound() *soundIndex {
	s := &soundIndex{names: make(map[string][]ref, len(ix.all)), makers: make(map[string][]int32, len(ix.makers)), companies: make([][]string, len(ix.companies))}
	for _, l := range ix.all {
		add(s.names, spokenKey(words(l.name)), l.ref)
	}
	for i, known := range ix.companies {
		for _, c := range known {
			sound := spokenWords(c.telling)
			s.companies[i] = append(s.companies[i], sound)
			addOnce(s.makers, sound, int32(i))
		}
	}
	return s
}

// shapeIndex finds names by their shape.
type shapeIndex struct {
	names  map[string][]ref
	starts map[[3]byte]bool // of these names, and of makers
}

func (ix *Index) byShape() *shapeIndex {
	s := &shapeIndex{names: make(map[string][]ref, 2*len(ix.all)), starts: make(map[[3]byte]bool, len(ix.all))}
	for _, l := range ix.all {
		if !l.short {
			s.add(words(l.name), l.ref)
		}
	}
	for key := range ix.makers {
		s.starts[start(key)] = true
	}
	return s
}

// add lists a name by its shape, and by that of its capitals, in which an i is an l.
func (s *shapeIndex) add(ws []word, r ref) {
	shaped := shapeWords(ws)
	key := compact(shaped)
	add(s.names, key, r)
	s.starts[start(key)] = true
	if !strings.Contains(key, "i") {
		return
	}
	for i := range ws {
		shaped[i].s = shape(strings.ToUpper(ws[i].raw))
	}
	key = compact(shaped)
	add(s.names, key, r)
	s.starts[start(key)] = true
}

// mayLook reports whether a name begins with the shape of any that is known: most are seen so to be no likeness.
func (s *shapeIndex) mayLook(ws []word) bool {
	var b [3]byte
	n := 0
	for _, w := range ws {
		if n += copy(b[n:], shape(w.raw)); n == len(b) {
			break
		}
	}
	return s.starts[b]
}

func start(key string) (b [3]byte) {
	copy(b[:], key)
	return b
}
