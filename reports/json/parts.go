package json

import (
	"bufio"
	"fmt"
	"io"
	"slices"

	"quaestor/reports"
	"quaestor/reports/internal/spool"
	"quaestor/reports/jsonform"
)

// Begin begins a document whose devices come one after the other. The verdict stands before the lists and is known last, so
// that the lists wait in temporary files. They are those of [Writer.Write] in another order: findings by severity, gaps with
// those first that make a scan incomplete, and everything else alike, device by device as they came.
func (Writer) Begin(w io.Writer, _ reports.Options) reports.Parts {
	return &document{w: bufio.NewWriter(w), findings: make([]list, len(reports.Severities())+1)}
}

// document gathers the lists of a report.
type document struct {
	w                                  *bufio.Writer
	devices, apps, files, changes      list
	codeReach, software, unknown, runs list
	findings                           []list // by severity, then those of none that is known
	gaps                               [2]list
	comma                              bool
	err                                error
}

// list is one list, each element with a comma before it.
type list struct{ spool.Text }

func (d *document) add(l *list, v any) { d.addAt(l, inList, v) }

func (d *document) addAt(l *list, depth string, v any) {
	if d.err != nil {
		return
	}
	var text []byte
	if text, d.err = jsonform.Element(v, depth, indent); d.err == nil {
		_, d.err = fmt.Fprintf(l, ",\n%s%s", depth, text)
	}
}

const (
	indent   = "  "
	inList   = indent + indent
	inWhatIf = inList + indent
)

// Part takes the report of one device.
func (d *document) Part(r *reports.Report) error {
	d.gather(r)
	if d.err != nil {
		d.drop()
	}
	return d.err
}

func (d *document) gather(r *reports.Report) {
	each(d, &d.devices, r.Devices)
	each(d, &d.apps, r.Apps)
	each(d, &d.files, r.Files)
	for i := range r.Findings {
		at := slices.Index(reports.Severities(), r.Findings[i].Severity)
		if at < 0 {
			at = len(d.findings) - 1
		}
		d.add(&d.findings[at], r.Findings[i])
	}
	each(d, &d.codeReach, r.CodeReach)
	each(d, &d.software, r.SecuritySoftware)
	each(d, &d.unknown, r.UnknownPrivileged)
	for i := range r.Gaps {
		at := 1
		if r.Gaps[i].Incomplete {
			at = 0
		}
		d.add(&d.gaps[at], r.Gaps[i])
	}
	if r.WhatIf != nil {
		for i := range r.WhatIf.Changes {
			d.addAt(&d.changes, inWhatIf, r.WhatIf.Changes[i])
		}
	}
	each(d, &d.runs, r.Runs)
}

func each[T any](d *document, l *list, values []T) {
	for i := range values {
		d.add(l, values[i])
	}
}

// Close writes the document.
func (d *document) Close(rest *reports.Report) error {
	defer d.drop()
	d.gather(rest)
	d.text("{")
	d.field("schema", rest.Schema)
	d.field("tool", rest.Tool)
	d.field("as_of", rest.AsOf)
	d.field("database", rest.Database)
	d.field("policies", rest.Policies)
	if rest.StaleAfter > 0 {
		d.field("stale_after_days", rest.StaleAfter)
	}
	d.field("verdict", rest.Verdict)
	d.list("devices", true, &d.devices)
	d.list("apps", true, &d.apps)
	d.list("files", false, &d.files)
	findings := make([]*list, len(d.findings))
	for i := range d.findings {
		findings[i] = &d.findings[i]
	}
	d.list("findings", true, findings...)
	d.list("code_reach", false, &d.codeReach)
	d.list("security_software", false, &d.software)
	d.list("unknown_privileged", false, &d.unknown)
	d.list("gaps", true, &d.gaps[0], &d.gaps[1])
	d.compared(rest.WhatIf)
	d.list("runs", true, &d.runs)
	d.field("disclaimer", rest.Disclaimer)
	d.text("\n}\n")
	if d.err != nil {
		return d.err
	}
	return d.w.Flush()
}

// compared writes the comparison with other policies, whose list lies one level deeper.
func (d *document) compared(w *reports.WhatIf) {
	if w == nil || d.err != nil {
		return
	}
	var text []byte
	if text, d.err = jsonform.Element(w.Against, inList, indent); d.err != nil {
		return
	}
	d.text(",\n" + indent + `"what_if": {` + "\n" + inList + `"against": ` + string(text))
	d.text(",\n" + inList + `"changes": [`)
	if d.changes.Size() > 0 {
		d.elements(&uncommaed{w: d.w}, &d.changes)
		d.text("\n" + inList)
	}
	d.text("]\n" + indent + "}")
}

// field writes one field that is no list of this document.
func (d *document) field(name string, v any) {
	if d.err != nil {
		return
	}
	var text []byte
	if text, d.err = jsonform.Element(v, indent, indent); d.err == nil {
		d.name(name)
		d.text(string(text))
	}
}

// list writes the elements of lists as one. An empty one that is not required is left out.
func (d *document) list(name string, required bool, lists ...*list) {
	var size int64
	for _, l := range lists {
		size += l.Size()
	}
	if size == 0 && !required {
		return
	}
	d.name(name)
	d.text("[")
	if size > 0 {
		d.elements(&uncommaed{w: d.w}, lists...)
		d.text("\n" + indent)
	}
	d.text("]")
}

func (d *document) elements(to io.Writer, lists ...*list) {
	for _, l := range lists {
		if d.err == nil {
			d.err = l.CopyTo(to)
		}
	}
}

func (d *document) name(name string) {
	if d.comma {
		d.text(",")
	}
	d.comma = true
	d.text("\n" + indent + `"` + name + `": `)
}

func (d *document) text(s string) {
	if d.err == nil {
		_, d.err = d.w.WriteString(s)
	}
}

func (d *document) drop() {
	for _, l := range []*list{&d.devices, &d.apps, &d.files, &d.changes, &d.codeReach, &d.software, &d.unknown, &d.runs, &d.gaps[0], &d.gaps[1]} {
		l.Drop()
	}
	for i := range d.findings {
		d.findings[i].Drop()
	}
}

// uncommaed leaves out the first byte, the comma before the first element.
type uncommaed struct {
	w     io.Writer
	begun bool
}

func (u *uncommaed) Write(p []byte) (int, error) {
	if u.begun || len(p) == 0 {
		return u.w.Write(p)
	}
	u.begun = true
	n, err := u.w.Write(p[1:])
	return n + 1, err
}
