package riskdb

import (
	"strings"

	"quaestor/scanners/inventory"
)

// codeCache keeps what was found in each file, and in each set of files, so that an app on a thousand devices is
// looked through once.
type codeCache struct {
	marks map[string]marksOf   // by SHA-256, and what the other files of the app tell of it
	sets  map[string]codeFound // by the SHA-256 of all files of an app
	hosts map[string][]hostsOf // by SHA-256
}

// codeFound is whose code a set of files carries.
type codeFound struct {
	sdks     []SDKMatch
	trackers []TrackerMatch
}

// codeIn finds whose code the files of an app carry. Code in a split is the app's; what lies inside a file as a
// file of its own is not.
func (a *assessor) codeIn(f *facts) codeFound {
	files, listed := f.files(), a.listed.of(f)
	switch {
	case len(listed) > 0:
		out := codeFound{sdks: weigh(a.marksInFiles(f, files).and(listed))}
		out.trackers = a.db.trackersIn(files, f.base != nil, out.sdks)
		return out
	case len(files) == 0:
		return codeFound{}
	}
	var key strings.Builder
	for _, b := range files {
		key.WriteString(b.SHA256)
	}
	if !f.whole(files) {
		key.WriteString(" in part")
	}
	if found, ok := a.seen.sets[key.String()]; ok {
		return found
	}
	if a.seen.sets == nil {
		a.seen.sets = map[string]codeFound{}
	}
	out := codeFound{sdks: weigh(a.marksInFiles(f, files))}
	out.trackers = a.db.trackersIn(files, f.base != nil, out.sdks)
	a.seen.sets[key.String()] = out
	return out
}

// whole reports whether all files of the app were read.
func (f *facts) whole(files []*inventory.Binary) bool {
	return f.base != nil && len(files) == len(f.app.Binaries)
}

// marksInFiles finds the marks in all files of an app.
func (a *assessor) marksInFiles(f *facts, files []*inventory.Binary) marksOf {
	if len(files) == 0 {
		return nil
	}
	var absent map[string]bool
	if f.whole(files) {
		absent = a.absent(files, a.carriedBy(f))
	}
	found := a.marksInFile(files[0], files[0], absent)
	if len(files) == 1 {
		return found
	}
	all := marksOf{}
	for i, b := range files {
		name := b.SHA256
		if i == 0 && f.base != nil {
			name = ""
		}
		all.join(a.marksInFile(b, files[0], absent), name)
	}
	return all
}

// files are those of the app that were read, the base first.
func (f *facts) files() []*inventory.Binary {
	if f.base == nil {
		return f.splits
	}
	return append([]*inventory.Binary{f.base}, f.splits...)
}

// marksInFile finds the marks in a file of an app, whose base comes along; absent are components of the app without a
// class.
func (a *assessor) marksInFile(b, base *inventory.Binary, absent map[string]bool) marksOf {
	e := CodeOf(b)
	e.Absent, e.NativeRead = absent, e.NativeRead || base.Code != nil && b.Entries > 0
	key := b.SHA256
	if e.NativeRead {
		key += " read"
	}
	for _, name := range e.Components {
		if absent[name] {
			key += " " + name
		}
	}
	if found, ok := a.seen.marks[key]; ok {
		return found
	}
	if a.seen.marks == nil {
		a.seen.marks = map[string]marksOf{}
	}
	found := a.db.marksIn(&e)
	a.seen.marks[key] = found
	return found
}
