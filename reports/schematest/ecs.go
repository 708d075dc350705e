package schematest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// field is a field of the Elastic Common Schema.
type field struct {
	kind    string
	list    bool
	allowed []string
}

// ECS are the fields of the Elastic Common Schema.
type ECS map[string]*field

var (
	fieldLine   = regexp.MustCompile(`^    '?([^':]+)'?: \{$`)
	typeLine    = regexp.MustCompile(`^        type: '([^']+)',$`)
	allowedLine = regexp.MustCompile(`^                name: '([^']+)',$`)
)

// ElasticFields reads them from the package that publishes them.
func ElasticFields(t testing.TB) ECS {
	t.Helper()
	text := elastic.files(t, "generated/")["ecs_flat.js"]
	out := ECS{}
	var f *field
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if m := fieldLine.FindStringSubmatch(line); m != nil {
			f = &field{}
			out[m[1]] = f
		}
		if f == nil {
			continue
		}
		if m := typeLine.FindStringSubmatch(line); m != nil {
			f.kind = m[1]
		}
		if m := allowedLine.FindStringSubmatch(line); m != nil {
			f.allowed = append(f.allowed, m[1])
		}
		f.list = f.list || strings.HasPrefix(line, "        normalize: ['array']")
	}
	if len(out) < 1000 || out["event.kind"] == nil || len(out["event.kind"].allowed) < 5 || !out["event.category"].list {
		t.Fatalf("the list of fields is another one than was looked at: %d fields", len(out))
	}
	return out
}

// Check holds events, one a line, against the fields. What stands below own is the writer's.
func (e ECS) Check(t testing.TB, events []byte, own string) {
	t.Helper()
	for i, line := range bytes.Split(bytes.TrimSuffix(events, []byte("\n")), []byte("\n")) {
		var o map[string]any
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		delete(o, own)
		if o["@timestamp"] == nil || o["ecs"] == nil {
			t.Errorf("line %d lacks what every event has", i+1)
		}
		e.object(t, fmt.Sprintf("line %d", i+1), "", o)
	}
}

func (e ECS) object(t testing.TB, where, prefix string, o map[string]any) {
	for name, v := range o {
		at := prefix + name
		f := e[at]
		if inner, ok := v.(map[string]any); ok && f == nil {
			e.object(t, where, at+".", inner)
			continue
		}
		if f == nil {
			t.Errorf("%s: %s is no field", where, at)
			continue
		}
		list, isList := v.([]any)
		if isList != f.list {
			t.Errorf("%s: %s is a list: %v", where, at, isList)
		}
		if !isList {
			list = []any{v}
		}
		for _, x := range list {
			if !f.takes(x) {
				t.Errorf("%s: %s cannot be %v", where, at, x)
			}
		}
	}
}

func (f *field) takes(x any) bool {
	switch f.kind {
	case "long", "float", "scaled_float":
		_, ok := x.(float64)
		return ok
	case "boolean":
		_, ok := x.(bool)
		return ok
	}
	s, ok := x.(string)
	return ok && (len(f.allowed) == 0 || slices.Contains(f.allowed, s))
}
