package mapping

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/internal/jsonpart"
)

// node is a place in an element of JSON, and what is read there and below.
type node struct {
	reads []read
	apps  bool // the list of apps
	below map[string]*node
	bit   uint64 // of its name among those of one object; 0 where there are too many
}

// read is a field that has a value at a place. Of several places the one with the lowest rank counts.
type read struct {
	field, rank int
	seen        bool // it is when a device last reported
}

// maxRank is more than any field has columns.
const maxRank = maxItems + 1

// paths makes the tree of what is read of JSON.
func (m *Map) paths() error {
	if m.csv {
		return nil
	}
	for _, path := range m.file.List {
		steps := split(path)
		m.members = append(m.members, steps[len(steps)-1])
		m.depth = max(m.depth, len(steps))
	}
	m.elements, m.inner = &node{}, &node{}
	if m.nested {
		for _, path := range m.file.Apps.Column {
			m.elements.at(split(path)).apps = true
		}
	}
	for i, f := range m.fields {
		from := m.elements
		if m.nested && f.slot >= firstOfApp {
			from = m.inner
		}
		for rank, path := range f.columns {
			steps := split(path)
			if slices.Contains(steps, "") {
				return fmt.Errorf("%s: the path %q has a step without a name", f.name, path)
			}
			n := from.at(steps)
			n.reads = append(n.reads, read{i, rank, f.slot == sSeen})
		}
	}
	return nil
}

// split cuts a path into its steps.
func split(path string) (steps []string) {
	const escaped = "\x00"
	for s := range strings.SplitSeq(strings.ReplaceAll(path, `\.`, escaped), ".") {
		steps = append(steps, strings.ReplaceAll(s, escaped, "."))
	}
	return steps
}

func (n *node) at(steps []string) *node {
	for _, s := range steps {
		if n.below == nil {
			n.below = map[string]*node{}
		}
		next := n.below[s]
		if next == nil {
			next = &node{bit: 1 << len(n.below)}
			n.below[s] = next
		}
		n = next
	}
	return n
}

// found is what an element has: texts by field, and the list of apps.
type found struct {
	texts []text
	apps  jsonpart.Value
	odd   func(at jsonpart.Value, key, what string) // is told what is there twice, or of another kind than it should be; may be nil
}

type text struct {
	value []byte
	rank  int
}

func (f *found) reset(fields int) {
	if f.texts == nil {
		f.texts = make([]text, fields)
	}
	for i := range f.texts {
		f.texts[i] = text{rank: maxRank}
	}
	f.apps = nil
}

// take reads what is wanted of an object.
func (f *found) take(n *node, object jsonpart.Value) error {
	var inside error
	seen := uint64(0)
	err := object.Fields(func(key string, v jsonpart.Value) bool {
		below, ok := n.below[key]
		if !ok {
			return true
		}
		if seen&below.bit != 0 && f.odd != nil {
			f.odd(v, key, jsonpart.Twice)
		}
		seen |= below.bit
		if what := below.other(v); what != "" && f.odd != nil {
			f.odd(v, key, what)
		}
		switch {
		case below.apps:
			if f.apps = nil; v.IsArray() {
				f.apps = v
			}
		case below.below != nil && v.IsObject():
			inside = f.take(below, v)
		}
		for _, r := range below.reads {
			f.set(r, v)
		}
		return inside == nil
	})
	if inside != nil {
		return inside
	}
	return err
}

// other says what a value should be and is not. What is null or an empty text is as good as not there.
func (n *node) other(v jsonpart.Value) string {
	switch {
	case len(v) == 0, v[0] == 'n', string(v) == `""`:
		return ""
	case n.apps && !v.IsArray():
		return jsonpart.NoList
	case n.apps:
		return ""
	case v.IsObject() && n.below != nil, !v.IsObject() && !v.IsArray() && len(n.reads) > 0:
		return ""
	case n.below != nil:
		return jsonpart.NoObject
	}
	return jsonpart.NoScalar
}

// mark notes which fields have a place in an object, be it empty.
func (n *node) mark(object jsonpart.Value, seen []bool) {
	_ = object.Fields(func(key string, v jsonpart.Value) bool {
		below, ok := n.below[key]
		if !ok {
			return true
		}
		if below.below != nil && v.IsObject() {
			below.mark(v, seen)
		}
		for _, r := range below.reads {
			seen[r.field] = true
		}
		return true
	}) // an object that is cut off has what stands before
}

// set notes a value, unless a better place has one.
func (f *found) set(r read, v jsonpart.Value) {
	t := &f.texts[r.field]
	if r.rank > t.rank && len(t.value) > 0 {
		return
	}
	switch {
	case v.IsObject() || v.IsArray() || len(v) == 0:
		return
	case string(v) == "null":
		f.never(r)
		return
	case v[0] != '"':
		*t = text{v, r.rank}
		return
	}
	if s, ok := v.Text(); ok && strings.TrimSpace(s) != "" {
		*t = text{[]byte(s), r.rank}
	} else if ok {
		f.never(r)
	}
}

// never notes that there is a place for the time of a report and nothing in it, unless another place has one.
func (f *found) never(r read) {
	if t := &f.texts[r.field]; r.seen && len(t.value) == 0 {
		t.value = never
	}
}

// never is how a text says that a device never reported.
var never = []byte("never")

// valid reports whether an element is JSON inside as well.
func valid(raw []byte) error {
	if json.Valid(raw) {
		return nil
	}
	var v any
	return json.Unmarshal(raw, &v)
}
