package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// The rules on indicators.
const (
	RuleStalkerware = "stalkerware-indicator"
	RuleSpyware     = "spyware-indicator"
)

// suspicion gathers the marks of an app that are listed for one family.
type suspicion struct {
	family   *IndicatorFamily
	evidence []Evidence
	named    bool // by its package name or bundle identifier
	signed   bool // by a certificate that is listed for no other
	own      bool // by a name that no ordinary app bears
}

// indicators reports an app that bears marks of spyware, stalkerware or another app that watches.
func (a *assessor) indicators(f *facts) {
	var found []*suspicion
	if k := f.app.IdentifierKind; k == inventory.AndroidPackage || k == inventory.IOSBundle {
		for _, hit := range a.db.LookupIndicator(k, f.app.Identifier) {
			s := suspect(&found, hit.Family)
			s.named, s.own = true, s.own || !hit.Indicator.Shared
			s.evidence = append(s.evidence, listedName(f.app, hit))
		}
	}
	for _, signer := range f.signers {
		if a.db.IsTestKey(signer.SHA256) {
			continue // anybody signs with it
		}
		hits := append(a.db.LookupIndicator(CertSHA256, signer.SHA256), a.db.LookupIndicator(CertSHA1, signer.SHA1)...)
		for _, hit := range hits {
			s := suspect(&found, hit.Family)
			s.signed = s.signed || !hit.Indicator.Shared
			s.evidence = append(s.evidence, listedSigner(f.app, hit, signer, s.named))
		}
	}
	for _, s := range found {
		// A company that makes an app to watch children makes others too, and signs all with one key.
		if s.named || s.signed && !s.family.DualUse {
			a.suspected(f, s)
		}
	}
}

func suspect(found *[]*suspicion, family *IndicatorFamily) *suspicion {
	for _, s := range *found {
		if s.family == family {
			return s
		}
	}
	s := &suspicion{family: family}
	*found = append(*found, s)
	return s
}

func listedName(app *inventory.App, hit IndicatorHit) Evidence {
	e := Evidence{Kind: ByIdentifier, Supports: true, Reliability: 'B', Credibility: 2, Origin: origin(app),
		Detail: fmt.Sprintf("The %s %q is listed for %s.", kindWord(app.IdentifierKind), app.Identifier, hit.Family.Name)}
	switch {
	case hit.Indicator.Shared:
		e.Credibility = 4
		e.Detail = fmt.Sprintf("The %s %q is listed for %s, and ordinary apps bear it too, or may.", kindWord(app.IdentifierKind), app.Identifier, hit.Family.Name)
	case app.System && !app.UpdatedSystem:
		e.Credibility = 4
		e.Detail += " It is part of the system, where an ordinary app of the same name is as likely."
	}
	return e
}

// listedSigner grades a listed certificate. It says who signed; which of the signer's apps this is, only together
// with the name.
func listedSigner(app *inventory.App, hit IndicatorHit, signer inventory.Signer, named bool) Evidence {
	e := Evidence{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 1, Origin: origin(app),
		Detail: fmt.Sprintf("Signed with a certificate that is listed for %s (%s…), and the signature holds.", hit.Family.Name, short(firstOf(signer.SHA256, signer.SHA1)))}
	if !signer.Verified {
		e.Reliability, e.Credibility = 'C', 2
		e.Detail = fmt.Sprintf("The source names a certificate that is listed for %s (%s…); the signature itself was not checked.", hit.Family.Name, short(firstOf(signer.SHA256, signer.SHA1)))
	}
	switch {
	case hit.Indicator.Shared:
		e.Credibility = 4
		e.Detail += " It is listed for others too."
	case !named:
		e.Credibility = 3
	}
	return e
}

func (a *assessor) suspected(f *facts, s *suspicion) {
	fam := s.family
	fd := Finding{Rule: RuleStalkerware, Axis: Espionage, Severity: High, Action: Review, Evidence: s.evidence,
		Confidence: Combine(s.evidence).Weaker(fam.Allows()), Sources: fam.Sources,
		Params: map[string]string{"family": fam.Name, "class": string(fam.Class), "package": f.app.Identifier}}
	fd.Evidence = append(fd.Evidence, fam.evidence("indicator_families/"+fam.ID, fmt.Sprintf("Listed as %s by %s.", strings.ReplaceAll(string(fam.Class), "-", " "), a.credits(fam))))
	if fam.Class == MercenarySpyware || fam.Class == ForensicTool {
		fd.Rule = RuleSpyware
	}
	a.wording(f, s, &fd)
	if fd.Confidence == ConfidenceLow && fd.Severity.Rank() > Low.Rank() {
		fd.Severity = Low
	}
	a.add(f, fd)
}

// alsoCalled is the name of a family in brackets, where the name of the app does not say it already.
func alsoCalled(label, family string) string {
	if strings.Contains(strings.ToLower(label), strings.ToLower(family)) {
		return ""
	}
	return " (" + family + ")"
}

// wording says what the marks mean, and how to proceed.
func (a *assessor) wording(f *facts, s *suspicion, fd *Finding) {
	label, fam := a.label(f), s.family
	mark := "package name and certificate"
	switch {
	case !s.named:
		mark = "certificate"
		fd.Caveat = "Whoever signs with this key may have made other apps as well. "
	case !s.signed:
		mark = kindWord(f.app.IdentifierKind)
		fd.Caveat = "A name can be copied, and two apps may bear one; the installed file and its signer would settle it. "
	}
	listed := fmt.Sprintf("Its %s is listed for %s, by %s.", mark, fam.Name, a.credits(fam))
	switch {
	case fam.DualUse:
		fd.Severity = Info
		if slices.ContainsFunc(a.held(f), func(r Reach) bool { return r.Granted == "yes" }) {
			fd.Severity = Low
		}
		fd.Title = label + " can watch the device's user" + alsoCalled(label, fam.Name)
		fd.Reason = listed + " Such an app shows another person where the device is, or what is done on it. Dual-use: legitimate where the user consented."
		fd.Caveat += "Ask the user whether they know and want it."
	case fam.Class == ForensicTool:
		fd.Title = label + " bears the mark of a forensic tool" + alsoCalled(label, fam.Name)
		fd.Reason = listed + " Such an app is put on a device while its content is extracted, and may be left behind."
		fd.Caveat += "An authority or an investigator with a lawful mandate uses the same tool. Change nothing on the device; hand it to the incident response team."
	case fam.Class == MercenarySpyware:
		fd.Title = label + " bears the marks of spyware" + alsoCalled(label, fam.Name)
		fd.Reason = listed + " Such spyware is used against chosen persons and reads messages, calls and surroundings."
		fd.Caveat += "Do not remove, restart, update or reset: evidence would be lost. Keep sensitive talk away from the device and hand it to the incident response team, by another device."
		if s.named && s.signed {
			fd.Severity = Critical
		}
	default:
		fd.Title = label + " bears the marks of stalkerware" + alsoCalled(label, fam.Name)
		fd.Reason = listed + " Stalkerware shows another person messages, calls and places without the knowledge of the device's user."
		fd.Caveat += "Do not remove it at once: the person who installed it may notice, and evidence would be lost. Speak with the user, not over this device, and see https://stopstalkerware.org for help."
	}
	fd.Caveat = strings.TrimSpace(joinWords(fd.Caveat, fam.Note))
}

// credits names the collections of a family, as their licences ask for.
func (a *assessor) credits(fam *IndicatorFamily) string {
	var names []string
	for _, id := range fam.Collections {
		if c := a.db.IndicatorCollection(id); c != nil {
			names = append(names, fmt.Sprintf("%s (%s, %s)", c.Title, c.Attribution, c.Licence))
		}
	}
	return strings.Join(names, "; ")
}
