// Package build makes the JSON Schemas in reports/schema from the Go types and their comments.
//
// What the package cannot see: rules between fields, such as that the first measure is the leading one.
package build

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"quaestor/reports"
	"quaestor/reports/ndjson"
	"quaestor/riskdb/policy"
	"quaestor/scanners/inventory"
	"quaestor/scanners/mdm/mapped"
)

const dialect = "https://json-schema.org/draft/2020-12/schema"

// All returns the text of every schema by file name. Root is the top of the source tree, whose comments
// become descriptions.
func All(root string) (map[string][]byte, error) {
	makers := map[string]func(string) (*jsonschema.Schema, error){
		"report.schema.json":    report,
		"ndjson.schema.json":    lines,
		"inventory.schema.json": facts,
		"riskdb.schema.json":    knowledge,
		"policy.schema.json":    packs,
		"map.schema.json":       mappings,
	}
	maps.Copy(makers, answers())
	out := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(makers)) {
		s, err := makers[name](root)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		text, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = append(text, '\n')
	}
	return out, nil
}

func report(root string) (*jsonschema.Schema, error) {
	s, err := document(root, reflect.TypeFor[reports.Report](), "reports")
	if err != nil {
		return nil, err
	}
	s.ID, s.Title = "urn:quaestor:report:1", "Quaestor report"
	return s, nil
}

func facts(root string) (*jsonschema.Schema, error) {
	s, err := document(root, reflect.TypeFor[inventory.Inventory](), "scanners/inventory")
	if err != nil {
		return nil, err
	}
	s.ID, s.Title = "urn:quaestor:inventory:1", "Quaestor inventory"
	return s, nil
}

// packs describes a policy file. It names every field that there is: its reader refuses others.
func packs(root string) (*jsonschema.Schema, error) {
	s, err := document(root, reflect.TypeFor[policy.File](), "riskdb", "riskdb/policy")
	if err != nil {
		return nil, err
	}
	s.ID, s.Title = "urn:quaestor:policy:1", "Quaestor policy file"
	none := func() *jsonschema.Schema { return &jsonschema.Schema{Not: &jsonschema.Schema{}} }
	s.AdditionalProperties = none()
	for _, d := range s.Defs {
		d.AdditionalProperties = none()
	}
	return s, nil
}

// mappings describes a mapping file. Its reader refuses fields that it does not name, and takes a text or a list of texts for a field.
func mappings(root string) (*jsonschema.Schema, error) {
	s, err := document(root, reflect.TypeFor[mapped.File](), "scanners/internal/mapping")
	if err != nil {
		return nil, err
	}
	s.ID, s.Title = "urn:quaestor:mapping:1", "Quaestor mapping file"
	var version any = "quaestor.mapping/1"
	s.Properties["mapping"].Const = &version
	s.Properties["format"].Enum = []any{"csv", "json"}
	text := func() *jsonschema.Schema { return &jsonschema.Schema{Type: "string"} }
	either := func() []*jsonschema.Schema {
		return []*jsonschema.Schema{text(), {Type: "array", Items: text()}}
	}
	lists := []*jsonschema.Schema{s}
	s.AdditionalProperties = &jsonschema.Schema{Not: &jsonschema.Schema{}}
	for _, d := range s.Defs {
		d.AdditionalProperties = &jsonschema.Schema{Not: &jsonschema.Schema{}}
		lists = append(lists, d)
	}
	for _, d := range lists {
		for name, p := range d.Properties {
			if name != "cannot_see" && (p.Type == "array" || slices.Contains(p.Types, "array")) {
				d.Properties[name] = &jsonschema.Schema{Description: p.Description, AnyOf: either()}
			}
		}
	}
	scalar := &jsonschema.Schema{Types: []string{"string", "boolean", "number"}} // each is read as the text that stands there
	field := s.Defs["Field"].Properties
	field["value"].Type, field["value"].Types = "", scalar.Types
	field["values"].AdditionalProperties = scalar
	s.Defs["Field"] = &jsonschema.Schema{Description: s.Defs["Field"].Description, AnyOf: append(either(), s.Defs["Field"])}
	return s, nil
}

// document describes one root type; every other struct in it becomes a definition.
func document(root string, t reflect.Type, dirs ...string) (*jsonschema.Schema, error) {
	docs, err := commentsIn(root, dirs...)
	if err != nil {
		return nil, err
	}
	defs, err := definitions(docs, t)
	if err != nil {
		return nil, err
	}
	s := defs[t.Name()]
	delete(defs, t.Name())
	s.Schema, s.Defs = dialect, defs
	return s, nil
}

// lines describes the line form: any object with a type; where the type is known, that type's fields.
func lines(root string) (*jsonschema.Schema, error) {
	docs, err := commentsIn(root, "reports", "reports/ndjson")
	if err != nil {
		return nil, err
	}
	types := []struct {
		name string
		t    reflect.Type
	}{
		{"report", reflect.TypeFor[ndjson.ReportLine]()},
		{"device", reflect.TypeFor[ndjson.DeviceLine]()},
		{"finding", reflect.TypeFor[ndjson.FindingLine]()},
		{"gap", reflect.TypeFor[ndjson.GapLine]()},
		{"run", reflect.TypeFor[ndjson.RunLine]()},
		{"app", reflect.TypeFor[ndjson.AppLine]()},
		{"file", reflect.TypeFor[ndjson.FileLine]()},
		{"change", reflect.TypeFor[ndjson.ChangeLine]()},
		{"code-reach", reflect.TypeFor[ndjson.CodeReachLine]()},
		{"security-software", reflect.TypeFor[ndjson.SecuritySoftwareLine]()},
		{"unknown-privileged", reflect.TypeFor[ndjson.UnknownPrivilegedLine]()},
		{"gone", reflect.TypeFor[ndjson.GoneLine]()},
		{"absent", reflect.TypeFor[ndjson.AbsentLine]()},
		{"end", reflect.TypeFor[ndjson.EndLine]()},
	}
	s := &jsonschema.Schema{
		ID: "urn:quaestor:report-line:2", Schema: dialect, Title: "Quaestor report, one line of the line form",
		Description: "Which line it is stands in type. Lines of an unknown type are to be passed over.",
		Type:        "object",
		Required:    []string{"type"},
		Properties:  map[string]*jsonschema.Schema{"type": {Type: "string", Description: descriptions["type"]}},
		Defs:        map[string]*jsonschema.Schema{},
	}
	for _, line := range types {
		defs, err := definitions(docs, line.t)
		if err != nil {
			return nil, err
		}
		var name any = line.name
		defs[line.t.Name()].Properties["type"] = &jsonschema.Schema{Const: &name, Description: descriptions["type"]}
		maps.Copy(s.Defs, defs)
		s.AllOf = append(s.AllOf, &jsonschema.Schema{
			If: &jsonschema.Schema{
				Required:   []string{"type"},
				Properties: map[string]*jsonschema.Schema{"type": {Const: &name}},
			},
			Then: &jsonschema.Schema{Ref: "#/$defs/" + line.t.Name()},
		})
	}
	return s, nil
}

// commentsIn reads the comments of some folders; where two have a type of one name, those of the later count.
func commentsIn(root string, dirs ...string) (comments, error) {
	docs := comments{}
	for _, dir := range dirs {
		c, err := readComments(filepath.Join(root, filepath.FromSlash(dir)))
		if err != nil {
			return nil, err
		}
		maps.Copy(docs, c)
	}
	return docs, nil
}

// definitions describes t and every struct type of ours that it holds, by type name. A field of such a type
// refers to its definition.
func definitions(docs comments, t reflect.Type) (map[string]*jsonschema.Schema, error) {
	types := map[string]reflect.Type{}
	if err := collect(t, types); err != nil {
		return nil, err
	}
	defs := map[string]*jsonschema.Schema{}
	for name, def := range types {
		s, err := jsonschema.ForType(def, &jsonschema.ForOptions{TypeSchemas: references(def, types)})
		if err != nil {
			return nil, err
		}
		if err := describe(s, def, docs); err != nil {
			return nil, err
		}
		restrict(s, def)
		loosen(s)
		defs[name] = s
	}
	return defs, nil
}

// collect gathers the struct types below t that are defined in this module.
func collect(t reflect.Type, types map[string]reflect.Type) error {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return collect(t.Elem(), types)
	case reflect.Struct:
	default:
		return nil
	}
	if !strings.HasPrefix(t.PkgPath(), "quaestor/") {
		return nil // time.Time
	}
	if have, ok := types[t.Name()]; ok {
		if have != t {
			return fmt.Errorf("two types are called %s: rename one", t.Name())
		}
		return nil
	}
	types[t.Name()] = t
	for _, f := range reflect.VisibleFields(t) { // those of embedded types among them
		if f.Anonymous || f.Tag.Get("json") == "-" {
			continue
		}
		if err := collect(f.Type, types); err != nil {
			return err
		}
	}
	return nil
}

// references maps every type but t to a reference.
func references(t reflect.Type, types map[string]reflect.Type) map[reflect.Type]*jsonschema.Schema {
	refs := map[reflect.Type]*jsonschema.Schema{}
	for name, other := range types {
		if other != t {
			refs[other] = &jsonschema.Schema{Ref: "#/$defs/" + name}
		}
	}
	return refs
}
