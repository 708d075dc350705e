package table

import (
	"slices"
	"strings"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// The short form explains so many products, and of each so many reasons, measures and lines of a chain.
const (
	shownProducts = 10
	shownReasons  = 3
	shownMeasures = 2
	shownChains   = 2
	shownLaws     = 2
)

// why explains, once for each product, why it has to leave the device, or needs a decision soon.
func (v *view) why() {
	if v.details {
		return // the full findings say it
	}
	shown := map[string]bool{}
	var rest []*appGroup
	for _, a := range v.apps {
		if a.onlyInfo() || !leaves(a) && !severe(a) {
			continue
		}
		key := a.product
		if key == "" {
			key = a.kind + " " + a.identifier
		}
		switch {
		case shown[key]:
		case len(shown) == shownProducts:
			rest = append(rest, a)
		default:
			shown[key] = true
			v.whyApp(a)
		}
	}
	if len(rest) > 0 {
		more := count(len(rest), "more app")
		if slices.ContainsFunc(rest, (*appGroup).isDevice) {
			more = number(len(rest)) + " more"
		}
		v.blank()
		v.text("", dim, "Why "+more+" are listed: shown with --details.")
	}
}

func leaves(a *appGroup) bool { return a.action == "remove" || a.action == "replace" }

func severe(a *appGroup) bool {
	return slices.ContainsFunc(a.above(), func(f *findingGroup) bool { return f.Severity == "critical" || f.Severity == "high" })
}

func (v *view) whyApp(a *appGroup) {
	ends := map[string]string{"remove": " should go", "replace": " should be replaced"}[a.action]
	if ends == "" {
		ends = " needs a decision"
	}
	v.heading("WHY " + safetext.Line(a.name(), 60) + ends)
	findings := a.above()
	v.leadMeasures(findings)
	v.reasons(a, findings)
	v.firstChain(findings)
	v.firstEvidence(findings[0].Finding)
	v.caveats(a, findings)
}

// reasons gives the reason of the first finding, but where it only repeats the measure, and the titles of the
// others.
func (v *view) reasons(a *appGroup, findings []*findingGroup) {
	if !repeatsMeasure(findings[0].Finding) {
		v.label("  ", strong, "Reason", findings[0].Reason)
	}
	var also []string
	for _, f := range findings[1:] {
		also = append(also, shortTitle(a, f))
	}
	if len(also) > shownReasons {
		also = append(also[:shownReasons], count(len(findings)-1-shownReasons, "more finding")+", with --details")
	}
	if len(also) > 0 {
		v.label("  ", strong, "Also", strings.Join(also, "; "))
	}
}

// repeatsMeasure reports whether the reason holds what the block of the leading measure shows already.
func repeatsMeasure(f *reports.Finding) bool {
	if len(f.Measures) == 0 {
		return false
	}
	m := f.Measures[0]
	return m.Instrument != "" && strings.Contains(f.Reason, m.Instrument) && strings.Contains(f.Reason, m.Scope)
}

// caveats says the doubts about what makes the app leave, each sentence once.
func (v *view) caveats(a *appGroup, findings []*findingGroup) {
	said := map[string]bool{}
	name := "Uncertain"
	for i, f := range findings {
		if i > 0 && f.Action != a.action {
			continue
		}
		var fresh []string
		for _, sentence := range strings.SplitAfter(caveatOnly(f.Finding), ". ") {
			key := strings.Trim(sentence, ". ") // where a sentence was taken out two blanks are left
			if key != "" && !said[key] {
				said[key] = true
				fresh = append(fresh, strings.TrimSpace(sentence))
			}
		}
		if len(fresh) > 0 {
			v.label("  ", strong, name, strings.Join(fresh, " "))
			name = ""
		}
	}
}

// caveatOnly is the caveat without the sentence on whom a measure does not bind, which stands with the measure.
func caveatOnly(f *reports.Finding) string {
	if len(f.Measures) == 0 {
		return f.Caveat
	}
	return strings.TrimSpace(strings.Replace(f.Caveat, "It does not bind: "+words(strings.Join(f.Measures[0].BindsNot, ", "))+".", "", 1))
}

// leadMeasures shows the first measure in full and names the others.
func (v *view) leadMeasures(findings []*findingGroup) {
	for _, f := range findings {
		if len(f.Measures) == 0 {
			continue
		}
		v.measure("  ", f.Measures[0])
		var others []string
		for _, m := range f.Measures[1:] {
			others = append(others, withParens(m.Authority, words(m.Kind), m.Since))
		}
		if len(others) > 0 {
			v.label("  ", strong, "Likewise", some(others, shownMeasures))
		}
		return
	}
}

func (v *view) measure(lead string, m reports.Measure) {
	v.label(lead, strong, measureName(m), joined(": ", m.Authority, m.Instrument))
	v.label(lead, normal, "", joined(" · ", joined(" ", words(m.State), period(m.Since, m.Until)), named("prolonged", m.Prolonged), deadline(m), via(m)))
	if m.Scope != "" {
		v.label(lead, normal, "  covers", m.Scope)
	}
	if len(m.BindsNot) > 0 {
		v.label(lead, normal, "  not for", words(strings.Join(m.BindsNot, ", ")))
	}
}

// measureName is the kind of a measure as a word at the start of a line.
func measureName(m reports.Measure) string {
	if m.Kind == "" {
		return "Measure"
	}
	return strings.ToUpper(m.Kind[:1]) + words(m.Kind[1:])
}

// via says whether a measure obliges, and how it reaches the app.
func via(m reports.Measure) string {
	binding := "not binding"
	if m.Binding {
		binding = "binding"
	}
	switch m.Via {
	case "product":
		return joined(" · ", binding, "names this product")
	case "owner":
		return joined(" · ", binding, "names the owner")
	case "successor":
		return joined(" · ", binding, "covers successors")
	case "jurisdiction":
		return joined(" · ", binding, "covers every owner of that state")
	}
	return joined(" · ", binding, named("by", m.Via))
}

func (v *view) firstChain(findings []*findingGroup) {
	for _, f := range findings {
		if len(f.Chain) == 0 {
			continue
		}
		reaching, others := drawChain(f.Chain, shownLaws)
		lines := append(reaching, others...)
		shown := min(shownChains, max(1, len(reaching))) // owners that reach no state are left to the details
		for i, line := range lines {
			if i == shown {
				v.label("  ", normal, "", "and "+count(len(lines)-i, "more line")+" of ownership, with --details")
				break
			}
			v.label("  ", strong, map[bool]string{true: "Chain"}[i == 0], line)
		}
		if notes := beside(f.Chain); len(notes) > 0 {
			v.label("  ", strong, "Beside it", strings.Join(notes, "; "))
		}
		return
	}
}

func moreSources(f *reports.Finding) string {
	if len(f.Sources) == 0 {
		return ""
	}
	return count(len(f.Sources), "source") + " with --details"
}

func (v *view) firstEvidence(f *reports.Finding) {
	for _, e := range f.Evidence {
		if e.Supports {
			v.label("  ", strong, "Evidence", withParens(e.Detail, admiralty(e), moreSources(f)))
			v.graded = v.graded || admiralty(e) != ""
			if where := firstPlace(e); where != "" {
				v.label("  ", strong, "Where", where)
			}
			return
		}
	}
}
