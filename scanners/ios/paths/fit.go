package paths

import (
	"slices"
	"strings"
)

// fits joins the programs and containers that nothing links, where the name of the folder and the identifier say the
// same and no other pair does: Signal.app and org.whispersystems.signal. Anybody may call an app like that, so that this
// is said of each app that was joined so. A program that a developer put on the phone is never joined.
func (c *concluder) fits(apps []conclusion) {
	byName := map[string][]int{}
	for i := range apps {
		if a := &apps[i]; a.how == unknown && !a.signed {
			name := folded(a.name())
			byName[name] = append(byName[name], i)
		}
	}
	pairs := map[int][]int{} // owners by app
	rivals := map[int]int{}  // apps that may be an owner's
	for at, o := range c.owners {
		if c.claimed[at] || strings.HasPrefix(o.id, "com.apple.") {
			continue
		}
		for _, name := range namesOf(o.id) {
			for _, i := range byName[name] {
				if !slices.Contains(pairs[i], at) {
					pairs[i] = append(pairs[i], at)
					rivals[at]++
				}
			}
		}
	}
	for i, list := range pairs {
		if len(list) == 1 && rivals[list[0]] == 1 {
			c.claim(&apps[i], list[0], byFolder, c.owners[list[0]].line)
		}
	}
}

// platformNames are what developers add to the identifier of their app to tell it from that for another system.
var platformNames = []string{"iphoneapp", "iphone", "mobile", "ipad", "ios", "app"}

// namesOf are the names of folders that fit an identifier: its last part, that with the part before, and both without
// the name of the platform.
func namesOf(id string) []string {
	var parts []string
	for p := range strings.SplitSeq(id, ".") {
		if p = folded(p); p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	last := parts[len(parts)-1]
	names := []string{last}
	before := ""
	if len(parts) > 2 { // of two, the first is a top-level domain
		before = parts[len(parts)-2]
		names = append(names, before+last)
	}
	for _, p := range platformNames {
		switch short, ok := strings.CutSuffix(last, p); {
		case ok && short != "":
			names = append(names, short)
		case ok && before != "":
			names = append(names, before)
		}
	}
	return names
}

// folded is a name without case and without what identifiers cannot have.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r >= 0x80:
			return r
		}
		return -1
	}, name)
}
