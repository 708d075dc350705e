package google

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/checkin"
	"quaestor/scanners/internal/jsonpart"
	"quaestor/scanners/internal/jsonstream"
	"quaestor/scanners/inventory"
)

// record is one device that is being put together.
type record struct {
	inv     *inventory.Inventory
	device  inventory.Device
	m       inventory.Management
	file    string
	origins []inventory.Origin
	unread  *string // what stands in the place of the time of the last report
}

func newRecord(e *jsonstream.Element, file string) *record {
	r := &record{inv: inventory.New(), file: file, origins: []inventory.Origin{{Scanner: ID, Path: file, Line: e.Line}}}
	r.m.System = system
	return r
}

// property states a further fact under its own name.
func (r *record) property(name, value string) {
	if value == "" {
		return
	}
	if r.device.Properties == nil {
		r.device.Properties = map[string]string{}
	}
	r.device.Properties[name] = inventory.Text(value)
}

// identify gives the device its ID: by its serial number, as other scanners do, or by what the system calls it.
func (r *record) identify(p inventory.Platform, serial, name string) {
	d := &r.device
	d.Platform = p
	d.Serial = inventory.Text(strings.TrimSpace(serial))
	switch serial = inventory.UsableSerial(serial); {
	case serial == "":
		d.ID = inventory.DeviceID(p, system, name)
	case p == inventory.Android:
		d.ID = inventory.DeviceID(p, serial)
	case p == inventory.IOS:
		d.ID = inventory.DeviceID(p, "serial", strings.ToUpper(serial))
	default:
		d.ID = inventory.DeviceID(p, "serial", serial)
	}
}

func (r *record) gap(kind inventory.GapKind, count int, detail, next string) {
	r.inv.Gaps = append(r.inv.Gaps, inventory.Gap{Device: r.device.ID, Subject: r.file, Kind: kind, Detail: detail, Next: next, Count: count})
}

// done is the inventory of the device. The cursor knows what is wrong with its record.
func (r *record) done(e *jsonstream.Element, c *jsonpart.Cursor) *inventory.Inventory {
	d := &r.device
	d.Origins = r.origins
	for _, s := range []*string{&d.Name, &d.Manufacturer, &d.Model, &d.OSVersion, &d.OSBuild, &d.SecurityPatch, &d.Locale, &r.m.State} {
		*s = inventory.Text(strings.TrimSpace(*s))
	}
	d.Management = &r.m
	r.inv.Devices = []inventory.Device{*d}
	if r.unread != nil && d.LastSeen == nil {
		r.inv.Gaps = append(r.inv.Gaps, checkin.Gap("", d.ID, r.file, *r.unread))
	}
	if odd := c.Odd(e.Line); odd.Count > 0 {
		r.gap(inventory.GapMalformed, odd.Count, jsonpart.OddFields, jsonpart.OddNext)
		r.inv.Gaps[len(r.inv.Gaps)-1].Samples = texts(odd.Samples)
	}
	if c.Err() != nil {
		r.gap(inventory.GapMalformed, 1, fmt.Sprintf("The record of the device in line %d is damaged: what comes behind the damage was not read.", e.Line), "Export the device again.")
	}
	return r.inv
}

func texts(list []string) (out []string) {
	for _, s := range list {
		out = append(out, inventory.Text(s))
	}
	return out
}

// moment is a time; nil when there is none.
func moment(c *jsonpart.Cursor) *time.Time {
	return momentOf(c.Text())
}

// seen takes the time of a last report. Of several the latest counts.
func (r *record) seen(c *jsonpart.Cursor) {
	text := c.Scalar()
	t := momentOf(text)
	if r.device.LastSeen = latest(r.device.LastSeen, t); t == nil {
		r.unread = &text
	}
}

func momentOf(text string) *time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Unix() <= 0 {
		return nil
	}
	t = t.UTC()
	return &t
}

// latest is the later of two times that may be missing.
func latest(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

// oneOf is whether a word is among those for yes or those for no; nil for any other.
func oneOf(word string, yes, no []string) *bool {
	word = strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' {
			return -1
		}
		return r
	}, word))
	is := slices.Contains(yes, word)
	if !is && !slices.Contains(no, word) {
		return nil
	}
	return &is
}

// The words for the states of devices in both APIs, without spaces.
var (
	encryptedYes, encryptedNo     = []string{"encrypted", "active", "activated"}, []string{"notencrypted", "unencrypted", "inactive", "unsupported", "notsupported"}
	compromisedYes, compromisedNo = []string{"compromised"}, []string{"uncompromised", "notcompromised", "nocompromisedetected", "undetected"}
	passwordYes, passwordNo       = []string{"on", "set", "passwordset"}, []string{"off", "notset", "passwordnotset"}
)
