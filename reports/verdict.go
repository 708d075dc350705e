package reports

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// The verdict states.
const (
	StatusFindings   = "findings"
	StatusClean      = "clean"
	StatusIncomplete = "incomplete"
)

func verdict(r *Report, inv *inventory.Inventory) Verdict {
	v := Verdict{Complete: complete(r, inv), Devices: len(r.Devices), Apps: len(r.Apps), Files: len(r.Files), Findings: len(r.Findings),
		BySeverity: map[string]int{}, ByAction: map[string]int{}}
	for i := range r.Apps {
		if r.Apps[i].Presence != "" {
			v.Traces++
		}
	}
	worst := map[string]riskdb.Severity{}
	perAxis := map[string]int{}
	for _, f := range r.Findings {
		if f.Exception != nil {
			v.Excepted++
			continue
		}
		v.BySeverity[f.Severity]++
		v.ByAction[f.Action]++
		perAxis[f.Axis]++
		if s := riskdb.Severity(f.Severity); s.Rank() > worst[f.Axis].Rank() {
			worst[f.Axis] = s
		}
	}
	for _, axis := range riskdb.Axes {
		level := AxisLevel{Axis: string(axis), Severity: "none", Findings: perAxis[string(axis)]}
		if s := worst[string(axis)]; s != "" {
			level.Severity = string(s)
		}
		v.Axes = append(v.Axes, level)
	}
	above := v.Findings - v.Excepted - v.BySeverity[string(riskdb.Info)]
	switch {
	case above > 0:
		v.Status = StatusFindings
	case !v.Complete:
		v.Status = StatusIncomplete
	default:
		v.Status = StatusClean
	}
	v.Sentence = sentence(r, v, above)
	return v
}

// complete reports whether everything was looked at that should have been, and something was.
func complete(r *Report, inv *inventory.Inventory) bool {
	if len(inv.Apps)+len(inv.Devices)+len(inv.SecurityProducts)+len(r.Files) == 0 {
		return false
	}
	return !slices.ContainsFunc(r.Gaps, func(g Gap) bool { return g.Incomplete })
}

func sentence(r *Report, v Verdict, above int) string {
	var s []string
	switch v.Status {
	case StatusFindings:
		found := count(above, "finding")
		if info := v.BySeverity[string(riskdb.Info)]; info > 0 {
			found += fmt.Sprintf(" and %d for information", info)
		}
		s = append(s, fmt.Sprintf("%s on %s.", found, where(r, v)))
		for _, p := range []struct {
			action riskdb.Action
			words  string
		}{{riskdb.Remove, "Proposed for removal: "}, {riskdb.Replace, "Proposed to be replaced: "}} {
			if names := proposed(r, string(p.action)); len(names) > 0 {
				s = append(s, p.words+strings.Join(names, ", ")+".")
			}
		}
	case StatusIncomplete:
		switch {
		case v.Apps+v.Files == 0:
			s = append(s, "Nothing was collected, so nothing can be said.")
		case missing(r):
			s = append(s, fmt.Sprintf("No finding on %s%s, but not everything could be looked at.", where(r, v), forInformation(v)))
		default:
			s = append(s, fmt.Sprintf("No finding on %s%s.", where(r, v), forInformation(v)))
		}
	default:
		none := "No finding"
		if v.Excepted > 0 {
			none = "No finding that counts"
		}
		s = append(s, fmt.Sprintf("%s on %s%s.", none, where(r, v), forInformation(v)))
	}
	if v.Status == StatusFindings && missing(r) {
		s = append(s, "Not everything could be looked at.")
	}
	if stale(r) {
		s = append(s, "The risk database is too old to rely on.")
	}
	if v.Excepted > 0 {
		s = append(s, fmt.Sprintf("%s under an exception and not counted.", map[bool]string{true: "1 finding is", false: fmt.Sprintf("%d findings are", v.Excepted)}[v.Excepted == 1]))
	}
	if n := passedOver(r); n > 0 {
		s = append(s, fmt.Sprintf("%s of other kinds passed over.", map[bool]string{true: "1 file was", false: fmt.Sprintf("%d files were", n)}[n == 1]))
	}
	return strings.Join(s, " ")
}

// forInformation counts what is told beside a verdict without findings.
func forInformation(v Verdict) string {
	if n := v.BySeverity[string(riskdb.Info)]; n > 0 {
		return fmt.Sprintf(", but %d for information", n)
	}
	return ""
}

// missing reports whether something was not looked at that should have been, the age of the knowledge apart.
func missing(r *Report) bool {
	return slices.ContainsFunc(r.Gaps, func(g Gap) bool { return g.Incomplete && g.Kind != string(inventory.GapStaleDatabase) })
}

// stale reports whether the risk database is too old to rely on.
func stale(r *Report) bool {
	return slices.ContainsFunc(r.Gaps, func(g Gap) bool { return g.Kind == string(inventory.GapStaleDatabase) })
}

func where(r *Report, v Verdict) string {
	var parts []string
	if v.Devices > 0 {
		parts = append(parts, count(v.Devices, "device"))
	}
	if v.Apps > v.Traces || v.Devices+v.Files+v.Traces == 0 {
		parts = append(parts, count(v.Apps-v.Traces, "app"))
	}
	if v.Traces > 0 {
		parts = append(parts, tracesOf(r, v.Traces))
	}
	if v.Files > 0 {
		parts = append(parts, count(v.Files, "file")+" with code")
	}
	if n := len(parts); n > 2 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, " and ")
}

// tracesOf counts the apps of which only traces are known, and among them those that may be parts of the system.
func tracesOf(r *Report, n int) string {
	own := 0
	for i := range r.Apps {
		if a := &r.Apps[i]; a.Presence != "" && riskdb.ApplesOwn(&inventory.App{IdentifierKind: inventory.IdentifierKind(a.Kind), Identifier: a.Identifier}) {
			own++
		}
	}
	switch own {
	case 0:
		return "traces of " + count(n, "app")
	case n:
		return "traces of " + count(n, "app") + " of Apple's own"
	}
	return fmt.Sprintf("traces of %s (%d of Apple's own)", count(n, "app"), own)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// passedOver counts the files that no scanner reads.
func passedOver(r *Report) (n int) {
	for _, g := range r.Gaps {
		if g.Scanner == "runner" && g.Kind == string(inventory.GapSkipped) {
			n += g.Count
		}
	}
	return n
}

// proposed names the products, not the foreign labels, for which findings propose an action, and of whom it is not
// asked: once, where that is the same for all of them.
func proposed(r *Report, action string) []string {
	var names, limits []string
	of := map[string][]*Finding{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Action != action || f.Exception != nil {
			continue
		}
		name := f.Params["product"]
		if name == "" {
			name = f.Subject.Identifier
		}
		if of[name] == nil {
			names = append(names, name)
		}
		of[name] = append(of[name], f)
	}
	for _, name := range names {
		limits = append(limits, Limited(NotFor(of[name], action)))
	}
	same := len(slices.Compact(slices.Clone(limits))) == 1
	for i, limit := range limits {
		if limit != "" && (!same || i == len(limits)-1) {
			names[i] += " (" + limit + ")"
		}
	}
	return names
}
