// Package yamldb reads the YAML of the risk database and checks it.
//
// Every problem names its file and line. What the package cannot see: whether a fact is true. It sees only
// whether the records hold together and name their sources.
package yamldb

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/lazyregexp"
	"quaestor/riskdb/internal/tablecodec"
)

// Problem is one fault of the data.
type Problem struct {
	File string
	Line int
	Text string
}

func (p Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

// Problems are all faults that were found, in the order of the files.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Set is the tables of a folder, with the place of each row.
type Set struct {
	riskdb.Tables
	rows map[string][]row // by table, in step with the slice of the same YAML name
	all  Problems

	files     map[*yaml.Node]string // of nodes that stand in another file than their row
	held      []riskdb.Holding
	licenceOf []fileLicence
}

// row is where a row of a table stands.
type row struct {
	file string
	node *yaml.Node
}

// Compile reads, checks and encodes the YAML below fsys.
func Compile(fsys fs.FS) ([]byte, error) {
	s, err := Read(fsys)
	if err != nil {
		return nil, err
	}
	if ps := s.Validate(); len(ps) > 0 {
		return nil, ps
	}
	return tablecodec.Marshal(&s.Tables)
}

// Read reads all YAML files below fsys, in the order of their paths. What does not parse, and what is no regular file
// or too large, is kept for [Set.Validate]; only a folder without data, or with too much, is an error here.
func Read(fsys fs.FS) (*Set, error) {
	s := &Set{rows: map[string][]row{}}
	err := (&files{fsys: fsys}).each(func(name string, raw []byte, err error) {
		if err != nil {
			s.problem(name, 1, err.Error())
			return
		}
		s.add(name, raw)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the data: %w", err)
	}
	if len(s.rows) == 0 && len(s.all) == 0 {
		return nil, errors.New("no YAML data found: run this in the folder riskdb/data, or name it")
	}
	s.takeMarks()
	s.sort()
	s.countHoldings()
	return s, nil
}

// add takes the rows of one file.
func (s *Set) add(file string, raw []byte) {
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		s.syntax(file, err)
		return
	}
	if len(doc.Content) == 0 {
		s.problem(file, 1, "the file holds no table")
		return
	}
	s.unseen(file, doc.Content[0], 0)
	var t struct {
		riskdb.Tables `yaml:",inline"`
		Licence       string `yaml:"licence"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&t); err != nil {
		s.syntax(file, err)
		return
	}
	if err := dec.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		s.problem(file, 1, "more than one document in a file")
	}
	s.merge(file, &t.Tables, doc.Content[0])
	s.hold(file, t.Licence, &t.Tables, doc.Content[0])
}

// merge appends the tables of a file, row by row with its node.
func (s *Set) merge(file string, t *riskdb.Tables, top *yaml.Node) {
	into, from := reflect.ValueOf(&s.Tables).Elem(), reflect.ValueOf(t).Elem()
	for i := range into.NumField() {
		name := yamlName(into.Type().Field(i))
		node := child(top, name)
		if node == nil {
			continue
		}
		if into.Field(i).Kind() != reflect.Slice {
			if !into.Field(i).IsZero() {
				s.problem(file, node.Line, "a second "+name)
			}
			into.Field(i).Set(from.Field(i))
			s.rows[name] = append(s.rows[name], row{file, node})
			continue
		}
		if len(node.Content) == 0 {
			s.problem(file, node.Line, "the table "+name+" is empty")
		}
		into.Field(i).Set(reflect.AppendSlice(into.Field(i), from.Field(i)))
		for _, n := range node.Content {
			s.rows[name] = append(s.rows[name], row{file, n})
		}
	}
}

var lineOf = lazyregexp.New(`^(?:yaml: )?line (\d+): (.*)$`)

func (s *Set) syntax(file string, err error) {
	texts := []string{err.Error()}
	var te *yaml.TypeError
	if errors.As(err, &te) {
		texts = te.Errors
	}
	for _, text := range texts {
		line := 1
		if m := lineOf.FindStringSubmatch(text); m != nil {
			line, _ = strconv.Atoi(m[1])
			text = m[2]
		}
		s.problem(file, line, plain(text))
	}
}

var (
	noField   = lazyregexp.New(`^field (.*) not found in type .*$`)
	wrongKind = lazyregexp.New(`^cannot unmarshal !!([a-z]+)(?: .*)? into (\S+).*$`)
	kindWords = map[string]string{"str": "a text", "seq": "a list", "map": "fields", "int": "a number", "float": "a number", "bool": "true or false", "null": "nothing", "timestamp": "a date without quotes"}
)

// plain says in words of the data what the decoder says in types of the program.
func plain(text string) string {
	if m := noField.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("there is no field %q here: see the records of the same table, or `quaestor schema riskdb`", firstOf(m[1], 200))
	}
	if m := wrongKind.FindStringSubmatch(text); m != nil {
		want := "what belongs here"
		switch {
		case strings.HasPrefix(m[2], "[]"):
			want = "a list"
		case m[2] == "bool":
			want = "true or false"
		case strings.HasPrefix(m[2], "int"), strings.HasPrefix(m[2], "uint"), strings.HasPrefix(m[2], "float"):
			want = "a number"
		case m[2] == "string", m[2] == "riskdb.Date":
			want = "a text"
		case strings.HasPrefix(m[2], "struct"):
			want = "tables, each with its name"
		}
		return fmt.Sprintf("%s where %s is wanted", cmp.Or(kindWords[m[1]], "a value of the kind "+m[1]), want)
	}
	return firstOf(strings.ReplaceAll(text, "riskdb.", ""), 1000)
}

// firstOf is the beginning of a text that is too long for a message.
func firstOf(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

func (s *Set) problem(file string, line int, text string) {
	s.all = append(s.all, Problem{file, line, text})
}

// sort puts the rows of each table in the order of their keys, so that moving a row to another file changes
// nothing. Edges, bans and laws keep to their IDs as well; signers to their package.
func (s *Set) sort() {
	tables := reflect.ValueOf(&s.Tables).Elem()
	for i := range tables.NumField() {
		list := tables.Field(i)
		name := yamlName(tables.Type().Field(i))
		rows := s.rows[name]
		if list.Kind() != reflect.Slice || len(rows) != list.Len() {
			continue
		}
		order := make([]int, list.Len())
		for j := range order {
			order[j] = j
		}
		slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(rowKey(list.Index(a)), rowKey(list.Index(b))) })
		sorted := reflect.MakeSlice(list.Type(), list.Len(), list.Len())
		places := make([]row, len(rows))
		for to, from := range order {
			sorted.Index(to).Set(list.Index(from))
			places[to] = rows[from]
		}
		list.Set(sorted)
		s.rows[name] = places
	}
}

// rowKey is what names a row in its table: its first field.
func rowKey(v reflect.Value) string { return v.Field(0).String() }

func yamlName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

// child finds the value under a key of a mapping.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
