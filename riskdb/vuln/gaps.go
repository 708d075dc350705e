package vuln

import (
	"cmp"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// More reasons why a component was not looked up, beside those of [unmatched].
const (
	reasonVersion   = "version"       // may be any version
	reasonInvalid   = "invalid"       // its version is none of its ecosystem
	reasonEcosystem = "ecosystem"     // no advisories of the ecosystem are installed
	reasonNoRelease = "no release"    // none for the release of its distribution are
	reasonNoRepo    = "no repository" // no advisory names the repository of native code
	reasonOffline   = "offline"       // the service did not answer
	reasonTooMany   = "too many"      // more than it is asked
	reasonNotOnline = "not online"    // it is not asked about these
	reasonPrivate   = "private"       // nor about these, by a setting
	reasonEmpty     = "empty"         // the copy has no advisories
	reasonBroken    = "broken"        // the copy cannot be read
	reasonStale     = "stale"         // the copy is too old; it was asked all the same
	reasonAdvisory  = "advisory"      // an advisory cannot be compared
	reasonUndecided = "undecided"     // an advisory does not say which versions, in a way that could be compared
	maxSamples      = 5               // of each gap
	maxAdvisories   = 20              // gaps that name an advisory
	importIt        = "Import its advisories with `quaestor db import-osv`."
)

// Scanner is who tells of the gaps of this package.
const Scanner = "riskdb/vuln"

// gaps counts what was not looked up, by reason.
type gaps struct{ of map[[2]string]*inventory.Gap }

// each notes some components under a reason.
func (g *gaps) each(reason, what string, components []*inventory.Component) {
	for _, c := range components {
		g.add(reason, what, c)
	}
}

// gap is that of a reason.
func (g *gaps) gap(reason, what string) *inventory.Gap {
	if g.of == nil {
		g.of = map[[2]string]*inventory.Gap{}
	}
	key := [2]string{reason, what}
	gap := g.of[key]
	if gap == nil {
		gap = wording(reason, what)
		gap.Scanner = Scanner
		g.of[key] = gap
	}
	return gap
}

// undecided notes that an advisory does not say whether the version of a group is affected.
func (g *gaps) undecided(of *group, id string) {
	gap := g.gap(reasonUndecided, of.base)
	gap.Count++
	for _, c := range of.components {
		sample := inventory.Text(id + ": " + cut(c.PURL))
		if len(gap.Samples) < maxSamples && !slices.Contains(gap.Samples, sample) {
			gap.Samples = append(gap.Samples, sample)
		}
	}
}

// add notes one.
func (g *gaps) add(reason, what string, c *inventory.Component) {
	gap := g.gap(reason, what)
	gap.Count++
	sample := c.PURL
	if reason == reasonInvalid && c.Version != "" && !strings.Contains(sample, "@") {
		sample += " " + c.Version
	}
	if sample = inventory.Text(cut(sample)); len(gap.Samples) < maxSamples && !slices.Contains(gap.Samples, sample) {
		gap.Samples = append(gap.Samples, sample)
	}
}

// wording says what a reason means, and what to do.
func wording(reason, what string) *inventory.Gap {
	g := &inventory.Gap{Kind: inventory.GapBlind, Subject: "vulnerabilities of " + what + " packages"}
	switch reason {
	case reasonType:
		g.Subject = "vulnerabilities of " + what
		g.Detail = "No collection of advisories has packages of this kind, so that nothing was looked up for these components."
	case reasonRelease:
		g.Detail = "Of which release of the distribution these packages are is not known, and advisories are for a release."
		g.Next = "Scan the computer or image itself, or an SBOM that names the distribution in its package URLs (distro=)."
	case reasonURL:
		g.Subject = "vulnerabilities of components"
		g.Detail = "The package URLs of these components do not parse, so that nothing was looked up for them."
	case reasonGroup:
		g.Detail, g.Next = "The package URLs of these artifacts of Maven name no group, so that nothing was looked up for them.", "Make the SBOM with a tool that writes pkg:maven/GROUP/ARTIFACT@VERSION."
	case reasonNative:
		g.Subject = "vulnerabilities of " + what
		g.Detail = "Which repository this native code is developed in is not known, so that nothing was looked up for it."
	case reasonVersion:
		g.Detail = "These components were found without a version; advisories are for versions, so that nothing was looked up for them."
	case reasonInvalid:
		g.Detail = "What stands as version of these components is none that the ecosystem can compare, so that nothing was looked up for them."
	case reasonEcosystem:
		g.Kind, g.Next = inventory.GapSkipped, importIt
		g.Detail = "No advisories of this ecosystem are installed, so that nothing was looked up for these components."
	case reasonNoRelease:
		g.Kind, g.Next = inventory.GapSkipped, importIt
		g.Detail = "The installed advisories have none for this release of the distribution, so that nothing was looked up for these components."
	case reasonNoRepo:
		g.Subject = "vulnerabilities of " + what
		g.Detail = "No installed advisory names the repository that this native code comes from, so that nothing is known of it."
	case reasonOffline:
		g.Kind, g.Subject, g.Next = inventory.GapFailed, "vulnerabilities of components", "Try again, or import advisories with `quaestor db import-osv` and choose --vulns local."
		g.Detail = "The service " + what + " could not be asked, so that nothing was looked up for these components."
	case reasonTooMany:
		g.Kind, g.Subject = inventory.GapLimit, "vulnerabilities of further components"
		g.Detail = "There are more components than the service is asked about; nothing was looked up for these."
	case reasonNotOnline:
		g.Subject = "vulnerabilities of " + what
		g.Detail = "The service finds native code by commits only, so that nothing was looked up for these components."
		g.Next = "Import the GIT advisories with `quaestor db import-osv`, and choose --vulns local."
	case reasonPrivate:
		g.Kind = inventory.GapSkipped
		g.Detail = "The setting --vulns-skip keeps these components from being sent, so that nothing was looked up for them."
	case reasonEmpty:
		g.Kind, g.Next = inventory.GapEmpty, importIt
		g.Detail = "The installed copy of these advisories is empty, so that nothing was looked up for these components."
	case reasonBroken:
		g.Kind, g.Next = inventory.GapUnreadable, importIt
		g.Detail = "The installed copy of these advisories cannot be read, so that nothing was looked up for these components."
	case reasonStale:
		g.Kind, g.Next = inventory.GapLimit, "Import newer ones with `quaestor db import-osv`."
		g.Detail = "The installed advisories are older than allowed: newer vulnerabilities of these components are not known."
	case reasonUndecided:
		g.Subject = "advisories on " + what + " packages"
		g.Detail = "These advisories name a package that is there, and no versions that its version could be compared with: whether it is affected is not known."
		g.Next = "Read the advisories: https://osv.dev/vulnerability/ and their id."
	case reasonAdvisory:
		g.Kind, g.Subject = inventory.GapMalformed, "advisory "+what
		g.Detail = "The advisory has versions that cannot be compared, so that it was not looked at for these components."
	}
	return g
}

// list is every gap, in the order of kind and subject; of those that name advisories, the first.
func (g *gaps) list() []inventory.Gap {
	var out []inventory.Gap
	var advisories []inventory.Gap
	for key, gap := range g.of {
		if key[0] == reasonAdvisory {
			advisories = append(advisories, *gap)
		} else {
			out = append(out, *gap)
		}
	}
	inOrder := func(a, b inventory.Gap) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Subject, b.Subject), strings.Compare(a.Detail, b.Detail))
	}
	slices.SortFunc(out, inOrder)
	slices.SortFunc(advisories, inOrder)
	if len(advisories) <= maxAdvisories {
		return append(out, advisories...)
	}
	rest := inventory.Gap{Scanner: Scanner, Kind: inventory.GapMalformed, Subject: "other advisories", Count: len(advisories) - maxAdvisories,
		Detail: "These advisories, too, have versions that cannot be compared, so that they were not looked at."}
	for _, a := range advisories[maxAdvisories:min(len(advisories), maxAdvisories+maxSamples)] {
		rest.Samples = append(rest.Samples, strings.TrimPrefix(a.Subject, "advisory "))
	}
	return append(append(out, advisories[:maxAdvisories]...), rest)
}
