package riskdb

import "quaestor/scanners/inventory"

// Confidence is how sure a finding is, in the words of the ODNI's analytic standards.
type Confidence string

// The confidences.
const (
	ConfidenceHigh     Confidence = "high"
	ConfidenceModerate Confidence = "moderate"
	ConfidenceLow      Confidence = "low"
)

// Rank is 3 for high, 2 for moderate, 1 for low.
func (c Confidence) Rank() int {
	switch c {
	case ConfidenceHigh:
		return 3
	case ConfidenceModerate:
		return 2
	case ConfidenceLow:
		return 1
	}
	return 0
}

// STIX is the confidence on the scale from 0 to 100 of STIX 2.1, appendix A, table "None / Low / Med / High":
// the value in the middle of the range that the scale gives to each word, 0 for none.
func (c Confidence) STIX() int {
	switch c {
	case ConfidenceHigh:
		return 85
	case ConfidenceModerate:
		return 50
	case ConfidenceLow:
		return 15
	}
	return 0
}

// Weaker is the lower of two confidences: a conclusion is no surer than each thing it needs.
func (c Confidence) Weaker(d Confidence) Confidence {
	if d.Rank() < c.Rank() {
		return d
	}
	return c
}

// EvidenceKind says what a piece of evidence is.
type EvidenceKind string

// The kinds of evidence.
const (
	ByName       EvidenceKind = "name"
	ByIdentifier EvidenceKind = "identifier"
	BySigner     EvidenceKind = "signer"
	ByFileHash   EvidenceKind = "file-hash"
	ByInstaller  EvidenceKind = "installer"
	ByPermission EvidenceKind = "permission"
	ByProcess    EvidenceKind = "process"
	ByRecord     EvidenceKind = "record" // what the risk database says
)

// Evidence is one piece of what a finding rests on, graded by the Admiralty code: reliability of the
// source A (completely reliable) to F (cannot be judged), credibility of the information 1 (confirmed) to
// 6 (cannot be judged).
type Evidence struct {
	Kind        EvidenceKind
	Detail      string
	Supports    bool // false when it speaks against the finding
	Reliability byte // 'A' to 'F'
	Credibility int  // 1 to 6
	Origin      inventory.Origin
	Places      []Place  // where in the file of the app; the first few
	Hosts       []string // of exchanges of data: the hosts that Detail names
}

// Confidence is what one piece allows by itself:
//
//	            1  2      3         4–6
//	A, B        high      moderate  low
//	C           moderate  moderate  low
//	D, E, F     low       low       low
//
// whatever its grades, a name alone allows low, and an identifier alone moderate: both can be copied.
func (e Evidence) Confidence() Confidence {
	c := ConfidenceLow
	switch {
	case e.Reliability <= 'B' && e.Credibility <= 2:
		c = ConfidenceHigh
	case e.Reliability <= 'C' && e.Credibility <= 3:
		c = ConfidenceModerate
	}
	switch e.Kind {
	case ByName:
		return ConfidenceLow
	case ByIdentifier, ByProcess:
		return c.Weaker(ConfidenceModerate)
	}
	return c
}

// Combine derives the confidence of one claim from its evidence. The strongest supporting piece counts;
// further ones never lower it. A piece that speaks against the claim and is as strong as the best one in
// favour leaves low confidence, a weaker one takes a step off.
func Combine(pieces []Evidence) Confidence {
	best, against := Confidence(""), Confidence("")
	for _, p := range pieces {
		c := p.Confidence()
		switch {
		case p.Supports && c.Rank() > best.Rank():
			best = c
		case !p.Supports && c.Rank() > against.Rank():
			against = c
		}
	}
	switch {
	case best.Rank() <= 1 || against.Rank() >= best.Rank():
		return ConfidenceLow
	case against != "":
		return map[Confidence]Confidence{ConfidenceHigh: ConfidenceModerate, ConfidenceModerate: ConfidenceLow}[best]
	}
	return best
}

// Allows is the most confidence that a finding resting on the recorded fact can have: low where it was not
// verified, moderate where the people who recorded it had doubts.
func (b Basis) Allows() Confidence {
	switch {
	case !b.Verified:
		return ConfidenceLow
	case b.Confidence.Rank() >= GradeMediumHigh.Rank():
		return ConfidenceHigh
	case b.Confidence == "" || b.Confidence.Rank() >= GradeMedium.Rank():
		return ConfidenceModerate
	}
	return ConfidenceLow
}

// evidence states a recorded fact as a piece of evidence. The record is its table and ID.
func (b Basis) evidence(record, detail string) Evidence {
	e := Evidence{Kind: ByRecord, Detail: detail, Supports: true, Reliability: 'F', Credibility: 6,
		Origin: inventory.Origin{Scanner: "riskdb", Path: record}}
	switch b.Allows() {
	case ConfidenceHigh:
		e.Reliability, e.Credibility = 'B', 2
	case ConfidenceModerate:
		e.Reliability, e.Credibility = 'C', 3
	case ConfidenceLow:
		if b.Verified {
			e.Reliability, e.Credibility = 'D', 4
		}
	}
	return e
}
