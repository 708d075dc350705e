package schema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"quaestor/reports"
	"quaestor/reports/internal/reporttest"
	reportjson "quaestor/reports/json"
	"quaestor/reports/ndjson"
	"quaestor/reports/schema"
	"quaestor/reports/schema/internal/build"
	"quaestor/scanners/inventory"
)

func TestSchemasMatchTheTypes(t *testing.T) {
	want, err := build.All(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	have := map[string][]byte{}
	for _, name := range schema.Names() {
		have[name+".schema.json"] = schema.ByName(name)
	}
	for name, text := range want {
		if !bytes.Equal(text, have[name]) {
			t.Errorf("%s differs from the Go types: run go run ./reports/schema/generate", name)
		}
		delete(have, name)
	}
	for name := range have {
		t.Errorf("%s is embedded but not generated", name)
	}
	files, _ := filepath.Glob("*.schema.json")
	if len(files) != len(want) {
		t.Errorf("the folder holds %v, the generator makes %d files", files, len(want))
	}
}

func resolve(t *testing.T, text []byte) *jsonschema.Resolved {
	t.Helper()
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(&jsonschema.ResolveOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func allReports() map[string]*reports.Report {
	return map[string]*reports.Report{
		"full": reporttest.Full(), "desk": reporttest.Desk(), "clean": reporttest.Clean(), "incomplete": reporttest.Incomplete(),
		"fleet": reporttest.Fleet(3), "empty lists": {Schema: reports.Schema, AsOf: "2026-11-22", Verdict: reports.Verdict{Status: "clean"}},
	}
}

func TestReportsFitTheSchema(t *testing.T) {
	s := resolve(t, schema.Report())
	for name, r := range allReports() {
		var b bytes.Buffer
		if err := (reportjson.Writer{}).Write(&b, r, reports.Options{}); err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(decode(t, b.Bytes())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLinesFitTheSchema(t *testing.T) {
	s := resolve(t, schema.NDJSON())
	for name, r := range allReports() {
		var b bytes.Buffer
		if err := (ndjson.Writer{}).Write(&b, r, reports.Options{}); err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(b.Bytes()) {
			if err := s.Validate(decode(t, line)); err != nil {
				t.Errorf("%s: %v in %s", name, err, line)
			}
		}
	}
}

func TestInventoriesFitTheSchema(t *testing.T) {
	s := resolve(t, schema.Inventory())
	when := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	inv := inventory.New()
	inv.Devices = []inventory.Device{{ID: "android-1", Platform: inventory.Android, CollectedAt: &when, Properties: map[string]string{"a": "b"}}}
	inv.Apps = []inventory.App{{ID: "app-1", Platform: inventory.Android, IdentifierKind: inventory.AndroidPackage, Identifier: "a.b", FirstInstalled: &when}}
	inv.Binaries = []inventory.Binary{{SHA256: "00", Format: "apk", Signed: inventory.SignatureValid}}
	inv.Runs = []inventory.Run{{Scanner: "apk", Target: "x", Status: inventory.RunSucceeded}}
	text, err := json.Marshal(inv)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(decode(t, text)); err != nil {
		t.Error(err)
	}
	for _, change := range [][2]string{{`"succeeded"`, `"fine"`}, {`"valid"`, `"good"`}, {`inventory/1.`, `inventory/2.`}, {`"identifier":"a.b"`, `"identifier":7`}} {
		broken := strings.Replace(string(text), change[0], change[1], 1)
		if broken == string(text) {
			t.Fatalf("%s is not in the document", change[0])
		}
		if s.Validate(decode(t, []byte(broken))) == nil {
			t.Errorf("%s in place of %s was accepted", change[1], change[0])
		}
	}
}

// TestSchemaRefuses changes one thing at a time in a document that fits.
func TestSchemaRefuses(t *testing.T) {
	s := resolve(t, schema.Report())
	var b bytes.Buffer
	if err := (reportjson.Writer{}).Write(&b, reporttest.Full(), reports.Options{}); err != nil {
		t.Fatal(err)
	}
	tests := map[string][2]string{
		"unknown severity":     {`"severity": "critical"`, `"severity": "terrible"`},
		"unknown action":       {`"action": "remove"`, `"action": "burn"`},
		"unknown axis":         {`"axis": "compliance"`, `"axis": "cost"`},
		"unknown confidence":   {`"confidence": "moderate"`, `"confidence": "sure"`},
		"unknown verdict":      {`"status": "findings"`, `"status": "good"`},
		"unknown run state":    {`"status": "partial"`, `"status": "half"`},
		"admiralty letter":     {`"reliability": "B"`, `"reliability": "G"`},
		"admiralty number":     {`"credibility": 2`, `"credibility": 7`},
		"grant":                {`"granted": "yes"`, `"granted": "perhaps"`},
		"null list":            {`"sources": []`, `"sources": null`},
		"missing identifier":   {`"identifier": "com.kms.free"`, `"idantifier": "com.kms.free"`},
		"number for text":      {`"title": "Belgium"`, `"title": 32`},
		"other model":          {`quaestor.report/1.`, `quaestor.report/2.`},
		"date with a time":     {`"as_of": "2026-11-22"`, `"as_of": "2026-11-22T00:00:00Z"`},
		"severity in counts":   {`"critical": 1`, `"terrible": 1`},
		"action in the counts": {`"remove": 1`, `"burn": 1`},
	}
	for name, change := range tests {
		broken := strings.Replace(b.String(), change[0], change[1], 1)
		if broken == b.String() {
			t.Fatalf("%s: %s is not in the document", name, change[0])
		}
		if s.Validate(decode(t, []byte(broken))) == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestLineSchemaRefuses(t *testing.T) {
	s := resolve(t, schema.NDJSON())
	for _, line := range []string{`{}`, `{"type":7}`, `{"type":"gap"}`, `{"type":"app","id":"a","kind":"deb"}`, `{"type":"run","id":"r","scanner":"s","target":"t","status":"fine","facts":1}`} {
		if s.Validate(decode(t, []byte(line))) == nil {
			t.Errorf("%s was accepted", line)
		}
	}
}

// TestSchemaAllowsAdditions is the compatibility promise: readers of today accept the fields and the line
// types of tomorrow.
func TestSchemaAllowsAdditions(t *testing.T) {
	for _, text := range [][]byte{schema.Report(), schema.NDJSON(), schema.Inventory()} {
		if bytes.Contains(text, []byte(`"additionalProperties": false`)) || bytes.Contains(text, []byte(`"not": {}`)) {
			t.Error("a schema refuses fields that it does not know")
		}
	}
	r := resolve(t, schema.Report())
	doc := decode(t, []byte(`{"schema":"quaestor.report/1.7.0"}`))
	var b bytes.Buffer
	if err := (reportjson.Writer{}).Write(&b, reporttest.Full(), reports.Options{}); err != nil {
		t.Fatal(err)
	}
	full := decode(t, b.Bytes())
	full["schema"], full["new_list"] = doc["schema"], []any{1.0}
	full["findings"].([]any)[0].(map[string]any)["new_field"] = "x"
	if err := r.Validate(full); err != nil {
		t.Error(err)
	}
	if err := resolve(t, schema.NDJSON()).Validate(decode(t, []byte(`{"type":"later"}`))); err != nil {
		t.Error(err)
	}
}

// TestCallersCannotChangeTheSchema keeps the embedded bytes out of reach.
func TestCallersCannotChangeTheSchema(t *testing.T) {
	schema.Report()[0], schema.NDJSON()[0], schema.Inventory()[0] = 'x', 'x', 'x'
	for _, text := range [][]byte{schema.Report(), schema.NDJSON(), schema.Inventory()} {
		if text[0] != '{' {
			t.Error("a caller changed the schema")
		}
	}
	onDisk, err := os.ReadFile("report.schema.json")
	if err != nil || !bytes.Equal(onDisk, schema.Report()) {
		t.Errorf("the embedded schema is not the file: %v", err)
	}
}
