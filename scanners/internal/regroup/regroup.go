// Package regroup puts rows of a table together by a key, such as the device that each is of, in whatever order they come, with bounded
// memory.
//
// Equal rows are kept once, however many keys have them: in a fleet, the same apps in the same versions are on most devices. Beyond a
// limit the rows go to temporary files that only their owner may read, cut by the hash of the key, and are put together file by
// file; the files are deleted when that is over.
//
// Groups come in the order in which their keys appeared, file by file where there are files. That depends on the rows and the limit
// alone.
//
// What the package cannot see: what a row means. Rows that are equal and of one key are kept as often as they come.
package regroup

import (
	"encoding/binary"
	"fmt"
)

// DefaultMemory is a limit that suits a workstation.
const DefaultMemory = 64 << 20

// Row is one row of a group.
type Row struct {
	Text string
	Mark int64 // what the caller gave with it, such as its line
}

// Group is what belongs to one key.
type Group struct {
	Key  string
	Rows []Row // in the order in which they came
}

// Groups collects rows. Make one with [New], and close it.
type Groups struct {
	limit  int
	memory int // about what is held

	number map[string]int // of each key
	groups []group
	last   int               // group that was asked for last
	symbol map[string]uint32 // of each row
	rows   []string

	spill *spill
	err   error
}

type group struct {
	key  string
	data []byte // of each row its symbol and its mark
	once uint32 // symbol of the last row that was added once, plus one
}

// New collects within about so many bytes of memory.
func New(memory int) *Groups {
	g := &Groups{limit: memory}
	g.reset()
	return g
}

func (g *Groups) reset() {
	g.number, g.symbol, g.groups, g.rows, g.memory = map[string]int{}, map[string]uint32{}, nil, nil, 0
}

// Costs of an entry beside its text.
const (
	groupCost = 200
	rowCost   = 80
)

// Add adds a row to the group of a key. The bytes are not kept.
func (g *Groups) Add(key, row []byte, mark int64) error { return g.add(key, row, mark, false) }

// AddOnce is Add for a row that is left out when it is the one that was added so to its group before: what rows of one key repeat.
func (g *Groups) AddOnce(key, row []byte, mark int64) error { return g.add(key, row, mark, true) }

func (g *Groups) add(key, row []byte, mark int64, once bool) error {
	if g.err != nil {
		return g.err
	}
	to := g.groupOf(key)
	if once && to.once > 0 && g.rows[to.once-1] == string(row) {
		return nil
	}
	s, ok := g.symbol[string(row)]
	if !ok {
		s = uint32(len(g.rows))
		text := string(row)
		g.rows = append(g.rows, text)
		g.symbol[text] = s
		g.memory += len(row) + rowCost
	}
	if once {
		to.once = s + 1
	}
	before := cap(to.data)
	to.data = binary.AppendVarint(binary.AppendUvarint(to.data, uint64(s)), mark)
	if g.memory += cap(to.data) - before; g.memory > g.limit {
		g.err = g.flush()
	}
	return g.err
}

// groupOf is the group of a key, which is often the one that was asked for before.
func (g *Groups) groupOf(key []byte) *group {
	if g.last < len(g.groups) && g.groups[g.last].key == string(key) {
		return &g.groups[g.last]
	}
	n, ok := g.number[string(key)]
	if !ok {
		n = len(g.groups)
		text := string(key)
		g.number[text] = n
		g.groups = append(g.groups, group{key: text})
		g.memory += len(key) + groupCost
	}
	g.last = n
	return &g.groups[n]
}

// flush moves what is held to the files.
func (g *Groups) flush() error {
	if g.spill == nil {
		var err error
		if g.spill, err = newSpill(); err != nil {
			return err
		}
	}
	for i := range g.groups {
		if err := g.each(&g.groups[i], func(row string, mark int64) error { return g.spill.write(g.groups[i].key, row, mark) }); err != nil {
			return err
		}
	}
	g.reset()
	return nil
}

// each hands out the rows of a group.
func (g *Groups) each(of *group, yield func(row string, mark int64) error) error {
	for data := of.data; len(data) > 0; {
		s, n := binary.Uvarint(data)
		mark, m := binary.Varint(data[n:])
		data = data[n+m:]
		if err := yield(g.rows[s], mark); err != nil {
			return err
		}
	}
	return nil
}

// Each hands out the groups, each of which belongs to the receiver. Nothing can be added afterwards.
func (g *Groups) Each(yield func(Group) error) error {
	if g.err != nil {
		return g.err
	}
	g.err = errOver
	if g.spill == nil {
		return g.hand(yield)
	}
	if err := g.flush(); err != nil {
		return err
	}
	for n := range g.spill.files {
		part := New(maxInt)
		if err := g.spill.read(n, part.Add); err != nil {
			return err
		}
		if err := part.hand(yield); err != nil {
			return err
		}
	}
	return nil
}

const maxInt = int(^uint(0) >> 1)

var errOver = fmt.Errorf("the rows were handed out already")

func (g *Groups) hand(yield func(Group) error) error {
	for i := range g.groups {
		from := &g.groups[i]
		out := Group{Key: from.key, Rows: make([]Row, 0, len(from.data)/4)}
		_ = g.each(from, func(row string, mark int64) error {
			out.Rows = append(out.Rows, Row{row, mark})
			return nil
		})
		from.data = nil
		if err := yield(out); err != nil {
			return err
		}
	}
	return nil
}

// Spilled reports whether there was more than memory was to hold.
func (g *Groups) Spilled() bool { return g.spill != nil }

// Close deletes what was written.
func (g *Groups) Close() error {
	g.reset()
	g.err = errOver
	if g.spill == nil {
		return nil
	}
	return g.spill.close()
}
