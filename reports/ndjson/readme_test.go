package ndjson_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quaestor/reports"
	"quaestor/reports/ndjson"
)

// TestReadmeLines: the lines that README.md shows have fields that there are, and the schemas of today.
func TestReadmeLines(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, `{"type":`) {
			continue
		}
		kind := into[struct{ Type string }](t, []byte(line)).Type
		shown[kind]++
		into := map[string]any{"report": &ndjson.ReportLine{}, "device": &ndjson.DeviceLine{}, "finding": &ndjson.FindingLine{}, "gap": &ndjson.GapLine{}, "app": &ndjson.AppLine{},
			"run": &ndjson.RunLine{}, "gone": &ndjson.GoneLine{}, "absent": &ndjson.AbsentLine{}, "end": &ndjson.EndLine{}}[kind]
		if into == nil {
			t.Errorf("no line is of the type %q", kind)
			continue
		}
		d := json.NewDecoder(bytes.NewReader([]byte(line)))
		d.DisallowUnknownFields()
		if err := d.Decode(into); err != nil {
			t.Errorf("%v in %s", err, line)
		}
		if r, ok := into.(*ndjson.ReportLine); ok && (r.Schema != ndjson.Schema || r.Report != reports.Schema) {
			t.Errorf("%q and %q are not the schemas of today", r.Schema, r.Report)
		}
	}
	if len(shown) != 9 || shown["end"] != 2 {
		t.Errorf("README.md shows %v", shown)
	}
}
