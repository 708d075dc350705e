package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// authorities reports the certificate authorities that were added to a device, each by itself, and together those of a list
// that tells the added ones from the others no better than by what systems are known to bring.
func (a *assessor) authorities(d *inventory.Device, known func(*inventory.Profile) bool, managed bool) {
	told := a.toldApart(d)
	var loose []*inventory.Certificate
	for i := range a.inv.Certificates {
		c := &a.inv.Certificates[i]
		switch {
		case c.Device != d.ID || c.Store == "system" || a.broughtAlong(d, c):
		case c.Store != inventory.MixedStore:
			a.addDevice(d, a.addedAuthority(d, c, known, managed))
		case told[rootDigest(c)] || c.Trusted == "no":
		case a.markOf(c) != nil: // no system brings that of security software
			a.addDevice(d, a.addedAuthority(d, c, known, managed))
		default:
			loose = append(loose, c)
		}
		if c.Device == d.ID {
			told[rootDigest(c)] = true
		}
	}
	a.looseAuthorities(d, loose)
}

// rootDigest is what a certificate is told by.
func rootDigest(c *inventory.Certificate) string { return firstOf(c.SHA1, c.SHA256) }

// toldApart are the authorities of a device of which some source tells whether they were added.
func (a *assessor) toldApart(d *inventory.Device) map[string]bool {
	out := map[string]bool{}
	for i := range a.inv.Certificates {
		if c := &a.inv.Certificates[i]; c.Device == d.ID && c.Store != inventory.MixedStore {
			out[rootDigest(c)] = true
		}
	}
	return out
}

// broughtAlong reports an authority that the system itself put among the added ones: Windows keeps its own there.
func (a *assessor) broughtAlong(d *inventory.Device, c *inventory.Certificate) bool {
	mixes := c.Store == inventory.MixedStore || d.Platform == inventory.Windows && (c.Store == "machine" || c.Store == "user")
	return mixes && a.db.ShippedRoot(c) != nil
}

// addedAuthority judges one. One that the management brought is for information, and so is one that is not turned on, and one that
// other systems bring.
func (a *assessor) addedAuthority(d *inventory.Device, c *inventory.Certificate, known func(*inventory.Profile) bool, managed bool) Finding {
	says := authorityEvidence(c)
	f := Finding{Rule: RuleAddedAuthority, Axis: Security, Severity: Medium, Action: Review, Confidence: Combine([]Evidence{says}).Weaker(ConfidenceModerate), Evidence: []Evidence{says},
		Title:  fmt.Sprintf("A certificate authority was added: %q", firstOf(c.Subject, short(rootDigest(c)))),
		Reason: "Whoever holds its key can read the encrypted traffic of browsers, and of apps that trust added authorities, where that traffic passes him.",
		Caveat: "Organisations add one for their own servers, or to look into the traffic of their network. The name of an authority is what it calls itself.",
		Params: map[string]string{"subject": c.ID, "authority": c.Subject, "sha256": c.SHA256, "sha1": c.SHA1, "trusted": c.Trusted}}
	if c.SHA256 != "" {
		delete(f.Params, "sha1")
	}
	from, list := a.profileByID(c.Profile), a.db.ShippedRoot(c)
	switch {
	case c.Trusted == "no":
		f.Severity, f.Action = Info, Inform
		f.Reason = "It is there and not turned on, so that nothing trusts it for web sites."
	case known(from):
		f.Severity, f.Action = Info, Inform
		f.Reason += fmt.Sprintf(" It came with the profile %q of %q, which manages the device.", firstOf(from.Name, from.Identifier), from.Organization)
	case c.Store == "policy" || c.Store == "enterprise":
		f.Severity, f.Action = Info, Inform
		f.Reason += " A policy of the organisation that manages the device brought it."
	case list != nil:
		f.Severity, f.Action = Info, Inform
		f.Reason += fmt.Sprintf(" It is one of those that systems bring with them (%s).", list.Title)
	case from != nil:
		f.Reason += fmt.Sprintf(" It came with the profile %q, %s.", firstOf(from.Name, from.Identifier), organisationWords(from))
	case managed && c.Profile == "":
		f.Severity = Low
		f.Reason += " The device is managed; whether the management brought it, the source does not tell."
	}
	a.whoseAuthority(&f, c)
	dropEmpty(f.Params)
	return f
}

// whoseAuthority names the security software that an authority is a mark of. What is on the device explains it; where nothing else
// of it was seen, the name is all that there is.
func (a *assessor) whoseAuthority(f *Finding, c *inventory.Certificate) {
	s := a.markOf(c)
	switch {
	case s == nil:
		return
	case a.only(s, c):
		f.Reason += fmt.Sprintf(" By its name it is that of %s%s. Nothing else of it was seen on the device: it may have been left behind, or borrow the name.", s.Name, a.withReach(s))
		f.Chain = s.Chain
	default:
		f.Severity, f.Action = lesser(f.Severity, Low), Inform
		f.Reason += fmt.Sprintf(" By its name it is that of %s, which is on the device and looks into such traffic with it.", s.Name)
	}
	f.Params["product"] = s.Product.ID
}

// withReach names the maker of a product, and the state whose law can reach it.
func (a *assessor) withReach(s *SecuritySoftware) string {
	if securityKind(s.Product) == "certificate-authority" {
		return ""
	}
	out := ", of " + a.db.name(s.Vendor)
	if s.Reach != nil {
		out += ", within reach of the law of " + theState(a.db.Jurisdiction(s.Reach.State))
	}
	return out
}

func authorityEvidence(c *inventory.Certificate) Evidence {
	detail := fmt.Sprintf("The device lists the authority %q (%s…) beside those of its system.", c.Subject, short(rootDigest(c)))
	if c.Store == inventory.MixedStore {
		detail = fmt.Sprintf("The device lists the authority %q (%s…), in a list that shows those of its system too.", c.Subject, short(rootDigest(c)))
	}
	return Evidence{Kind: ByStatement, Supports: true, Reliability: 'B', Credibility: 2, Origin: factOrigin(c.Origins), Detail: detail}
}

// markOf finds the security software that an authority is a mark of; nil where there is none.
func (a *assessor) markOf(c *inventory.Certificate) *SecuritySoftware {
	for i := range a.out.Security {
		s := &a.out.Security[i]
		if s.Device == c.Device && s.Product != nil && slices.Contains(s.Facts, c.ID) {
			return s
		}
	}
	return nil
}

// only reports whether nothing but authorities was seen of security software.
func (a *assessor) only(s *SecuritySoftware, c *inventory.Certificate) bool {
	return len(s.Apps) == 0 && !slices.ContainsFunc(s.Facts, func(id string) bool {
		return id != c.ID && !slices.ContainsFunc(a.inv.Certificates, func(x inventory.Certificate) bool { return x.ID == id })
	})
}

// maxNamed is how many authorities a finding about several names.
const maxNamed = 10

// looseAuthorities asks about those of a list that shows shipped and added authorities together, which are in no list of what
// systems bring: most often ones that Windows fetched when it met them, and sometimes one that somebody added.
func (a *assessor) looseAuthorities(d *inventory.Device, list []*inventory.Certificate) {
	if len(list) == 0 {
		return
	}
	slices.SortStableFunc(list, func(x, y *inventory.Certificate) int {
		return strings.Compare(x.Subject+rootDigest(x), y.Subject+rootDigest(y))
	})
	var names []string
	var evidence []Evidence
	for _, c := range list[:min(len(list), maxNamed)] {
		names = append(names, fmt.Sprintf("%q", firstOf(c.Subject, rootDigest(c))))
		evidence = append(evidence, authorityEvidence(c))
	}
	named := strings.Join(names, ", ")
	if more := len(list) - len(names); more > 0 {
		named += fmt.Sprintf(" and %d more", more)
	}
	title := fmt.Sprintf("%d certificate authorities may have been added", len(list))
	if len(list) == 1 {
		title = "A certificate authority may have been added: " + named
	}
	a.addDevice(d, Finding{Rule: RuleAddedAuthority, Axis: Security, Severity: Low, Action: Review, Confidence: ConfidenceLow, Evidence: evidence, Title: title,
		Reason: fmt.Sprintf("The source lists those of the system and those that were added together. Not among the ones that systems are known to bring: %s. Whoever holds the key of an added one can read encrypted traffic that passes him.", named),
		Caveat: "The database knows the roots of Mozilla and Windows' own, not all of Microsoft's, which Windows fetches when it meets them. The registry tells which were added: scan SOFTWARE, as `reg save HKLM\\SOFTWARE` writes it.",
		Params: map[string]string{"subject": "mixed-authorities", "count": fmt.Sprint(len(list)), "authorities": named}})
}
