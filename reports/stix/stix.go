// Package stix writes a report as a bundle of STIX 2.1 (https://docs.oasis-open.org/cti/stix/v2.1/), for those who exchange what they know of
// threats.
//
// An app that something was found about is software, with the identity of its vendor; a device is an identity of class system, and what was seen on
// it is observed data. A finding is a note on these, with its confidence on the scale of STIX, its sources as references, and an
// opinion where evidence speaks against it or somebody approved an exception. A vulnerability is a vulnerability, with its relationship to the
// software. What was not looked at is a note too. The report holds all of them together. Everything is marked TLP:AMBER: it says which apps
// are on whose device.
//
// IDs are made from content (UUID version 5): the same finding of the next run is the same object. Times are those of the judgement.
//
// What the package cannot see: who may get the bundle. The marking is a default that its sender may have to raise.
package stix

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/google/uuid"

	"quaestor/reports"
	"quaestor/reports/internal/longjson"
	"quaestor/reports/internal/sentence"
)

// Writer writes STIX.
type Writer struct{}

// Name is "stix".
func (Writer) Name() string { return "stix" }

// Title describes the format.
func (Writer) Title() string { return "a bundle for those who exchange threat intelligence, STIX 2.1" }

// Write writes a whole report.
func (x Writer) Write(w io.Writer, r *reports.Report, o reports.Options) error {
	return reports.WriteParts(x.Begin(w, o), r)
}

// Begin begins a bundle about devices that come one after the other.
func (Writer) Begin(w io.Writer, _ reports.Options) reports.Parts {
	return &bundle{w: w, doc: longjson.New(), seen: map[string]bool{}}
}

type bundle struct {
	w    io.Writer
	doc  *longjson.Lists
	seen map[string]bool // objects that several findings name, by ID
	at   string          // of the judgement
	tool string          // ID of the identity that all is from
}

// amber is the marking of TLP:AMBER, which the specification defines.
const amber = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"

// The name spaces of IDs: that of observables is the specification's.
var (
	observables = uuid.MustParse("00abedb4-aa42-466c-9c01-fed23315a9b7")
	own         = uuid.NewSHA1(uuid.NameSpaceURL, []byte("tag:quaestor:stix"))
)

const (
	objects = longjson.List("objects")
	refs    = longjson.List("refs")
)

// object is one object of the bundle.
type object map[string]any

// id is the ID of an object of a type, made from what makes it unique.
func id(kind string, parts ...string) string {
	return kind + "--" + uuid.NewSHA1(own, []byte(kind+"\x00"+strings.Join(parts, "\x00"))).String()
}

// add adds an object once.
func (b *bundle) add(o object) string {
	id := o["id"].(string)
	if b.seen[id] {
		return id
	}
	b.seen[id] = true
	b.once(o)
	return id
}

// once adds an object that no other can be the same as.
func (b *bundle) once(o object) {
	b.doc.Add(string(objects), o)
	if o["type"] != "report" && o["type"] != "marking-definition" {
		b.doc.Add(string(refs), o["id"])
	}
}

// domain is a domain or relationship object with the properties that all have.
func (b *bundle) domain(kind, id string, more object) object {
	o := object{"type": kind, "spec_version": "2.1", "id": id, "created": b.at, "modified": b.at, "created_by_ref": b.tool, "object_marking_refs": []string{amber}}
	for k, v := range more {
		o[k] = v
	}
	return o
}

// Part takes the report of one device.
func (b *bundle) Part(r *reports.Report) error {
	b.gather(r)
	if err := b.doc.Err(); err != nil {
		b.doc.Drop()
		return err
	}
	return nil
}

func (b *bundle) begin(r *reports.Report) {
	if b.tool != "" {
		return
	}
	b.at = r.AsOf + "T00:00:00.000Z"
	if len(r.AsOf) != len("2006-01-02") {
		b.at = "1970-01-01T00:00:00.000Z"
	}
	b.tool = id("identity", "tool", r.Tool.Name)
	b.once(object{"type": "marking-definition", "spec_version": "2.1", "id": amber, "created": "2017-01-20T00:00:00.000Z", "definition_type": "tlp", "name": "TLP:AMBER", "definition": object{"tlp": "amber"}})
	b.add(b.domain("identity", b.tool, object{"name": nonEmpty(r.Tool.Name, "quaestor"), "identity_class": "system", "description": "Version " + r.Tool.Version}))
}

func (b *bundle) gather(r *reports.Report) {
	b.begin(r)
	things := newThings(b, r)
	for i := range r.Devices {
		things.device(&r.Devices[i])
	}
	for i := range r.Findings {
		things.finding(&r.Findings[i])
	}
	for i := range r.SecuritySoftware {
		things.security(&r.SecuritySoftware[i])
	}
	things.observed()
	for i := range r.Gaps {
		things.gap(&r.Gaps[i])
	}
	if r.WhatIf != nil {
		for i := range r.WhatIf.Changes {
			c := &r.WhatIf.Changes[i]
			things.note(id("note", "what-if", c.Kind, c.Finding), "Against other policies", sentence.Change(c), nil, b.tool)
		}
	}
}

// Close writes the bundle.
func (b *bundle) Close(rest *reports.Report) error {
	defer b.doc.Drop()
	b.gather(rest)
	report := longjson.Object{}
	head := b.domain("report", id("report", rest.Verdict.Sentence, rest.AsOf, rest.Database.SHA256), object{
		"name": rest.Verdict.Sentence, "published": b.at, "report_types": []string{"observed-data"},
		"description": rest.Disclaimer + " Risk database " + rest.Database.Version + " (SHA-256 " + rest.Database.SHA256 + ")."})
	for _, name := range []string{"type", "spec_version", "id", "created_by_ref", "created", "modified", "name", "description", "report_types", "published", "object_marking_refs"} {
		report = append(report, longjson.Member{Name: name, Value: head[name]})
	}
	report = append(report, longjson.Member{Name: "object_refs", Value: refs})
	return b.doc.Write(b.w, longjson.Object{
		{Name: "type", Value: "bundle"}, {Name: "id", Value: "bundle--" + uuid.NewSHA1(own, []byte(b.doc.UUID())).String()},
		{Name: "objects", Value: longjson.Joined{objects, longjson.Array{report}}},
	})
}

// software is an observable. Its ID is made as the specification says: of its name, vendor and version, in canonical JSON.
func software(name, vendor, version string) object {
	o := object{"name": nonEmpty(name, "(no name)")}
	if vendor != "" {
		o["vendor"] = vendor
	}
	if version != "" {
		o["version"] = version
	}
	text, _ := json.Marshal(o) // strings never fail; its keys are sorted
	o["type"], o["spec_version"], o["id"] = "software", "2.1", "software--"+uuid.NewSHA1(observables, text).String()
	o["object_marking_refs"] = []string{amber}
	return o
}

func nonEmpty(s, or string) string {
	if strings.TrimSpace(s) == "" {
		return or
	}
	return s
}
