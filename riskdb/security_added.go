package riskdb

import (
	"fmt"
	"strings"

	"quaestor/scanners/inventory"
)

// addedRoots puts the authorities that a device was told to trust to the products that add them. The name of an authority
// is what it calls itself, so that it shows no software by itself and is kept as a trace; the digest of its certificate is proof.
func (a *assessor) addedRoots(s *onDevices) {
	for i := range a.inv.Certificates {
		c := &a.inv.Certificates[i]
		if c.Store == "system" || c.Trusted == "no" || a.db.ShippedRoot(c) != nil {
			continue
		}
		says := Evidence{Kind: ByStatement, Supports: true, Reliability: 'B', Credibility: 2, Origin: factOrigin(c.Origins),
			Detail: fmt.Sprintf("The device trusts the added authority %q.", firstOf(c.Subject, short(c.SHA256)))}
		for _, l := range rootLookups(c) {
			for _, m := range a.db.LookupIdentifier(l.kind, l.value) {
				g := s.group(c.Device, m.Product)
				proof := rootEvidence(c, l, m.Identifier)
				fact := &inventory.SecurityProduct{ID: c.ID, Device: c.Device, User: c.User, Kind: "root-certificate", Name: c.Subject, Identifier: c.SHA256, Origins: c.Origins}
				mark := sighting{match: m, fact: fact, kind: l.kind, value: strings.ToLower(l.value), file: firstOf(c.SHA256, c.SHA1), proof: proof}
				if len(g.apps)+len(g.marks) > 0 || proof.Kind == ByFileHash || securityKind(m.Product) == "certificate-authority" {
					g.marks = append(g.marks, mark)
				} else {
					g.traces = append(g.traces, mark)
				}
				g.extra = append(g.extra, Privilege{Name: "tls-interception", Evidence: []Evidence{says}})
			}
		}
	}
}

// traced lists a product of which nothing but an added authority was seen, by its name. It is not judged: the software may be
// gone, or another bear the name. Whoever holds the key of the authority reads along all the same.
func (a *assessor) traced(g *group) {
	g.marks = g.traces
	s := a.record(g, g.evidence())
	s.Confidence = ConfidenceLow
	s.Note = "Nothing but an added authority that bears its name was seen: the software may be gone, or the name be borrowed."
	a.out.Security = append(a.out.Security, s)
}

// rootLookups are the digest of a certificate and the names in its subject.
func rootLookups(c *inventory.Certificate) []lookup {
	out := []lookup{{RootSHA256, c.SHA256}}
	for _, name := range []string{attribute(c.Subject, "CN"), attribute(c.Subject, "O"), attribute(c.Subject, "OU")} {
		if name != "" {
			out = append(out, lookup{RootName, name})
		}
	}
	return out
}

func rootEvidence(c *inventory.Certificate, l lookup, id *Identifier) Evidence {
	if l.kind == RootSHA256 {
		return doubted(Evidence{Kind: ByFileHash, Supports: true, Reliability: 'A', Credibility: 1, Origin: factOrigin(c.Origins),
			Detail: fmt.Sprintf("The certificate %s… is the listed one.", short(c.SHA256))}, id)
	}
	return Evidence{Kind: ByName, Supports: true, Reliability: 'B', Credibility: 4, Origin: factOrigin(c.Origins),
		Detail: fmt.Sprintf("An added authority calls itself %q.", l.value)}
}

// tunnels puts the configured VPNs to the products that provide them.
func (a *assessor) tunnels(s *onDevices) {
	for i := range a.inv.VPNs {
		v := &a.inv.VPNs[i]
		if v.App == "" {
			continue
		}
		says := Evidence{Kind: ByStatement, Supports: true, Reliability: 'B', Credibility: 2, Origin: factOrigin(v.Origins),
			Detail: fmt.Sprintf("The device has a VPN of %q.", v.App)}
		for _, kind := range []inventory.IdentifierKind{inventory.AndroidPackage, inventory.IOSBundle, inventory.MacBundle} {
			for _, m := range a.db.LookupIdentifier(kind, v.App) {
				if g := s.groups[v.Device+"\x00"+m.Product.ID]; g != nil {
					g.extra = append(g.extra, Privilege{Name: "vpn", Evidence: []Evidence{says}})
				}
			}
		}
	}
}

// managers puts who manages a device, or a profile of it, to the product of that agent.
func (a *assessor) managers(s *onDevices, apps map[string]*facts) {
	for i := range a.inv.Profiles {
		p := &a.inv.Profiles[i]
		if p.Kind != "device-owner" && p.Kind != "profile-owner" {
			continue
		}
		agent, _, _ := strings.Cut(p.Identifier, "/")
		for _, f := range apps {
			if f.app.Device == p.Device && f.app.Identifier == agent {
				g := s.group(p.Device, f.product)
				g.extra = append(g.extra, Privilege{Name: p.Kind, Evidence: []Evidence{profileEvidence(p)}})
			}
		}
	}
}
