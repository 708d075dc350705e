package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Windows has no table of zones that Go reads
)

// tokens are the parts of a written time, and what Go calls them. Longer ones stand before those that they begin with.
var tokens = []struct{ written, layout string }{
	{"YYYY", "2006"}, {"YY", "06"}, {"MMMM", "January"}, {"MMM", "Jan"}, {"MM", "01"}, {"M", "1"}, {"DD", "02"}, {"D", "2"},
	{"HH", "15"}, {"H", "15"}, {"hh", "03"}, {"h", "3"}, {"mm", "04"}, {"m", "4"}, {"ss", "05"}, {"s", "5"}, {"A", "PM"}, {"ZZ", "-0700"}, {"Z", "Z07:00"},
}

// defaults are the forms that nobody can mistake.
var defaults = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"}

// unreadable is a time that cannot be read, which comes before all others.
const unreadable = "0000"

const (
	unix   = "unix"
	unixMS = "unix-ms"
)

// layout is a form as Go writes it.
func layout(form string) (string, error) {
	if form == unix || form == unixMS {
		return form, nil
	}
	var out strings.Builder
	seen := map[string]bool{}
next:
	for rest := form; rest != ""; {
		for _, t := range tokens {
			if after, ok := strings.CutPrefix(rest, t.written); ok {
				out.WriteString(t.layout)
				seen[t.written[:1]] = true
				rest = after
				continue next
			}
		}
		if c := rest[0]; c == 'T' || !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') {
			out.WriteByte(c)
			rest = rest[1:]
			continue
		}
		return "", fmt.Errorf("%q is no form of a time; write it with YYYY MM DD HH mm ss, and A for AM or PM, or unix, unix-ms", form)
	}
	if !seen["Y"] || !seen["M"] || !seen["D"] {
		return "", fmt.Errorf("the form %q has no year, month or day (YYYY, MM, DD)", form)
	}
	return out.String(), nil
}

// zone is the zone of a name or an offset.
func zone(name string) (*time.Location, error) {
	if name == "" {
		return time.UTC, nil
	}
	if t, err := time.Parse("-07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset), nil
	}
	if loc, err := time.LoadLocation(name); err == nil && name != "Local" {
		return loc, nil
	}
	return nil, fmt.Errorf("there is no zone %q; write one such as Europe/Brussels, +02:00 or UTC", name)
}

// moment reads a time, and writes it as RFC 3339 in UTC.
func moment(text string, layouts []string, loc *time.Location) (string, bool) {
	text = strings.TrimSpace(text)
	for _, l := range layouts {
		var t time.Time
		var err error
		switch l {
		case unix, unixMS:
			var n float64
			if n, err = strconv.ParseFloat(text, 64); err == nil && n > 0 && n < 1e15 {
				if l == unix {
					n *= 1000
				}
				t = time.UnixMilli(int64(n))
			}
		default:
			t, err = time.ParseInLocation(l, text, loc)
		}
		if t = t.UTC().Truncate(time.Second); err == nil && t.Year() >= 1990 && t.Year() < 2200 {
			return t.Format(time.RFC3339), true
		}
	}
	return "", false
}
