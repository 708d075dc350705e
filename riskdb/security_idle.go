package riskdb

import (
	"fmt"
	"slices"

	"quaestor/scanners/inventory"
)

// disabled reports a product of which services were seen and none may start, while nothing says that it is at work.
func (g *group) disabled() bool {
	seen := false
	for _, sp := range g.facts() {
		switch {
		case sp.Kind == "service" && (sp.Start == "disabled" || sp.State == "disabled"):
			seen = true
		case sp.State != "" && sp.State != "installed" && sp.State != "disabled" || sp.Kind == "service":
			return false
		}
	}
	return seen
}

// idle reports protection whose services are all disabled, unless other protection of its kind is at work: an antivirus
// steps back for another.
func (a *assessor) idle(d *inventory.Device, guarded bool) {
	p := a.db.Protection("off")
	for i := range a.out.Security {
		s := &a.out.Security[i]
		if p == nil || s.Device != d.ID || !s.Recognised || s.State != "disabled" || !protects(s.Kind) || s.Kind != "firewall" && guarded {
			continue
		}
		if slices.ContainsFunc(a.out.Security, func(x SecuritySoftware) bool {
			return x.Device == d.ID && protects(x.Kind) && (x.Kind == "firewall") == (s.Kind == "firewall") && slices.Contains([]string{"on", "running", "enabled"}, x.State)
		}) {
			continue
		}
		f := Finding{Rule: RuleProtectionOff, Axis: Security, Severity: p.Severity, Action: Review, Confidence: s.Confidence.Weaker(p.Allows()), Evidence: slices.Clone(s.Marks),
			Title:  fmt.Sprintf("The services of %q are disabled", s.Name),
			Reason: fmt.Sprintf("%s is on the device, and all of its services that were seen are disabled. %s", s.Name, p.Means),
			Caveat: "Other protection may be at work that no source told of.",
			Params: map[string]string{"subject": s.ID, "software": s.Name, "kind": s.Kind, "state": "disabled"}, Sources: p.Sources}
		if s.Kind == "firewall" && p.Firewall != "" {
			f.Severity = p.Firewall
		}
		a.addDevice(d, f)
	}
}

func protects(kind string) bool { return kind == "antivirus" || kind == "edr" || kind == "firewall" }
