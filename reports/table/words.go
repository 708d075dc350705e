package table

import (
	"slices"
	"strconv"
	"strings"

	"quaestor/reports"
)

// number writes n with a comma between thousands.
func number(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// count writes "1 app", "2 apps" or "2 classes".
func count(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "s"):
		noun += "es"
	default:
		noun += "s"
	}
	return number(n) + " " + noun
}

// some names the first few of a list and counts the rest: "a, b and 7 more".
func some(names []string, few int) string {
	if len(names) <= few+1 { // "and 1 more" takes the room of the name
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:few], ", ") + " and " + number(len(names)-few) + " more"
}

// rank is the place of a word in a vocabulary; unknown words come last.
func rank(words []string, word string) int {
	if i := slices.Index(words, word); i >= 0 {
		return i
	}
	return len(words)
}

// Ranks run from what matters most, 0, on.
var (
	severityRank = ranker(reports.Severities())
	actionRank   = ranker(reports.Actions())
	axisRank     = ranker(reports.Axes())

	confidenceRank = ranker(reports.Confidences())
)

func ranker(words []string) func(string) int {
	return func(word string) int { return rank(words, word) }
}

// instruction says what an action asks for.
func instruction(action string) string {
	switch action {
	case "remove":
		return "take it off the device"
	case "replace":
		return "use another product in its place"
	case "restrict":
		return "withdraw permissions or limit its use"
	case "update":
		return "install the current version"
	case "review":
		return "a responsible person decides"
	}
	return "for information"
}

// period tells when something holds: "since 2023-03-10", "2018-01 to 2020-06", "until 2020-06".
func period(since, until string) string {
	switch {
	case since != "" && until != "":
		return since + " to " + until
	case since != "":
		return "since " + since
	case until != "":
		return "until " + until
	}
	return ""
}

// joined puts the parts that are not empty together.
func joined(separator string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), separator)
}

// sentences puts sentences behind each other, with a stop where one has none.
func sentences(parts ...string) string {
	for i, p := range parts {
		if p != "" && !strings.ContainsAny(p[len(p)-1:], ".!?:") {
			parts[i] = p + "."
		}
	}
	return joined(" ", parts...)
}

// named puts a name before a value, and is empty without one.
func named(name, value string) string {
	if value == "" {
		return ""
	}
	return name + " " + value
}

// words writes an identifier of the vocabulary as words: "in-force" as "in force".
func words(id string) string { return strings.ReplaceAll(id, "-", " ") }

// withParens puts what there is of the parts behind text, in brackets.
func withParens(text string, parts ...string) string {
	if inner := joined(", ", parts...); inner != "" {
		return text + " (" + inner + ")"
	}
	return text
}
