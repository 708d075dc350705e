package arsc

import (
	"fmt"
	"strconv"
)

// Value is one value of a resource. Locale is a language tag such as "nl" or "pt-BR", "" for the default.
type Value struct {
	Locale string
	Plain  bool // the configuration asks for nothing but a language
	Type   byte
	Text   string // the string, or the number or truth in text
}

// Lookup returns the values of a resource in the order of the table, references followed.
func (t *Table) Lookup(id uint32) ([]Value, error) {
	var out []Value
	t.found = 0
	err := t.collect(id, 0, func(v Value) { out = append(out, v) })
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the resource table holds no value for %#x", id)
	}
	return out, nil
}

// Default returns the value that a device without a matching language would show.
func (t *Table) Default(id uint32) (string, error) {
	values, err := t.Lookup(id)
	if err != nil {
		return "", err
	}
	return Default(values), nil
}

// Default picks from values: one without any condition, else one without a language, else the first.
func Default(values []Value) string {
	best := 0
	for i, v := range values {
		if v.Locale != "" {
			continue
		}
		if v.Plain {
			return v.Text
		}
		if values[best].Locale != "" {
			best = i
		}
	}
	return values[best].Text
}

func (t *Table) collect(id uint32, depth int, add func(Value)) error {
	if depth > maxReferences {
		return fmt.Errorf("resource %#x refers in a circle", id)
	}
	id = t.current(id)
	for _, c := range t.types[uint16(id>>16)] {
		if t.work++; t.work > maxWork {
			return errWork
		}
		kind, data, ok := c.value(int(id & 0xffff))
		if !ok {
			continue
		}
		if t.found++; t.found > maxValues {
			return nil
		}
		locale, plain := c.locale()
		if kind == TypeReference || kind == typeDynamic {
			if err := t.follow(data, depth, Value{Locale: locale, Plain: plain}, add); err != nil {
				return err
			}
			continue
		}
		if text, ok := t.text(kind, data); ok {
			t.work += len(text) / 16
			add(Value{Locale: locale, Plain: plain, Type: kind, Text: text})
		}
	}
	return nil
}

// current is the id of a resource that was renumbered while its platform was made, and belongs to the table's own
// package where the package is left open.
func (t *Table) current(id uint32) uint32 {
	if id>>24 == 0 {
		id |= t.own << 24
	}
	for _, pairs := range t.aliases {
		t.work += len(pairs) / 8
		for at := 0; at+8 <= len(pairs) && t.work <= maxWork; at += 8 {
			if u32(pairs, at) == id {
				return u32(pairs, at+4)
			}
		}
	}
	return id
}

// follow resolves a reference to its default value, keeping the language of the entry that refers; an entry
// without a language passes on all languages of what it refers to.
func (t *Table) follow(id uint32, depth int, from Value, add func(Value)) error {
	if from.Locale == "" {
		return t.collect(id, depth+1, add)
	}
	var found []Value
	if err := t.collect(id, depth+1, func(v Value) { found = append(found, v) }); err != nil {
		return err
	}
	if len(found) > 0 {
		add(Value{Locale: from.Locale, Plain: from.Plain, Type: found[0].Type, Text: Default(found)})
	}
	return nil
}

// value finds one entry of the chunk.
func (c *typeChunk) value(entry int) (kind byte, data uint32, ok bool) {
	at, ok := c.offset(entry)
	if !ok {
		return 0, 0, false
	}
	at += c.entries
	if at < 0 || at+8 > len(c.data) {
		return 0, 0, false
	}
	flags := u16(c.data, at+2)
	if flags&entryCompact != 0 {
		return byte(flags >> 8), u32(c.data, at+4), true
	}
	if flags&entryComplex != 0 {
		return 0, 0, false
	}
	at += int(u16(c.data, at)) // the value follows the entry
	if at+8 > len(c.data) {
		return 0, 0, false
	}
	return c.data[at+3], u32(c.data, at+4), true
}

// offset finds where an entry lies, counted from the first one.
func (c *typeChunk) offset(entry int) (int, bool) {
	switch {
	case c.flags&typeSparse != 0:
		return c.sparse(entry)
	case entry >= c.count:
		return 0, false
	case c.flags&typeOffset16 != 0:
		at := c.index + 2*entry
		if at+2 > len(c.data) || u16(c.data, at) == noEntry16 {
			return 0, false
		}
		return int(u16(c.data, at)) * 4, true
	}
	at := c.index + 4*entry
	if at+4 > len(c.data) || u32(c.data, at) == noEntry {
		return 0, false
	}
	return int(u32(c.data, at)), true
}

// sparse searches an index of pairs, sorted by entry.
func (c *typeChunk) sparse(entry int) (int, bool) {
	lo, hi := 0, min(c.count, (len(c.data)-c.index)/4)
	for lo < hi {
		mid := (lo + hi) / 2
		at := c.index + 4*mid
		switch id := int(u16(c.data, at)); {
		case id == entry:
			return int(u16(c.data, at+2)) * 4, true
		case id < entry:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0, false
}

// locale reads language and region of the configuration, and whether it asks for anything else.
func (c *typeChunk) locale() (tag string, plain bool) {
	if c.config+16 > len(c.data) {
		return "", true
	}
	size := int(u32(c.data, c.config))
	if size < 12 {
		return "", true
	}
	lang := code(c.data[c.config+8:], 'a')
	region := code(c.data[c.config+10:], '0')
	tag = lang
	if region != "" {
		tag += "-" + region
	}
	end := min(c.config+size, len(c.data), c.index)
	for i := c.config + 4; i < end; i++ {
		if (i < c.config+8 || i >= c.config+12) && c.data[i] != 0 && !c.localeExtra(i-c.config) {
			return tag, false
		}
	}
	return tag, true
}

// localeExtra reports the bytes of a configuration that belong to the locale: script and variant.
func (c *typeChunk) localeExtra(i int) bool { return i >= 36 && i < 48 }

// code unpacks a language or region: two letters, or three packed in 15 bits with the top bit set.
func code(b []byte, base byte) string {
	if b[0]&0x80 == 0 {
		if b[0] == 0 {
			return ""
		}
		return string(b[:2])
	}
	return string([]byte{b[1]&0x1f + base, b[1]>>5 + b[0]&0x03<<3 + base, b[0]&0x7c>>2 + base})
}

// text turns a value into text; ok is false for kinds that a manifest has no use for.
func (t *Table) text(kind byte, data uint32) (string, bool) {
	switch kind {
	case TypeString:
		return t.strings.get(data)
	case TypeDec, TypeHex:
		return strconv.Itoa(int(int32(data))), true
	case TypeBool:
		return strconv.FormatBool(data != 0), true
	}
	return "", false
}
