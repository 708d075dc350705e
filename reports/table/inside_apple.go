package table

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// insideApple tells what an iPhone app is made of and what its makers state.
func (v *view) insideApple(a *reports.InsideApple, s *reports.Signature) {
	if a == nil {
		return
	}
	if a.Encrypted {
		v.facts("Encrypted", "by the App Store: its code and texts cannot be read")
	}
	v.team(a, s)
	v.facts("Profile", v.profile(a.Provisioning))
	v.facts("Rights", v.rights(a))
	v.facts("Frameworks", v.frameworks(a))
	v.facts("Extensions", v.extensions(a.Extensions))
	v.privacy(a.Privacy)
}

// team tells whose it is, and in the short form leaves it to the name of the signer where that has it.
func (v *view) team(a *reports.InsideApple, s *reports.Signature) {
	if s != nil && !v.details && slices.ContainsFunc(s.Signers, func(x reports.InsideSigner) bool { return a.Team != "" && strings.Contains(signerName(x), a.Team) }) {
		return
	}
	if a.Team != "" {
		v.facts("Team", withParens(safetext.Line(a.Team, maxValue), map[bool]string{true: "proven by the signature", false: "unproven"}[a.TeamProven]))
	}
}

// signerName is the name in the certificate of a signer of Apple's kind.
func signerName(x reports.InsideSigner) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(x.Subject, "CN="), ", OU=")
	return name
}

// profile tells by what the app may run past the store.
func (v *view) profile(p *reports.InsideProvisioning) string {
	if p == nil {
		return ""
	}
	devices := ""
	if p.Devices > 0 {
		devices = "for " + count(p.Devices, "device")
	}
	proven := "unproven"
	switch {
	case p.Verified:
		proven = "by Apple"
	case v.details:
		proven = "unproven: its signature was not checked, or does not hold"
	}
	return joined(" · ", joined(" ", cmp.Or(words(p.Kind), "of an unknown kind"), named("of", withParens(safetext.Line(p.TeamName, maxValue), safetext.Line(p.Team, maxValue)))), devices, named("until", p.Expires), proven)
}

// rights are the entitlements of note, by what they open, and a count of the others.
func (v *view) rights(a *reports.InsideApple) string {
	var list []string
	for _, e := range a.Entitlements {
		text := safetext.Line(strings.TrimPrefix(e.Name, "com.apple.developer."), maxValue)
		if v.details {
			text = withParens(safetext.Line(e.Name, maxValue), words(e.Category), safetext.Line(strings.Join(e.Values, ", "), maxValue))
		}
		list = append(list, text)
	}
	text := strings.Join(v.few(list, shownNames, len(list)), ", ")
	switch n := a.OtherRights; {
	case n > 0 && text == "":
		text = number(n) + " claimed, none of note"
	case n > 0:
		text += "; and " + number(n) + " of no note"
	}
	if text != "" && !a.TeamProven {
		text += map[bool]string{true: " (unproven, so that they count for nothing)", false: " (unproven)"}[v.details]
	}
	return text
}

func (v *view) frameworks(a *reports.InsideApple) string {
	if a.Bundles == 0 {
		return ""
	}
	var list []string
	for _, f := range a.Frameworks {
		text := joined(" ", safetext.Line(f.Name, maxValue), safetext.Line(f.Version, maxValue))
		if v.details {
			text = withParens(text, named("team", safetext.Line(f.Team, maxValue)), safetext.Line(f.File, maxValue))
		}
		list = append(list, text)
	}
	return number(a.Bundles) + ": " + strings.Join(v.few(list, shownNames, a.Bundles), ", ")
}

func (v *view) extensions(extensions []reports.Extension) string {
	var list []string
	for _, e := range extensions {
		text := withParens(safetext.Line(cmp.Or(e.Name, e.Identifier), maxValue), safetext.Line(e.Point, maxValue))
		if v.details && e.Name != "" {
			text = withParens(safetext.Line(e.Name, maxValue), safetext.Line(e.Point, maxValue), safetext.Line(e.Identifier, maxValue))
		}
		list = append(list, text)
	}
	return strings.Join(v.few(list, shownNames, len(list)), ", ")
}

// privacy tells what the makers of an app and of the code in it state about people's data.
func (v *view) privacy(p *reports.InsidePrivacy) {
	if p == nil {
		return
	}
	text := "does not state that it tracks people"
	if p.Tracking {
		text = "states that it tracks people"
	}
	if len(p.Domains) > 0 {
		text += map[bool]string{true: ", with ", false: ", and names hosts that do: "}[p.Tracking] + v.names(p.Domains, len(p.Domains))
	}
	var kinds []string
	for _, c := range p.Collected {
		kinds = append(kinds, withParens(plain(safetext.Line(c.Type, maxValue)), map[bool]string{true: "linked to the person"}[c.Linked], map[bool]string{true: "to track"}[c.Tracking]))
	}
	text += "; " + cmp.Or(named("collects", strings.Join(v.few(kinds, shownNames, len(kinds)), ", ")), "states nothing that it collects")
	if v.details {
		text += " (by " + count(p.Manifests, "manifest") + ")"
	}
	v.facts("Privacy", text)
}

// plain writes "PreciseLocation" as "precise location".
func plain(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) && !unicode.IsUpper(rune(name[i-1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
