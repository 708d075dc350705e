package table

import (
	"slices"
	"strings"

	"quaestor/reports"
)

// drawChain draws the way from an app to the law as one line each: "TikTok → ByteDance (since 2017-11) →
// China → National Intelligence Law (2017)". An owner with two parents makes two lines; laws of the same state
// share one.
func drawChain(links []reports.ChainLink) []string {
	d := drawing{next: map[string][]reports.ChainLink{}, drawn: map[string]bool{}}
	owned := map[string]bool{}
	for _, l := range links {
		if l.Relation != "note" {
			d.next[l.From] = append(d.next[l.From], l)
			owned[l.To] = true
		}
	}
	for _, l := range links { // what nobody owns begins a line
		if l.Relation != "note" && !owned[l.From] && !d.drawn[l.From] {
			d.walk(l.From, l.From, nil)
		}
	}
	for _, l := range links { // what is left goes round in a circle
		if l.Relation != "note" && !d.drawn[l.From] {
			d.walk(l.From, l.From, nil)
		}
	}
	return d.lines
}

type drawing struct {
	next  map[string][]reports.ChainLink
	drawn map[string]bool
	lines []string
}

// maxChains ends the drawing of owners that share owners, which else doubles at every step. With details the
// links stand below the drawing, all of them.
const maxChains = 20

func (d *drawing) walk(at, line string, path []string) {
	if len(d.lines) >= maxChains {
		return
	}
	d.drawn[at] = true
	var laws []string
	for _, l := range d.next[at] {
		switch {
		case l.Kind == "law":
			laws = append(laws, node(l))
		case slices.Contains(path, l.To) || l.To == at:
			d.lines = append(d.lines, line+" → "+node(l)+" → …")
		default:
			d.walk(l.To, line+" → "+node(l), append(path[:len(path):len(path)], at))
		}
	}
	switch {
	case len(laws) > 0:
		d.lines = append(d.lines, line+" → "+strings.Join(laws, "; "))
	case len(d.next[at]) == 0:
		d.lines = append(d.lines, line)
	}
}

// node is the far end of a link with what has to be said about it. High confidence and a verified source are
// what a reader may expect; only the rest is said.
func node(l reports.ChainLink) string {
	doubt := ""
	if l.Confidence != "high" && l.Confidence != "" {
		doubt = l.Confidence + " confidence"
	}
	return withParens(l.To, l.Share, when(l), doubt, verified(l))
}

func when(l reports.ChainLink) string {
	if l.Kind == "law" && l.Until == "" {
		return l.Since
	}
	return period(l.Since, l.Until)
}

func verified(l reports.ChainLink) string {
	if l.Verified {
		return ""
	}
	return "not verified"
}

// chainNotes are what the record says beside the chain.
func chainNotes(links []reports.ChainLink) []string {
	var out []string
	for _, l := range links {
		switch {
		case l.Relation == "note":
			out = append(out, joined(": ", node(l), l.Note))
		case l.Note != "":
			out = append(out, l.To+": "+l.Note)
		}
	}
	return out
}
