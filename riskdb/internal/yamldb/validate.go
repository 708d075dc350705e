package yamldb

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
)

// Validate checks every rule and returns all faults, in the order of files and lines.
func (s *Set) Validate() Problems {
	v := newChecker(s)
	v.ids()
	v.eachRow(func(table string, r row, value reflect.Value) { v.generic(table, r, r.node, value) })
	v.version()
	v.layered()
	v.references()
	v.identifiers()
	v.targets()
	v.ownership()
	v.formats()
	v.lifecycle()
	v.indicators()
	v.licences()
	v.sdks()
	v.unused()
	slices.SortStableFunc(v.set.all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return slices.Compact(v.set.all)
}

// checker holds the keys of every table while the rules run.
type checker struct {
	set     *Set
	keys    map[string]map[string]row // table to key to row
	sources map[string]bool           // that some fact names
	cites   map[string]riskdb.Source  // sources by id
	uses    []use
	// countries of vendors of code that are no records, by name
	countries map[string]string
}

func newChecker(s *Set) *checker {
	v := &checker{set: s, keys: map[string]map[string]row{}, sources: map[string]bool{}, cites: map[string]riskdb.Source{}, countries: map[string]string{}}
	for _, x := range s.Sources {
		v.cites[x.ID] = x
	}
	return v
}

func (v *checker) problem(r row, n *yaml.Node, format string, args ...any) {
	file, line := r.file, r.node.Line
	if n != nil {
		line = n.Line
		file = cmp.Or(v.set.files[n], file)
	}
	v.set.problem(file, line, fmt.Sprintf(format, args...))
}

// eachRow visits every row of every table.
func (v *checker) eachRow(visit func(table string, r row, value reflect.Value)) {
	tables := reflect.ValueOf(&v.set.Tables).Elem()
	for i := range tables.NumField() {
		name := yamlName(tables.Type().Field(i))
		rows := v.set.rows[name]
		list := tables.Field(i)
		if list.Kind() != reflect.Slice {
			if len(rows) > 0 {
				visit(name, rows[0], list)
			}
			continue
		}
		for j := range rows {
			visit(name, rows[j], list.Index(j))
		}
	}
}

// ids checks that each key is there, well formed and used once. Vendors and entities share one space, and the
// laws of all states another.
func (v *checker) ids() {
	v.eachRow(func(table string, r row, value reflect.Value) {
		if table == "version" || table == "layer" || table == "withdraw" {
			return
		}
		v.key(table, r, r.node, rowKey(value), value.Type().Field(0))
		if table == "jurisdictions" {
			laws := value.FieldByName("Laws")
			for i := range laws.Len() {
				n := item(child(r.node, "laws"), i)
				v.key("laws", row{r.file, n}, n, rowKey(laws.Index(i)), laws.Type().Elem().Field(0))
			}
		}
	})
}

func (v *checker) key(table string, r row, n *yaml.Node, key string, field reflect.StructField) {
	name := yamlName(field)
	if key == "" {
		v.problem(r, n, "%s: a row without %s", table, name)
		return
	}
	if name == "id" && !slug.MatchString(key) {
		v.problem(r, child(n, name), "id %q: use small letters, digits and single hyphens", key)
	}
	space := table
	if table == "entities" {
		space = "vendors"
	}
	if v.keys[space] == nil {
		v.keys[space] = map[string]row{}
	}
	if old, taken := v.keys[space][key]; taken {
		v.problem(r, child(n, name), "%s: duplicate %s %q; it is also in %s:%d", table, name, key, old.file, old.node.Line)
		return
	}
	v.keys[space][key] = r
}

func (v *checker) has(table, key string) bool {
	_, ok := v.keys[table][key]
	return ok
}

// item is the i-th node of a list.
func item(n *yaml.Node, i int) *yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode || i >= len(n.Content) {
		return n
	}
	return n.Content[i]
}

// generic walks every field of a row: dates, sources, and what each fact rests on are checked wherever they
// stand.
func (v *checker) generic(table string, r row, n *yaml.Node, value reflect.Value) {
	switch x := value.Interface().(type) {
	case riskdb.Date:
		if !x.Valid() {
			v.problem(r, n, "date %q: write YYYY, YYYY-MM or YYYY-MM-DD, between quotes", x)
		}
		return
	case riskdb.Grade:
		if x != "" && x.Rank() == 0 {
			v.problem(r, n, "confidence %q: write high, medium-high, medium, low-medium or low", x)
		}
		return
	case riskdb.Basis:
		v.basis(r, n, x)
		v.grounds(r, n, x)
	}
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			f := value.Type().Field(i)
			under := child(n, yamlName(f))
			if f.Anonymous { // inline
				under = n
			}
			if yamlName(f) == "sources" && table != "tables" && f.Type.Elem().Kind() == reflect.String {
				v.cited(r, under, value.Field(i).Interface().([]string))
				continue
			}
			v.generic(table, r, orParent(under, n), value.Field(i))
		}
	case reflect.Slice:
		for i := range value.Len() {
			v.generic(table, r, item(n, i), value.Index(i))
		}
	case reflect.Pointer:
		if !value.IsNil() {
			v.generic(table, r, n, value.Elem())
		}
	}
}

func orParent(n, parent *yaml.Node) *yaml.Node {
	if n == nil {
		return parent
	}
	return n
}

func (v *checker) cited(r row, n *yaml.Node, ids []string) {
	for i, id := range ids {
		v.sources[id] = true
		v.uses = append(v.uses, use{id, r, item(n, i)})
		if !v.has("sources", id) {
			v.problem(r, item(n, i), "unknown source %q", id)
		}
		if slices.Contains(ids[:i], id) {
			v.problem(r, item(n, i), "source %q is named twice", id)
		}
	}
}

func (v *checker) basis(r row, n *yaml.Node, b riskdb.Basis) {
	switch {
	case b.Verified && len(b.Sources) == 0:
		v.problem(r, n, "verified without a source")
	case b.Verified && b.UnverifiedReason != "":
		v.problem(r, n, "verified, yet with a reason why not")
	case !b.Verified && strings.TrimSpace(b.UnverifiedReason) == "":
		v.problem(r, n, "not verified, and no unverified_reason says why")
	case !b.Verified && b.Confidence == riskdb.GradeHigh:
		v.problem(r, n, "not verified, so that its confidence cannot be high")
	}
	if b.Confidence == "" {
		v.problem(r, n, "no confidence")
	}
}

func (v *checker) version() {
	if len(v.set.rows["version"]) == 0 {
		v.set.problem("version.yaml", 1, "no version: write version: {date: \"YYYY-MM-DD\"}")
		return
	}
	if r := v.set.rows["version"][0]; len(v.set.Version.Date) != len("2006-01-02") {
		v.problem(r, nil, "the version needs a date with year, month and day")
	}
}

// layered keeps what only an overlay may hold out of the base.
func (v *checker) layered() {
	if len(v.set.rows["withdraw"]) > 0 && len(v.set.rows["layer"]) == 0 {
		v.problem(v.set.rows["withdraw"][0], nil, "only an overlay withdraws: write a layer, or delete the row from the base")
	}
}

// unused finds sources that no fact names.
func (v *checker) unused() {
	at := map[string]int{} // of addresses
	for i, s := range v.set.Sources {
		if !v.sources[s.ID] {
			v.problem(v.set.rows["sources"][i], nil, "source %q is named by no fact", s.ID)
		}
		r := v.set.rows["sources"][i]
		v.crossCheck(r, s)
		if old, taken := at[plainAddress(s.URL)]; taken && s.URL != "" {
			v.problem(r, child(r.node, "url"), "source %q has the address of %q: write a source once", s.ID, v.set.Sources[old].ID)
		}
		at[plainAddress(s.URL)] = i
		switch {
		case s.Title == "":
			v.problem(r, nil, "source %q has no title", s.ID)
		case s.URL == "" && s.Note == "":
			v.problem(r, nil, "source %q has neither a url nor a note that says why", s.ID)
		case s.URL != "" && !strings.HasPrefix(s.URL, "http://") && !strings.HasPrefix(s.URL, "https://"), strings.ContainsAny(s.URL, " \t\n"):
			v.problem(r, child(r.node, "url"), "source %q: %q is no web address", s.ID, s.URL)
		case s.Date == "" && s.Accessed == "":
			v.problem(r, nil, "source %q has no date; write when it was published, or accessed", s.ID)
		}
	}
}

// plainAddress leaves out what two spellings of one address differ by.
func plainAddress(url string) string {
	_, rest, found := strings.Cut(url, "://")
	if !found {
		return url
	}
	return strings.TrimSuffix(strings.TrimPrefix(rest, "www."), "/")
}
