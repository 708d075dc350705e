package table

import (
	"slices"
	"strings"

	"quaestor/reports"
)

// about says what the answer rests on: scanners, knowledge, policies, date, and the limits of it all.
func (v *view) about() {
	r := v.r
	v.heading("ABOUT THIS REPORT")
	v.label("  ", strong, "Judged", "as of "+r.AsOf+" by "+joined(" ", r.Tool.Name, r.Tool.Version))
	if v.details {
		v.label("  ", strong, "Risk data", dataVersion(r.Database)+": "+count(r.Database.Products, "product")+", "+count(r.Database.Vendors, "vendor")+", "+count(r.Database.Bans, "measure")+", "+count(r.Database.Sources, "source"))
		if r.Database.SHA256 != "" {
			v.label("  ", normal, "  sha256", r.Database.SHA256)
		}
	} else {
		v.label("  ", strong, "Risk data", dataVersion(r.Database))
	}
	v.advisories()
	v.overlays()
	v.policies()
	v.grades()
	if runs := r.Runs; !v.details && !(len(runs) == 1 && runs[0].Status == "succeeded" && len(r.Devices) == 0) { // of one file, INSIDE shows that it was read
		v.runs()
	}
	v.blank()
	v.text("", normal, r.Disclaimer)
}

// dataVersion is "of DATE, version VERSION", or less where the version begins with the date.
func dataVersion(d reports.Database) string {
	if d.Date != "" && strings.HasPrefix(d.Version, d.Date) {
		return "of " + d.Version
	}
	return joined(", ", named("of", d.Date), named("version", d.Version))
}

// overlays names whose knowledge lies on the database, and where it disagrees with what is below.
func (v *view) overlays() {
	for i, o := range v.r.Database.Overlays {
		text := joined(", ", withParens(o.Title, o.ID), o.Authority, o.Date)
		v.label("  ", strong, map[bool]string{true: "Overlays"}[i == 0], text)
		list := o.Disagreements
		if !v.details && len(list) > fewDisagreements {
			list = append(slices.Clone(list[:fewDisagreements]), "and "+count(len(list)-fewDisagreements, "more disagreement")+", see --details")
		}
		for _, d := range list {
			v.label("  ", normal, "", d)
		}
	}
}

// fewDisagreements is how many a reader sees without asking for details.
const fewDisagreements = 3

func (v *view) policies() {
	for i, p := range v.r.Policies {
		text := withParens(p.Title, p.ID)
		if v.details {
			text = joined(": ", text, strings.Join(p.Authorities, ", "))
		} else {
			text = joined(", ", text, applied(p.Authorities))
		}
		v.label("  ", strong, map[bool]string{true: "Policy"}[i == 0], text)
		if own := ownParts(p); own != "" {
			v.label("  ", normal, "", own+": the organisation's own decision, no authority's")
		}
		if p.Note != "" && (v.details || v.measured()) { // a note says whom measures bind
			v.label("  ", dim, "", p.Note)
		}
	}
	if len(v.r.Policies) == 0 {
		v.label("  ", strong, "Policy", "none: no measure of an authority was applied")
	}
}

// measured reports whether a measure stands behind a finding.
func (v *view) measured() bool {
	return slices.ContainsFunc(v.r.Findings, func(f reports.Finding) bool { return len(f.Measures) > 0 })
}

// applied names one authority, and counts several.
func applied(authorities []string) string {
	if len(authorities) < 2 {
		return named("measures of", strings.Join(authorities, ""))
	}
	return "measures of " + number(len(authorities)) + " authorities"
}

// ownParts counts what a pack holds beside the authorities that it follows.
func ownParts(p reports.Policy) string {
	var parts []string
	if p.Rules > 0 {
		parts = append(parts, count(p.Rules, "rule"))
	}
	if p.AllowList > 0 {
		parts = append(parts, "an allow list")
	}
	if p.Exceptions > 0 {
		parts = append(parts, count(p.Exceptions, "exception"))
	}
	return strings.Join(parts, ", ")
}

// grades explains the codes at the evidence.
func (v *view) grades() {
	graded := v.details && slices.ContainsFunc(v.r.Findings, func(f reports.Finding) bool { return len(f.Evidence) > 0 })
	if graded || v.graded {
		v.label("  ", strong, "Evidence", "graded A to F for the reliability of its source and 1 to 6 for the credibility of what it says (Admiralty code)")
	}
}

// runs counts, for each scanner, how its runs ended.
func (v *view) runs() {
	type tally map[string]int
	byScanner := map[string]tally{}
	var order []string
	for _, run := range v.r.Runs {
		if byScanner[run.Scanner] == nil {
			byScanner[run.Scanner] = tally{}
			order = append(order, run.Scanner)
		}
		byScanner[run.Scanner][run.Status]++
	}
	if len(order) == 0 {
		v.label("  ", strong, "Scanners", "none ran")
		return
	}
	for i, scanner := range order {
		var ends []string
		for _, state := range reports.RunStates() {
			if n := byScanner[scanner][state]; n > 0 {
				ends = append(ends, number(n)+" "+state)
			}
		}
		order[i] = withParens(scanner, ends...)
	}
	v.label("  ", strong, "Scanners", strings.Join(order, ", "))
}
