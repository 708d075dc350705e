package riskdb

import (
	"fmt"
	"strings"

	"quaestor/scanners/inventory"
)

// The rules on support.
const (
	RuleOSUnsupported     = "os-unsupported"
	RuleDeviceUnsupported = "device-unsupported"
	RulePatchAge          = "patch-age"
)

// support judges the system and the model of every device.
func (a *assessor) support() {
	unknown := map[string]int{}
	var order []string
	for i := range a.inv.Devices {
		d := &a.inv.Devices[i]
		judged := false
		for _, l := range a.lifecycle(d) {
			if l.State != SupportUnknown {
				judged = judged || l.Product.Scope == SystemScope
				a.unsupported(d, &l)
				a.outdated(d, &l)
			}
		}
		if !judged {
			name := statedSystem(d)
			if unknown[name] == 0 {
				order = append(order, name)
			}
			unknown[name]++
		}
		a.patchAge(d)
	}
	for _, name := range order {
		a.out.Gaps = append(a.out.Gaps, supportGap(name, unknown[name]))
	}
}

// statedSystem is the system with its version; empty when the source does not tell the version.
func statedSystem(d *inventory.Device) string {
	if d.OSVersion == "" && d.SDK == 0 {
		return ""
	}
	return firstOf(joinWords(d.OSName, d.OSVersion), string(d.Platform))
}

func supportGap(name string, devices int) inventory.Gap {
	g := inventory.Gap{Scanner: "riskdb/" + RuleOSUnsupported, Kind: inventory.GapBlind, Count: devices,
		Subject: "support of the system", Detail: "The source does not tell which version the system has, so that its security support was not judged.",
		Next: "Read the version on the device, or collect with a source that tells it."}
	if name != "" {
		g.Subject = "support of " + inventory.Text(name)
		g.Detail = "Whether this system still gets security updates is not in the risk database."
		g.Next = "Look it up at the maker of the system."
	}
	return g
}

// unsupported reports a system or model whose security support has ended, or soon will.
func (a *assessor) unsupported(d *inventory.Device, l *Lifecycle) {
	r := l.Release(a.asOf)
	if r == nil || l.State == SupportRunning {
		return
	}
	name := r.name(l.Product)
	rule, what := RuleOSUnsupported, "The system"
	if l.Product.Scope == ModelScope {
		rule, what = RuleDeviceUnsupported, "The model"
	}
	says := statement(d, l.Product.Scope)
	f := Finding{Rule: rule, Axis: Security, Action: Update, Sources: l.Product.Sources,
		Confidence: Combine([]Evidence{says}).Weaker(l.Product.Allows()),
		Evidence:   []Evidence{says, l.Product.evidence("os_products/"+l.Product.ID, fmt.Sprintf("%s: %s, as of %s.", name, endText(r), l.Product.AsOf))},
		Params:     map[string]string{"release": name, "ends": string(r.SecurityEnds)}}
	if l.Product.Scope == ModelScope {
		f.Action = Review // there is nothing to install
	}
	switch l.State {
	case SupportEnded:
		f.Severity, f.Title = Medium, name+" no longer gets security updates"
		f.Reason = fmt.Sprintf("%s is %s, for which %s. Faults that are found since then stay open.", what, name, endText(r))
	case SupportExtended:
		f.Severity, f.Title = Low, name+" gets security updates only for those with extended support"
		f.Reason = fmt.Sprintf("%s is %s, for which %s; extended updates end on %s.", what, name, endText(r), r.ExtendedEnds)
		if l.Product.ExtendedForAll {
			f.Severity, f.Action, f.Title = Info, Inform, fmt.Sprintf("%s gets extended security updates until %s", name, r.ExtendedEnds)
		}
	case SupportEnding:
		f.Severity, f.Action, f.Title = Info, Inform, fmt.Sprintf("%s gets security updates until %s", name, r.SecurityEnds)
		f.Reason = fmt.Sprintf("%s is %s, for which %s.", what, name, endText(r))
	}
	f.Caveat = a.supportCaveat(d, l)
	a.addDevice(d, f)
}

func endText(r *OSRelease) string {
	switch {
	case r.SecurityEnds != "":
		return fmt.Sprintf("security support is recorded until %s", r.SecurityEnds)
	case r.Security == SecurityEnded:
		return "security support is recorded as ended"
	}
	return "security support is recorded without an end"
}

// supportCaveat says what may be otherwise on this device.
func (a *assessor) supportCaveat(d *inventory.Device, l *Lifecycle) string {
	var s []string
	switch {
	case l.State == SupportExtended && !l.Product.ExtendedForAll:
		s = append(s, "The source does not tell whether this device has extended updates.")
	case l.Mixed:
		s = append(s, "Editions of this release differ in support, and the device does not say which it is; the longest is assumed.")
	case l.Product.Scope == SystemScope && d.Platform == inventory.Android:
		s = append(s, "A manufacturer or an alternative system may carry on with fixes of its own; the patch level shows it.")
	}
	if d.CollectedAt != nil && daysBetween(DateOf(*d.CollectedAt), a.asOf) > freshDays {
		s = append(s, fmt.Sprintf("The facts are of %s; the device may have been updated since.", DateOf(*d.CollectedAt)))
	}
	return strings.Join(append(s, l.Product.Note), " ")
}

// statement is what a device says of itself.
func statement(d *inventory.Device, scope LifecycleScope) Evidence {
	detail := fmt.Sprintf("The device says that it runs %q.", joinWords(d.OSName, d.OSVersion))
	switch {
	case scope == ModelScope:
		detail = fmt.Sprintf("The device says that it is a %q.", joinWords(d.Manufacturer, d.Model))
	case d.SDK > 0:
		detail = fmt.Sprintf("The device says that it runs %q (API level %d).", joinWords(d.OSName, d.OSVersion), d.SDK)
	}
	e := Evidence{Kind: ByStatement, Supports: true, Reliability: 'B', Credibility: 2, Detail: detail}
	if len(d.Origins) > 0 {
		e.Origin = d.Origins[0]
	}
	return e
}

func joinWords(words ...string) string {
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
