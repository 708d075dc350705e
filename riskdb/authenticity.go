package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// signature reports signers that prove nothing, or something else than the package name claims.
func (a *assessor) signature(f *facts) {
	a.testKey(f)
	a.foreignSigner(f)
	a.brokenSignature(f)
	a.splitSigner(f)
}

func (a *assessor) splitSigner(f *facts) {
	splits := foreignSplits(f)
	if len(splits) == 0 {
		return
	}
	var evidence []Evidence
	for _, s := range splits {
		evidence = append(evidence, Evidence{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 1,
			Detail: fmt.Sprintf("Split %q (%s…) is not signed by the key of the base.", s.Split, short(s.SHA256)),
			Origin: inventory.Origin{Scanner: "apk", Path: origin(f.app).Path, SHA256: s.SHA256}})
	}
	a.add(f, Finding{Rule: RuleSplitSigner, Axis: Security, Severity: High, Action: Review, Confidence: ConfidenceHigh, Evidence: evidence,
		Title:  fmt.Sprintf("%s: a part of the app is signed by somebody else", a.label(f)),
		Reason: "All parts of an app must be signed by one key. Android would refuse this set; it was put together from different origins, or tampered with.",
		Params: map[string]string{"package": f.app.Identifier}})
}

func (a *assessor) testKey(f *facts) {
	if len(f.testKeys) == 0 {
		return
	}
	severity := Medium
	if f.app.System { // whoever built the system holds the key anyway
		severity = Low
	}
	key := f.testKeys[0]
	a.add(f, Finding{Rule: RuleTestKey, Axis: Security, Severity: severity, Action: Review,
		Confidence: ConfidenceHigh.Weaker(key.Allows()),
		Title:      fmt.Sprintf("%s is signed with a public test key", a.label(f)),
		Reason:     fmt.Sprintf("The certificate is the %s. Its private key is public, so that anybody can sign an update: the app counts as unsigned.", key.Name),
		Evidence: []Evidence{{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 1, Origin: origin(f.app),
			Detail: fmt.Sprintf("Certificate %s….", short(key.SHA256))}},
		Sources: key.Sources, Params: map[string]string{"key": key.Name}})
}

func (a *assessor) foreignSigner(f *facts) {
	if !f.foreign {
		return
	}
	listed := a.db.SignersOf(f.app.Identifier)
	var evidence []Evidence
	for _, e := range f.identity {
		if e.Kind == BySigner && !e.Supports {
			e.Supports = true // against the product, for this finding
			evidence = append(evidence, e)
		}
	}
	known := channelListed(listed, f.app.Installer)
	severity, confidence := Medium, Combine(evidence).Weaker(ConfidenceModerate)
	caveat := "A publisher may use another key on a channel that is not listed (Play signs many apps with a key of its own)."
	if known {
		severity, confidence = High, Combine(evidence)
		caveat = "A new key of the publisher would look the same until it is listed."
	}
	name := f.app.Identifier
	if listed.Name != "" {
		name = listed.Name
	}
	a.add(f, Finding{Rule: RuleForeignSigner, Axis: Security, Severity: severity, Action: Review, Confidence: confidence,
		Title:    fmt.Sprintf("%s is not signed by its known publisher", withoutParens(name)),
		Reason:   fmt.Sprintf("The package name %q is listed for %s, but the signing certificate is not among those listed for it (%d): a clone, a repackaged copy, or a channel that is not listed.", f.app.Identifier, name, genuineCount(listed)),
		Caveat:   caveat,
		Evidence: evidence, Sources: certSources(listed), Params: map[string]string{"package": f.app.Identifier, "name": name}})
}

// withoutParens is a name without what stands in parentheses behind it: of which channel or edition the listed app is.
func withoutParens(name string) string {
	if i := strings.Index(name, " ("); i > 0 && strings.HasSuffix(name, ")") {
		return name[:i]
	}
	return name
}

// channelListed reports whether a listed certificate is for the channel that the app came from.
func channelListed(listed *Signer, installer string) bool {
	channel := map[string]string{"com.android.vending": "play", "org.fdroid.fdroid": "f-droid"}[installer]
	if channel == "" {
		return false
	}
	for _, c := range listed.Certs {
		for _, ch := range c.Channels {
			if c.Genuine() && len(ch) >= len(channel) && searchFold(ch)[:len(channel)] == channel {
				return true
			}
		}
	}
	return false
}

func genuineCount(listed *Signer) (n int) {
	for i := range listed.Certs {
		if listed.Certs[i].Genuine() {
			n++
		}
	}
	return n
}

func certSources(listed *Signer) []string {
	var out []string
	for _, c := range listed.Certs {
		for _, s := range c.Sources {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

func (a *assessor) brokenSignature(f *facts) {
	if f.base == nil || (f.base.Signed != inventory.SignatureInvalid && f.base.Signed != inventory.SignatureUnsigned) {
		return
	}
	what := "has no signature"
	detail := "No signature block and no signature files were found."
	if f.base.Signed == inventory.SignatureInvalid {
		what, detail = "has a signature that does not hold", fmt.Sprintf("Verification failed: %q.", f.base.SignatureError)
	}
	a.add(f, Finding{Rule: RuleInvalidSignature, Axis: Security, Severity: Medium, Action: Review, Confidence: ConfidenceHigh,
		Title:  fmt.Sprintf("%s: its file %s", a.label(f), what),
		Reason: "Nobody vouches for the content of the file. " + refuses(f.app.Platform),
		Evidence: []Evidence{{Kind: BySigner, Supports: true, Reliability: 'A', Credibility: 1, Detail: detail,
			Origin: inventory.Origin{Scanner: readBy(f.base), Path: origin(f.app).Path, SHA256: f.base.SHA256}}},
		Params: map[string]string{"state": string(f.base.Signed)}})
}

// refuses says what a phone does with a file whose signature is missing or broken.
func refuses(p inventory.Platform) string {
	if p == inventory.IOS {
		return "An iPhone would refuse to run it."
	}
	if p == inventory.Windows {
		return "Windows takes it for a program of an unknown publisher."
	}
	return "Android would refuse to install it."
}

// readBy is the scanner that looked into a file.
func readBy(b *inventory.Binary) string {
	if len(b.Origins) > 0 && b.Origins[0].Scanner != "" {
		return b.Origins[0].Scanner
	}
	return "apk"
}
