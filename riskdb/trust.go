package riskdb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// The rules on whom a device was told to trust, and on who manages it.
const (
	RuleAddedAuthority = "added-authority"
	RuleManagement     = "device-management"
	RuleSettings       = "configuration-profile"
	RuleDistribution   = "app-distribution"
)

// mdmPayload is the one that makes a profile a manager of the device.
const mdmPayload = "com.apple.mdm"

// Sets lists what a profile sets that changes who sees the traffic of a device, or who manages it, in phrases.
func (db *DB) Sets(p *inventory.Profile) []string {
	var out []string
	for i := range db.Payloads {
		x := &db.Payloads[i]
		if slices.ContainsFunc(p.Payloads, func(t string) bool { return t == x.Type || strings.HasPrefix(t, x.Type+".") }) && !slices.Contains(out, x.Does) {
			out = append(out, x.Does)
		}
	}
	return out
}

// trust judges the profiles and authorities of every device.
func (a *assessor) trust() {
	for i := range a.inv.Devices {
		d := &a.inv.Devices[i]
		a.posture(d)
		var organisations []string // of those who manage it
		for j := range a.inv.Profiles {
			if p := &a.inv.Profiles[j]; p.Device == d.ID && manages(p) {
				a.managed(d, p)
				organisations = append(organisations, p.Organization)
			}
		}
		known := func(p *inventory.Profile) bool {
			return p != nil && (manages(p) || p.Organization != "" && slices.Contains(organisations, p.Organization))
		}
		for j := range a.inv.Profiles {
			if p := &a.inv.Profiles[j]; p.Device == d.ID && !manages(p) {
				a.settings(d, p, known(p))
			}
		}
		a.authorities(d, known, len(organisations) > 0)
	}
}

// manages reports whether a profile lets somebody manage the device, or a user of it.
func manages(p *inventory.Profile) bool {
	return p.Kind == "device-owner" || p.Kind == "profile-owner" || slices.Contains(p.Payloads, mdmPayload)
}

// managed tells who manages a device: for information, and for review where nobody is named and the agent is not a known one.
func (a *assessor) managed(d *inventory.Device, p *inventory.Profile) {
	agent, _, _ := strings.Cut(p.Identifier, "/")
	product := ""
	for _, m := range a.db.LookupIdentifier(inventory.AndroidPackage, agent) {
		if m.Product != nil {
			product = m.Product.Name
		}
	}
	if in := a.db.Installer(agent); product == "" && in != nil && in.Kind == Management {
		product = in.Name
	}
	whole := map[bool]string{true: "The device", false: "A profile of the device"}[p.Kind != "profile-owner"]
	by := firstOf(p.Organization, p.Name, agent)
	says := profileEvidence(p)
	f := Finding{Rule: RuleManagement, Axis: Security, Severity: Info, Action: Inform, Confidence: Combine([]Evidence{says}), Evidence: []Evidence{says},
		Title:  fmt.Sprintf("%s is managed by %q", whole, by),
		Reason: "Whoever manages it can install and remove apps there, change settings and erase it.",
		Caveat: "Organisations manage the devices that they give out. That the name is theirs, the device alone says.",
		Params: map[string]string{"subject": p.ID, "manager": by, "agent": agent, "product": product}}
	if product != "" {
		f.Reason = fmt.Sprintf("The agent is %s. %s", product, f.Reason)
	}
	if p.Organization == "" && product == "" {
		f.Severity, f.Action = Low, Review
		f.Title = fmt.Sprintf("%s is managed by an agent that names no organisation: %q", whole, by)
		f.Caveat = "Ask whether the organisation knows it. " + f.Caveat
	}
	dropEmpty(f.Params)
	a.addDevice(d, f)
}

// settings reports a configuration profile that redirects traffic or adds an authority, and a provisioning profile of an
// organisation.
func (a *assessor) settings(d *inventory.Device, p *inventory.Profile, known bool) {
	phrases := a.db.Sets(a.withoutListed(p))
	what := strings.Join(phrases, "; ")
	if p.Kind == "provisioning-profile" {
		if !strings.HasPrefix(p.Description, "enterprise") {
			return
		}
		what = "lets apps of an organisation run that did not pass the App Store"
	} else if len(phrases) == 0 {
		return
	}
	says := profileEvidence(p)
	name := firstOf(p.Name, p.Identifier)
	f := Finding{Rule: RuleSettings, Axis: Security, Severity: Low, Action: Review, Confidence: Combine([]Evidence{says}), Evidence: []Evidence{says},
		Title:  fmt.Sprintf("The profile %q %s", name, what),
		Reason: fmt.Sprintf("A profile on the device %s.", what),
		Caveat: "Organisations, schools and makers of VPNs and filters use such profiles. Who made it, the profile says of itself.",
		Params: map[string]string{"subject": p.ID, "profile": name, "organisation": p.Organization}, Sources: []string{"apple-device-management"}}
	switch {
	case known:
		f.Severity, f.Action = Info, Inform
		f.Reason += fmt.Sprintf(" It names %q, which manages the device.", p.Organization)
	case p.Organization == "":
		f.Severity = Medium
		f.Reason += " It names no organisation."
	default:
		f.Reason += fmt.Sprintf(" It names %q.", p.Organization)
	}
	dropEmpty(f.Params)
	a.addDevice(d, f)
}

// addsCertificate are the parts of a profile that hold a certificate.
var addsCertificate = []string{"com.apple.security.root", "com.apple.security.pem", "com.apple.security.pkcs1"}

// withoutListed is a profile without its parts that hold certificates, where the source lists those certificates by themselves:
// each is judged there, by what it is.
func (a *assessor) withoutListed(p *inventory.Profile) *inventory.Profile {
	listed := func(c inventory.Certificate) bool { return p.ID != "" && c.Device == p.Device && c.Profile == p.ID }
	if !slices.ContainsFunc(a.inv.Certificates, listed) {
		return p
	}
	rest := *p
	rest.Payloads = slices.DeleteFunc(slices.Clone(p.Payloads), func(t string) bool { return slices.Contains(addsCertificate, t) })
	return &rest
}

func profileEvidence(p *inventory.Profile) Evidence {
	e := Evidence{Kind: ByStatement, Supports: true, Reliability: 'B', Credibility: 2,
		Detail: fmt.Sprintf("The device lists the %s %q", plainWords(p.Kind), firstOf(p.Name, p.Identifier))}
	if p.InstalledAt != nil {
		e.Detail += ", installed on " + string(DateOf(*p.InstalledAt))
	}
	if p.Fixed {
		e.Detail += "; its user cannot remove it"
	}
	e.Detail += "."
	if len(p.Origins) > 0 {
		e.Origin = p.Origins[0]
	}
	return e
}

// organisationWords says whom a profile names.
func organisationWords(p *inventory.Profile) string {
	if p.Organization == "" {
		return "which names no organisation"
	}
	return fmt.Sprintf("which names %q", p.Organization)
}

// lesser is the lesser of two severities.
func lesser(x, y Severity) Severity {
	if x.Rank() < y.Rank() {
		return x
	}
	return y
}

func (a *assessor) profileByID(id string) *inventory.Profile {
	i := slices.IndexFunc(a.inv.Profiles, func(p inventory.Profile) bool { return id != "" && p.ID == id })
	if i < 0 {
		return nil
	}
	return &a.inv.Profiles[i]
}

func dropEmpty(params map[string]string) {
	for k, v := range params {
		if v == "" {
			delete(params, k)
		}
	}
}

// ways are the ways on which an Apple app comes past the store, and what each means.
var ways = map[string]struct {
	title, why string
	severity   Severity
}{
	"enterprise":  {"was given out by an organisation, past the App Store", "It runs by an organisation's certificate for its own people. Nobody at Apple looked at it.", Low},
	"ad-hoc":      {"was given out to chosen devices, past the App Store", "It runs on devices that its maker listed one by one. Nobody at Apple looked at it.", Low},
	"development": {"was put there by a developer", "It runs by a profile for testing, so that a computer installed it.", Low},
	"testflight":  {"is a test version", "It came through TestFlight, which Apple looks at less closely.", Info},
}

// distribution reports an Apple app that did not come through the store. The device's word goes first. The provisioning
// profile in the app is evidence of its own, and the way where nobody else tells it: an app handed in as a file has no device
// that would, and what lies beside it says "store" for whoever puts it there.
func (a *assessor) distribution(f *facts) {
	if f.app.Platform != inventory.IOS || f.standing != nil {
		return
	}
	way, p := "", provisioning(f.base)
	var evidence []Evidence
	if f.app.Device != "" && f.app.Distribution != "" {
		way = f.app.Distribution
		evidence = append(evidence, Evidence{Kind: ByInstaller, Supports: true, Reliability: 'B', Credibility: 2, Origin: origin(f.app),
			Detail: fmt.Sprintf("The device says how it came: %s.", plainWords(way))})
	}
	if p != nil && p.Kind != "" {
		way = cmp.Or(way, p.Kind)
		evidence = append(evidence, profiled(f, p, way))
	}
	w, ok := ways[way]
	if !ok {
		return
	}
	fd := Finding{Rule: RuleDistribution, Axis: Security, Severity: w.severity, Action: Review, Confidence: Combine(evidence), Evidence: evidence,
		Title: a.label(f) + " " + w.title, Reason: w.why, Caveat: "Organisations give their own apps out so. Ask whether this one is known.",
		Params: map[string]string{"package": f.app.Identifier, "way": way}}
	fd.named(f, p)
	if w.severity == Info {
		fd.Action = Inform
	}
	dropEmpty(fd.Params)
	a.add(f, fd)
}

// profiled is what the provisioning profile in an app says of its way, for it or against it.
func profiled(f *facts, p *inventory.Provisioning, way string) Evidence {
	e := Evidence{Kind: ByStatement, Supports: p.Kind == way, Reliability: 'B', Credibility: 2, Origin: origin(f.app),
		Detail: fmt.Sprintf("The provisioning profile in the app says %s; its signature leads to Apple's root.", plainWords(p.Kind))}
	if !p.Verified {
		e.Reliability, e.Credibility = 'C', 3
		e.Detail = fmt.Sprintf("The provisioning profile in the app says %s, unproven: its signature was not checked, or does not hold.", plainWords(p.Kind))
	}
	return e
}

// named says who made the app: as a fact what the device says, what a signature that holds names, and a profile that leads to
// Apple's root; another profile's word as no more than that.
func (fd *Finding) named(f *facts, p *inventory.Provisioning) {
	team := ""
	switch {
	case f.app.Device != "" && f.app.Team != "":
		team = f.app.Team
		fd.Reason += fmt.Sprintf(" The device says that it is of the team %q.", team)
	case p != nil && p.Verified && cmp.Or(p.TeamName, p.Team) != "":
		team = cmp.Or(p.TeamName, p.Team)
		fd.Reason += fmt.Sprintf(" Its maker is %q, as Apple's profile in it says.", team)
	case f.base != nil && f.base.Signed == inventory.SignatureValid && f.base.Team != "":
		team = f.base.Team
		fd.Reason += fmt.Sprintf(" It is signed by the team %q.", team)
	case p != nil && cmp.Or(p.TeamName, p.Team) != "":
		claimed := cmp.Or(p.TeamName, p.Team)
		fd.Reason += fmt.Sprintf(" The profile in it names %q, which is unproven.", claimed)
		fd.Params["claimed_team"] = claimed
	}
	fd.Params["team"] = team
}

func provisioning(b *inventory.Binary) *inventory.Provisioning {
	if b == nil {
		return nil
	}
	return b.Provisioning
}
