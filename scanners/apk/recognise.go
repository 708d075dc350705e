package apk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/internal/apkmanifest"
	"quaestor/scanners/internal/axml"
	"quaestor/scanners/source"
)

const (
	manifestName = "AndroidManifest.xml"

	maxRecognised = 200      // APKs of a folder or archive that recognition looks into
	maxUnpacked   = 64 << 20 // bytes that recognition unpacks of one archive
	maxMarker     = 1 << 20  // bytes of a set's description
)

// Recognise implements scanners.Scanner.
func (scanner) Recognise(src *source.Source) bool {
	if src.IsDir() {
		return !src.Live() && recogniseFolder(src)
	}
	r := src.ReaderAt()
	if r != nil && isLooseExpansion(src) {
		return true
	}
	if r == nil {
		return false
	}
	switch k := sniff(src.Head()); {
	case k == kindDex:
		return true
	case k == kindGzip, k == kindZstd:
		return recognisePacked(src, k)
	}
	return src.IsZip() && recogniseZip(src)
}

// recogniseZip accepts an archive that is an app, code of one or a set.
func recogniseZip(src *source.Source) bool {
	f, err := apkfile.OpenDirectory(src.ReaderAt(), src.Size())
	if err != nil || len(f.Entries) == 0 { // as when it is opened: then it is recovered
		return looksLikeAPK(src)
	}
	if f.Lookup(manifestName) != nil {
		return isSingle(f)
	}
	return isSingle(f) || recogniseArchive(src, f)
}

// looksLikeAPK is for a container without a readable directory: the name of the manifest or of the code stands in a
// local header near the start or in what is left of the directory.
func looksLikeAPK(src *source.Source) bool {
	part := make([]byte, min(src.Size(), source.HeadBytes))
	for _, at := range []int64{0, src.Size() - int64(len(part))} {
		n, err := src.ReaderAt().ReadAt(part, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return false
		}
		if bytes.Contains(part[:n], []byte(manifestName)) || bytes.Contains(part[:n], []byte("classes.dex")) {
			return true
		}
	}
	return false
}

// isLibrary tells an AAR, whose manifest is text and whose code is a JAR, from an app.
func isLibrary(f *apkfile.File, manifest *apkfile.Entry) bool {
	if f.Lookup("classes.dex") != nil || f.Lookup("resources.arsc") != nil {
		return false
	}
	text := bytes.TrimPrefix(f.Peek(manifest, 64), []byte("\xef\xbb\xbf"))
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte("<"))
}

// setEntries are the APKs at the top two levels of an archive.
func setEntries(f *apkfile.File) []*apkfile.Entry {
	var found []*apkfile.Entry
	for i := range f.Entries {
		e := &f.Entries[i]
		if isAPKName(e.Name) && strings.Count(e.Clean(), "/") <= 1 {
			found = append(found, e)
		}
	}
	return found
}

// recogniseArchive accepts a set that says it is one, and an archive of nothing but one app's base and splits.
func recogniseArchive(src *source.Source, f *apkfile.File) bool {
	nested := setEntries(f)
	if len(nested) == 0 {
		return false
	}
	if f.Lookup("toc.pb") != nil || f.Lookup("base.apk") != nil || f.Lookup("splits/base-master.apk") != nil {
		return true
	}
	if marked(f, "manifest.json", "package_name") || marked(f, "info.json", "pname") {
		return true
	}
	if len(nested) < 2 || len(nested) > maxRecognised || others(f) > 0 {
		return false
	}
	return onePackage(src, f, nested)
}

// onePackage reports whether the APKs of an archive are the base and the splits of one app.
func onePackage(src *source.Source, f *apkfile.File, nested []*apkfile.Entry) bool {
	var seen identity
	left := int64(maxUnpacked)
	for _, e := range nested {
		m, err := archiveMember(context.Background(), src, f, e, left)
		if err != nil || !seen.add(m) {
			return false
		}
		left -= m.size
	}
	return seen.bases == 1 && seen.splits >= 1
}

// others counts the files of an archive that neither are APKs nor describe or picture them. A phone's dump
// has such files and is not a set.
func others(f *apkfile.File) int {
	n := 0
	for i := range f.Entries {
		switch name := f.Entries[i].Clean(); strings.ToLower(path.Ext(name)) {
		case ".apk", ".idsig", ".png", ".jpg", ".webp":
		default:
			if strings.HasSuffix(f.Entries[i].Name, "/") || isDescription(name) {
				continue
			}
			n++
		}
	}
	return n
}

// isDescription reports the files in which sets describe themselves.
func isDescription(name string) bool {
	switch name {
	case "toc.pb", "manifest.json", "info.json", "icon", "APKM_installer.url":
		return true
	}
	return strings.HasPrefix(name, "META-INF/")
}

// marked reports whether a set's description holds a key.
func marked(f *apkfile.File, name, key string) bool {
	e := f.Lookup(name)
	return e != nil && bytes.Contains(f.Peek(e, maxMarker), []byte(`"`+key+`"`))
}

// recogniseFolder accepts a folder whose APKs are the base and the splits of one app.
func recogniseFolder(src *source.Source) bool {
	names, err := apkNames(src)
	if err != nil || len(names) < 2 || len(names) > maxRecognised {
		return false
	}
	var seen identity
	for _, name := range names {
		m, closer, err := openMember(src, name)
		if err != nil {
			return false
		}
		same := seen.add(m)
		closer()
		if !same {
			return false
		}
	}
	return seen.bases <= 1 && seen.splits >= 1
}

// identity compares the packages of several APKs.
type identity struct {
	pkg           string
	bases, splits int
}

// add reports whether m is an APK of the package seen before.
func (id *identity) add(m *member) bool {
	f, err := apkfile.OpenDirectory(m.r, m.size)
	if err != nil {
		return false
	}
	e := f.Lookup(manifestName)
	if e == nil {
		return false
	}
	ctx := context.Background()
	data, err := f.Read(ctx, e, axml.MaxBytes)
	if err != nil {
		return false
	}
	pkg, split, err := apkmanifest.Name(ctx, data)
	if err != nil || id.pkg != "" && pkg != id.pkg {
		return false
	}
	id.pkg = pkg
	if split == "" {
		id.bases++
	} else {
		id.splits++
	}
	return true
}

// readDir lists a folder, at most limit entries of it, sorted.
func readDir(fsys fs.FS, limit int) ([]fs.DirEntry, error) {
	d, err := fsys.Open(".")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	dir, ok := d.(fs.ReadDirFile)
	if !ok {
		return nil, &fs.PathError{Op: "list", Path: ".", Err: errors.New("not a folder")}
	}
	entries, err := dir.ReadDir(limit)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(path.Base(a.Name()), path.Base(b.Name())) })
	return entries, nil
}
