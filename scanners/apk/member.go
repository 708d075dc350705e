package apk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

const (
	maxMembers = 1_000     // APKs of one set that are read
	maxMember  = 160 << 20 // bytes of an APK that is compressed inside an archive, and so held in memory
)

// member is one APK to read: a file, or an entry of an archive. It is valid during the call that gets it.
type member struct {
	name string // as the reader would find it
	base string // last element of the name
	r    io.ReaderAt
	size int64
	data []byte        // the whole, where it is in memory
	file *apkfile.File // when already opened

	v4        bool   // a file with a v4 signature lies beside it
	share     *int64 // what all members of an archive may unpack to together; nil for a file that stands alone
	bare      bool   // a DEX file and no container
	expansion string // the name that an expansion file has in its archive; empty for an APK
}

// inMemory is a member of which all is in memory.
func inMemory(name, base string, data []byte) *member {
	return &member{name: name, base: base, r: bytes.NewReader(data), size: int64(len(data)), data: data}
}

// open opens the container.
func (m *member) open() (*apkfile.File, error) {
	if m.data != nil {
		return apkfile.OpenBytes(m.data)
	}
	return apkfile.Open(m.r, m.size)
}

// eachMember calls visit for every APK in src. What cannot be opened is a Gap in inv; an error of visit or
// of ctx ends the walk.
func eachMember(ctx context.Context, src *source.Source, inv *inventory.Inventory, visit func(*member) error) error {
	if src.IsDir() {
		return folderMembers(src, inv, visit)
	}
	r := src.ReaderAt()
	if r == nil {
		return fmt.Errorf("%q has no content to read", src.Name())
	}
	switch k := headKind(r); {
	case k == kindDex && !isArchive(r, src.Size()):
		return visit(&member{name: src.Name(), base: src.Base(), r: r, size: src.Size(), bare: true})
	case k == kindGzip, k == kindZstd:
		m, err := packedMember(ctx, src, k)
		if err != nil {
			return fmt.Errorf("%q cannot be unpacked: %w; unpack it with another tool", src.Name(), err)
		}
		return visit(m)
	}
	f, err := apkfile.Open(r, src.Size())
	if err != nil {
		return fmt.Errorf("%q cannot be read as an APK: %w; fetch the file again", src.Name(), err)
	}
	nested := setEntries(f)
	if len(nested) > 0 && (!isSingle(f) || f.Lookup(manifestName) == nil && recogniseArchive(src, f)) {
		return archiveMembers(ctx, src, f, nested, inv, visit)
	}
	return visit(&member{name: src.Name(), base: src.Base(), r: r, size: src.Size(), file: f, v4: v4Beside(src)})
}

// folderMembers visits the APKs that lie directly in a folder.
func folderMembers(src *source.Source, inv *inventory.Inventory, visit func(*member) error) error {
	names, err := apkNames(src)
	if err != nil {
		return fmt.Errorf("cannot list %q: %w", src.Name(), err)
	}
	if len(names) == 0 {
		return fmt.Errorf("%q holds no APK; name a file or a folder with a base and its splits", src.Name())
	}
	if len(names) > maxMembers {
		inv.Gaps = append(inv.Gaps, gap(src.Name(), inventory.GapLimit, "%d APKs beyond the first %d were not read", len(names)-maxMembers, maxMembers))
		names = names[:maxMembers]
	}
	for _, name := range names {
		if err := folderMember(src, name, inv, visit); err != nil {
			return err
		}
	}
	return nil
}

func folderMember(src *source.Source, name string, inv *inventory.Inventory, visit func(*member) error) error {
	m, closer, err := openMember(src, name)
	if err != nil {
		inv.Gaps = append(inv.Gaps, gap(src.Join(name), inventory.GapUnreadable, "cannot be opened: %v", err))
		return nil
	}
	defer closer()
	return visit(m)
}

// openMember opens a file of a folder; one that is not on disk is read whole.
func openMember(src *source.Source, name string) (*member, func(), error) {
	if sub, err := src.Sub(name); err == nil && sub.ReaderAt() != nil {
		m := &member{name: sub.Name(), base: sub.Base(), r: sub.ReaderAt(), size: sub.Size(), v4: v4Beside(sub)}
		return m, func() { sub.Close() }, nil
	}
	data, err := src.ReadFile(name)
	if err != nil {
		return nil, nil, err
	}
	return inMemory(src.Join(name), path.Base(name), data), func() {}, nil
}

// apkNames lists the files of a folder that are named .apk, sorted.
func apkNames(src *source.Source) ([]string, error) {
	fsys, err := src.FS()
	if err != nil {
		return nil, err
	}
	entries, err := readDir(fsys, src.Limits().Entries)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && isAPKName(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

func isAPKName(name string) bool { return strings.EqualFold(path.Ext(name), ".apk") }

// archiveMembers visits the APKs in an archive: in place where they are stored, else unpacked in memory.
func archiveMembers(ctx context.Context, src *source.Source, f *apkfile.File, nested []*apkfile.Entry, inv *inventory.Inventory, visit func(*member) error) error {
	left := src.Limits().Total(src.Size())
	if len(nested) > maxMembers {
		inv.Gaps = append(inv.Gaps, gap(src.Name(), inventory.GapLimit, "%d APKs beyond the first %d were not read", len(nested)-maxMembers, maxMembers))
		nested = nested[:maxMembers]
	}
	for _, o := range f.Oddities() {
		inv.Gaps = append(inv.Gaps, gap(src.Name(), inventory.GapUnknownLines, "the archive is unusual: %s", o))
	}
	if n := others(f) - len(expansions(f)); n > 0 {
		g := gap(src.Name(), inventory.GapSkipped, "files that come with the set and are neither APKs nor expansion files were not read")
		g.Count = n
		inv.Gaps = append(inv.Gaps, g)
	}
	share := allowance(src.Size())
	for _, e := range nested {
		m, err := archiveMember(ctx, src, f, e, left)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			inv.Gaps = append(inv.Gaps, memberGap(src.Join(e.Name), err))
			nameOnly(ctx, src, f, e, &share, inv)
			continue
		}
		left -= m.size
		m.share = &share
		if err := visit(m); err != nil {
			return err
		}
	}
	return archiveExpansions(ctx, src, f, left, &share, inv, visit)
}

// nameOnly adds an APK that is too large to be unpacked in memory as a Binary of which only the hash and the size are
// known. What is unpacked for that counts towards the share of all members.
func nameOnly(ctx context.Context, src *source.Source, f *apkfile.File, e *apkfile.Entry, share *int64, inv *inventory.Inventory) {
	if e.Size > *share {
		return
	}
	*share -= e.Size
	in, err := f.Stream(ctx, e)
	if err != nil {
		return
	}
	defer in.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(in, e.Size+1))
	if err != nil || n != e.Size {
		return // the gap of the member stands
	}
	b := inventory.Binary{SHA256: hex.EncodeToString(h.Sum(nil)), Size: n, Format: "apk", FileNames: []string{inventory.Text(path.Base(e.Clean()))}}
	b.Origins = []inventory.Origin{{Scanner: ID, Path: inventory.Text(src.Join(e.Name)), SHA256: b.SHA256}}
	inv.Binaries = append(inv.Binaries, b)
}

// archiveMember opens an APK in an archive. One that is compressed is unpacked, up to the size it claims.
func archiveMember(ctx context.Context, src *source.Source, f *apkfile.File, e *apkfile.Entry, left int64) (*member, error) {
	m := &member{name: inventory.Text(src.Join(e.Name)), base: path.Base(e.Clean()), v4: v4Entry(f, e)}
	section, stored, err := f.Section(e)
	if err != nil {
		return nil, err
	}
	if stored {
		m.r, m.size = section, section.Size()
		return m, nil
	}
	if limit := max(min(maxMember, left), 0); e.Size > limit {
		return nil, &apkfile.LimitError{What: "bytes, compressed inside the archive", Limit: limit}
	}
	data, err := f.Read(ctx, e, e.Size)
	if err != nil {
		return nil, fmt.Errorf("it does not unpack to the size it claims: %v", err)
	}
	m.r, m.size, m.data = bytes.NewReader(data), int64(len(data)), data
	return m, nil
}

func memberGap(name string, err error) inventory.Gap {
	var limit *apkfile.LimitError
	if errors.As(err, &limit) {
		g := gap(name, inventory.GapLimit, "too large to be unpacked in memory: %v", err)
		g.Next = "Unpack the archive and scan the folder."
		return g
	}
	return gap(name, inventory.GapMalformed, "cannot be read from the archive: %v", err)
}

// gap makes a Gap about a named file.
func gap(subject string, kind inventory.GapKind, format string, args ...any) inventory.Gap {
	return inventory.Gap{Subject: inventory.Text(subject), Kind: kind, Detail: inventory.Text(fmt.Sprintf(format, args...))}
}
