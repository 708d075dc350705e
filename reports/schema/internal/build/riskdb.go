package build

import (
	"cmp"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"quaestor/riskdb"
	"quaestor/riskdb/export"
)

// rowWords describe the fields that most tables have, where no comment does.
var rowWords = map[string]string{
	"id":                "Names the row in its table.",
	"name":              "As people call it.",
	"note":              "For people; no program decides by it.",
	"verified":          "The fact was found in a public source.",
	"unverified_reason": "Why it is not verified.",
	"confidence":        "How sure those are who recorded the fact: high, medium-high, medium, low-medium or low.",
	"sources":           "IDs of the sources that state the fact.",
	"url":               "Web address.",
	"sha256":            "SHA-256 in lower-case hex.",
}

// knowledge describes the JSON of `db export`: its members have the names of the YAML data, and leave out what
// holds nothing.
func knowledge(root string) (*jsonschema.Schema, error) {
	docs, err := readComments(filepath.Join(root, "riskdb"))
	if err != nil {
		return nil, err
	}
	t := reflect.TypeFor[riskdb.Tables]()
	defs := map[string]*jsonschema.Schema{}
	defineRow(t, docs, defs)
	s := defs[t.Name()]
	delete(defs, t.Name())
	var form any = export.Schema
	s.Properties["schema"] = &jsonschema.Schema{Const: &form, Description: "The form of this document. It stands first."}
	s.Required = []string{"schema"}
	s.Schema, s.ID, s.Title, s.Defs = dialect, "urn:quaestor:riskdb:1", "Quaestor risk database", defs
	return s, nil
}

// defineRow describes a struct of the tables and every one that it holds.
func defineRow(t reflect.Type, docs comments, defs map[string]*jsonschema.Schema) {
	if defs[t.Name()] != nil {
		return
	}
	s := &jsonschema.Schema{Type: "object", Description: docs[t.Name()], Properties: map[string]*jsonschema.Schema{}}
	defs[t.Name()] = s
	members(t, s, docs, defs)
}

// members adds the members of a struct; those of an embedded one stand among them.
func members(t reflect.Type, s *jsonschema.Schema, docs comments, defs map[string]*jsonschema.Schema) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			members(f.Type, s, docs, defs)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		p := valueSchema(f.Type, docs, defs)
		if p.Description = cmp.Or(docs[t.Name()+"."+f.Name], rowWords[name]); p.Description == "" {
			p.Description = "The " + strings.ReplaceAll(name, "_", " ") + " of the row."
		}
		s.Properties[name] = p
	}
}

func valueSchema(t reflect.Type, docs comments, defs map[string]*jsonschema.Schema) *jsonschema.Schema {
	switch t.Kind() {
	case reflect.Struct:
		defineRow(t, docs, defs)
		return &jsonschema.Schema{Ref: "#/$defs/" + t.Name()}
	case reflect.Pointer:
		return valueSchema(t.Elem(), docs, defs)
	case reflect.Slice:
		return &jsonschema.Schema{Type: "array", Items: valueSchema(t.Elem(), docs, defs)}
	case reflect.Bool:
		return &jsonschema.Schema{Type: "boolean"}
	case reflect.Int:
		return &jsonschema.Schema{Type: "integer"}
	case reflect.Float64:
		return &jsonschema.Schema{Type: "number"}
	}
	return &jsonschema.Schema{Type: "string"}
}
