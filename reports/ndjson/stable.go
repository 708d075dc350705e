package ndjson

import (
	"slices"

	"quaestor/reports"
)

// What does not count when a line is compared with that of an earlier run: when a device was last heard of, what it took away, and
// where in which file a fact was read, which change with every export although nothing on the device did.

// line is a line with an identifier of its own, and what of it counts when it is compared; nil for all of it. It is valid until the
// next one.
type line struct {
	kind, id string
	text     marked
	stable   any
}

// each hands out the lines of a report that have identifiers of their own, in the order in which they are written. What counts is
// only made where the lines are compared.
func each(r *reports.Report, compared bool, yield func(line)) {
	devices(r, compared, yield)
	findings(r, compared, yield)
	apps(r, yield)
	software(r, compared, yield)
}

func devices(r *reports.Report, compared bool, yield func(line)) {
	for i := range r.Devices {
		d := &DeviceLine{Type: "device", Device: r.Devices[i]}
		l := line{kind: "device", id: d.ID, text: d}
		if compared {
			x := *d
			x.CollectedAt, x.LastSeen, x.StaleDays = "", "", 0
			if x.Changes != nil {
				x.Changes = &reports.Changes{Kinds: x.Changes.Kinds}
			}
			l.stable = x
		}
		yield(l)
	}
}

func findings(r *reports.Report, compared bool, yield func(line)) {
	for i := range r.Findings {
		f := &FindingLine{Type: "finding", Finding: r.Findings[i]}
		l := line{kind: "finding", id: f.ID, text: f}
		if compared {
			x := *f
			x.Subject.Path = ""
			x.Evidence = withoutPlace(f.Evidence)
			l.stable = x
		}
		yield(l)
	}
}

func apps(r *reports.Report, yield func(line)) {
	var app AppLine // one for all: there may be thousands
	for i := range r.Apps {
		app = AppLine{Type: "app", App: r.Apps[i]}
		yield(line{kind: "app", id: app.ID, text: &app})
	}
	for i := range r.Files {
		yield(line{kind: "file", id: r.Files[i].ID, text: &FileLine{Type: "file", App: r.Files[i]}})
	}
}

func software(r *reports.Report, compared bool, yield func(line)) {
	for i := range r.SecuritySoftware {
		p := &SecuritySoftwareLine{Type: "security-software", SecuritySoftware: r.SecuritySoftware[i]}
		l := line{kind: "security-software", id: p.ID, text: p}
		if compared {
			x := *p
			x.Marks = withoutPlace(p.Marks)
			x.Privileges = slices.Clone(p.Privileges)
			for i := range x.Privileges {
				x.Privileges[i].Evidence = withoutPlace(x.Privileges[i].Evidence)
			}
			l.stable = x
		}
		yield(l)
	}
}

// withoutPlace leaves out in which file a piece of evidence was read.
func withoutPlace(list []reports.Evidence) []reports.Evidence {
	out := slices.Clone(list)
	for i := range out {
		out[i].Path, out[i].Line, out[i].SHA256 = "", 0, ""
	}
	return out
}
