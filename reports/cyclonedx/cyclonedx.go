// Package cyclonedx writes the software of a report as a list in CycloneDX 1.6 (JSON), https://cyclonedx.org/docs/1.6/json/, with the
// vulnerabilities that were found and, as VEX, those that an exception says do not affect.
//
// Components stand side by side, and "dependencies" says what is in what: that is the form which most readers understand. What
// was not looked at is an annotation of the device, which is then listed as incomplete. The serial number is made from the
// content and the time is the day of the judgement: the same report gives the same bytes.
//
// What the package cannot see: findings that are about something else than a vulnerable component. It says how many there are.
package cyclonedx

import (
	"fmt"
	"io"
	"slices"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"quaestor/reports"
	"quaestor/reports/internal/bill"
	"quaestor/reports/internal/longjson"
)

// Writer writes CycloneDX.
type Writer struct{}

// Name is "cyclonedx".
func (Writer) Name() string { return "cyclonedx" }

// Title describes the format.
func (Writer) Title() string { return "the software as an SBOM in CycloneDX 1.6, with vulnerabilities" }

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins a list whose devices come one after the other.
func (Writer) Begin(w io.Writer, _ reports.Options) reports.Parts {
	d := &list{w: w, doc: longjson.New()}
	d.rooted = bill.NewRooted(func(t *bill.Thing) { d.doc.Add("components", component(t)) })
	return d
}

type list struct {
	w          io.Writer
	doc        *longjson.Lists
	rooted     *bill.Rooted
	notes      []bill.Note // about everything
	annotated  int
	incomplete []string
	tool       cdx.Component
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
	d.tool = cdx.Component{Type: cdx.ComponentTypeApplication, Name: nonEmpty(r.Tool.Name, "quaestor"), Version: r.Tool.Version}
	p := d.rooted.Part(r)
	for _, e := range p.Edges {
		d.doc.Add("dependencies", edge(e))
	}
	for i := range p.Weak {
		d.doc.Add("vulnerabilities", vulnerability(&p.Weak[i]))
	}
	for _, n := range p.Notes {
		if n.About == "" {
			d.notes = append(d.notes, n)
			continue
		}
		d.annotate(n, r.AsOf)
		if n.Incomplete {
			d.lacks(n.About)
		}
	}
}

// lacks notes that something of a thing was not looked at that should have been.
func (d *list) lacks(ref string) {
	if !slices.Contains(d.incomplete[max(0, len(d.incomplete)-1):], ref) && !(len(d.incomplete) > 0 && d.incomplete[0] == ref) {
		d.incomplete = append(d.incomplete, ref)
	}
}

func edge(e bill.Edge) cdx.Dependency {
	on := e.On
	if on == nil {
		on = []string{}
	}
	return cdx.Dependency{Ref: e.Of, Dependencies: &on}
}

func (d *list) annotate(n bill.Note, asOf string) {
	d.annotated++
	d.doc.Add("annotations", cdx.Annotation{BOMRef: fmt.Sprintf("annotation-%d", d.annotated), Subjects: &[]cdx.BOMReference{cdx.BOMReference(n.About)},
		Annotator: &cdx.Annotator{Organization: &cdx.OrganizationalEntity{Name: d.tool.Name}}, Timestamp: at(asOf), Text: n.Text})
}

// Close writes the list.
func (d *list) Close(rest *reports.Report) error {
	defer d.doc.Drop()
	d.gather(rest)
	about, on, limits := d.rooted.Close(rest)
	if about.Kind == bill.Fleet {
		d.doc.Add("dependencies", edge(bill.Edge{Of: about.Ref, On: on}))
	}
	for _, n := range append(d.notes, limits...) {
		n.About = about.Ref
		if n.Incomplete {
			d.lacks(about.Ref)
		}
		d.annotate(n, rest.AsOf)
	}
	if len(d.incomplete) > 0 {
		d.doc.Add("compositions", map[string]any{"aggregate": cdx.CompositionAggregateIncomplete, "assemblies": d.incomplete})
	}
	if err := d.doc.Err(); err != nil {
		return err
	}
	what := component(&about)
	meta := cdx.Metadata{Timestamp: at(rest.AsOf), Tools: &cdx.ToolsChoice{Components: &[]cdx.Component{d.tool}}, Component: &what}
	o := longjson.Object{
		{Name: "$schema", Value: "http://cyclonedx.org/schema/bom-1.6.schema.json"}, {Name: "bomFormat", Value: "CycloneDX"}, {Name: "specVersion", Value: "1.6"},
		{Name: "serialNumber", Value: "urn:uuid:" + d.doc.UUID()}, {Name: "version", Value: 1}, {Name: "metadata", Value: meta}, {Name: "components", Value: longjson.List("components")},
	}
	return d.doc.Write(d.w, o.With(d.doc, "dependencies", "compositions", "vulnerabilities", "annotations"))
}

func at(day string) string {
	if day == "" {
		return "1970-01-01T00:00:00Z"
	}
	return day + "T00:00:00Z"
}

func nonEmpty(s, or string) string {
	if s == "" {
		return or
	}
	return s
}
