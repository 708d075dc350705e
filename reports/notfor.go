package reports

import (
	"fmt"
	"slices"
	"strings"
)

// NotFor lists those of whom nothing in the findings asks the action: those whom the leading measure of each finding
// that proposes it says that it does not bind. It is empty where a finding asks it of everybody.
func NotFor(findings []*Finding, action string) []string {
	var a audience
	for _, f := range findings {
		if f.Action == action && f.Exception == nil {
			a.add(f)
		}
	}
	return a.of()
}

// audience gathers whom the leading measures of findings say that they do not bind.
type audience struct {
	begun, everybody bool
	free             []string
}

// add narrows it by a finding that proposes the action.
func (a *audience) add(f *Finding) {
	switch {
	case len(f.Measures) == 0 || len(f.Measures[0].BindsNot) == 0:
		a.everybody = true
	case !a.begun:
		a.begun, a.free = true, slices.Clone(f.Measures[0].BindsNot)
	default:
		a.free = slices.DeleteFunc(a.free, func(who string) bool { return !slices.Contains(f.Measures[0].BindsNot, who) })
	}
}

// of lists those of whom nothing asks it.
func (a *audience) of() []string {
	if a.everybody {
		return nil
	}
	return a.free
}

// shownAudiences is how many of them a summary names.
const shownAudiences = 3

// Limited says in a few words for whom a proposal is not: "where the ban applies: not for chamber, private devices".
func Limited(notFor []string) string {
	if len(notFor) == 0 {
		return ""
	}
	names := make([]string, 0, shownAudiences)
	for _, who := range notFor[:min(len(notFor), shownAudiences)] {
		names = append(names, strings.ReplaceAll(who, "-", " "))
	}
	s := "where the ban applies: not for " + strings.Join(names, ", ")
	if more := len(notFor) - len(names); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
