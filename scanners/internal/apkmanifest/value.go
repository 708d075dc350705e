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

// find returns an attribute of an element, nil when it is not there.
func find(e *axml.Element, name string) *axml.Attr {
	for i := range e.Attrs {
		if e.Attrs[i].Name == name {
			return &e.Attrs[i]
		}
	}
	return nil
}

// text is the value of an attribute, references resolved.
func (b *builder) text(e *axml.Element, name string) string {
	a := find(e, name)
	if a == nil {
		return ""
	}
	if s, ok := b.value(a); ok {
		return s
	}
	b.unresolved(e.Name + " " + name)
	return ""
}

// value is the text of an attribute; ok is false for a reference to nothing.
func (b *builder) value(a *axml.Attr) (s string, ok bool) {
	id, isRef := reference(a.Value)
	switch {
	case !a.Text && !isRef && strings.HasPrefix(a.Value, "@"):
		return "", false // a name that no table knows
	case a.Text || !isRef:
		return inventory.Text(a.Value), true
	case id == 0:
		return "", true // @null
	}
	if s, ok := b.refs[id]; ok {
		return s, s != unknown
	}
	if b.table == nil || len(b.refs) >= maxReferences {
		return "", false
	}
	values, err := b.table.Lookup(id)
	if err != nil {
		b.refs[id] = unknown
		return "", false
	}
	s = inventory.Text(arsc.Default(values))
	b.refs[id] = s
	return s, true
}

// unknown stands for the value of a resource that was not found.
const unknown = "\x00"

func (b *builder) unresolved(what string) {
	if len(b.m.Unresolved) < 20 {
		b.m.Unresolved = append(b.m.Unresolved, inventory.Text(what))
	}
}

// labels reads the application's label in every language.
func (b *builder) labels(e *axml.Element) {
	a := find(e, "label")
	if a == nil {
		return
	}
	id, isRef := reference(a.Value)
	if a.Text || !isRef || b.table == nil {
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

// truth is the value of a boolean attribute. Numbers count as the platform counts them; of texts it takes three
// for true and all others for false.
func (b *builder) truth(e *axml.Element, name string, absent bool) bool {
	a := find(e, name)
	if a == nil {
		return absent
	}
	switch s := b.text(e, name); {
	case s == "":
		return absent
	case s == "true" || s == "TRUE":
		return true
	case a.Text:
		return s == "1"
	default:
		n, isNumber := parseNumber(s)
		return isNumber && n != 0
	}
}
