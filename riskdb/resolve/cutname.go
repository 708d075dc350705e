package resolve

import (
	"slices"
	"strings"
)

// minFragment is how much of a cut word must be left for it to be completed, except after "for", where a platform follows.
const minFragment = 3

// completions are what a name may have been that a list cut to the width of a screen ("Kaspersky Endpoint Security for Wind…"): the
// cut word is completed by words that change nothing in a name, and left alone where it may as well be one that makes another.
func completions(name string) []string {
	name = strings.TrimSpace(name)
	rest, cutOff := strings.CutSuffix(name, "…")
	if !cutOff {
		if rest, cutOff = strings.CutSuffix(name, "..."); !cutOff {
			return nil
		}
	}
	i := strings.LastIndexByte(rest, ' ')
	if i < 0 {
		return nil
	}
	head, fragment := strings.TrimSpace(rest[:i]), strings.ToLower(rest[i+1:])
	before := strings.LastIndexByte(head, ' ') + 1
	switch {
	case before > 0 && vocabulary()[strings.ToLower(head[before:])]&linking != 0:
		if len(completing(fragment, platform)) == 0 {
			return nil
		}
		return []string{strings.TrimSpace(head[:before])} // for which platform, changes nothing
	case fragment == "":
		return []string{head}
	case len(fragment) < minFragment || len(completing(fragment, accessory)) > 0:
		return nil
	}
	var out []string
	for _, w := range completing(fragment, plain|edition|platform|protects) {
		out = append(out, head+" "+w)
	}
	return out
}

// completing are the known words of some classes that begin so, in a fixed order.
func completing(fragment string, of class) []string {
	var out []string
	for w, c := range vocabulary() {
		if c&of != 0 && strings.HasPrefix(w, fragment) {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// completed finds products by what a cut name may have been.
func (ix *Index) completed(q Query, fits func(found) bool) (hits []found, script string) {
	for _, name := range completions(q.Name) {
		if hits, script = ix.names(name, fits, q.Platform); hits != nil {
			return hits, script
		}
	}
	return nil, ""
}
