package reports

import (
	"cmp"
	"slices"
	"time"

	"quaestor/riskdb"
	"quaestor/scanners/inventory"
)

// The words of [Device.Verdict]; the first that fits counts.
const (
	DeviceFindings   = "findings"   // something above info was found on it
	DeviceStale      = "stale"      // it has not reported for too long: what is on it now is not known
	DeviceIncomplete = "incomplete" // something on it was not looked at that should have been, or only changes are told
	DeviceClean      = "clean"      // none of these
)

// DefaultStaleAfter is after how many days without a report a device counts as stale.
const DefaultStaleAfter = 30

// StaleCaveat begins the last sentence of the caveat of a finding on a stale device, which holds for that device alone.
const StaleCaveat = "The device last reported on "

// MarkStale marks the devices that have not reported to their management for more than so many days before the day of the
// judgement, none with 0, and sums the report up again. What is not known to report is not stale. Today is the day of the run, YYYY-MM-DD:
// a last report beyond it and beyond the day of the judgement is not taken. Later is how many devices reported between the two, which
// [Report.TellLater] says once for all.
func (r *Report) MarkStale(days int, today string) (later int) {
	if days <= 0 {
		return 0
	}
	today = max(today, r.AsOf)
	r.StaleAfter = days
	stale := map[string]string{} // the day of the last report, by device
	never, ahead := r.neverReported(), 0
	for i := range r.Devices {
		d := &r.Devices[i]
		if never[d.ID] {
			d.Stale = true
			continue
		}
		n, ok := d.silent(r.AsOf)
		future, _ := d.silent(today)
		switch {
		case !ok:
		case future < -1: // a clock that is ahead by a zone is none that is wrong
			r.Gaps = append(r.Gaps, futureGap(d))
			d.LastSeen = ""
			ahead++
		case n < -1:
			later++
		case n > days:
			d.Stale, d.StaleDays = true, n
			stale[d.ID] = d.LastSeen[:len(time.DateOnly)]
			r.Gaps = append(r.Gaps, staleGap(d, days))
		}
	}
	if len(stale)+len(never)+ahead > 0 {
		for i := range r.Findings {
			if f := &r.Findings[i]; stale[f.Subject.Device] != "" {
				f.Caveat = join(f.Caveat, StaleCaveat+stale[f.Subject.Device]+": this is of that day.")
			}
		}
		sortGaps(r.Gaps)
		r.judgeDevices()
	}
	r.Verdict = verdict(r)
	return later
}

// TellLater says that so many devices reported after the day of the judgement. The facts are of when they reported, what is forbidden and
// how long they are silent of that day.
func (r *Report) TellLater(devices int) {
	if devices == 0 {
		return
	}
	r.Gaps = append(r.Gaps, Gap{Scanner: "reports", Subject: "as of " + r.AsOf, Kind: string(inventory.GapBlind), Count: devices,
		Detail: "The judgement is as of " + r.AsOf + ", and devices reported after that day: their apps are those of when they reported, which they need not have had then.",
		Next:   "Judge an export of that day, or leave out --as-of."})
	sortGaps(r.Gaps)
	r.Verdict = verdict(r)
}

// neverReported are the devices of which a source says that they have not reported at all.
func (r *Report) neverReported() map[string]bool {
	out := map[string]bool{}
	for i := range r.Gaps {
		if g := &r.Gaps[i]; g.Kind == string(inventory.GapStaleDevice) && g.Device != "" {
			out[g.Device] = true
		}
	}
	return out
}

// silent is how many days before a day the device last reported.
func (d *Device) silent(asOf string) (days int, ok bool) {
	seen, err := time.Parse(time.RFC3339, d.LastSeen)
	day, err2 := time.Parse(time.DateOnly, asOf)
	if err != nil || err2 != nil {
		return 0, false
	}
	return int(day.Sub(seen.UTC().Truncate(24*time.Hour)).Hours() / 24), true
}

// staleGap says the same of every device, so that they can be put together.
func staleGap(d *Device, days int) Gap {
	scanner := "reports"
	if len(d.Scanners) > 0 {
		scanner = d.Scanners[0]
	}
	return Gap{Scanner: scanner, Device: d.ID, DeviceName: d.Name, Subject: cmp.Or(d.Name, d.ID), Kind: string(inventory.GapStaleDevice),
		Detail:  "The device has not reported to its management for more than " + count(days, "day") + ": what is on it now is not known.",
		Next:    "Find out where it is, let it report, and export again.",
		Samples: []string{"last report on " + d.LastSeen[:len(time.DateOnly)]}}
}

// futureGap says that a device reports from days to come.
func futureGap(d *Device) Gap {
	g := staleGap(d, 0)
	g.Kind, g.Incomplete = string(inventory.GapMalformed), true
	g.Detail, g.Next = "The device's last report lies in the future, so that it is not known when it reported.", "Check the clocks of the device, of its management and of this computer."
	return g
}

// judgeDevices gives each device its word.
func (r *Report) judgeDevices() {
	found, missing := map[string]bool{}, map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Exception == nil && f.Severity != string(riskdb.Info) {
			found[f.Subject.Device] = true
		}
	}
	for i := range r.Gaps {
		if r.Gaps[i].Incomplete {
			missing[r.Gaps[i].Device] = true
		}
	}
	for i := range r.Devices {
		d := &r.Devices[i]
		switch {
		case found[d.ID]:
			d.Verdict = DeviceFindings
		case d.Stale:
			d.Verdict = DeviceStale
		case missing[d.ID], d.Changes != nil:
			d.Verdict = DeviceIncomplete
		default:
			d.Verdict = DeviceClean
		}
	}
}

// sortGaps puts those first that make a scan incomplete.
func sortGaps(gaps []Gap) {
	slices.SortStableFunc(gaps, func(x, y Gap) int {
		return cmp.Or(compareBool(y.Incomplete, x.Incomplete), cmp.Compare(x.DeviceName, y.DeviceName), cmp.Compare(x.Scanner, y.Scanner),
			cmp.Compare(x.Subject, y.Subject), cmp.Compare(x.Detail, y.Detail))
	})
}
