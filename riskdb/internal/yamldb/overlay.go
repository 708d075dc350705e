package yamldb

import (
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
)

// baseFile stands where the file of a row of the base would: its YAML is not at hand.
const baseFile = "(base)"

// ReadOverlay reads and checks the YAML of an overlay, whose rows may refer to those of the base and take
// their place.
func ReadOverlay(fsys fs.FS, base *riskdb.Tables) (*riskdb.Tables, error) {
	s, err := Read(fsys)
	if err != nil {
		return nil, err
	}
	own := s.Tables
	if ps := s.ValidateOver(base); len(ps) > 0 {
		return nil, ps
	}
	return &own, nil
}

// ValidateOver checks the set as an overlay upon base.
func (s *Set) ValidateOver(base *riskdb.Tables) Problems {
	s.layer()
	withdrawn := s.withdrawn(base)
	s.underlay(base, withdrawn)
	s.sort()
	before := faultsOf(base)
	var out Problems
	for _, p := range s.Validate() {
		switch {
		case p.File != baseFile:
			out = append(out, p)
		case p.Rule() != RuleUnusedSource && !before[p.Text]:
			p.Text += "; the overlay takes away or changes what this row of the base needs"
			out = append(out, p)
		}
	}
	return out
}

// faultsOf are the faults that a base has by itself: an older one may break a rule of today.
func faultsOf(base *riskdb.Tables) map[string]bool {
	s := &Set{rows: map[string][]row{}}
	s.underlay(base, nil)
	out := map[string]bool{}
	for _, p := range s.Validate() {
		out[p.Text] = true
	}
	return out
}

// layer wants the header that says whose overlay it is.
func (s *Set) layer() {
	l := s.Layer
	switch rows := s.rows["layer"]; {
	case len(rows) == 0:
		s.problem("overlay.yaml", 1, "no layer: write layer: {id: …, title: …, authority: …, date: \"YYYY-MM-DD\"}")
	case !slug.MatchString(l.ID):
		s.problem(rows[0].file, rows[0].node.Line, fmt.Sprintf("layer id %q: use small letters, digits and single hyphens", l.ID))
	case l.Title == "" || l.Authority == "" || len(l.Date) != len("2006-01-02"):
		s.problem(rows[0].file, rows[0].node.Line, "the layer needs a title, the authority that answers for it, and a date with year, month and day")
	}
	if rows := s.rows["version"]; len(rows) > 0 {
		s.problem(rows[0].file, rows[0].node.Line, "an overlay has no version: the date of its layer is enough")
	}
}

// withdrawn checks the withdrawals and lists them as table and key.
func (s *Set) withdrawn(base *riskdb.Tables) map[string]bool {
	out := map[string]bool{}
	for i, w := range s.Withdrawals {
		r := s.rows["withdraw"][i]
		twice := out[w.Table+" "+w.ID]
		out[w.Table+" "+w.ID] = true
		switch {
		case twice:
			s.problem(r.file, r.node.Line, fmt.Sprintf("%s %q is withdrawn twice", w.Table, w.ID))
		case w.Table == "policies" && w.ID == riskdb.DefaultPolicy:
			s.problem(r.file, r.node.Line, fmt.Sprintf("the policy %q is applied when none is chosen: replace it instead", w.ID))
		case strings.TrimSpace(w.Reason) == "":
			s.problem(r.file, r.node.Line, "a withdrawal needs a reason")
		case !hasRow(base, w.Table, w.ID):
			s.problem(r.file, r.node.Line, fmt.Sprintf("withdraws %s %q, which the base does not have", w.Table, w.ID))
		case hasRow(&s.Tables, w.Table, w.ID):
			s.problem(r.file, r.node.Line, fmt.Sprintf("both brings and withdraws %s %q", w.Table, w.ID))
		}
	}
	return out
}

func hasRow(t *riskdb.Tables, table, key string) bool {
	rows := tableOf(t, table)
	return rows.IsValid() && slices.ContainsFunc(indices(rows), func(i int) bool { return rowKey(rows.Index(i)) == key })
}

func tableOf(t *riskdb.Tables, table string) reflect.Value {
	tables := reflect.ValueOf(t).Elem()
	for i := range tables.NumField() {
		if yamlName(tables.Type().Field(i)) == table && tables.Field(i).Kind() == reflect.Slice && table != "withdraw" {
			return tables.Field(i)
		}
	}
	return reflect.Value{}
}

func indices(rows reflect.Value) []int {
	out := make([]int, rows.Len())
	for i := range out {
		out[i] = i
	}
	return out
}

// underlay adds the rows of the base that the overlay neither replaces nor withdraws.
func (s *Set) underlay(base *riskdb.Tables, withdrawn map[string]bool) {
	s.Tables.Version = base.Version
	s.rows["version"] = []row{{baseFile, &yaml.Node{}}}
	into, from := reflect.ValueOf(&s.Tables).Elem(), reflect.ValueOf(base).Elem()
	for i := range into.NumField() {
		name := yamlName(into.Type().Field(i))
		if into.Field(i).Kind() != reflect.Slice || name == "withdraw" || name == "holdings" {
			continue
		}
		own := map[string]bool{}
		for j := range into.Field(i).Len() {
			own[rowKey(into.Field(i).Index(j))] = true
		}
		for j := range from.Field(i).Len() {
			key := rowKey(from.Field(i).Index(j))
			if own[key] || withdrawn[name+" "+key] {
				continue
			}
			into.Field(i).Set(reflect.Append(into.Field(i), from.Field(i).Index(j)))
			s.rows[name] = append(s.rows[name], row{baseFile, &yaml.Node{}})
		}
	}
}

// overlayFile stands for the file of a row of a compiled overlay.
const overlayFile = "(overlay)"

// CheckOverlay checks a compiled overlay upon a base other than the one it was built on: what it refers to, and
// what both claim. The rest was checked when it was built, by the rules of that day.
func CheckOverlay(over, base *riskdb.Tables) error {
	s := &Set{Tables: *over, rows: map[string][]row{"layer": {{overlayFile, &yaml.Node{}}}}}
	s.Holdings = nil // counts of files, of which there are several for a file
	tables := reflect.ValueOf(&s.Tables).Elem()
	for i := range tables.NumField() {
		name := yamlName(tables.Type().Field(i))
		if rows := tables.Field(i); rows.Kind() == reflect.Slice {
			rows.Set(reflect.AppendSlice(reflect.MakeSlice(rows.Type(), 0, rows.Len()), rows)) // its own, to be sorted
			for range rows.Len() {
				s.rows[name] = append(s.rows[name], row{overlayFile, &yaml.Node{}})
			}
		}
	}
	ps := slices.DeleteFunc(s.ValidateOver(base), func(p Problem) bool {
		return p.Rule() != RuleBrokenLink && p.Rule() != RuleClaimedTwice && !strings.Contains(p.Text, "circle") && !strings.Contains(p.Text, "withdr")
	})
	if len(ps) > 0 {
		return fmt.Errorf("overlay %q does not go with the database below it: %w", over.Layer.ID, ps)
	}
	return nil
}
