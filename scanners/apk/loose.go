package apk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/inventory"
	"quaestor/scanners/source"
)

// Code also comes alone: a DEX file or an archive with classes.dex that an app fetched and somebody took off the
// device. It is a Binary of no App, for nothing says what installs or loads it.

// hasDex reports a container with code where Android would load it from.
func hasDex(f *apkfile.File) bool {
	for i := range f.Entries {
		if name := f.Entries[i].Name; strings.HasPrefix(name, "classes") && dexName.MatchString(f.Entries[i].Clean()) {
			return true
		}
	}
	return false
}

// isArchive reports a file that ends like an archive: one that also begins as a DEX file is both, and read as an archive.
func isArchive(r io.ReaderAt, size int64) bool {
	f, err := apkfile.OpenDirectory(r, size)
	return err == nil && isSingle(f)
}

// headKind tells what a file is by its first bytes.
func headKind(r io.ReaderAt) kind {
	var head [headBytes]byte
	n, _ := r.ReadAt(head[:], 0)
	return sniff(head[:n])
}

// recognisePacked accepts a compressed file of one APK, DEX file or archive with code.
func recognisePacked(src *source.Source, k kind) bool {
	data, err := unpackWhole(context.Background(), src, k)
	if err != nil {
		return false
	}
	if sniff(data) == kindDex {
		return true
	}
	f, err := apkfile.OpenDirectory(bytes.NewReader(data), int64(len(data)))
	return err == nil && isSingle(f)
}

// isSingle reports a container that is one app, or code of one.
func isSingle(f *apkfile.File) bool {
	if e := f.Lookup(manifestName); e != nil {
		return !isLibrary(f, e)
	}
	return isBundle(f) || hasDex(f)
}

var errNotCode = errors.New("no code begins the file")

// unpackWhole unpacks a compressed file of one DEX file or archive. Of any other the beginning is unpacked.
func unpackWhole(ctx context.Context, src *source.Source, k kind) ([]byte, error) {
	stream, err := unpacker(&canceller{ctx, io.NewSectionReader(src.ReaderAt(), 0, src.Size())}, k)
	if err != nil {
		return nil, err
	}
	head := make([]byte, headBytes)
	n, _ := io.ReadFull(stream, head)
	if in := sniff(head[:n]); in != kindDex && in != kindZip {
		return nil, errNotCode
	}
	data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(head[:n]), stream), maxUnpacked+1))
	if err == nil && len(data) > maxUnpacked {
		err = &apkfile.LimitError{What: "bytes, compressed on their own", Limit: maxUnpacked}
	}
	return data, err
}

// packedMember is the file that a compressed one holds, named without the ending of the compression.
func packedMember(ctx context.Context, src *source.Source, k kind) (*member, error) {
	data, err := unpackWhole(ctx, src, k)
	if err != nil {
		return nil, err
	}
	base := src.Base()
	switch ext := strings.ToLower(path.Ext(base)); ext {
	case ".gz", ".gzip", ".zst", ".zstd":
		base = base[:len(base)-len(ext)]
	}
	m := inMemory(src.Name()+"!"+base, base, data)
	m.bare = sniff(data) == kindDex
	return m, nil
}

// alone reads a DEX file that was handed in.
func (r *reading) alone(ctx context.Context, env *environment) error {
	if err := r.hash(ctx); err != nil {
		return err
	}
	if env.seen.has(r.bin.SHA256) && env.seen.fill(r) {
		return nil
	}
	if err := r.bare(ctx, env); err != nil {
		return err
	}
	env.seen.add(r)
	return nil
}

// noManifest says what cannot be known of code without a manifest.
func (r *reading) noManifest(f *apkfile.File) {
	r.bin.Format = archiveFormat(f)
	r.gap(inventory.GapBlind, "", "Which package, permissions and components go with the code: there is no %s, so that Android does not install the file.", manifestName)
}

// ownPlaces leaves the name of a DEX file out of its own facts: it has no entries, and under another name it is the same
// file with the same facts.
func (r *reading) ownPlaces() {
	b, name := &r.bin, inventory.Text(r.m.base)
	own := func(file *string) {
		if *file == name {
			*file = ""
		}
	}
	if b.Code != nil {
		for i := range b.Code.Files {
			own(&b.Code.Files[i].File)
		}
	}
	for i := range b.CodePackages {
		own(&b.CodePackages[i].File)
	}
	for _, m := range b.Marks {
		for i := range m.Places {
			own(&m.Places[i].File)
		}
	}
	for _, e := range b.Endpoints {
		for i := range e.Places {
			own(&e.Places[i].File)
		}
	}
}
