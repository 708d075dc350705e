package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// RuleSDK is the rule on code that an app carries.
const RuleSDK = "sdk"

// ByCode is evidence from the code inside an app.
const ByCode EvidenceKind = "code"

// onRequest are the categories of code that speaks to its vendor when the user asks for it, or passes on what the
// app sends: paying, signing in, showing a map, receiving a message, reading a picture or the place on the phone itself.
// Code of other categories acts by itself.
var onRequest = []string{"payment", "login-share", "push", "maps", "cloud-storage", "game", "packer", "ar", "network", "library", "on-device"}

// codeOwner is a vendor of SDKs, and whose law can reach it.
type codeOwner struct {
	key, name string
	vendor    *Vendor // nil where it is no record
	state     *Jurisdiction
	priority  bool
	links     []Link // from the vendor on
	basis     Basis
	allows    Confidence
}

// code reports whose code an app carries, each vendor once.
func (a *assessor) code(f *facts) {
	seen := a.codeIn(f)
	found := seen.sdks
	if len(found) > 0 {
		a.out.Code[f.app.ID] = found
	}
	if len(seen.trackers) > 0 {
		a.out.Trackers[f.app.ID] = seen.trackers
	}
	var owners []*codeOwner
	of := map[string][]SDKMatch{}
	for _, m := range found {
		if m.SDK.Local {
			continue
		}
		o := a.codeOwner(m.SDK)
		if of[o.key] == nil {
			owners = append(owners, o)
		}
		of[o.key] = append(of[o.key], m)
	}
	a.gatherCode(f, owners, of)
	a.codeMeasures(f, owners, of)
	for _, o := range owners {
		if o.priority && !a.ownCode(f, o) {
			a.codeFinding(f, o, of[o.key], found)
		}
	}
}

func (a *assessor) codeOwner(s *SDK) *codeOwner {
	key := firstOf(s.Vendor, "name/"+s.VendorName)
	if o := a.codeOwners[key]; o != nil {
		return o
	}
	o := &codeOwner{key: key, name: s.VendorName, vendor: a.db.Vendor(s.Vendor)}
	switch {
	case o.vendor != nil:
		chain := a.db.Chain(s.Vendor, a.asOf)
		o.name, o.links, o.basis = o.vendor.Name, chain.Links, chain.Basis
		o.state = a.db.Jurisdiction(chain.State)
	case s.Country != nil:
		o.basis = s.Country.Basis
		if o.state = a.db.Jurisdiction(s.Country.Code); o.state != nil {
			o.links = append(o.links, Link{From: o.name, Relation: "under the law of", To: o.state.Name, Kind: "state", ID: o.state.Code,
				Verified: o.basis.Verified, Confidence: o.basis.Confidence, Note: o.basis.UnverifiedReason, Sources: o.basis.Sources})
			o.links = append(o.links, a.db.lawLinks(o.state.Code, a.asOf)...)
		}
	}
	// Whose an SDK is stands as the lists of SDKs have it, which allows moderate confidence at most.
	o.allows = o.basis.Allows().Weaker(ConfidenceModerate)
	o.priority = o.state.Priority()
	a.codeOwners[key] = o
	return o
}

// ownCode reports whether the app is of the vendor itself or of its group: then its code is no news.
func (a *assessor) ownCode(f *facts, o *codeOwner) bool {
	if f.vendor == nil || o.vendor == nil {
		return false
	}
	group := append([]string{f.vendor.ID}, a.db.Ancestors(f.vendor.ID, a.asOf)...)
	return slices.ContainsFunc(append([]string{o.vendor.ID}, a.db.Ancestors(o.vendor.ID, a.asOf)...), func(id string) bool { return slices.Contains(group, id) })
}

func (a *assessor) codeFinding(f *facts, o *codeOwner, found, all []SDKMatch) {
	active := acting(found, all)
	confidence, evidence := codeConfidence(origin(f.app), found, active)
	confidence = confidence.Weaker(o.allows)
	reach := a.reachOf(f.permissions)
	severity, action := Info, Inform
	var context []Circumstance
	if confidence != ConfidenceLow && len(active) > 0 && !a.sameState(f, o) {
		severity, context = codeSeverity(reach)
		action = Review
	}
	evidence = append(evidence, a.hostEvidence(f, o)...)
	evidence = append(evidence, contactEvidence(f, a.contactsOf(f), func(x *codeOwner) bool { return x == o })...)
	names := sdkNames(found)
	lead := Link{From: found[0].SDK.Name, Relation: "published by", To: o.name, Kind: "vendor", Catalogued: true, Note: "vendor as the lists of SDKs name it"}
	if o.vendor != nil {
		lead.ID = o.vendor.ID
	}
	fd := Finding{Rule: RuleSDK, Axis: Espionage, Severity: severity, Action: action, Confidence: confidence, Reach: reach, Context: context,
		Chain:  append([]Link{lead}, o.links...),
		Title:  fmt.Sprintf("%s %s of %s, within reach of the law of %s", a.label(f), wordsFor(found), o.name, theState(o.state)),
		Reason: a.codeReason(f, o, found, active, reach), Caveat: codeCaveat(f, o, found),
		Evidence: append(evidence, o.basis.evidence(o.record(), fmt.Sprintf("%s is recorded as within reach of %s.", o.name, theState(o.state)))),
		Params:   map[string]string{"vendor": o.name, "state": o.state.Code, "sdks": strings.Join(sdkIDs(found), ", "), "names": strings.Join(names, ", ")}}
	a.add(f, fd)
	a.ownID(o.key)
}

// ownID gives the last finding an ID of its own where a rule fires several times for one app.
func (a *assessor) ownID(key string) {
	last := &a.out.Findings[len(a.out.Findings)-1]
	last.ID = inventory.FactID("finding", last.Rule, last.Subject.App.ID, "code", key)
}

// record is the vendor's row, as evidence names it.
func (o *codeOwner) record() string {
	if o.vendor != nil {
		return "vendors/" + o.vendor.ID
	}
	return "sdks"
}

// acting are the SDKs that act by themselves: not on request, and not brought along by another one of all that the
// app carries.
func acting(found, all []SDKMatch) []SDKMatch {
	var out []SDKMatch
	for _, m := range found {
		brought := slices.ContainsFunc(all, func(o SDKMatch) bool { return slices.Contains(m.SDK.With, o.SDK.ID) })
		if !brought && !slices.Contains(onRequest, m.SDK.Category) {
			out = append(out, m)
		}
	}
	return out
}

// sameState reports whether the app's own owner is within the same reach: then the code adds nobody to it.
func (a *assessor) sameState(f *facts, o *codeOwner) bool {
	if f.product == nil || f.byNameOnly {
		return false
	}
	r := a.reach(f.product)
	return r.state != nil && r.allows != ConfidenceLow && r.state.Code == o.state.Code
}

// codeSeverity is that of code which acts by itself, and what raised it.
func codeSeverity(reach []Reach) (Severity, []Circumstance) {
	var holds []string
	for _, r := range reach {
		if r.Granted == "yes" && r.Weight >= heavy {
			holds = append(holds, r.Category)
		}
	}
	if len(holds) == 0 {
		return Low, nil
	}
	return Medium, []Circumstance{{Raises, "The app holds access that the code shares: " + strings.Join(holds, ", ") + "."}}
}

// maxMarks is how many marks of one SDK a finding lists.
const maxMarks = 3

// codeConfidence is that of the surest SDK that acts by itself, or else of all.
func codeConfidence(from inventory.Origin, found, active []SDKMatch) (Confidence, []Evidence) {
	if len(active) == 0 {
		active = found
	}
	best := ConfidenceLow
	for _, m := range active {
		if m.Confidence.Rank() > best.Rank() {
			best = m.Confidence
		}
	}
	var evidence []Evidence
	for _, m := range found {
		var marks []string
		for _, k := range m.Marks[:min(len(m.Marks), maxMarks)] {
			marks = append(marks, k.String())
		}
		if more := len(m.Marks) - maxMarks; more > 0 {
			marks = append(marks, fmt.Sprintf("and %d more", more))
		}
		e := Evidence{Kind: ByCode, Supports: true, Reliability: 'B', Credibility: 2, Origin: from,
			Detail: fmt.Sprintf("%s (%s): %s.", m.SDK.Name, m.SDK.Category, strings.Join(marks, ", "))}
		for _, k := range m.Marks {
			e.Places = append(e.Places, k.Places...)
		}
		e.Places = firstPlaces(e.Places)
		switch m.Confidence {
		case ConfidenceModerate:
			e.Credibility = 3
		case ConfidenceLow:
			e.Reliability, e.Credibility = 'D', 4
		}
		evidence = append(evidence, e)
	}
	return best, evidence
}

func (a *assessor) codeReason(f *facts, o *codeOwner, found, active []SDKMatch, reach []Reach) string {
	var s strings.Builder
	fmt.Fprintf(&s, "The %s %s of %s: %s. ", f.noun(), wordsFor(found), o.name, strings.Join(sdkNames(found), ", "))
	if o.allows == ConfidenceLow {
		fmt.Fprintf(&s, "The database names %s as the state whose law reaches %s, but has no verified source for it, so that no conclusion is drawn.", theState(o.state), o.name)
		return s.String()
	}
	fmt.Fprintf(&s, "Laws of %s let the state demand help or data from those whom they address: %s. Whether each addresses the vendor was not examined, and nothing here says that it has been asked, or has complied. ", theState(o.state), lawNames(o.state, a.asOf))
	if len(active) == 0 {
		s.WriteString("Such code speaks to its vendor when the user asks for it: to pay, to sign in, to see a map, to receive messages.")
		return s.String()
	}
	if f.noun() != "app" {
		s.WriteString("Such code runs with the rights of the app that loads it; which that is, the file does not say.")
		return s.String()
	}
	s.WriteString("Such code runs with the rights of the app")
	if len(reach) > 0 {
		var words []string
		for _, r := range reach {
			words = append(words, r.Category)
		}
		fmt.Fprintf(&s, ", which asks for: %s", strings.Join(words, ", "))
	}
	s.WriteString(".")
	return s.String()
}

// wordsFor says how sure it is to see that code is there: a list of components is the word of who made it.
func wordsFor(found []SDKMatch) string {
	if listedOnly(found) {
		return "is listed with code"
	}
	return "carries code"
}

// onlyListed is what a finding says that rests on lists of components alone.
const onlyListed = "A list of components names it, which is the word of who made the list; the code itself was not seen."

func codeCaveat(f *facts, o *codeOwner, found []SDKMatch) string {
	s := "That the code is there does not show that it runs, or what it sends; a look at the app's traffic would."
	if listedOnly(found) {
		s = onlyListed + " " + s
	}
	if o.allows == ConfidenceLow {
		s += " A company register or a filing would settle the state."
	}
	if f.foreign {
		s += " The app is not signed by its publisher, who may have nothing to do with the code."
	}
	return s
}

func sdkNames(found []SDKMatch) []string {
	return eachSDK(found, func(s *SDK) string { return s.Name })
}

func sdkIDs(found []SDKMatch) []string { return eachSDK(found, func(s *SDK) string { return s.ID }) }

func eachSDK(found []SDKMatch, say func(*SDK) string) []string {
	var out []string
	for _, m := range found {
		out = append(out, say(m.SDK))
	}
	return out
}
