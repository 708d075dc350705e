package mapping

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The limits of a mapping file.
const (
	MaxFile  = 1 << 20 // bytes
	maxDepth = 8
	maxItems = 2000 // of one list or table
	maxText  = 1000 // bytes of one text
)

// fault is what is wrong at a place of a mapping file.
func fault(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...))
}

// decode reads a file. It knows the keys of File alone, and says of any other which one it is like.
func decode(text []byte) (*File, error) {
	if len(text) > MaxFile {
		return nil, fmt.Errorf("it has %d bytes, and a mapping at most %d", len(text), MaxFile)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("it is no YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("it is empty; begin it with mapping: " + Version)
	}
	var f File
	if err := into(doc.Content[0], reflect.ValueOf(&f).Elem(), 0); err != nil {
		return nil, err
	}
	return &f, nil
}

// into reads a node as what v is.
func into(n *yaml.Node, v reflect.Value, depth int) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return fault(n, "anchors and aliases are not read; write the value out")
	}
	if depth > maxDepth || len(n.Content) > 2*maxItems || len(n.Value) > maxText {
		return fault(n, "this is longer or deeper than a mapping is read")
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return into(n, v.Elem(), depth)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Field]() && n.Kind != yaml.MappingNode {
			return into(n, v.FieldByName("Column"), depth)
		}
		return intoStruct(n, v, depth)
	case reflect.Map:
		return intoTable(n, v, depth)
	case reflect.Slice:
		return intoList(n, v, depth)
	}
	return intoScalar(n, v)
}

func intoStruct(n *yaml.Node, v reflect.Value, depth int) error {
	if n.Kind != yaml.MappingNode {
		return fault(n, "here belongs a table of keys and values, not %q", n.Value)
	}
	var known, seen []string
	at := map[string]int{}
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		known, at[name] = append(known, name), i
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		to, ok := at[key.Value]
		switch {
		case !ok:
			return fault(key, "there is no key %q here%s; there are %s", key.Value, didYouMean(key.Value, known), strings.Join(known, ", "))
		case slices.Contains(seen, key.Value):
			return fault(key, "%q stands here twice", key.Value)
		}
		seen = append(seen, key.Value)
		if err := into(n.Content[i+1], v.Field(to), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func intoTable(n *yaml.Node, v reflect.Value, depth int) error {
	if n.Kind != yaml.MappingNode {
		return fault(n, "here belongs a table of the export's values and what they mean, not %q", n.Value)
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], reflect.New(v.Type().Elem()).Elem()
		name := reflect.ValueOf(strings.ToLower(key.Value))
		if key.Kind != yaml.ScalarNode || v.MapIndex(name).IsValid() {
			return fault(key, "%q stands here twice, or is no text", key.Value)
		}
		if err := into(n.Content[i+1], value, depth+1); err != nil {
			return err
		}
		v.SetMapIndex(name, value)
	}
	return nil
}

func intoList(n *yaml.Node, v reflect.Value, depth int) error {
	if n.Kind == yaml.ScalarNode {
		n = &yaml.Node{Kind: yaml.SequenceNode, Line: n.Line, Content: []*yaml.Node{n}}
	}
	if n.Kind != yaml.SequenceNode {
		return fault(n, "here belongs a text or a list of texts")
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		if err := into(item, v.Index(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func intoScalar(n *yaml.Node, v reflect.Value) error {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return fault(n, "here belongs one text")
	}
	if v.Kind() == reflect.String {
		v.SetString(n.Value)
		return nil
	}
	switch n.Value {
	case "true", "false":
		v.SetBool(n.Value == "true")
		return nil
	}
	return fault(n, "%q is neither true nor false", n.Value)
}

// didYouMean names what is most like a word.
func didYouMean(word string, known []string) string {
	best, least := "", max(2, len(word)/3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k), least); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance is how many letters to change, at most limit.
func distance(a, b string, limit int) int {
	if len(a) > maxText || len(b) > maxText || len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
