package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"quaestor/riskdb"
)

const (
	labelWidth = 14
	pageWidth  = 80
)

// page writes entries for a reader at a terminal of 80 columns.
type page struct {
	w       io.Writer
	asOf    riskdb.Date
	details bool
	near    []string // jurisdictions whose measures are told in full
	cited   []riskdb.Cited
	told    map[string]bool // measures and steps that an entry above told
}

// sectionTitles are the headings, in the order in which the sections are read.
var sectionTitles = []struct {
	section riskdb.Section
	title   string
}{
	{"", ""},
	{riskdb.SectionDisagreements, "WHERE THE AUTHORITIES BEHIND THE DATABASE DISAGREE"},
	{riskdb.SectionMeasures, "WHAT AUTHORITIES HAVE DECIDED"},
	{riskdb.SectionOwners, "WHO STANDS BEHIND IT"},
	{riskdb.SectionMarks, "HOW IT IS RECOGNISED"},
	{riskdb.SectionPrivileges, "WHAT IT MAY DO WHERE IT IS FOUND"},
	{riskdb.SectionAdvice, "WHAT ADVISORIES SAY"},
	{riskdb.SectionAsked, "WHAT WAS ASKED"},
	{riskdb.SectionChange, "WHAT WOULD CHANGE THIS"},
}

func (p *page) entry(e riskdb.Entry) {
	p.cited = nil
	fmt.Fprintln(p.w, wrap(fmt.Sprintf("%s  [%s %s]", e.Title, e.Kind, e.ID), 0, pageWidth))
	for _, s := range sectionTitles {
		if s.section == riskdb.SectionMeasures && p.told == nil {
			p.short(e)
		}
		facts := slices.DeleteFunc(slices.Clone(e.Facts), func(f riskdb.Fact) bool { return f.Section != s.section || p.told[tellKey(f)] })
		if len(facts) == 0 {
			continue
		}
		switch s.section {
		case riskdb.SectionMeasures:
			p.heading(s.title + ", as of " + string(p.asOf))
			p.measures(facts)
		case riskdb.SectionOwners:
			p.heading(s.title)
			p.owners(facts)
		case riskdb.SectionMarks:
			p.heading(s.title)
			p.marks(facts)
		default:
			p.heading(s.title)
			for _, f := range facts {
				p.fact(f)
			}
		}
	}
	p.sources()
	if p.told == nil {
		p.told = map[string]bool{}
	}
	for _, f := range e.Facts {
		if k := tellKey(f); k != "" {
			p.told[k] = true
		}
	}
}

// tellKey names what a vendor's entry need not repeat after that of its product.
func tellKey(f riskdb.Fact) string {
	switch {
	case f.Measure != nil:
		return "measure " + f.Measure.ID
	case f.Link != nil, f.Section == riskdb.SectionChange:
		return f.Label + " " + f.Text
	}
	return ""
}

func (p *page) heading(title string) {
	if title != "" {
		fmt.Fprintln(p.w, "\n"+title)
	}
}

// fact writes a label and what it says, how sure that is, and the numbers of its sources.
func (p *page) fact(f riskdb.Fact) {
	label := f.Label
	if len(label) >= labelWidth {
		fmt.Fprintln(p.w, label)
		label = ""
	}
	p.hang(fmt.Sprintf("%-*s", labelWidth, label), f.Text+p.standing(f))
}

// hang writes text beside a label, its further lines indented to the first.
func (p *page) hang(label, text string) {
	lines := strings.Split(wrap(text, len([]rune(label)), pageWidth), "\n")
	lines[0] = label + strings.TrimLeft(lines[0], " ")
	for _, l := range lines {
		fmt.Fprintln(p.w, strings.TrimRight(l, " "))
	}
}

// standing says how sure a recorded fact is, and who says it.
func (p *page) standing(f riskdb.Fact) string { return p.plainStanding(f) + p.numbers(f.Sources) }

// plainStanding is that without the numbers.
func (p *page) plainStanding(f riskdb.Fact) string {
	s := ""
	switch {
	case f.Verified == "no" && f.Reason != "":
		s = " (not verified: " + f.Reason + ")"
	case f.Verified == "no":
		s = " (not verified)"
	case f.Verified != "" && f.Confidence != "":
		s = " (verified, " + string(f.Confidence) + ")"
	case f.Verified != "":
		s = " (verified)"
	}
	return s
}

// numbers is " [2-4, 7]" for the sources of a fact, in the order in which they were first named.
func (p *page) numbers(sources []riskdb.Cited) string {
	var ns []int
	for _, s := range sources {
		at := slices.IndexFunc(p.cited, func(c riskdb.Cited) bool { return c.ID == s.ID })
		if at < 0 {
			at = len(p.cited)
			p.cited = append(p.cited, s)
		}
		ns = append(ns, at+1)
	}
	if len(ns) == 0 {
		return ""
	}
	slices.Sort(ns)
	ns = slices.Compact(ns)
	var parts []string
	for i := 0; i < len(ns); {
		j := i
		for j+1 < len(ns) && ns[j+1] == ns[j]+1 {
			j++
		}
		switch {
		case j-i >= 2:
			parts = append(parts, fmt.Sprintf("%d-%d", ns[i], ns[j]))
		case j > i:
			parts = append(parts, fmt.Sprint(ns[i]), fmt.Sprint(ns[j]))
		default:
			parts = append(parts, fmt.Sprint(ns[i]))
		}
		i = j + 1
	}
	return " [" + strings.Join(parts, ",") + "]"
}

func (p *page) sources() {
	if len(p.cited) > 0 {
		p.heading("SOURCES")
	}
	for i, s := range p.cited {
		line := strings.TrimSuffix(s.Title, ".")
		if s.Date != "" {
			line += ", " + string(s.Date)
		}
		p.hang(fmt.Sprintf("%4s ", fmt.Sprintf("[%d]", i+1)), line)
		if s.URL != "" {
			fmt.Fprintln(p.w, "     "+s.URL)
		}
	}
}
