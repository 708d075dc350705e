package riskdb

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/inventory"
)

// RulePosture is the rule on how a device protects itself, by what it says of its settings.
const RulePosture = "device-posture"

// Posture is what one check found on a device.
type Posture struct {
	Check *PostureCheck
	Says  []string // property and value, as the device has them
}

// PostureOf applies the checks to what a device says of itself.
func (db *DB) PostureOf(d *inventory.Device) []Posture {
	var out []Posture
	said := said(d)
	names := slices.Sorted(maps.Keys(said))
	for i := range db.Postures {
		c := &db.Postures[i]
		if c.Platform != "" && c.Platform != d.Platform || c.MaxSDK > 0 && d.SDK > c.MaxSDK {
			continue
		}
		p := Posture{Check: c}
		for _, name := range names {
			for _, v := range c.Values {
				if v.about(name) && v.matches(said[name]) {
					p.Says = append(p.Says, fmt.Sprintf("%s is %q", name, said[name]))
				}
			}
		}
		if len(p.Says) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// said is what a device says of itself and what its management says of it, under "management.".
func said(d *inventory.Device) map[string]string {
	if d.Management == nil {
		return d.Properties
	}
	out := maps.Clone(d.Properties)
	if out == nil {
		out = map[string]string{}
	}
	for name, told := range map[string]*bool{"management.encrypted": d.Management.Encrypted, "management.passcode": d.Management.Passcode, "management.tampered": d.Management.Tampered} {
		if told != nil {
			out[name] = strconv.FormatBool(*told)
		}
	}
	return out
}

// about reports whether a property is the one meant, of whichever user.
func (v *PostureValue) about(name string) bool {
	if rest, ok := strings.CutPrefix(name, "users."); ok {
		_, name, _ = strings.Cut(rest, ".")
	}
	return name == v.Property
}

func (v *PostureValue) matches(value string) bool {
	value = strings.ToLower(strings.TrimSpace(value))
	if slices.Contains(v.Values, "*") {
		return value != "" && value != "null" && !slices.Contains(v.Except, value)
	}
	if v.Property == "ro.build.tags" {
		return slices.ContainsFunc(strings.Split(value, ","), func(tag string) bool { return slices.Contains(v.Values, tag) })
	}
	return slices.Contains(v.Values, value)
}

// posture reports them.
func (a *assessor) posture(d *inventory.Device) {
	for _, p := range a.db.PostureOf(d) {
		says := statement(d, SystemScope)
		says.Detail = saidBy(d, p.Says) + ": " + strings.Join(p.Says, "; ") + "."
		f := Finding{Rule: RulePosture, Axis: Security, Severity: p.Check.Severity, Action: Review, Title: p.Check.Title, Reason: p.Check.Why,
			Caveat: p.Check.Ordinary, Sources: p.Check.Sources, Confidence: Combine([]Evidence{says}).Weaker(p.Check.Allows()),
			Evidence: []Evidence{says, p.Check.evidence("postures/"+p.Check.ID, "The risk database records what this means.")},
			Params:   map[string]string{"check": p.Check.ID, "says": strings.Join(p.Says, "; ")}}
		if of := cmp.Or(d.CollectedAt, d.LastSeen); of != nil && daysBetween(DateOf(*of), a.asOf) > freshDays {
			f.Caveat = joinSpace(f.Caveat, fmt.Sprintf("The facts are of %s; the setting may have been changed since.", DateOf(*of)))
		}
		a.addDevice(d, f)
	}
}

// saidBy names who says it: the device itself, or its management about it.
func saidBy(d *inventory.Device, says []string) string {
	if slices.ContainsFunc(says, func(s string) bool { return strings.HasPrefix(s, "management.") }) {
		return "The management says of the device"
	}
	return "The device says"
}

// deviceKey is what tells the findings of one rule about one device apart.
func deviceKey(params map[string]string) string {
	return cmp.Or(params["release"], params["check"], params["subject"])
}
