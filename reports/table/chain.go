package table

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/reports"
)

// drawChain draws the way from an app to the law as one line each: "TikTok → ByteDance (since 2017-11) →
// China → National Intelligence Law (2017)". An owner with two parents makes two lines; laws of the same state
// share one, verified ones first, of which at most so many are named; 0 is all. Lines that reach a state are
// apart from those that do not.
func drawChain(links []reports.ChainLink, laws int) (reaching, others []string) {
	d := drawing{next: map[string][]reports.ChainLink{}, drawn: map[string]bool{}, laws: laws}
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
	return d.reaching, d.others
}

type drawing struct {
	next             map[string][]reports.ChainLink
	drawn            map[string]bool
	laws             int
	reaching, others []string
}

// maxChains ends the drawing of owners that share owners, which else doubles at every step. With details the
// links stand below the drawing, all of them.
const maxChains = 20

func (d *drawing) walk(at, line string, path []string) {
	if len(d.reaching)+len(d.others) >= maxChains {
		return
	}
	d.drawn[at] = true
	var laws []reports.ChainLink
	for _, l := range d.next[at] {
		switch {
		case l.Kind == "law":
			laws = append(laws, l)
		case slices.Contains(path, l.To) || l.To == at:
			d.others = append(d.others, line+" → "+node(l)+" → …")
		case l.Kind == "state" && len(d.next[l.To]) == 0:
			d.reaching = append(d.reaching, line+" → "+node(l))
		default:
			d.walk(l.To, line+" → "+node(l), append(path[:len(path):len(path)], at))
		}
	}
	switch {
	case len(laws) > 0:
		d.reaching = append(d.reaching, line+" → "+d.lawNames(laws))
	case len(d.next[at]) == 0:
		d.others = append(d.others, line)
	}
}

func (d *drawing) lawNames(laws []reports.ChainLink) string {
	slices.SortStableFunc(laws, func(a, b reports.ChainLink) int { return cmp.Compare(verified(a), verified(b)) })
	names := make([]string, len(laws))
	for i, l := range laws {
		names[i] = node(l)
	}
	if d.laws > 0 && len(names) > d.laws+1 {
		names = append(names[:d.laws], "and "+count(len(names)-d.laws, "more law"))
	}
	return strings.Join(names, "; ")
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

// beside names what the record holds beside the chain, such as minority holdings, each with the first words of
// its note.
func beside(links []reports.ChainLink) []string {
	var out []string
	for _, l := range links {
		if l.Relation == "note" {
			out = append(out, withParens(l.To, firstWords(l.Note), l.Share, when(l), verified(l)))
		}
	}
	return out
}

// firstWords is a note up to its first stop, where that is short.
func firstWords(note string) string {
	if at := strings.IndexAny(note, ":;."); at >= 0 && at <= 40 {
		return note[:at]
	}
	return ""
}
