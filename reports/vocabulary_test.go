package reports

import (
	"slices"
	"testing"

	"quaestor/riskdb"
)

// TestVocabularies: the closed lists of the document are those of the judgement.
func TestVocabularies(t *testing.T) {
	same := func(name string, have []string, want []string) {
		t.Helper()
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("%s: the document has %q, the judgement %q", name, have, want)
		}
	}
	same("severities", Severities(), words(riskdb.Severities))
	same("actions", Actions(), words(riskdb.Actions))
	same("axes", Axes(), words(riskdb.Axes))
	same("confidences", Confidences(), words([]riskdb.Confidence{riskdb.ConfidenceHigh, riskdb.ConfidenceModerate, riskdb.ConfidenceLow}))
	same("verdicts", Verdicts(), []string{StatusFindings, StatusClean, StatusIncomplete})
}

func words[T ~string](list []T) []string {
	out := make([]string, 0, len(list))
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}
