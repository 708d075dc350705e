package sbom

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"

	"quaestor/scanners/internal/jsonpart"
)

var errNone = errors.New("it is no SBOM")

// documentRef is what an SPDX document calls itself.
const documentRef = "SPDXRef-DOCUMENT"

// spdxPackage reads a package of SPDX 2.
func spdxPackage(v jsonpart.Value, line int) item {
	var p struct {
		ID         string `json:"SPDXID"`
		Name       string `json:"name"`
		Version    string `json:"versionInfo"`
		Supplier   string `json:"supplier"`
		Originator string `json:"originator"`
		Purpose    string `json:"primaryPackagePurpose"`
		Refs       []struct {
			Type    string `json:"referenceType"`
			Locator string `json:"referenceLocator"`
		} `json:"externalRefs"`
		Checksums []struct {
			Algorithm string `json:"algorithm"`
			Value     string `json:"checksumValue"`
		} `json:"checksums"`
		Annotations []struct{ Comment string } `json:"annotations"`
	}
	_ = json.Unmarshal(v, &p) // a member of another type than it should be is passed over
	it := item{ref: p.ID, kind: p.Purpose, name: p.Name, version: p.Version, maker: cmp.Or(agent(p.Supplier), agent(p.Originator)), line: line}
	for _, r := range p.Refs {
		if isPURL(r.Type) && it.purl == "" {
			it.purl = r.Locator
		}
	}
	for _, a := range p.Annotations {
		it.keepAnnotation(a.Comment)
	}
	for _, c := range p.Checksums {
		if c.Algorithm == "SHA256" {
			it.sha256 = digest(c.Value)
		}
	}
	return it
}

// isPURL reports whether a reference is a package URL. The type may be written as the URI of it.
func isPURL(kind string) bool { return kind == "purl" || strings.HasSuffix(kind, "/purl") }

// agent is the organisation in "Organization: NAME (MAIL)". Persons are not kept.
func agent(s string) string {
	name, ok := strings.CutPrefix(s, "Organization:")
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, "(")
	return strings.TrimSpace(name)
}

// related notes what the document describes. Other relations, and cycles of them, are passed over.
func (d *document) related(v jsonpart.Value) {
	kind, _ := v.Get("relationshipType").Text()
	from, _ := v.Get("spdxElementId").Text()
	to, _ := v.Get("relatedSpdxElement").Text()
	d.relation(from, kind, to)
}

func (d *document) relation(from, kind, to string) {
	switch {
	case kind == "DESCRIBES" && from == documentRef:
		d.described[to] = true
	case kind == "DESCRIBED_BY" && to == documentRef:
		d.described[from] = true
	case kind == "CONTAINS":
		d.edge(from, to)
	}
}

// graph reads an element of SPDX 3.
func (d *document) graph(v jsonpart.Value, line int) {
	var e struct {
		Type    string   `json:"type"`
		ID      string   `json:"spdxId"`
		Name    string   `json:"name"`
		Version string   `json:"software_packageVersion"`
		PURL    string   `json:"software_packageUrl"`
		Purpose string   `json:"software_primaryPurpose"`
		Created string   `json:"created"`
		Roots   []string `json:"rootElement"`
		Others  []struct {
			Type       string `json:"externalIdentifierType"`
			Identifier string `json:"identifier"`
		} `json:"externalIdentifier"`
		Hashes []struct {
			Algorithm string `json:"algorithm"`
			Value     string `json:"hashValue"`
		} `json:"verifiedUsing"`
	}
	_ = json.Unmarshal(v, &e) // a member of another type than it should be is passed over
	switch strings.ToLower(e.Type) {
	case "spdxdocument":
		d.self, d.name = e.ID, cmp.Or(e.Name, d.name)
		d.roots[e.ID] = e.Roots
	case "software_sbom":
		d.roots[e.ID] = e.Roots
	case "creationinfo":
		d.madeAt(e.Created)
	case "software_package":
		it := item{ref: e.ID, kind: purposes[e.Purpose], name: e.Name, version: e.Version, purl: e.PURL, line: line}
		for _, o := range e.Others {
			if o.Type == "packageUrl" || o.Type == "purl" {
				it.purl = cmp.Or(it.purl, o.Identifier)
			}
		}
		for _, h := range e.Hashes {
			if h.Algorithm == "sha256" {
				it.sha256 = digest(h.Value)
			}
		}
		d.add(it)
	}
}

// purposes are those of SPDX 3 in the words of CycloneDX and SPDX 2.
var purposes = map[string]string{"operatingSystem": "operating-system", "container": "container", "application": "application", "device": "device", "firmware": "firmware", "file": "file",
	"data": "data", "source": "source", "archive": "archive", "documentation": "documentation"}
