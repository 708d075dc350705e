package ndjson

import (
	"slices"

	"quaestor/reports"
)

// What does not count when a line is compared with that of an earlier run: when a device was last heard of, what it took away, and
// where in which file a fact was read, which change with every export although nothing on the device did.

func (s *stream) device(d *reports.Device) {
	line := &DeviceLine{Type: "device", Device: *d}
	var stable any
	if s.delta != nil {
		x := *line
		x.CollectedAt, x.LastSeen, x.StaleDays = "", "", 0
		if d.Changes != nil {
			x.Changes = &reports.Changes{Kinds: d.Changes.Kinds}
		}
		stable = x
	}
	s.counted(&s.lines.Device, "device", d.ID, line, stable)
}

func (s *stream) finding(f *reports.Finding) {
	line := &FindingLine{Type: "finding", Finding: *f}
	var stable any
	if s.delta != nil {
		x := *line
		x.Subject.Path = ""
		x.Evidence = withoutPlace(f.Evidence)
		stable = x
	}
	s.counted(&s.lines.Finding, "finding", f.ID, line, stable)
}

func (s *stream) software(p *reports.SecuritySoftware) {
	line := &SecuritySoftwareLine{Type: "security-software", SecuritySoftware: *p}
	var stable any
	if s.delta != nil {
		x := *line
		x.Marks = withoutPlace(p.Marks)
		x.Privileges = slices.Clone(p.Privileges)
		for i := range x.Privileges {
			x.Privileges[i].Evidence = withoutPlace(x.Privileges[i].Evidence)
		}
		stable = x
	}
	s.counted(&s.lines.SecuritySoftware, "security-software", p.ID, line, stable)
}

// withoutPlace leaves out in which file a piece of evidence was read.
func withoutPlace(list []reports.Evidence) []reports.Evidence {
	out := slices.Clone(list)
	for i := range out {
		out[i].Path, out[i].Line, out[i].SHA256 = "", 0, ""
	}
	return out
}
