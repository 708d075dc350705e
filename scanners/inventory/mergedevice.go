package inventory

import (
	"reflect"
	"slices"
	"time"
)

// of notes which device a fact is of that is to be filled, and whether what fills it tells of the device as it was later.
func (m *merger) of(what string, into, from any) {
	m.fact, m.device, m.newer = what, "", false
	switch into := into.(type) {
	case *Device:
		m.device, m.newer = into.ID, from.(*Device).After(into)
		if m.newer {
			m.later = append(m.later, into.ID)
		}
	case *App:
		m.device, m.newer = into.Device, slices.Contains(m.later, into.Device)
	case *Component:
		m.device = into.Device
	case *SecurityProduct:
		m.device = into.Device
	case *Profile:
		m.device = into.Device
	case *Certificate:
		m.device = into.Device
	case *VPN:
		m.device = into.Device
	}
}

// After reports whether d tells of a device as it was later than other does.
func (d *Device) After(other *Device) bool {
	is, was := d.told(), other.told()
	return is != nil && was != nil && is.After(*was)
}

// told is when what is known of the device was so: when it was read, or when it last reported.
func (d *Device) told() *time.Time {
	if d.CollectedAt == nil || d.LastSeen != nil && d.LastSeen.After(*d.CollectedAt) {
		return d.LastSeen
	}
	return d.CollectedAt
}

// lasting are the fields of a device that do not change from one check-in to the next: where two sources differ, both may be wrong.
var lasting = map[string]bool{"ID": true, "Name": true, "Platform": true, "Serial": true, "Manufacturer": true, "Model": true, "CollectedAt": true, "EnrolledAt": true}

// decided is the value of two accounts of a device that holds, and whether that is the other one: what the later check-in says holds,
// but that a device was held for tampered with is never taken back.
func (m *merger) decided(field string, d, s reflect.Value) (other bool, how string) {
	if field == "Tampered" {
		yes := s.Elem().Bool()
		return yes, "Two sources differ on whether the device was tampered with, rooted or jailbroken; that it was is used."
	}
	if m.newer && !lasting[field] && (m.fact == "device" || m.fact == "app" && (field == "Version" || field == "VersionCode")) {
		return true, "Two sources say different things of this; what the one says is used to which the device reported later."
	}
	return false, conflictFirst
}
