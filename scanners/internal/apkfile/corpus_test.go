package apkfile

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpusMarks are the files of the corpus that are made to be awkward, and what is awkward about them. All
// others have no mark.
var corpusMarks = map[string]string{
	"mismatched-compression-method.apk":                       "header-mismatch 1: entries with another compression method in the local header [META-INF/CERT.RSA]",
	"v1-only-with-nul-in-entry-name.apk":                      "unsafe-names 1: entry names that lead outside or hold control characters [test.txt\x00]",
	"v1v2v3-with-rsa-2048-lineage-3-signers-invalid-zip.apk":  "damaged-directory 0: directory unreadable (no central directory where the end record says): entries recovered from local headers []",
	"v2-only-truncated-cd.apk":                                "damaged-directory 0: directory unreadable (no central directory where the end record says): entries recovered from local headers []",
	"v1v2v3-with-rsa-2048-lineage-3-signers-no-sig-block.apk": "unlisted-data 1: places between entries with data of no entry, 8192 bytes in all [META-INF/MANIFEST.MF (8192 bytes at offset 8192)]",
	"v2-only-max-sized-eocd-comment.apk":                      "unlisted-data 0: a comment of 65535 bytes that is not text []",
	// Signing blocks whose magic is wrong, so that they are none.
	"v2-only-wrong-apk-sig-block-magic.apk":                        "unlisted-data 1: places between entries with data of no entry, 2507 bytes in all [classes.dex (2507 bytes at offset 2475)]",
	"v3-only-with-ecdsa-sha512-p384-wrong-apk-sig-block-magic.apk": "unlisted-data 1: places between entries with data of no entry, 4096 bytes in all [classes.dex (4096 bytes at offset 8192)]",
	// An entry was added after signing, behind the signing block.
	"app-with-fake-dex.apk": "unlisted-data 1: an APK signing block that is not in front of the directory; places between entries with data of no entry, 4096 bytes in all [META-INF/CERT.RSA (4096 bytes at offset 5144)]",
	"issue1589.apk":         "unsafe-names 8: entry names that lead outside or hold control characters [META-INF/../../../../CERT.RSA META-INF/../../../../CERT.SF META-INF/../../../../MANIFEST.MF ../../../../assets assets/../../../../bin]",
}

// eachCorpus calls visit for every APK of the corpus.
func eachCorpus(t *testing.T, visit func(t *testing.T, data []byte)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(corpusDir(t), func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".apk") {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		n++
		t.Run(filepath.Base(name), func(t *testing.T) { visit(t, data) })
		return nil
	})
	if err != nil || n < 170 {
		t.Errorf("%d files, %v", n, err)
	}
}

// TestCorpusMarks reads each file from memory and through an io.ReaderAt, and again without its directory.
func TestCorpusMarks(t *testing.T) {
	met := map[string]bool{}
	eachCorpus(t, func(t *testing.T, data []byte) {
		base, _, _ := strings.Cut(filepath.Base(t.Name()), "#") // one file is there twice
		met[base] = true
		want := corpusMarks[base]
		for _, f := range []*File{mustOpen(t, data), must(OpenBytes(data))} {
			if got := strings.Join(describe(f.Marks()), "\n"); got != want {
				t.Errorf("got marks\n%s\nwant\n%s", got, want)
			}
		}
	})
	for name := range corpusMarks {
		if !met[name] {
			t.Errorf("%s is not in the corpus", name)
		}
	}
}

// TestCorpusContent compares entries and content with archive/zip, wherever that opens the file.
func TestCorpusContent(t *testing.T) {
	opened := 0
	eachCorpus(t, func(t *testing.T, data []byte) {
		want, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		opened++
		f := mustOpen(t, data)
		if len(f.Entries) != len(want.File) || f.Recovered {
			t.Fatalf("%d entries, recovered %v; want %d", len(f.Entries), f.Recovered, len(want.File))
		}
		in := must(OpenBytes(data))
		for i, w := range want.File {
			sameContent(t, f, in, i, w)
		}
	})
	if opened < 170 {
		t.Errorf("archive/zip opened %d files", opened)
	}
}

// sameContent compares one entry, read through an io.ReaderAt and in memory, with archive/zip.
func sameContent(t *testing.T, f, in *File, i int, w *zip.File) {
	t.Helper()
	r, err := w.Open()
	if err != nil {
		t.Errorf("%s: archive/zip: %v", w.Name, err)
		return
	}
	want, err := io.ReadAll(r)
	if err != nil {
		t.Errorf("%s: archive/zip: %v", w.Name, err)
		return
	}
	got, err := f.ReadInto(context.Background(), &f.Entries[i], make([]byte, len(want)), 1<<30)
	if err != nil || f.Entries[i].Name != w.Name || !bytes.Equal(got, want) {
		t.Errorf("%s: %d bytes, %v; want %s with %d", f.Entries[i].Name, len(got), err, w.Name, len(want))
	}
	again, err := in.Read(context.Background(), &in.Entries[i], 1<<30)
	if err != nil || !bytes.Equal(again, want) {
		t.Errorf("%s, in memory: %d bytes, %v; want %d", w.Name, len(again), err, len(want))
	}
	if v := in.View(&in.Entries[i]); (v != nil) != (w.Method == zip.Store) || v != nil && !bytes.Equal(v, want) {
		t.Errorf("%s: a view of %d bytes", w.Name, len(v))
	}
}

// TestCorpusRecovery takes the directory away and expects the same entries with the same content.
func TestCorpusRecovery(t *testing.T) {
	eachCorpus(t, func(t *testing.T, data []byte) {
		whole := mustOpen(t, data)
		if whole.Recovered || strings.Contains(t.Name(), "mismatched-compression-method") {
			return
		}
		for cut, f := range map[string]*File{"directory": mustOpen(t, data[:whole.dirStart]), "end": mustOpen(t, data[:whole.endAt])} {
			sameEntries(t, cut, whole, f)
		}
	})
}

// sameEntries compares recovered entries with those of the directory, in the order of the file.
func sameEntries(t *testing.T, cut string, whole, f *File) {
	t.Helper()
	if !f.Recovered || len(f.Entries) != len(whole.Entries) {
		t.Errorf("without %s: recovered %v, %d entries of %d", cut, f.Recovered, len(f.Entries), len(whole.Entries))
		return
	}
	for i, j := range whole.InOrder() {
		want, err := whole.Read(context.Background(), &whole.Entries[j], 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Read(context.Background(), &f.Entries[i], 1<<30)
		if err != nil || f.Entries[i].Name != whole.Entries[j].Name || !bytes.Equal(got, want) {
			t.Errorf("without %s: %s: %d bytes, %v; want %s with %d", cut, f.Entries[i].Name, len(got), err, whole.Entries[j].Name, len(want))
		}
	}
}
