package cyclonedx

import (
	cdx "github.com/CycloneDX/cyclonedx-go"

	"quaestor/reports/internal/bill"
)

var types = map[bill.Kind]cdx.ComponentType{bill.Component: cdx.ComponentTypeLibrary, bill.App: cdx.ComponentTypeApplication, bill.System: cdx.ComponentTypeOS,
	bill.Device: cdx.ComponentTypeDevice, bill.Fleet: cdx.ComponentTypePlatform}

func component(t *bill.Thing) cdx.Component {
	c := cdx.Component{BOMRef: t.Ref, Type: types[t.Kind], Name: nonEmpty(t.Name, t.Ref), Version: t.Version, PackageURL: t.PURL, Publisher: t.Publisher}
	if t.Publisher != "" {
		c.Supplier = &cdx.OrganizationalEntity{Name: t.Publisher}
	}
	if t.SHA256 != "" {
		c.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: t.SHA256}}
	}
	c.Licenses = licences(t.Licences)
	if len(t.Properties) > 0 {
		c.Properties = properties(t.Properties)
	}
	if t.Basis != "" {
		c.Evidence = evidence(t)
	}
	return c
}

func properties(list []bill.Property) *[]cdx.Property {
	out := make([]cdx.Property, len(list))
	for i, p := range list {
		out[i] = cdx.Property{Name: p.Name, Value: p.Value}
	}
	return &out
}

// licences are those that were stated. Several are told one by one: whether all hold or any does is not known.
func licences(stated []string) *cdx.Licenses {
	if len(stated) == 0 {
		return nil
	}
	if e, ok := bill.Expression(stated); ok {
		return &cdx.Licenses{{Expression: e}}
	}
	var out cdx.Licenses
	for _, s := range stated {
		if s != "" {
			out = append(out, cdx.LicenseChoice{License: &cdx.License{Name: s}})
		}
	}
	if len(out) == 0 {
		return nil
	}
	return &out
}

// methods are how a component is recognised, and how far that can be trusted.
var methods = map[string]struct {
	technique  cdx.EvidenceIdentityTechnique
	confidence float32
}{
	"record":   {cdx.EvidenceIdentityTechniqueManifestAnalysis, 1},
	"metadata": {cdx.EvidenceIdentityTechniqueManifestAnalysis, 0.9},
	"text":     {cdx.EvidenceIdentityTechniqueBinaryAnalysis, 0.7},
	"code":     {cdx.EvidenceIdentityTechniqueBinaryAnalysis, 0.5},
	"name":     {cdx.EvidenceIdentityTechniqueFilename, 0.4},
	"list":     {cdx.EvidenceIdentityTechniqueAttestation, 0.6},
}

func evidence(t *bill.Thing) *cdx.Evidence {
	m, ok := methods[t.Basis]
	if !ok {
		m.technique, m.confidence = cdx.EvidenceIdentityTechniqueOther, 0.3
	}
	e := &cdx.Evidence{}
	identities := []cdx.EvidenceIdentity{identity(cdx.EvidenceIdentityFieldTypePURL, m.technique, m.confidence, t.Basis)}
	if !t.Exact {
		identities = append(identities, identity(cdx.EvidenceIdentityFieldTypeVersion, m.technique, 0, "not certain"))
	}
	e.Identity = &cdx.EvidenceIdentityChoice{Identities: &identities}
	var places []cdx.EvidenceOccurrence
	for _, p := range t.Places {
		if p.Path == "" {
			continue
		}
		o := cdx.EvidenceOccurrence{Location: p.Path, AdditionalContext: p.Scanner}
		if p.Line > 0 {
			o.Line = &p.Line
		}
		if offset := int(p.Offset); offset > 0 {
			o.Offset = &offset
		}
		places = append(places, o)
	}
	if len(places) > 0 {
		e.Occurrences = &places
	}
	return e
}

func identity(field cdx.EvidenceIdentityFieldType, by cdx.EvidenceIdentityTechnique, confidence float32, value string) cdx.EvidenceIdentity {
	return cdx.EvidenceIdentity{Field: field, Confidence: &confidence, Methods: &[]cdx.EvidenceIdentityMethod{{Technique: by, Confidence: &confidence, Value: value}}}
}
