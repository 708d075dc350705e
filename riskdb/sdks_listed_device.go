package riskdb

import (
	"fmt"
	"strings"

	"quaestor/scanners/inventory"
)

// listedOnDevices reports the vendors within reach of a state that the texts name, whose packages are listed of a device as a
// whole: in the SBOM of an image, or among the libraries of a computer. Which program loads them, such a list does not say.
func (a *assessor) listedOnDevices() {
	if a.listed == nil {
		return
	}
	for i := range a.inv.Devices {
		d := &a.inv.Devices[i]
		found := weigh(a.listed.devices[d.ID])
		var owners []*codeOwner
		of := map[string][]SDKMatch{}
		for _, m := range found {
			o := a.codeOwner(m.SDK)
			if m.SDK.Local || !o.priority {
				continue
			}
			if of[o.key] == nil {
				owners = append(owners, o)
			}
			of[o.key] = append(of[o.key], m)
		}
		for _, o := range owners {
			a.listedFinding(d, o, of[o.key], found)
		}
	}
}

func (a *assessor) listedFinding(d *inventory.Device, o *codeOwner, found, all []SDKMatch) {
	active := acting(found, all)
	var from inventory.Origin
	if len(d.Origins) > 0 {
		from = d.Origins[0]
	}
	confidence, evidence := codeConfidence(from, found, active)
	confidence = confidence.Weaker(o.allows)
	severity, action := Info, Inform
	if confidence != ConfidenceLow && len(active) > 0 {
		severity, action = Low, Review
	}
	names := strings.Join(sdkNames(found), ", ")
	a.addDevice(d, Finding{Rule: RuleSDK, Axis: Espionage, Severity: severity, Action: action, Confidence: confidence, Chain: o.links,
		Title: fmt.Sprintf("%s is listed with code of %s, within reach of the law of %s", firstOf(d.Name, d.ID), o.name, theState(o.state)),
		Reason: fmt.Sprintf("A list of what is installed names packages of %s: %s. Laws of %s let the state demand help or data from those whom they address: %s. Whether each addresses the vendor was not examined, and nothing here says that it has been asked, or has complied.",
			o.name, names, theState(o.state), lawNames(o.state, a.asOf)),
		Caveat:   onlyListed + " Which program loads it, the list does not say.",
		Evidence: append(evidence, o.basis.evidence(o.record(), fmt.Sprintf("%s is recorded as within reach of %s.", o.name, theState(o.state)))),
		Params:   map[string]string{"subject": "code " + o.key, "vendor": o.name, "state": o.state.Code, "sdks": strings.Join(sdkIDs(found), ", "), "names": names}})
}
