package riskdb

import (
	"fmt"
	"strconv"
	"strings"

	"quaestor/scanners/inventory"
)

// RuleSystemBehind is the rule on a system that is older than the newest version of its release.
const RuleSystemBehind = "system-behind"

// How old an Android patch level is when it is reported, and when it counts. Android's bulletins are monthly and many makers
// supply them every quarter, so that a level of three months may be the newest of a model; one of six is of none that is kept up.
const (
	agingPatchDays = 90
	stalePatchDays = 180
)

// patchAge reports an Android patch level that is old on the day of the judgement. The rhythm of the bulletins is general
// knowledge, so that no more than low severity follows from it.
func (a *assessor) patchAge(d *inventory.Device) {
	patch := Date(d.SecurityPatch)
	if d.Platform != inventory.Android || !patch.Valid() || len(patch) != len("2006-01-02") {
		return
	}
	days := daysBetween(patch, a.asOf)
	if days <= agingPatchDays {
		return
	}
	severity, action := Info, Review
	if days > stalePatchDays {
		severity, action = Low, Update
	}
	e := statement(d, SystemScope)
	e.Detail = fmt.Sprintf("The device names the patch level %s.", patch)
	f := Finding{Rule: RulePatchAge, Axis: Security, Severity: severity, Action: action, Confidence: ConfidenceLow,
		Title:    fmt.Sprintf("The security patch level %s is %d months old", patch, days/30),
		Reason:   fmt.Sprintf("The patch level says up to which bulletin the system has Android's security fixes. It is %d days older than the day of the judgement.", days),
		Caveat:   "How long after a bulletin a maker supplies it differs by maker and model, and is not in the risk database." + a.ageOfFacts(d),
		Evidence: []Evidence{e}, Params: map[string]string{"patch": string(patch), "days": strconv.Itoa(days)}}
	a.addDevice(d, f)
}

// ageOfFacts says of which day the facts are, where they are not fresh.
func (a *assessor) ageOfFacts(d *inventory.Device) string {
	if d.CollectedAt == nil || daysBetween(DateOf(*d.CollectedAt), a.asOf) <= freshDays {
		return ""
	}
	return fmt.Sprintf(" The facts are of %s; the device may have been updated since.", DateOf(*d.CollectedAt))
}

// graceDays is how long a newer version may be out before a system that does not have it is more than a note: makers roll out in
// steps, and organisations test first.
const graceDays = 30

// outdated reports a system that is older than the newest version of its release that the data knows. A release that gets no updates
// any more is told by its end of support: then this is for information.
func (a *assessor) outdated(d *inventory.Device, l *Lifecycle) {
	if l.Product.Scope != SystemScope || len(l.Releases) != 1 {
		return // several releases fit: which one it is, is not known
	}
	r := l.Releases[0]
	if d.OSVersion == r.Cycle || !older(d.OSVersion, r.Latest) || r.LatestDate == "" || !r.LatestDate.Valid() || r.LatestDate.First() > a.asOf.First() {
		return
	}
	days := daysBetween(r.LatestDate, a.asOf)
	severity, confidence := Low, ConfidenceModerate
	switch {
	case days <= graceDays || l.State == SupportEnded:
		severity = Info
	case days > stalePatchDays/2:
		severity = Medium
	}
	says := statement(d, SystemScope)
	name := r.name(l.Product)
	f := Finding{Rule: RuleSystemBehind, Axis: Security, Severity: severity, Action: Update, Sources: l.Product.Sources,
		Confidence: Combine([]Evidence{says}).Weaker(confidence).Weaker(l.Product.Allows()),
		Title:      fmt.Sprintf("%s is not at its newest version %s", name, r.Latest),
		Reason: fmt.Sprintf("The device runs %s; version %s of %s was published on %s, %d days before the day of the judgement. What it mends is open here.",
			inventory.Text(d.OSVersion), r.Latest, name, r.LatestDate, days),
		Caveat:   strings.TrimSpace(fmt.Sprintf("The newest version is that of %s, the day of the data; there may be a newer one. Not every version mends weaknesses.", l.Product.AsOf) + a.ageOfFacts(d)),
		Evidence: []Evidence{says, l.Product.evidence("os_products/"+l.Product.ID, fmt.Sprintf("%s: newest version %s of %s, as of %s.", name, r.Latest, r.LatestDate, l.Product.AsOf))},
		Params:   map[string]string{"release": name, "version": d.OSVersion, "newest": r.Latest, "days": strconv.Itoa(days)}}
	a.addDevice(d, f)
}

// older reports whether a version, in numbers with dots, comes before another one. One with fewer numbers than the other says no more
// than its line (Debian's "12" may be 12.11), and is not called older; nor is what is no number.
func older(version, newest string) bool {
	a, b := strings.Split(version, "."), strings.Split(newest, ".")
	if version == "" || newest == "" || len(a) < 2 {
		return false
	}
	for i := range max(len(a), len(b)) {
		x, okX := numberAt(a, i)
		y, okY := numberAt(b, i)
		switch {
		case !okX || !okY:
			return false
		case x != y:
			return x < y
		}
	}
	return false
}

// numberAt is a part of a version; what it does not have is nought, as 26.6 is 26.6.0.
func numberAt(parts []string, i int) (int, bool) {
	if i >= len(parts) {
		return 0, true
	}
	n, err := strconv.Atoi(parts[i])
	return n, err == nil && n >= 0
}
