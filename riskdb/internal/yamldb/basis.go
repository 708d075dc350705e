package yamldb

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
)

// Fact is what a row, or a part of one, states on a basis of its own, and where it stands.
type Fact struct {
	Table string // "vendors"
	Row   string // what names the row
	Words string // its texts, one a line
	File  string
	Line  int
	riskdb.Basis
}

// Facts visits everything that has a basis of its own, row by row. Rows of a base below an overlay have no file.
func (s *Set) Facts(visit func(Fact)) {
	newChecker(s).eachRow(func(table string, r row, value reflect.Value) {
		at := Fact{Table: table, Line: r.node.Line}
		at.Row, at.File = r.names(value)
		facts(at, r.node, value, visit)
	})
}

func facts(at Fact, n *yaml.Node, value reflect.Value, visit func(Fact)) {
	if n != nil && n.Line > 0 {
		at.Line = n.Line
	}
	switch value.Kind() {
	case reflect.Struct:
		if b := value.FieldByName("Basis"); b.IsValid() && b.Type() == reflect.TypeFor[riskdb.Basis]() {
			own := at
			own.Basis, own.Words = b.Interface().(riskdb.Basis), texts(value)
			visit(own)
		}
		for i := range value.NumField() {
			if f := value.Type().Field(i); f.IsExported() && !f.Anonymous {
				facts(at, orParent(child(n, yamlName(f)), n), value.Field(i), visit)
			}
		}
	case reflect.Slice:
		for i := range value.Len() {
			facts(at, item(n, i), value.Index(i), visit)
		}
	case reflect.Pointer:
		if !value.IsNil() {
			facts(at, n, value.Elem(), visit)
		}
	}
}

// texts joins the texts of a record that are not those of a part of it.
func texts(record reflect.Value) string {
	var out []string
	for i := range record.NumField() {
		if f := record.Field(i); f.Kind() == reflect.String && f.String() != "" {
			out = append(out, f.String())
		}
	}
	return strings.Join(out, "\n")
}
