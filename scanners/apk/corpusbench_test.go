package apk

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"quaestor/scanners/source"
)

// BenchmarkCorpus scans the large APKs of the corpus.
func BenchmarkCorpus(b *testing.B) {
	dir := filepath.Join(corpusDir(b), "apks", "npm")
	var paths []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if info, e := d.Info(); e == nil && filepath.Ext(path) == ".apk" && info.Size() > 1<<20 {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range paths {
		b.Run(filepath.Base(path), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				src, err := source.Open(source.Target{Path: path}, source.DefaultLimits)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(src.Size())
				if _, err := New().Scan(context.Background(), src); err != nil {
					b.Fatal(err)
				}
				src.Close()
			}
		})
	}
}
