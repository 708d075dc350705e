package apk

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzScan feeds whole files, ours and the small ones of the corpus, to the scanner.
func FuzzScan(f *testing.F) {
	seeds := 0
	err := filepath.WalkDir("testdata", func(path string, d os.DirEntry, err error) error {
		if err == nil && (strings.HasSuffix(path, ".apk") || strings.HasSuffix(path, ".apks") || strings.HasSuffix(path, ".xapk")) {
			f.Add(readFile(f, path))
			seeds++
		}
		return err
	})
	if err != nil || seeds < 8 {
		f.Fatalf("%d seeds, %v", seeds, err)
	}
	addCorpus(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		inv, err := scanBytes(context.Background(), data)
		if err == nil && len(inv.Apps) == 0 {
			t.Error("neither facts nor an error")
		}
		for _, b := range inv.Binaries {
			if b.SHA256 == "" {
				t.Error("a binary without a hash")
			}
			for _, s := range b.Signers {
				if s.Verified && b.Signed != "valid" {
					t.Error("a verified signer of a binary whose signature is not valid")
				}
			}
		}
	})
}

// addCorpus adds the small foreign APKs where they are present.
func addCorpus(f *testing.F) {
	dir, err := filepath.Abs("../../../shared/corpus/apks")
	if err != nil {
		f.Fatal(err)
	}
	filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Size() < 20_000 {
			f.Add(readFile(f, path))
		}
		return nil
	})
}
