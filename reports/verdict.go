package reports

import (
	"fmt"
	"strconv"
	"strings"

	"quaestor/riskdb"
)

// The verdict states.
const (
	StatusFindings   = "findings"
	StatusClean      = "clean"
	StatusIncomplete = "incomplete"
)

// verdict sums up a whole report.
func verdict(r *Report) Verdict {
	var t Totals
	t.Add(r)
	return t.Verdict()
}

// sentence is the verdict in words.
func (t *Totals) sentence(v *Verdict) string {
	var s []string
	switch v.Status {
	case StatusFindings:
		found := count(t.above(), "finding")
		if info := v.BySeverity[string(riskdb.Info)]; info > 0 {
			found += " and " + thousands(info) + " for information"
		}
		s = append(s, found+" on "+t.where()+".")
		if n := t.v.Vulnerabilities; n > 0 {
			s = append(s, ofVulnerabilities(n, t.above()))
		}
		s = append(s, t.proposals()...)
	case StatusIncomplete:
		s = append(s, t.nothingSaid(v))
	default:
		none := "No finding"
		if v.Excepted > 0 {
			none = "No finding that counts"
		}
		s = append(s, fmt.Sprintf("%s on %s%s.", none, t.where(), forInformation(v)))
	}
	if v.Status == StatusFindings && t.missing {
		s = append(s, "Not everything could be looked at.")
	}
	return strings.Join(append(s, t.beside(v)...), " ")
}

// ofVulnerabilities says how many findings are known weaknesses of components.
func ofVulnerabilities(n, all int) string {
	if n == all {
		return map[bool]string{true: "It is about a component with a known vulnerability.", false: "All are about components with known vulnerabilities."}[n == 1]
	}
	return thousands(n) + " of them " + map[bool]string{true: "is about a component with a known vulnerability.", false: "are about components with known vulnerabilities."}[n == 1]
}

// nothingSaid is the sentence of a report without findings in which something is missing.
func (t *Totals) nothingSaid(v *Verdict) string {
	switch {
	case v.Apps+v.Files == 0 && t.changed == 0:
		return "Nothing was collected, so nothing can be said."
	case t.missing:
		return fmt.Sprintf("No finding on %s%s, but not everything could be looked at.", t.where(), forInformation(v))
	}
	return fmt.Sprintf("No finding on %s%s.", t.where(), forInformation(v))
}

// beside is what every verdict has to say of what it does not cover.
func (t *Totals) beside(v *Verdict) (s []string) {
	if t.old {
		s = append(s, "The risk database is too old to rely on.")
	}
	if t.unadvised > 0 {
		s = append(s, "Known vulnerabilities of "+count(t.unadvised, "component")+" were not looked up.")
	}
	if t.agedAdvice > 0 {
		s = append(s, "The advisories in which "+are(t.agedAdvice, "component", "was", "were")+" looked up are too old to rely on.")
	}
	if v.Stale > 0 {
		s = append(s, t.silent(v))
	}
	if t.changed > 0 {
		s = append(s, "Of "+count(t.changed, "device")+" only changes are told: what had not changed is not in the log.")
	}
	if v.Excepted > 0 {
		s = append(s, are(v.Excepted, "finding", "is", "are")+" under an exception and not counted.")
	}
	if t.passedOver > 0 {
		s = append(s, are(t.passedOver, "file", "was", "were")+" of other kinds passed over.")
	}
	return s
}

// silent says how many devices have not reported for too long.
func (t *Totals) silent(v *Verdict) string {
	limit := count(t.staleAfter, "day")
	switch {
	case v.Devices == 1:
		return "The device has not reported for more than " + limit + ": what is on it now is not known."
	case v.Stale == 1:
		return "1 of " + count(v.Devices, "device") + " has not reported for more than " + limit + ": what is on it now is not known."
	}
	return thousands(v.Stale) + " of " + count(v.Devices, "device") + " have not reported for more than " + limit + ": what is on them now is not known."
}

// are is "1 file was" or "7 files were".
func are(n int, noun, one, many string) string {
	if n == 1 {
		return "1 " + noun + " " + one
	}
	return count(n, noun) + " " + many
}

// forInformation counts what is told beside a verdict without findings.
func forInformation(v *Verdict) string {
	if n := v.BySeverity[string(riskdb.Info)]; n > 0 {
		return ", but " + thousands(n) + " for information"
	}
	return ""
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// thousands writes n with a comma between thousands.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
