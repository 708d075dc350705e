package policy

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb/internal/unseen"
)

// walker turns nodes into values and remembers where each stood. It is used in place of the decoder of the YAML
// library because that tells no columns.
type walker struct {
	doc   *Document
	nodes int
}

// harmless refuses what can be made to grow or to hide: aliases, tags, depth and numbers.
func (w *walker) harmless(n *yaml.Node, depth int) bool {
	w.nodes++
	switch {
	case w.nodes > maxNodes:
		w.doc.problem(n, "the file holds more than %d values", maxNodes)
		return false
	case depth > maxDepth:
		w.doc.problem(n, "nested more than %d deep", maxDepth)
		return false
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		w.doc.problem(n, "anchors and aliases are not read: write the value out")
		return false
	case n.Style&yaml.TaggedStyle != 0:
		w.doc.problem(n, "the tag %q is not read: write the plain value", n.Tag)
		return false
	case n.Kind == yaml.ScalarNode && len(n.Value) > maxText:
		w.doc.problem(n, "a text of %d bytes; %d is the most", len(n.Value), maxText)
		return false
	}
	if text := unseen.Problem(n.Value); text != "" {
		w.doc.problem(n, "%s", text)
		return false
	}
	for _, c := range n.Content {
		if !w.harmless(c, depth+1) {
			return false
		}
	}
	return true
}

// decode fills what v points to.
func (w *walker) decode(n *yaml.Node, path string, v any) {
	w.value(n, path, reflect.ValueOf(v).Elem())
}

func (w *walker) value(n *yaml.Node, path string, v reflect.Value) {
	w.doc.places[path] = n
	if len(w.doc.problems) >= maxProblems {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		w.mapping(n, path, v)
	case reflect.Slice:
		w.sequence(n, path, v)
	case reflect.Bool:
		if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
			w.doc.problem(n, "%s: write true or false", last(path))
		}
		v.SetBool(n.Value == "true")
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || i < 0 {
			w.doc.problem(n, "%s: write a whole number", last(path))
			return
		}
		v.SetInt(int64(i))
	default:
		w.text(n, path, v)
	}
}

func (w *walker) text(n *yaml.Node, path string, v reflect.Value) {
	switch {
	case n.Kind != yaml.ScalarNode:
		w.doc.problem(n, "%s: write one text, not a list or mapping", last(path))
	case n.Tag == "!!null":
		w.doc.problem(n, "%s has no value: write one, or leave the line out", last(path))
	default:
		v.SetString(strings.TrimSpace(n.Value))
	}
}

func (w *walker) sequence(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		w.doc.problem(n, "%s: write a list, such as [%s]", last(path), sample(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, c := range n.Content {
		w.value(c, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
	}
}

func (w *walker) mapping(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		w.doc.problem(n, "%s: write fields, each as name: value", last(path))
		return
	}
	fields := map[string]int{}
	var names []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		fields[name] = i
		names = append(names, name)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		field, known := fields[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode || !known:
			w.doc.problem(key, "there is no field %q here; there are: %s", key.Value, strings.Join(names, ", "))
			if len(w.doc.problems) >= maxProblems {
				return
			}
			continue
		case seen[key.Value]:
			w.doc.problem(key, "the field %q is there twice", key.Value)
			continue
		}
		seen[key.Value] = true
		w.value(n.Content[i+1], join(path, key.Value), v.Field(field))
	}
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// last names the last step of a path for a reader.
func last(path string) string {
	if path == "" {
		return "the file"
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

func sample(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.Value != "" && len(n.Value) < 40 {
		return n.Value
	}
	return "one, two"
}
