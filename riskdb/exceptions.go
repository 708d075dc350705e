package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// except marks the findings that somebody has approved, and reports exceptions that are over or that nothing
// needed. Nothing is taken out.
func (a *assessor) except() {
	findings := a.out.Findings
	for i := range a.policies.exceptions {
		e := &a.policies.exceptions[i]
		if !e.From.Begun(a.asOf) {
			continue
		}
		over := e.Until.Ended(a.asOf)
		covered, devices := a.coveredBy(e, findings)
		for _, fd := range covered {
			if !over && fd.Exception == nil {
				fd.Exception = e
			}
		}
		switch {
		case over:
			a.overdue(e, covered)
		case len(covered) == 0 && a.interrupted == nil:
			a.unused(e, devices)
		}
	}
}

// coveredBy lists the findings in the scope of an exception, and reports whether any device is.
func (a *assessor) coveredBy(e *Exception, findings []Finding) (covered []*Finding, devices bool) {
	scoped := len(e.Devices)+len(e.Groups) > 0
	in := map[string]bool{}
	for i := range a.inv.Devices {
		if d := &a.inv.Devices[i]; a.onDevice(e, d) {
			in[d.ID] = true
		}
	}
	for i := range findings {
		fd := &findings[i]
		if scoped && !in[fd.Subject.DeviceID()] {
			continue
		}
		if e.about(fd) {
			covered = append(covered, fd)
		}
	}
	return covered, !scoped || len(in) > 0
}

func (a *assessor) onDevice(e *Exception, d *inventory.Device) bool {
	if len(e.Devices) > 0 && !deviceIs(d, e.Devices) {
		return false
	}
	return len(e.Groups) == 0 || slices.ContainsFunc(a.policies.groups, func(g DeviceGroup) bool {
		return slices.Contains(e.Groups, g.ID) && deviceIs(d, g.Devices)
	})
}

// about reports whether a finding is in the scope of an exception, but for the device.
func (e *Exception) about(fd *Finding) bool {
	if len(e.Rules) > 0 && !slices.Contains(e.Rules, fd.Rule) && !(fd.PolicyRule != "" && slices.Contains(e.Rules, fd.PolicyRule)) {
		return false
	}
	if len(e.Products) > 0 && (fd.Subject.Product == nil || !slices.Contains(e.Products, fd.Subject.Product.ID)) {
		return false
	}
	return len(e.Apps) == 0 || fd.Subject.App != nil && anyGlob(e.Apps, fd.Subject.App.Identifier)
}

func (a *assessor) overdue(e *Exception, covered []*Finding) {
	severity, subject := Low, "Nothing in its scope was found in this run."
	if n := len(covered); n > 0 {
		severity = Medium
		subject = fmt.Sprintf("%s in its scope again without it: %s.", findingsCount(n), titles(covered))
	}
	a.addException(e, Finding{Rule: RuleExceptionExpired, Severity: severity, Action: Review,
		Title:  fmt.Sprintf("Exception %s ended on %s", e.ID, e.Until),
		Reason: fmt.Sprintf("%s approved it%s, for this reason: %s %s", e.ApprovedBy, ticket(e), ensureStop(e.Reason), subject)})
}

func (a *assessor) unused(e *Exception, devices bool) {
	why := "No finding of this run is in its scope."
	if !devices {
		why = "No device of this run is in its scope."
	}
	a.addException(e, Finding{Rule: RuleExceptionUnused, Severity: Info, Action: Inform,
		Title:  fmt.Sprintf("Exception %s was not needed", e.ID),
		Reason: fmt.Sprintf("%s approved it until %s%s. %s", e.ApprovedBy, e.Until, ticket(e), why)})
}

func (a *assessor) addException(e *Exception, fd Finding) {
	fd.Axis, fd.Confidence, fd.Subject = Compliance, ConfidenceHigh, Subject{Exception: e}
	fd.Params = map[string]string{"exception": e.ID, "approved_by": e.ApprovedBy, "until": string(e.Until)}
	fd.Evidence = []Evidence{{Kind: ByRecord, Supports: true, Reliability: 'B', Credibility: 2,
		Detail: fmt.Sprintf("The policy records exception %s, approved by %s until %s.", e.ID, e.ApprovedBy, e.Until)}}
	a.policies.override(&fd)
	fd.ID = inventory.FactID("finding", fd.Rule, e.ID)
	a.out.Findings = append(a.out.Findings, fd)
}

func ticket(e *Exception) string {
	if e.Ticket == "" {
		return ""
	}
	return " (" + e.Ticket + ")"
}

func findingsCount(n int) string {
	if n == 1 {
		return "1 finding is"
	}
	return fmt.Sprintf("%d findings are", n)
}

// titles names the first few findings.
func titles(list []*Finding) string {
	const few = 3
	var out []string
	for _, fd := range list {
		if !slices.Contains(out, fd.Title) {
			out = append(out, fd.Title)
		}
	}
	if len(out) > few {
		out = append(out[:few], fmt.Sprintf("and %d more", len(out)-few))
	}
	return strings.Join(out, "; ")
}
