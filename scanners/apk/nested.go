package apk

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
)

const (
	maxDepth     = 8        // files in files
	maxNested    = 500      // binaries in one file, at all depths together
	maxCandidate = 5_000    // entries of one container that are looked into
	maxHeld      = 64 << 20 // bytes of archives that are compressed in each other, unpacked in memory
	maxPlaces    = 10       // of a mark
)

// candidate is an entry that is, or may hold, code where Android loads none from.
type candidate struct {
	entry *apkfile.Entry
	spot
	data []byte // of code that was already taken out of the entry
}

// tree is what one file and everything nested in it share.
type tree struct {
	all   int64 // bytes that may be unpacked
	left  int64 // of these
	units int   // binaries read
	held  int64 // bytes in memory of the archives on the way down
	known map[string]*reading
	gaps  map[string]bool // limits that were reported
}

func newTree(size int64) *tree {
	return &tree{all: allowance(size), left: allowance(size), known: make(map[string]*reading), gaps: make(map[string]bool)}
}

// within bounds the tree of a member by what is left to its archive.
func (t *tree) within(m *member) *tree {
	if m.share != nil {
		t.all = max(min(t.all, *m.share), 0)
		t.left = t.all
	}
	return t
}

// used is what was unpacked, or claimed to be.
func (t *tree) used() int64 { return t.all - t.left }

// cut reports a tree with less than a file gets that stands alone, so that not all may have been read.
func (t *tree) cut(m *member) bool { return t.all < allowance(m.size) }

// nested reads what was found in odd places, in the order of the entries.
func (r *reading) nested(ctx context.Context, env *environment, f *apkfile.File, list []candidate) error {
	var mark places
	for i, c := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i >= maxCandidate {
			r.once("entries", "of %d entries that may hold code, %d were looked into", len(list), maxCandidate)
			break
		}
		code, err := r.candidate(ctx, env, f, c)
		if err != nil {
			return err
		}
		if code {
			mark.add(inventory.Place{File: inventory.Text(c.entry.Name), Item: c.item()})
		}
	}
	mark.mark(&r.bin, inventory.MarkHiddenCode, "code where Android does not load it from")
	return nil
}

// candidate looks into one entry and tells whether there is code in it. An error is that of ctx.
func (r *reading) candidate(ctx context.Context, env *environment, f *apkfile.File, c candidate) (code bool, err error) {
	if c.kind == kindELF || c.kind == kindOAT || c.kind == kindClass {
		return true, nil
	}
	m, held, err := r.uncover(ctx, f, c)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		r.gaps = append(r.gaps, memberGap(r.inner(c.entry), err))
		return false, nil
	}
	r.tree.held += held
	defer func() { r.tree.held -= held }()
	return r.content(ctx, env, m, c.kind, inventory.Place{Binary: r.bin.SHA256, File: inventory.Text(c.entry.Name)})
}

// content reads what lies in an odd place.
func (r *reading) content(ctx context.Context, env *environment, m *member, k kind, place inventory.Place) (code bool, err error) {
	switch k {
	case kindZip, kindDex:
		return r.unit(ctx, env, m, k, place)
	case kindGzip, kindZstd:
		return r.packed(ctx, env, m, k, place)
	case kindXZ:
		r.skipped(m, k)
		return false, nil
	case kindELF: // unpacked from a compressed file
		var out result
		r.nativeFile(m.data, place.File, &out)
		r.bin.Native = append(r.bin.Native, out.native...)
		r.damagedNative(out.damaged)
	}
	return true, nil
}

// open gives access to an entry: in place where it is not compressed, else unpacked into memory.
func (r *reading) open(ctx context.Context, f *apkfile.File, e *apkfile.Entry) (m *member, held int64, err error) {
	m = &member{name: r.inner(e), base: path.Base(e.Clean())}
	section, stored, err := f.Section(e)
	if err != nil {
		return nil, 0, err
	}
	if stored {
		m.r, m.size = section, section.Size()
		return m, 0, r.charge(m.size)
	}
	if r.tree.held+e.Size > maxHeld {
		return nil, 0, &apkfile.LimitError{What: "bytes, compressed inside other archives", Limit: maxHeld}
	}
	if err := r.charge(e.Size); err != nil {
		return nil, 0, err
	}
	data, err := f.Read(ctx, e, e.Size)
	if err != nil {
		return nil, 0, err
	}
	return inMemory(m.name, m.base, data), int64(len(data)), nil
}

// charge takes n bytes off what may still be unpacked.
func (r *reading) charge(n int64) error {
	if n > r.tree.left {
		return &apkfile.LimitError{What: "bytes left to unpack from this file", Limit: r.tree.left}
	}
	r.tree.left -= n
	return nil
}

// unit reads a file as a binary of its own. It is kept when there is code in it.
func (r *reading) unit(ctx context.Context, env *environment, m *member, k kind, place inventory.Place) (code bool, err error) {
	switch {
	case r.depth+1 >= maxDepth:
		r.once("depth", "archives deeper than %d in each other were not opened", maxDepth)
		return false, nil
	case r.tree.units >= maxNested:
		r.once("units", "more than %d files in files; the rest was not opened", maxNested)
		return false, nil
	}
	r.tree.units++
	in := newReading(m, r.tree)
	in.depth = r.depth + 1
	if err := in.hash(ctx); err != nil {
		return false, r.unreadable(ctx, m, err)
	}
	if first, ok := r.tree.known[in.bin.SHA256]; ok {
		return first != nil && first.hasCode(), in.repeated(first, place)
	}
	r.tree.known[in.bin.SHA256] = nil // until it is read: an archive may hold itself
	if err := in.readAs(ctx, env, k); err != nil {
		return false, r.unreadable(ctx, m, err)
	}
	r.gaps = append(r.gaps, in.gaps...)
	if !in.hasCode() {
		return false, nil
	}
	in.bin.Inside = []inventory.Place{place}
	r.tree.known[in.bin.SHA256] = in
	r.units = append(r.units, in)
	return true, nil
}

// readAs reads the file as what its first bytes say it is.
func (r *reading) readAs(ctx context.Context, env *environment, k kind) error {
	if k == kindDex {
		return r.bare(ctx, env)
	}
	f, err := r.container(ctx)
	if err != nil {
		return err
	}
	return r.pass(ctx, env, f)
}

// bare reads a DEX file that lies in no container.
func (r *reading) bare(ctx context.Context, env *environment) error {
	r.bin.Format, r.bin.DexFiles = "dex", 1
	if r.m.size > maxDex || !env.budget.fits(r.m.size) {
		r.gaps = append(r.gaps, entryGap(r.m.name, "so it is not known what code it holds", &apkfile.LimitError{What: "bytes", Limit: maxDex}))
		return nil
	}
	content := r.m.data
	if content == nil {
		buf, err := env.budget.take(ctx, r.m.size)
		if err != nil {
			return err
		}
		defer env.budget.give(buf)
		content = buf[:r.m.size]
		if _, err := r.m.r.ReadAt(content, 0); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	var out result
	r.dexFile(ctx, content, r.m.base, &out)
	r.gaps = append(r.gaps, out.gaps...)
	if err := r.encoded(ctx, env, out.encoded); err != nil {
		return err
	}
	r.takeCode()
	r.ownPlaces()
	return ctx.Err()
}

// unreadable notes what could not be read. The error is that of ctx.
func (r *reading) unreadable(ctx context.Context, m *member, err error) error {
	if ctx.Err() == nil {
		r.gaps = append(r.gaps, gap(m.name, kindOf(err), "it begins like an archive and cannot be read: %v", err))
	}
	return ctx.Err()
}

// repeated adds a place to a binary that was read before in the same file.
func (r *reading) repeated(first *reading, place inventory.Place) error {
	if first != nil {
		first.bin.Inside = append(first.bin.Inside, place)
		first.bin.Origins = append(first.bin.Origins, r.bin.Origins...)
		first.bin.FileNames = addName(first.bin.FileNames, r.m.base)
	}
	return nil
}

// addName adds a name under which a file was seen.
func addName(names []string, name string) []string {
	if name = inventory.Text(name); slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// hasCode reports whether the unit is worth a place in the inventory.
func (r *reading) hasCode() bool {
	b := &r.bin
	return b.Package != "" || b.DexFiles > 0 || len(b.NativeLibs) > 0 || len(b.Native) > 0 || len(r.units) > 0 || len(b.Marks) > 0
}

// once reports a limit the first time that it is reached in a file.
func (r *reading) once(what, format string, args ...any) {
	if !r.tree.gaps[what] {
		r.tree.gaps[what] = true
		r.gap(inventory.GapLimit, "Unpack the file and scan its parts.", format, args...)
	}
}

// inner names an entry as the reader would find it.
func (r *reading) inner(e *apkfile.Entry) string { return inventory.Text(r.m.name + "!" + e.Name) }

// places gathers where something was met.
type places struct {
	count int
	first []inventory.Place
}

func (p *places) add(place inventory.Place) {
	if p.count++; len(p.first) < maxPlaces {
		p.first = append(p.first, place)
	}
}

// mark marks the binary when there was something.
func (p *places) mark(b *inventory.Binary, code, detail string) {
	if p.count > 0 {
		b.Marks = append(b.Marks, inventory.Mark{Code: code, Detail: detail, Count: p.count, Places: p.first})
	}
}
