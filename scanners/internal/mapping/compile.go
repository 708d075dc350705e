package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/inventory"
)

// Map is a mapping that was checked. Make one with [Parse].
type Map struct {
	file     File
	name     string // of the file that it was read from
	fields   []field
	csv      bool
	counts   bool     // of all devices, without saying which
	members  []string // of JSON: the names of the list
	depth    int      // how deep they may lie
	elements *node    // of JSON: what is read of an element
	inner    *node    // and of an app in it
	nested   bool
}

// field is a [Field] ready for use.
type field struct {
	slot    slot
	name    string // "device.platform"
	columns []string
	fixed   string
	table   []meaning
	is      []string
	layouts []string
	zone    *time.Location
	needed  bool
}

// meaning is what a value of the export means.
type meaning struct {
	prefix, suffix string // of the value in small letters
	open           bool   // anything may stand between them
	inside         string // stands anywhere in it
	value          string
}

// Parse reads a mapping file, which is called name.
func Parse(name string, text []byte) (*Map, error) {
	f, err := decode(text)
	if err == nil {
		var m *Map
		if m, err = compile(f); err == nil {
			m.name = name
			return m, nil
		}
	}
	return nil, fmt.Errorf("the mapping %q cannot be used: %w; `quaestor schema map` prints what may stand in it", name, err)
}

// Name is what the export is, as the mapping says.
func (m *Map) Name() string { return m.file.Name }

// File is the name that the mapping was read under.
func (m *Map) File() string { return m.name }

// CannotSee is what such an export never shows.
func (m *Map) CannotSee() []string { return m.file.CannotSee }

func compile(f *File) (*Map, error) {
	m := &Map{file: *f, csv: f.Format == "csv", nested: f.Apps != nil}
	switch {
	case f.Mapping != Version:
		return nil, fmt.Errorf("mapping: %q; write mapping: %s", f.Mapping, Version)
	case strings.TrimSpace(f.Name) == "":
		return nil, errors.New("name: say in a few words what the export is")
	case f.Format != "csv" && f.Format != "json":
		return nil, fmt.Errorf("format: %q; choose csv or json", f.Format)
	case m.csv && (len(f.List) > 0 || f.Apps != nil):
		return nil, errors.New("list and apps are for JSON; in CSV, a row is an app")
	case m.nested && f.App == nil:
		return nil, errors.New("apps: say under app: what tells of an app")
	case m.nested && !f.Apps.onlyPaths():
		return nil, errors.New("apps: name the path to the list, and optional where not every export has it; nothing else belongs there")
	}
	for _, n := range f.fields() {
		c, err := ready(n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n.name, err)
		}
		m.fields = append(m.fields, c)
	}
	if err := m.whole(); err != nil {
		return nil, err
	}
	return m, m.paths()
}

// onlyPaths reports whether a field says where something stands, and nothing of what it means.
func (f *Field) onlyPaths() bool {
	return len(f.Column) > 0 && f.Value == "" && len(f.Values)+len(f.Is)+len(f.Formats) == 0 && f.Zone == ""
}

// whole checks that what is needed is there.
func (m *Map) whole() error {
	d, a := m.file.Device, m.file.App
	m.counts = d.ID == nil && d.HardwareID == nil && d.Serial == nil && d.Name == nil
	switch {
	case m.counts && (a == nil || a.Devices == nil):
		return errors.New("device: say which column tells devices apart: id, hardware_id, serial or name; or, of an export that only counts, under app: devices: on how many each app is")
	case !m.counts && a != nil && a.Devices != nil:
		return errors.New("app.devices is for exports that do not say which devices; leave it out")
	case m.counts && m.nested:
		return errors.New("apps: elements with lists of apps have a device that they are of; say under device: what tells it")
	case a != nil && a.Identifier == nil && a.Name == nil:
		return errors.New("app: say which column is the identifier or the name")
	case a != nil && (a.Identifier == nil) != (a.Kind == nil):
		return errors.New("app: identifier and kind belong together; kind: {value: auto} goes by the platform")
	}
	return nil
}

// ready checks a field.
func ready(n named) (field, error) {
	f := field{slot: n.slot, name: n.name, columns: n.field.Column, fixed: n.field.Value, needed: !n.field.Optional}
	if len(f.columns) == 0 == (f.fixed == "") {
		return f, errors.New("name a column, or a value for every row")
	}
	if slices.ContainsFunc(f.columns, func(c string) bool { return strings.TrimSpace(c) == "" }) {
		return f, errors.New("a column without a name")
	}
	if f.fixed != "" && !f.knows(f.fixed) {
		return f, f.unknown(f.fixed)
	}
	for _, key := range sorted(n.field.Values) {
		value := n.field.Values[key]
		if !f.knows(value) {
			return f, f.unknown(value)
		}
		mean, err := meaningOf(key, value)
		if err != nil {
			return f, err
		}
		f.table = append(f.table, mean)
	}
	if len(n.field.Is) > 0 && (!truth(f.slot) || len(f.table) > 0) {
		return f, errors.New("is: stands alone, with what is true or false")
	}
	for _, v := range n.field.Is {
		f.is = append(f.is, strings.ToLower(strings.TrimSpace(v)))
	}
	return f, f.timed(n.field)
}

// timed checks what belongs to times.
func (f *field) timed(from *Field) (err error) {
	if f.slot != sSeen && f.slot != sEnrolled {
		if len(from.Formats) > 0 || from.Zone != "" {
			return errors.New("formats and zone are for times")
		}
		return nil
	}
	for _, form := range from.Formats {
		l, err := layout(form)
		if err != nil {
			return err
		}
		f.layouts = append(f.layouts, l)
	}
	if f.layouts == nil {
		f.layouts = defaults
	}
	f.zone, err = zone(from.Zone)
	return err
}

// sorted are the keys of a table, the exact before those with a star, and of these the longest first.
func sorted(table map[string]string) []string {
	keys := make([]string, 0, len(table))
	for k := range table {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if x, y := strings.Contains(a, "*"), strings.Contains(b, "*"); x != y {
			if x {
				return 1
			}
			return -1
		}
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return keys
}

func meaningOf(key, value string) (meaning, error) {
	key = strings.ToLower(strings.TrimSpace(key))
	if inside := strings.TrimSuffix(strings.TrimPrefix(key, "*"), "*"); len(inside) == len(key)-2 && inside != "" && !strings.Contains(inside, "*") {
		return meaning{inside: inside, value: value}, nil
	}
	prefix, suffix, open := strings.Cut(key, "*")
	if strings.Contains(suffix, "*") {
		return meaning{}, fmt.Errorf("values: %q: one star, or one at each end", key)
	}
	return meaning{prefix: prefix, suffix: suffix, open: open, value: value}, nil
}

func (m *meaning) fits(text string) bool {
	if m.inside != "" {
		return strings.Contains(text, m.inside)
	}
	if !m.open {
		return text == m.prefix
	}
	return len(text) >= len(m.prefix)+len(m.suffix) && strings.HasPrefix(text, m.prefix) && strings.HasSuffix(text, m.suffix)
}

// truth reports whether a slot is true or false.
func truth(s slot) bool {
	return s == sCompliant || s == sEncrypted || s == sPasscode || s == sTampered || s == sInstalled || s == sSystem
}

// ignore is the platform of devices that are left out, auto the kind that goes by the platform.
const (
	ignore = "ignore"
	auto   = "auto"
)

var (
	modes      = []string{"fully-managed", "work-profile", "work-profile-organisation", "supervised", "device-enrolment", "user-enrolment", "unmanaged"}
	ownerships = []string{"organisation", "personal"}
	systems    = []string{"android", "ios", "windows", "macos", "linux", ignore}
	truths     = []string{"true", "false"}
)

// allowed are the values that a slot may have, nil for any.
func allowed(s slot) []string {
	switch {
	case s == sPlatform:
		return systems
	case s == sMode:
		return modes
	case s == sOwner:
		return ownerships
	case truth(s):
		return truths
	}
	return nil
}

// knows reports whether a slot may have a value.
func (f *field) knows(value string) bool {
	if f.slot == sKind {
		return value == auto || inventory.IdentifierKind(value).Known()
	}
	list := allowed(f.slot)
	return list == nil || slices.Contains(list, value) || value == "" && f.slot != sPlatform
}

func (f *field) unknown(value string) error {
	list := allowed(f.slot)
	if f.slot == sKind {
		list = []string{auto, string(inventory.AndroidPackage), string(inventory.IOSBundle), string(inventory.MacBundle), string(inventory.UninstallKey), string(inventory.MSIProductCode),
			string(inventory.MSIXFamily), string(inventory.WingetID), string(inventory.DebPackage), string(inventory.RPMPackage), string(inventory.NameOnly)}
	}
	return fmt.Errorf("%q is none of its values%s; choose from %s", value, didYouMean(value, list), strings.Join(list, ", "))
}
