package policy

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/riskdb"
)

// Choice is what a user chose: packs by ID or file, and files of exceptions.
type Choice struct {
	Packs      []string
	Exceptions []string
	AsOf       riskdb.Date
	// Read reads a file. More than [MaxFile] bytes of it are of no use.
	Read func(name string) ([]byte, error)
}

// IsFile reports whether a name is that of a file and not of a pack: it has a slash, or ends in .yaml or .yml.
func IsFile(name string) bool {
	return strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// Load reads, checks and composes what was chosen. Warnings are returned beside the policies; faults of the files
// are the error, as [Problems].
func Load(db *riskdb.DB, c Choice) (riskdb.Policies, Problems, error) {
	l := loader{db: db, Choice: c, compiled: map[string]riskdb.Condition{}}
	if err := l.read(); err != nil {
		return riskdb.Policies{}, nil, err
	}
	warnings, err := l.check()
	if err != nil {
		return riskdb.Policies{}, nil, err
	}
	s, err := l.selection()
	if err != nil {
		return riskdb.Policies{}, nil, err
	}
	p, err := db.Compose(s)
	return p, warnings, err
}

type loader struct {
	Choice
	db   *riskdb.DB
	docs []*Document

	compiled map[string]riskdb.Condition // by expression: compiling takes longer than everything else
}

func (l *loader) doc(name string) *Document {
	i := slices.IndexFunc(l.docs, func(d *Document) bool { return d.Name == name })
	if i < 0 {
		return nil
	}
	return l.docs[i]
}

func (l *loader) read() error {
	var names []string
	for _, name := range l.Packs {
		if IsFile(name) {
			names = append(names, name)
		}
	}
	for _, name := range append(names, l.Exceptions...) {
		if l.doc(name) != nil {
			continue
		}
		raw, err := l.Read(name)
		if err != nil {
			return fmt.Errorf("cannot read the policy file %q: %w", name, err)
		}
		d, err := Parse(name, raw)
		if err != nil {
			return err
		}
		l.docs = append(l.docs, d)
	}
	return nil
}

func (l *loader) check() (warnings Problems, err error) {
	owner := map[string]string{}
	for _, d := range l.docs {
		ps := Check(d, Scope{DB: l.db, AsOf: l.AsOf, Beside: l.docs, compiled: l.compiled})
		for i, p := range d.Policies {
			if other := owner[p.ID]; other != "" {
				n := d.place(fmt.Sprintf("policies[%d].id", i))
				ps = append(ps, Problem{File: d.Name, Line: n.Line, Column: n.Column, Text: fmt.Sprintf("the policy %q is in %s too: choose another id", p.ID, other)})
			}
			owner[p.ID] = d.Name
		}
		if faults := ps.Faults(); len(faults) > 0 {
			return nil, faults
		}
		warnings = append(warnings, ps...)
	}
	return warnings, nil
}

// compile makes the condition of a rule, unless the check has done so.
func (l *loader) compile(expression string) (riskdb.Condition, error) {
	if c := l.compiled[expression]; c != nil {
		return c, nil
	}
	return Compile(expression)
}

// selection gathers the chosen packs in their order, and everything that the files hold beside them.
func (l *loader) selection() (riskdb.Selection, error) {
	s := riskdb.Selection{Compile: l.compile}
	for _, name := range l.Packs {
		switch {
		case name == "none":
		case IsFile(name):
			d := l.doc(name)
			if len(d.Policies) == 0 {
				return s, fmt.Errorf("%s holds no policy: give a file of exceptions with --exceptions", name)
			}
			for i := range d.Policies {
				s.Packs = append(s.Packs, &d.Policies[i])
			}
		default:
			p := l.db.Policy(name)
			if p == nil {
				return s, fmt.Errorf("there is no policy %q; choose from: none, %s; or name a file that ends in .yaml", name, strings.Join(l.db.PolicyIDs(), ", "))
			}
			s.Packs = append(s.Packs, p)
		}
	}
	for _, d := range l.docs {
		for i := range d.Policies {
			s.Library = append(s.Library, &d.Policies[i])
		}
		s.Exceptions = append(s.Exceptions, d.Exceptions...)
		s.Groups = append(s.Groups, d.Groups...)
		for _, x := range d.Sources {
			s.Sources = append(s.Sources, riskdb.Source{ID: x.ID, Title: x.Title, URL: x.URL, Date: x.Date})
		}
	}
	return s, nil
}
