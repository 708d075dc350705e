// Package sbom reads software bills of materials of any tool: CycloneDX 1.0 to 1.7 in JSON and XML, SPDX 2.x in JSON and as tag-value,
// SPDX 3.0 in JSON-LD, and the dependency graph that GitHub exports.
//
// What a document describes is a device, where it is an operating system, a container or a computer, or where packages of Debian,
// RPM, Alpine or Arch are listed: these packages are its apps then. Anything else is an app. What is listed besides is a component of
// it, with its package URL. A document of thousands of components is read one after another.
//
// The formats are those of https://cyclonedx.org/specification/overview/ and https://spdx.github.io/spdx-spec/.
//
// A list that this program wrote is taken apart into the devices and apps that it was made of.
//
// What the package cannot see: what the tool that made a document did not find, and where what it describes is installed. Relations,
// licences, files, services and vulnerabilities that a document tells are not kept. CycloneDX in protocol buffers, and SPDX in RDF, YAML
// and spreadsheets, are not read.
package sbom

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// ID is the scanner's name.
const ID = "sbom"

type scanner struct{}

// New returns the scanner.
func New() scanners.Fleet { return scanner{} }

// Info implements [scanners.Scanner].
func (scanner) Info() scanners.Info {
	return scanners.Info{
		ID: ID, Kind: "sbom", Title: "software bills of materials (SBOM)",
		Reads: []string{"CycloneDX 1.0 to 1.7: JSON, XML", "SPDX 2.x: JSON, tag-value; SPDX 3.0: JSON-LD", "GitHub's export of a dependency graph",
			"several documents in one file; plain or gzip"},
		CannotSee: []string{
			"what the tool that made an SBOM did not find or left out, and whether what is listed is used",
			"where the software that an SBOM describes is installed",
			"who signed what an SBOM lists",
		},
		Platforms: scanners.Platforms(),
	}
}

// form is how a document is written.
type form int

const (
	none form = iota
	inJSON
	inXML
	inTags
)

// Recognise implements [scanners.Scanner].
func (scanner) Recognise(src *source.Source) bool { return formOf(textstream.Head(src)) != none }

func formOf(head []byte) form {
	text := bytes.TrimLeft(head, "\ufeff \t\r\n")
	switch {
	case len(text) == 0:
	case text[0] == '{' || text[0] == '[':
		if isJSON(text) {
			return inJSON
		}
	case text[0] == '<':
		if isXML(text) {
			return inXML
		}
	case isTags(text):
		return inTags
	}
	return none
}

// Kin implements [scanners.Relative].
func (scanner) Kin(src *source.Source) string {
	switch head := textstream.Head(src); {
	case bytes.Contains(head, []byte("http://spdx.org/rdf/terms#")) && bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")):
		return "an SBOM: SPDX as RDF, of which the JSON form is read"
	case (bytes.HasPrefix(head, []byte("spdxVersion:")) || bytes.Contains(head, []byte("\nspdxVersion:"))) && bytes.Contains(head, []byte("SPDX-2")):
		return "an SBOM: SPDX as YAML, of which the JSON form is read"
	}
	return ""
}

// Scan implements [scanners.Scanner].
func (s scanner) Scan(ctx context.Context, src *source.Source) (*inventory.Inventory, error) {
	return scanners.Whole(ctx, s, src)
}

// Split implements [scanners.Fleet]: each document by itself.
func (scanner) Split(ctx context.Context, srcs []*source.Source, emit func(scanners.Part) error) (*inventory.Inventory, error) {
	rest := inventory.New()
	var errs []error
	for _, src := range srcs {
		r := &reading{ctx: ctx, file: inventory.Text(src.Name()), base: src.Base(), emit: emit}
		if err := r.read(src); err != nil {
			errs = append(errs, scanners.SourceError(src, fmt.Errorf("the SBOM %q cannot be read to its end: %w; make it again", src.Base(), err)))
		}
		rest.Gaps = append(rest.Gaps, r.gaps...)
		if ctx.Err() != nil {
			break
		}
	}
	return rest, errors.Join(errs...)
}

// reading is a file that is being read.
type reading struct {
	ctx       context.Context
	file      string
	base      string
	emit      func(scanners.Part) error
	documents int
	gaps      []inventory.Gap
}

func (r *reading) read(src *source.Source) error {
	text, err := textstream.Open(src)
	if err != nil {
		return err
	}
	switch formOf(textstream.Head(src)) {
	case inXML:
		err = r.xml(text)
	case inTags:
		err = r.tags(text)
	default:
		err = r.json(text)
	}
	if err == nil && r.documents == 0 {
		err = errors.New("it describes nothing")
	}
	return err
}

// finish hands on a document that was read.
func (r *reading) finish(d *document) error {
	if d.empty() {
		return nil
	}
	r.documents++
	d.file = r.file
	if d.name == "" {
		d.name = strings.TrimSpace(r.base)
	}
	r.newer(d)
	for _, part := range d.apart() {
		if err := r.emit(part.facts); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) gap(kind inventory.GapKind, detail, next string) {
	r.gaps = append(r.gaps, inventory.Gap{Scanner: ID, Subject: r.file, Kind: kind, Detail: detail, Next: next})
}
