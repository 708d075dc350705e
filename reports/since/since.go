// Package since compares the lines of a run with those of an earlier one, so that a stream carries only what is new, what has
// changed, and what is gone.
//
// Of an earlier run a [State] is kept: the id and a hash of every line, device by device. What was not looked at again is not
// gone: a thing of a device is gone only if the device was in the run, every scanner that told of it before told of it again, and
// nothing that could have held the thing was left out. All else is kept in the state until a run has looked.
//
// What the package cannot see: files. The state is read from and written to what it is handed; nor does it see what a line
// says, of which it has a hash.
package since

import (
	"cmp"
	"slices"
)

// Change says what became of a line.
type Change string

// The changes. A line that is the same as before has none.
const (
	Same    Change = ""
	New     Change = "new"
	Changed Change = "changed"
	Gone    Change = "gone"
)

// Line is one line of a stream.
type Line struct {
	Type, ID string
	Sum      Sum
	About    About
}

// About tells what a line is about, for owners of which a run tells only what changed.
type About struct {
	Subject uint64 // hash of the id of the app or other thing that it is about
	Kind    uint64 // hash of the kind of that
}

// AboutThing is what a line says that is about a thing of some kind.
func AboutThing(kind, id string) About { return About{Subject: hashOf(id), Kind: hashOf(kind)} }

// hashOf is 0 for no text.
func hashOf(text string) uint64 {
	if text == "" {
		return 0
	}
	return hashes([]string{text})[0] & (1<<(8*aboutBytes) - 1)
}

// Sum is the hash of what counts in a line: the first bytes of a SHA-256.
type Sum [12]byte

// AbsentType is the type of the line that the state keeps of an owner that was not in the latest run, so that its absence is told once.
const AbsentType = "absent"

// name is what tells lines apart.
type name struct{ kind, id string }

// group is what one run said of one owner: a device, or "" for what belongs to none.
type group struct {
	owner  string
	looked []uint64 // hashes of what looked at it, sorted
	lines  []Line
}

// Missing is what an owner had before and has not now.
type Missing struct {
	Owner string
	Lines []Line
	old   []uint64 // what had looked
	now   []uint64 // what looks now
	kept  bool
}

// Covered reports whether everything that had looked at the owner did so again.
func (m *Missing) Covered() bool {
	return !slices.ContainsFunc(m.old, func(h uint64) bool { _, ok := slices.BinarySearch(m.now, h); return !ok })
}

// LookedAtBy reports whether something of this name looked at the owner in this run, or might have, because nobody knows what did.
func (m *Missing) LookedAtBy(name string) bool {
	_, ok := slices.BinarySearch(m.now, hashes([]string{name})[0])
	return ok || len(m.now) == 0
}

// Keep says that the things may still be there: they stay in the state.
func (m *Missing) Keep() { m.kept = true }

// Part keeps of the things those that are picked, and returns the others.
func (m *Missing) Part(keep func(Line) bool) (gone []Line) {
	var kept []Line
	for _, l := range m.Lines {
		if keep(l) {
			kept = append(kept, l)
		} else {
			gone = append(gone, l)
		}
	}
	m.Lines, m.kept = kept, len(kept) > 0
	return gone
}

// Comparison is one run against the state of an earlier one.
type Comparison struct {
	old     *State
	anew    bool // nothing is taken for unchanged
	out     *writer
	seen    map[string]bool
	missing map[string]*Missing
	back    []string // were absent
	current *comparing
}

// comparing is the owner whose lines come.
type comparing struct {
	group
	before  map[name]*earlier
	beforeL []uint64
}

// earlier is a line of the earlier run.
type earlier struct {
	sums  []Sum // more than one where the owner came twice
	about About
	met   bool
}

// Compare begins a run. Old may be nil: everything is new then. Where the earlier run was of another form, everything is
// written again.
func Compare(old *State, form string, to Output) (*Comparison, error) {
	out, err := newWriter(to, form)
	if err != nil {
		return nil, err
	}
	return &Comparison{old: old, anew: old != nil && old.form != form, out: out, seen: map[string]bool{}, missing: map[string]*Missing{}}, nil
}

// Anew reports whether everything is written again, because the earlier run was of another form.
func (c *Comparison) Anew() bool { return c.anew }

// Begin begins the lines of an owner, and names what looked at it.
func (c *Comparison) Begin(owner string, looked []string) error {
	x := &comparing{group: group{owner: owner, looked: hashes(looked)}, before: map[name]*earlier{}}
	c.current = x
	if c.old == nil {
		return nil
	}
	groups, err := c.old.groups(owner)
	if err != nil {
		return err
	}
	for _, g := range groups {
		x.beforeL = union(x.beforeL, g.looked)
		for _, l := range g.lines {
			n := name{l.Type, l.ID}
			if x.before[n] == nil {
				x.before[n] = &earlier{about: l.About}
			}
			x.before[n].sums = append(x.before[n].sums, l.Sum)
		}
	}
	return nil
}

// Line takes a line of the owner and says what became of it.
func (c *Comparison) Line(l Line) Change {
	x := c.current
	x.lines = append(x.lines, l)
	was := x.before[name{l.Type, l.ID}]
	switch {
	case was == nil:
		return New
	case c.anew || !slices.Contains(was.sums, l.Sum):
		was.met = true
		return Changed
	}
	was.met = true
	return Same
}

// End ends the lines of the owner.
func (c *Comparison) End() error {
	x := c.current
	c.current = nil
	m := &Missing{Owner: x.owner, old: x.beforeL, now: x.looked}
	twice := c.missing[x.owner]
	for n, was := range x.before {
		if !was.met && (!c.seen[x.owner] || twice.has(n)) {
			m.Lines = append(m.Lines, Line{Type: n.kind, ID: n.id, Sum: was.sums[0], About: was.about})
		}
	}
	c.returned(m)
	if twice != nil {
		m.now = union(m.now, twice.now)
	}
	delete(c.missing, x.owner)
	if len(m.Lines) > 0 {
		slices.SortFunc(m.Lines, compareLines)
		c.missing[x.owner] = m
	}
	c.seen[x.owner] = true
	return c.out.group(x.group)
}

// returned takes from what is missing that the owner was absent: it is here, whatever was looked at.
func (c *Comparison) returned(m *Missing) {
	m.Lines = slices.DeleteFunc(m.Lines, func(l Line) bool {
		if l.Type == AbsentType {
			c.back = append(c.back, l.ID)
		}
		return l.Type == AbsentType
	})
}

// Returned lists the owners that were absent and are in the run, in the order in which they came.
func (c *Comparison) Returned() []string { return c.back }

// Absent tells of each owner that the earlier run or one before told of and this one does not, when all lines have come, and
// whether that is new.
func (c *Comparison) Absent(tell func(owner string, isNew bool)) error {
	return c.unseen(func(owner string, groups []group) error {
		tell(owner, c.anew || !absent(groups))
		return nil
	})
}

func absent(groups []group) bool {
	return slices.ContainsFunc(groups, func(g group) bool {
		return slices.ContainsFunc(g.lines, func(l Line) bool { return l.Type == AbsentType })
	})
}

// unseen goes through the owners of the state that were not in the run; what belongs to none is no owner.
func (c *Comparison) unseen(do func(owner string, groups []group) error) error {
	if c.old == nil {
		return nil
	}
	for _, owner := range c.old.owners {
		if c.seen[owner] || owner == "" {
			continue
		}
		groups, err := c.old.groups(owner)
		if err == nil {
			err = do(owner, groups)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *Missing) has(n name) bool {
	return m != nil && slices.ContainsFunc(m.Lines, func(l Line) bool { return l.Type == n.kind && l.ID == n.id })
}

// Missing lists what owners that were in the run had before and have not now, when all lines have come. What is not kept
// is gone.
func (c *Comparison) Missing() []*Missing {
	var out []*Missing
	for _, m := range c.missing {
		out = append(out, m)
	}
	slices.SortFunc(out, func(x, y *Missing) int { return cmp.Compare(x.Owner, y.Owner) })
	return out
}

// Close writes what is left of the state: what is kept, and the owners that were not in the run.
func (c *Comparison) Close() error {
	for _, m := range c.Missing() {
		if m.kept {
			if err := c.out.group(group{owner: m.Owner, looked: m.old, lines: m.Lines}); err != nil {
				return err
			}
		}
	}
	err := c.unseen(func(owner string, groups []group) error {
		if !absent(groups) {
			last := &groups[len(groups)-1]
			last.lines = append(last.lines, Line{Type: AbsentType, ID: owner})
		}
		for _, g := range groups {
			if err := c.out.group(g); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.out.close()
}

func compareLines(x, y Line) int { return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.ID, y.ID)) }

// union is what is in one of two sorted lists.
func union(x, y []uint64) []uint64 {
	out := append(slices.Clone(x), y...)
	slices.Sort(out)
	return slices.Compact(out)
}
