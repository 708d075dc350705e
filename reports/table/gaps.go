package table

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// shownGaps is how many kinds of gap the short form lists in each part.
const shownGaps = 12

// gapGroup is the same gap about one or many subjects.
type gapGroup struct {
	*reports.Gap // the first
	all          []*reports.Gap
	count        int
}

// groupGaps puts gaps together that say the same, in the order of their first.
func groupGaps(gaps []reports.Gap) []*gapGroup {
	var out []*gapGroup
	at := map[[4]string]*gapGroup{}
	for i := range gaps {
		gap := &gaps[i]
		key := gapKey(gap)
		g := at[key]
		if g == nil {
			g = &gapGroup{Gap: gap}
			at[key] = g
			out = append(out, g)
		}
		g.all = append(g.all, gap)
		g.count += gap.Count
	}
	return out
}

// gapKey is what makes two gaps say the same.
func gapKey(g *reports.Gap) [4]string { return [4]string{g.Kind, g.Scanner, g.Detail, g.Next} }

// staleDatabase is the kind of the gap that is no matter of looking: everything was looked at, by old knowledge.
const staleDatabase = "stale-database"

// stale lists what says that the risk database is too old.
func (v *view) stale() (out []*reports.Gap) {
	for i := range v.r.Gaps {
		if g := &v.r.Gaps[i]; g.Kind == staleDatabase {
			out = append(out, g)
		}
	}
	return out
}

// tooOld says so under a heading of its own.
func (v *view) tooOld() {
	old := v.stale()
	if len(old) == 0 {
		return
	}
	v.heading("THE RISK DATABASE IS TOO OLD")
	for _, g := range old {
		v.text("  ", alarm, g.Detail)
		v.text("  ", normal, "What was decided or found out since is not in this report. "+g.Next)
	}
}

// unadvisedHeading stands over what says that advisories are missing or too old.
const unadvisedHeading = "ADVISORIES ARE MISSING OR TOO OLD"

// unadvised lists gaps that other advisories would close. What somebody chose not to look up is none of them.
func (v *view) unadvised() (out []reports.Gap) {
	for i := range v.r.Gaps {
		if g := &v.r.Gaps[i]; ofAdvisories(g) {
			out = append(out, *g)
		}
	}
	return out
}

func ofAdvisories(g *reports.Gap) bool { return g.Unadvised() && g.Next != "" }

// withoutAdvice says under a heading of its own for what there was nobody to ask: that is a matter of advisories, not of the risk
// database nor of what was handed in.
func (v *view) withoutAdvice() {
	list := groupGaps(v.unadvised())
	if len(list) == 0 {
		return
	}
	v.heading(unadvisedHeading)
	for _, g := range list {
		v.gap(g)
	}
}

// gaps shows what was not looked at: first what should have been, then the limits that are known.
func (v *view) gaps() {
	v.heading("NOT LOOKED AT")
	if len(v.r.Gaps) == 0 {
		v.text("  ", normal, "No gap was reported. What lies outside the sources that were handed in was not looked at.")
	}
	var parts [3][]*gapGroup
	for _, g := range groupGaps(v.r.Gaps) {
		switch {
		case g.Kind == staleDatabase || g.Kind == staleDevice || ofAdvisories(g.Gap): // have a heading of their own
		case g.Incomplete:
			parts[0] = append(parts[0], g)
		case g.Kind != "blind":
			parts[1] = append(parts[1], g)
		default:
			parts[2] = append(parts[2], g)
		}
	}
	v.gapPart(parts[0], "Should have been, and was not: the scan is incomplete.", alarm)
	v.failedRuns()
	v.gapPart(parts[1], "Passed over:", strong)
	v.blind(parts[2])
}

// blind lists what a source never shows. Where it is all about the same source, that is named once.
func (v *view) blind(groups []*gapGroup) {
	title := "Cannot be seen in what was handed in:"
	if len(groups) < 2 || v.details {
		v.gapPart(groups, title, strong)
		return
	}
	buckets := v.bySubject(groups)
	if len(buckets) > 1 {
		v.blindEach(buckets, title)
		return
	}
	about := v.subjects(groups[0])
	if len(v.r.Devices) == 0 && len(v.r.Apps) <= 1 { // the same for every file
		v.text("  ", normal, "Cannot be seen in "+about[strings.LastIndexAny(about, "/\\")+1:]+": "+clauses(groups)+". In full: --details.")
		return
	}
	v.text("  ", strong, "Cannot be seen in "+about+":")
	v.blindList("  - ", groups, shownGaps)
}

// bySubject puts gaps together that are about the same, in the order of their first.
func (v *view) bySubject(groups []*gapGroup) (out [][]*gapGroup) {
	at := map[string]int{}
	for _, g := range groups {
		about := v.subjects(g)
		i, ok := at[about]
		if !ok {
			i = len(out)
			at[about] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], g)
	}
	return out
}

// blindEach names each subject once, with all that cannot be seen in it.
func (v *view) blindEach(buckets [][]*gapGroup, title string) {
	v.text("  ", strong, title)
	for i, groups := range buckets {
		if i == shownGaps && len(buckets) > shownGaps+1 {
			v.text("  - ", dim, "and in "+count(len(buckets)-i, "more source")+", with --details")
			return
		}
		if len(groups) == 1 {
			v.gap(groups[0])
			continue
		}
		v.text("  - ", normal, v.subjects(groups[0])+":")
		v.blindList("    - ", groups, shownGaps)
	}
}

// blindList lists what cannot be seen in one source.
func (v *view) blindList(lead string, groups []*gapGroup, most int) {
	for i, g := range groups {
		if i == most && len(groups) > most+1 {
			v.text(lead, dim, "and "+number(len(groups)-i)+" more, with --details")
			return
		}
		v.text(lead, normal, g.Detail+v.examples(g))
	}
}

// clauses is the first clause of each gap, in a row.
func clauses(groups []*gapGroup) string {
	var out []string
	for _, g := range groups {
		text := g.Detail
		if at := strings.IndexAny(text, ",;:."); at > 0 {
			text = text[:at]
		}
		first, size := utf8.DecodeRuneInString(text)
		out = append(out, string(unicode.ToLower(first))+text[size:])
	}
	return strings.Join(out, "; ")
}

func (v *view) gapPart(groups []*gapGroup, title string, s style) {
	if len(groups) == 0 {
		return
	}
	v.text("  ", s, title)
	for i, g := range groups {
		if i == shownGaps && !v.details && len(groups) > shownGaps+1 {
			v.text("  - ", dim, "and "+count(len(groups)-i, "more kind")+" of gap, with --details")
			return
		}
		v.gap(g)
	}
}

// failedRuns shows why scanners failed; with details the table of runs does.
func (v *view) failedRuns() {
	if v.details {
		return
	}
	targets := map[[2]string][]string{}
	var order [][2]string
	for _, run := range v.r.Runs {
		if run.Status != "failed" || v.saidOf(run) {
			continue
		}
		key := [2]string{run.Scanner, run.Detail}
		if targets[key] == nil {
			order = append(order, key)
		}
		targets[key] = append(targets[key], run.Target)
	}
	if len(order) == 0 {
		return
	}
	v.text("  ", alarm, "Scanners that failed:")
	for i, key := range order {
		if i == shownGaps && len(order) > shownGaps+1 {
			v.text("  - ", dim, "and "+count(len(order)-i, "more kind")+" of failure, with --details")
			return
		}
		v.text("  - ", normal, joined(": ", key[0]+" on "+some(targets[key], 3), key[1]))
	}
}

// saidOf reports whether a gap of its own says why a run failed.
func (v *view) saidOf(run reports.Run) bool {
	return slices.ContainsFunc(v.r.Gaps, func(g reports.Gap) bool {
		return g.Incomplete && g.Scanner == run.Scanner && g.Subject == run.Target && strings.EqualFold(strings.TrimSuffix(g.Detail, "."), strings.TrimSuffix(run.Detail, "."))
	})
}

func (v *view) gap(g *gapGroup) {
	about := withParens(v.subjects(g), words(g.Kind), g.Scanner, times(g.count))
	switch {
	case v.details:
		v.text("  - ", normal, about+": "+g.Detail)
		v.gapDetails(g)
	case g.Kind == "blind":
		v.text("  - ", normal, v.subjects(g)+": "+g.Detail+v.examples(g))
	default:
		v.text("  - ", normal, about+": "+sentences(g.Detail, g.Next)+v.examples(g))
	}
}

// examples names the first of what a gap counts.
func (v *view) examples(g *gapGroup) string {
	if len(g.Samples) == 0 {
		return ""
	}
	more := ""
	if n := max(g.count, len(g.Samples)) - min(len(g.Samples), shownExamples); n > 0 {
		more = ", …"
	}
	var names []string
	for _, s := range g.Samples[:min(len(g.Samples), shownExamples)] {
		names = append(names, safetext.Line(s, 60))
	}
	return " For example: " + strings.Join(names, ", ") + more
}

// shownExamples is how many of the things that a gap counts the short form names.
const shownExamples = 3

func times(n int) string {
	if n == 0 {
		return ""
	}
	return number(n) + "×"
}

// subjects names what a gap is about: in the short form the first few.
func (v *view) subjects(g *gapGroup) string {
	var names, devices []string
	seenName, seenDevice := map[string]bool{}, map[string]bool{}
	for _, one := range g.all {
		if !seenName[one.Subject] {
			seenName[one.Subject] = true
			names = append(names, one.Subject)
		}
		if d := cmp.Or(one.DeviceName, one.Device); d != "" && !seenDevice[d] {
			seenDevice[d] = true
			devices = append(devices, d)
		}
	}
	text := some(names, 3)
	if v.details {
		text = strings.Join(slices.Sorted(slices.Values(names)), ", ")
	}
	switch {
	case len(v.r.Devices) < 2 || len(devices) == 0:
		return text
	case !v.details && len(devices) > 3:
		return text + " on " + count(len(devices), "device")
	}
	return text + " " + v.onDevices(devices)
}

func (v *view) gapDetails(g *gapGroup) {
	if g.Next != "" {
		v.text("    ", dim, "Next: "+g.Next)
	}
	for _, one := range g.all {
		if len(one.Samples) > 0 {
			v.text("    ", dim, joined(" ", one.Subject, named("on", one.DeviceName))+": "+strings.Join(one.Samples, " | "))
		}
	}
}
