package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/riskdb/internal/lazyregexp"
)

// The limits of a file. What is beyond them is refused with a word on which it was.
const (
	MaxFile       = 1 << 20 // bytes
	maxDepth      = 16      // of lists in mappings in lists
	maxNodes      = 100_000
	maxRules      = 1000 // of one pack
	maxExceptions = 5000
	maxText       = 4096 // bytes of one text
)

// File is what a policy file holds: packs, and beside them exceptions and groups of devices that hold whatever
// pack is chosen.
type File struct {
	Policies   []riskdb.Policy      `yaml:"policies,omitempty" json:"policies,omitempty" jsonschema:"packs; usually one"`
	Exceptions []riskdb.Exception   `yaml:"exceptions,omitempty" json:"exceptions,omitempty" jsonschema:"what is approved, whichever pack is chosen; for a file given with --exceptions"`
	Groups     []riskdb.DeviceGroup `yaml:"groups,omitempty" json:"groups,omitempty" jsonschema:"groups of devices for these exceptions"`
	Sources    []Source             `yaml:"sources,omitempty" json:"sources,omitempty" jsonschema:"texts that the packs rest on and the database does not have"`
}

// Source is a text that a pack rests on.
type Source struct {
	ID    string      `yaml:"id" json:"id" jsonschema:"small letters, digits and single hyphens"`
	Title string      `yaml:"title" json:"title" jsonschema:"of the text"`
	URL   string      `yaml:"url,omitempty" json:"url,omitempty" jsonschema:"where it can be read"`
	Date  riskdb.Date `yaml:"date,omitempty" json:"date,omitempty" jsonschema:"YYYY, YYYY-MM or YYYY-MM-DD"`
}

// Problem is one fault of a file.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Text    string `json:"text"`
	Warning bool   `json:"warning,omitempty"` // the file can be used
}

// Error is "FILE:LINE:COLUMN: what is wrong".
func (p Problem) Error() string {
	kind := ""
	if p.Warning {
		kind = "warning: "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", p.File, p.Line, p.Column, kind, p.Text)
}

// Problems are the faults of one or more files, in the order of the lines.
type Problems []Problem

// Error is one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Faults are the problems that keep a file from being used.
func (ps Problems) Faults() (out Problems) {
	for _, p := range ps {
		if !p.Warning {
			out = append(out, p)
		}
	}
	return out
}

// Document is a file that was read, with the place of everything in it.
type Document struct {
	Name string
	File
	raw      []byte
	places   map[string]*yaml.Node // by path, such as policies[0].rules[2].when
	problems Problems
}

// maxProblems is how many faults of the form of a file are told at once.
const maxProblems = 100

// Parse reads a file. What it says about the form of the file is returned as [Problems]; [Check] says what is wrong
// with its content. Where only fields are at fault, the document comes back beside the problems, so that its content
// can be checked too; it is not to be used.
func Parse(name string, raw []byte) (*Document, error) {
	d := &Document{Name: name, raw: raw, places: map[string]*yaml.Node{}}
	if len(raw) > MaxFile {
		d.problem(nil, "the file has more than the %d bytes that a policy file may have: split it, or take out what is generated", MaxFile)
		return nil, d.problems
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	var top yaml.Node
	if err := dec.Decode(&top); err != nil {
		d.syntax(err)
		return nil, d.problems
	}
	if err := dec.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		d.problem(nil, "the file holds more than one document, or something behind its end; keep one")
		return nil, d.problems
	}
	w := &walker{doc: d}
	if len(top.Content) != 1 || !w.harmless(top.Content[0], 0) {
		if len(d.problems) == 0 {
			d.problem(nil, "the file is empty; write policies: or exceptions:")
		}
		return nil, d.problems
	}
	w.decode(top.Content[0], "", &d.File)
	if len(d.problems) > 0 {
		return d, d.problems
	}
	return d, nil
}

func (d *Document) problem(n *yaml.Node, format string, args ...any) {
	p := Problem{File: d.Name, Line: 1, Column: 1, Text: fmt.Sprintf(format, args...)}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	d.problems = append(d.problems, p)
}

var lineOf = lazyregexp.New(`line (\d+): (.*)$`)

func (d *Document) syntax(err error) {
	if errors.Is(err, io.EOF) {
		d.problem(nil, "the file is empty; write policies: or exceptions:")
		return
	}
	p := Problem{File: d.Name, Line: 1, Column: 1, Text: strings.TrimPrefix(err.Error(), "yaml: ")}
	if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Text = m[2]
	}
	d.problems = append(d.problems, p)
}

// place is where something stands: the nearest thing around it that is written down.
func (d *Document) place(path string) *yaml.Node {
	for {
		if n := d.places[path]; n != nil || path == "" {
			return n
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}
