package dex

import (
	"context"
	"encoding/binary"
)

// maxNotes is how many places of one api are kept of one file.
const maxNotes = 4

// scan reads the code of one file for targets.
type scan struct {
	f     *file
	c     *collector
	t     *targets
	found map[uint16]*sites

	defined bitmap // types of the classes of the file, once asked for

	class  uint32 // index of its type
	method uint32
}

// sites are the places of one api in one file.
type sites struct {
	count    int
	notes    []note
	platform []note // those whose callers are of the platform's libraries
}

// code finds where the classes of the file use the targets. Class data and code are read up to a small multiple of
// the size of the file; compilers share the code of equal methods, but not more.
func (c *collector) code(ctx context.Context, f *file) error {
	t := f.find()
	c.strange(f)
	if len(t.methods)+len(t.fields)+len(t.texts) == 0 {
		return nil
	}
	s := &scan{f: f, c: c, t: t, found: map[uint16]*sites{}}
	if f.compact {
		c.gap("the code of %q is compact DEX, so it is known what it refers to but not from where", c.name)
		s.finish()
		return nil
	}
	for p := 0; p < len(f.classes); p += classSize {
		if p%(classSize<<10) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		s.class = u32(f.classes, p)
		s.classData(u32(f.classes, p+24))
		if s.c.codeRoom < 0 {
			c.damage("classes share data or code so often that reading on would take too long")
			c.gap("the code of %q was read in part: its classes share data or code without end", c.name)
			break
		}
	}
	s.finish()
	return nil
}

// strange notes strings that cannot be where they are said to be.
func (c *collector) strange(f *file) {
	if f.outside > 0 {
		c.damage("strings lie outside of the file")
		c.gap("%d strings of %q lie outside of the file", f.outside, c.name)
	}
	if c.stringRoom -= f.units; c.stringRoom < 0 {
		c.damage("strings share bytes")
		c.gap("the strings of %q claim more bytes than the file has, so not all may have been searched", c.name)
	}
}

// classData reads the methods of one class. Numbers are differences to the one before.
func (s *scan) classData(off uint32) {
	area := s.f.area
	if off == 0 {
		return
	}
	if int64(off) >= int64(len(area)) {
		s.c.damage("the data of a class lies outside of the file")
		return
	}
	p := int(off)
	var n [4]uint32 // static fields, instance fields, direct methods, virtual methods
	for i := range n {
		n[i], p = uleb(area, p)
	}
	p = s.skipFields(p, uint64(n[0])+uint64(n[1]))
	for _, count := range n[2:] {
		s.method = 0
		p = s.methods(p, count)
	}
	if p < 0 {
		s.c.damage("the data of a class breaks off")
		return
	}
	s.c.codeRoom -= int64(p) - int64(off)
}

func (s *scan) skipFields(p int, n uint64) int {
	for ; n > 0 && p >= 0 && s.c.codeRoom >= 0; n-- {
		_, p = uleb(s.f.area, p)
		_, p = uleb(s.f.area, p)
	}
	return p
}

// methods reads the methods of one kind.
func (s *scan) methods(p int, n uint32) int {
	for ; n > 0 && p >= 0 && s.c.codeRoom >= 0; n-- {
		var diff, code uint32
		diff, p = uleb(s.f.area, p)
		_, p = uleb(s.f.area, p)
		code, p = uleb(s.f.area, p)
		s.method += diff
		if code != 0 && p >= 0 {
			s.body(code)
		}
	}
	return p
}

// body looks through the code of one method for anything that may be a reference to a target, and reads it
// instruction by instruction only if there is.
func (s *scan) body(off uint32) {
	area := s.f.area
	if int64(off)+16 > int64(len(area)) {
		s.c.damage("the code of a method lies outside of the file")
		return
	}
	from := int(off) + 16
	size := 2 * int64(u32(area, int(off)+12))
	if size > int64(len(area)-from) {
		s.c.damage("the code of a method breaks off")
		size = int64(len(area)-from) &^ 1
	}
	code := area[from : from+int(size)]
	s.c.codeRoom -= size + 16
	if s.suspect(code) {
		s.read(body{code: code, registers: int(u16(area, int(off))), ins: int(u16(area, int(off)+2)), tries: int(u16(area, int(off)+6)), behind: area[from+int(size):]})
	}
}

// suspect reports whether some code unit may be the index of a target, behind an opcode that takes one. It looks at
// four units at once, since hardly any may be.
func (s *scan) suspect(code []byte) bool {
	low := &s.t.low
	p := 0
	for ; p+8 <= len(code); p += 8 {
		w := binary.LittleEndian.Uint64(code[p : p+8])
		a, b, c, d := uint16(w), uint16(w>>16), uint16(w>>32), uint16(w>>48)
		if (low[a>>6]>>(a&63)|low[b>>6]>>(b&63)|low[c>>6]>>(c&63)|low[d>>6]>>(d&63))&1 != 0 && s.behindOpcode(code, p, p+8) {
			return true
		}
	}
	return s.behindOpcode(code, p, len(code))
}

// behindOpcode reports whether such a unit lies within from and to.
func (s *scan) behindOpcode(code []byte, from, to int) bool {
	for p := max(from, 2); p+1 < to; p += 2 {
		if u := u16(code, p); s.t.low[u>>6]>>(u&63)&1 != 0 && uses[code[p-2]] != useNone {
			return true
		}
	}
	return false
}
