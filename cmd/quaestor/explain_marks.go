package main

import (
	"strings"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// marksQuery lists all marks.
const marksQuery = "marks"

// explainMark is about something that was noticed in a file, by its code. The risk database knows nothing of it: what it
// means is the scanners' knowledge.
func explainMark(id string) []riskdb.Entry {
	var out []riskdb.Entry
	for _, m := range inventory.Marks() {
		if m.Code == id || id == marksQuery {
			out = append(out, markEntry(m))
		}
	}
	if id != marksQuery || len(out) == 0 {
		return out
	}
	list := riskdb.Entry{Kind: "list", ID: marksQuery, Title: "What may be noticed in a file"}
	for _, e := range out {
		list.Facts = append(list.Facts, riskdb.Fact{Label: e.ID, Text: e.Title})
	}
	return []riskdb.Entry{list}
}

func markEntry(m inventory.MarkMeaning) riskdb.Entry {
	e := riskdb.Entry{Kind: "mark", ID: m.Code, Title: m.Seen}
	add := func(label, text string) { e.Facts = append(e.Facts, riskdb.Fact{Label: label, Text: text}) }
	add("Borne by", string(m.Bearer)+". An estimate, not a count")
	if rules := riskdb.RulesOfMark(m.Code); len(rules) > 0 {
		add("Judged by", "rule "+strings.Join(rules, ", ")+"; quaestor explain "+rules[0]+" tells more")
	} else {
		add("Judged by", "no rule: it is told as a fact, with its places, where a report shows what is inside of the app")
	}
	if strings.HasPrefix(m.Code, "code/") {
		add("Says", "that code in the file refers to something. Not that it ever runs, nor why it is there")
	}
	return e
}

// isArea reports whether a query looks like the code of a mark.
func isArea(id string) bool {
	area, _, ok := strings.Cut(id, "/")
	for _, m := range inventory.Marks() {
		if known, _, _ := strings.Cut(m.Code, "/"); ok && known == area {
			return true
		}
	}
	return false
}
