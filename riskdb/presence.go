package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/inventory"
)

// ByTrace is evidence from what a device or a store noted about an app, without listing it as installed.
const ByTrace EvidenceKind = "trace"

// freshTrace is how many days before the facts were taken a use or an update has to lie for the app to be taken as
// there, moderately sure. Whoever deletes an app seldom does so in the same month.
const freshTrace = 31

// standing is what the traces of an app prove about it being on the device.
type standing struct {
	kind       string // of the trace that proves most
	short      string // in a few words, for titles
	words      string // in a sentence
	confidence Confidence
	removed    bool // the last thing that was noted is that it was removed
	evidence   []Evidence
}

// TraceWords explains a kind of trace: in a few words, and what it proves. A kind that is not known has neither.
func TraceWords(kind string) (short, proves string) {
	k := traceKinds[kind]
	return k.short, k.proves
}

// TraceWordsOf explains a trace of one app: what it proves depends on what else the source says of the app, and on whether
// the app is one that the system brings along.
func TraceWordsOf(app *inventory.App, kind string) (short, proves string) {
	k, known := traceKinds[kind]
	switch {
	case !known:
		return "", ""
	case app.Presence == inventory.PresenceInstalled:
		return k.short, upperFirst(k.noted) + ". That it is installed, the source says apart from this."
	case ApplesOwn(app) && k.own != "":
		return k.own, upperFirst(k.noted) + ". The app is Apple's own: most of these are parts of the system, which the list of installed apps leaves out and nobody can delete."
	}
	return k.short, k.proves
}

// ApplesOwn reports whether an app of an iPhone has an identifier of Apple's: it may be a part of the system.
func ApplesOwn(app *inventory.App) bool {
	return app.IdentifierKind == inventory.IOSBundle && strings.HasPrefix(app.Identifier, "com.apple.")
}

// TraceKinds lists the kinds of trace, the one that proves most first.
func TraceKinds() []string {
	return []string{inventory.TraceListed, inventory.TraceUsed, inventory.TraceUpdated, inventory.TraceInstalled, inventory.TraceDecision, inventory.TraceBackup, inventory.TraceData, inventory.TraceBought, inventory.TraceBegun, inventory.TraceRemoved}
}

// traceKinds are the words for each kind; own are those for a part of the system, where the others would mislead.
var traceKinds = map[string]struct{ short, noted, proves, own string }{
	inventory.TraceListed: {"listed earlier", "an earlier copy of the device lists it as installed, and a newer one does not",
		"It was on this device when that copy was made, and not any more when the newer one was. It may have been installed again since.", ""},
	inventory.TraceUsed: {"seen in use", "the device noted that it ran, or used a sensor or the network",
		"It was on this device when it was used. It may have been deleted since.", "seen in use"},
	inventory.TraceUpdated: {"recorded by the store", "the app store of the device recorded an update of it",
		"It was on this device when the update was recorded. It may have been deleted since.", ""},
	inventory.TraceInstalled: {"installed once", "the device noted that it was installed or updated",
		"It was on this device from then on. It may have been deleted since.", ""},
	inventory.TraceBegun: {"begun to be installed", "the device made a place for it, as at the begin of an installation",
		"It was asked for on this device, by its user, the account or a manager. It need never have been installed.", ""},
	inventory.TraceDecision: {"an access was decided", "the user allowed or refused it an access",
		"It ran on this device, or on the one whose backup this device was set up from. It may have been deleted since.", "an access was decided"},
	inventory.TraceBackup: {"data in the backup", "the backup holds data of it, and does not list it as installed",
		"Its data was on this device. The app itself is probably not.", "data in the backup"},
	inventory.TraceData: {"data left behind", "folders or files of it are there, and its program was not seen",
		"It was on this device, or shares a folder with an app of its maker that is. It is probably not there now.", "data of it"},
	inventory.TraceBought: {"got by the account", "the store recorded that the account got it",
		"The account got it once, perhaps on another device. It need never have been on this one.", ""},
	inventory.TraceRemoved: {"removed", "the device noted that it was removed",
		"It was on this device, and was deleted. It may have been installed again since.", ""},
}

// standingOf weighs the traces of an app; nil for an app that the source lists as installed.
func (a *assessor) standingOf(app *inventory.App) *standing {
	if app.Presence == inventory.PresenceInstalled {
		return nil
	}
	day := a.factsOf(app.Device)
	s := &standing{short: "not listed as installed", words: "What the source holds of it does not say that it is installed.", confidence: ConfidenceLow}
	var best *inventory.Trace
	for i := range app.Traces {
		t := &app.Traces[i]
		e := traceEvidence(app, t, day)
		s.evidence = append(s.evidence, e)
		if t.Kind != inventory.TraceRemoved && (best == nil || compareTraces(t, best) < 0) {
			best = t
			s.confidence = e.Confidence()
		}
	}
	gone := slices.IndexFunc(app.Traces, func(t inventory.Trace) bool { return t.Kind == inventory.TraceRemoved })
	switch {
	case gone >= 0 && (best == nil || !later(best.Last, app.Traces[gone].Last)):
		best, s.removed, s.confidence = &app.Traces[gone], true, ConfidenceLow
	case best == nil:
		return s
	}
	s.kind = best.Kind
	s.short, s.words = tellTrace(best)
	return s
}

// factsOf is the day on which the facts of a device were taken, as far as it is told; else that of the judgement.
func (a *assessor) factsOf(device string) Date {
	if d := a.device(device); d != nil && d.CollectedAt != nil {
		return DateOf(*d.CollectedAt)
	}
	return a.asOf
}

// compareTraces puts the trace that proves most first: by kind, and of one kind the latest.
func compareTraces(x, y *inventory.Trace) int {
	order := func(t *inventory.Trace) int {
		if i := slices.Index(TraceKinds(), t.Kind); i >= 0 {
			return i
		}
		return len(traceKinds)
	}
	day := func(t *inventory.Trace) int64 {
		if t.Last == nil {
			return 0
		}
		return t.Last.Unix()
	}
	return cmp.Or(cmp.Compare(order(x), order(y)), cmp.Compare(day(y), day(x)))
}

// later reports whether a time is known to be after another; one that is not told is after none.
func later(x, y *time.Time) bool { return x != nil && y != nil && x.After(*y) }

// tellTrace says what a trace is, in a few words and in a sentence.
func tellTrace(t *inventory.Trace) (short, sentence string) {
	k, known := traceKinds[t.Kind]
	if !known {
		return "a trace of another kind", fmt.Sprintf("The source notes %q of it, and does not list it as installed.", t.Kind)
	}
	when := ""
	if t.Last != nil {
		when = ", last on " + string(DateOf(*t.Last))
	}
	return k.short, upperFirst(k.noted) + when + "."
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// freshKinds are the traces that show that an app was on the device when they were made.
var freshKinds = []string{inventory.TraceUsed, inventory.TraceUpdated, inventory.TraceInstalled}

// traceEvidence grades one trace: use and updates on the device that are fresh are credible, everything else leaves open
// whether the app is there now.
func traceEvidence(app *inventory.App, t *inventory.Trace, day Date) Evidence {
	_, detail := tellTrace(t)
	if t.Detail != "" {
		detail = fmt.Sprintf("%s The source adds: %q.", detail, t.Detail)
	}
	e := Evidence{Kind: ByTrace, Supports: t.Kind != inventory.TraceRemoved, Reliability: 'B', Credibility: 4, Detail: detail, Origin: origin(app)}
	onDevice := slices.Contains(freshKinds, t.Kind)
	switch {
	case t.Kind == inventory.TraceRemoved:
		e.Credibility = 2
	case onDevice && t.Last != nil && daysBetween(DateOf(*t.Last), day) <= freshTrace:
		e.Credibility = 3
	}
	return e
}

// weaken makes of a finding about an app one about a trace of it: no surer than the trace, for review where it asked for
// more, and visible as what it is. What was removed is for information.
func (s *standing) weaken(f *facts, fd *Finding) {
	fd.Confidence = fd.Confidence.Weaker(s.confidence)
	fd.Evidence = append(slices.Clone(fd.Evidence), s.evidence...)
	fd.Title += " (a trace: " + s.short + ")"
	fd.Caveat = joinSpace(s.words+" That does not show that it is installed now.", joinSpace(lookFirst(f.app.Platform), fd.Caveat))
	if fd.Confidence == ConfidenceLow && fd.Severity.Rank() > Low.Rank() { // what may not be there weighs a step less, and fails no run
		fd.Severity = fd.Severity.less()
		if fd.Severity.Rank() > Medium.Rank() {
			fd.Severity = Medium
		}
	}
	if slices.Index(Actions, fd.Action) < slices.Index(Actions, Review) {
		fd.Action = Review
	}
	if s.removed {
		fd.Severity, fd.Action = Info, Inform
	}
	params := map[string]string{"presence": string(f.app.Presence), "trace": s.kind}
	for k, v := range fd.Params {
		params[k] = v
	}
	fd.Params = params
}

// lookFirst says how to find out whether an app is there.
func lookFirst(p inventory.Platform) string {
	switch p {
	case inventory.IOS:
		return "Look on the device first: Settings > General > iPhone Storage lists every app that is there."
	case inventory.Android:
		return "Look on the device first: Settings > Apps lists every app that is there, for each user."
	}
	return "Look on the device first."
}
