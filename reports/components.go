package reports

import (
	"slices"

	"quaestor/scanners/inventory"
)

// ListedComponent is a piece of software in an app or of a system, as it was found.
type ListedComponent struct {
	*inventory.Component
	Apps []string // ids of the apps and files that it is part of; empty for a package of the system itself
}

// components tells which apps and files of the report each component is part of. A component of a file that lies in another one
// is part of that too.
func (b *builder) components(r *Report) []ListedComponent {
	if len(b.inv.Components) == 0 {
		return nil
	}
	byFile := map[string][]string{}
	for _, list := range [][]App{r.Apps, r.Files} {
		for i := range list {
			for _, sha := range list[i].SHA256 {
				byFile[sha] = append(byFile[sha], list[i].ID)
			}
		}
	}
	outer := map[string][]string{}
	for i := range b.inv.Binaries {
		for _, p := range b.inv.Binaries[i].Inside {
			outer[b.inv.Binaries[i].SHA256] = append(outer[b.inv.Binaries[i].SHA256], p.Binary)
		}
	}
	ofFile := map[string][]string{}
	out := make([]ListedComponent, len(b.inv.Components))
	for i := range b.inv.Components {
		c := &b.inv.Components[i]
		out[i].Component = c
		switch known, ok := ofFile[c.Binary]; {
		case c.App != "":
			out[i].Apps = []string{c.App}
		case c.Binary == "":
		case ok:
			out[i].Apps = known
		default:
			out[i].Apps = appsAround(c.Binary, byFile, outer)
			ofFile[c.Binary] = out[i].Apps
		}
	}
	return out
}

// appsAround are the apps of a file and of those that it lies in.
func appsAround(file string, byFile, outer map[string][]string) []string {
	var out []string
	files := []string{file}
	for at := 0; at < len(files); at++ { // it grows: a file may lie in a file
		out = append(out, byFile[files[at]]...)
		for _, o := range outer[files[at]] {
			if !slices.Contains(files, o) {
				files = append(files, o)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// splitComponents gives each device the components that are on it. One of a file that several devices have is in the part of each.
func splitComponents(r *Report, of func(device string) *Report) {
	if len(r.Components) == 0 {
		return
	}
	device := make(map[string]string, len(r.Apps))
	for i := range r.Apps {
		device[r.Apps[i].ID] = r.Apps[i].Device
	}
	for _, c := range r.Components {
		if c.Device != "" || len(c.Apps) == 0 {
			p := of(c.Device)
			p.Components = append(p.Components, c)
			continue
		}
		var to []*Report
		for _, app := range c.Apps {
			if p := of(device[app]); !slices.Contains(to, p) {
				to = append(to, p)
				p.Components = append(p.Components, c)
			}
		}
	}
}
