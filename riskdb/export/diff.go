package export

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"quaestor/riskdb"
)

// Change is a row that two databases hold differently.
type Change struct {
	Table  string        `json:"table"`
	ID     string        `json:"id"`
	What   string        `json:"what"` // added, removed or changed
	Fields []FieldChange `json:"fields,omitempty"`
}

// FieldChange is a field of a changed row, as JSON; empty where the row does not have it.
type FieldChange struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Diff lists what to change in the old tables to have the new ones: by table, then by ID. Where rows stand in
// files is left aside.
func Diff(old, new *riskdb.Tables) ([]Change, error) {
	d := differ{}
	a, b := reflect.ValueOf(old).Elem(), reflect.ValueOf(new).Elem()
	for _, f := range fieldsOf(a.Type()) {
		if f.name == "holdings" {
			continue
		}
		d.table(f.name, a.FieldByIndex(f.index), b.FieldByIndex(f.index))
	}
	return d.out, d.err
}

type differ struct {
	fields cachedFields
	out    []Change
	err    error
}

func (d *differ) table(name string, a, b reflect.Value) {
	if a.Kind() != reflect.Slice {
		if fields := d.row(a, b); len(fields) > 0 {
			d.out = append(d.out, Change{name, name, "changed", fields})
		}
		return
	}
	old, new := byID(a), byID(b)
	var changes []Change
	for id, row := range old {
		other, ok := new[id]
		if !ok {
			changes = append(changes, Change{Table: name, ID: id, What: "removed"})
		} else if fields := d.row(row, other); len(fields) > 0 {
			changes = append(changes, Change{name, id, "changed", fields})
		}
	}
	for id := range new {
		if _, ok := old[id]; !ok {
			changes = append(changes, Change{Table: name, ID: id, What: "added"})
		}
	}
	slices.SortFunc(changes, func(x, y Change) int { return cmp.Compare(x.ID, y.ID) })
	d.out = append(d.out, changes...)
}

// byID finds rows by their first field, which names a row in its table; further rows of one name are numbered.
func byID(list reflect.Value) map[string]reflect.Value {
	out := make(map[string]reflect.Value, list.Len())
	for i := range list.Len() {
		row := list.Index(i)
		id := row.Field(0).String()
		for n := 2; ; n++ {
			if _, taken := out[id]; !taken {
				break
			}
			id = fmt.Sprintf("%s#%d", row.Field(0).String(), n)
		}
		out[id] = row
	}
	return out
}

func (d *differ) row(a, b reflect.Value) []FieldChange {
	var out []FieldChange
	for _, f := range d.fields.of(a.Type()) {
		x, y := d.text(a.FieldByIndex(f.index)), d.text(b.FieldByIndex(f.index))
		if !bytes.Equal(x, y) {
			out = append(out, FieldChange{f.name, string(x), string(y)})
		}
	}
	return out
}

// text is a field as JSON, empty when it holds nothing.
func (d *differ) text(v reflect.Value) []byte {
	if empty(v) {
		return nil
	}
	e := encoder{fields: d.fields}
	e.value(v)
	if e.err != nil && d.err == nil {
		d.err = e.err
	}
	return e.out.Bytes()
}
