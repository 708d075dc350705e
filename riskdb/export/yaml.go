package export

import (
	"bytes"
	"fmt"
	"io/fs"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/yamldb"
)

// YAML writes the named tables, or every one when none is named, in the form of the data files: what it writes
// can be changed and compiled again. Holdings are left out; they are counted when the data is compiled.
func YAML(t *riskdb.Tables, tables ...string) ([]byte, error) {
	doc := riskdb.Tables{}
	from, to := reflect.ValueOf(t).Elem(), reflect.ValueOf(&doc).Elem()
	for _, f := range fieldsOf(from.Type()) {
		if f.name != "holdings" && (len(tables) == 0 || slices.Contains(tables, f.name)) {
			to.FieldByIndex(f.index).Set(from.FieldByIndex(f.index))
		}
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return out.Bytes(), nil
}

// FromYAML reads and checks a folder of data files. Every fault names its file and line.
func FromYAML(fsys fs.FS) (*riskdb.Tables, error) {
	s, err := yamldb.Read(fsys)
	if err != nil {
		return nil, err
	}
	if ps := s.Validate(); len(ps) > 0 {
		return nil, ps
	}
	return &s.Tables, nil
}
