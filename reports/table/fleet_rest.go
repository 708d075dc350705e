package table

import (
	"cmp"
	"maps"
	"slices"

	"quaestor/reports"
)

// changeList gathers what other policies change, as the lines that show it.
type changeList struct {
	lines []*changeLine
	at    map[string]*changeLine
}

func (f *fleet) change(c *reports.Change) {
	l := f.changes[c.Kind]
	if l == nil {
		l = &changeList{at: map[string]*changeLine{}}
		f.changes[c.Kind] = l
	}
	text := changeText(c)
	if l.at[text] == nil {
		if len(l.lines) >= keptGroups {
			f.beyond++
			return
		}
		l.at[text] = &changeLine{text: text}
		l.lines = append(l.lines, l.at[text])
	}
	l.at[text].count++
}

// softwareSpread is security software, and on how many devices it is.
type softwareSpread struct {
	reports.SecuritySoftware
	spread
}

func (f *fleet) program(x *reports.SecuritySoftware) {
	key := [2]string{cmp.Or(x.Product, x.Name), x.Kind}
	s := f.software[key]
	if s == nil {
		if len(f.software) >= keptGroups {
			f.beyond++
			return
		}
		s = &softwareSpread{SecuritySoftware: reports.SecuritySoftware{Name: x.Name, Kind: x.Kind, Product: x.Product, VendorName: x.VendorName, StatedVendor: x.StatedVendor, Reach: x.Reach}}
		f.software[key] = s
	}
	s.add(x.Device, "")
}

// fleetSecurity counts the security software of all devices.
func (v *view) fleetSecurity() {
	f := v.fleet
	if len(f.software)+f.deep == 0 {
		return
	}
	v.heading("SECURITY SOFTWARE (" + number(len(f.software)) + "): what protects or controls the devices, and whose law reaches its owner")
	g := &grid{head: []string{"NAME", "KIND", "WHOSE", "LAW OF", "DEVICES"}, right: []int{4}}
	list := slices.SortedFunc(maps.Values(f.software), func(x, y *softwareSpread) int {
		return cmp.Or(cmp.Compare(y.devices, x.devices), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Kind, y.Kind))
	})
	shown := list
	if !v.details && len(list) > shownSecurity+1 {
		shown = list[:shownSecurity]
	}
	for _, s := range shown {
		law := "not known"
		if s.Reach != nil {
			law = s.Reach.Name
		}
		g.row(cell{[]para{{text: s.Name, limit: 60}}}, plainCell(words(s.Kind)), cell{[]para{{text: cmp.Or(s.VendorName, s.StatedVendor, "not known"), limit: 60}}}, plainCell(law), plainCell(number(s.devices)))
	}
	v.table("  ", g)
	if rest := len(list) - len(shown); rest > 0 {
		v.text("  ", dim, "and "+number(rest)+" more, with --details")
	}
	if f.deep > 0 {
		v.text("  ", normal, "On "+count(f.deep, "device")+" programs have the rights of the kernel or the system of which nobody here knows whose they are: -o json names them.")
	}
}
