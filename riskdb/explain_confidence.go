package riskdb

import (
	"fmt"
	"strings"
)

// confidence tells how the confidence of a finding comes about. The table is worked out by the functions that
// judge, so that it cannot say anything else than they do.
func (e *explainer) confidence() {
	en := e.add("scale", "confidence", "How sure a finding is, and how that is derived",
		Fact{Label: "Evidence", Text: "Each piece is graded by the Admiralty code: how reliable its source is, A (completely) to F (cannot be judged), and how credible what it says, 1 (confirmed) to 6 (cannot be judged)."})
	for _, row := range gradeRows() {
		en.Facts = append(en.Facts, Fact{Label: row[0], Text: row[1]})
	}
	en.Facts = append(en.Facts,
		Fact{Label: "Ceilings", Text: ceilings()},
		Fact{Label: "Together", Text: "The strongest piece in favour counts; further ones never lower it. A piece against the claim that is as strong leaves low; a weaker one takes a step off."},
		Fact{Label: "Records", Text: "A finding is no surer than each record it needs: one that nobody verified allows low, one recorded with doubts moderate, one that the layers of the database disagree about moderate. Which product has which vendor, where no record states it, allows moderate."},
		Fact{Label: "STIX 2.1", Text: fmt.Sprintf("high %d, moderate %d, low %d, on its scale from 0 to 100 (appendix A).", ConfidenceHigh.STIX(), ConfidenceModerate.STIX(), ConfidenceLow.STIX())},
	)
}

// gradeRows is the table of one piece of evidence, with a row for the reliabilities that allow the same.
func gradeRows() [][2]string {
	var rows [][2]string
	for r := byte('A'); r <= 'F'; r++ {
		var cells []string
		for c := 1; c <= 6; c++ {
			cells = append(cells, fmt.Sprintf("%d %s", c, Evidence{Kind: BySigner, Reliability: r, Credibility: c}.Confidence()))
		}
		text := strings.Join(cells, ", ")
		if n := len(rows); n > 0 && rows[n-1][1] == text {
			rows[n-1][0] += ", " + string(rune(r))
			continue
		}
		rows = append(rows, [2]string{string(rune(r)), text})
	}
	return rows
}

// ceilings names the kinds of evidence that allow less than the table.
func ceilings() string {
	var parts []string
	for _, k := range []EvidenceKind{ByName, ByIdentifier, ByProcess} {
		best := Evidence{Kind: k, Reliability: 'A', Credibility: 1}.Confidence()
		parts = append(parts, fmt.Sprintf("%s alone %s", map[EvidenceKind]string{ByName: "a name", ByIdentifier: "an identifier", ByProcess: "a process name"}[k], best))
	}
	return "Whatever its grades, " + strings.Join(parts, ", ") + ": they can be copied."
}
