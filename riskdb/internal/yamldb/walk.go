package yamldb

import (
	"reflect"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
)

// Value is one text or date of a row, and where it stands.
type Value struct {
	Table string // "vendors"
	Row   string // what names the row
	Field string // the nearest field of the YAML: "note", "vendor"
	Text  string
	Date  bool // it is a date
	File  string
	Line  int
}

// Walk visits every text and date that is not empty, row by row. Rows of a base below an overlay have no file, and
// are visited with an empty one.
func (s *Set) Walk(visit func(Value)) {
	newChecker(s).eachRow(func(table string, r row, value reflect.Value) {
		at := Value{Table: table, Line: r.node.Line}
		at.Row, at.File = r.names(value)
		walk(at, r.node, value, visit)
	})
}

// names are the key of a row, where its table has one, and its file, where it is not of the base.
func (r row) names(value reflect.Value) (key, file string) {
	if value.Type().Field(0).Type.Kind() == reflect.String {
		key = rowKey(value)
	}
	if r.file != baseFile {
		file = r.file
	}
	return key, file
}

func walk(at Value, n *yaml.Node, value reflect.Value, visit func(Value)) {
	if n != nil && n.Line > 0 {
		at.Line = n.Line
	}
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			f := value.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			if f.Anonymous { // inline
				walk(at, n, value.Field(i), visit)
				continue
			}
			under := at
			under.Field = yamlName(f)
			walk(under, orParent(child(n, under.Field), n), value.Field(i), visit)
		}
	case reflect.Slice:
		for i := range value.Len() {
			walk(at, item(n, i), value.Index(i), visit)
		}
	case reflect.Pointer:
		if !value.IsNil() {
			walk(at, n, value.Elem(), visit)
		}
	case reflect.String:
		if at.Text = value.String(); at.Text != "" {
			_, at.Date = value.Interface().(riskdb.Date)
			visit(at)
		}
	}
}

// Place is the file and line of a row, or of a field of it where that is there. The file is empty for a row of the base
// below an overlay.
func (s *Set) Place(table string, i int, field string) (file string, line int) {
	r := s.rows[table][i]
	if r.file == baseFile {
		return "", 0
	}
	return r.file, orParent(child(r.node, field), r.node).Line
}

// IsOverlay reports whether the set is a layer upon a database, and no whole one.
func (s *Set) IsOverlay() bool { return len(s.rows["layer"]) > 0 }
