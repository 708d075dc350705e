package elffile

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/components"
)

// sqlite is what the constants of one text say of SQLite, whose version is a constant of its own, "3.36.0", and could
// be anybody's. Its source id, "2021-06-18 18:36:39 5c9a6c06...", is not, and every release has one of its own.
type sqlite struct {
	ids []located
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

// sourceID notes a day, a time and the hash of a check-in, which is of SHA-1 until 3.19 and of SHA3-256 after; "alt1"
// and the like end that of changed sources.
func (v *versions) sourceID(s []byte) bool {
	if !isSourceID(s) {
		return false
	}
	id := string(s[:19])
	if q := &v.sqlite; len(q.ids) < maxIDs && !slices.ContainsFunc(q.ids, func(l located) bool { return l.text == id }) {
		q.ids = append(q.ids, located{id, v.at})
	}
	return true
}

func isSourceID(s []byte) bool {
	if len(s) < 60 || len(s) > 100 || !isDay(string(s[:10])) || s[19] != ' ' {
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
func (v *versions) database(text []byte) {
	if v.asks("libsqlite3", "libsqlite") {
		return
	}
	for _, id := range v.sqlite.ids {
		version, from, to := v.sqlite.release(id.text, text)
		f := components.Of("generic", "sqlite", version, v.file)
		f.From, f.To = from, to
		f.Text, v.at = id.text, id.at
		v.add(f)
	}
}

// numbers are the constants in a text that may be a version of SQLite.
func numbers(text []byte) (list []string) {
	for len(list) < maxNumbers {
		at := bytes.Index(text, []byte("\x003."))
		if at < 0 {
			break
		}
		text = text[at+1:]
		s := string(constant(text[:min(len(text), 16)]))
		if components.Version(s) && strings.Count(s, ".") >= 2 && digits(strings.ReplaceAll(s, ".", "")) && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// cipher reads the version of SQLCipher, which changes the sources of SQLite, as a constant behind another: "community",
// "4.6.1".
func (v *versions) cipher(text []byte, at int) {
	at += bytes.IndexByte(text[at:], 0) + 1
	v.cipherIs(string(constant(text[at:])), at)
}

// cipherBefore reads it from one constant: "4.4.0 community".
func (v *versions) cipherBefore(text []byte, at int) {
	from := at
	for from > 0 && at-from < 12 && (text[from-1] >= '0' && text[from-1] <= '9' || text[from-1] == '.') {
		from--
	}
	if begins(text, from) {
		v.cipherIs(string(text[from:at]), from)
	}
}

// cipherIs notes the version, which counts beside the name of SQLCipher's own setting.
func (v *versions) cipherIs(version string, at int) {
	if len(version) < 12 && strings.Count(version, ".") == 2 && digits(strings.ReplaceAll(version, ".", "")) && len(v.pending) < maxVersions {
		f := components.Of("generic", "sqlcipher", version, v.file)
		f.Text = version
		v.pending = append(v.pending, pending{sqlCipher, f, at})
	}
}

// release says of which version a source id is. That of a release is enough; of another check-in, the version is the
// one constant that fits.
func (q *sqlite) release(stamp string, text []byte) (version, from, to string) {
	i, ok := slices.BinarySearchFunc(sqliteReleases[:], stamp, func(r sqliteRelease, stamp string) int { return strings.Compare(r.stamp, stamp) })
	if ok {
		return sqliteReleases[i].version, "", ""
	}
	from, to = byStamp(stamp)
	all := numbers(text)
	var fit []string
	for _, n := range all {
		if order(n, from) >= 0 && (to == "" || order(n, to) <= 0) {
			fit = append(fit, n)
		}
	}
	switch {
	case len(fit) == 1 && len(q.ids) == 1:
		return fit[0], "", ""
	case len(fit) == 0 && len(all) > 0: // it may mend an older one
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
		case later && r.stamp > stamp && strings.HasSuffix(r.version, ".0"): // a patch may be of a branch
			return before(last), r.version
		case r.stamp > stamp:
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
