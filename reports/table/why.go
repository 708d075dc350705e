package table

import (
	"strings"

	"quaestor/reports"
)

// The short form explains so many products, and of each so many reasons, measures and lines of a chain.
const (
	shownProducts = 10
	shownReasons  = 3
	shownMeasures = 2
	shownChains   = 2
)

// why explains, once for each product, why it has to leave the device.
func (v *view) why() {
	if v.details {
		return // the full findings say it
	}
	shown, rest := map[string]bool{}, 0
	for _, a := range v.apps {
		if a.onlyInfo() || (a.action != "remove" && a.action != "replace") {
			continue
		}
		key := a.product
		if key == "" {
			key = a.kind + " " + a.identifier
		}
		switch {
		case shown[key]:
		case len(shown) == shownProducts:
			rest++
		default:
			shown[key] = true
			v.whyApp(a)
		}
	}
	if rest > 0 {
		v.blank()
		v.text("", dim, "Why "+count(rest, "more app")+" should go: shown with --details.")
	}
}

func (v *view) whyApp(a *appGroup) {
	v.heading("WHY " + a.name() + " should go")
	reasons := a.above()
	for i, f := range reasons {
		if i == shownReasons {
			v.label("  ", dim, "", "and "+count(len(reasons)-i, "more reason")+", with --details")
			break
		}
		name := "Reason"
		if i > 0 {
			name = "Also"
		}
		v.label("  ", strong, name, f.Reason)
	}
	for i, f := range reasons {
		if f.Caveat != "" && i < shownReasons && !saidBefore(reasons[:i], f.Caveat) {
			v.label("  ", strong, "Uncertain", f.Caveat)
		}
	}
	v.leadMeasures(reasons)
	v.firstChain(reasons)
	v.firstEvidence(reasons[0].Finding)
}

func saidBefore(findings []*findingGroup, caveat string) bool {
	for _, f := range findings {
		if f.Caveat == caveat {
			return true
		}
	}
	return false
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
			others = append(others, withParens(m.Authority, m.Kind, m.Since))
		}
		if len(others) > 0 {
			v.label("  ", strong, "Likewise", some(others, shownMeasures))
		}
		return
	}
}

func (v *view) measure(lead string, m reports.Measure) {
	v.label(lead, strong, measureName(m), joined(": ", m.Authority, m.Instrument))
	v.label(lead, normal, "", joined(", ", m.State, period(m.Since, m.Until), deadline(m), via(m)))
	if m.Scope != "" {
		v.label(lead, normal, "  covers", m.Scope)
	}
	if len(m.BindsNot) > 0 {
		v.label(lead, normal, "  not", strings.Join(m.BindsNot, ", "))
	}
}

// measureName is "Ban", or "Ban (advice)" for one that obliges nobody.
func measureName(m reports.Measure) string {
	if m.Kind == "" {
		return "Measure"
	}
	return strings.ToUpper(m.Kind[:1]) + m.Kind[1:]
}

func via(m reports.Measure) string {
	return joined(", ", map[bool]string{true: "binding", false: "not binding"}[m.Binding], joined(" ", "by", m.Via))
}

func (v *view) firstChain(findings []*findingGroup) {
	for _, f := range findings {
		if len(f.Chain) == 0 {
			continue
		}
		lines := drawChain(f.Chain)
		for i, line := range lines {
			if i == shownChains {
				v.label("  ", normal, "", "and "+count(len(lines)-i, "more line")+" of ownership, with --details")
				break
			}
			v.label("  ", strong, map[bool]string{true: "Chain"}[i == 0], line)
		}
		for _, note := range chainNotes(f.Chain) {
			v.label("  ", strong, "Note", note)
		}
		return
	}
}

func (v *view) firstEvidence(f *reports.Finding) {
	for _, e := range f.Evidence {
		if e.Supports {
			v.label("  ", strong, "Evidence", withParens(e.Detail, admiralty(e), count(len(f.Sources), "source")+" with --details"))
			return
		}
	}
}
