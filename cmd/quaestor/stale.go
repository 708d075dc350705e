package main

import (
	"strconv"

	"quaestor/reports"
)

// defaultStale is the default of --stale-after.
var defaultStale = strconv.Itoa(reports.DefaultStaleAfter) + "d"

// parseStale reads --stale-after: an age in days, or never, which is 0.
func parseStale(text string) (days int, err error) {
	switch text {
	case "never":
		return 0, nil
	case "":
		return 0, usageError("--stale-after: write days or weeks, such as 30d or 4w, or never")
	}
	return parseAge("--stale-after", text)
}
