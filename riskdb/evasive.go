package riskdb

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// The rules on how a file is built.
const (
	RuleEvasive       = "evasive-file"
	RulePacked        = "packed-code"
	RuleDebugKey      = "debug-key"
	RuleWeakSignature = "weak-signature"
)

// trick is what a mark of a file tells about how it was built. Marks that are not listed are found in ordinary apps,
// and are context: reflection, loading of native code, starting programs, loading of further code.
type trick struct {
	severity  Severity
	essential bool // only where it concerns an entry that decides what the app is
	text      string
}

var tricks = map[string]trick{
	inventory.MarkJanus:          {High, false, "a DEX file stands before the archive, under a signature that does not cover it; old versions of Android run it as the app"},
	inventory.MarkManifest:       {Medium, false, "the manifest shows tools another text than Android reads"},
	inventory.MarkBlockTwice:     {Medium, false, "the signing block holds one scheme twice, of which readers may take one or the other"},
	inventory.MarkOtherSigner:    {Medium, false, "the signature schemes name different signers, so that who signed it depends on the version of Android"},
	inventory.MarkStripped:       {Medium, false, "a signature scheme that the file says it has was taken out"},
	inventory.MarkDuplicateNames: {Medium, true, "two entries bear one name, of which Android takes one and tools may take the other"},
	inventory.MarkMethod:         {Medium, true, "an entry names a compression that tools refuse and Android reads"},
	inventory.MarkEncrypted:      {Medium, true, "an entry is marked as encrypted, at which tools stop and Android does not"},
	inventory.MarkHeaders:        {Medium, true, "two places of the archive describe an entry differently"},
	inventory.MarkOverlap:        {Medium, true, "entries share bytes with others or reach into what is no entry"},
	inventory.MarkResources:      {Low, false, "the binary manifest or resources are built so that tools fail on them"},
	inventory.MarkDirectory:      {Low, false, "the directory of the archive is damaged in a way that Android gets over"},
	inventory.MarkUnsafeNames:    {Low, false, "names of entries lead outside of the folder that they are unpacked to, or hold control characters"},
}

// contradictions are marks of a signature alone.
var contradictions = []string{inventory.MarkBlockTwice, inventory.MarkOtherSigner, inventory.MarkStripped}

// essentialEntry matches the entries that decide what an app is.
var essentialEntry = regexp.MustCompile(`^(AndroidManifest\.xml|resources\.arsc|classes([2-9]|[1-9][0-9]+)?\.dex)$`)

// marks reports how the files of an app are built, where that is more than ordinary tools do.
func (a *assessor) marks(f *facts) {
	a.evasive(f)
	a.packed(f)
	a.weakKey(f)
}

// evasive reports a file that tools read otherwise than Android, or fail to read.
func (a *assessor) evasive(f *facts) {
	var said []string
	var evidence []Evidence
	severity := Low
	title := " has a signature that contradicts itself"
	for i, b := range f.files() {
		for j := range b.Marks {
			m := &b.Marks[j]
			t, ok := tricks[m.Code]
			where := markPlaces(m, b, i > 0 || f.base == nil)
			if t.essential {
				where = slices.DeleteFunc(where, func(p Place) bool { return !essentialEntry.MatchString(path.Base(strings.TrimRight(p.File, "/"))) })
			}
			if !ok || t.essential && len(where) == 0 {
				continue
			}
			if t.severity.Rank() > severity.Rank() {
				severity = t.severity
			}
			if !slices.Contains(contradictions, m.Code) {
				title = " is built so that tools read it otherwise than Android, or fail"
			}
			if !slices.Contains(said, t.text) {
				said = append(said, t.text)
			}
			evidence = append(evidence, Evidence{Kind: ByFile, Supports: true, Reliability: 'A', Credibility: 3, Origin: origin(f.app), Places: firstPlaces(where),
				Detail: fmt.Sprintf("%s: %s.", m.Code, strings.TrimSuffix(m.Detail, "."))})
		}
	}
	if len(evidence) == 0 {
		return
	}
	a.add(f, Finding{Rule: RuleEvasive, Axis: Security, Severity: severity, Action: Review, Confidence: ConfidenceModerate, Evidence: evidence,
		Title:  a.label(f) + title,
		Reason: sentence(strings.Join(said, "; ")) + " Ordinary build tools make no such file. It is read here as Android reads it.",
		Caveat: "A faulty tool may have made it; a file that is made to hide something looks the same.",
		Params: map[string]string{"package": f.app.Identifier}})
}

// ByFile is evidence from how a file is built.
const ByFile EvidenceKind = "file"

// markPlaces are the places of a mark, those in a split with its file.
func markPlaces(m *inventory.Mark, b *inventory.Binary, split bool) []Place {
	var out []Place
	for _, p := range m.Places {
		x := Place{Binary: p.Binary, File: p.File, Item: p.Item, Kind: PlaceItem}
		if x.Binary == "" && split {
			x.Binary = b.SHA256
		}
		out = append(out, x)
	}
	return out
}

// sentence begins with a capital and ends with a stop.
func sentence(s string) string {
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// packed reports code that appears only while the app runs, so that nobody can say whose it is.
func (a *assessor) packed(f *facts) {
	where, detail := f.marked(inventory.MarkPacker)
	if detail == "" {
		return
	}
	a.add(f, Finding{Rule: RulePacked, Axis: Security, Severity: Low, Action: Review, Confidence: ConfidenceModerate,
		Title:  a.label(f) + " holds its real code packed",
		Reason: "The code that can be read only unpacks the rest while the app runs. Whose code that is, and what it names, is not seen.",
		Caveat: "Banks and publishers of games pack code against copying; so do those who hide something.",
		Evidence: []Evidence{{Kind: ByFile, Supports: true, Reliability: 'A', Credibility: 3, Origin: origin(f.app), Places: firstPlaces(where),
			Detail: sentence(strings.TrimSuffix(detail, "."))}},
		Params: map[string]string{"package": f.app.Identifier}})
}

// marked finds a mark in the files of an app; the detail is empty where there is none.
func (f *facts) marked(code string) (where []Place, detail string) {
	for i, b := range f.files() {
		for j := range b.Marks {
			if m := &b.Marks[j]; m.Code == code {
				where = append(where, markPlaces(m, b, i > 0 || f.base == nil)...)
				detail = firstOf(detail, m.Detail, code)
			}
		}
	}
	return where, detail
}

// weakKey reports a signature that holds and vouches for little.
func (a *assessor) weakKey(f *facts) {
	if _, detail := f.marked(inventory.MarkDebugKey); detail != "" && len(f.testKeys) == 0 {
		a.add(f, Finding{Rule: RuleDebugKey, Axis: Security, Severity: Low, Action: Review, Confidence: ConfidenceHigh,
			Title:    a.label(f) + " is signed with a debug certificate",
			Reason:   "The build tools make such a key by themselves, with a password that everybody knows: the app was built for testing, and its certificate names nobody.",
			Evidence: []Evidence{{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 1, Origin: origin(f.app), Detail: sentence(strings.TrimSuffix(detail, "."))}},
			Params:   map[string]string{"package": f.app.Identifier}})
	}
	if _, detail := f.marked(inventory.MarkWeakSignature); detail != "" {
		a.add(f, Finding{Rule: RuleWeakSignature, Axis: Security, Severity: Info, Action: Inform, Confidence: ConfidenceHigh,
			Title:    a.label(f) + " has a weak signature",
			Reason:   "Its key is short, or its digest can be forged by whoever spends enough on it. Many apps that are older than their store's rules are signed so.",
			Evidence: []Evidence{{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 1, Origin: origin(f.app), Detail: sentence(strings.TrimSuffix(detail, "."))}},
			Params:   map[string]string{"package": f.app.Identifier}})
	}
}
