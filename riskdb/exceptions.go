package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// exceptionUse is what was found in the scope of an exception, on one device or on all.
type exceptionUse struct {
	covered int  // findings
	devices bool // one is in its scope
	titles  []string
}

// maxTitles is how many titles of findings are told apart in the scope of one exception.
const maxTitles = 500

// titled takes note of the title of a finding.
func (u *exceptionUse) titled(title string) {
	at, known := slices.BinarySearch(u.titles, title)
	if known {
		return
	}
	u.titles = slices.Insert(u.titles, at, title)
	u.titles = u.titles[:min(len(u.titles), maxTitles)]
}

// add unites it with what was found on other devices, the same in whatever order that comes.
func (u *exceptionUse) add(of exceptionUse) {
	u.covered += of.covered
	u.devices = u.devices || of.devices
	for _, title := range of.titles {
		u.titled(title)
	}
}

// except marks the findings that somebody has approved, and tells how each exception was used. Nothing is taken out.
func (a *assessor) except() []exceptionUse {
	if len(a.policies.exceptions) == 0 {
		return nil
	}
	uses := make([]exceptionUse, len(a.policies.exceptions))
	for i := range a.policies.exceptions {
		e := &a.policies.exceptions[i]
		if !e.From.Begun(a.asOf) {
			continue
		}
		covered, devices := a.coveredBy(e, a.out.Findings)
		uses[i].covered, uses[i].devices = len(covered), devices
		for _, fd := range covered {
			if !e.Until.Ended(a.asOf) && fd.Exception == nil {
				fd.Exception = e
			}
			uses[i].titled(fd.Title)
		}
	}
	return uses
}

// exceptions reports those that are over or that nothing needed.
func (a *assessor) exceptions(uses []exceptionUse) {
	for i := range a.policies.exceptions {
		e := &a.policies.exceptions[i]
		switch {
		case !e.From.Begun(a.asOf):
		case e.Until.Ended(a.asOf):
			a.overdue(e, uses[i])
		case uses[i].covered == 0 && a.interrupted == nil:
			a.unused(e, uses[i].devices)
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
	if e.onVulnerabilities() && !e.aboutVulnerable(fd) {
		return false
	}
	if len(e.Products) > 0 && (fd.Subject.Product == nil || !slices.Contains(e.Products, fd.Subject.Product.ID)) {
		return false
	}
	return len(e.Apps) == 0 || fd.Subject.App != nil && anyGlob(e.Apps, fd.Subject.App.Identifier)
}

func (a *assessor) overdue(e *Exception, use exceptionUse) {
	severity, subject := Low, "Nothing in its scope was found in this run."
	if n := use.covered; n > 0 {
		severity = Medium
		subject = fmt.Sprintf("%s in its scope again without it: %s.", findingsCount(n), fewTitles(use.titles))
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

// fewTitles names the first few.
func fewTitles(titles []string) string {
	const few = 3
	switch n := len(titles); {
	case n <= few:
		return strings.Join(titles, "; ")
	case n == maxTitles:
		return strings.Join(titles[:few], "; ") + "; and many more"
	default:
		return fmt.Sprintf("%s; and %d more", strings.Join(titles[:few], "; "), n-few)
	}
}
