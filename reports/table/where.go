package table

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"quaestor/reports"
)

// deviceOf is one device with an app: for which users it is there, and how it is taken off each.
type deviceOf struct {
	id, name string
	users    []reports.User
	how      map[string]string // by user; "" where the source does not tell users apart
}

// on lists the devices with the app by their names, each once.
func (a *appGroup) on() []*deviceOf {
	var out []*deviceOf
	at := map[string]*deviceOf{}
	for _, g := range a.findings {
		for _, f := range g.all {
			s := f.Subject
			if s.Device == "" {
				continue
			}
			d := at[s.Device]
			if d == nil {
				d = &deviceOf{id: s.Device, name: cmp.Or(s.DeviceName, s.Device), how: map[string]string{}}
				at[s.Device] = d
				out = append(out, d)
			}
			for _, u := range s.For {
				if !slices.Contains(d.users, u) {
					d.users = append(d.users, u)
				}
			}
			for _, step := range f.Removal {
				how := cmp.Or(methodWords[step.Method], words(step.Method))
				if before := d.how[step.User]; before != "" && !strings.Contains(before, how) {
					how = before + " or " + how
				} else if before != "" {
					how = before
				}
				d.how[step.User] = how
			}
		}
	}
	slices.SortStableFunc(out, func(x, y *deviceOf) int { return cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.id, y.id)) })
	return out
}

// ownerOnly reports whether the app is there for nobody but the one whose device it is.
func (d *deviceOf) ownerOnly() bool {
	return !slices.ContainsFunc(d.users, func(u reports.User) bool { return u.Kind != "owner" && u.ID != "0" })
}

// allHow is how the app is taken off, whoever has it: each way once.
func (d *deviceOf) allHow() string {
	var ways []string
	for _, user := range slices.Sorted(maps.Keys(d.how)) {
		if !slices.Contains(ways, d.how[user]) {
			ways = append(ways, d.how[user])
		}
	}
	return strings.Join(ways, ", ")
}

// lines say for whom the app is there, and how it is taken off.
func (d *deviceOf) lines() []string {
	if d.ownerOnly() {
		if how := d.allHow(); how != "" {
			return []string{how}
		}
		return nil
	}
	return d.forUsers()
}

func (d *deviceOf) forUsers() []string {
	var out []string
	for _, u := range d.users {
		out = append(out, userLines(u, d.how[u.ID])...)
	}
	return out
}

// onEach names the devices with an app; those with the same users and the same way of removal share a line. Of many only
// the first few are named, and where else than with the owner it is, is counted.
func (v *view) onEach(a *appGroup) []string {
	devices := a.on()
	if len(v.r.Devices) < 2 {
		return v.onOnly(a, devices)
	}
	if len(devices) > shownPlaces+1 && !v.details {
		return append([]string{v.onDevices(a.devices())}, spaces(devices)...)
	}
	var order []string
	names := map[string][]string{}
	for _, d := range devices {
		say := strings.Join(d.lines(), "\n")
		if names[say] == nil {
			order = append(order, say)
		}
		names[say] = append(names[say], d.name)
	}
	var out []string
	for _, say := range order {
		on := "on " + strings.Join(names[say], ", ")
		switch lines := strings.Split(say, "\n"); {
		case say == "":
			out = append(out, on)
		case len(lines) == 1:
			out = append(out, on+": "+say)
		default:
			out = append(append(out, on+":"), lines...)
		}
	}
	return out
}

// onOnly needs no name: there is one device, or none.
func (v *view) onOnly(a *appGroup, devices []*deviceOf) []string {
	if len(devices) == 0 || len(v.r.Devices) == 0 {
		return nil
	}
	if lines := devices[0].forUsers(); len(lines) > 0 {
		return lines
	}
	users := ""
	if list := v.usersOfApp(a); len(v.r.Devices[0].Users) > 1 || len(list) > 1 || !onlyOwner(list) {
		users = named("users", strings.Join(list, ", "))
	}
	return []string{users, named("how:", devices[0].allHow())}
}

// shownPlaces is how many devices the short form names beside an app.
const shownPlaces = 3

// spaces counts the devices that have an app elsewhere than with their owner.
func spaces(devices []*deviceOf) []string {
	n := map[string]int{}
	for _, d := range devices {
		var kinds []string
		for _, u := range d.users {
			if kind := userWords("", "", u.Kind); u.Kind != "owner" && u.ID != "0" && !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
				n[kind]++
			}
		}
	}
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(n)) {
		out = append(out, "in a "+kind+" on "+number(n[kind]))
	}
	return out
}
