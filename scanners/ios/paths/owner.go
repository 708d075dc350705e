package paths

import (
	"slices"
	"strings"
)

// owner is the app that a container belongs to.
type owner struct {
	id   string
	line int  // of the name that says so
	ran  bool // the system noted that it was started
	*container
}

// owner tells whose container it is. What the system wrote decides; names that an app gave to its own files count
// only when two kinds of them agree and nothing contradicts.
func (c *container) owner() (owner, bool) {
	pictures, windows := c.ids(markSnapshot), c.ids(markState)
	if len(pictures) > 1 && len(windows) > 0 { // an app may make folders of any name in its container
		pictures = slices.DeleteFunc(pictures, func(m mark) bool {
			return !slices.ContainsFunc(windows, func(w mark) bool { return w.text == m.text })
		})
	}
	ids := pictures
	if len(ids) == 0 {
		ids = windows
	}
	switch len(ids) {
	case 0:
		return c.agreed()
	case 1:
		return owner{id: ids[0].text, line: ids[0].line, ran: c.started(), container: c}, true
	}
	return owner{}, false
}

// ids are the identifiers that marks of a kind name.
func (c *container) ids(kind markKind) []mark {
	var list []mark
	for _, m := range c.marks {
		if m.kind == kind {
			list = append(list, m)
		}
	}
	return list
}

// agreed is the only identifier that two kinds of an app's own files bear.
func (c *container) agreed() (owner, bool) {
	kinds := map[string]map[markKind]bool{}
	var found []mark
	for _, m := range c.marks {
		if m.kind < markPrefs || strings.HasPrefix(m.text, "group.") {
			continue
		}
		if kinds[m.text] == nil {
			kinds[m.text] = map[markKind]bool{}
		}
		kinds[m.text][m.kind] = true
		if len(kinds[m.text]) == 2 {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		return owner{}, false
	}
	return owner{id: found[0].text, line: found[0].line, ran: c.started(), container: c}, true
}

// started reports whether the app of the container ran: its windows were noted, or its program was loaded. Pictures of
// its screen are made when an app is installed, too.
func (c *container) started() bool {
	for _, m := range c.marks {
		if m.kind == markState || m.kind == markProgram || m.kind == markHTTP {
			return true
		}
	}
	return false
}

// belongs reports whether an identifier is one of an app or of a part of it.
func belongs(id, app string) bool {
	return id == app || strings.HasPrefix(id, app) && id[len(app)] == '.'
}
