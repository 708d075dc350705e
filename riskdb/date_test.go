package riskdb

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDate(t *testing.T) {
	for _, c := range []struct {
		in          Date
		valid       bool
		first, last Date
	}{
		{"2024", true, "2024-01-01", "2024-12-31"},
		{"2024-02", true, "2024-02-01", "2024-02-29"},
		{"2023-02", true, "2023-02-01", "2023-02-28"},
		{"2023-12", true, "2023-12-01", "2023-12-31"},
		{"2024-02-29", true, "2024-02-29", "2024-02-29"},
		{"2023-02-29", false, "", ""}, {"2024-13", false, "", ""}, {"24", false, "", ""}, {"2024-1-2", false, "", ""}, {"20240102", false, "", ""},
		{"", true, "", ""},
	} {
		if c.in.Valid() != c.valid {
			t.Errorf("%q valid: %v", c.in, !c.valid)
		}
		if c.valid && (c.in.First() != c.first || c.in.Last() != c.last) {
			t.Errorf("%q spans %q to %q, want %q to %q", c.in, c.in.First(), c.in.Last(), c.first, c.last)
		}
		if _, err := ParseDate(string(c.in)); (err == nil) != (c.valid && c.in != "") {
			t.Errorf("ParseDate(%q): %v", c.in, err)
		}
	}
}

func TestDateBeginsEarlyAndEndsLate(t *testing.T) {
	for _, c := range []struct {
		d            Date
		asOf         Date
		begun, ended bool
	}{
		{"2020-06", "2020-06-01", true, false}, {"2020-06", "2020-05-31", false, false}, {"2020-06", "2020-06-30", true, false},
		{"2020-06", "2020-07-01", true, true}, {"2020", "2020-12-31", true, false}, {"2020", "2021-01-01", true, true},
		{"", "2020-01-01", true, false}, {"2020-06-15", "2020-06", true, false},
	} {
		if c.d.Begun(c.asOf) != c.begun || c.d.Ended(c.asOf) != c.ended {
			t.Errorf("%q as of %q: begun %v ended %v", c.d, c.asOf, c.d.Begun(c.asOf), c.d.Ended(c.asOf))
		}
	}
}

func TestDateCompareIsAnOrder(t *testing.T) {
	gen := rapid.Custom(func(t *rapid.T) Date {
		d := time.Date(rapid.IntRange(1990, 2030).Draw(t, "y"), time.Month(rapid.IntRange(1, 12).Draw(t, "m")), rapid.IntRange(1, 28).Draw(t, "d"), 0, 0, 0, 0, time.UTC)
		return DateOf(d)[:rapid.SampledFrom([]int{0, 4, 7, 10}).Draw(t, "precision")]
	})
	rapid.Check(t, func(t *rapid.T) {
		ds := rapid.SliceOfN(gen, 2, 6).Draw(t, "dates")
		slices.SortFunc(ds, Date.Compare)
		for i := 1; i < len(ds); i++ {
			if ds[i-1].Compare(ds[i]) > 0 || ds[i].Compare(ds[i-1]) < 0 || ds[i-1].First() > ds[i].First() {
				t.Fatalf("%q before %q", ds[i-1], ds[i])
			}
		}
	})
}
