package source

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func openZipped(t testing.TB, data []byte, limits Limits) *Source {
	t.Helper()
	return open(t, write(t, t.TempDir(), "a.zip", string(data)), limits)
}

func TestZip(t *testing.T) {
	long := strings.Repeat("long ", 1000)
	s := openZipped(t, zipOf(t, "dir/short.txt", "short", "long.txt", long), DefaultLimits)
	fsys, err := s.FS()
	if err != nil || !s.IsZip() {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "dir/short.txt", "long.txt"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"dir/short.txt": "short", "long.txt": long} {
		if b, err := s.ReadFile(name); string(b) != want || err != nil {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
		sub, err := s.Sub(name)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := sub.Bytes(); string(b) != want || err != nil || sub.Name() != s.Name()+"!"+name {
			t.Errorf("%s as a source %q: %d bytes, %v", name, sub.Name(), len(b), err)
		}
	}
	for _, bad := range []string{"dir", "gone", "../a.zip", "/long.txt"} {
		if _, err := s.Sub(bad); err == nil {
			t.Errorf("Sub(%q) opened something", bad)
		}
		if _, err := s.ReadFile(bad); err == nil {
			t.Errorf("ReadFile(%q) read something", bad)
		}
	}
}

func TestZipBadNames(t *testing.T) {
	bad := []string{"../up", "/absolute", `back\slash`, "nul\x00", "a/../b", "a//b", "./c", strings.Repeat("n", maxEntryName+1)}
	var entries []string
	for _, name := range append(bad, "good") {
		entries = append(entries, name, "content")
	}
	s := openZipped(t, zipOf(t, entries...), DefaultLimits)
	fsys, err := s.FS()
	if err != nil {
		t.Fatal(err)
	}
	if got := s.BadNames(); !slices.Equal(got, bad) {
		t.Errorf("bad names %q", got)
	}
	var names []string
	if err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		names = append(names, name)
		return err
	}); err != nil || !slices.Equal(names, []string{".", "good"}) {
		t.Errorf("%q, %v", names, err)
	}
}

func TestZipBombs(t *testing.T) {
	limits := DefaultLimits
	limits.WholeBytes, limits.MemberBytes, limits.FileBytes, limits.TotalBytes = 1<<20, 2<<20, 3<<20, 5<<20
	zeros := strings.Repeat("\x00", 4<<20)
	s := openZipped(t, zipOf(t, "a", zeros, "b", zeros), limits)
	if _, err := s.ReadFile("a"); !isLimit(err, "size") {
		t.Errorf("read whole: %v", err)
	}
	if _, err := s.Sub("a"); !isLimit(err, "size") {
		t.Errorf("as a source: %v", err)
	}
	// About three mebibytes of the five are used up by now.
	f, err := s.OpenFile("b")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n, err := io.Copy(io.Discard, f); !isLimit(err, "unpacked size") || n > 3<<20 {
		t.Errorf("streamed %d bytes: %v", n, err)
	}
	if _, err := s.ReadFile("b"); !isLimit(err, "unpacked size") {
		t.Errorf("after the limit: %v", err)
	}
}

func TestZipEntryLimits(t *testing.T) {
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprintf("file-%03d", i), "")
	}
	archive := zipOf(t, many...)
	limits := DefaultLimits
	for entries, tooMany := range map[int]bool{50: false, 49: true, 5: true} {
		limits.Entries = entries
		if _, err := openZipped(t, archive, limits).FS(); isLimit(err, "entries") != tooMany {
			t.Errorf("limit %d: %v", entries, err)
		}
	}
	limits.Entries = 10
	if _, err := openZipped(t, commented(t, 5), limits).FS(); !isLimit(err, "entries") {
		t.Errorf("five entries with long comments: %v", err)
	}
	deep := strings.Repeat("d/", maxEntryName/2-1)
	var folders []string
	for i := range 70 {
		folders = append(folders, fmt.Sprintf("%s%02d", deep, i), "")
	}
	if _, err := openZipped(t, zipOf(t, folders...), DefaultLimits).FS(); !isLimit(err, "names of folders") {
		t.Errorf("folders in folders: %v", err)
	}
}

// commented makes an archive of a few entries whose list is long nevertheless.
func commented(t *testing.T, entries int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range entries {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i), Comment: strings.Repeat("c", 60_000)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestZipLies has sizes that are not those of the entries.
func TestZipLies(t *testing.T) {
	whole := zipOf(t, "stored", "short")
	at := bytes.Index(whole, []byte("PK\x01\x02"))
	lie := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(lie[at+20:], 1<<30)
	binary.LittleEndian.PutUint32(lie[at+24:], 1<<30)
	s := openZipped(t, lie, DefaultLimits)
	if sub, err := s.Sub("stored"); err == nil {
		t.Errorf("a source of %d bytes in an archive of %d", sub.Size(), len(lie))
	}
	sum := bytes.Clone(whole)
	sum[at+16]++ // the checksum
	if _, err := openZipped(t, sum, DefaultLimits).ReadFile("stored"); err == nil {
		t.Error("a wrong checksum is not noticed")
	}
	for n := range len(whole) {
		s := openZipped(t, whole[:n], DefaultLimits)
		if _, err := s.FS(); err == nil {
			t.Errorf("an archive cut to %d of %d bytes opens", n, len(whole))
		}
	}
}

func TestZipDuplicates(t *testing.T) {
	s := openZipped(t, zipOf(t, "twice", "one", "twice", "two", "twice/", "", "once", "x", "folder/", "", "folder/", ""), DefaultLimits)
	for name, want := range map[string]string{"twice": "one", "once": "x"} {
		if b, err := s.ReadFile(name); string(b) != want || err != nil {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	if got := s.BadNames(); !slices.Equal(got, []string{"twice", "twice/"}) {
		t.Errorf("bad names %q", got)
	}
}

func FuzzZip(f *testing.F) {
	f.Add(zipOf(f, "dir/short.txt", "short", "long.txt", strings.Repeat("long ", 100)))
	f.Add(zipOf(f, "../up", "x", "twice", "1", "twice", "2", "twice/x", "3"))
	f.Add(zipOf(f))
	limits := Limits{WholeBytes: 1 << 16, MemberBytes: 1 << 16, FileBytes: 1 << 16, TotalBytes: 1 << 17, Entries: 100, Depth: 4}
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys, err := openZip(bytes.NewReader(data), int64(len(data)), limits)
		if err != nil {
			return
		}
		total := int64(0)
		_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
				t.Errorf("the name %q is in the archive", name)
			}
			if err != nil || d.IsDir() {
				return nil // an entry that cannot be listed does not end the walk
			}
			file, err := fsys.Open(name)
			if err != nil {
				return nil
			}
			defer file.Close()
			n, err := io.Copy(io.Discard, file)
			total += n
			var limit *LimitError
			if errors.As(err, &limit) && limit.What != "unpacked size" {
				t.Errorf("%s: %v", name, err)
			}
			return nil
		})
		if total > limits.TotalBytes {
			t.Errorf("%d bytes unpacked, limit %d", total, limits.TotalBytes)
		}
	})
}
