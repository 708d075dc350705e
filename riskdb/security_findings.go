package riskdb

import (
	"fmt"
	"slices"
	"strings"

	"quaestor/scanners/inventory"
)

// The rules on protection as the system itself reports it.
const (
	RuleProtectionOff    = "protection-off"
	RuleSeveralAntivirus = "several-antivirus"
	RuleUnknownGuard     = "security-software-unknown"
)

// protection judges what the systems say of the state of their protection, and what of it nobody knows.
func (a *assessor) protection(s *onDevices) {
	for i := range a.inv.Devices {
		d := &a.inv.Devices[i]
		var on []*inventory.SecurityProduct
		var rest []*inventory.SecurityProduct
		for j := range a.inv.SecurityProducts {
			sp := &a.inv.SecurityProducts[j]
			switch {
			case sp.Device != d.ID || sp.Kind != "antivirus" && sp.Kind != "firewall":
			case sp.Kind == "antivirus" && sp.State == "on":
				on = append(on, sp)
			default:
				rest = append(rest, sp)
			}
		}
		a.weak(d, append(slices.Clone(on), rest...), len(on) > 0)
		a.several(d, on)
		a.idle(d, len(on) > 0)
	}
	for i := range a.out.Security {
		if x := &a.out.Security[i]; !x.Recognised {
			a.unknownGuard(x)
		}
	}
}

// Protection finds what a state that a system reports of protective software means; nil for one that needs no word.
func (db *DB) Protection(state string) *Protection {
	i := slices.IndexFunc(db.Protections, func(p Protection) bool { return p.State == state })
	if i < 0 || state == "" {
		return nil
	}
	return &db.Protections[i]
}

// weak reports protection that the system says is off, snoozed, expired or outdated. An antivirus that is off beside one that is
// on has stepped back for it, which is how systems are made.
func (a *assessor) weak(d *inventory.Device, list []*inventory.SecurityProduct, guarded bool) {
	seen := map[string]bool{}
	for _, sp := range list {
		state := sp.State
		if state == "on" {
			state = sp.Definitions
		} else if guarded && sp.Kind == "antivirus" {
			continue
		}
		p := a.db.Protection(state)
		key := strings.Join([]string{sp.Name, sp.Kind, state}, "\x00")
		if p == nil || seen[key] {
			continue
		}
		seen[key] = true
		a.addDevice(d, a.weakness(sp, p, state))
	}
}

func (a *assessor) weakness(sp *inventory.SecurityProduct, p *Protection, state string) Finding {
	says := heldEvidence(sp)
	f := Finding{Rule: RuleProtectionOff, Axis: Security, Severity: p.Severity, Action: Review, Confidence: Combine([]Evidence{says}).Weaker(p.Allows()), Evidence: []Evidence{says},
		Title:  fmt.Sprintf("The %s %q %s", sp.Kind, sp.Name, p.Says),
		Reason: fmt.Sprintf("The system has %q registered as %s and says that it %s. %s", sp.Name, sp.Kind, p.Says, p.Means),
		Caveat: "Programs tell the system of their state themselves, and a moment later it may be another.",
		Params: map[string]string{"subject": sp.ID, "software": sp.Name, "kind": sp.Kind, "state": state}, Sources: p.Sources}
	if sp.Kind == "firewall" && p.Firewall != "" {
		f.Severity = p.Firewall
	}
	if f.Severity == Info {
		f.Action = Inform
	}
	if sp.UpdatedAt != nil {
		f.Caveat = joinSpace(f.Caveat, fmt.Sprintf("The system noted it on %s.", DateOf(*sp.UpdatedAt)))
	}
	return f
}

// several tells of two antivirus programs that both say that they are on.
func (a *assessor) several(d *inventory.Device, on []*inventory.SecurityProduct) {
	var names []string
	var evidence []Evidence
	for _, sp := range on {
		if !slices.Contains(names, sp.Name) {
			names = append(names, sp.Name)
			evidence = append(evidence, heldEvidence(sp))
		}
	}
	p := a.db.Protection("several")
	if len(names) < 2 || p == nil {
		return
	}
	slices.Sort(names)
	a.addDevice(d, Finding{Rule: RuleSeveralAntivirus, Axis: Security, Severity: p.Severity, Action: Inform, Confidence: Combine(evidence).Weaker(p.Allows()), Evidence: evidence,
		Title: fmt.Sprintf("%d antivirus programs are on: %s", len(names), quotedList(names)), Reason: p.Means,
		Params: map[string]string{"subject": "antivirus"}, Sources: p.Sources})
}

// unknownGuard asks about software that the system has registered as protection, and that nobody here knows.
func (a *assessor) unknownGuard(s *SecuritySoftware) {
	if s.Kind != "antivirus" && s.Kind != "firewall" && s.Kind != "edr" {
		return
	}
	d := a.device(s.Device)
	if d == nil {
		return
	}
	f := Finding{Rule: RuleUnknownGuard, Axis: Security, Severity: Low, Action: Review, Confidence: Combine(s.Marks[:1]), Evidence: slices.Clone(s.Marks), Chain: s.Chain,
		Title:  fmt.Sprintf("%q is registered as %s, and is not known here", s.Name, article(s.Kind)),
		Reason: "The system gives it the rights of protective software, with which it sees what is on the device. The risk database has no record of the product.",
		Caveat: "Small makers and editions for one country are seldom listed. Who stands behind it, its signature tells.",
		Params: map[string]string{"subject": s.ID, "software": s.Name, "kind": s.Kind, "stated_vendor": s.StatedVendor, "vendor": s.Vendor}}
	if s.StatedVendor != "" {
		f.Reason += fmt.Sprintf(" It states %q as its maker.", s.StatedVendor)
	}
	dropEmpty(f.Params)
	a.addDevice(d, f)
}

func article(kind string) string {
	switch kind {
	case "antivirus":
		return "antivirus"
	case "edr":
		return "endpoint security"
	}
	return "a " + kind
}

func quotedList(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += fmt.Sprintf("%q", n)
	}
	return out
}
