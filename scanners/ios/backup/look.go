package backup

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"quaestor/scanners/internal/plist"
	"quaestor/scanners/source"
)

// Files at the top of a backup.
const (
	manifestDB    = "Manifest.db"
	manifestOld   = "Manifest.mbdb"
	manifestPlist = "Manifest.plist"
	infoPlist     = "Info.plist"
	statusPlist   = "Status.plist"
)

// maxBackups is the most backups in one archive that are read.
const maxBackups = 50

// look finds backups by the names of their files: in a folder at its top, since the search goes into folders by itself; in an
// archive also up to three folders below those that stand alone.
func look(src *source.Source) []string {
	if !src.IsDir() && !src.IsZip() {
		return nil
	}
	fsys, err := src.FS()
	if err != nil {
		return nil
	}
	if isBackup(src, fsys, ".") {
		return []string{"."}
	}
	if src.IsDir() {
		return nil
	}
	return inArchive(src, fsys, alone(fsys), 3)
}

// maxAlone is the longest way to a backup that an archive repeats. That of Apple Devices on Windows has eight folders.
const maxAlone = 12

// alone goes down while a folder holds one other folder and nothing else: archives often repeat the whole way to a backup.
// It is the folder above the one in which the way ends.
func alone(fsys fs.FS) string {
	above, dir := ".", "."
	for range maxAlone {
		entries, err := fs.ReadDir(fsys, dir)
		if err != nil || len(entries) != 1 || !entries[0].IsDir() {
			break
		}
		above, dir = dir, path.Join(dir, entries[0].Name())
	}
	return above
}

func inArchive(src *source.Source, fsys fs.FS, dir string, depth int) (found []string) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil || len(entries) > 1000 {
		return nil
	}
	for _, e := range entries {
		at := path.Join(dir, e.Name())
		switch {
		case !e.IsDir() || strings.HasPrefix(e.Name(), "__MACOSX"):
		case isBackup(src, fsys, at):
			found = append(found, at)
		case depth > 1:
			found = append(found, inArchive(src, fsys, at, depth-1)...)
		}
		if len(found) > maxBackups {
			return found[:maxBackups]
		}
	}
	return found
}

// isBackup: the list of files beside one of the property lists. Where the list of files is missing, two property lists will
// do, of which Manifest.plist has to look like one: what is left of a backup is one.
func isBackup(src *source.Source, fsys fs.FS, dir string) bool {
	is := func(name string) bool {
		info, err := fs.Stat(fsys, path.Join(dir, name))
		return err == nil && info.Mode().IsRegular()
	}
	beside := is(infoPlist) || is(statusPlist)
	if is(manifestDB) || is(manifestOld) {
		return beside || is(manifestPlist)
	}
	return beside && is(manifestPlist) && looksLikeList(src, path.Join(dir, manifestPlist))
}

func looksLikeList(src *source.Source, name string) bool {
	r, err := src.OpenFile(name)
	if err != nil {
		return false
	}
	defer r.Close()
	head := make([]byte, 512)
	n, _ := r.Read(head)
	return plist.Looks(head[:n])
}

// others are names in an archive that lie outside of the backups in it.
func others(src *source.Source, places []string) []string {
	fsys, err := src.FS()
	if err != nil || slices.Contains(places, ".") {
		return nil
	}
	var out []string
	entries, _ := fs.ReadDir(fsys, ".")
	for _, e := range entries {
		if !e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}
