package dex

import (
	"context"
	"fmt"
	"slices"

	"quaestor/scanners/inventory"
)

// collector gathers what the DEX files of one container entry say.
type collector struct {
	name     string
	files    []inventory.CodeFile
	index    map[string]int // package with slashes, to its place in packages
	packages []packageCount

	// What may still be done, in bytes. In files that devices accept, only strings are shared, and only by the files
	// of one container.
	tableRoom, nameRoom, codeRoom, stringRoom int64
	names                                     []uint64
	notes                                     []note
	damages                                   []string
	gaps                                      []string
}

// newCollector makes one for a file of a size.
func newCollector(name string, size int) *collector {
	n := int64(size)
	return &collector{name: name, index: map[string]int{}, tableRoom: n, nameRoom: n, codeRoom: 4*n + 4096, stringRoom: n}
}

func (c *collector) gap(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(c.gaps, s) {
		c.gaps = append(c.gaps, s)
	}
}

// damage notes once how the file breaks its format.
func (c *collector) damage(what string) {
	const most = 20
	if len(c.damages) < most && !slices.Contains(c.damages, what) {
		c.damages = append(c.damages, what)
	}
}

// read takes the facts of one file.
func (c *collector) read(ctx context.Context, f *file) error {
	c.files = append(c.files, f.info)
	f.names()
	if err := c.classes(ctx, f); err != nil {
		return err
	}
	return c.code(ctx, f)
}

// fill hands over what was gathered.
func (c *collector) fill(out *Facts) {
	out.Files, out.names, out.notes, out.Gaps = c.files, c.names, c.notes, c.gaps
	out.packages = c.packages
	for _, d := range c.damages {
		out.notes = append(out.notes, note{api: damaged, item: d})
	}
	for i := range out.notes {
		out.notes[i].file = c.name
	}
	code, packages := count([]*Facts{out})
	out.Classes, out.Renamed, out.Packages = code.Classes, code.Renamed, packages
	out.Marks = marks([]*Facts{out})
}
