package table

import (
	"strings"

	"quaestor/reports"
)

// shownChanges is how many lines of each kind of change the short form shows.
const shownChanges = 15

// whatIf shows what the policies of the report change against others. The same change on several devices is one
// line.
func (v *view) whatIf() {
	if v.r.WhatIf == nil {
		return
	}
	var names []string
	for _, p := range v.r.WhatIf.Against {
		names = append(names, p.ID)
	}
	against := strings.Join(names, ", ")
	if against == "" {
		against = "no policy"
	}
	v.heading("WHAT CHANGES AGAINST " + strings.ToUpper(against))
	if len(v.r.WhatIf.Changes) == 0 && (v.fleet == nil || len(v.fleet.changes) == 0) {
		v.text("  ", normal, "Nothing: the same findings, graded the same.")
		return
	}
	for _, kind := range []string{reports.Gained, reports.Lost, reports.Changed} {
		v.changesOf(kind)
	}
}

// changeLine is one change, wherever it happens.
type changeLine struct {
	text  string
	count int
}

// changeLines are the lines of a kind of change, in the order of the first of each.
func (v *view) changeLines(kind string) []*changeLine {
	if v.fleet != nil {
		if l := v.fleet.changes[kind]; l != nil {
			return l.lines
		}
		return nil
	}
	var lines []*changeLine
	at := map[string]*changeLine{}
	for i := range v.r.WhatIf.Changes {
		c := &v.r.WhatIf.Changes[i]
		if c.Kind != kind {
			continue
		}
		text := changeText(c)
		if at[text] == nil {
			at[text] = &changeLine{text: text}
			lines = append(lines, at[text])
		}
		at[text].count++
	}
	return lines
}

func (v *view) changesOf(kind string) {
	lines := v.changeLines(kind)
	for i, l := range lines {
		if i == shownChanges && !v.details {
			v.label("  ", dim, "", "and "+count(len(lines)-i, "more line")+", with --details")
			break
		}
		text := l.text
		if l.count > 1 {
			text += " (" + number(l.count) + " times)"
		}
		name := map[bool]string{true: strings.ToUpper(kind)}[i == 0]
		v.label("  ", strong, name, text)
	}
}

func changeText(c *reports.Change) string {
	switch {
	case c.Before == nil:
		return joined(" · ", c.Title, grade(c.After))
	case c.After == nil:
		return joined(" · ", c.Title, grade(c.Before))
	}
	text := joined(" · ", c.Title, grade(c.Before)+" → "+grade(c.After))
	if grade(c.Before) == grade(c.After) {
		text = joined(" · ", c.Title, grade(c.After), "other measures")
	}
	return text
}

func grade(g *reports.Graded) string {
	return joined(", ", g.Severity, g.Action, named("exception", g.Exception))
}
