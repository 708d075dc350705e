package apk

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"quaestor/scanners"
	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// isExpansion reports an expansion file: what a store gave along with an APK that would have been too large, mostly an
// archive of pictures and sound. Code in one is code in an odd place of the app.
func isExpansion(name string) bool { return strings.EqualFold(path.Ext(name), ".obb") }

// expansions are the expansion files in an archive.
func expansions(f *apkfile.File) (list []*apkfile.Entry) {
	for i := range f.Entries {
		if e := &f.Entries[i]; isExpansion(e.Name) && !strings.HasSuffix(e.Name, "/") {
			list = append(list, e)
		}
	}
	return list
}

// archiveExpansions visits the expansion files in an archive, after its APKs.
func archiveExpansions(ctx context.Context, src *source.Source, f *apkfile.File, left int64, share *int64, inv *inventory.Inventory, visit func(*member) error) error {
	for _, e := range expansions(f) {
		m, err := archiveMember(ctx, src, f, e, left)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			inv.Gaps = append(inv.Gaps, memberGap(src.Join(e.Name), err))
			continue
		}
		left -= m.size
		m.expansion, m.share = e.Name, share
		if err := visit(m); err != nil {
			return err
		}
	}
	return nil
}

// expansion looks for code in an expansion file, which is told of the base of the first app.
func (c *collection) expansion(ctx context.Context, m *member) error {
	i := 0
	for i < len(c.readings) && c.readings[i].bin.Split != "" {
		i++
	}
	if i == len(c.readings) {
		c.inv.Gaps = append(c.inv.Gaps, gap(m.name, inventory.GapSkipped, "an expansion file of an app of which no base was read; it was not looked into"))
		return nil
	}
	base := c.readings[i]
	k, ok := c.archiveKind(m)
	if !ok {
		return nil
	}
	r := newReading(m, newTree(m.size).within(m))
	if m.share != nil {
		defer func() { *m.share -= r.tree.used() }()
	}
	place := inventory.Place{Binary: base.bin.SHA256, File: inventory.Text(m.expansion)}
	code, err := r.content(ctx, c.env, m, k, place)
	c.inv.Gaps = append(c.inv.Gaps, r.gaps...)
	c.nested(r)
	base.bin.Native = append(base.bin.Native, r.bin.Native...)
	if code {
		base.bin.Marks = append(base.bin.Marks, scanners.ExpansionMark(place.File, k.String()))
	}
	return err
}

// archiveKind tells what an expansion file is. One that is no archive is a gap.
func (c *collection) archiveKind(m *member) (kind, bool) {
	head := make([]byte, headBytes)
	n, err := m.r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		c.inv.Gaps = append(c.inv.Gaps, gap(m.name, inventory.GapUnreadable, "cannot be read: %v", err))
		return kindOther, false
	}
	k := sniff(head[:n])
	if k == kindOther {
		c.inv.Gaps = append(c.inv.Gaps, gap(m.name, inventory.GapSkipped, "an expansion file that is no archive; whether there is code in it is not known"))
	}
	return k, k != kindOther
}

// isLooseExpansion reports an expansion file that lies in a folder or archive as a file of its own.
func isLooseExpansion(src *source.Source) bool { return !src.IsDir() && isExpansion(src.Base()) }

// loose looks for code in an expansion file whose app is read apart: the runner brings them together by the package
// that the file's name or folder states.
func (c *collection) loose(ctx context.Context, src *source.Source) error {
	m := &member{name: src.Name(), base: src.Base(), r: src.ReaderAt(), size: src.Size()}
	k, ok := c.archiveKind(m)
	if !ok {
		return nil
	}
	if k == kindELF || k == kindOAT || k == kindClass {
		c.inv.Gaps = append(c.inv.Gaps, gap(m.name, inventory.GapSkipped, "named as an expansion file and %s code itself, which was not looked into", k))
		return nil
	}
	r := newReading(m, newTree(m.size))
	_, err := r.content(ctx, c.env, m, k, inventory.Place{})
	c.inv.Gaps = append(c.inv.Gaps, r.gaps...)
	for _, u := range r.units {
		u.bin.Inside = nil
		u.bin.FileNames = addName(u.bin.FileNames, src.Base())
	}
	c.nested(r)
	c.inv.Binaries = append(c.inv.Binaries, c.inside...)
	return err
}
