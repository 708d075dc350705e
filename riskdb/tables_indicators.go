package riskdb

import "quaestor/scanners/inventory"

// IndicatorCollection is a published set of indicators of spyware or stalkerware: where it is, in which form and
// under which licence. Few of its indicators are held here; see IndicatorFamily.
type IndicatorCollection struct {
	ID          string         `yaml:"id"`
	Title       string         `yaml:"title"`
	URL         string         `yaml:"url"`
	Format      string         `yaml:"format"`
	Licence     string         `yaml:"licence"`     // Licence.SPDX
	Attribution string         `yaml:"attribution"` // whom to name
	Families    []string       `yaml:"families,omitempty"`
	Patterns    []PatternCount `yaml:"patterns,omitempty"`     // what is in it
	References  []string       `yaml:"references,omitempty"`   // addresses of the research that it publishes
	Research    []string       `yaml:"research_by,omitempty"`  // who did that
	InMVTIndex  bool           `yaml:"in_mvt_index,omitempty"` // the Mobile Verification Toolkit fetches it
	Note        string         `yaml:"note,omitempty"`
	Basis       `yaml:",inline"`
}

// PatternCount is a kind of indicator, in the words of STIX, and how many a collection has of it.
type PatternCount struct {
	Pattern string `yaml:"pattern"`
	Count   int    `yaml:"count"`
}

// IndicatorFamily is one spyware, stalkerware or surveillance app as the collections name it, with the marks by
// which an installed app is recognised.
type IndicatorFamily struct {
	ID    string         `yaml:"id"`
	Name  string         `yaml:"name"`
	Class IndicatorClass `yaml:"class"`
	// DualUse says that the app is sold for a purpose that those whom it watches may have agreed to.
	DualUse     bool        `yaml:"dual_use,omitempty"`
	Collections []string    `yaml:"collections"` // IndicatorCollection.ID
	Indicators  []Indicator `yaml:"indicators"`
	Note        string      `yaml:"note,omitempty"`
	Basis       `yaml:",inline"`
}

// IndicatorClass is what the collection says that a family is.
type IndicatorClass string

// The classes.
const (
	Stalkerware      IndicatorClass = "stalkerware"       // hides from the person it watches
	Watchware        IndicatorClass = "watchware"         // watches, and does not hide
	MercenarySpyware IndicatorClass = "mercenary-spyware" // sold to states, or used against chosen persons
	ForensicTool     IndicatorClass = "forensic-tool"     // left behind by the extraction of a phone's content
)

// Indicator is one mark of a family. Its value is hidden as package veil does, so that no virus scanner takes
// the database for what it describes.
type Indicator struct {
	Kind   inventory.IdentifierKind `yaml:"kind"` // android-package, ios-bundle, cert-sha1, cert-sha256
	Hidden string                   `yaml:"hidden"`
	// Shared says that ordinary apps bear the mark too, or may: it needs a second one.
	Shared bool   `yaml:"shared,omitempty"`
	Note   string `yaml:"note,omitempty"`
}

// The kinds of an indicator that name a signing certificate.
const (
	CertSHA1   inventory.IdentifierKind = "cert-sha1"
	CertSHA256 inventory.IdentifierKind = "cert-sha256"
)
