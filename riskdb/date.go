package riskdb

import (
	"fmt"
	"time"
)

// Date is a day, a month or a year, as precisely as its source tells it: YYYY, YYYY-MM or YYYY-MM-DD. The
// empty Date is "not known".
//
// A partial date stands for a span. Where it begins something, its first day counts; where it ends
// something, its last day does, so that neither shortens what a source says. Where it begins something that
// accuses, a measure above all, only its last day does: before that nobody can say that it had begun. A tie of
// ownership holds from first to last, and where that is not certain nothing is concluded from it. See [Date.Begun],
// [Date.Passed] and [Edge.Settled].
type Date string

// ParseDate reads a date of any of the three precisions. The empty string is no date.
func ParseDate(s string) (Date, error) {
	if !Date(s).Valid() || s == "" {
		return "", fmt.Errorf("%q is not a date: write YYYY, YYYY-MM or YYYY-MM-DD", s)
	}
	return Date(s), nil
}

// DateOf is the day of t in its own time zone.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Valid reports whether d is empty or a date of the calendar.
func (d Date) Valid() bool {
	layout := ""
	switch len(d) {
	case 0:
		return true
	case 4:
		layout = "2006"
	case 7:
		layout = "2006-01"
	case 10:
		layout = time.DateOnly
	default:
		return false
	}
	_, err := time.Parse(layout, string(d))
	return err == nil
}

// First is the earliest day that d may mean; the empty Date stays empty.
func (d Date) First() Date {
	switch len(d) {
	case 4:
		return d + "-01-01"
	case 7:
		return d + "-01"
	}
	return d
}

// Last is the latest day that d may mean; the empty Date stays empty.
func (d Date) Last() Date {
	switch len(d) {
	case 4:
		return d + "-12-31"
	case 7:
		first, err := time.Parse("2006-01", string(d))
		if err != nil {
			return d
		}
		return DateOf(first.AddDate(0, 1, -1))
	}
	return d
}

// Begun reports whether something that begins on d has begun on the day asOf. An unknown beginning counts
// as begun.
func (d Date) Begun(asOf Date) bool { return d == "" || d.First() <= asOf.Last() }

// Passed reports whether something that begins on d has surely begun on the day asOf: every day that d may mean
// has come. An unknown beginning counts as passed.
func (d Date) Passed(asOf Date) bool { return d == "" || d.Last() <= asOf.Last() }

// Ended reports whether something whose last day is d is over on the day asOf. An unknown end counts as
// not over.
func (d Date) Ended(asOf Date) bool { return d != "" && d.Last() < asOf.First() }

// Compare orders dates by their first day, an unknown one first and the less precise of two before the
// more precise.
func (d Date) Compare(other Date) int {
	a, b := d.First(), other.First()
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return len(d) - len(other)
}
