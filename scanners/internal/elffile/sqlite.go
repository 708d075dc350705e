package elffile

import (
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/components"
)

// sqlite is what the constants of one text say of SQLite, whose version is a constant of its own, "3.36.0", and could
// be anybody's. Its source id, "2021-06-18 18:36:39 5c9a6c06...", is not, and every release has one of its own.
type sqlite struct {
	numbers []located
	ids     []located
}

// located is a constant, and where in the text it is.
type located struct {
	text string
	at   int
}

const (
	maxNumbers = 64 // constants that may be the version
	maxIDs     = 8
)

func (q *sqlite) number(version string, at int) {
	if len(q.numbers) < maxNumbers && digits(strings.ReplaceAll(version, ".", "")) {
		q.numbers = append(q.numbers, located{version, at})
	}
}

func (q *sqlite) source(id string, at int) {
	if len(q.ids) < maxIDs && !slices.ContainsFunc(q.ids, func(l located) bool { return l.text == id }) {
		q.ids = append(q.ids, located{id, at})
	}
}

// sourceID reports whether s is a day, a time and the hash of a check-in, which is of SHA-1 until 3.19 and of SHA3-256
// after; "alt1" and the like end that of changed sources.
func sourceID(s []byte) bool {
	if len(s) < 60 || len(s) > 100 || !isDay(string(s[:10])) || s[10] != ' ' || s[13] != ':' || s[16] != ':' || s[19] != ' ' {
		return false
	}
	n := 20
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] >= 'a' && s[n] <= 'f') {
		n++
	}
	return n-20 >= 40 && len(s)-n <= 4
}

// database says which SQLite the constants are of. A program that asks for the library has the id from a header, to
// compare it.
func (v *versions) database() {
	if v.asks("libsqlite3", "libsqlite") {
		return
	}
	for _, id := range v.sqlite.ids {
		version, from, to := v.sqlite.release(id.text)
		f := components.Of("generic", "sqlite", version, v.file)
		f.From, f.To = from, to
		f.Text, v.at = id.text, id.at
		v.add(f)
	}
}

// release says of which version a source id is. That of a release is enough; of another check-in, the version is the
// one constant that fits.
func (q *sqlite) release(stamp string) (version, from, to string) {
	i, ok := slices.BinarySearchFunc(sqliteReleases[:], stamp, func(r sqliteRelease, stamp string) int { return strings.Compare(r.stamp, stamp) })
	if ok {
		return sqliteReleases[i].version, "", ""
	}
	from, to = byStamp(stamp)
	var fit []string
	for _, n := range q.numbers {
		if (from == "" || order(n.text, from) >= 0) && (to == "" || order(n.text, to) <= 0) && !slices.Contains(fit, n.text) {
			fit = append(fit, n.text)
		}
	}
	switch {
	case len(fit) == 1 && len(q.ids) == 1:
		return fit[0], "", ""
	case len(fit) == 0 && len(q.numbers) > 0: // it may mend an older one
		from = ""
	}
	return "", from, to
}

// byStamp bounds the version of a check-in that is no release's. What was checked in then is of the next release, or
// mends the last one or the one before it.
func byStamp(stamp string) (from, to string) {
	last := "3.6"
	for _, r := range sqliteReleases {
		switch later := order(r.version, last) > 0; {
		case later && r.stamp > stamp:
			return before(last), r.version
		case later:
			last = r.version
		}
	}
	return before(last), ""
}

// before is the first version of the release before that of a version: 3.35.0 for 3.36.2.
func before(version string) string {
	second, _ := strconv.Atoi(strings.Split(version, ".")[1])
	return "3." + strconv.Itoa(second-1) + ".0"
}

// order compares versions of numbers and dots.
func order(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m - n
		}
	}
	return len(x) - len(y)
}
