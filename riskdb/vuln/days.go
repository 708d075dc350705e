package vuln

import (
	"time"

	"quaestor/riskdb"
)

// daysBetween counts days; a date that is none counts as the other.
func daysBetween(from, to riskdb.Date) int {
	a, errA := time.Parse(time.DateOnly, string(from.First()))
	b, errB := time.Parse(time.DateOnly, string(to.First()))
	if errA != nil || errB != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}
