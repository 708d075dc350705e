package ndjson

import (
	"quaestor/reports"
	"quaestor/reports/since"
)

// changes are of a device whose source logs differences: what it does not mention still stands, what it says was removed is gone,
// and so is what was said of a thing that was judged again.
type changes struct {
	kinds   map[uint64]bool // of which only changes are told
	all     bool
	listed  []reports.Removed
	removed map[uint64]bool // things
	met     map[uint64]bool // things that lines of this run are about
}

// changed notes what a device says that changed.
func (d *delta) changed(x *reports.Device) *changes {
	c := d.changes[x.ID]
	if c == nil {
		c = &changes{kinds: map[uint64]bool{}, removed: map[uint64]bool{}, met: map[uint64]bool{}}
		d.changes[x.ID] = c
	}
	for _, k := range x.Changes.Kinds {
		c.all = c.all || k == reports.AllKinds
		c.kinds[since.AboutThing(k, "").Kind] = true
	}
	c.listed = append(c.listed, x.Changes.Removed...)
	return c
}

// settle says which things were removed: those known by their versions too are meant by these.
func (c *changes) settle(missing []since.Line) {
	if c == nil {
		return
	}
	known := map[uint64]bool{}
	for _, l := range missing {
		known[l.About.Subject] = true
	}
	for _, r := range c.listed {
		thing := since.AboutThing("", r.ID).Subject
		if exact := since.AboutThing("", r.Exact).Subject; exact != 0 && known[exact] {
			thing = exact
		}
		c.removed[thing] = true
	}
}

// meets notes what a line of the device is about.
func (c *changes) meets(a since.About) {
	if c != nil && a.Subject != 0 {
		c.met[a.Subject] = true
	}
}

// keep reports whether a line that is missing may still hold. Unseen is that something was not looked at that might have told.
func (c *changes) keep(l since.Line, unseen bool) bool {
	switch {
	case c == nil || l.About.Kind == 0: // a gap or a run is of one run
		return unseen
	case c.removed[l.About.Subject]:
		return false
	case c.met[l.About.Subject] && !unseen:
		return false
	case c.all || c.kinds[l.About.Kind]:
		return true
	}
	return unseen
}

// aboutOf says what a line is about.
func aboutOf(v any) since.About {
	switch l := v.(type) {
	case *AppLine:
		return since.AboutThing(l.Kind, l.App.ID)
	case FindingLine:
		return since.AboutThing(l.Subject.Kind, l.Subject.App)
	case *FindingLine:
		return since.AboutThing(l.Subject.Kind, l.Subject.App)
	case DeviceLine, *DeviceLine:
		return since.AboutThing(reports.DeviceKind, "")
	case SecuritySoftwareLine, *SecuritySoftwareLine, *UnknownPrivilegedLine:
		return since.AboutThing("security", "")
	case *CodeReachLine:
		return since.AboutThing(reports.DeviceKind, "")
	}
	return since.About{}
}
