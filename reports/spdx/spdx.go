// Package spdx writes the software of a report as a list in SPDX 2.3 (JSON), https://spdx.github.io/spdx-spec/v2.3/. Every device, app and
// component is a package, and relationships say what contains what. Vulnerabilities are references of their packages, what was not
// looked at is an annotation. The namespace is made from the content, and the time is the day of the judgement.
//
// What the package cannot see: findings that are about something else than a vulnerable component. It says how many there are.
// SPDX 2.3 has no field for ratings: CycloneDX has them.
package spdx

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/internal/bill"
	"quaestor/reports/internal/longjson"
	"quaestor/reports/jsonform"
)

// Writer writes SPDX.
type Writer struct{}

// Name is "spdx".
func (Writer) Name() string { return "spdx" }

// Title describes the format.
func (Writer) Title() string { return "the software as an SBOM in SPDX 2.3" }

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins a list whose devices come one after the other.
func (Writer) Begin(w io.Writer, _ reports.Options) reports.Parts {
	d := &list{w: w, doc: longjson.New(), late: newAbout()}
	d.rooted = bill.NewRooted(func(t *bill.Thing) { d.held = append(d.held, *t) })
	return d
}

const document = "SPDXRef-DOCUMENT"

type list struct {
	w      io.Writer
	doc    *longjson.Lists
	rooted *bill.Rooted
	held   []bill.Thing // of this part
	late   aboutThings  // what came to be known of things that were written before, or wait
	notes  []bill.Note
	asOf   string
	tool   string
}

// aboutThings is what is said of things, by their references.
type aboutThings struct {
	weak  map[string][]reference
	notes map[string][]bill.Note
}

func newAbout() aboutThings {
	return aboutThings{weak: map[string][]reference{}, notes: map[string][]bill.Note{}}
}

// Part takes the report of one device.
func (d *list) Part(r *reports.Report) error {
	d.gather(r)
	if err := d.doc.Err(); err != nil {
		d.doc.Drop()
		return err
	}
	return nil
}

func (d *list) gather(r *reports.Report) {
	d.asOf, d.tool = at(r.AsOf), "Tool: quaestor-"+r.Tool.Version
	d.held = nil
	p := d.rooted.Part(r)
	of := newAbout()
	for i := range p.Weak {
		said := security(&p.Weak[i])
		for _, a := range p.Weak[i].Affects {
			of.weak[a.Ref] = append(of.weak[a.Ref], said)
		}
	}
	for _, n := range p.Notes {
		if n.About == "" {
			d.notes = append(d.notes, n)
		} else {
			of.notes[n.About] = append(of.notes[n.About], n)
		}
	}
	for i := range d.held {
		d.add(&d.held[i], of)
	}
	d.keep(of)
	for _, e := range p.Edges {
		d.contain(e.Of, e.On)
	}
}

// keep keeps what is said of things that are not in this part: those that an earlier one has, and the first root, which waits until it
// is known whether it is the only one.
func (d *list) keep(of aboutThings) {
	for _, ref := range slices.Sorted(maps.Keys(of.weak)) {
		d.late.weak[ref] = append(d.late.weak[ref], of.weak[ref]...)
		d.doc.Later("packages", map[string]any{ref: of.weak[ref]})
	}
	for _, ref := range slices.Sorted(maps.Keys(of.notes)) {
		d.late.notes[ref] = append(d.late.notes[ref], of.notes[ref]...)
		d.doc.Later("packages", map[string]any{ref: of.notes[ref]})
	}
}

// amended is a package with what came to be known after it was added.
func (d *list) amended(text []byte) ([]byte, error) {
	ref := written(text)
	weak, notes := d.late.weak[ref], d.late.notes[ref]
	if len(weak)+len(notes) == 0 {
		return text, nil
	}
	var x pkg
	if err := json.Unmarshal(text, &x); err != nil {
		return nil, err
	}
	x.Refs = append(x.Refs, weak...)
	for _, n := range notes {
		x.Annotations = append(x.Annotations, d.annotation(n))
	}
	return jsonform.Line(x)
}

func (d *list) contain(of string, on []string) {
	for _, to := range on {
		d.doc.Add("relationships", relationship{id(of), "CONTAINS", id(to)})
	}
}

func (d *list) add(t *bill.Thing, of aboutThings) {
	x := pack(t)
	x.Refs = append(x.Refs, of.weak[t.Ref]...)
	delete(of.weak, t.Ref)
	for _, n := range of.notes[t.Ref] {
		x.Annotations = append(x.Annotations, d.annotation(n))
	}
	delete(of.notes, t.Ref)
	for _, p := range t.Properties {
		x.Annotations = append(x.Annotations, d.annotation(bill.Note{Text: p.Name + "=" + p.Value}))
	}
	d.doc.Add("packages", x)
}

func (d *list) annotation(n bill.Note) annotation {
	text := n.Text
	if n.Incomplete {
		text = "Incomplete. " + text
	}
	return annotation{Date: d.asOf, Type: "OTHER", Annotator: d.tool, Comment: text}
}

// Close writes the list.
func (d *list) Close(rest *reports.Report) error {
	defer d.doc.Drop()
	d.gather(rest)
	d.held = nil
	about, on, limits := d.rooted.Close(rest)
	for i := range d.held { // the first root, where it is not the only one
		d.add(&d.held[i], d.late)
	}
	d.add(&about, d.late)
	if len(d.late.weak)+len(d.late.notes) > 0 {
		d.doc.Amend("packages", d.amended)
	}
	d.contain(about.Ref, on)
	d.doc.Add("relationships", relationship{document, "DESCRIBES", id(about.Ref)})
	for _, n := range append(d.notes, limits...) {
		d.doc.Add("annotations", d.annotation(n))
	}
	if err := d.doc.Err(); err != nil {
		return err
	}
	made := creation{Created: d.asOf, Creators: []string{d.tool}}
	o := longjson.Object{
		{Name: "spdxVersion", Value: "SPDX-2.3"}, {Name: "dataLicense", Value: "CC0-1.0"}, {Name: "SPDXID", Value: document},
		{Name: "name", Value: nonEmpty(about.Name, about.Ref)}, {Name: "documentNamespace", Value: "https://spdx.org/spdxdocs/quaestor-" + d.doc.UUID()},
		{Name: "creationInfo", Value: made}, {Name: "documentDescribes", Value: []string{id(about.Ref)}},
		{Name: "packages", Value: longjson.List("packages")}, {Name: "relationships", Value: longjson.List("relationships")},
	}
	return d.doc.Write(d.w, o.With(d.doc, "annotations"))
}

const prefix = "SPDXRef-"

// id is the identifier of a thing; references have the letters that SPDX allows.
func id(ref string) string { return prefix + ref }

// written is the reference of a package that was written: its identifier comes first.
func written(text []byte) string {
	_, rest, _ := bytes.Cut(text[:min(len(text), maxLead)], []byte(prefix))
	ref, _, _ := bytes.Cut(rest, []byte{'"'})
	return string(ref)
}

// maxLead is where the identifier of a package must have ended.
const maxLead = 100

func at(day string) string {
	if day == "" {
		return "1970-01-01T00:00:00Z"
	}
	return day + "T00:00:00Z"
}

func nonEmpty(s, or string) string {
	if strings.TrimSpace(s) == "" {
		return or
	}
	return s
}
