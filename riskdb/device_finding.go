package riskdb

import (
	"slices"

	"quaestor/scanners/inventory"
)

// ByStatement is what a device says of itself: its system, its version, its model.
const ByStatement EvidenceKind = "statement"

// DeviceID is the Device.ID of the device that the finding is about; empty for an app in a file.
func (s Subject) DeviceID() string {
	switch {
	case s.App != nil:
		return s.App.Device
	case s.Device != nil:
		return s.Device.ID
	}
	return ""
}

// Identifier is that of the app or of the exception; empty when the finding is about a device as a whole.
func (s Subject) Identifier() string {
	switch {
	case s.App != nil:
		return s.App.Identifier
	case s.Exception != nil:
		return s.Exception.ID
	}
	return ""
}

// addDevice records a finding about a device as a whole.
func (a *assessor) addDevice(d *inventory.Device, fd Finding) {
	fd.Subject = Subject{Device: d}
	if fd.Confidence == ConfidenceLow && slices.Index(Actions, fd.Action) < slices.Index(Actions, Review) {
		fd.Action = Review
	}
	a.policies.override(&fd)
	fd.ID = inventory.FactID("finding", fd.Rule, d.ID, "device", deviceKey(fd.Params))
	a.out.Findings = append(a.out.Findings, fd)
}
