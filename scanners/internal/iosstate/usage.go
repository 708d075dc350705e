package iosstate

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"quaestor/scanners/internal/iosfacts"
	"quaestor/scanners/internal/sqlite"
	"quaestor/scanners/inventory"
)

// Use is how much a program sent and received, by what the phone counted.
type Use struct {
	Bundle  string // bundle identifier; empty for a program of the system that has none
	Process string // its name
	inventory.Traffic
}

// Usage reads DataUsage.sqlite or netusage.sqlite. The counts of one program over several networks and times become one.
func Usage(ctx context.Context, db *sqlite.DB) (out []Use, problems []error, err error) {
	byKey := map[int64]*Use{}
	problems, err = table(ctx, db, "ZPROCESS", []string{"Z_PK", "ZBUNDLENAME", "ZPROCNAME", "ZFIRSTTIMESTAMP", "ZTIMESTAMP"}, func(r []any) {
		u := &Use{Bundle: text(r[1]), Process: text(r[2])}
		if process, bundle, ok := strings.Cut(u.Process, "/"); ok { // a daemon that works for an app, or the system's id of an app
			u.Process = process
			if u.Bundle == "" {
				u.Bundle = bundle
			}
		}
		u.First, u.Last = iosfacts.Time(r[3]), iosfacts.Time(r[4])
		byKey[integer(r[0])] = u
	})
	if err != nil {
		return nil, problems, err
	}
	more, err := counts(ctx, db, byKey)
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, *byKey[key])
	}
	return out, append(problems, more...), err
}

// counts adds what was counted. Newer phones count Wi-Fi in netusage.sqlite alone.
func counts(ctx context.Context, db *sqlite.DB, byKey map[int64]*Use) ([]error, error) {
	columns := []string{"ZHASPROCESS", "ZTIMESTAMP", "ZWWANIN", "ZWWANOUT"}
	wifi := has(db, "ZLIVEUSAGE", "ZWIFIIN")
	if wifi {
		columns = append(columns, "ZWIFIIN", "ZWIFIOUT")
	}
	return table(ctx, db, "ZLIVEUSAGE", columns, func(r []any) {
		u := byKey[integer(r[0])]
		if u == nil {
			return
		}
		add(&u.CellularIn, r[2])
		add(&u.CellularOut, r[3])
		if wifi {
			add(&u.WifiIn, r[4])
			add(&u.WifiOut, r[5])
		}
		if at := iosfacts.Time(r[1]); at != nil {
			u.Last = later(u.Last, at)
			u.First = earlier(u.First, at)
		}
	})
}

// add counts bytes; what is below zero or beyond any count is no count.
func add(to *int64, v any) {
	if n := integer(v); n > 0 && n < 1<<60 {
		*to = min(*to+n, 1<<60)
	}
}

func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

func earlier(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return b
	}
	return a
}
