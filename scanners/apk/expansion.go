package apk

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"

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
func archiveExpansions(ctx context.Context, src *source.Source, f *apkfile.File, left int64, inv *inventory.Inventory, visit func(*member) error) error {
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
		m.expansion = e.Name
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
	head := make([]byte, headBytes)
	n, err := m.r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		c.inv.Gaps = append(c.inv.Gaps, gap(m.name, inventory.GapUnreadable, "cannot be read: %v", err))
		return nil
	}
	k := sniff(head[:n])
	if k == kindOther {
		g := gap(m.name, inventory.GapSkipped, "an expansion file that is no archive; whether there is code in it is not known")
		c.inv.Gaps = append(c.inv.Gaps, g)
		return nil
	}
	r := newReading(m, newTree(m.size))
	place := inventory.Place{Binary: base.bin.SHA256, File: inventory.Text(m.expansion)}
	code, err := r.content(ctx, c.env, m, k, place)
	c.inv.Gaps = append(c.inv.Gaps, r.gaps...)
	c.nested(r)
	base.bin.Native = append(base.bin.Native, r.bin.Native...)
	if code {
		base.bin.Marks = append(base.bin.Marks, inventory.Mark{Code: inventory.MarkHiddenCode, Detail: "code in an expansion file", Count: 1,
			Places: []inventory.Place{{File: place.File, Item: k.String()}}})
	}
	return err
}
