package riskdb

import (
	"reflect"
	"strings"
)

// TableCount is a table and the number of its rows.
type TableCount struct {
	Name string
	Rows int
}

// Counts lists every table that holds rows, in the order of the tables. Holdings are counts themselves, and
// left out.
func (t *Tables) Counts() []TableCount {
	var out []TableCount
	v := reflect.ValueOf(t).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() > 0 && name != "holdings" {
			out = append(out, TableCount{name, f.Len()})
		}
	}
	return out
}
