package apkfile

import (
	"fmt"
	"strings"
)

// rationSlack is what overlapping entries may share beyond the size of the file.
const rationSlack = 64 << 20

// ration bounds the work that entries cost which all point to the same bytes. Entries of an ordinary archive
// are together not larger than the file; where they are by far, those that Android itself opens come first and
// the rest is refused once as much was given out as twice the file holds.
func (f *File) ration() {
	left := 2*f.size + rationSlack
	for i := range f.Entries {
		left -= min(max(f.Entries[i].length(), 0), f.size)
	}
	if left >= 0 {
		return
	}
	f.refused = make([]bool, len(f.Entries))
	left = 2*f.size + rationSlack
	for _, own := range []bool{true, false} {
		for i := range f.Entries {
			e := &f.Entries[i]
			if opened(e.Name) != own {
				continue
			}
			cost := min(max(e.length(), 0), f.size)
			if f.refused[i] = cost > left; !f.refused[i] {
				left -= cost
			}
		}
	}
}

// opened reports the names that Android opens in every APK.
func opened(name string) bool {
	if name == "AndroidManifest.xml" || name == "resources.arsc" {
		return true
	}
	n, classes := strings.CutPrefix(name, "classes")
	n, dex := strings.CutSuffix(n, ".dex")
	return classes && dex && strings.Trim(n, "0123456789") == ""
}

// allowed says why an entry is not read, if it is not.
func (f *File) allowed(e *Entry) error {
	if f.refused == nil || e.index < 0 || !f.refused[e.index] {
		return nil
	}
	return fmt.Errorf("%q is not read: %w", clip(e.Name), &LimitError{What: "bytes in entries that share them", Limit: 2*f.size + rationSlack})
}
