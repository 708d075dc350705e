package osquery

import (
	"maps"
	"slices"

	"quaestor/scanners/internal/records"
)

func record(row map[string]string) records.Record {
	r := records.New(0)
	for _, c := range slices.Sorted(maps.Keys(row)) {
		r.Set(c, row[c])
	}
	return r
}
