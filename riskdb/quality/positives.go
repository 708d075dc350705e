package main

import (
	"bytes"
	"cmp"
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

// Positive is one thing that must be found, under each of its identifiers, by one rule of one policy. Without a rule it is
// a guard: of what must not be said.
type Positive struct {
	Name     string          `yaml:"name"`
	Policies policyList      `yaml:"policy"` // one, or several that are asked one after the other
	Rule     string          `yaml:"rule,omitempty"`
	Severity riskdb.Severity `yaml:"severity,omitempty"` // at least
	Most     riskdb.Severity `yaml:"most,omitempty"`     // of every finding about it
	// Never are rules that must not fire about it, where the difference matters; Why says whose act or silence that rests on.
	Never ruleList `yaml:"never,omitempty"`
	Why   string   `yaml:"why,omitempty"`
	// Unlike are measures that must not be the leading one of a finding.
	Unlike []string `yaml:"unlike,omitempty"`
	Marks  []Marks  `yaml:"marks"`
}

// policyList and ruleList may be written as one word.
type (
	policyList []string
	ruleList   []string
)

// UnmarshalYAML reads one word or a list.
func (l *policyList) UnmarshalYAML(n *yaml.Node) error { return oneOrMore(n, (*[]string)(l)) }

// UnmarshalYAML reads one word or a list.
func (l *ruleList) UnmarshalYAML(n *yaml.Node) error { return oneOrMore(n, (*[]string)(l)) }

func oneOrMore(n *yaml.Node, to *[]string) error {
	if n.Kind == yaml.ScalarNode {
		*to = []string{n.Value}
		return nil
	}
	return n.Decode(to)
}

// Marks are identifiers of one kind, names that a publisher stands beside, or what an app of another name carries.
type Marks struct {
	Platform   inventory.Platform       `yaml:"platform"`
	Kind       inventory.IdentifierKind `yaml:"kind"`
	Publisher  string                   `yaml:"publisher,omitempty"`
	IDs        []string                 `yaml:"ids,omitempty"`
	Code       []string                 `yaml:"code,omitempty"`
	Libraries  [][]string               `yaml:"libraries,omitempty"`  // each a set that one app carries
	Components []string                 `yaml:"components,omitempty"` // class names of its manifest
}

// carrier is the app in which code is looked for.
const carrier = "org.example.carrier"

// controls is each mark as an app. Its name says nothing, so that only the mark can be recognised, but where the
// mark is the name.
func (m Marks) controls() []Control {
	var out []Control
	for _, id := range m.IDs {
		c := Control{Name: "App", Platform: m.Platform, Kind: m.Kind, ID: id, Publisher: m.Publisher}
		if m.Kind == inventory.NameOnly {
			c.Name = id
		}
		out = append(out, c)
	}
	carry := Control{Name: "App", Platform: m.Platform, Kind: m.Kind, ID: carrier}
	for _, prefix := range m.Code {
		c := carry
		c.Code = []string{prefix}
		out = append(out, c)
	}
	for _, set := range m.Libraries {
		c := carry
		c.Libraries = set
		out = append(out, c)
	}
	for _, class := range m.Components {
		c := carry
		c.Components = []string{class}
		out = append(out, c)
	}
	return out
}

// tally is how many of how many.
type tally struct{ found, total int }

// String is empty where nothing was asked.
func (t tally) String() string {
	if t.total == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d", t.found, t.total)
}

type positiveScore struct {
	all      tally
	guards   tally // judged against what must not be said
	byPolicy map[string]tally
	guarded  map[string]tally // guards, by policy
	lines    []string
	missed   []string
}

func findPositives(db *riskdb.DB, file string, asOf riskdb.Date) (positiveScore, error) {
	s := positiveScore{byPolicy: map[string]tally{}, guarded: map[string]tally{}}
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

// add judges every identifier of one positive on a device of its own, under each policy.
func (s *positiveScore) add(db *riskdb.DB, p *Positive, asOf riskdb.Date) error {
	if err := p.check(db); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	var sum tally
	for _, id := range p.Policies {
		policies, err := db.SelectPolicies(id)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		t, g := s.byPolicy[id], s.guarded[id]
		for _, m := range p.Marks {
			for _, c := range m.controls() {
				findings := riskdb.Assess(db, policies, inventoryOf(&Controls{}, []Control{c}), asOf).Findings
				wrong, missed := p.judge(findings)
				if p.guarded() {
					g.total++
					if wrong == "" {
						g.found++
					}
				}
				if p.Rule != "" {
					sum.total++
					t.total++
					if wrong == "" && missed == "" {
						sum.found++
						t.found++
					}
				}
				if fault := cmp.Or(wrong, missed); fault != "" {
					s.missed = append(s.missed, fmt.Sprintf("%s as %s under %s: %s", p.Name, c.mark(), id, fault))
				}
			}
		}
		s.guards = tally{s.guards.found + g.found - s.guarded[id].found, s.guards.total + g.total - s.guarded[id].total}
		s.byPolicy[id], s.guarded[id] = t, g
	}
	if p.Rule != "" {
		s.all = tally{s.all.found + sum.found, s.all.total + sum.total}
		s.lines = append(s.lines, fmt.Sprintf("  %-40s %-16s %-18s %10s", p.Name, p.under(), p.Rule, sum))
	}
	return nil
}

// under names the policy, or says how many there are.
func (p *Positive) under() string {
	if len(p.Policies) > 1 {
		return fmt.Sprintf("%d policies", len(p.Policies))
	}
	return p.Policies[0]
}

func (p *Positive) check(db *riskdb.DB) error {
	for _, r := range append(slices.Clone(p.Never), p.Rule) {
		if r != "" && riskdb.RuleByID(r) == nil {
			return fmt.Errorf("there is no rule %q", r)
		}
	}
	for _, id := range p.Unlike {
		if !slices.ContainsFunc(db.Bans, func(b riskdb.Ban) bool { return b.ID == id }) {
			return fmt.Errorf("there is no measure %q", id)
		}
	}
	switch {
	case len(p.Policies) == 0 || len(p.Marks) == 0:
		return errors.New("a policy and marks are needed")
	case p.Rule == "" && !p.guarded():
		return errors.New("neither a rule that must find it nor one that must not")
	case p.Rule == "" && p.Why == "":
		return errors.New("a guard needs its reason: why")
	case (p.Rule != "") != (p.Severity.Rank() > 0), p.Most != "" && p.Most.Rank() == 0:
		return errors.New("a rule and a severity go together")
	}
	return nil
}

func (p *Positive) guarded() bool { return len(p.Never) > 0 || p.Most != "" || len(p.Unlike) > 0 }

// judge says what is wrong with the findings about one mark, and what is missing from them.
func (p *Positive) judge(findings []riskdb.Finding) (wrong, missed string) {
	found := p.Rule == ""
	for i := range findings {
		f := &findings[i]
		switch {
		case slices.Contains(p.Never, f.Rule):
			wrong = "the rule " + f.Rule + " must not say so"
		case p.Most != "" && f.Severity.Rank() > p.Most.Rank():
			wrong = fmt.Sprintf("%s of the rule %s, at most %s is meant", f.Severity, f.Rule, p.Most)
		case len(f.Measures) > 0 && slices.Contains(p.Unlike, f.Measures[0].Ban.ID):
			wrong = fmt.Sprintf("the measure %s must not lead the finding", f.Measures[0].Ban.ID)
		}
		found = found || (f.Rule == p.Rule && f.Severity.Rank() >= p.Severity.Rank())
	}
	if !found {
		missed = fmt.Sprintf("no finding %q of at least %s", p.Rule, p.Severity)
	}
	return wrong, missed
}

// mark is what a control is recognised by.
func (c *Control) mark() string {
	for _, x := range []struct {
		what string
		list []string
	}{{"code", c.Code}, {"library", c.Libraries}, {"component", c.Components}} {
		if len(x.list) > 0 {
			return fmt.Sprintf("%s %q", x.what, x.list)
		}
	}
	if c.Publisher != "" {
		return fmt.Sprintf("%s %q by %q", c.Kind, c.ID, c.Publisher)
	}
	return fmt.Sprintf("%s %q", c.Kind, c.ID)
}

func (s positiveScore) write(w io.Writer) {
	fmt.Fprintf(w, "\nWHAT MUST BE FOUND: %s (%.1f %%); what must not be said: %s held\n%s\n", s.all, percent(s.all.found, s.all.total), s.guards, strings.Join(s.lines, "\n"))
	for _, m := range s.missed {
		fmt.Fprintln(w, "  missed: "+m)
	}
}
