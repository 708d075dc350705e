package table

import (
	"slices"

	"quaestor/reports"
	"quaestor/reports/safetext"
)

// shownName is how much of a name that repeats is shown before what tells it apart.
const shownName = 40

// toldApart is the report with devices of one name told apart, by the serial number where that does it.
func toldApart(r *reports.Report) *reports.Report {
	names := apart(r.Devices)
	if len(names) == 0 {
		return r
	}
	out := *r
	out.Devices, out.Findings = slices.Clone(r.Devices), slices.Clone(r.Findings)
	out.Gaps, out.CodeReach = slices.Clone(r.Gaps), slices.Clone(r.CodeReach)
	rename := func(id string, name *string) {
		if n, ok := names[id]; ok {
			*name = n
		}
	}
	for i := range out.Devices {
		rename(out.Devices[i].ID, &out.Devices[i].Name)
	}
	for i := range out.Findings {
		rename(out.Findings[i].Subject.Device, &out.Findings[i].Subject.DeviceName)
	}
	for i := range out.Gaps {
		rename(out.Gaps[i].Device, &out.Gaps[i].DeviceName)
	}
	for i := range out.CodeReach {
		rename(out.CodeReach[i].Device, &out.CodeReach[i].DeviceName)
	}
	return &out
}

// apart gives names, by the id of the device, to those whose own name is not theirs alone.
func apart(devices []reports.Device) map[string]string {
	same, serials := map[string]int{}, map[[2]string]int{}
	for _, d := range devices {
		same[d.Name]++
		serials[[2]string{d.Name, d.Serial}]++
	}
	names := map[string]string{}
	for _, d := range devices {
		if d.Name == "" || same[d.Name] < 2 { // without a name the id stands for it
			continue
		}
		mark := d.Serial
		if mark == "" || serials[[2]string{d.Name, d.Serial}] > 1 {
			mark = d.ID
		}
		names[d.ID] = withParens(safetext.Cut(d.Name, shownName), safetext.Cut(mark, shownName))
	}
	return names
}
