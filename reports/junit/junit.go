// Package junit writes a report in the XML of JUnit, which build servers read (as Jenkins' xUnit plug-in describes it in junit-10.xsd).
//
// A device, or an app that was handed in as a file, is a test suite. A finding above info is a test case that fails, one for information or under an
// exception is one that is skipped, with the reason. What was not looked at is a test case in error where the run is incomplete because of it, else one
// that is skipped. A device without any of these is one test case that passes, so that a build which tests nothing is not taken for one that passes.
//
// What the package cannot see: at which severity a build should fail; the exit code says that.
package junit

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"quaestor/reports"
	"quaestor/reports/internal/sentence"
	"quaestor/reports/internal/spool"
	"quaestor/reports/safetext"
)

// Writer writes the XML of JUnit.
type Writer struct{}

// Name is "junit".
func (Writer) Name() string { return "junit" }

// Title describes the format.
func (Writer) Title() string { return "test cases for build servers, JUnit XML" }

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins suites for devices that come one after the other.
func (Writer) Begin(w io.Writer, _ reports.Options) reports.Parts { return &suites{w: w} }

type suites struct {
	w     io.Writer
	text  spool.Text
	total counts
}

type counts struct{ tests, failures, errors, skipped int }

func (c *counts) add(of *suite) {
	c.tests += of.Tests
	c.failures += of.Failures
	c.errors += of.Errors
	c.skipped += of.Skipped
}

type suite struct {
	XMLName    xml.Name   `xml:"testsuite"`
	Name       string     `xml:"name,attr"`
	Tests      int        `xml:"tests,attr"`
	Failures   int        `xml:"failures,attr"`
	Errors     int        `xml:"errors,attr"`
	Skipped    int        `xml:"skipped,attr"`
	ID         string     `xml:"id,attr,omitempty"`
	Properties []property `xml:"properties>property,omitempty"`
	Cases      []testCase
	Out        string `xml:"system-out,omitempty"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type testCase struct {
	XMLName xml.Name `xml:"testcase"`
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Skipped *outcome `xml:"skipped"`
	Error   *outcome `xml:"error"`
	Failure *outcome `xml:"failure"`
}

type outcome struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Part takes the report of one device.
func (s *suites) Part(r *reports.Report) error {
	err := s.of(r, &suite{Name: "devices"})
	if err != nil {
		s.text.Drop()
	}
	return err
}

func (s *suites) of(r *reports.Report, out *suite) error {
	if len(r.Devices) > 0 {
		d := &r.Devices[0]
		out.Name, out.ID = shown(d.Name), shown(d.ID)
		out.Properties = append(out.Properties, property{"platform", shown(d.Platform)}, property{"system", shown(d.OS)}, property{"apps", fmt.Sprint(d.Apps)}, property{"verdict", shown(d.Verdict)})
	}
	for i := range r.Findings {
		out.take(finding(&r.Findings[i]))
	}
	for i := range r.Gaps {
		out.take(gap(&r.Gaps[i]))
	}
	var beside strings.Builder
	for i := range r.SecuritySoftware {
		x := &r.SecuritySoftware[i]
		fmt.Fprintf(&beside, "security software: %s (%s, %s) %s\n", shown(x.Name), shown(x.Kind), shown(x.Confidence), shown(x.ID))
	}
	if r.WhatIf != nil {
		for i := range r.WhatIf.Changes {
			fmt.Fprintf(&beside, "against other policies: %s\n", shown(sentence.Change(&r.WhatIf.Changes[i])))
		}
	}
	out.Out = beside.String() + out.Out
	if len(out.Cases) == 0 && len(r.Devices)+len(r.Files) > 0 {
		out.take(testCase{Name: "nothing was found, and nothing left out", Class: "quaestor"})
	}
	if len(out.Cases) == 0 && out.Out == "" {
		return nil
	}
	s.total.add(out)
	text, err := xml.MarshalIndent(out, "  ", "  ")
	if err != nil {
		return err
	}
	_, err = s.text.Write(append(text, '\n'))
	return err
}

// take adds a case and counts it.
func (s *suite) take(c testCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

// Close writes the suites.
func (s *suites) Close(rest *reports.Report) error {
	defer s.text.Drop()
	about := &suite{Name: "quaestor", Out: fmt.Sprintf("%s\nAs of %s, risk database %s (SHA-256 %s), %s %s.\n%s\n", shown(rest.Verdict.Sentence), shown(rest.AsOf), shown(rest.Database.Version), shown(rest.Database.SHA256),
		shown(rest.Tool.Name), shown(rest.Tool.Version), shown(rest.Disclaimer))}
	if err := s.of(rest, about); err != nil {
		return err
	}
	w := bufio.NewWriter(s.w)
	fmt.Fprintf(w, "%s<testsuites name=\"quaestor\" tests=\"%d\" failures=\"%d\" errors=\"%d\">\n", xml.Header, s.total.tests, s.total.failures, s.total.errors)
	if err := s.text.CopyTo(w); err != nil {
		return err
	}
	w.WriteString("</testsuites>\n")
	return w.Flush()
}

func finding(f *reports.Finding) testCase {
	name := f.Subject.Identifier
	if called := sentence.Name(f); called != name {
		name = strings.TrimSpace(called + " " + name)
	}
	if name == "" {
		name = f.Subject.DeviceName
	}
	c := testCase{Name: shown(name + ": " + f.Title), Class: shown(strings.TrimSpace(f.Rule + " " + f.PolicyRule))}
	o := &outcome{Type: shown(f.Rule), Message: shown(f.Severity + ", " + f.Action + ": " + f.Title), Text: told(f)}
	switch {
	case f.Exception != nil:
		o.Message = shown("under exception " + sentence.Exception(f.Exception))
		c.Skipped = o
	case f.Severity == "info":
		c.Skipped = o
	default:
		c.Failure = o
	}
	return c
}

// told is why, for people.
func told(f *reports.Finding) string {
	lines := []string{"", f.Reason, f.Caveat, "severity " + f.Severity + ", confidence " + f.Confidence + ", axis " + f.Axis + ", proposal " + f.Action, "finding " + f.ID}
	for _, m := range f.Measures {
		lines = append(lines, "measure "+m.ID+": "+m.Authority+", "+m.Instrument)
	}
	if v := f.Vulnerability; v != nil {
		lines = append(lines, "vulnerability "+strings.Join(append([]string{v.ID}, v.Aliases...), ", ")+" of "+f.Component.PURL+", fixed in "+strings.Join(v.Fixed, ", "))
	}
	for _, e := range f.Evidence {
		word := "evidence: "
		if !e.Supports {
			word = "evidence against: "
		}
		lines = append(lines, word+e.Detail)
	}
	for _, s := range f.Sources {
		lines = append(lines, "source: "+strings.TrimSpace(s.Title+" "+s.URL))
	}
	for i := range lines {
		lines[i] = shown(lines[i])
	}
	return strings.Join(lines, "\n") + "\n"
}

func gap(g *reports.Gap) testCase {
	c := testCase{Name: shown("not looked at: " + g.Subject), Class: shown("gap " + g.Kind)}
	o := &outcome{Type: shown(g.Kind), Message: shown(g.Detail), Text: shown(sentence.Gap(g))}
	for _, s := range g.Samples {
		o.Text += "\n" + shown(s)
	}
	if g.Incomplete {
		c.Error = o
	} else {
		c.Skipped = o
	}
	return c
}

// shown is text that XML can hold, with what cannot be seen written out.
func shown(s string) string { return safetext.Escape(s) }
