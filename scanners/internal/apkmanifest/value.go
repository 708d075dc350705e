package apkmanifest

import (
	"strconv"
	"strings"

	"quaestor/scanners/internal/arsc"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/inventory"
)

// reference splits "@7f0b0001" into the resource id it stands for.
func reference(v string) (uint32, bool) {
	hex, ok := strings.CutPrefix(v, "@")
	if !ok || hex == "" || len(hex) > 8 {
		return 0, false
	}
	id, err := strconv.ParseUint(hex, 16, 32)
	return uint32(id), err == nil
}

// text is the value of an attribute, references resolved.
func (b *builder) text(e *axml.Element, name string) string {
	v, ok := e.Lookup(name)
	if !ok {
		return ""
	}
	id, ok := reference(v)
	if !ok {
		return inventory.Text(v)
	}
	if id == 0 {
		return "" // @null
	}
	if s, ok := b.refs[v]; ok {
		return s
	}
	s, found := b.resolve(id)
	if !found {
		b.unresolved(e.Name + " " + name)
	}
	if len(b.refs) < maxReferences {
		b.refs[v] = s
	}
	return s
}

func (b *builder) resolve(id uint32) (string, bool) {
	if b.table == nil || len(b.refs) >= maxReferences {
		return "", false
	}
	s, err := b.table.Default(id)
	return inventory.Text(s), err == nil
}

func (b *builder) unresolved(what string) {
	if len(b.m.Unresolved) < 20 {
		b.m.Unresolved = append(b.m.Unresolved, inventory.Text(what))
	}
}

// label reads the application's label in every language.
func (b *builder) label(e *axml.Element) {
	v, ok := e.Lookup("label")
	if !ok {
		return
	}
	id, isRef := reference(v)
	if !isRef || b.table == nil {
		b.m.Label = b.text(e, "label")
		return
	}
	values, err := b.table.Lookup(id)
	if err != nil {
		b.m.Label = b.text(e, "label")
		return
	}
	b.m.Label = inventory.Text(arsc.Default(values))
	labels := map[string]string{"": b.m.Label}
	for _, v := range values {
		if _, have := labels[v.Locale]; !have {
			labels[v.Locale] = inventory.Text(v.Text)
		}
	}
	if len(labels) > 1 {
		b.m.Labels = labels
	}
}

// number is the value of a whole-number attribute, 0 when there is none.
func (b *builder) number(e *axml.Element, name string) int64 {
	n, _ := parseNumber(b.text(e, name))
	return n
}

func parseNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil || n > 1<<32-1 || n < -1<<31 {
		return 0, false
	}
	return n & 0xffffffff, true
}

// sdk is an API level, or the codename of a preview that stands in its place.
func (b *builder) sdk(e *axml.Element, name string) (level int, codename string) {
	s := b.text(e, name)
	if s == "" {
		return 0, ""
	}
	if n, ok := parseNumber(s); ok {
		return int(n), ""
	}
	return 0, s
}

// truth is the value of a boolean attribute. Numbers count as the platform counts them.
func (b *builder) truth(e *axml.Element, name string, absent bool) bool {
	switch s := b.text(e, name); s {
	case "":
		return absent
	case "true":
		return true
	case "false", "0":
		return false
	default:
		_, isNumber := parseNumber(s)
		return isNumber || absent
	}
}
