package riskdb

import (
	"fmt"
	"slices"

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
	}
	for i := range a.out.Security {
		if x := &a.out.Security[i]; !x.Recognised {
			a.unknownGuard(x)
		}
	}
}

// weak reports protection that the system says is off, snoozed, expired or outdated. An antivirus that is off beside one that is
// on has stepped back for it, which is how systems are made.
func (a *assessor) weak(d *inventory.Device, list []*inventory.SecurityProduct, guarded bool) {
	seen := map[string]bool{}
	for _, sp := range list {
		what, severity := "", Info
		switch {
		case sp.State == "on" && sp.Definitions == "outdated":
			what, severity = "knows only what was known some time ago: its definitions are outdated", Low
		case sp.State == "on" || guarded && sp.Kind == "antivirus":
			continue
		case sp.State == "off":
			what, severity = "is off", Medium
		case sp.State == "expired":
			what, severity = "has expired", Medium
		case sp.State == "snoozed":
			what, severity = "is snoozed", Low
		default:
			continue
		}
		if sp.Kind == "firewall" && severity == Medium {
			severity = Low
		}
		says := heldEvidence(sp)
		key := sp.Name + "\x00" + sp.Kind + "\x00" + what
		if seen[key] {
			continue
		}
		seen[key] = true
		f := Finding{Rule: RuleProtectionOff, Axis: Security, Severity: severity, Action: Review, Confidence: Combine([]Evidence{says}), Evidence: []Evidence{says},
			Title:  fmt.Sprintf("%s %q %s, as the system says", upperFirst(plainWords(sp.Kind)), sp.Name, what),
			Reason: fmt.Sprintf("The system has registered %q as %s and says that it %s. What it is there for, it does not do, or not well, as long as that lasts.", sp.Name, plainWords(sp.Kind), what),
			Caveat: "Programs tell the system of their state themselves, and a moment later it may be another.",
			Params: map[string]string{"subject": sp.ID, "software": sp.Name, "kind": sp.Kind, "state": firstOf(sp.State, sp.Definitions)}, Sources: []string{"microsoft-wsc-state"}}
		if sp.UpdatedAt != nil {
			f.Caveat = joinSpace(f.Caveat, fmt.Sprintf("The system noted it on %s.", DateOf(*sp.UpdatedAt)))
		}
		a.addDevice(d, f)
	}
}

// several tells of two antivirus programs that both say that they are on: for information.
func (a *assessor) several(d *inventory.Device, on []*inventory.SecurityProduct) {
	var names []string
	var evidence []Evidence
	for _, sp := range on {
		if !slices.Contains(names, sp.Name) {
			names = append(names, sp.Name)
			evidence = append(evidence, heldEvidence(sp))
		}
	}
	if len(names) < 2 {
		return
	}
	slices.Sort(names)
	a.addDevice(d, Finding{Rule: RuleSeveralAntivirus, Axis: Security, Severity: Info, Action: Inform, Confidence: Combine(evidence), Evidence: evidence,
		Title:  fmt.Sprintf("%d antivirus programs are on: %s", len(names), quotedList(names)),
		Reason: "Each of them sees everything on the device, and they may hinder one another. Makers advise to have one that watches all the time.",
		Params: map[string]string{"subject": "antivirus"}, Sources: []string{"microsoft-defender-compatibility"}})
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
