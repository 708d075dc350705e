package riskdb

import (
	"cmp"
	"fmt"
	"strings"

	"quaestor/scanners/inventory"
)

// ByComponent is evidence from what shows a component, and in which version.
const ByComponent EvidenceKind = "component"

// likely is from which probability of the Exploit Prediction Scoring System on exploitation counts as likely: fewer than one
// in twenty of all vulnerabilities reach it.
const likely = 0.1

// exposure is what an app lets a fault in it be reached by, and reach.
type exposure struct {
	phone   bool
	known   bool     // its permissions are known
	network bool     // it can reach the network
	senses  []string // what of the member it can reach: camera, microphone, …
}

// sensed are the categories of access that raise a vulnerability of an app on the network: what a phone sees, hears and holds of
// its member.
var sensed = map[string]bool{"camera": true, "microphone": true, "location": true, "contacts": true, "messages": true, "calls": true,
	"calendar": true, "photos": true, "files": true, "screen": true, "surveillance-service": true, "biometric-health": true}

// exposureOf tells what an app can reach.
func (a *assessor) exposureOf(app *inventory.App) *exposure {
	f := a.gather(app)
	e := &exposure{phone: app.Platform == inventory.Android || app.Platform == inventory.IOS, known: len(f.permissions) > 0}
	// Every app of an iPhone may use the network; one of Android asks for it.
	e.network = app.Platform == inventory.IOS
	for _, p := range f.permissions {
		e.network = e.network || p.Name == "android.permission.INTERNET" && !refused(p)
	}
	for _, r := range a.reachOf(f.permissions) {
		if r.Granted != grantNo && sensed[r.Category] {
			e.senses = append(e.senses, r.words())
		}
	}
	return e
}

// vulnerableFinding judges a vulnerability where it is.
func vulnerableFinding(v *Vulnerable, app *inventory.App, e *exposure, shown Evidence) Finding {
	x := v.Vulnerability
	severity, why := rated(x)
	reasons := []string{why}
	var context []Circumstance
	step := func(effect Effect, to Severity, text string) {
		severity, reasons = to, append(reasons, text)
		context = append(context, Circumstance{effect, sentence(text)})
	}
	if k := x.Exploited; k != nil {
		to := severity.more()
		if to.Rank() < High.Rank() {
			to = High
		}
		step(Raises, to, "known to be exploited since "+string(k.Added))
	} else if l := x.Likelihood; l != nil && l.Probability >= likely {
		step(Raises, severity.more(), fmt.Sprintf("likely to be exploited (EPSS %.0f %%)", 100*l.Probability))
	}
	switch {
	case e.phone && e.network && len(e.senses) > 0:
		step(Raises, severity.more(), "the app reaches the network and "+strings.Join(e.senses, ", "))
	case e.phone && e.known && !e.network && x.Exploited == nil:
		step(Lowers, severity.less(), "the app does not ask for the network")
	}
	confidence := shown.Confidence()
	if !v.Certain {
		confidence = ConfidenceLow
		if severity.Rank() > Medium.Rank() {
			step(Lowers, Medium, "whether the version is an affected one is not certain")
		}
	}
	action := Update
	if confidence == ConfidenceLow {
		action = Review
	}
	name := componentName(v.Component)
	fd := Finding{Rule: RuleVulnerable, Axis: Security, Severity: severity, Confidence: confidence, Action: action, Context: context,
		Vulnerable: v, rank: urgency(x, e), Evidence: []Evidence{shown},
		Title:  fmt.Sprintf("%s %s %s", name, has(v), x.ID),
		Reason: fmt.Sprintf("%s: %s.", severity, strings.Join(reasons, "; ")),
		Caveat: "That the component is there does not show that the faulty part of it is used.",
		Params: map[string]string{"component": v.Component.PURL, "vulnerability": x.ID, "affected": v.Affected, "fixed": strings.Join(v.Fixed, ", ")}}
	fd.Reason += " " + remedy(v, app)
	if x.Summary != "" {
		fd.Reason = ensureStop(inventory.Text(x.Summary)) + " " + fd.Reason
	}
	return fd
}

func has(v *Vulnerable) string {
	if v.Certain {
		return "has"
	}
	return "may have"
}

func componentName(c *inventory.Component) string {
	name := cmp.Or(c.Name, c.PURL)
	if c.Exact && c.Version != "" {
		name += " " + c.Version
	}
	return inventory.Text(name)
}

// rated is the severity that advisories give: by the score, else by their word.
func rated(x *Vulnerability) (Severity, string) {
	if len(x.Ratings) > 0 {
		r := x.Ratings[0]
		s := Info
		switch { // https://www.first.org/cvss/v3.1/specification-document, table 14
		case r.Score >= 9:
			s = Critical
		case r.Score >= 7:
			s = High
		case r.Score >= 4:
			s = Medium
		case r.Score > 0:
			s = Low
		}
		return s, fmt.Sprintf("%s %.1f", strings.Replace(r.System, "CVSS:", "CVSS ", 1), r.Score)
	}
	for _, s := range Severities {
		if string(s) == x.Word {
			return s, "its advisory calls it " + x.Word
		}
	}
	return Medium, "its advisories do not rate it"
}

// urgency orders vulnerabilities of the same severity.
func urgency(x *Vulnerability, e *exposure) int {
	n := 0
	if x.Exploited != nil {
		n += 10000
	}
	if l := x.Likelihood; l != nil {
		n += int(1000 * l.Probability)
	}
	if len(x.Ratings) > 0 {
		n += int(100 * x.Ratings[0].Score)
	}
	if e.network && len(e.senses) > 0 {
		n += 2000
	}
	return n
}

// remedy says who can do what about it.
func remedy(v *Vulnerable, app *inventory.App) string {
	if len(v.Fixed) == 0 {
		return "No version that mends it is known."
	}
	fixed := v.Fixed[0]
	switch {
	case app == nil, v.Component.Basis == "record":
		return fmt.Sprintf("Update it to %s or later.", fixed)
	case app.IdentifierKind == FileKind:
		return fmt.Sprintf("It is mended in %s: build or get the file with that version or a later one.", fixed)
	}
	return fmt.Sprintf("It is mended in %s: update the app, or ask its maker for a version that has it.", fixed)
}

// more is the severity a step above; critical stays.
func (s Severity) more() Severity {
	for i, t := range Severities {
		if s == t && i > 0 {
			return Severities[i-1]
		}
	}
	return s
}
