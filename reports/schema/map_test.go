package schema_test

import (
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"

	"quaestor/reports/schema"
)

// TestMappings: the mappings that come with the program, and the example, fit the schema; one with a key that nobody knows does not.
func TestMappings(t *testing.T) {
	s := resolve(t, schema.ByName("map"))
	var names []string
	for _, pattern := range []string{"mapped/maps/*.yaml", "mapped/testdata/mapping.yaml", "workspaceone/maps/*.yaml"} {
		found, _ := filepath.Glob("../../scanners/mdm/" + pattern)
		names = append(names, found...)
	}
	if len(names) < 15 {
		t.Fatalf("only %q", names)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		doc["colums"] = 1
		if s.Validate(doc) == nil {
			t.Errorf("%s: a key that nobody knows fits", name)
		}
	}
}
