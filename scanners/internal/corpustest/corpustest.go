// Package corpustest hands tests the real APKs of a corpus that lies beside a checkout, in ../shared/corpus. It is
// not part of the repository; where it is absent there are none, and tests go on with their own files.
//
// What the package cannot see: APKs in archives. It reads them with archive/zip, so that what only our own reader
// opens gives no entries.
package corpustest

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// dir is where the corpus lies, seen from the folder of a package below scanners/internal.
const dir = "../../../../shared/corpus/apks"

// APKs returns the content of every APK of at most max bytes, in the order of their paths.
func APKs(max int64) [][]byte {
	var all [][]byte
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(path, ".apk") {
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > max {
			return nil
		}
		if data, err := os.ReadFile(path); err == nil {
			all = append(all, data)
		}
		return nil
	})
	return all
}

// Entries returns the content of the entries for which wanted is true, of at most max bytes and each content once.
// No APK of more than 4 MiB is looked into.
func Entries(max int64, wanted func(name string) bool) [][]byte {
	var all [][]byte
	seen := map[string]bool{}
	for _, data := range APKs(4 << 20) {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			continue
		}
		for _, f := range z.File {
			if content := read(f, max, wanted); content != nil && !seen[string(content)] {
				seen[string(content)] = true
				all = append(all, content)
			}
		}
	}
	return all
}

func read(f *zip.File, max int64, wanted func(string) bool) []byte {
	if !wanted(f.Name) || f.UncompressedSize64 > uint64(max) {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return nil
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, max))
	if err != nil {
		return nil
	}
	return content
}
