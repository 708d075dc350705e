package sbom

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"quaestor/scanners/inventory"
)

// Limits of XML.
const (
	maxXMLDepth = 256
	maxXMLText  = 64 << 10
)

// namespace begins that of every version of CycloneDX.
const namespace = "http://cyclonedx.org/schema/bom/"

// isXML recognises CycloneDX by its first element.
func isXML(head []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(head))
	d.CharsetReader = decoded
	for {
		tok, err := d.RawToken()
		if err != nil {
			return false
		}
		if start, ok := tok.(xml.StartElement); ok {
			for _, a := range start.Attr {
				if strings.HasPrefix(a.Value, namespace) {
					return start.Name.Local == "bom"
				}
			}
			return false
		}
	}
}

// decoded passes text on that is UTF-8 already, whatever the document says.
func decoded(_ string, r io.Reader) (io.Reader, error) { return r, nil }

// xmlFile is CycloneDX in XML that is being read.
type xmlFile struct {
	document *document
	path     []string
	open     []*item // components that are being read, the outer ones first
	text     []byte
	sha256   bool
	tools    int // elements about the tools that made the document
}

func (r *reading) xml(text io.Reader) error {
	f := &xmlFile{document: newDocument()}
	dec := xml.NewDecoder(text)
	dec.CharsetReader = decoded
	err := r.tokens(dec, f)
	if err != nil {
		line, _ := dec.InputPos()
		if f.document.empty() {
			return fmt.Errorf("in line %d: %w", line, err)
		}
		r.gap(inventory.GapMalformed, fmt.Sprintf("The document is damaged in line %d: what follows was not read.", line), "Make the SBOM again.")
	}
	return r.finish(f.document)
}

var errTooDeep = errors.New("elements lie too deep in each other")

func (r *reading) tokens(dec *xml.Decoder, f *xmlFile) error {
	for n := 0; ; n++ {
		tok, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF) && len(f.path) == 0:
			return nil
		case err != nil:
			return err
		}
		if n%1024 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if len(f.path) == maxXMLDepth {
				return errTooDeep
			}
			line, _ := dec.InputPos()
			f.begin(t, line)
		case xml.CharData:
			f.text = append(f.text, t[:min(len(t), maxXMLText-len(f.text))]...)
		case xml.EndElement:
			f.end(t.Name.Local)
		}
	}
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (f *xmlFile) begin(t xml.StartElement, line int) {
	f.path, f.text = append(f.path, t.Name.Local), f.text[:0]
	switch t.Name.Local {
	case "bom":
		if version, ok := strings.CutPrefix(t.Name.Space, namespace); ok {
			f.document.format = "CycloneDX " + version
		}
	case "tools", "pedigree", "services", "vulnerabilities", "formulation", "declarations", "annotations":
		f.tools++
	case "component":
		if f.tools == 0 {
			f.open = append(f.open, &item{kind: attr(t, "type"), ref: attr(t, "bom-ref"), line: line})
		}
	case "hash":
		f.sha256 = attr(t, "alg") == "SHA-256"
	}
}

func (f *xmlFile) end(name string) {
	f.path = f.path[:len(f.path)-1]
	parent := ""
	if len(f.path) > 0 {
		parent = f.path[len(f.path)-1]
	}
	text := strings.TrimSpace(string(f.text))
	f.text = f.text[:0]
	switch name {
	case "tools", "pedigree", "services", "vulnerabilities", "formulation", "declarations", "annotations":
		f.tools--
		return
	}
	if f.tools > 0 {
		return
	}
	if name == "timestamp" && parent == "metadata" {
		f.document.madeAt(text)
	}
	n := len(f.open)
	if n == 0 {
		return
	}
	it := f.open[n-1]
	switch {
	case name == "component":
		f.open = f.open[:n-1]
		f.took(it, parent)
	case parent == "component":
		it.element(name, text)
	case name == "name" && (parent == "supplier" || parent == "manufacturer"):
		it.maker = text
	case name == "hash" && f.sha256:
		it.sha256 = digest(text)
	}
}

// took takes a component that was read to its end.
func (f *xmlFile) took(it *item, parent string) {
	switch {
	case parent == "metadata":
		it.kind = strings.ToLower(it.kind)
		f.document.subject = it
	case len(f.open) >= maxNested:
		f.document.deep++
	default:
		f.document.add(*it)
	}
}

// element takes an element of a component.
func (it *item) element(name, text string) {
	switch name {
	case "group":
		it.group = text
	case "name":
		it.name = text
	case "version":
		it.version = text
	case "purl":
		it.purl = text
	case "publisher":
		if it.maker == "" {
			it.maker = text
		}
	case "scope":
		it.excluded = text == "excluded"
	}
}
