package reports

import (
	"cmp"
	"math"
	"slices"

	"quaestor/riskdb"
)

// AdviceSource is a collection of advisories, or of ratings of them.
type AdviceSource struct {
	Name       string `json:"name" jsonschema:"such as OSV Go, CISA KEV, FIRST EPSS"`
	Advisories int    `json:"advisories" jsonschema:"how many it holds"`
	Newest     string `json:"newest,omitempty" jsonschema:"day of the newest of them"`
	Imported   string `json:"imported,omitempty" jsonschema:"the day on which this copy was taken; absent for an online service"`
	Origin     string `json:"origin,omitempty" jsonschema:"web address or file"`
	Licence    string `json:"licence,omitempty" jsonschema:"of the collection"`
}

// Component is a part of software.
type Component struct {
	ID          string `json:"id" jsonschema:"of the component in the inventory; of the same component at several places, the first"`
	PURL        string `json:"purl" jsonschema:"package URL"`
	Name        string `json:"name"`
	Version     string `json:"version,omitempty"`
	Exact       bool   `json:"exact" jsonschema:"the version was stated, not inferred"`
	VersionFrom string `json:"version_from,omitempty" jsonschema:"where the version is not exact: the earliest that it may be, this one included"`
	VersionTo   string `json:"version_to,omitempty" jsonschema:"likewise the latest"`
	Basis       string `json:"basis,omitempty" jsonschema:"what tells of it: record, metadata, text, code, name or list"`
}

// Vulnerability is a publicly known weakness, and how it affects the component.
type Vulnerability struct {
	ID         string                `json:"id" jsonschema:"its CVE, else its GHSA, else the id of its ecosystem"`
	Aliases    []string              `json:"aliases,omitempty" jsonschema:"its other ids"`
	Summary    string                `json:"summary,omitempty" jsonschema:"as the advisory has it"`
	Certain    bool                  `json:"certain" jsonschema:"every version which the component may be is affected"`
	Affected   string                `json:"affected,omitempty" jsonschema:"the affected versions in words"`
	Fixed      []string              `json:"fixed,omitempty" jsonschema:"versions that mend it, the nearest first"`
	CVSS       []VulnerabilityRating `json:"cvss,omitempty" jsonschema:"ratings, the newest system first; the first is the one that was used"`
	Word       string                `json:"word,omitempty" jsonschema:"critical, high, medium or low, where the advisory rates it in a word"`
	KEV        *Exploited            `json:"kev,omitempty" jsonschema:"its entry in CISA's catalogue of known exploited vulnerabilities; absent where that has none, or was not asked"`
	EPSS       *Likelihood           `json:"epss,omitempty" jsonschema:"forecast of the Exploit Prediction Scoring System; absent where that has none, or was not asked"`
	Published  string                `json:"published,omitempty" jsonschema:"day of the advisory"`
	Modified   string                `json:"modified,omitempty" jsonschema:"day of its last change"`
	References []string              `json:"references,omitempty" jsonschema:"web addresses, the advisory's own page first; the first few"`
}

// VulnerabilityRating is a rating by the Common Vulnerability Scoring System.
type VulnerabilityRating struct {
	System string  `json:"system" jsonschema:"CVSS:4.0, CVSS:3.1, CVSS:3.0 or CVSS:2.0"`
	Vector string  `json:"vector" jsonschema:"as the advisory has it"`
	Score  float64 `json:"score" jsonschema:"0 to 10, computed from the vector"`
	From   string  `json:"from,omitempty" jsonschema:"id of the advisory that rates it so"`
}

// Exploited is an entry of the catalogue of known exploited vulnerabilities.
type Exploited struct {
	Added      string `json:"added" jsonschema:"day from which on the catalogue has it"`
	Due        string `json:"due,omitempty" jsonschema:"by when agencies of the United States had to act"`
	Ransomware bool   `json:"ransomware,omitempty" jsonschema:"known to be used in ransomware campaigns"`
}

// Likelihood is a forecast of exploitation.
type Likelihood struct {
	Probability float64 `json:"probability" jsonschema:"of exploitation in the next 30 days, 0 to 1"`
	Percentile  float64 `json:"percentile" jsonschema:"share of all weaknesses that are less likely, 0 to 1"`
	On          string  `json:"on,omitempty" jsonschema:"day of the forecast"`
}

// knownReferences is how many web addresses of a vulnerability are told.
const knownReferences = 5

// vulnerable adds the component and the vulnerability to a finding.
func vulnerable(out *Finding, v *riskdb.Vulnerable) {
	c, x := v.Component, v.Vulnerability
	out.Component = &Component{ID: c.ID, PURL: c.PURL, Name: c.Name, Version: c.Version, Exact: c.Exact, VersionFrom: c.From, VersionTo: c.To, Basis: c.Basis}
	y := &Vulnerability{ID: x.ID, Aliases: x.Aliases, Summary: x.Summary, Certain: v.Certain, Affected: v.Affected, Fixed: v.Fixed, Word: x.Word,
		Published: string(x.Published), Modified: string(x.Modified), References: x.References[:min(len(x.References), knownReferences)]}
	for _, r := range x.Ratings {
		y.CVSS = append(y.CVSS, VulnerabilityRating{System: r.System, Vector: r.Vector, Score: finite(r.Score), From: r.From})
	}
	if k := x.Exploited; k != nil {
		y.KEV = &Exploited{Added: string(k.Added), Due: string(k.Due), Ransomware: k.Ransomware}
	}
	if l := x.Likelihood; l != nil {
		y.EPSS = &Likelihood{Probability: finite(l.Probability), Percentile: finite(l.Percentile), On: string(l.On)}
	}
	out.Vulnerability = y
	page := Source{ID: x.ID, Title: cmp.Or(x.Summary, x.ID), Date: cmp.Or(string(x.Modified), string(x.Published))}
	if len(x.References) > 0 {
		page.URL = x.References[0]
	}
	if !slices.ContainsFunc(out.Sources, func(s Source) bool { return s.ID == page.ID }) {
		out.Sources = append(out.Sources, page)
	}
}

// finite is a number that JSON can hold.
func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}

func adviceSources(list []riskdb.AdviceSource) []AdviceSource {
	var out []AdviceSource
	for _, s := range list {
		out = append(out, AdviceSource{Name: s.Name, Advisories: s.Advisories, Newest: string(s.Newest), Imported: string(s.Imported), Origin: s.Origin, Licence: s.Licence})
	}
	return out
}
