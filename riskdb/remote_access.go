package riskdb

import (
	"fmt"
	"slices"
)

// RuleRemoteAccess is the rule on programs by which somebody else can operate a device.
const RuleRemoteAccess = "remote-access"

// remoteCategory is the category of such products.
const remoteCategory = "remote-access"

// remoteAccess notes a program by which somebody else can operate the device. By itself that is ordinary, so
// that it is never more than information; whose it is, and what authorities say of it, are other findings.
func (a *assessor) remoteAccess(f *facts) {
	if f.product == nil || f.vendor == nil || f.product.Category != remoteCategory {
		return
	}
	a.add(f, Finding{Rule: RuleRemoteAccess, Axis: Security, Severity: Info, Action: Inform,
		Confidence: Combine(f.identity), Evidence: slices.Clone(f.identity), Caveat: identityCaveat(f),
		Title:  fmt.Sprintf("%s lets somebody else operate the device", f.product.Name),
		Reason: fmt.Sprintf("%s of %s is a tool for remote access: with it somebody else sees and operates the device. That is ordinary in support; intruders use such tools too. Whoever manages the device should know it.", f.product.Name, f.vendor.Name),
		Params: map[string]string{"product": f.product.Name, "vendor": f.vendor.Name}})
}
