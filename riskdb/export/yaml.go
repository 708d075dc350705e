package export

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
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
