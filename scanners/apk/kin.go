package apk

import (
	"quaestor/scanners/internal/apkfile"
	"quaestor/scanners/source"
)

// Kin implements scanners.Relative.
func (scanner) Kin(src *source.Source) string {
	r := src.ReaderAt()
	if src.IsDir() || r == nil || !src.StartsLikeZip() {
		return ""
	}
	f, err := apkfile.OpenDirectory(r, src.Size())
	if err != nil {
		return ""
	}
	if e := f.Lookup(manifestName); e != nil && isLibrary(f, e) {
		return "a library for apps (AAR) and not an app"
	}
	return ""
}

// Unpacks implements scanners.Unpacker.
func (scanner) Unpacks(format string) bool { return format == "zstd" }
