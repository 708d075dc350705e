package build

import (
	"reflect"
	"testing"

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
