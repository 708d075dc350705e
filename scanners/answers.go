package scanners

import (
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/answer"
	"quaestor/scanners/internal/textstream"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// answered is a file that holds what a service answered in place of an export.
type answered struct {
	name string
	said answer.Answer
}

// answerOf tells what a file that no scanner recognises holds in place of an export.
func answerOf(src *source.Source) (answer.Answer, bool) {
	if src.IsDir() || src.Err() != nil {
		return answer.Answer{}, false
	}
	head := textstream.Head(src)
	if head == nil && len(src.Head()) > 0 {
		return answer.Answer{}, false // no text
	}
	return answer.Of(head, src.Size() < source.HeadBytes && len(head) < source.HeadBytes)
}

// exportNames are how names of exports end. An empty file of another name is no export that failed.
var exportNames = []string{".json", ".ndjson", ".jsonl", ".csv", ".tsv", ".log", ".plist", ".xml"}

// pageNames are how names of pages of the web end: one to sign in on came in place of a download.
var pageNames = []string{".html", ".htm", ".xhtml", ".mhtml", ".aspx", ".php", ".jsp", ".do"}

// inPlace reports whether a file of that name would have been an export.
func inPlace(name string, said answer.Answer) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	ends := func(list []string) bool {
		return slices.ContainsFunc(list, func(end string) bool { return strings.HasSuffix(name, end) })
	}
	switch {
	case ends(exportNames):
		return true
	case ends(pageNames):
		return said.Login
	case said.Login:
		return true
	}
	return path.Ext(name) == "" && said.What != "empty"
}

// noData notes a file that holds an answer in place of an export.
func (w *walk) noData(src *source.Source) bool {
	said, ok := answerOf(src)
	if !ok || !inPlace(src.Base(), said) {
		return false
	}
	w.plan.answers = append(w.plan.answers, answered{src.Name(), said})
	return true
}

// tellAnswers tells of the files that hold answers: as what failed where they lie among exports or nothing else is there, else as what
// was passed over. It reports whether anything failed.
func (p *plan) tellAnswers(w *walk, units []unit) (failed bool) {
	among := len(units) == 0 || slices.ContainsFunc(units, func(u unit) bool { _, ok := u.scanner.(Fleet); return ok })
	stems := map[string]bool{}
	for _, u := range units {
		stems[stem(u.name())] = true
	}
	var passed []string
	for _, a := range p.answers {
		if !among || a.said.Empty && stems[stem(a.name)] { // the page behind the last one
			passed = append(passed, a.name)
			continue
		}
		failed = true
		kind := inventory.GapFailed
		if a.said.Empty {
			kind = inventory.GapEmpty
		}
		p.gap(kind, a.name, "The file is no export. It is "+sentenceEnd(a.said.What), a.said.Next)
	}
	p.answers = nil
	w.several(inventory.GapSkipped, passed, inventory.PassedOver, "")
	return failed
}

// stem is a name without the numbers that pages of one export differ in.
func stem(name string) string {
	dir, base := path.Split(name)
	return dir + strings.Trim(strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, base), "-_ ")
}
