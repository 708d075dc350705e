// Package markdown writes a report as text in GitHub Flavored Markdown (https://github.github.com/gfm/), for issues, wikis and minutes.
//
// First stands the verdict, then what to do, then why for each finding, then what was not looked at and what all of it rests on. Text from
// devices is shown by what can be seen of it, and nothing in it is markup: names are code, or every character that means something is
// escaped; what looks like an address or a mention is no link. Only sources of the risk database are links.
//
// What the package cannot see: which dialect shows it. Dialects without tables show their rows as lines.
package markdown

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"quaestor/reports"
	"quaestor/reports/internal/sentence"
	"quaestor/reports/internal/spool"
)

// Writer writes Markdown.
type Writer struct{}

// Name is "markdown".
func (Writer) Name() string { return "markdown" }

// Title describes the format.
func (Writer) Title() string { return "a text for issues, wikis and minutes, in Markdown" }

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins a text about devices that come one after the other.
func (Writer) Begin(w io.Writer, _ reports.Options) reports.Parts {
	return &text{w: w, rows: map[string]*spool.Text{}}
}

// text gathers the sections, which stand in another order than what they are about comes.
type text struct {
	w    io.Writer
	rows map[string]*spool.Text // by section
	err  error
}

// The sections beside those of actions.
const (
	excepted = "excepted"
	why      = "why"
	devices  = "devices"
	software = "software"
	missed   = "missed"
	beside   = "beside"
	changes  = "changes"
)

func (t *text) say(section, format string, args ...any) {
	if t.err != nil {
		return
	}
	to := t.rows[section]
	if to == nil {
		to = &spool.Text{}
		t.rows[section] = to
	}
	_, t.err = fmt.Fprintf(to, format, args...)
}

func (t *text) drop() {
	for _, s := range t.rows {
		s.Drop()
	}
}

// Part takes the report of one device.
func (t *text) Part(r *reports.Report) error {
	t.of(r)
	if t.err != nil {
		t.drop()
	}
	return t.err
}

func (t *text) of(r *reports.Report) {
	for i := range r.Devices {
		d := &r.Devices[i]
		t.say(devices, "| %s | %s | %s | %d | %s |\n", Escape(d.Name), Escape(d.Platform), Escape(d.OS), d.Apps, Escape(d.Verdict))
	}
	for i := range r.Findings {
		t.finding(&r.Findings[i])
	}
	for i := range r.SecuritySoftware {
		t.security(&r.SecuritySoftware[i])
	}
	for i := range r.Gaps {
		t.gap(&r.Gaps[i])
	}
	if r.WhatIf != nil {
		for i := range r.WhatIf.Changes {
			t.say(changes, "- %s\n", Escape(sentence.Change(&r.WhatIf.Changes[i])))
		}
	}
}

func (t *text) finding(f *reports.Finding) {
	section := f.Action
	if f.Exception != nil {
		section = excepted
	}
	t.say(section, "| %s | %s | %s | %s | %s |\n", subject(f, cell), on(&f.Subject, cell), Escape(f.Severity), Escape(f.Confidence), Escape(f.Title))
	t.explain(f)
}

func (t *text) gap(g *reports.Gap) {
	section, mark := beside, ""
	if g.Incomplete {
		section, mark = missed, "**not looked at** "
	}
	t.say(section, "- %s%s", mark, Code(g.Subject))
	if g.DeviceName != "" {
		t.say(section, " on %s", Escape(g.DeviceName))
	}
	t.say(section, ": %s", Escape(g.Detail))
	if g.Count > 1 {
		t.say(section, " (%d)", g.Count)
	}
	if g.Next != "" {
		t.say(section, " %s", Escape(g.Next))
	}
	for i, s := range g.Samples {
		t.say(section, "%s%s", map[bool]string{true: " Such as ", false: ", "}[i == 0], Code(s))
	}
	t.say(section, "\n")
}

// Close writes the text.
func (t *text) Close(rest *reports.Report) error {
	defer t.drop()
	t.of(rest)
	if t.err != nil {
		return t.err
	}
	w := bufio.NewWriter(t.w)
	t.head(w, rest)
	err := t.actions(w)
	for _, s := range []struct{ name, title, table string }{
		{software, "Security software", "| What | Kind | Vendor | State | Law that reaches it | Confidence | ID |\n|---|---|---|---|---|---|---|\n"},
		{missed, "What was not looked at", ""},
		{beside, "What the sources cannot tell", ""},
		{changes, "Against other policies", ""},
		{why, "Why", ""},
		{devices, "Devices", "| Device | Platform | System | Apps | Verdict |\n|---|---|---|---|---|\n"},
	} {
		if err == nil {
			err = t.section(w, s.name, "## "+s.title, s.table)
		}
	}
	if err != nil {
		return err
	}
	basis(w, rest)
	return w.Flush()
}

func (t *text) section(w *bufio.Writer, name, title, table string) error {
	rows := t.rows[name]
	if rows == nil {
		return nil
	}
	fmt.Fprintf(w, "%s\n\n%s", title, table)
	if err := rows.CopyTo(w); err != nil {
		return err
	}
	_, err := w.WriteString("\n")
	return err
}

func (t *text) head(w *bufio.Writer, r *reports.Report) {
	fmt.Fprintf(w, "# %s\n\n", Escape(r.Verdict.Sentence))
	fmt.Fprintf(w, "As of %s. %d devices, %d apps, %d findings", Escape(r.AsOf), r.Verdict.Devices, r.Verdict.Apps, r.Verdict.Findings)
	if r.Verdict.Excepted > 0 {
		fmt.Fprintf(w, ", %d of them under an exception", r.Verdict.Excepted)
	}
	w.WriteString(".\n\n| Axis | Worst | Findings |\n|---|---|---|\n")
	for _, a := range r.Verdict.Axes {
		fmt.Fprintf(w, "| %s | %s | %d |\n", Escape(a.Axis), Escape(a.Severity), a.Findings)
	}
	w.WriteString("\n")
}

// headings are those of actions.
var headings = map[string]string{"remove": "Remove", "replace": "Replace", "restrict": "Restrict", "update": "Update", "review": "Review", "inform": "For information"}

func (t *text) actions(w *bufio.Writer) error {
	const table = "| What | On | Severity | Confidence | Finding |\n|---|---|---|---|---|\n"
	for _, action := range reports.Actions() {
		if err := t.section(w, action, "## "+headings[action], table); err != nil {
			return err
		}
	}
	return t.section(w, excepted, "## Under an exception", table)
}

func basis(w *bufio.Writer, r *reports.Report) {
	fmt.Fprintf(w, "## What this rests on\n\n- %s %s\n- Risk database %s of %s, SHA-256 %s\n", Escape(r.Tool.Name), Escape(r.Tool.Version), Escape(r.Database.Version), Escape(r.Database.Date), Code(r.Database.SHA256))
	for _, a := range r.Database.Advisories {
		fmt.Fprintf(w, "- Advisories %s: %d, the newest of %s\n", Escape(a.Name), a.Advisories, Escape(a.Newest))
	}
	for _, p := range r.Policies {
		fmt.Fprintf(w, "- Policy %s: %s\n", Code(p.ID), Escape(p.Title))
	}
	failed := 0
	for _, x := range r.Runs {
		if x.Status != "succeeded" {
			fmt.Fprintf(w, "- Scanner %s on %s: %s. %s\n", Escape(x.Scanner), Code(x.Target), Escape(x.Status), Escape(x.Detail))
			failed++
		}
	}
	fmt.Fprintf(w, "- %d runs of scanners, %d of them not whole\n\n%s\n", len(r.Runs), failed, Escape(strings.TrimSpace(r.Disclaimer)))
}
