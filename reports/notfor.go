package reports

import (
	"fmt"
	"slices"
	"strings"
)

// NotFor lists those of whom nothing in the findings asks the action: those whom the leading measure of each finding
// that proposes it says that it does not bind. It is empty where a finding asks it of everybody.
func NotFor(findings []*Finding, action string) []string {
	var out []string
	first := true
	for _, f := range findings {
		if f.Action != action || f.Exception != nil {
			continue
		}
		if len(f.Measures) == 0 || len(f.Measures[0].BindsNot) == 0 {
			return nil
		}
		free := f.Measures[0].BindsNot
		if first {
			out, first = slices.Clone(free), false
			continue
		}
		out = slices.DeleteFunc(out, func(who string) bool { return !slices.Contains(free, who) })
	}
	return out
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
