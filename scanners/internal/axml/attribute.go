package axml

import (
	"fmt"
	"math"
	"strconv"
)

// Types of values, from the published layout of ResourceTypes.h.
const (
	typeNull      = 0x00
	typeReference = 0x01
	typeAttribute = 0x02
	typeString    = 0x03
	typeFloat     = 0x04
	typeHex       = 0x11
	typeBool      = 0x12
	typeDynamic   = 0x07
)

const androidNamespace = "http://schemas.android.com/apk/res/android"

// start reads the start of an element.
func (r *reader) start(pos, body, end int) error {
	r.outline.element(pos, true)
	if body+tagSize > end {
		r.outline.wrong("an element at offset %d is cut short; %s", pos, refuses)
		return nil
	}
	if r.outline.depth > maxDepth {
		return &LimitError{"levels of elements", maxDepth}
	}
	name, err := r.text(u32(r.data, body+4))
	if err != nil {
		return err
	}
	r.element = Element{Name: name, Depth: r.outline.depth, Attrs: r.element.Attrs[:0]}
	if err := r.attributes(pos, body, end); err != nil {
		return err
	}
	r.elements++
	return r.h.Start(&r.element)
}

// attributes reads the attributes of an element. Android looks for them in one pass in the order of their
// resource ids, so that one behind another with a higher id is not found, nor the second of two.
func (r *reader) attributes(pos, body, end int) error {
	start, size, count := int(u16(r.data, body+8)), int(u16(r.data, body+10)), int(u16(r.data, body+12))
	if start+size*count > end-body {
		r.outline.wrong("an element at offset %d has more attributes than have room; %s", pos, refuses)
	}
	if start != tagSize || size != attributeSize && count > 0 {
		r.odd("the attributes of an element do not follow it at once, or have another size")
	}
	highest := uint32(0)
	for i := range count {
		at := body + start + size*i
		if at+attributeSize > len(r.data) {
			break
		}
		if err := r.spend(1); err != nil {
			return err
		}
		a := attribute{ns: u32(r.data, at), name: u32(r.data, at+4), raw: u32(r.data, at+8), kind: r.data[at+15], data: u32(r.data, at+16)}
		a.id = r.id(a.name)
		if a.id != 0 && a.id <= highest {
			r.odd("attributes are out of order or there twice; Android does not find them all")
			a.hidden = true
		}
		highest = max(highest, a.id)
		if err := r.attribute(&a); err != nil {
			return err
		}
	}
	return nil
}

// attribute is one attribute as it stands in the document.
type attribute struct {
	ns, name, raw, data uint32
	id                  uint32 // resource id of the name, 0 for none
	kind                byte
	hidden              bool // Android does not find it by its id
}

// id is the resource id of an attribute's name.
func (r *reader) id(name uint32) uint32 {
	if i := int64(name) * 4; i+4 <= int64(len(r.ids)) {
		return u32(r.ids, int(i))
	}
	return 0
}

// attribute adds an attribute under each name by which Android finds it: by its resource id, whatever stands in
// its name and namespace, and if it has no namespace by its name.
func (r *reader) attribute(a *attribute) error {
	own, err := r.text(a.name)
	if err != nil {
		return err
	}
	if a.kind == typeNull && a.data == 0 {
		r.odd("an attribute has no value, which build tools write in another way")
	}
	known := attributeNames[a.id]
	if a.id != 0 && !a.hidden && a.kind != typeNull {
		value, err := r.typed(a)
		if err != nil {
			return err
		}
		name := known
		if name == "" {
			name = "#" + own
		}
		r.element.Attrs = append(r.element.Attrs, Attr{Name: name, Value: value, Text: a.kind == typeString})
	}
	if known != "" && known != own {
		r.odd("attributes are named otherwise than their resource ids say")
	}
	if a.ns == none && (a.id == 0 || known != own) {
		return r.plain(a, own)
	}
	if a.id == 0 {
		return r.unseen(a, own)
	}
	return nil
}

// unseen adds an attribute with a namespace and no resource id, which Android's package parser does not see.
func (r *reader) unseen(a *attribute, own string) error {
	space, err := r.text(a.ns)
	if err != nil {
		return err
	}
	if space == androidNamespace {
		space = "android"
		if knownNames[own] {
			r.odd("attributes have a name of Android and no resource id; Android does not find them")
		}
	}
	return r.plain(a, space+":"+own)
}

// typed is the value that Android takes when it finds an attribute by its id. Tools take the raw string instead.
func (r *reader) typed(a *attribute) (string, error) {
	if a.kind != typeString {
		return value(a.kind, a.data), nil
	}
	text, err := r.text(a.data)
	if err != nil || a.raw == a.data {
		return text, err
	}
	raw, err := r.text(a.raw)
	if raw != text {
		r.mismatches++
	}
	return text, err
}

// plain adds an attribute as Android takes it when it finds it by its name: the raw string where text is asked
// for, if there is one.
func (r *reader) plain(a *attribute, name string) error {
	raw, err := r.text(a.raw)
	if err != nil {
		return err
	}
	out := Attr{Name: name, Value: raw, Text: true}
	switch {
	case a.kind != typeString:
		out = Attr{Name: name, Value: value(a.kind, a.data), Raw: raw}
	case a.data != a.raw && a.data != none:
		typed, err := r.text(a.data)
		if err != nil {
			return err
		}
		if a.raw == none {
			out.Value = typed
		} else if typed != raw {
			r.mismatches++
		}
	}
	r.element.Attrs = append(r.element.Attrs, out)
	return nil
}

// value writes a value that is no string.
func value(kind byte, data uint32) string {
	switch kind {
	case typeReference, typeDynamic:
		return "@" + strconv.FormatUint(uint64(data), 16)
	case typeAttribute:
		return "?" + strconv.FormatUint(uint64(data), 16)
	case typeBool:
		return strconv.FormatBool(data != 0)
	case typeHex:
		return "0x" + strconv.FormatUint(uint64(data), 16)
	case typeFloat:
		return fmt.Sprintf("%g", math.Float32frombits(data))
	case typeNull:
		return ""
	}
	return strconv.FormatInt(int64(int32(data)), 10)
}
