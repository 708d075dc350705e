package spdx

import (
	"fmt"
	"strings"

	"quaestor/reports/internal/bill"
)

type pkg struct {
	ID            string       `json:"SPDXID"`
	Name          string       `json:"name"`
	Version       string       `json:"versionInfo,omitempty"`
	Supplier      string       `json:"supplier"`
	Purpose       string       `json:"primaryPackagePurpose,omitempty"`
	Download      string       `json:"downloadLocation"`
	FilesAnalyzed bool         `json:"filesAnalyzed"`
	Checksums     []checksum   `json:"checksums,omitempty"`
	SourceInfo    string       `json:"sourceInfo,omitempty"`
	Concluded     string       `json:"licenseConcluded"`
	Declared      string       `json:"licenseDeclared"`
	LicenceNote   string       `json:"licenseComments,omitempty"`
	Copyright     string       `json:"copyrightText"`
	Refs          []reference  `json:"externalRefs,omitempty"`
	Annotations   []annotation `json:"annotations,omitempty"`
}

type checksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type reference struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
	Comment  string `json:"comment,omitempty"`
}

type annotation struct {
	Date      string `json:"annotationDate"`
	Type      string `json:"annotationType"`
	Annotator string `json:"annotator"`
	Comment   string `json:"comment"`
}

type relationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

type creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

const noAssertion = "NOASSERTION"

var purposes = map[bill.Kind]string{bill.Component: "LIBRARY", bill.App: "APPLICATION", bill.System: "OPERATING_SYSTEM", bill.Device: "DEVICE", bill.Fleet: "OTHER"}

func pack(t *bill.Thing) pkg {
	x := pkg{ID: id(t.Ref), Name: nonEmpty(t.Name, t.Ref), Version: t.Version, Supplier: noAssertion, Purpose: purposes[t.Kind], Download: noAssertion,
		Concluded: noAssertion, Declared: noAssertion, Copyright: noAssertion}
	if t.Publisher != "" {
		x.Supplier = "Organization: " + t.Publisher
	}
	if t.SHA256 != "" {
		x.Checksums = []checksum{{"SHA256", t.SHA256}}
	}
	if e, ok := bill.Expression(t.Licences); ok {
		x.Declared = e
	} else if len(t.Licences) > 0 {
		x.LicenceNote = "As stated: " + strings.Join(t.Licences, "; ")
	}
	if t.PURL != "" {
		x.Refs = []reference{{Category: "PACKAGE-MANAGER", Type: "purl", Locator: t.PURL}}
	}
	x.SourceInfo = sourceInfo(t)
	return x
}

// sourceInfo says where a thing was read, and by what it is recognised.
func sourceInfo(t *bill.Thing) string {
	if t.Basis == "" {
		return ""
	}
	s := "recognised by: " + t.Basis
	for _, p := range t.Places {
		s += "; " + p.Path
		if p.Line > 0 {
			s += fmt.Sprintf(" line %d", p.Line)
		}
		if p.Offset > 0 {
			s += fmt.Sprintf(" offset %d", p.Offset)
		}
	}
	return s
}

// security is the reference to a vulnerability.
func security(w *bill.Weakness) reference {
	_, page := bill.Page(w.ID)
	for _, url := range w.References {
		if bill.IsAddress(url) {
			page = url
			break
		}
	}
	s := fmt.Sprintf("%s, %s", w.ID, w.Severity)
	if len(w.Aliases) > 0 {
		s += ", also " + strings.Join(w.Aliases, ", ")
	}
	if !w.Certain {
		s += "; whether the version is affected is not certain"
	}
	if len(w.Fixed) > 0 {
		s += "; fixed in " + strings.Join(w.Fixed, ", ")
	}
	if e := w.Exception; e != nil {
		s += fmt.Sprintf("; exception %s, approved by %s until %s: %s", e.ID, e.ApprovedBy, e.Until, e.Reason)
		if e.Justification != "" {
			s += " (not affected: " + e.Justification + ")"
		}
	}
	return reference{Category: "SECURITY", Type: "advisory", Locator: page, Comment: s}
}
