package elffile

import (
	"slices"
	"strconv"
	"strings"

	"quaestor/scanners/internal/components"
)

// sqlite is what the constants of one text say of SQLite, whose version is a constant of its own, "3.36.0", and could
// be anybody's. Its source id, "2021-06-18 18:36:39 5c9a6c06...", is not, and its day tells which of several it is.
type sqlite struct {
	numbers []located
	id      located
	ids     int
}

// located is a constant, and where in the text it is.
type located struct {
	text string
	at   int
}

const maxNumbers = 64 // constants that may be the version

func (q *sqlite) number(version string, at int) {
	if len(q.numbers) < maxNumbers && digits(strings.ReplaceAll(version, ".", "")) {
		q.numbers = append(q.numbers, located{version, at})
	}
}

func (q *sqlite) source(id string, at int) {
	if q.ids++; q.ids == 1 {
		q.id = located{id, at}
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

// database says which SQLite the constants are of. The version is certain where one constant fits the day.
func (v *versions) database() {
	if v.sqlite.id.text == "" {
		return
	}
	from, to := byDay(v.sqlite.id.text[:10])
	var fit []located
	for _, n := range v.sqlite.numbers {
		if (from == "" || order(n.text, from) >= 0) && (to == "" || order(n.text, to) <= 0) && !slices.ContainsFunc(fit, func(l located) bool { return l.text == n.text }) {
			fit = append(fit, n)
		}
	}
	f := components.Of("generic", "sqlite", "", v.file)
	if len(fit) == 1 {
		f = components.Of("generic", "sqlite", fit[0].text, v.file)
	} else {
		f.From, f.To = from, to
	}
	f.Text, v.at = v.sqlite.id.text, v.sqlite.id.at
	v.add(f)
}

// sqliteReleases are the days of the source ids of SQLite's releases, as https://sqlite.org/changes.html has them.
var sqliteReleases = [...]struct{ day, version string }{
	{"2013-08-26", "3.8.0"}, {"2013-10-17", "3.8.1"}, {"2013-12-06", "3.8.2"}, {"2014-02-03", "3.8.3"}, {"2014-03-10", "3.8.4"},
	{"2014-06-04", "3.8.5"}, {"2014-08-15", "3.8.6"}, {"2014-10-17", "3.8.7"}, {"2015-01-16", "3.8.8"}, {"2015-04-08", "3.8.9"},
	{"2015-05-07", "3.8.10"}, {"2015-07-27", "3.8.11"}, {"2015-10-14", "3.9.0"}, {"2016-01-06", "3.10.0"}, {"2016-02-15", "3.11.0"},
	{"2016-03-29", "3.12.0"}, {"2016-05-18", "3.13.0"}, {"2016-08-08", "3.14.0"}, {"2016-10-14", "3.15.0"}, {"2017-01-02", "3.16.0"},
	{"2017-02-13", "3.17.0"}, {"2017-03-28", "3.18.0"}, {"2017-05-22", "3.19.0"}, {"2017-08-01", "3.20.0"}, {"2017-10-24", "3.21.0"},
	{"2018-01-22", "3.22.0"}, {"2018-04-02", "3.23.0"}, {"2018-06-04", "3.24.0"}, {"2018-09-15", "3.25.0"}, {"2018-12-01", "3.26.0"},
	{"2019-02-07", "3.27.0"}, {"2019-04-16", "3.28.0"}, {"2019-07-10", "3.29.0"}, {"2019-10-04", "3.30.0"}, {"2020-01-22", "3.31.0"},
	{"2020-05-22", "3.32.0"}, {"2020-08-14", "3.33.0"}, {"2020-12-01", "3.34.0"}, {"2021-03-12", "3.35.0"}, {"2021-06-18", "3.36.0"},
	{"2021-11-27", "3.37.0"}, {"2022-02-22", "3.38.0"}, {"2022-06-25", "3.39.0"}, {"2022-11-16", "3.40.0"}, {"2023-02-21", "3.41.0"},
	{"2023-05-16", "3.42.0"}, {"2023-08-24", "3.43.0"}, {"2023-11-01", "3.44.0"}, {"2024-01-15", "3.45.0"}, {"2024-05-23", "3.46.0"},
	{"2024-10-21", "3.47.0"}, {"2025-01-14", "3.48.0"}, {"2025-02-06", "3.49.0"}, {"2025-05-29", "3.50.0"},
}

// byDay bounds the version of a check-in by its day. A patch of a release may be younger than the release after it: the
// version before the last one on that day is still possible, and so is the one after it.
func byDay(day string) (from, to string) {
	i := 0
	for i < len(sqliteReleases) && sqliteReleases[i].day <= day {
		i++
	}
	if i >= 2 {
		from = sqliteReleases[i-2].version
	}
	if i < len(sqliteReleases) {
		to = sqliteReleases[i].version
	}
	return from, to
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
