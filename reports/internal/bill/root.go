package bill

import (
	"fmt"

	"quaestor/reports"
)

// Rooted finds out what a list is about: the one device, the one app, else the whole. The first root is held back until a second comes.
type Rooted struct {
	g     *Gatherer
	roots []string
	held  *Thing
	// Thing takes a thing that is not what the list is about.
	Thing func(*Thing)
}

// NewRooted begins a list whose things are handed to thing.
func NewRooted(thing func(*Thing)) *Rooted { return &Rooted{g: New(), Thing: thing} }

// Part gathers a part and hands on its things.
func (o *Rooted) Part(r *reports.Report) Part {
	p := o.g.Part(r)
	o.roots = append(o.roots, p.Roots...)
	for i := range p.Things {
		t := &p.Things[i]
		if o.held == nil && len(p.Roots) == 1 && len(o.roots) == 1 && t.Ref == o.roots[0] {
			o.held = t
			continue
		}
		o.Thing(t)
	}
	return p
}

// Close tells what the list is about, and what is directly in that where nothing else said so.
func (o *Rooted) Close(rest *reports.Report) (about Thing, on []string, notes []Note) {
	notes = o.g.Limits(rest)
	roots := unique(o.roots)
	if len(roots) == 1 && o.held != nil {
		return *o.held, nil, notes
	}
	if o.held != nil {
		o.Thing(o.held)
	}
	return Thing{Ref: ref("all", roots...), Kind: Fleet, Name: fmt.Sprintf("%d devices and files", len(roots))}, roots, notes
}
