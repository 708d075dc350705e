package osquery

import (
	"path"

	"quaestor/scanners/internal/whose"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// file is one that is read. What the files beside it tell is looked up before any part is read.
type file struct {
	src      *source.Source // for reading the file alone
	name     string
	sum      string // of one that is read whole
	logged   bool   // it holds lines of a log
	numbered map[inventory.Platform]map[string]string
	nameless map[inventory.Platform]whose.Computer
}

func newFile(src *source.Source) *file {
	return &file{src: src, name: inventory.Text(src.Name()), numbered: map[inventory.Platform]map[string]string{}, nameless: map[inventory.Platform]whose.Computer{}}
}

// lookBeside looks at the files beside for computers of a system: for the numbers of those that rows name, or for whose the rows are that
// name none.
func (f *file) lookBeside(p inventory.Platform, named bool) {
	if named && p != inventory.Linux && f.numbered[p] == nil {
		if f.numbered[p] = whose.Numbered(f.src, lookFor(p)); f.numbered[p] == nil {
			f.numbered[p] = map[string]string{}
		}
	}
	if _, ok := f.nameless[p]; !named && !ok {
		f.nameless[p] = whose.Of(f.src, whose.Seen{}, lookFor(p))
	}
}

// folder is that in which the file lies.
func (f *file) folder() string { return path.Dir(f.name) }

func (f *file) origin(line int) []inventory.Origin {
	return []inventory.Origin{{Scanner: ID, Path: f.name, Line: line, SHA256: f.sum}}
}
