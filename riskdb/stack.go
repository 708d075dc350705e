package riskdb

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"quaestor/riskdb/internal/tablecodec"
)

// Stack lays overlays upon a base, the last one on top, and makes a database of the whole. A row of an
// overlay stands in the place of the row with the same key below it, and a withdrawal takes one away; what
// the layers disagree about is kept, see [DB.Disagreements]. The rows are shared, never changed: the base can
// be used further.
//
// It does not check the rows; riskdb/overlay does when it reads them. An overlay without an ID, two of one
// ID, and the withdrawal of a row that is not there are errors.
func Stack(base *DB, overlays ...Tables) (*DB, error) {
	s := &stacker{tables: base.AllTables(), origins: map[rowID]*Layer{}, seen: map[string]bool{}}
	for name, l := range base.origins {
		s.origins[name] = l
	}
	s.disagreements = slices.Clone(base.disagreements)
	s.withdrawnBans = slices.Clone(base.withdrawnBans)
	s.layers = slices.Clone(base.layers)
	for _, l := range s.layers {
		s.seen[l.ID] = true
	}
	for i := range overlays {
		if err := s.lay(&overlays[i]); err != nil {
			return nil, err
		}
	}
	db := &DB{Tables: s.tables, layers: s.layers, origins: s.origins, disagreements: s.disagreements, withdrawnBans: s.withdrawnBans}
	db.release = base.release
	db.release.Layers = layerNames(s.layers)
	if len(overlays) > 0 {
		sum, err := digest(base.release.SHA256, overlays)
		if err != nil {
			return nil, err
		}
		db.release.SHA256 = sum
	}
	db.disputed = map[rowID]bool{}
	for _, d := range s.disagreements {
		db.disputed[rowID{d.Table, d.ID}] = true
	}
	db.index()
	return db, db.whole()
}

// rowID names a row: its table's YAML name and its key.
type rowID struct{ table, key string }

type stacker struct {
	tables        Tables
	layers        []*Layer
	origins       map[rowID]*Layer
	disagreements []Disagreement
	withdrawnBans []*Ban
	seen          map[string]bool
}

func (s *stacker) lay(over *Tables) error {
	l := &over.Layer
	switch {
	case l.ID == "":
		return fmt.Errorf("an overlay without an id: write layer: {id: …, title: …, authority: …, date: …}")
	case s.seen[l.ID]:
		return fmt.Errorf("two overlays with the id %q: give each its own", l.ID)
	}
	s.seen[l.ID] = true
	s.layers = append(s.layers, l)
	into, from := reflect.ValueOf(&s.tables).Elem(), reflect.ValueOf(over).Elem()
	for i := range into.NumField() {
		name := tableName(into.Type().Field(i))
		if into.Field(i).Kind() != reflect.Slice || name == "withdraw" || name == "holdings" || from.Field(i).Len() == 0 {
			continue
		}
		into.Field(i).Set(s.overlay(name, l, into.Field(i), from.Field(i)))
	}
	for _, h := range over.Holdings { // counts, under which nothing lies
		h.File = l.ID + "/" + h.File
		s.tables.Holdings = append(slices.Clip(s.tables.Holdings), h)
	}
	for _, w := range over.Withdrawals {
		if err := s.withdraw(l, into, w); err != nil {
			return err
		}
	}
	return nil
}

// overlay is the table with the rows of a layer put into it, in the order of their keys.
func (s *stacker) overlay(table string, l *Layer, below, above reflect.Value) reflect.Value {
	at := make(map[string]int, below.Len())
	for i := range below.Len() {
		at[below.Index(i).Field(0).String()] = i
	}
	out := reflect.AppendSlice(reflect.MakeSlice(below.Type(), 0, below.Len()+above.Len()), below)
	for i := range above.Len() {
		row := above.Index(i)
		key := row.Field(0).String()
		id := rowID{table, key}
		if j, there := at[key]; there {
			s.compare(id, l, out.Index(j), row)
			out.Index(j).Set(row)
		} else {
			at[key] = out.Len()
			out = reflect.Append(out, row)
		}
		s.origins[id] = l
	}
	sortRows(out)
	return out
}

func sortRows(rows reflect.Value) {
	order := make([]int, rows.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return strings.Compare(rows.Index(a).Field(0).String(), rows.Index(b).Field(0).String())
	})
	sorted := reflect.MakeSlice(rows.Type(), rows.Len(), rows.Len())
	for to, from := range order {
		sorted.Index(to).Set(rows.Index(from))
	}
	reflect.Copy(rows, sorted)
}

// compare records the fields in which a row differs from the one it replaces.
func (s *stacker) compare(id rowID, upper *Layer, below, above reflect.Value) {
	lower := s.origins[id]
	sources := sourcesOf(above)
	for _, f := range leaves(below.Type(), nil) {
		x, y := below.FieldByIndex(f.index), above.FieldByIndex(f.index)
		if f.name == "sources" || plainText(x) == plainText(y) { // an empty list and none are the same
			continue
		}
		s.disagreements = append(s.disagreements, Disagreement{Table: id.table, ID: id.key, Field: f.name,
			Below: fieldText(x), Above: fieldText(y), Lower: lower, Upper: upper, Sources: sources})
	}
}

func (s *stacker) withdraw(l *Layer, tables reflect.Value, w Withdrawal) error {
	if w.Table == "policies" && w.ID == DefaultPolicy {
		return fmt.Errorf("overlay %q withdraws the policy %q, which is applied when none is chosen; replace it instead", l.ID, w.ID)
	}
	for i := range tables.NumField() {
		if tableName(tables.Type().Field(i)) != w.Table || tables.Field(i).Kind() != reflect.Slice || w.Table == "withdraw" {
			continue
		}
		rows := tables.Field(i)
		for j := range rows.Len() {
			if rows.Index(j).Field(0).String() != w.ID {
				continue
			}
			id := rowID{w.Table, w.ID}
			s.disagreements = append(s.disagreements, Disagreement{Table: w.Table, ID: w.ID, Field: "withdrawn",
				Below: rowText(rows.Index(j)), Above: w.Reason, Lower: s.origins[id], Upper: l, Sources: w.Sources})
			if b, ok := rows.Index(j).Interface().(Ban); ok {
				s.withdrawnBans = append(s.withdrawnBans, &b)
			}
			left := reflect.MakeSlice(rows.Type(), 0, rows.Len()-1)
			left = reflect.AppendSlice(left, rows.Slice(0, j))
			rows.Set(reflect.AppendSlice(left, rows.Slice(j+1, rows.Len())))
			s.origins[id] = l
			return nil
		}
		return fmt.Errorf("overlay %q withdraws %s %q, which is not there; look it up with `quaestor db search`", l.ID, w.Table, w.ID)
	}
	return fmt.Errorf("overlay %q withdraws from %q, which is no table", l.ID, w.Table)
}

// digest names the whole: the base's digest with the compiled overlays.
func digest(base string, overlays []Tables) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, base)
	for i := range overlays {
		raw, err := tablecodec.Marshal(&overlays[i])
		if err != nil {
			return "", fmt.Errorf("overlay %q: %w", overlays[i].Layer.ID, err)
		}
		fmt.Fprintf(h, "%d\n", len(raw))
		h.Write(raw)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func layerNames(layers []*Layer) []string {
	var out []string
	for _, l := range layers {
		out = append(out, l.ID)
	}
	return out
}

func tableName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}
