package hostroot

import (
	"path"
	"strings"
)

// Fold finds how a path is really spelled on a volume whose system takes no heed of case, such as a copied one of
// Windows: "Windows/System32" where the copy has "WINDOWS/system32". The spelling asked for is tried first, and where two
// names differ in case only the first in the order of names is taken. What is not there is returned as it was asked
// for, so that opening it says so.
func (h *Host) Fold(name string) string {
	name = path.Clean(strings.TrimPrefix(name, "/"))
	if h.Exists(name) {
		return name
	}
	found := "."
	for part := range strings.SplitSeq(name, "/") {
		real, ok := h.spelling(found, part)
		if !ok {
			return name
		}
		found = path.Join(found, real)
	}
	return found
}

// spelling is the name in a folder that differs from part in case only.
func (h *Host) spelling(dir, part string) (string, bool) {
	if h.Exists(path.Join(dir, part)) {
		return part, true
	}
	entries, _ := h.ReadDir(dir) // a folder that cannot be listed has no other spelling to offer
	for _, e := range entries {
		if strings.EqualFold(e.Name(), part) {
			return e.Name(), true
		}
	}
	return "", false
}
