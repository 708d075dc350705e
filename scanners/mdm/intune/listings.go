package intune

import (
	"strconv"
	"strings"
	"sync"

	"quaestor/scanners/inventory"
)

// listing is what a row tells of an app, apart from the device that it is on.
type listing struct {
	kind                     inventory.IdentifierKind
	identifier, lower        string // lower is what IDs are made of
	name, publisher, version string
	count                    int
}

// listingOf is what a record tells of an app on a platform, nil where it names none.
func listingOf(p inventory.Platform, r *record) *listing {
	name := strings.TrimSpace(r[fAppName])
	if name == "" {
		return nil
	}
	l := &listing{name: inventory.Text(name), publisher: inventory.Text(strings.TrimSpace(r[fPublisher])), version: inventory.Text(version(p, r))}
	kind, identifier := identify(p, name, r[fPublisher])
	l.kind, l.identifier = kind, inventory.Text(identifier)
	l.lower = strings.ToLower(l.identifier)
	if kind != inventory.NameOnly && l.identifier == l.name {
		l.name = ""
	}
	if r[fCount] != "" {
		if n, err := strconv.Atoi(strings.TrimSpace(r[fCount])); err == nil && n > 0 {
			l.count = n
		}
	}
	return l
}

// clone is a listing that holds on to nothing of the row that it was read from.
func (l *listing) clone() *listing {
	c := *l
	for _, s := range []*string{&c.identifier, &c.lower, &c.name, &c.publisher, &c.version} {
		*s = strings.Clone(*s)
	}
	return &c
}

// listings remembers what rows tell: the row of an app is the same, byte for byte, on thousands of devices of a fleet. It is bounded,
// and what it holds is what reading the row again would give.
type listings struct {
	lock sync.RWMutex
	of   map[inventory.Platform]map[string]*listing
	size int // of the rows, in bytes
}

// The most that is remembered; the first rows seen are the common ones.
const (
	maxListings = 4 << 20
	maxListing  = 4 << 10
)

// find looks rows up; there is nil for those that are to be read.
func find[T ~string | ~[]byte](l *listings, p inventory.Platform, rows []T) []*listing {
	out := make([]*listing, len(rows))
	l.lock.RLock()
	defer l.lock.RUnlock()
	known := l.of[p]
	for i, row := range rows {
		out[i] = known[string(row)]
	}
	return out
}

// keep remembers what a row was read to tell.
func keep[T ~string | ~[]byte](l *listings, p inventory.Platform, row T, told *listing) {
	if len(row) > maxListing || told == nil {
		return
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.size >= maxListings {
		return
	}
	if l.of == nil {
		l.of = map[inventory.Platform]map[string]*listing{}
	}
	if l.of[p] == nil {
		l.of[p] = map[string]*listing{}
	}
	if key := strings.Clone(string(row)); l.of[p][key] == nil {
		l.of[p][key] = told.clone()
		l.size += len(row)
	}
}
