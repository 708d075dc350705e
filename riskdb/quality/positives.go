package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// Positive is one thing that must be found, under each of its identifiers, by one rule of one policy.
type Positive struct {
	Name     string          `yaml:"name"`
	Policy   string          `yaml:"policy"`
	Rule     string          `yaml:"rule"`
	Severity riskdb.Severity `yaml:"severity"` // at least
	// Never is a rule that must not fire about it, where the difference matters.
	Never string  `yaml:"never,omitempty"`
	Marks []Marks `yaml:"marks"`
}

// Marks are identifiers of one kind, or prefixes of code that an app of another name carries.
type Marks struct {
	Platform inventory.Platform       `yaml:"platform"`
	Kind     inventory.IdentifierKind `yaml:"kind"`
	IDs      []string                 `yaml:"ids,omitempty"`
	Code     []string                 `yaml:"code,omitempty"`
}

// carrier is the app in which code is looked for.
const carrier = "org.example.carrier"

// controls is each mark as an app. Its name says nothing, so that only the mark can be recognised.
func (m Marks) controls() []Control {
	var out []Control
	for _, id := range m.IDs {
		out = append(out, Control{Name: "App", Platform: m.Platform, Kind: m.Kind, ID: id})
	}
	for _, prefix := range m.Code {
		out = append(out, Control{Name: "App", Platform: m.Platform, Kind: m.Kind, ID: carrier, Code: []string{prefix}})
	}
	return out
}

type positiveScore struct {
	found, total int
	lines        []string
	missed       []string
}

func findPositives(db *riskdb.DB, file string, asOf riskdb.Date) (positiveScore, error) {
	var s positiveScore
	raw, err := os.ReadFile(file)
	if err != nil {
		return s, err
	}
	var list struct{ Positives []Positive }
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&list); err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	if len(list.Positives) == 0 {
		return s, errors.New(file + ": nothing that must be found")
	}
	for i := range list.Positives {
		if err := s.add(db, &list.Positives[i], asOf); err != nil {
			return s, fmt.Errorf("%s: %w", file, err)
		}
	}
	return s, nil
}

// add judges every identifier of one positive on a device of its own.
func (s *positiveScore) add(db *riskdb.DB, p *Positive, asOf riskdb.Date) error {
	policies, err := db.SelectPolicies(p.Policy)
	if err != nil {
		return err
	}
	if riskdb.RuleByID(p.Rule) == nil {
		return fmt.Errorf("%s: there is no rule %q", p.Name, p.Rule)
	}
	found, total := 0, 0
	for _, m := range p.Marks {
		for _, c := range m.controls() {
			total++
			findings := riskdb.Assess(db, policies, inventoryOf(&Controls{}, []Control{c}), asOf).Findings
			what := fmt.Sprintf("%s as %s %q under %s", p.Name, c.Kind, c.ID, p.Policy)
			if len(c.Code) > 0 {
				what = fmt.Sprintf("%s as code %q under %s", p.Name, c.Code[0], p.Policy)
			}
			switch {
			case p.Never != "" && slices.ContainsFunc(findings, func(f riskdb.Finding) bool { return f.Rule == p.Never }):
				s.missed = append(s.missed, what+": the rule "+p.Never+" must not say so")
			case !slices.ContainsFunc(findings, func(f riskdb.Finding) bool { return f.Rule == p.Rule && f.Severity.Rank() >= p.Severity.Rank() }):
				s.missed = append(s.missed, fmt.Sprintf("%s: no finding %q of at least %s", what, p.Rule, p.Severity))
			default:
				found++
			}
		}
	}
	s.found, s.total = s.found+found, s.total+total
	s.lines = append(s.lines, fmt.Sprintf("  %-28s %-14s %-18s %3d of %3d", p.Name, p.Policy, p.Rule, found, total))
	return nil
}

func (s positiveScore) write(w io.Writer) {
	fmt.Fprintf(w, "\nWHAT MUST BE FOUND: %d of %d identifiers (%.1f %%)\n%s\n", s.found, s.total, percent(s.found, s.total), strings.Join(s.lines, "\n"))
	for _, m := range s.missed {
		fmt.Fprintln(w, "  missed: "+m)
	}
}
