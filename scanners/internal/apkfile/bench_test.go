package apkfile

import (
	"os"
	"path/filepath"
	"testing"
)

// largest is the largest APK of the corpus, with 3,841 entries.
const largest = "npm/appium-uiautomator2-server-10.6.6/package/apks/appium-uiautomator2-server-v10.6.6.apk"

// corpusDir finds the corpus of foreign APKs beside the repository.
func corpusDir(tb testing.TB) string {
	tb.Helper()
	dir := filepath.Join("..", "..", "..", "..", "shared", "corpus", "apks")
	if _, err := os.Stat(dir); err != nil {
		tb.Skip("the corpus of foreign APKs is missing: ../shared/corpus beside the repository")
	}
	return dir
}

// BenchmarkOpen opens the largest APK of the corpus: its directory alone, and with a look at every local header.
func BenchmarkOpen(b *testing.B) {
	name := filepath.Join(corpusDir(b), largest)
	file, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	for _, bc := range []struct {
		name  string
		open  func() (*File, error)
		marks bool
	}{
		{"directory", func() (*File, error) { return OpenDirectory(file, info.Size()) }, false},
		{"file", func() (*File, error) { return Open(file, info.Size()) }, true},
		{"bytes", func() (*File, error) { return OpenBytes(data) }, true},
	} {
		b.Run(bc.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, err := bc.open()
				if err != nil {
					b.Fatal(err)
				}
				if bc.marks && len(f.Marks()) > 0 {
					b.Fatal(f.Marks())
				}
			}
		})
	}
}
