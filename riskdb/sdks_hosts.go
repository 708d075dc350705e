package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// RuleHosts is the rule on servers that an app names.
const RuleHosts = "hosts"

// ByHost is evidence from the hosts that a file names.
const ByHost EvidenceKind = "host"

// hostsOf are the hosts of one company that a file names.
type hostsOf struct {
	owner *codeOwner
	names []string
}

// maxHosts is how many hosts of one company, and how many companies, a finding names.
const maxHosts = 5

// domainOwner is the company of a list of domains, and whose law can reach it.
func (a *assessor) domainOwner(d *VendorDomains) *codeOwner {
	return a.codeOwner(&SDK{Vendor: d.Vendor, VendorName: d.VendorName, Country: d.Country})
}

// namedHosts finds the companies within reach of a state that the texts name whose hosts a file names, by name.
func (a *assessor) namedHosts(f *facts) []hostsOf {
	var out []hostsOf
	for _, b := range f.files() {
		for _, found := range a.hostsIn(b.SHA256, statedHosts(b)) {
			i := slices.IndexFunc(out, func(h hostsOf) bool { return h.owner == found.owner })
			if i < 0 {
				out = append(out, hostsOf{owner: found.owner})
				i = len(out) - 1
			}
			out[i].names = append(out[i].names, found.names...)
		}
	}
	for i := range out {
		slices.Sort(out[i].names)
		out[i].names = slices.Compact(out[i].names)
	}
	slices.SortFunc(out, func(x, y hostsOf) int { return strings.Compare(x.owner.key, y.owner.key) })
	return out
}

// statedHosts are the hosts that a file names, with those that its privacy manifests say it tracks with.
func statedHosts(b *inventory.Binary) []string {
	hosts := b.Hosts
	for i := range b.PrivacyManifests {
		hosts = slices.Concat(hosts, b.PrivacyManifests[i].TrackingDomains)
	}
	return hosts
}

// tracked counts the hosts that a privacy manifest of the app names as those that it tracks with.
func (f *facts) tracked(names []string) int {
	n := 0
	for _, name := range names {
		if slices.ContainsFunc(f.files(), func(b *inventory.Binary) bool {
			return slices.ContainsFunc(b.PrivacyManifests, func(m inventory.PrivacyManifest) bool { return slices.Contains(m.TrackingDomains, name) })
		}) {
			n++
		}
	}
	return n
}

// hostsIn finds them in one file, once for all devices that have it.
func (a *assessor) hostsIn(sha string, hosts []string) []hostsOf {
	if len(hosts) == 0 {
		return nil
	}
	if found, ok := a.seen.hosts[sha]; ok {
		return found
	}
	var out []hostsOf
	for _, host := range hosts {
		d := a.db.MatchDomain(host)
		if d == nil {
			continue
		}
		o := a.domainOwner(d)
		if !o.priority {
			continue
		}
		i := slices.IndexFunc(out, func(h hostsOf) bool { return h.owner == o })
		if i < 0 {
			out = append(out, hostsOf{owner: o})
			i = len(out) - 1
		}
		out[i].names = append(out[i].names, host)
	}
	if a.seen.hosts == nil {
		a.seen.hosts = map[string][]hostsOf{}
	}
	a.seen.hosts[sha] = out
	return out
}

// evidence names the first of the hosts, and where in the files of the app they stand.
func (h hostsOf) evidence(f *facts) Evidence {
	names := h.names[:min(len(h.names), maxHosts)]
	detail := fmt.Sprintf("It names %s of %s: %s", countOf(len(h.names), "host"), h.owner.name, strings.Join(names, ", "))
	if more := len(h.names) - len(names); more > 0 {
		detail += fmt.Sprintf(" and %d more", more)
	}
	if n := f.tracked(h.names); n > 0 {
		detail += fmt.Sprintf("; of %d its privacy manifest says that it tracks people with them", n)
	}
	return Evidence{Kind: ByHost, Supports: true, Reliability: 'B', Credibility: 4, Origin: origin(f.app), Detail: detail + ". That a host is named does not show that it is called.",
		Places: f.placesOfHosts(names)}
}

// placesOfHosts is where the hosts are named.
func (f *facts) placesOfHosts(names []string) []Place {
	var out []Place
	for i, b := range f.files() {
		for j := range b.Endpoints {
			e := &b.Endpoints[j]
			if !slices.Contains(names, e.Host) || len(e.Places) == 0 {
				continue
			}
			p := Place{Binary: e.Places[0].Binary, File: e.Places[0].File, Item: e.Value, Kind: PlaceString}
			if p.Binary == "" && (i > 0 || f.base == nil) {
				p.Binary = b.SHA256
			}
			out = append(out, p)
		}
	}
	return firstPlaces(out)
}

// hosts reports the companies whose hosts an app names and whose code was not found in it.
func (a *assessor) hosts(f *facts) {
	carried := map[*codeOwner]bool{}
	for _, m := range a.out.Code[f.app.ID] {
		carried[a.codeOwner(m.SDK)] = true
	}
	var names, said []string
	var evidence []Evidence
	for _, h := range a.namedHosts(f) {
		if carried[h.owner] || a.ownCode(f, h.owner) || a.sameState(f, h.owner) {
			continue
		}
		names = append(names, h.owner.name)
		if len(said) < maxHosts {
			said = append(said, h.owner.name)
			evidence = append(evidence, h.evidence(f))
		}
	}
	if len(names) == 0 {
		return
	}
	if more := len(names) - len(said); more > 0 {
		said = append(said, fmt.Sprintf("%d more", more))
	}
	a.add(f, Finding{Rule: RuleHosts, Axis: Espionage, Severity: Info, Action: Inform, Confidence: ConfidenceLow, Evidence: evidence,
		Title:  fmt.Sprintf("%s names servers of %s", a.label(f), strings.Join(said, ", ")),
		Reason: "The " + map[bool]string{true: "files of the app name", false: "file names"}[f.noun() == "app"] + " hosts of companies within the reach of a state that the texts behind the database name. No code of theirs was found by name.",
		Caveat: "A named host is no traffic: it may be a link, an entry of a list, or never be used. A look at the app's traffic would tell.",
		Params: map[string]string{"package": f.app.Identifier, "vendors": strings.Join(names, ", ")}})
}

// hostEvidence adds to a finding on the code of a vendor the vendor's hosts that the app names.
func (a *assessor) hostEvidence(f *facts, o *codeOwner) []Evidence {
	for _, h := range a.namedHosts(f) {
		if h.owner == o {
			return []Evidence{h.evidence(f)}
		}
	}
	return nil
}
