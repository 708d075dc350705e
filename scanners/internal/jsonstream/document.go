package jsonstream

import (
	"encoding/json"
	"slices"
)

// document passes one document, which begins at the next byte, c.
func (s *stream) document(c byte, line int) error {
	switch c {
	case ',': // between objects of a list whose brackets are missing
		s.i++
		return nil
	case '[':
		s.page++
		s.i++
		return s.list("")
	case '{':
		s.page++
		return s.alone(line)
	}
	s.restOfLine()
	return s.refuse(line, "", ErrBroken, "here is neither an object nor a list", line)
}

// restOfLine passes what is no JSON.
func (s *stream) restOfLine() {
	for {
		for ; s.i < len(s.buf); s.i++ {
			if s.buf[s.i] == '\n' {
				return
			}
		}
		if !s.more() {
			return
		}
	}
}

// alone passes an object that is a document: around a list, or an element by itself.
func (s *stream) alone(line int) error {
	s.hold()
	start := s.at()
	s.begin(&s.documents)
	s.pending = s.pending[:0]
	found, err := s.object(1, start, line)
	if err != nil {
		return err
	}
	s.documents = s.begun
	defer s.letGo()
	if found {
		return nil
	}
	return s.hand(start, line, "")
}

// hand hands out what was held from start on.
func (s *stream) hand(start int64, line int, member string) error {
	s.floor = s.at()
	if raw, ok := s.taken(start); ok {
		return s.yield(Element{Raw: raw, Line: line, Member: member, Page: s.page})
	}
	return s.refuse(line, member, ErrTooLarge, "", line)
}

// pending is a member of an object of which is not yet known whether there is a list in it.
type pending struct {
	name     string
	from, to int64
}

// maxPending is how many members before a list are told.
const maxPending = 1000

// object passes an object member by member, and through the lists in it. Until one is found, what is held is kept.
func (s *stream) object(depth int, start int64, line int) (found bool, err error) {
	s.i++
	for {
		c, ok := s.next()
		switch {
		case found: // what is wrong from here on has nothing to do with the beginning
			start, line = s.at(), s.lineOf(s.at())
		}
		switch {
		case !ok:
			return found, s.fault(start, line, "")
		case c == '}':
			s.i++
			return found, nil
		case c == ',':
			s.i++
			continue
		case c != '"':
			return found, s.fault(start, line, wrongBracket)
		}
		if s.held < 0 {
			s.hold()
		}
		name, wrong, ok := s.name()
		if !ok {
			return found, s.fault(start, line, wrong)
		}
		inside, err := s.member(name, depth, start, line)
		if err != nil {
			return found, err
		}
		if found = found || inside; found {
			s.tell()
			s.letGo()
		}
	}
}

// name passes the name of a member and the colon behind it.
func (s *stream) name() (name, wrong string, ok bool) {
	from := s.at()
	s.last = from
	s.i++
	if !s.text() {
		return "", "", false
	}
	if at := from - s.base; at >= 0 && int64(s.i)-at < maxOutside {
		raw := s.buf[at:s.i]
		if name = string(raw[1 : len(raw)-1]); slices.Contains(raw, '\\') {
			_ = json.Unmarshal(raw, &name) // as it stands, if it is none
		}
	}
	if c, there := s.next(); !there {
		return "", "", false
	} else if c != ':' {
		return "", wrongByte, false
	}
	s.i++
	return name, "", true
}

// member passes the value of a member, and reports whether it was, or held, a list that is wanted.
func (s *stream) member(name string, depth int, start int64, line int) (found bool, err error) {
	c, there := s.next()
	wanted := slices.Contains(s.o.Members, name)
	from := s.at()
	switch {
	case !there:
		return false, s.fault(start, line, "")
	case wanted && c == '[':
		s.tell()
		s.letGo()
		s.i++
		return true, s.listAndMore(name)
	case wanted && c == '{':
		s.tell()
		return true, s.element(name, s.lineOf(s.at()))
	case c == '{' && depth < s.o.Depth:
		before := len(s.pending)
		found, err := s.object(depth+1, start, line)
		if found || err != nil {
			return found, err
		}
		s.pending = s.pending[:before]
	default:
		// Outside of the wanted lists other lists may hold what begins as an element does: no bracket is missing there.
		begun := s.begun
		s.begun = shape{}
		if wrong, ok := s.value(); !ok {
			s.begun = begun
			return false, s.fault(start, line, wrong)
		}
		s.begun = begun
	}
	if len(s.pending) < maxPending {
		s.pending = append(s.pending, pending{name, from, s.at()})
	}
	return false, nil
}

// tell hands out the members that were passed before a list was found.
func (s *stream) tell() {
	for _, p := range s.pending {
		m := Member{Name: p.name, Page: s.page}
		if p.from >= s.base && p.to-p.from <= maxOutside {
			m.Value = slices.Clone(s.buf[p.from-s.base : p.to-s.base])
		}
		if s.o.Outside != nil {
			s.o.Outside(m)
		}
	}
	s.pending = s.pending[:0]
}

// listAndMore passes a list inside an object, and what belongs to it although a bracket closed it too early.
func (s *stream) listAndMore(member string) error {
	for {
		if err := s.list(member); err != nil {
			return err
		}
		c, ok := s.next()
		if !ok || c != ',' {
			return nil
		}
		s.i++
		if c, ok = s.next(); !ok || c != '{' {
			return nil
		}
		line := s.lineOf(s.at())
		if err := s.refuse(line, member, ErrBroken, wrongBracket, line); err != nil {
			return err
		}
	}
}

// list passes the elements of a list, up to its end. The bracket before them is passed already.
func (s *stream) list(member string) error {
	for {
		c, ok := s.next()
		if !ok {
			return s.fault(s.at(), s.lineOf(s.at()), "")
		}
		var err error
		switch c {
		case ']':
			s.i++
			return nil
		case ',':
			s.i++
		case '{':
			err = s.element(member, s.lineOf(s.at()))
		default:
			err = s.noObject(member, s.lineOf(s.at()))
		}
		if f, is := err.(*fault); is {
			err = s.recover(f, &s.elements, member)
		}
		if err != nil {
			return err
		}
	}
}

// element passes an element and hands it out.
func (s *stream) element(member string, line int) error {
	s.hold()
	start := s.at()
	s.begin(&s.elements)
	if wrong, ok := s.nested(); !ok {
		return s.fault(start, line, wrong)
	}
	s.elements = s.begun
	defer s.letGo()
	return s.hand(start, line, member)
}

// noObject passes something else in a list.
func (s *stream) noObject(member string, line int) error {
	start := s.at()
	if wrong, ok := s.value(); !ok {
		return s.fault(start, line, wrong)
	}
	return s.refuse(line, member, ErrOther, "", line)
}
