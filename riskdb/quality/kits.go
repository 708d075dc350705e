package main

import (
	"errors"
	"fmt"
	"slices"
)

// unpack gives every control what its kits leave in its file.
func (cs *Controls) unpack() error {
	var problems []error
	used := map[string]bool{}
	for i := range cs.Controls {
		c := &cs.Controls[i]
		for _, id := range c.Kits {
			j := slices.IndexFunc(cs.Kits, func(k Kit) bool { return k.ID == id })
			if j < 0 {
				problems = append(problems, fmt.Errorf("control %q: unknown kit %q", c.Name, id))
				continue
			}
			k := &cs.Kits[j]
			used[id] = true
			c.Code = append(slices.Clip(c.Code), k.Code...)
			c.Libraries = append(slices.Clip(c.Libraries), k.Libraries...)
			c.Components = append(slices.Clip(c.Components), k.Components...)
			c.Hosts = append(slices.Clip(c.Hosts), k.Hosts...)
		}
	}
	for _, k := range cs.Kits {
		switch {
		case !used[k.ID]:
			problems = append(problems, fmt.Errorf("kit %q is named by no control", k.ID))
		case k.Note == "" || len(k.Code)+len(k.Libraries)+len(k.Components)+len(k.Hosts) == 0:
			problems = append(problems, fmt.Errorf("kit %q: a note and what it leaves in a file are needed", k.ID))
		}
	}
	return errors.Join(problems...)
}

// ownFile reports whether facts of the control's file are known.
func (c *Control) ownFile() bool {
	return len(c.Code)+len(c.Libraries)+len(c.Components)+len(c.Hosts) > 0 || c.Signer != ""
}

// embedded counts the controls whose file is known in part: code, native libraries, components, hosts or signer.
func embedded(controls []Control) int {
	n := 0
	for i := range controls {
		if controls[i].ownFile() {
			n++
		}
	}
	return n
}
