package riskdb

import (
	"testing"

	"pgregory.net/rapid"
)

func evidenceGen() *rapid.Generator[Evidence] {
	kinds := []EvidenceKind{ByName, ByIdentifier, BySigner, ByFileHash, ByInstaller, ByPermission, ByProcess, ByRecord}
	return rapid.Custom(func(t *rapid.T) Evidence {
		return Evidence{
			Kind:        rapid.SampledFrom(kinds).Draw(t, "kind"),
			Supports:    rapid.Bool().Draw(t, "supports"),
			Reliability: rapid.SampledFrom([]byte("ABCDEF")).Draw(t, "reliability"),
			Credibility: rapid.IntRange(1, 6).Draw(t, "credibility"),
		}
	})
}

// TestMoreEvidence: agreeing evidence never lowers a confidence, contradicting evidence never raises it.
func TestMoreEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(evidenceGen(), 1, 8).Draw(t, "pieces")
		before := Combine(pieces)
		more := evidenceGen().Draw(t, "more")
		after := Combine(append(pieces, more))
		if more.Supports && after.Rank() < before.Rank() {
			t.Fatalf("agreeing evidence lowered %s to %s", before, after)
		}
		if !more.Supports && after.Rank() > before.Rank() {
			t.Fatalf("contradicting evidence raised %s to %s", before, after)
		}
	})
}

// TestCeilings: a name alone is never above low, an identifier never above moderate, whatever the grades.
func TestCeilings(t *testing.T) {
	ceiling := map[EvidenceKind]Confidence{ByName: ConfidenceLow, ByIdentifier: ConfidenceModerate, ByProcess: ConfidenceModerate}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]EvidenceKind{ByName, ByIdentifier, ByProcess}).Draw(t, "kind")
		pieces := rapid.SliceOfN(evidenceGen(), 1, 8).Draw(t, "pieces")
		for i := range pieces {
			pieces[i].Kind = kind
		}
		if got := Combine(pieces); got.Rank() > ceiling[kind].Rank() {
			t.Fatalf("%s evidence alone gave %s", kind, got)
		}
	})
}

func TestCombine(t *testing.T) {
	identifier := Evidence{Kind: ByIdentifier, Supports: true, Reliability: 'B', Credibility: 2}
	name := Evidence{Kind: ByName, Supports: true, Reliability: 'D', Credibility: 4}
	signer := Evidence{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 1}
	foreign := Evidence{Kind: BySigner, Supports: false, Reliability: 'A', Credibility: 2}
	weakAgainst := Evidence{Kind: BySigner, Supports: false, Reliability: 'D', Credibility: 4}
	tests := []struct {
		name   string
		pieces []Evidence
		want   Confidence
	}{
		{"nothing", nil, ConfidenceLow},
		{"name", []Evidence{name}, ConfidenceLow},
		{"identifier", []Evidence{identifier}, ConfidenceModerate},
		{"identifier and name", []Evidence{identifier, name}, ConfidenceModerate},
		{"verified signer", []Evidence{identifier, signer}, ConfidenceHigh},
		{"foreign signer", []Evidence{identifier, foreign}, ConfidenceLow},
		{"a weak doubt takes a step off", []Evidence{signer, weakAgainst}, ConfidenceModerate},
		{"equally strong doubt", []Evidence{signer, {Kind: BySigner, Reliability: 'A', Credibility: 1}}, ConfidenceLow},
		{"only against", []Evidence{foreign}, ConfidenceLow},
	}
	for _, test := range tests {
		if got := Combine(test.pieces); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestUnverifiedNeverHigh: what nobody verified never allows more than low.
func TestUnverifiedNeverHigh(t *testing.T) {
	for _, g := range []Grade{GradeHigh, GradeMediumHigh, GradeMedium, GradeLowMedium, GradeLow, ""} {
		if got := (Basis{Confidence: g}).Allows(); got != ConfidenceLow {
			t.Errorf("unverified, graded %q: allows %s", g, got)
		}
		if e := (Basis{Confidence: g}).evidence("", ""); e.Confidence() != ConfidenceLow {
			t.Errorf("unverified, graded %q: as evidence %s", g, e.Confidence())
		}
		b := Basis{Verified: true, Confidence: g}
		if e := b.evidence("", ""); e.Confidence() != b.Allows() {
			t.Errorf("graded %q: allows %s, as evidence %s", g, b.Allows(), e.Confidence())
		}
	}
}
