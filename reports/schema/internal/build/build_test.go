package build

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"quaestor/reports"
	"quaestor/reports/ndjson"
	"quaestor/scanners/inventory"
)

// TestRestrictionsHaveFields fails when a field was renamed and its vocabulary would be lost in silence.
func TestRestrictionsHaveFields(t *testing.T) {
	types := map[string]reflect.Type{}
	for _, root := range []reflect.Type{reflect.TypeFor[reports.Report](), reflect.TypeFor[ndjson.ReportLine]()} {
		if err := collect(root, types); err != nil {
			t.Fatal(err)
		}
	}
	all := []reflect.Type{reflect.TypeFor[inventory.Inventory]()}
	for _, typ := range types {
		all = append(all, typ)
	}
	if lost := unused(all...); len(lost) > 0 {
		t.Errorf("restrictions without a field: %v", lost)
	}
}

func TestCommentsAreNeeded(t *testing.T) {
	if _, err := readComments(t.TempDir()); err == nil {
		t.Error("a folder without Go files was accepted")
	}
	if _, err := definitions(comments{}, reflect.TypeFor[reports.Tool]()); err == nil {
		t.Error("a type without a comment was accepted")
	}
}

// TestEveryFieldIsDescribed reads the finished schemas, so that nothing on the way can drop a description.
func TestEveryFieldIsDescribed(t *testing.T) {
	files, err := All(filepath.Join("..", "..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		var s jsonschema.Schema
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatal(err)
		}
		checked := undescribed(t, name, "", &s)
		for def, d := range s.Defs {
			checked += undescribed(t, name, def, d)
		}
		if checked < 8 {
			t.Errorf("%s: only %d fields were checked", name, checked)
		}
	}
}

func undescribed(t *testing.T, file, owner string, s *jsonschema.Schema) int {
	t.Helper()
	for name, p := range s.Properties {
		if p.Description == "" && !refers(p) {
			t.Errorf("%s: %s.%s has no description: write a comment or an entry in descriptions", file, owner, name)
		}
	}
	return len(s.Properties)
}
