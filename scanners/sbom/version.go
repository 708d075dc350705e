package sbom

import (
	"fmt"
	"strconv"
	"strings"

	"quaestor/scanners/inventory"
)

// newest are the latest versions of each format that are known here.
var newest = map[string]version{"CycloneDX": {1, 7}, "SPDX": {3, 0}}

// version is a number of two parts.
type version struct{ major, minor int }

// newer says in a gap that a document is of a version that is not known here: parts of it may have another form.
func (r *reading) newer(d *document) {
	name, rest, _ := strings.Cut(strings.Replace(d.format, "-", " ", 1), " ")
	known, ok := newest[name]
	if !ok {
		return
	}
	v, whole := versionOf(rest)
	if whole && (v.major < known.major || v.major == known.major && v.minor <= known.minor) {
		return
	}
	detail := fmt.Sprintf("The SBOM says that it is of version %q of %s, of which %d.%d is the newest that is known here: what has another form in it is missing.", rest, name, known.major, known.minor)
	if rest == "" {
		detail = fmt.Sprintf("The SBOM does not say of which version of %s it is: what has another form in it is missing.", name)
	}
	r.gap(inventory.GapUnknownLines, inventory.Text(detail), "Make it in a version that is known, or take a newer Quaestor.")
}

// versionOf takes a version apart; false where it is no number.
func versionOf(s string) (v version, ok bool) {
	major, minor, _ := strings.Cut(s, ".")
	minor, _, _ = strings.Cut(minor, ".") // of a third part
	var err error
	if v.major, err = strconv.Atoi(major); err != nil {
		return v, false
	}
	if minor == "" {
		return v, true
	}
	v.minor, err = strconv.Atoi(minor)
	return v, err == nil
}
