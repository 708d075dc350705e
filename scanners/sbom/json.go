package sbom

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"regexp"
	"strings"

	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
)

// lists are those of a document, which may lie in an object as GitHub has it.
var lists = jsonstream.Options{Members: []string{"components", "packages", "relationships", "@graph", "component", "dependencies"}, Depth: 2}

// isJSON recognises a document by its first members, also one that is cut off, in an array, or below "sbom".
func isJSON(head []byte) bool {
	v := jsonpart.Begin(bytes.TrimLeft(head, "[ \t\r\n"))
	is := isDocument(v)
	_ = v.Fields(func(key string, inner jsonpart.Value) bool { // the first member alone
		is = is || key == "sbom" && isDocument(inner)
		return false
	})
	if inner, ok := bytes.CutPrefix(bytes.Join(bytes.Fields(v[:min(len(v), 64)]), nil), []byte(`{"sbom":`)); ok && !is {
		at := bytes.IndexByte(v[1:], '{') // it is cut off
		is = len(inner) > 0 && at >= 0 && isDocument(v[1+at:])
	}
	return is
}

// isDocument looks at the members of an object, as far as it goes.
func isDocument(v jsonpart.Value) (is bool) {
	version, listed := false, false
	_ = v.Fields(func(key string, v jsonpart.Value) bool {
		text, _ := v.Text()
		switch key {
		case "bomFormat":
			is = is || text == "CycloneDX"
		case "$schema":
			is = is || strings.Contains(text, "cyclonedx.org/schema/bom")
		case "spdxVersion":
			is = is || strings.HasPrefix(text, "SPDX-")
		case "SPDXID":
			is = is || text == documentRef
		case "@context":
			is = is || bytes.Contains(v, []byte("spdx.org/rdf/3"))
		case "specVersion":
			version = true
		case "components":
			listed = bytes.Contains(v[:min(len(v), 4096)], []byte(`"bom-ref"`))
		}
		return true
	})
	return is || version && listed
}

// jsonFile reads the documents of a file.
type jsonFile struct {
	*reading
	document *document
	page     int
	trouble  jsonstream.Trouble
}

func (r *reading) json(text io.Reader) error {
	f := &jsonFile{reading: r, document: newDocument()}
	err := f.documents(text)
	if err == nil {
		err = f.finish(f.document)
	}
	for _, g := range f.trouble.Gaps(r.file) {
		g.Scanner = ID
		r.gaps = append(r.gaps, g)
	}
	return err
}

// documents reads documents one after another.
func (f *jsonFile) documents(text io.Reader) error {
	o := lists
	var failed error
	turn := func(page int) {
		if page != f.page && f.page != 0 {
			failed = cmp.Or(failed, f.finish(f.document))
			f.document = newDocument()
		}
		f.page = page
	}
	o.Outside = func(m jsonstream.Member) {
		turn(m.Page)
		f.document.around(m.Name, m.Value)
	}
	return jsonstream.Elements(text, o, func(e jsonstream.Element) error {
		turn(e.Page)
		switch {
		case e.Err != nil:
			f.trouble.Add(e, e.Err)
		case e.Member == "":
			failed = cmp.Or(failed, f.alone(e))
		default:
			f.document.element(e.Member, e.Raw, e.Line)
		}
		return cmp.Or(failed, f.ctx.Err())
	})
}

// alone reads a document that is an element of an array, or has no list.
func (f *jsonFile) alone(e jsonstream.Element) error {
	v := jsonpart.Value(e.Raw)
	if inner := v.Get("sbom"); inner.IsObject() {
		v = inner
	}
	d := newDocument()
	_ = v.Fields(func(key string, value jsonpart.Value) bool { // the element is whole
		switch key {
		case "components", "packages", "relationships", "@graph", "dependencies":
			_ = value.Items(func(one jsonpart.Value) bool {
				d.element(key, one, e.Line)
				return true
			})
		default:
			d.around(key, value)
		}
		return true
	})
	if d.empty() {
		f.trouble.Add(e, errNone)
	}
	return f.finish(d)
}

// spdxContext tells the version of SPDX 3 and later.
var spdxContext = regexp.MustCompile(`spdx\.org/rdf/([0-9]+\.[0-9]+)[./]`)

// around takes a member of the document itself.
func (d *document) around(name string, v jsonpart.Value) {
	text, _ := v.Text()
	switch name {
	case "bomFormat":
		d.format = strings.TrimSpace(text + " " + d.format)
	case "specVersion":
		d.format = strings.TrimSpace(d.format + " " + text)
	case "spdxVersion":
		d.format = text
	case "@context":
		d.format = "SPDX-3.0"
		if m := spdxContext.FindSubmatch(v); m != nil {
			d.format = "SPDX-" + string(m[1])
		}
	case "name":
		d.name = text
	case "metadata":
		made, _ := v.Get("timestamp").Text()
		d.madeAt(made)
		if c := v.Get("component"); c.IsObject() {
			d.about(c, 1)
		}
	case "timestamp": // of metadata in which the component was found
		d.madeAt(text)
	case "creationInfo":
		made, _ := v.Get("created").Text()
		d.madeAt(made)
	case "documentDescribes":
		for _, ref := range v.Texts() {
			d.described[ref] = true
		}
	}
}

// element takes an element of one of the lists.
func (d *document) element(list string, v jsonpart.Value, line int) {
	switch list {
	case "components":
		d.add(cyclone(v, line))
		d.nested(v.Get("components"), line, 1)
	case "component":
		d.about(v, line)
	case "packages":
		d.add(spdxPackage(v, line))
	case "relationships":
		d.related(v)
	case "dependencies":
		if ref, _ := v.Get("ref").Text(); d.mine && ref != "" {
			d.edge(ref, v.Get("dependsOn").Texts()...)
		}
	case "@graph":
		d.graph(v, line)
	}
}

// about takes the component that a document of CycloneDX describes.
func (d *document) about(v jsonpart.Value, line int) {
	it := cyclone(v, line)
	it.kind = strings.ToLower(it.kind)
	d.mine = d.mine || it.own != nil
	d.subject = &it
	d.nested(v.Get("components"), line, 1)
}

// nested takes components in a component.
func (d *document) nested(list jsonpart.Value, line, depth int) {
	_ = list.Items(func(v jsonpart.Value) bool { // the element is whole
		if depth == maxNested {
			d.deep++
			return true
		}
		d.add(cyclone(v, line))
		d.nested(v.Get("components"), line, depth+1)
		return true
	})
}

// cyclone reads a component of CycloneDX.
func cyclone(v jsonpart.Value, line int) item {
	var c struct {
		Type         string                `json:"type"`
		Ref          string                `json:"bom-ref"`
		Group        string                `json:"group"`
		Name         string                `json:"name"`
		Version      string                `json:"version"`
		PURL         string                `json:"purl"`
		Publisher    string                `json:"publisher"`
		Scope        string                `json:"scope"`
		Supplier     struct{ Name string } `json:"supplier"`
		Manufacturer struct{ Name string } `json:"manufacturer"`
		Hashes       []struct {
			Alg     string `json:"alg"`
			Content string `json:"content"`
		} `json:"hashes"`
		Properties []struct{ Name, Value string } `json:"properties"`
	}
	_ = json.Unmarshal(v, &c) // a member of another type than it should be is passed over
	it := item{ref: c.Ref, kind: c.Type, group: c.Group, name: c.Name, version: c.Version, purl: c.PURL, maker: cmp.Or(c.Supplier.Name, c.Manufacturer.Name, c.Publisher), line: line,
		excluded: c.Scope == "excluded"}
	for _, p := range c.Properties {
		it.keep(p.Name, p.Value)
	}
	for _, h := range c.Hashes {
		if h.Alg == "SHA-256" {
			it.sha256 = digest(h.Content)
		}
	}
	return it
}

// digest is a SHA-256 in small letters, "" if it is none.
func digest(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) != 64 || strings.Trim(s, "0123456789abcdef") != "" {
		return ""
	}
	return s
}
