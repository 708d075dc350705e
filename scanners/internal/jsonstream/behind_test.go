package jsonstream

import (
	"strings"
	"testing"
)

// TestListBehind is that a list behind the wanted one, whose elements begin as those do and stand as far from the beginning of the
// line, is not taken for elements of the wanted list.
func TestListBehind(t *testing.T) {
	text := "{\n  \"components\": [\n    {\n      \"bom-ref\": \"a\",\n      \"name\": \"a\"\n    },\n    {\n      \"bom-ref\": \"b\",\n      \"name\": \"b\"\n    }\n  ],\n" +
		"  \"annotations\": [\n    {\n      \"bom-ref\": \"c\"\n    },\n    {\n      \"bom-ref\": \"d\"\n    }\n  ]\n}\n"
	var got []string
	err := Elements(strings.NewReader(text), Options{Members: []string{"components"}}, func(e Element) error {
		if e.Err != nil {
			t.Errorf("line %d: %v", e.Line, e.Err)
		}
		got = append(got, string(e.Raw))
		return nil
	})
	if err != nil || len(got) != 2 {
		t.Errorf("%d elements, %v: %q", len(got), err, got)
	}
}
