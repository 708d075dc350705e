package table

import (
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// byException keeps the findings that somebody has approved apart from those that count.
func byException(findings []reports.Finding) (counted, excepted []reports.Finding) {
	if !slices.ContainsFunc(findings, func(f reports.Finding) bool { return f.Exception != nil }) {
		return findings, nil
	}
	for _, f := range findings {
		if f.Exception != nil {
			excepted = append(excepted, f)
		} else {
			counted = append(counted, f)
		}
	}
	return counted, excepted
}

// underException lists what stands under an exception: found, approved, and not counted.
func (v *view) underException() {
	if len(v.excepted) == 0 {
		return
	}
	v.heading("UNDER AN EXCEPTION (" + count(len(v.excepted), "app") + "): found and approved, not counted")
	for _, a := range v.excepted {
		for i, f := range a.findings {
			name := ""
			if i == 0 {
				name = safetext.Line(a.name(), 40)
			}
			v.text("  ", strong, joined(": ", name, joined(" · ", shortTitle(a, f), f.Severity, "without it "+f.Action)))
			if i == 0 || *f.Exception != *a.findings[i-1].Exception {
				v.text("    ", normal, approval(f.Exception))
			}
			if a.spread != nil {
				v.text("    ", dim, a.spread.words())
			} else if len(v.r.Devices) > 1 {
				v.text("    ", dim, v.onDevices(a.devices()))
			}
		}
	}
}

// approval says who approved it, until when and why.
func approval(e *reports.Exception) string {
	return joined(" ", "Exception "+e.ID+":", "approved by "+e.ApprovedBy, "until "+e.Until+named(",", e.Ticket)+".", notAffected(e), e.Reason)
}

// positions says in one line what each authority says about the product, where several policies are applied.
func (v *view) positions(f *reports.Finding) string {
	if len(v.r.Policies) < 2 || len(f.Positions) < 2 {
		return ""
	}
	texts := make([]string, len(f.Positions))
	for i, p := range f.Positions {
		texts[i] = p.Text
	}
	return strings.Join(texts, "; ")
}

// notAffected says in words why a vulnerability does not affect.
func notAffected(e *reports.Exception) string {
	if e.Justification == "" {
		return ""
	}
	return "Not affected: " + words(strings.ReplaceAll(e.Justification, "_", "-")) + "."
}
